package cfn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGetTemplate reads what "aws cloudformation get-template" prints: a template in JSON is an object there, one in YAML a text.
func TestGetTemplate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{\"StagesAvailable\": [\"Original\"], \"TemplateBody\": {\n\"Resources\": {\"Vpc\": {\"Type\": \"AWS::EC2::VPC\"}}}}",
		`{"TemplateBody": "# a comment\nResources:\n  Vpc: {Type: \"AWS::EC2::VPC\"}\n"}`,
		"TemplateBody: |\n  # a comment\n  Resources:\n    Vpc: {Type: \"AWS::EC2::VPC\"}\n",
	} {
		a, err := Read("shop.json", []byte(text), nil)
		require.NoError(t, err)
		require.Len(t, a.Stacks[0].Resources, 1)
		assert.Equal(t, "AWS::EC2::VPC", a.Stacks[0].Resources[0].Type)
	}
	_, err := Read("shop.json", []byte(`{"TemplateBody": "text"}`), nil)
	assert.ErrorContains(t, err, "this is not a CloudFormation template")
	_, err = Read("shop.json", []byte(`{"TemplateBody": "{\"TemplateBody\": {}}"}`), nil)
	assert.ErrorContains(t, err, "it has no Resources")
}
