package cfn

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const serverless = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 10
    VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
    Environment: {Variables: {A: 1, B: !Ref Stage}}
    Layers: !Split [",", "a,b"]
  Api: {TracingEnabled: true}
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Plain: {Type: AWS::Serverless::Function}
  Own:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 20
      VpcConfig: {SubnetIds: [subnet-2], Ipv6AllowedForDualStack: true}
      Environment: {Variables: {B: 2}}
      Layers: [c]
      Events: {Upload: {Type: S3}}
  Table: {Type: AWS::Serverless::SimpleTable}
  Other: {Type: AWS::Lambda::Function, Properties: {Timeout: 1}}
`

// Globals are merged as SAM merges them.
func TestGlobals(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop", []byte(serverless), nil)
	require.NoError(t, err)
	assert.Empty(t, a.Warnings)
	want := map[string]string{
		"Plain": `{Environment: {Variables: {A: 1, B: dev}}, Layers: [a, b], Timeout: 10, VpcConfig: {SecurityGroupIds: [sg-1], SubnetIds: ` +
			`[subnet-1]}}`,
		"Own": `{Environment: {Variables: {A: 1, B: 2}}, Events: {Upload: {Type: S3}}, Layers: [c], Timeout: 20, ` +
			`VpcConfig: {Ipv6AllowedForDualStack: true, SecurityGroupIds: [sg-1], SubnetIds: [subnet-1, subnet-2]}}`,
		"Table": `{}`,
		"Other": `{Timeout: 1}`,
	}
	for _, r := range a.Stacks[0].Resources {
		assert.Equal(t, want[r.ID], Value{Kind: Map, Fields: r.Properties}.String(), r.ID)
	}
	plain, _ := a.Stacks[0].Resource("Plain")
	require.Len(t, plain.Defaults, 1)
	assert.Equal(t, "Stage", plain.Defaults[0].Name)

	without, err := Read("Shop", []byte(strings.Replace(serverless, "Transform: AWS::Serverless-2016-10-31", "", 1)), nil)
	require.NoError(t, err)
	plain, _ = without.Stacks[0].Resource("Plain")
	assert.Empty(t, plain.Properties, "without the transform nobody reads Globals")
}

// Templates can refer to the resources that SAM makes, and to no others.
func TestNamesThatSAMMakes(t *testing.T) {
	t.Parallel()
	for reference, want := range map[string]string{
		`!Ref OwnRole`:                         "Shop/OwnRole",
		`!GetAtt OwnRole.Arn`:                  "Shop/OwnRole.Arn",
		`!Ref ServerlessRestApi`:               "Shop/ServerlessRestApi",
		`!Ref ServerlessRestApiProdStage`:      "Shop/ServerlessRestApiProdStage",
		`!Sub "${ServerlessHttpApi}.x"`:        "${Shop/ServerlessHttpApi}.x",
		`!Ref Own.Version`:                     "Shop/Own.Version",
		`!Sub "${Own.Alias}"`:                  "Shop/Own.Alias",
		`!Ref OwnAliaslive`:                    "Shop/OwnAliaslive",
		`!Ref OwnUploadPermission`:             "Shop/OwnUploadPermission",
		`!Ref ServerlessDeploymentApplication`: "Shop/ServerlessDeploymentApplication",
	} {
		a, err := Read("Shop", []byte(serverless+"  X: {Type: T, Properties: {P: "+reference+"}}\n"), nil)
		require.NoError(t, err, reference)
		assert.Empty(t, a.Warnings, reference)
		x, _ := a.Stacks[0].Resource("X")
		assert.Equal(t, want, x.Get("P").String(), reference)
		assert.Empty(t, x.Get("P").Remedies(), reference)
	}
	for _, reference := range []string{`!Ref OtherRole`, `!Ref Owner`, `!Ref Nobody`, `!Ref Other.Version`} {
		a, err := Read("Shop", []byte(serverless+"  X: {Type: T, Properties: {P: "+reference+"}}\n"), nil)
		require.NoError(t, err, reference)
		assert.Len(t, a.Warnings, 1, reference)
	}
}
