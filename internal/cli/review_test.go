package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
)

// TestChecksOf: access scopes with and without a meaning, and rules of AWS Config, by the paths of their constructs.
func TestChecksOf(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "template.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"Resources": {
		"Doors": {"Type": "AWS::EC2::NetworkInsightsAccessScope", "Properties": {"Tags": [
			{"Key": "Name", "Value": "x"}, {"Key": "Finding", "Value": "it leaks"}]},
			"Metadata": {"aws:cdk:path": "Shop/Network/AccessScopes/Doors"}},
		"Other": {"Type": "AWS::EC2::NetworkInsightsAccessScope", "Properties": {"Tags": [{"Key": "Finding", "Value": {"Ref": "AWS::Region"}}]},
			"Metadata": {"aws:cdk:path": "Shop/Other"}},
		"Rule": {"Type": "AWS::Config::ConfigRule", "Metadata": {"aws:cdk:path": "Shop/Network/ConfigRules/Rule"}}
	}}`), 0o600))
	a, err := cfn.Load([]string{file}, &cfn.Options{})
	require.NoError(t, err)
	scopes, rules := checksOf(a)
	assert.Equal(t, map[string]string{"Shop/Network/AccessScopes/Doors": "it leaks", "Shop/Other": ""}, scopes)
	assert.Equal(t, []string{"Shop/Network/ConfigRules/Rule"}, rules)
}
