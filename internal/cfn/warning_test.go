package cfn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Templates that AWS refuses, or reads in its own way, are read with a warning each, and what is not defined becomes a
// named Symbol.
func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ template, p, warning string }{
		{resources(`{"Ref": "Y"}`), "Shop/Y", `Resources.X.Properties.P.Ref: no parameter or resource is named "Y"; its value is unknown ` +
			`(Shop.json:4)`},
		{resources(`[1, {"Ref": "Y"}]`), "[1, Shop/Y]", `Resources.X.Properties.P[1].Ref: no parameter`},
		{resources(`{"Fn::GetAtt": ["Y", "Z"]}`), "Shop/Y.Z", `no resource is named "Y", so its attribute "Z" cannot be read; its value is ` +
			`unknown`},
		{resources(`{"Fn::Sub": "x-${Y}-${Y.Z}"}`), "x-${Shop/Y}-${Shop/Y.Z}", `no parameter or resource is named "Y"`},
		{resources(`{"Fn::FindInMap": ["M", "K", "N"]}`), "FindInMap(Shop/AWS::StackId, M, K, N)",
			`there is no mapping "M", so its values are unknown`},
		{resources(`{"Fn::If": ["C", 1, 2]}`), "If(Shop/Conditions.C, 1, 2)", `there is no condition "C"; its outcome is unknown`},
		{resources(`1`, `"Conditions": {"D": {"Condition": "C"}}`), "1", `Conditions.D.Condition: there is no condition "C"`},
		{resources(`1, "P": 2`), "2", `"P" appears twice; the last one is used (Shop.json:4)`},
		{`{"Resources": {}, "Resources": {"X": {"Type": "T", "Properties": {"P": 1}}}}`, "1", `"Resources" appears twice`},
		{`{"Resources": {"X": {"Type": "T", "DependsOn": ["Y"], "Properties": {"P": 1}}}}`, "1",
			`Resources.X.DependsOn: DependsOn names the resource "Y", which does not exist`},
		{`{"Resources": {"X": {"Type": "T", "Condition": "C", "Properties": {"P": 1}}}}`, "1", `Resources.X.Condition: there is no condition ` +
			`"C"`},
		{"Resources:\n  X:\n    Type: T\n    Properties:\n      P: 1\n      P: 2\n", "2",
			`"P" appears twice; the last one is used (Shop.json:6)`},
		{"X:\n  Type: AWS::T\n  Properties: {P: 1}\n", "1", "there is no Resources section, so the objects with a Type are read as resources " +
			"(Shop.json:1)"},
		{"Parameters: {A: {Type: String, Default: 1}}\nX: {Type: Custom::T, Properties: {P: !Ref A}}\n", "1", "there is no Resources section"},
	} {
		a, err := Read("Shop.json", []byte(tt.template), nil)
		if !assert.NoError(t, err, tt.template) {
			continue
		}
		require.Len(t, a.Warnings, 1, tt.template)
		assert.Contains(t, a.Warnings[0].String(), "warning: ", tt.template)
		assert.Contains(t, a.Warnings[0].String(), tt.warning, tt.template)
		x, ok := a.Stacks[0].Resource("X")
		require.True(t, ok, tt.template)
		assert.Equal(t, tt.p, x.Get("P").String(), tt.template)
	}
}

// An undefined condition is open under its name, and an undefined reference is reported.
func TestUndefinedNamesAreExplained(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop", []byte(`{"Resources": {"X": {"Type": "T", "Condition": "C", "Properties": {"P": {"Ref": "Y"}, "Q": {"Fn::If": `+
		`["C", 1, 2]}}}}}`), nil)
	require.NoError(t, err)
	x := a.Stacks[0].Resources[0]
	const want = "condition C of Shop, which its template does not define, is known only at deployment"
	assert.Equal(t, want, x.Doubt())
	assert.Equal(t, want, x.Get("Q").Doubt())
	assert.Equal(t, want, a.Doubt("Shop/Conditions.C"))
	assert.Equal(t, []string{"a template that defines Y"}, x.Get("P").Remedies())
	_, err = a.Evaluate("Shop", []byte(`{"Fn::If": ["C", 1, 2]}`))
	assert.ErrorContains(t, err, `there is no condition "C"`, "an expression is no template")
}

// What a macro may write is not reported as undefined.
func TestMacrosMayWriteUndefinedNames(t *testing.T) {
	t.Parallel()
	for _, template := range []string{
		`{"Transform": "Mine", "Resources": {"X": {"Type": "T", "Condition": "C", "DependsOn": "Y", "Properties": {"P": {"Ref": "Y"}, "Q": ` +
			`{"Fn::FindInMap": ["M", "K", "N"]}}}}}`,
		`{"Resources": {"Fn::Transform": {"Name": "AWS::Include"}, "X": {"Type": "T", "Properties": {"P": {"Ref": "Y"}}}}}`,
		`{"Parameters": {"Fn::Transform": {"Name": "AWS::Include"}}, "Resources": {"X": {"Type": "T", "Properties": {"P": {"Ref": "Y"}}}}}`,
		`{"Conditions": {"Fn::Transform": {"Name": "AWS::Include"}}, "Resources": {"X": {"Type": "T", "Condition": "C", "Properties": {"P": ` +
			`"Shop/Y"}}}}`,
	} {
		a, err := Read("Shop", []byte(template), nil)
		require.NoError(t, err, template)
		assert.Empty(t, a.Warnings, template)
		x, _ := a.Stacks[0].Resource("X")
		assert.Contains(t, x.Get("P").String(), "Shop/Y", template)
	}
}

func TestManyWarnings(t *testing.T) {
	t.Parallel()
	list := ""
	for i := range 60 {
		list += `{"Ref": "N` + index(i)[1:len(index(i))-1] + `"},`
	}
	a, err := Read("Shop", []byte(resources("["+list+"1]")), nil)
	require.NoError(t, err)
	require.Len(t, a.Warnings, maxProblems+1)
	assert.Contains(t, a.Warnings[maxProblems].Summary, "and 10 more warnings")
}

// A file that is not a template stays an error.
func TestNoTemplates(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{}`, `{"AWSTemplateFormatVersion": "2010-09-09"}`, `{"a": {"Type": "x"}}`,
		`{"Parameters": {"A": {"Type": "String"}}}`} {
		_, err := Read("Shop", []byte(text), nil)
		assert.ErrorContains(t, err, "this is not a CloudFormation template: it has no Resources", text)
	}
}
