package upgrade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// Changes that cannot be analysed are reported.
func TestUnknown(t *testing.T) {
	t.Parallel()
	nested := func(properties string) string { return resource("N", "CloudFormation::Stack", properties) }
	of := func(kind, properties string) string {
		return "N: {Type: '" + kind + "', Properties: {" + properties + "}}\n"
	}
	const one, two = "TemplateURL: 'https://2.zoppoz.workers.dev:443/https/example.com/1.json'",
		"TemplateURL: 'https://2.zoppoz.workers.dev:443/https/example.com/2.json'"
	web := tcp443 + "CidrIp: 10.0.0.0/8"
	for name, c := range map[string]struct {
		before, after string
		want          string // what is said; empty if nothing is
	}{
		"a nested stack of another template": {
			nested(one), nested(two), "N changes (TemplateURL), and the template of the nested stack was not read",
		},
		"a nested stack that gets something else": {nested(one + ", Parameters: {A: x}"), nested(one + ", Parameters: {A: y}"),
			"N changes (Parameters)"},
		"a new nested stack":       {"", nested(one), "N is new, and the template of the nested stack was not read"},
		"a removed nested stack":   {nested(one), "", "N is removed"},
		"a nested stack as it was": {nested(one), nested(one), ""},
		"a nested stack with a path": {
			nested("TemplateURL: n.yaml"), nested("TemplateURL: n.yaml"), "N may change behind its path n.yaml",
		},
		"a module":          {of("My::Net::Mod::MODULE", "A: x"), of("My::Net::Mod::MODULE", "A: y"), "is a module"},
		"a custom resource": {of("Custom::Mine", "A: x"), of("Custom::Mine", "A: y"), "is a custom resource"},
		"a custom resource of AWS's type": {
			of("AWS::CloudFormation::CustomResource", "A: x"), of("AWS::CloudFormation::CustomResource", "A: y"), "N changes (A)",
		},
		"a harmless custom resource":  {of("Custom::LogRetention", "A: x"), of("Custom::LogRetention", "A: y"), ""},
		"a stack set":                 {"", of("AWS::CloudFormation::StackSet", "A: y"), "N is new"},
		"a type of another publisher": {of("Foo::Bar::Baz", "A: x"), of("Foo::Bar::Baz", "A: y"), "another publisher"},
		"a module as it was":          {of("My::Net::Mod::MODULE", "A: x"), of("My::Net::Mod::MODULE", "A: x"), ""},
		"an ordinary resource": {
			resource("N", "SNS::Topic", "DisplayName: x"), resource("N", "SNS::Topic", "DisplayName: y"), "",
		},
		"a custom resource of a new group": {
			of("Custom::Mine", "A: !Ref Peer"), of("Custom::Mine", "A: !Ref Web") + group("GroupDescription: g"), "N changes (A)",
		},
		"a macro in a resource": {
			resource("N", "SNS::Topic", "Fn::Transform: {Name: M, Parameters: {A: x}}"), resource("N", "SNS::Topic",
				"Fn::Transform: {Name: M, Parameters: {A: y}}"), "the macro M writes it",
		},
		"an added macro": {
			resource("N", "SNS::Topic", ""), resource("N", "SNS::Topic", "Fn::Transform: {Name: M}"), "the macro M writes it",
		},
		"a macro in an attribute": {
			resource("N", "SNS::Topic", ""), "N: {Type: AWS::SNS::Topic, UpdatePolicy: {'Fn::Transform': {Name: M}}}\n", "N changes (Fn::Transform)",
		},
		"a macro in a resource as it was": {
			resource("N", "SNS::Topic", "Fn::Transform: {Name: M}"), resource("N", "SNS::Topic", "Fn::Transform: {Name: M}"), "",
		},
		"a resource under a condition": {
			resource("N", "SNS::Topic", ""), "N: {Type: AWS::SNS::Topic, Condition: Wide}\n",
			"N may be removed, because its condition changes",
		},
		"a resource no longer under one": {
			"N: {Type: AWS::SNS::Topic, Condition: Wide}\n", resource("N", "SNS::Topic", ""), "N may be new",
		},
		"a resource under another condition": {
			"N: {Type: AWS::SNS::Topic, Condition: Wide}\n", "N: {Type: AWS::SNS::Topic, Condition: Narrow}\n", "N may appear or disappear",
		},
		"a name that a resource under another condition holds": {"N: {Type: AWS::SNS::Topic, Condition: Wide, Properties: {TopicName: n}}\n",
			"M: {Type: AWS::SNS::Topic, Condition: Narrow, Properties: {TopicName: n}}\n",
			"M takes the name n, but Shop/N, which has another condition, holds it"},
		"a rule under a condition": {
			ingress("{" + web + "}"), ingress("!If [Wide, {" + web + "}, !Ref AWS::NoValue]"),
			"the rule tcp/443 from 10.0.0.0/8 may appear or disappear",
		},
		"a resource under the same as ever": {
			"N: {Type: AWS::SNS::Topic, Condition: Wide}\n", "N: {Type: AWS::SNS::Topic, Condition: Wide}\n", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := Examine(add(t, c.before), add(t, c.after))
			assert.Empty(t, result.Findings)
			if c.want == "" {
				assert.Empty(t, result.Unknown)
				return
			}
			require.Len(t, result.Unknown, 1, "%s", result.Unknown)
			d := result.Unknown[0]
			assert.Contains(t, d.Summary, c.want)
			assert.Equal(t, diag.Warning, d.Severity)
			assert.True(t, strings.HasPrefix(d.Where(), "Shop.yaml:"), d.Where())
		})
	}
}

func TestUnknownOfMacros(t *testing.T) {
	t.Parallel()
	stack := func(macro, name string) *cfn.Assembly {
		return read(t, macro+"Resources:\n  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: "+name+"}}\n")
	}
	const macro = "Transform: Mine\n"
	assert.Empty(t, Examine(stack(macro, "x"), stack(macro, "x")).Unknown, "as it was")
	assert.Empty(t, Examine(stack("", "x"), stack("", "y")).Unknown, "no macro")
	assert.Empty(t, Examine(stack("Transform: AWS::Serverless-2016-10-31\n", "x"), stack("Transform: AWS::Serverless-2016-10-31\n",
		"y")).Unknown)
	for _, before := range []*cfn.Assembly{nil, stack("", "x"), stack(macro, "y")} {
		unknown := Examine(before, stack(macro, "x")).Unknown
		require.Len(t, unknown, 1)
		assert.Contains(t, unknown[0].Summary, "Mine may rewrite all of it")
	}
	function := func(size string) *cfn.Assembly {
		return read(t, "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function, Properties: {MemorySize: "+
			size+"}}\n")
	}
	unknown := Examine(function("128"), function("256")).Unknown
	require.NotEmpty(t, unknown)
	assert.Contains(t, unknown[0].Summary, "the transform AWS::Serverless-2016-10-31 turns it into other resources")
}

// A nested stack that was read is analysed.
func TestUnknownOfNestedStacks(t *testing.T) {
	t.Parallel()
	parent := "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: N.yaml}}\n"
	topic := func(name string) string {
		return "Resources:\n  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: " + name + "}}\n"
	}
	with := func(name string) *cfn.Assembly {
		return load(t, map[string]string{"Shop": parent, "Shop/N": topic(name)})
	}
	assert.Empty(t, Examine(with("x"), with("y")).Unknown)
	unknown := Examine(with("x"), read(t, parent)).Unknown
	require.Len(t, unknown, 1)
	assert.Contains(t, unknown[0].Summary, "N was read in only one of the two states")
}

// A condition is reported if it depends on a default that changes, or if its definition changes.
func TestUnknownConditions(t *testing.T) {
	t.Parallel()
	stack := func(standard, condition string) *cfn.Assembly {
		return read(t, "Parameters: {P: {Type: String, Default: "+standard+"}}\nConditions: {C: "+condition+"}\n"+
			"Resources:\n  A: {Type: AWS::SNS::Topic, Condition: C}\n  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [C, x, y]}}\n")
	}
	base := stack("a", "!Equals [!Ref P, a]")
	assert.Empty(t, Examine(base, base).Unknown)
	for _, after := range []*cfn.Assembly{stack("b", "!Equals [!Ref P, a]"), stack("a", "!Equals [!Ref P, b]")} {
		unknown := Examine(base, after).Unknown
		require.Len(t, unknown, 1)
		assert.Contains(t, unknown[0].Summary, "may appear, disappear or change: Shop/A, Shop/B; condition C of Shop is not known")
		assert.Contains(t, unknown[0].Summary, "-p P=...")
	}
}

func TestAssumptions(t *testing.T) {
	t.Parallel()
	network := func(standard string) *cfn.Assembly {
		return read(t, "Parameters: {P: {Type: String"+standard+"}}\nResources:\n  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref P}}\n")
	}
	result := Examine(network(", Default: 10.0.0.0/16"), network(", Default: 10.1.0.0/16"))
	assert.Equal(t, []string{"vpc-replaced[Shop/V]"}, ids(result.Findings))
	require.Len(t, result.Assumptions, 1)
	assert.Contains(t, result.Assumptions[0], "P=10.0.0.0/16 before and P=10.1.0.0/16 after")
	assert.Contains(t, result.Assumptions[0], "set one for both with -p P=...")
	same := Examine(network(", Default: 10.0.0.0/16"), network(", Default: 10.0.0.0/16"))
	assert.Equal(t, []string{"P=10.0.0.0/16, the parameter's default (set another with -p P=...)"}, same.Assumptions)
	assert.Empty(t, Examine(network(""), network("")).Assumptions)
	named := func(id string) *cfn.Assembly {
		return add(t, id+": {Type: AWS::SNS::Topic, Condition: Wide, Properties: {TopicName: n}}\n")
	}
	clash := Examine(named("A"), named("B"))
	require.Len(t, clash.Findings, 1)
	require.Len(t, clash.Assumptions, 2)
	assert.Contains(t, clash.Assumptions[1], "Shop/B exists, although condition Wide of Shop is not known")
}
