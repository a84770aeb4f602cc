package cfn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Conditions on parameters without a given value are open, whatever their defaults, unless all allowed values agree.
func TestOpenConditions(t *testing.T) {
	t.Parallel()
	const template = `
Parameters:
  Open: {Type: String, Default: "false"}
  Env: {Type: String, Default: dev, AllowedValues: [dev, test, prod]}
  Zone: {Type: String, AllowedValues: [a, b]}
  Peers: {Type: CommaDelimitedList, Default: ""}
Mappings:
  Sizes: {dev: {Kind: small}, test: {Kind: small}, prod: {Kind: big}}
  Some: {dev: {Kind: small}}
Conditions:
  Inner: !Equals [!Ref Env, prod]
  Outer: %s
Resources:
  X: {Type: T, Condition: Outer}
`
	for condition, want := range map[string]truth{
		`!Equals [!Ref Open, "true"]`:     maybe,
		`!Equals [!Ref Open, !Ref Open]`:  yes,
		`!Equals [!Ref Env, prod]`:        maybe,
		`!Equals [!Ref Env, live]`:        no,
		`!Not [!Equals [!Ref Env, live]]`: yes,
		`!Or [!Equals [!Ref Env, dev], !Equals [!Ref Env, test], !Equals [!Ref Env, prod]]`:     yes,
		`!Or [!Equals [!Ref Env, dev], !Equals [!Ref Env, test]]`:                               maybe,
		`!And [!Equals [!Ref Env, dev], !Condition Inner]`:                                      no,
		`!Or [!Not [!Condition Inner], !Equals [!Ref Env, prod]]`:                               yes,
		`!And [!Equals [!Ref Env, dev], !Equals [!Ref Zone, a]]`:                                maybe,
		`!Or [!Equals [!Ref Zone, a], !Equals [!Ref Zone, b]]`:                                  yes,
		`!Equals [!Sub "x-${Env}", x-live]`:                                                     no,
		`!Equals [!Ref Env, !Ref Zone]`:                                                         no,
		`!Equals [!FindInMap [Sizes, !Ref Env, Kind], huge]`:                                    no,
		`!Equals [!FindInMap [Sizes, !Ref Env, Kind], big]`:                                     maybe,
		`!Equals [!FindInMap [Some, !Ref Env, Kind], huge]`:                                     maybe, // Other values have no entry.
		`!Equals [!Select [0, !Ref Peers], ""]`:                                                 maybe,
		`!Equals [!Ref "AWS::Region", x]`:                                                       maybe,
		`!Not [!And [!Equals [a, a], !Or [!Equals [!Ref Env, live], !Equals [a, b]]]]`:          yes,
		`!And [!Equals [!If [Inner, 1, 2], 1], !Equals [!Ref Open, x], !Equals [!Ref Zone, c]]`: no,
	} {
		a, err := Read("Shop", []byte(fmt.Sprintf(template, condition)), nil)
		if !assert.NoError(t, err, condition) {
			continue
		}
		x, exists := a.Stacks[0].Resource("X")
		got := no
		if exists {
			got = yes
			if x.Condition != "" {
				got = maybe
			}
		}
		assert.Equal(t, want, got, condition)
		assert.Equal(t, want == maybe, exists && x.Doubt() != "", condition)
	}
}

func TestGivenValuesDecideConditions(t *testing.T) {
	t.Parallel()
	const template = "Parameters: {Open: {Type: String, Default: 'false'}}\nConditions: {IsOpen: !Equals [!Ref Open, 'true']}\n" +
		"Resources: {X: {Type: T, Condition: IsOpen}, Y: {Type: T, Properties: {P: !If [IsOpen, 1, 2]}}}\n"
	for _, tt := range []struct{ given, exists, p string }{
		{"", "maybe", "If(Shop/Conditions.IsOpen, 1, 2)"}, {"true", "yes", "1"}, {"false", "no", "2"},
	} {
		o := &Options{Parameters: map[string]string{}}
		if tt.given != "" {
			o.Parameters["Open"] = tt.given
		}
		a, err := Read("Shop", []byte(template), o)
		require.NoError(t, err)
		y, _ := a.Stacks[0].Resource("Y")
		assert.Equal(t, tt.p, y.Get("P").String())
		x, ok := a.Stacks[0].Resource("X")
		assert.Equal(t, tt.exists != "no", ok)
		if ok {
			assert.Equal(t, tt.exists == "maybe", x.Condition != "")
		}
		assert.Empty(t, y.Defaults, "both outcomes are kept: nothing is assumed")
	}
}

// Doubt names exactly what a condition depends on, and the flags that decide it.
func TestDoubt(t *testing.T) {
	t.Parallel()
	const template = `
Parameters:
  Open: {Type: String, Default: "false"}
  Name: {Type: String}
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
Conditions:
  IsOpen: !Equals [!Ref Open, "true"]
  Named: !And [!Condition IsOpen, !Equals [!Ref Name, x], !Equals [!Ref Env, !Ref Env]]
  Known: !Or [!Condition IsOpen, !Equals [a, a]]
  Regional: !Equals [!Ref "AWS::Region", x]
  Imported: !Equals [!ImportValue net-Vpc, x]
  Image: !Equals [!Ref Image, x]
  Made: !Equals [!GetAtt Known.Id, x]
  Nested: !Equals [!GetAtt Other.Outputs.Id, x]
  Many: !Equals [!Join ["", [!Ref Open, !Ref Name, !Ref Env, !ImportValue a, !ImportValue b, !ImportValue c]], x]
Resources:
  Known: {Type: T}
  Other: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://x"}}
`
	a, err := Read("Shop", []byte(template), nil)
	require.NoError(t, err)
	for name, want := range map[string]string{
		"IsOpen": "condition IsOpen of Shop is not known: it depends on the parameter Open (its default, Open=false, is not assumed; give " +
			"-p Open=...)",
		"Named": "condition Named of Shop is not known: it depends on the parameter Name (give -p Name=...) and the parameter Open (its " +
			"default, Open=false, is not assumed; give -p Open=...)",
		"Regional": "condition Regional of Shop is not known: it depends on AWS::Region (give -p AWS::Region=...)",
		"Imported": `condition Imported of Shop is not known: it depends on the import "net-Vpc" (give the template that exports "net-Vpc")`,
		"Image":    "condition Image of Shop is not known: it depends on the parameter Image, whose value is stored in Systems Manager",
		"Made":     "condition Made of Shop is known only at deployment",
		"Nested": "condition Nested of Shop is not known: it depends on the output Id of the nested stack Shop/Other (give the template of " +
			"the nested stack Shop/Other)",
		"Many": `condition Many of Shop is not known: it depends on the import "a" (give the template that exports "a"), the import "b" ` +
			`(give the template that exports "b"), ` +
			`the import "c" (give the template that exports "c"), the parameter Env (its default, Env=dev, is not assumed; give -p Env=...), ` +
			`the parameter Name (give -p Name=...) and 1 more`,
		"Known":  "condition Shop/Conditions.Known is known only at deployment",
		"Nobody": "condition Shop/Conditions.Nobody is known only at deployment",
	} {
		assert.Equal(t, want, a.Doubt("Shop/Conditions."+name), name)
	}
	v, err := a.Evaluate("Shop", []byte(`{"Fn::If": ["Named", 1, 2]}`))
	require.NoError(t, err)
	assert.Equal(t, a.Doubt("Shop/Conditions.Named"), v.Doubt())
	assert.Empty(t, Value{Kind: Text, Text: "x"}.Doubt())
	assert.Equal(t, "condition C is known only at deployment", Value{Kind: Choice, Text: "C"}.Doubt())
}

// Remedies lists what to give to make a value known.
func TestRemedies(t *testing.T) {
	t.Parallel()
	const template = `
Parameters:
  Open: {Type: String, Default: "false"}
  Subnet: {Type: String}
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>"}
Conditions: {IsOpen: !Equals [!Ref Open, "true"]}
Resources:
  A: {Type: T}
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://x"}}
`
	a, err := Read("Shop", []byte(template), nil)
	require.NoError(t, err)
	for expression, want := range map[string]string{
		`"x"`:                    "",
		`{"Ref": "A"}`:           "",
		`{"Ref": "Open"}`:        "",
		`{"Ref": "Subnet"}`:      "-p Subnet=...",
		`{"Ref": "AWS::Region"}`: "-p AWS::Region=...",
		`{"Fn::Select": [1, {"Ref": "Subnets"}]}`:                  "-p Subnets=...",
		`{"Fn::Sub": "${Subnet}-${AWS::Region}-${Subnet}"}`:        "-p AWS::Region=...|-p Subnet=...",
		`{"Fn::ImportValue": "net-Vpc"}`:                           `the template that exports "net-Vpc"`,
		`{"Fn::ImportValue": {"Fn::Sub": "${Subnet}-Vpc"}}`:        "-p Subnet=...",
		`{"Fn::Split": [",", {"Fn::ImportValue": "net-Subnets"}]}`: `the template that exports "net-Subnets"`,
		`{"Fn::GetAtt": ["N", "Outputs.X"]}`:                       "the template of the nested stack Shop/N",
		`{"Fn::If": ["IsOpen", 1, {"Ref": "Subnet"}]}`:             "-p Open=...|-p Subnet=...",
		`{"Fn::If": ["IsOpen", 1, 1]}`:                             "",
		`{"A": [{"Ref": "Subnet"}]}`:                               "-p Subnet=...",
	} {
		v, err := a.Evaluate("Shop", []byte(expression))
		require.NoError(t, err)
		assert.Equal(t, want, strings.Join(v.Remedies(), "|"), expression)
	}
}

// Flags name the stack if two stacks have a parameter of the same name.
func TestFlagsOfSharedParameters(t *testing.T) {
	t.Parallel()
	dir := folder(t, "-- a.yaml --\nParameters: {P: {Type: String}, Q: {Type: String}}\nResources: {X: {Type: T, Properties: {P: !Ref P, "+
		"Q: !Ref Q}}}\n"+
		"-- b.yaml --\nParameters: {P: {Type: String}}\nResources: {}\n")
	a, err := Load([]string{dir + "/a.yaml", dir + "/b.yaml"}, nil)
	require.NoError(t, err)
	x, _ := a.Stacks[0].Resource("X")
	assert.Equal(t, []string{"-p a.P=..."}, x.Get("P").Remedies())
	assert.Equal(t, []string{"-p Q=..."}, x.Get("Q").Remedies())
}

// Defaults are reported, however they reach a property.
func TestDefaults(t *testing.T) {
	t.Parallel()
	dir := folder(t, `-- net.yaml --
Parameters: {Cidr: {Type: String, Default: 10.0.0.0/16}, Unused: {Type: String, Default: x}}
Resources: {}
Outputs: {Cidr: {Value: !Ref Cidr, Export: {Name: net-Cidr}}, Zone: {Value: a, Export: {Name: !Sub "${Unused}-Zone"}}}
-- top.yaml --
Parameters:
  Env: {Type: String, Default: dev}
  Port: {Type: Number, Default: 8080}
  Network: {Type: String, Default: net}
  Given: {Type: String, Default: x}
  Name: {Type: String, Default: y}
Mappings: {Sizes: {dev: {Cidr: 10.9.0.0/16}}}
Conditions: {IsProd: !Equals [!Ref Env, prod], InZone: !Equals [!ImportValue x-Zone, a]}
Resources:
  None: {Type: T, Properties: {P: !Ref Given, Tags: [!Ref Name]}}
  Ref: {Type: T, Properties: {P: !Ref Port, Q: !Ref Port}}
  Mapped: {Type: T, Properties: {P: !FindInMap [Sizes, !Ref Env, Cidr]}}
  Sub: {Type: T, Properties: {P: !Sub "${Env}-${Port}-${Given}"}}
  Imported: {Type: T, Properties: {P: !ImportValue net-Cidr}}
  Zone: {Type: T, Properties: {P: !ImportValue x-Zone, Q: !If [InZone, 1, 2]}}
  ByName: {Type: T, Properties: {P: {"Fn::ImportValue": !Sub "${Network}-Cidr"}}}
  Guarded: {Type: T, Condition: IsProd, Properties: {P: !If [IsProd, !Ref Port, 1]}}
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n.yaml, Parameters: {P: !Ref Port}}}
  Output: {Type: T, Properties: {P: !GetAtt Nested.Outputs.P, Q: !GetAtt Nested.Outputs.Q}}
-- n.yaml --
Parameters: {P: {Type: String, Default: 1}, Q: {Type: String, Default: 2}}
Resources: {X: {Type: T, Properties: {P: !Ref P}}, Y: {Type: T, Properties: {P: !Ref Q}}}
Outputs: {P: {Value: !Ref P}, Q: {Value: !Ref Q}}
`)
	a, err := Load([]string{dir + "/net.yaml", dir + "/top.yaml"}, &Options{Parameters: map[string]string{"Given": "x"}})
	require.NoError(t, err)
	const cidr, zone, env, port, network = "net Cidr=10.0.0.0/16", "net Unused=x", "top Env=dev", "top Port=8080", "top Network=net"
	want := map[string][]string{
		"top/None": nil, "top/Ref": {port}, "top/Mapped": {env}, "top/Sub": {env, port}, "top/Imported": {cidr}, "top/Zone": {zone},
		"top/ByName":  {cidr, network},
		"top/Guarded": {port}, "top/Nested": {port}, "top/Output": {port}, "top/Nested/X": {port}, "top/Nested/Y": nil,
	}
	for _, s := range a.Stacks {
		for _, r := range s.Resources {
			var got []string
			for _, d := range r.Defaults {
				got = append(got, d.Stack+" "+d.Name+"="+d.Value)
			}
			assert.Equal(t, want[r.String()], got, r.String())
		}
	}
	values(t, a, [3]string{"top", `{"Fn::If": ["InZone", 1, 2]}`, "If(top/Conditions.InZone, 1, 2)"})
	ref, _ := a.Stacks[1].Resource("Ref")
	assert.Equal(t, "Port=8080, the parameter's default (set another with -p Port=...)", ref.Defaults[0].String())
}

// Values behind a condition may never be used: invalid arguments of functions are unknown there, not mistakes.
func TestMistakesBehindConditions(t *testing.T) {
	t.Parallel()
	const template = `
Parameters: {Peers: {Type: CommaDelimitedList, Default: ""}, Env: {Type: String, Default: none}}
Mappings: {Sizes: {dev: {Cidr: 10.9.0.0/16}}}
Conditions: {Has: !Not [!Equals [!Select [0, !Ref Peers], ""]]}
Resources:
  A: {Type: T, Condition: Has, Properties: {P: !Select [1, !Ref Peers], Q: !FindInMap [Sizes, !Ref Env, Cidr]}}
  B: {Type: T, Properties: {P: !If [Has, !Select [1, !Ref Peers], x]}}
  N: {Type: AWS::CloudFormation::Stack, Condition: Has, Properties: {TemplateURL: n.yaml, Parameters: {Peers: !Join [",", !Ref Peers]}}}
-- n.yaml --
Parameters: {Peers: {Type: CommaDelimitedList}}
Resources: {C: {Type: T, Properties: {P: !Cidr [!Select [0, !Ref Peers], 1, 8]}}}
Outputs: {O: {Value: !Select [3, !Ref Peers]}}
`
	a, err := Load([]string{folder(t, "-- top.yaml --"+template) + "/top.yaml"}, nil)
	require.NoError(t, err)
	values(t, a,
		[3]string{"top", `{"Fn::If": ["Has", {"Fn::Select": [1, {"Ref": "Peers"}]}, "x"]}`, `If(top/Conditions.Has, Select(1, [""]), x)`},
	)
	_, err = a.Evaluate("top", []byte(`{"Fn::Select": [1, {"Ref": "Peers"}]}`))
	assert.ErrorContains(t, err, "selects item 1 of a list of length 1")
}
