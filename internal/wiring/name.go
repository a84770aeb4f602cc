package wiring

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// byName returns the ARN of a resource in another stack, spelled with the name of the resource, if CDK knows the name at synthesis. The
// stacks of services depend on the network's stack. A reference back to them would make a circle of stacks; a name does not.
func (n *Network) byName(token string) (arn string, ok bool) {
	if known, seen := n.names[token]; seen {
		return known, known != ""
	}
	if n.names == nil {
		n.names = map[string]string{}
	}
	n.names[token] = n.nameOf(token)
	return n.names[token], n.names[token] != ""
}

// nameOf returns what byName looks for, or an empty string.
func (n *Network) nameOf(token string) (arn string) {
	ref := reference(token)
	if ref == nil || outermost(ref.Target()) == outermost(n.self) {
		return ""
	}
	defer func() {
		if recover() != nil {
			arn = "" // CDK panics for resources without a name.
		}
	}()
	text, ok := spell(resolveElsewhere(n, token))
	if !ok || !strings.HasPrefix(text, "arn:") {
		return ""
	}
	if strings.Contains(text, ":secretsmanager:") {
		text += "-??????" // AWS appends a hyphen and six random characters to the name of a secret.
	}
	return text
}

// outermost returns the path of the top-level stack that a construct is deployed with.
func outermost(c constructs.IConstruct) string {
	stack := awscdk.Stack_Of(c)
	for stack.NestedStackParent() != nil {
		stack = stack.NestedStackParent()
	}
	return *stack.Node().Path()
}

// elsewhereID is the id of the temporary stack in resolveElsewhere.
const elsewhereID = "TierwallElsewhere"

// resolveElsewhere resolves a token as a stack of another account does. CDK then uses names instead of references, and generates names for
// resources with PhysicalName_GENERATE_IF_NEEDED.
func resolveElsewhere(n *Network, token string) any {
	root := n.self.Node().Root().(constructs.Construct)
	defer root.Node().TryRemoveChild(new(elsewhereID))
	elsewhere := awscdk.NewStack(root, new(elsewhereID), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: new("000000000000"), Region: new("us-east-1")},
	})
	return elsewhere.Resolve(&token)
}

// spell writes a resolved value as the model does: "arn:${AWS::Partition}:s3:::uploads". ok is false if the value contains anything other
// than text and pseudo parameters.
func spell(resolved any) (text string, ok bool) {
	if text, ok := resolved.(string); ok {
		return text, true
	}
	function, isFunction := resolved.(map[string]any)
	if !isFunction {
		return "", false
	}
	if name, isRef := function["Ref"].(string); isRef {
		return "${" + name + "}", strings.HasPrefix(name, "AWS::")
	}
	join, isJoin := function["Fn::Join"].([]any)
	if !isJoin || len(join) != 2 || join[0] != "" {
		return "", false
	}
	parts, isList := join[1].([]any)
	for _, part := range parts {
		spelled, known := spell(part)
		if !known {
			return "", false
		}
		text += spelled
	}
	return text, isList
}
