package cfn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These transforms at the top level may rewrite these resources.
func TestTransformsRewriteTheirOwnTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ transform, kind, macro string }{
		{`"AWS::Serverless-2016-10-31"`, "AWS::Serverless::Function", "AWS::Serverless-2016-10-31"},
		{`"AWS::Serverless-2016-10-31"`, "AWS::EC2::SecurityGroup", ""},
		{`["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]`, "AWS::Serverless::Api", "AWS::Serverless-2016-10-31"},
		{`"AWS::SecretsManager-2020-07-23"`, "AWS::SecretsManager::RotationSchedule", "AWS::SecretsManager-2020-07-23"},
		{`"AWS::SecretsManager-2024-09-16"`, "AWS::SecretsManager::Secret", ""},
		{`"AWS::LanguageExtensions"`, "AWS::EC2::SecurityGroup", ""},
		{`"AWS::CodeDeployBlueGreen"`, "AWS::ECS::Service", ""},
		{`"AWS::ServiceCatalog"`, "AWS::EC2::SecurityGroup", ""},
		{`{"Name": "AWS::Include", "Parameters": {"Location": "s3://x"}}`, "AWS::EC2::SecurityGroup", "AWS::Include"},
		{`["AWS::Serverless-2016-10-31", "Mine"]`, "AWS::EC2::SecurityGroup", "Mine"},
		{`"AWS::ServerlessMine"`, "AWS::Serverless::Function", "AWS::ServerlessMine"},
	} {
		a, err := Read("Shop", []byte(`{"Transform": `+tt.transform+`, "Resources": {}}`), nil)
		require.NoError(t, err)
		macro, ok := a.Stacks[0].Rewrites(tt.kind)
		assert.Equal(t, tt.macro, macro, tt)
		assert.Equal(t, tt.macro != "", ok, tt)
	}
}

// The position of Fn::Transform decides what it may write.
func TestPlacesOfTransforms(t *testing.T) {
	t.Parallel()
	const call = `"Fn::Transform": {"Name": "M"}`
	for _, tt := range []struct{ resources, rewritten, macros string }{
		{`"X": {"Type": "T", "Properties": {` + call + `}}`, "M", ""},
		{`"X": {"Type": "T", "Properties": {"P": 1, ` + call + `}}`, "M", ""},
		{`"X": {"Type": "T", ` + call + `}`, "M", ""},
		{`"X": {` + call + `}`, "M", ""},
		{`"X": {"Type": "T", "Fn::Transform": "M"}`, "Fn::Transform", ""},
		{`"X": {"Type": "T", "UpdatePolicy": {` + call + `}}`, "M", ""},
		{`"X": {"Type": "T", "Metadata": {` + call + `}}`, "", ""},
		{`"X": {"Type": "T", "Properties": {"P": {` + call + `}}}`, "", ""},
		{`"X": {"Type": "T"}, ` + call, "", "M"},
	} {
		a, err := Read("Shop", []byte(`{"Resources": {`+tt.resources+`}}`), nil)
		if !assert.NoError(t, err, tt.resources) {
			continue
		}
		x, ok := a.Stacks[0].Resource("X")
		require.True(t, ok)
		assert.Equal(t, tt.rewritten, x.Rewritten, tt.resources)
		if tt.macros == "" {
			assert.Empty(t, a.Stacks[0].Macros, tt.resources)
		} else {
			assert.Equal(t, []string{tt.macros}, a.Stacks[0].Macros, tt.resources)
		}
	}
	a, err := Read("Shop", []byte(`{"Resources": {"X": {"Type": "T", "Properties": {"P": 1, `+call+`}}}, "Outputs": {`+call+`}}`), nil)
	require.NoError(t, err)
	x := a.Stacks[0].Resources[0]
	assert.Equal(t, "1", x.Get("P").String(), "what stands beside the macro is read")
	assert.Equal(t, "Transform({Name: M})", x.Get("Fn::Transform").String())
	assert.Empty(t, a.Stacks[0].Macros, "outputs are no resources")
	a, err = Read("Shop", []byte(`{`+call+`, "Resources": {}}`), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"M"}, a.Stacks[0].Macros, "beside the sections, a macro may write each of them")
}
