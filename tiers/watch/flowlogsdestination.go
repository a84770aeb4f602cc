package watch

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
)

// makeDestination returns the destination, and makes what is missing of it.
func (f *FlowLog) makeDestination() destination {
	if stream := f.props.To.Firehose(); stream != "" {
		return destination{kind: "kinesis-data-firehose", arn: &stream}
	}
	if group := f.props.To.LogGroup(); group != nil || f.props.NewLogGroup {
		if group == nil {
			group = f.makeLogGroup()
		}
		return destination{kind: "cloud-watch-logs", arn: construct.LogGroupARN(group), role: f.makeRole(group).RoleArn(), group: group}
	}
	bucket, prefix := f.props.To.Bucket()
	if bucket == nil {
		bucket = f.makeBucket()
	}
	prefix = strings.TrimSuffix(prefix, "/")
	arn := bucket.BucketArn()
	if prefix != "" {
		arn = bucket.ArnForObjects(new(prefix + "/"))
	}
	return destination{kind: "s3", arn: arn, ready: f.letDeliver(bucket, prefix), bucket: bucket, prefix: prefix}
}

// letDeliver allows the log delivery service to write flow logs to a bucket, and to encrypt them with the bucket's key. It returns what
// must exist before the flow logs: if AWS does not find these statements in the policy, it replaces the policy by one of its own (VPC User
// Guide, "Amazon S3 bucket permissions for flow logs").
func (f *FlowLog) letDeliver(bucket awss3.IBucket, prefix string) []constructs.IDependable {
	b := &batch.Batch{}
	arn, account := batch.Get[string](b, bucket, "bucketArn"), batch.Get[string](b, f.problems.Stack, "account")
	source := f.problems.Stack.FormatArn(&awscdk.ArnComponents{Service: new("logs"), Resource: new("*")})
	b.Run()
	keys := "AWSLogs/aws-account-id=" + *account + "/*"
	if prefix != "" {
		keys = prefix + "/" + keys
	}
	statement := func(actions []string, resource string, equals map[string]any) map[string]any {
		equals["aws:SourceAccount"] = account
		return map[string]any{
			"Effect": "Allow", "Principal": map[string]any{"Service": construct.LogDelivery}, "Action": actions, "Resource": resource,
			"Condition": map[string]any{"StringEquals": equals, "ArnLike": map[string]any{"aws:SourceArn": source}},
		}
	}
	b.Allow(bucket, statement([]string{"s3:GetBucketAcl", "s3:ListBucket"}, *arn, map[string]any{}))
	added := b.Allow(bucket, statement([]string{"s3:PutObject"}, *arn+"/"+keys, map[string]any{
		"s3:x-amz-acl": "bucket-owner-full-control",
	}))
	ready := batch.Get[constructs.IDependable](b, added, batch.Itself)
	b.Run()
	if key := bucket.EncryptionKey(); key != nil {
		letDeliveryUse(key, f.problems.Stack)
	}
	if *ready == nil {
		return nil // The bucket is imported. Its owner maintains its policy.
	}
	return []constructs.IDependable{*ready}
}

// letDeliveryUse allows the log delivery service to encrypt the logs of a stack's account with a key (VPC User Guide, "Required key policy
// for use with SSE-KMS").
func letDeliveryUse(key awskms.IKey, stack awscdk.Stack) {
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: delivery(), Resources: &[]*string{new("*")}, Conditions: deliveryOf(stack, nil),
		Actions: &[]*string{
			new("kms:Encrypt"), new("kms:Decrypt"), new("kms:ReEncrypt*"), new("kms:GenerateDataKey*"), new("kms:DescribeKey"),
		},
	}), nil)
}

// delivery returns the service that writes logs to buckets.
func delivery() *[]awsiam.IPrincipal {
	return &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(new(construct.LogDelivery), nil)}
}

// deliveryOf returns the condition that the log delivery service acts for the account and Region of a stack.
func deliveryOf(stack awscdk.Stack, equals map[string]any) *map[string]any {
	all := map[string]any{"aws:SourceAccount": stack.Account()}
	for key, value := range equals {
		all[key] = value
	}
	source := stack.FormatArn(&awscdk.ArnComponents{Service: new("logs"), Resource: new("*")})
	return &map[string]any{"StringEquals": all, "ArnLike": map[string]any{"aws:SourceArn": source}}
}
