package cfn

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const parameterised = `
Parameters: {A: {Type: String, Default: a}, B: {Type: CommaDelimitedList}, C: {Type: String, Default: c}}
Conditions: {IsA: !Equals [!Ref A, x]}
Resources: {X: {Type: T, Properties: {A: !Ref A, B: !Ref B, C: !Ref C, Region: !Ref "AWS::Region"}}}
`

// Parameter files are read in every format that AWS tools accept.
func TestParameterFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, want string }{
		{"p.json", `[{"ParameterKey": "A", "ParameterValue": "x"}, {"ParameterKey": "B", "ParameterValue": "1,2"}]`,
			"{A: x, B: [1, 2], C: c, Region: AWS::Region}"},
		{"p.json", "[\n\t{\"ParameterKey\": \"A\", \"ParameterValue\": \"x\"}\n]", "{A: x, B: Shop/Parameters.B, C: c, Region: AWS::Region}"},
		{"p.json", `[{"ParameterKey": "C", "UsePreviousValue": true}]`, "{A: a, B: Shop/Parameters.B, C: Shop/Parameters.C, Region: " +
			"AWS::Region}"},
		{"p.json", `["A=x=y", "B=1"]`, `{A: "x=y", B: [1], C: c, Region: AWS::Region}`},
		{"p.json", `{"Parameters": {"A": "x", "B": ["1", 2]}, "Tags": {"T": "v"}}`, "{A: x, B: [1, 2], C: c, Region: AWS::Region}"},
		{"p.json", `{"StackName": "s", "Parameters": [{"ParameterKey": "A", "ParameterValue": 8}]}`,
			"{A: 8, B: Shop/Parameters.B, C: c, Region: AWS::Region}"},
		{"p.json", `{"A": true, "Shop.C": "y", "AWS::Region": "eu-west-1"}`, "{A: true, B: Shop/Parameters.B, C: y, Region: eu-west-1}"},
		{"p.yaml", "A: x\nB: [1, 2]\n", "{A: x, B: [1, 2], C: c, Region: AWS::Region}"},
		{"cdk.json", `{"app": "go run .", "context": {"Shop:A": "x", "Shop.C": "y", "B": "0", "Other": "1", "@aws-cdk/x:y": true, ` +
			`"availability-zones:account=1": ["a"], "Shop:Map": {"A": 1}}}`,
			"{A: x, B: [0], C: y, Region: AWS::Region}"},
		{"cdk.context.json", `{"Shop:A": "x", "vpc-provider:account=1:filter.x=y": {"vpcId": "vpc-1"}, "Other:A": "z"}`,
			"{A: x, B: Shop/Parameters.B, C: c, Region: AWS::Region}"},
		{"cdk.context.json", `{"Shop:AWS::Region": "eu-west-1"}`, "{A: a, B: Shop/Parameters.B, C: c, Region: eu-west-1}"},
	} {
		dir := folder(t, "-- "+tt.name+" --\n"+tt.file+"\n")
		a, err := Read("Shop.yaml", []byte(parameterised), &Options{Files: []string{filepath.Join(dir, tt.name)}})
		if assert.NoError(t, err, tt.file) {
			assert.Equal(t, tt.want, Value{Kind: Map, Fields: a.Stacks[0].Resources[0].Properties}.String(), tt.file)
			assert.Empty(t, a.Warnings, tt.file)
		}
	}
}

// The command line overrides files, and later files override earlier ones.
func TestPrecedenceOfValues(t *testing.T) {
	t.Parallel()
	dir := folder(t, `-- 1.json --
{"Shop.A": "1", "C": "1", "Nobody": "1"}
-- 2.json --
[{"ParameterKey": "A", "ParameterValue": "2"},
 {"ParameterKey": "B", "UsePreviousValue": true},
 {"ParameterKey": "C", "UsePreviousValue": true}]
`)
	files := []string{filepath.Join(dir, "1.json"), filepath.Join(dir, "2.json")}
	read := func(parameters map[string]string) *Assembly {
		a, err := Read("Shop.yaml", []byte(parameterised), &Options{Files: files, Parameters: parameters})
		require.NoError(t, err)
		return a
	}
	a := read(nil)
	values(t, a, [3]string{"Shop", `{"Ref": "A"}`, "2"}, [3]string{"Shop", `{"Ref": "C"}`, "Shop/Parameters.C"},
		[3]string{"Shop", `{"Fn::If": ["IsA", 1, 2]}`, "2"})
	require.Len(t, a.Warnings, 1)
	assert.Contains(t, a.Warnings[0].String(), `no template has the parameter "Nobody"; its value is not used (`+files[0]+":1)")
	values(t, read(map[string]string{"A": "x", "C": "y"}), [3]string{"Shop", `{"Ref": "A"}`, "x"}, [3]string{"Shop", `{"Ref": "C"}`, "y"},
		[3]string{"Shop", `{"Fn::If": ["IsA", 1, 2]}`, "1"})

	_, err := Read("Shop.yaml", []byte(parameterised), &Options{Parameters: map[string]string{"Nobody": "1"}})
	assert.ErrorContains(t, err, `a value is given for the parameter "Nobody", but no template has it`)
	assert.ErrorContains(t, err, "the parameters are: A, B, C")
	a, err = Read("Shop.yaml", []byte(parameterised), &Options{Optional: true, Parameters: map[string]string{"Nobody": "1", "A": "x"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"Nobody"}, a.Unused)
}

func TestParameterFileProblems(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		`x`:                             "this is not a parameter file: got a string, but it must be one of [{",
		`[{"ParameterValue": "x"}]`:     "an entry has no ParameterKey",
		"[\n{\"ParameterKey\": \"A\"}]": "the parameter A has neither ParameterValue nor UsePreviousValue",
		`{"A": {"B": 1}}`:               "the value of A must be a string or a list of strings, got an object",
		`{"Parameters": {"A": [[]]}}`:   "the value of A must be a string or a list of strings, got a list",
		"{\n\n\"A\"}":                   "expected ':'",
		`[["A"]]`:                       "an entry has no ParameterKey",
		``:                              "it is empty",
	} {
		name := filepath.Join(folder(t, "-- p.json --\n"+file), "p.json")
		_, err := Read("Shop.yaml", []byte(parameterised), &Options{Files: []string{name}})
		if assert.ErrorContains(t, err, want, file) {
			assert.ErrorContains(t, err, name, file)
		}
	}
	_, err := Read("Shop.yaml", []byte(parameterised), &Options{Files: []string{"/dev/zero"}})
	assert.ErrorContains(t, err, "the parameter file cannot be read: /dev/zero is a device; a regular file is needed")
}

// A warning reports names that appear twice, and values in CDK's context that may be meant for several stacks or none.
func TestParameterFileWarnings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, want string }{
		{"p.json", "{\"A\": \"1\",\n\"A\": \"2\"}", `"A" appears twice; the last one is used`},
		{"p.json", "[{\"ParameterKey\": \"A\", \"ParameterValue\": \"1\"},\n{\"ParameterKey\": \"A\", \"ParameterValue\": \"2\"}]",
			`"A" appears twice; the last one is used`},
		{"p.json", "[\"A=1\",\n\"A=2\"]", `"A" appears twice; the last one is used`},
		{"p.yaml", "A: 1\nA: 2\n", `"A" appears twice; the last one is used`},
		{"cdk.context.json", "{\n\"A\": \"1\"}", `several templates have the parameter "A", but CDK's context does not say which one is meant`},
		{"cdk.context.json", "{\n\"a.No\": \"1\"}", `no template has the parameter "a.No"; its value is not used`},
	} {
		dir := folder(t, "-- "+tt.name+" --\n"+tt.file+"\n-- a.yaml --\n"+parameterised+"-- b.yaml --\n"+parameterised)
		file := filepath.Join(dir, tt.name)
		a, err := Load([]string{filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")}, &Options{Files: []string{file}})
		require.NoError(t, err, tt.file)
		if assert.Len(t, a.Warnings, 1, tt.file) {
			assert.Contains(t, a.Warnings[0].String(), tt.want)
			assert.Contains(t, a.Warnings[0].String(), file+":2)")
		}
	}
}
