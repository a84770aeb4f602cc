package wiring

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
)

// usage is the use of another construct's value by a declaration.
type usage struct {
	token string
	what  string // the declaration: "a grant"
	path  string // of the declaration
	at    diag.Position
	arn   bool // the value is the ARN of a resource or role, so that a name can replace the reference
}

// circles returns the declarations that make the network's stack depend on a stack that depends on the network's stack. message is the
// error of CDK, which names one reference of the circle.
func (n *Network) circles(message string) (found diag.List) {
	defer func() {
		if recover() != nil {
			found = nil // CDK's own message remains.
		}
	}()
	guilty := map[string]bool{}
	uses := n.usages()
	for _, u := range uses {
		if symbol, ok := n.symbols[u.token]; ok && strings.Contains(message, "-> "+symbol+")") {
			guilty[outermost(reference(u.token).Target())] = true
		}
	}
	for _, u := range uses {
		if ref := reference(u.token); ref != nil && n.names[u.token] == "" && guilty[outermost(ref.Target())] {
			found.Add(n.circle(u, ref))
		}
	}
	return found.Sorted()
}

// circle returns the error about a usage that is part of a circle of stacks.
func (n *Network) circle(u usage, ref awscdk.Reference) diag.Diagnostic {
	d := diag.Diagnostic{
		Rule: "stack-circle", Path: n.declared.PathTo(u.path), At: []diag.Position{u.at},
		Summary: u.what + " makes the network's stack depend on a stack that depends on the network's stack",
		Detail:  "the network's stack would refer to " + n.symbols[u.token] + ", so neither stack could be deployed first",
	}
	elsewhere := "make it in the network's stack, or in a stack that does not depend on the network's stack"
	property, nameable := nameProperty(ref.Target())
	switch {
	case isAttachment(ref.Target()):
		d.Fix = "instead of the secret that a database returns, grant the secret itself: awsrds.NewDatabaseSecret with SecretName: " +
			"awscdk.PhysicalName_GENERATE_IF_NEEDED(), and awsrds.Credentials_FromSecret; or " + elsewhere
	case !u.arn || !nameable:
		d.Fix = elsewhere
	case property == "RoleName":
		d.Fix = "let CDK name the role, in a stack whose Env has an account and a Region: RoleName: awscdk.PhysicalName_GENERATE_IF_NEEDED(); " +
			"if a construct made the role, pass the construct a role of your own instead; or " + elsewhere
	default:
		d.Fix = "let CDK name it, in a stack whose Env has an account and a Region: " + property +
			": awscdk.PhysicalName_GENERATE_IF_NEEDED(); or " + elsewhere
	}
	return d
}

// isAttachment reports whether a construct only attaches a secret to a database, and so has no name.
func isAttachment(c constructs.IConstruct) bool {
	r, isResource := c.(awscdk.CfnResource)
	return isResource && *r.CfnResourceType() == "AWS::SecretsManager::SecretTargetAttachment"
}

// nameProperty returns the property with a resource's name. ok is false for resources whose ids AWS generates.
func nameProperty(resource constructs.IConstruct) (property string, ok bool) {
	r, isResource := resource.(awscdk.CfnResource)
	if !isResource {
		return "", false
	}
	property, ok = map[string]string{
		"AWS::S3::Bucket": "BucketName", "AWS::IAM::Role": "RoleName", "AWS::DynamoDB::Table": "TableName",
		"AWS::DynamoDB::GlobalTable": "TableName", "AWS::SQS::Queue": "QueueName", "AWS::SNS::Topic": "TopicName",
		"AWS::SecretsManager::Secret": "SecretName", "AWS::Logs::LogGroup": "LogGroupName", "AWS::ECR::Repository": "RepositoryName",
		"AWS::Lambda::Function": "FunctionName", "AWS::Events::EventBus": "EventBusName", "AWS::Kinesis::Stream": "StreamName",
		"AWS::StepFunctions::StateMachine": "StateMachineName", "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
		"AWS::ECS::Cluster": "ClusterName",
	}[*r.CfnResourceType()]
	return property, ok
}

// usages returns the uses of other constructs' values, sorted by the paths of the declarations.
func (n *Network) usages() []usage {
	var out []usage
	add := func(u usage, texts ...string) {
		for _, text := range texts {
			for _, t := range token.FindAllString(text, -1) {
				u.token = t
				out = append(out, u)
			}
		}
	}
	for _, g := range n.granted.grants {
		u := usage{what: "a grant", path: n.declared.GrantPath(g), at: g.At, arn: true}
		add(u, g.Roles...)
		for _, need := range g.Needs {
			add(u, need.Resources...)
		}
	}
	for _, r := range n.granted.roles {
		add(usage{what: "a role", path: "tiers." + r.Tier, at: r.At, arn: true}, r.ARN)
	}
	for _, t := range n.tiers {
		if i := t.declared.Imported; i != nil {
			add(usage{what: "an imported group", path: "tiers." + t.id, at: t.declared.At}, i.Group.Text)
		}
	}
	for _, f := range n.flows {
		add(usage{what: "a flow", path: "flows", at: f.At[0]}, f.From.Text, f.To.Text, f.Path.Via.Text)
	}
	slices.SortStableFunc(out, func(a, b usage) int { return cmp.Compare(a.path, b.path) })
	return out
}
