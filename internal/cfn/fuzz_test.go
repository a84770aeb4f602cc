package cfn

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzRead checks that any file is either read or refused, with the same result the second time.
func FuzzRead(f *testing.F) {
	f.Add([]byte(functions))
	for _, seed := range []string{
		``, `{`, `[]`, `{"Resources": {}}`, "Resources: {}", "a: &a [*a]",
		`{"Resources": {"X": {"Type": "T", "Properties": {"P": {"Fn::Select": [0, {"Fn::Split": [",", {"Fn::Join": [",", [{"Ref": "X"}, ` +
			`{"Fn::Sub": "${X.A}"}]]}]}]}}}}}`,
		`{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "x"}}}, "Outputs": {"O": {"Value": ` +
			`{"Fn::GetAtt": "N.Outputs.O"}, "Export": {"Name": {"Fn::ImportValue": "e"}}}}}`,
		"Resources:\n  X:\n    Type: T\n    Properties:\n      P: !Select [0, !Cidr [!If [C, !GetAtt X.C, 10.0.0.0/8], 256, " +
			"8]]\nConditions:\n  C: !Equals [!Ref AWS::Region, x]\n",
		serverless, `{"Vpc": {"Type": "AWS::EC2::VPC", "Condition": "C"}, "Vpc": {"Type": "AWS::EC2::VPC", "Fn::Transform": "M"}}`,
		`{"Parameters": {"P": {"Type": "String", "Default": "a", "AllowedValues": ["a", "b"]}}, "Conditions": {"a b": {"Fn::Equals": ` +
			`[{"Ref": "P"}, "b"]}}, "Resources": {"X": {"Type": "T", "Condition": "a b"}}}`,
		"Resources:\n  X: {Type: T, P: !Sub ['${A}', {A: !ImportValue {Fn::Sub: x}}], DependsOn: [X]}\nTransform: [A]\nMappings: {M: {K: {N: " +
			"[1]}}}\n",
	} {
		f.Add([]byte(seed))
	}
	files, err := filepath.Glob("testdata/templates/*")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Read("Shop", data, nil)
		again, errAgain := Read("Shop", data, nil)
		if err != nil {
			assert.EqualError(t, errAgain, err.Error())
			return
		}
		require.NoError(t, errAgain)
		assert.Equal(t, a.Warnings, again.Warnings)
		for i, s := range a.Stacks {
			for j, r := range s.Resources {
				found, ok := s.Resource(r.ID)
				assert.True(t, ok)
				assert.Same(t, r, found)
				fields, fieldsAgain := Value{Kind: Map, Fields: r.Properties}, Value{Kind: Map, Fields: again.Stacks[i].Resources[j].Properties}
				assert.Equal(t, fields.String(), fieldsAgain.String())
				for v := range r.References() {
					assert.NotEmpty(t, v.String())
					assert.Equal(t, v.Remedies(), v.Remedies())
				}
				assert.Equal(t, r.Condition == "", r.Doubt() == "")
				assert.Equal(t, r.Defaults, again.Stacks[i].Resources[j].Defaults)
				assert.Equal(t, r.Doubt(), again.Stacks[i].Resources[j].Doubt())
			}
		}
	})
}

// FuzzEvaluate checks that any expression has either a value or a problem, and that evaluating changes nothing.
func FuzzEvaluate(f *testing.F) {
	a, err := Read("Shop.json", []byte(functions), nil)
	require.NoError(f, err)
	for _, seed := range []string{
		`1`, `{"Ref": "Web"}`, `{"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}`, `{"Fn::Sub": ["${A}${Name}${!x}", {"A": {"Fn::If": ["Named", 1, ` +
			`{"Ref": "AWS::NoValue"}]}}]}`,
		`{"Fn::Select": [0, {"Fn::Cidr": [{"Fn::Select": [0, {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}, 256, 64]}]}`,
		`{"Fn::Split": [",", {"Fn::Join": [",", [{"Ref": "Web"}, {"Ref": "Name"}, "{{resolve:ssm:x}}"]]}]}`,
		`{"Fn::FindInMap": ["Sizes", {"Fn::If": ["Named", "prod", "dev"]}, "Cidr", {"DefaultValue": []}]}`,
		`{"Fn::And": [{"Condition": "Named"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "Env"}, "prod"]}]}]}`,
		`{"Fn::Length": {"Fn::If": ["Named", [1], [1, {"Fn::If": ["Both", 1, {"Ref": "AWS::NoValue"}]}]]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, expression []byte) {
		v, err := a.Evaluate("Shop", expression)
		again, errAgain := a.Evaluate("Shop", expression)
		if err != nil {
			assert.EqualError(t, errAgain, err.Error())
			return
		}
		require.NoError(t, errAgain)
		assert.Equal(t, v.String(), again.String())
		assert.True(t, equal(&v, &again))
	})
}
