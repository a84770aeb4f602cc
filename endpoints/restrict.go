package endpoints

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Restrictable is a resource of the CDK library with a resource policy: an awss3.IBucket, awssqs.IQueue, awssns.ITopic,
// awssecretsmanager.ISecret or awsdynamodb.Table. OnlyFrom does not accept keys of AWS KMS, because a wrong key policy locks everyone out
// of the key for good.
type Restrictable interface {
	constructs.IConstruct
	AddToResourcePolicy(statement awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult
}

// OnlyFromProps are the choices for [OnlyFrom].
type OnlyFromProps struct {
	// Exempt are the ARNs of principals that keep their access from everywhere, with the wildcards * and ?: deployers, operators, functions
	// of CDK that fill or empty buckets. The roles of CDK's bootstrap stack, role/cdk-*, are always exempt.
	Exempt []string
}

// OnlyFrom adds a statement to a resource's policy that denies everyone outside the network's VPC access to the resource's data. It is the
// counterpart of a grant: a grant limits what the VPC's calls reach, OnlyFrom limits from where the resource is reached. nil props are the
// zero OnlyFromProps. A resource that cannot be restricted fails synthesis. A nil network panics.
//
// The statement denies only actions on data, so the resource can still be deployed and managed. It exempts AWS services that call on their
// own behalf or on behalf of a caller. It names the VPC instead of an endpoint, so that templates do not refer to each other in a circle.
//
// Calls over the internet, such as those through a NAT gateway, are denied as well. Grant the tiers that use the resource first, so that
// their calls come through an endpoint.
func OnlyFrom(network *tiers.Network, resource Restrictable, props *OnlyFromProps) {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network that a resource is restricted to is nil or was not made by NewNetwork",
			At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &OnlyFromProps{}
	}
	problem := func(d diag.Diagnostic) {
		d.Rule, d.Path, d.At = "restrict", *network.Node().Path(), []diag.Position{at}
		report.AddCheck(network, func() diag.List { return diag.List{d} })
	}
	if isNil(resource) {
		problem(diag.Diagnostic{Summary: "a resource to restrict is nil", Detail: "there is no policy to change",
			Fix: "pass a construct of the CDK library"})
		return
	}
	actions, resources := dataOf(resource)
	if len(actions) == 0 {
		problem(diag.Diagnostic{Summary: "a resource cannot be restricted",
			Detail: fmt.Sprintf("got a %T; allowed are buckets, queues, topics, secrets and tables", resource),
			Fix:    "write the resource's policy yourself"})
		return
	}
	exempt := []string{"arn:" + iam.OwnPartition + ":iam::" + iam.OwnAccount + ":role/cdk-*"}
	for _, e := range props.Exempt {
		if d, ok := exemptProblem(e); ok {
			problem(d)
		}
		exempt = append(exempt, e)
	}
	recordRestriction(wiring.NetworkOf(network), resource, props.Exempt, at)
	added := resource.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect: awsiam.Effect_DENY, Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()}, Actions: expanded(actions),
		Resources: expanded(resources),
		Conditions: &map[string]any{
			"StringNotEquals": map[string]any{iam.SourceVpc: network.Vpc().VpcId()},
			"BoolIfExists":    map[string]any{iam.IsAWSService: "false", iam.ViaAWSService: "false"},
			"ArnNotLike":      map[string]any{iam.PrincipalArn: expanded(exempt)},
		},
	}))
	if added == nil || added.StatementAdded == nil || !*added.StatementAdded {
		problem(diag.Diagnostic{Summary: "the policy of an imported resource cannot be changed",
			Detail: *resource.Node().Path() + " was imported, and nothing was restricted", Fix: "call OnlyFrom in the app that makes the resource"})
	}
}

// exemptProblem returns what is wrong with the ARN of an exempt principal, if anything is.
func exemptProblem(arn string) (diag.Diagnostic, bool) {
	fields := iam.CutARN(arn)
	switch role, isSession := iam.RoleOf(arn); {
	case arch.IsToken(arn):
		return diag.Diagnostic{}, false
	case isSession:
		return diag.Diagnostic{
			Summary: "an exempt principal is a session, which never matches",
			Detail:  fmt.Sprintf("got %q; %s holds the role of a session", arn, iam.PrincipalArn),
			Fix:     fmt.Sprintf("name the role, %q, with its path", role),
		}, true
	case fields == nil || fields[2] != "iam" && fields[2] != "sts":
		return diag.Diagnostic{
			Summary: "the ARN of an exempt principal is not usable", Detail: fmt.Sprintf("got %q", arn),
			Fix: `write it as in "arn:aws:iam::111122223333:role/operator-*"`,
		}, true
	}
	return diag.Diagnostic{}, false
}

// dataOf returns the actions on a resource's data and the resources that these actions act on; nil if OnlyFrom does not know the resource.
func dataOf(resource any) (actions, resources []string) {
	switch r := resource.(type) {
	case Bucket:
		return []string{"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion",
			"s3:PutObject"}, []string{*r.BucketArn() + "/*"}
	case Queue:
		return []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"}, []string{*r.QueueArn()}
	case Topic:
		return []string{"sns:Publish"}, []string{*r.TopicArn()}
	case SecretValue:
		return []string{"secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"}, []string{*r.SecretArn()}
	case Table:
		return []string{
			"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
			"dynamodb:Scan", "dynamodb:UpdateItem",
		}, []string{*r.TableArn()}
	}
	return nil, nil
}
