package endpoints

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers"
)

// Restrictable is a resource of the CDK library with a policy of its own: an awss3.IBucket, awssqs.IQueue, awssns.ITopic,
// awssecretsmanager.ISecret, or an awsdynamodb.Table. Keys are none: whoever locks himself out of a key has lost it.
type Restrictable interface {
	constructs.IConstruct
	AddToResourcePolicy(statement awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult
}

// OnlyFromProps are the choices for OnlyFrom.
type OnlyFromProps struct {
	// Exempt are the ARNs of principals that may from anywhere, with * and ?: whoever deploys, operators, functions of CDK that fill or empty
	// buckets. The roles of CDK's bootstrap stack, role/cdk-*, are always among them.
	Exempt []string
}

// OnlyFrom denies the data of a resource to everybody outside the network's VPC: the other direction of a grant. It is for data actions
// alone, so that the resource can still be deployed and managed; services of AWS that act for somebody or for themselves are let through.
// It names the VPC, and no endpoint, which keeps templates free of circles. Calls that reach the service over the internet, as those
// through a NAT gateway, are denied as well: grant the tiers that use it first. Whatever is wrong fails the synth. A nil network panics.
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
		d.Path, d.At = *network.Node().Path(), []diag.Position{at}
		report.AddCheck(network, func() diag.List { return diag.List{d} })
	}
	if isNil(resource) {
		problem(diag.Diagnostic{Rule: "restrict", Summary: "a resource to restrict is nil"})
		return
	}
	actions, resources := dataOf(resource)
	if len(actions) == 0 {
		problem(diag.Diagnostic{Rule: "restrict", Summary: "a resource cannot be restricted",
			Detail: fmt.Sprintf("got a %T; allowed are buckets, queues, topics, secrets and tables", resource)})
		return
	}
	except := []string{"arn:" + iam.OwnPartition + ":iam::" + iam.OwnAccount + ":role/cdk-*"}
	for _, e := range props.Exempt {
		fields := iam.CutARN(e)
		switch role, session := iam.RoleOf(e); {
		case arch.IsToken(e):
		case session:
			problem(diag.Diagnostic{
				Rule: "restrict", Summary: "a session is excepted, which never matches",
				Detail: fmt.Sprintf("got %q; %s holds the role of a session", e, iam.PrincipalArn),
				Fix:    fmt.Sprintf("name the role, %q, with its path", role),
			})
		case fields == nil || fields[2] != "iam" && fields[2] != "sts":
			problem(diag.Diagnostic{
				Rule: "restrict", Summary: "a principal that is excepted is not usable", Detail: fmt.Sprintf("got %q", e),
				Fix: `write it as in "arn:aws:iam::111122223333:role/operator-*"`,
			})
		}
		except = append(except, e)
	}
	added := resource.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect: awsiam.Effect_DENY, Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()}, Actions: expanded(actions),
		Resources: expanded(resources),
		Conditions: &map[string]any{
			"StringNotEquals": map[string]any{iam.SourceVpc: network.Vpc().VpcId()},
			"BoolIfExists":    map[string]any{iam.IsAWSService: "false", iam.ViaAWSService: "false"},
			"ArnNotLike":      map[string]any{iam.PrincipalArn: expanded(except)},
		},
	}))
	if added == nil || added.StatementAdded == nil || !*added.StatementAdded {
		problem(diag.Diagnostic{Rule: "restrict", Summary: "a resource's policy is somebody else's",
			Detail: *resource.Node().Path() + " was imported, and nothing was restricted", Fix: "restrict it where it is made"})
	}
}

// dataOf are the actions on a resource's data, and what they are on.
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

func expanded(texts []string) *[]*string {
	var out []*string
	for _, t := range texts {
		out = append(out, expand(t))
	}
	return &out
}
