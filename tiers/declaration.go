package tiers

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/proof"
)

// declaration says what was declared and where it is in the templates. It is read after the synth, when references to
// other stacks are the exports and imports that stand in the templates.
func (n *Network) declaration() proof.Network {
	d := proof.Network{
		Architecture: n.architecture(), Tiers: map[string]proof.Tier{}, Symbols: map[string]proof.Value{},
		Vpc: expression(n, n.vpc.VpcId()),
	}
	for _, t := range n.tiers {
		bound := proof.Tier{Group: expression(t.group, t.groupID)}
		if t.subnets != nil {
			for _, s := range *n.vpc.SelectSubnets(t.subnets).Subnets {
				bound.Subnets = append(bound.Subnets, expression(n, s.SubnetId()))
			}
		}
		d.Tiers[t.id] = bound
	}
	for symbol, token := range n.tokens {
		d.Symbols[symbol] = expression(n, &token)
	}
	return d
}

// expression is a value as it stands in a template. A reference stands in the template of the stack that its target is in,
// as other stacks hold it only if they use it; anything else in that of the stack that scope is in.
func expression(scope constructs.IConstruct, value *string) proof.Value {
	stack := awscdk.Stack_Of(scope)
	if ref := reference(*value); ref != nil {
		stack = awscdk.Stack_Of(ref.Target())
	}
	resolved, err := json.Marshal(stack.Resolve(value))
	if err != nil {
		panic(fmt.Errorf("%s in %s: %w", *value, *stack.Node().Path(), err)) // Recovered in the plugin.
	}
	return proof.Value{Template: templateFile(stack), Expression: resolved}
}

// templateFile is the file of a stack's template, relative to the folder of the app's assembly; stages have folders of
// their own in it.
func templateFile(stack awscdk.Stack) string {
	root, _ := stack.Node().Root().(awscdk.Stage)
	stage := awscdk.Stage_Of(stack)
	if root == nil || stage == nil {
		return *stack.TemplateFile()
	}
	folder, err := filepath.Rel(*root.Outdir(), *stage.Outdir())
	if err != nil {
		return *stack.TemplateFile()
	}
	return filepath.ToSlash(filepath.Join(folder, *stack.TemplateFile()))
}
