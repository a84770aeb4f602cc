package construct

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/report"
)

// LetLogsUse allows CloudWatch Logs to encrypt the log groups in the key's account with the key.
func LetLogsUse(key awskms.IKey) {
	stack := key.Stack()
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(awscdk.Fn_Sub(new("logs.${AWS::Region}.amazonaws.com"), nil), nil)},
		Actions: &[]*string{
			new("kms:Encrypt*"), new("kms:Decrypt*"), new("kms:ReEncrypt*"), new("kms:GenerateDataKey*"), new("kms:Describe*"),
		},
		Resources: &[]*string{new("*")},
		Conditions: &map[string]any{"ArnLike": map[string]any{
			"kms:EncryptionContext:aws:logs:arn": stack.FormatArn(&awscdk.ArnComponents{Service: new("logs"), Resource: new("*")}),
		}},
	}), nil)
}

// LetLogsInto allows the log delivery service to write to a bucket of the app. The statements are those of AWS's own policy (Amazon
// CloudWatch Logs User Guide, "Enable logging from AWS services"). It returns the construct that the delivery depends on.
func LetLogsInto(bucket awss3.IBucket) constructs.IDependable {
	b := &batch.Batch{}
	arn, account := batch.Get[string](b, bucket, "bucketArn"), batch.Get[string](b, bucket, "stack.account")
	b.Run()
	b.Allow(bucket, map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": LogDelivery}, "Action": "s3:GetBucketAcl", "Resource": arn,
		"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": account}},
	})
	added := b.Allow(bucket, map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": LogDelivery}, "Action": "s3:PutObject", "Resource": *arn + "/*",
		"Condition": map[string]any{"StringEquals": map[string]any{
			"aws:SourceAccount": account, "s3:x-amz-acl": "bucket-owner-full-control",
		}},
	})
	ready := batch.Get[constructs.IDependable](b, added, batch.Itself)
	b.Run()
	if *ready == nil {
		return bucket // The bucket is imported. Its owner maintains its policy.
	}
	return *ready
}

// LogDelivery is the principal of the service that writes the logs of other services.
const LogDelivery = "delivery.logs.amazonaws.com"

// logAccess is the resource policy of CloudWatch Logs that allows the delivery of logs to all log groups of a stack. There is only one in a
// stack, because AWS allows ten in each account and Region, and this quota cannot be raised.
type logAccess struct {
	constructs.Construct
	account *string // of the stack
	policy  awslogs.CfnResourcePolicy
	text    *string            // of the policy
	groups  map[string]*string // by path: ARNs, with ":*"
}

// logAccessID is the construct id of logAccess in its stack.
const logAccessID = "TierwallLogAccess"

// Groups returns the number of log groups. It exists because jsii needs a type to have a method of its own.
func (l *logAccess) Groups() int { return len(l.groups) }

// LetLogsBeDelivered allows the log delivery service to write to a log group. It returns the policy, which the delivery depends on.
func LetLogsBeDelivered(p *report.Problems, group awslogs.ILogGroup) constructs.IDependable {
	b := &batch.Batch{}
	found := batch.Get[constructs.Construct](b, b.Child(p.Stack, logAccessID), batch.Itself)
	path, arn := batch.Get[string](b, group, "node.path"), batch.Get[string](b, group, "logGroupArn")
	b.Run()
	access, ok := (*found).(*logAccess)
	if !ok {
		access = newLogAccess(p)
	}
	if access.groups[*path] == nil {
		access.groups[*path] = arn
		access.update()
	}
	return access.policy
}

// newLogAccess makes the access in a stack.
func newLogAccess(p *report.Problems) *logAccess {
	access := &logAccess{account: p.Stack.Account(), groups: map[string]*string{}}
	constructs.NewConstruct_Override(access, p.Stack, new(logAccessID))
	access.policy = awslogs.NewCfnResourcePolicy(access, new("Resource"), &awslogs.CfnResourcePolicyProps{
		PolicyName: Name(access, ""), PolicyDocument: new("{}"),
	})
	p.Declare(report.Control{Name: "access of the log delivery", Of: access.policy, Properties: func() map[string]any {
		return map[string]any{"PolicyDocument": access.text}
	}})
	return access
}

// update writes the policy for the current log groups.
func (l *logAccess) update() {
	var arns []*string
	for _, path := range slices.Sorted(maps.Keys(l.groups)) {
		arns = append(arns, l.groups[path])
	}
	b := &batch.Batch{}
	b.SetJSON(l.policy, "policyDocument", map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Principal": map[string]any{"Service": LogDelivery},
			"Action": []string{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": arns,
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": l.account}},
		}},
	})
	l.text = batch.Get[string](b, l.policy, "policyDocument")
	b.Run()
}
