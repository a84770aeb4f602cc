package cfn

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// resources wraps properties of one resource in a template. The properties are on its fourth line.
func resources(properties string, sections ...string) string {
	return "{" + strings.Join(append(sections, ""), ",") + "\n\"Resources\": {\n\"X\": {\"Type\": \"T\", \"Properties\":\n{\"P\": " +
		properties + "}}}}"
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ template, want string }{
		{``, "this is not a CloudFormation template: it is empty"},
		{`[]`, "f:1): this is not a CloudFormation template: it must be an object with Resources, got a list"},
		{`{"AWSTemplateFormatVersion": "2010-09-09"}`, "it has no Resources"},
		{`{"Resources": []}`, "Resources must be an object with a resource for each logical id, got a list"},
		{`{"Resources": {"X": {}}}`, "Resources.X: the resource has no Type"},
		{`{"Resources": {"X": 1}}`, "Resources: X must be an object, got a string"},
		{`{"Resources": {"a-b": {"Type": "T"}}}`, `"a-b" is not a valid name: use letters and digits only`},
		{`{"Resources": {}, "Outputs": []}`, "Outputs must be an object, got a list"},
		{`{"Resources": {"Fn::ForEach::X": []}}`, "Fn::ForEach::X expects a list of an identifier, a collection and an object to repeat"},
		{`{"Resources": {"X": {"Type": "T", "Properties": []}}}`, "Resources.X.Properties: Properties must be an object, got a list"},
		{`{"Resources": {"X": {"Type": "T", "DependsOn": [{}]}}}`, "DependsOn must be a logical id or a list of them"},
		{`{"Resources": {"X": {"Type": "T", "Condition": []}}}`, "Condition must be the name of a condition, got a list"},
		{`{"Resources": {}, "Outputs": {"O": {}}}`, "Outputs.O.Value: the output has no Value"},
		{`{"Resources": {}, "Parameters": {"P": {}}}`, "Parameters.P: the parameter has no Type"},
		{`{"Resources": {}, "Parameters": {"P": {"Type": "String", "Default": []}}}`, "Default must be a string or a number, got a list"},
		{`{"Resources": {}, "Mappings": {"M": {"K": {"N": {}}}}}`, "Mappings.M.K.N: a mapping must hold strings or lists of strings"},
		{`{"Resources": {}, "Mappings": {"M": {"K": "x"}}}`, "Mappings.M.K: must be an object of names, got a string"},
		{`{"Resources": {}, "Conditions": {"C": "x"}}`, "Conditions.C: a condition must be an object with exactly one of"},
		{`{"Resources": {}, "Conditions": {"C": {"Fn::If": []}}}`, "Conditions.C.Fn::If: Fn::If is not a condition"},
		{`{"Resources": {}, "Conditions": {"C": {"Fn::Not": [{"Condition": "C"}]}}}`, "Conditions.C.Fn::Not[0].Condition: the condition C " +
			"depends on itself"},
		{`{"Resources": {}, "Conditions": {"A": {"Condition": "B"}, "B": {"Condition": "A"}}}`, "the condition A depends on itself"},
		{`{"Resources": {}, "Conditions": {"C": {"Fn::And": [{"Fn::Equals": [1, 1]}]}}}`, "Fn::And expects a list of 2 to 10 conditions"},

		{resources(`null`), "Resources.X.Properties.P: null is not allowed in templates; leave it out"},
		{resources(`{"Ref": []}`), "Ref expects a string, got a list of 0"},
		{resources(`{"Ref": "AWS::Foo"}`), `there is no pseudo parameter "AWS::Foo"`},
		{resources(`{"Fn::GetAtt": "X"}`), `Fn::GetAtt expects a logical id and an attribute, as a list or with a dot between them, got "X"`},
		{resources(`{"Fn::GetAtt": ["X", []]}`), "Fn::GetAtt expects a logical id and an attribute"},
		{resources(`{"Fn::Sub": "${}"}`), `no parameter or resource is named ""`},
		{resources(`{"Fn::Sub": {}}`), "Fn::Sub expects a literal string"},
		{resources(`{"Fn::Sub": ["${L}", {"L": [1]}]}`), "Fn::Sub expects strings, got a list of 1"},
		{resources(`{"Fn::Join": [","]}`), "Fn::Join expects a delimiter and a list, got a list of 1"},
		{resources(`{"Fn::Join": [",", "x"]}`), `Fn::Join expects a list, got "x"`},
		{resources(`{"Fn::Join": [{"Ref": "X"}, []]}`), "the delimiter of Fn::Join must be a literal string, got Shop/X"},
		{resources(`{"Fn::Join": [",", [{}]]}`), "Fn::Join expects strings, got an object"},
		{resources(`{"Fn::Split": ["", "x"]}`), "the delimiter of Fn::Split must be a literal string that is not empty"},
		{resources(`{"Fn::Split": [",", []]}`), "Fn::Split expects a string, got a list of 0"},
		{resources(`{"Fn::Select": [2, ["a"]]}`), "Fn::Select selects item 2 of a list of length 1"},
		{resources(`{"Fn::Select": [-1, ["a"]]}`), `Fn::Select expects an index of 0 or more, got "-1"`},
		{resources(`{"Fn::Select": [0, "a"]}`), `Fn::Select expects a list, got "a"`},
		{resources(`{"Fn::Select": [[], ["a"]]}`), "Fn::Select expects an index, got a list of 0"},
		{resources(`{"Fn::Cidr": ["10.0.0.0/24", 3, 7]}`), "Fn::Cidr asks for 3 blocks of 7 host bits, but they do not fit into 10.0.0.0/24"},
		{resources(`{"Fn::Cidr": ["10.0.0.0/24", 1, 9]}`), "they do not fit into 10.0.0.0/24"},
		{resources(`{"Fn::Cidr": ["10.0.0.0", 1, 9]}`), `Fn::Cidr expects a block in CIDR notation, got "10.0.0.0"`},
		{resources(`{"Fn::Cidr": ["10.0.0.0/8", 257, 9]}`), "a number of blocks from 1 to 256, got \"257\""},
		{resources(`{"Fn::Cidr": ["10.0.0.0/8", 1, 129]}`), "the number of host bits of a block, 0 to 128, got \"129\""},
		{resources(`{"Fn::Cidr": [{"Ref": "X"}, 2, 32]}`), "which do not fit into any block"},
		{resources(`{"Fn::Cidr": [[], 2, 32]}`), "Fn::Cidr expects a block, a number of blocks and their host bits, got a list of 0"},
		{resources(`{"Fn::FindInMap": ["M", "K", "N"]}`, `"Mappings": {"M": {"L": {"N": 1}}}`), `the mappings have no "M", "K", "N"`},
		{resources(`{"Fn::FindInMap": ["M", "K", "N", 1]}`), "the fourth argument of Fn::FindInMap must be an object with a DefaultValue"},
		{resources(`{"Fn::FindInMap": ["M", "K", []]}`), "Fn::FindInMap expects a mapping, a key and a name under it, got a list of 0"},
		{resources(`{"Fn::If": ["C", 1]}`), "Fn::If expects the name of a condition"},
		{resources(`{"Fn::ImportValue": []}`), "Fn::ImportValue expects the name of an export, got a list of 0"},
		{resources(`{"Fn::Base64": []}`), "Fn::Base64 expects a string, got a list of 0"},
		{resources(`{"Fn::Length": "x"}`), `Fn::Length expects a list, got "x"`},
		{resources(`{"Fn::GetAZs": []}`), "Fn::GetAZs expects the name of a Region, got a list of 0"},
		{resources(`{"Fn::ForEach::A": []}`), "Fn::ForEach::A expects a list of an identifier"},
		{resources(`{"Fn::ForEach::A": [], "B": 1}`), "Fn::ForEach::A expects a list of an identifier"},
		{resources(`{"Fn::Join": [], "B": 1}`), "Fn::Join must be the only field of its object"},
	} {
		_, err := Read("Shop.json", []byte(tt.template), nil)
		if assert.Error(t, err, tt.template) {
			text := strings.ReplaceAll(err.Error(), "Shop.json", "f")
			want := strings.TrimPrefix(tt.want, "f:1): ")
			assert.Contains(t, text, want, tt.template)
			assert.Contains(t, text, "(f:", tt.template)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Read("Shop.json", []byte(resources(`[{"Ref": "AWS::A"},
		{"Ref": "AWS::B"}]`)), nil)
	assert.ErrorContains(t, err, `no pseudo parameter "AWS::A" (Shop.json:4)`)
	assert.ErrorContains(t, err, `no pseudo parameter "AWS::B" (Shop.json:5)`)

	many := strings.TrimSuffix(strings.Repeat("{\"Ref\": \"AWS::A\"},\n", 60), ",\n")
	_, err = Read("Shop.json", []byte(resources("["+many+"]")), nil)
	assert.ErrorContains(t, err, "and 10 more problems")
}

func TestSyntax(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{":                      "line 1: expected a name in double quotes, got the end of the file",
		"{\n1}":                  "line 2: expected a name in double quotes, got '1'",
		`{"a"}`:                  `expected ':' after "a", got '}'`,
		`{"a":}`:                 "expected a value, got '}'",
		`{"a":1,}`:               "expected a name in double quotes, got '}'",
		`{"a":[1,]}`:             "expected a value, got ']'",
		`{"a":[1 2]}`:            "expected ',' or ']', got '2'",
		`{"a":01}`:               "expected ',' or '}', got '1'",
		`{"a":-}`:                `"-" is not a number`,
		`{"a":1.}`:               `"1." is not a number`,
		`{"a":1e+}`:              `"1e+" is not a number`,
		`{"a":nul}`:              "expected a value, got 'n'",
		"{\"a\":\"\n\"}":         `a string contains the control character '\n'`,
		"{\"a\":\"\\n\n\"":       `a string contains the control character '\n'`,
		`{"a":"x`:                "a string is not closed",
		`{"a":"\`:                "a string is not closed",
		`{"a":"\x"}`:             "a string contains a backslash before 'x'",
		`{"a":"\u12x4"}`:         `a string contains \u without four hexadecimal digits`,
		`{"a":"\ud800\u"}`:       `a string contains \u without four hexadecimal digits`,
		`{} x`:                   "more text follows after the end of the JSON value",
		strings.Repeat("[", 300): "values are nested more than 200 deep",
	} {
		_, _, err := parseJSON([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
	for text, want := range map[string]string{
		`"\u0041\u00e9\ud83d\ude00\ud800x\n\"\\\/"`: "A\u00e9\U0001F600\uFFFDx\n\"\\/",
		`"\ud800\u0041"`: "\uFFFDA",
		"\"\xff\"":       "\xff",
		"-1.5e+3":        "-1.5e+3",
		" true ":         "true",
	} {
		n, _, err := parseJSON([]byte(text))
		if assert.NoError(t, err, text) {
			assert.Equal(t, want, n.text)
		}
	}
}

func TestYAMLProblems(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a0 [x, x]\n"
	for i := 1; i < 30; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	for text, want := range map[string]string{
		"a: [":                       "did not find expected node content",
		"a: 1\n---\nb: 1":            "a second YAML document begins",
		"a: 1\n--- [":                "line ",
		"? [a]\n: 1":                 "a name must be a string",
		"a: &a {b: 1}\nc:\n  <<: *a": "line 3: CloudFormation does not support merging objects",
		"a: &a [*a]":                 "the alias *a refers to an anchor that contains it",
		"a: *b":                      "unknown anchor",
		bomb:                         "aliases expand to more than 100000 values",
		strings.Repeat("[", 300) + strings.Repeat("]", 300): "values are nested more than 200 deep",
		"\tx: 1": "line 1: the indentation contains a tab",
	} {
		_, _, err := parseYAML([]byte(text))
		assert.ErrorContains(t, err, want, clip(text))
	}
	_, _, err := parseYAML(bytes.Repeat([]byte(" "), maxYAMLSize+1))
	assert.ErrorContains(t, err, "larger than 8 MB")
	_, _, err = parse(make([]byte, maxFileSize+1))
	assert.ErrorContains(t, err, "larger than 64 MB")
}

func TestYAML(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop", []byte(`
Parameters: {Env: {Type: String, Default: 2010-09-09}}
Conditions:
  C: !And [!Equals [!Ref Env, 2010-09-09], !Not [!Equals [a, b]], !Or [!Condition D, !Condition D]]
  D: {Fn::Equals: [yes, "yes"]}
Resources:
  Web: {Type: T}
  X:
    Type: T
    Condition: C
    Properties:
      Words: [yes, no, on, off, True, true, False, 0x1F, 010, 1.50, 2010-09-09, ~x, "null"]
      Ref: !Ref Web
      GetAtt: [!GetAtt Web.Id, !GetAtt [Web, Id], {Fn::GetAtt: Web.Id}]
      Sub: [!Sub "${Web}", !Sub ["${A}", {A: !Ref Web}], {"Fn::Sub": "${Web.Id}"}]
      Nested: !Select [0, !Split [",", !Join [",", [!Ref Env, x]]]]
      Long:
        Fn::If:
          - C
          - !Base64 x
          - !Ref AWS::NoValue
      Zones: !GetAZs
      Folded: >-
        a
        b
      Anchor: &anchor {A: 1}
      Alias: *anchor
      Import: !ImportValue x
      Unknown: !Tomorrow 1
`), &Options{Parameters: map[string]string{"Env": "2010-09-09"}})
	require.NoError(t, err)
	x, ok := a.Stacks[0].Resource("X")
	require.True(t, ok)
	for name, want := range map[string]string{
		"Words":  `[yes, no, on, off, true, true, false, 0x1F, 010, 1.50, 2010-09-09, ~x, null]`,
		"Ref":    "Shop/Web",
		"GetAtt": "[Shop/Web.Id, Shop/Web.Id, Shop/Web.Id]",
		"Sub":    "[Shop/Web, Shop/Web, Shop/Web.Id]",
		"Nested": "2010-09-09", "Long": "eA==", "Zones": "GetAZs(AWS::Region)", "Folded": "a b",
		"Anchor": "{A: 1}", "Alias": "{A: 1}", "Import": "Import(x)", "Unknown": "Tomorrow(1)",
	} {
		assert.Equal(t, want, x.Get(name).String(), name)
	}
	assert.Empty(t, x.Condition)
}

func TestLoadProblems(t *testing.T) {
	t.Parallel()
	for archive, want := range map[string]string{
		"-- x --\n": "this is not a cloud assembly, because it has no manifest.json (`cdk synth` writes an assembly to " +
			"cdk.out). It is not a folder of templates either, because none of its files",
		"-- manifest.json --\n{}\n":  "this is not the manifest of a cloud assembly: it has no artifacts",
		"-- manifest.json --\n{\n\n": "manifest.json:3)",
		`-- manifest.json --
{"artifacts": {
"A": {"type": "aws:cloudformation:stack"}}}`: "the stack A has no templateFile",
		`-- manifest.json --
{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../x.json"}}}}`: "leads out of",
		`-- manifest.json --
{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a.json"}}}}
-- a.json --
{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "b.json"}}}}
-- b.json --
{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "a.json"}}}}`: "the nested stack uses the " +
			"template a.json, which contains this stack",
		`-- manifest.json --
{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a.json"}}}}
-- a.json --
{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "b.json"},
  "Properties": {"Parameters": {"P": {"Fn::GetAtt": ["N", "Outputs.O"]}}}}}}
-- b.json --
{"Parameters": {"P": {"Type": "String"}}, "Resources": {}, "Outputs": {"O": {"Value": {"Ref": "P"}}}}`: "depends on itself",
		`-- manifest.json --
{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a.json"}}}}
-- a.json --
{"Resources": {}, "Outputs": {"O": {"Value": {"Fn::ImportValue": "x"}, "Export": {"Name": "x"}}}}`: "the output O of A depends on itself",
	} {
		_, err := Load([]string{folder(t, archive)}, nil)
		assert.ErrorContains(t, err, want, archive)
	}
	_, err := Load(nil, nil)
	assert.ErrorContains(t, err, "nothing to read")
	_, err = Load([]string{filepath.Join(t.TempDir(), "none.json")}, nil)
	assert.ErrorContains(t, err, "no such file")
	_, err = Load([]string{"x", folder(t, "-- manifest.json --\n{}\n")}, nil)
	assert.ErrorContains(t, err, "is a cloud assembly and cannot be read together with other paths; got 2 paths")

	a, err := Read("Shop", []byte(`{"Resources": {}}`), nil)
	require.NoError(t, err)
	_, err = a.Evaluate("Other", []byte(`1`))
	assert.ErrorContains(t, err, `there is no stack "Other"; the stacks are: Shop`)
	_, err = a.Evaluate("Shop", []byte(`{`))
	assert.ErrorContains(t, err, "expression: line 1: ")
	_, err = a.Evaluate("Shop", []byte(`{"Ref": "X"}`))
	assert.ErrorContains(t, err, `no parameter or resource is named "X" (expression:1)`)
}

// TestDoubling reads inputs whose values would double at each level of functions.
func TestDoubling(t *testing.T) {
	t.Parallel()
	verdict, mapped := `"x"`, `"x"`
	for range 60 {
		verdict = `{"Fn::Equals": [` + verdict + `, {"Ref": "AWS::Region"}]}`
		mapped = `{"Fn::FindInMap": [{"Fn::If": ["C", "M", "N"]}, "K", "V", {"DefaultValue": ` + mapped + `}]}`
	}
	region := strings.Replace(nestedSub(40), `"x"`, `{"Ref": "AWS::Region"}`, 1)
	conditions := `"Conditions": {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}}, "Mappings": {"M": {}, "N": {}}`
	for _, tt := range []struct{ template, want string }{
		{resources(nestedSub(12)), ""},
		{resources(nestedSub(40)), "Resources.X.Properties.P.Fn::Sub[1].A.Fn::Sub...Fn::Sub[1].A.Fn::Sub: "},
		{resources(nestedSub(40)), "the text has more than 1048576 characters, which cannot be deployed (f:4)"},
		{resources(region), "the text has more than 1048576 characters"},
		{resources(verdict), "condition functions in values are nested more than 8 deep"},
		{resources(mapped, conditions), ""},
		{manyConditions(1000), ""},
	} {
		_, err := Read("f", []byte(tt.template), nil)
		if tt.want == "" {
			assert.NoError(t, err, clip(tt.template))
		} else {
			assert.ErrorContains(t, err, tt.want, clip(tt.template))
		}
	}
}

// TestBombs reads small inputs with huge values. Reading must soon end in an error.
func TestBombs(t *testing.T) {
	t.Parallel()
	var exports, texts, stacks strings.Builder
	for i := range 60 {
		fmt.Fprintf(&exports, `"O%d": {"Value": [{"Fn::ImportValue": "e%d"}, {"Fn::ImportValue": "e%d"}], "Export": {"Name": "e%d"}},`, i, i+1,
			i+1, i)
		fmt.Fprintf(&texts, `"O%d": {"Value": {"Fn::Join": ["", [{"Fn::ImportValue": "e%d"}, {"Fn::ImportValue": "e%d"}]]}, "Export": `+
			`{"Name": "e%d"}},`, i, i+1, i+1, i)
	}
	last := `"L": {"Value": "x", "Export": {"Name": "e60"}}}`
	var deep strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&deep, `"O%d": {"Value": [{"Fn::ImportValue": "e%d"}], "Export": {"Name": "e%d"}},`, i, i+1, i)
	}
	var deepUp strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&deepUp, `"O%d": {"Value": [{"Fn::ImportValue": "e%d"}], "Export": {"Name": "e%d"}},`, i, i-1, i)
	}
	for name, template := range map[string]string{
		"lists":   `{"Resources": {}, "Outputs": {` + exports.String() + last + "}",
		"texts":   `{"Resources": {}, "Outputs": {` + texts.String() + last + "}",
		"deep":    `{"Resources": {}, "Outputs": {` + deep.String() + `"L": {"Value": "x", "Export": {"Name": "e3000"}}}}`,
		"deep up": `{"Resources": {}, "Outputs": {` + deepUp.String() + `"L": {"Value": "x", "Export": {"Name": "e-1"}}}}`,
	} {
		_, err := Read("Shop", []byte(template), nil)
		if assert.Error(t, err, name) {
			assert.Regexp(t, "too many or too long|values are nested more than 1000 deep", err.Error(), name)
		}
	}

	for i := range 12 {
		fmt.Fprintf(&stacks, "-- s%d.json --\n{\"Resources\": {", i)
		for j := range 10 {
			fmt.Fprintf(&stacks, `"N%d": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "s%d.json"}},`, j, i+1)
		}
		stacks.WriteString("\"X\": {\"Type\": \"T\"}}}\n")
	}
	_, err := Load([]string{filepath.Join(folder(t, stacks.String()), "s0.json")}, nil)
	assert.ErrorContains(t, err, "more than 10000 stacks")
}
