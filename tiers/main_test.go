package tiers_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

// twoZones returns the props of most networks in these tests.
func twoZones() *tiers.NetworkProps {
	return &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}}
}

// resources returns the resources of the stack's template by logical id, as plain JSON values.
func resources(t *testing.T, stack awscdk.Stack) map[string]map[string]any {
	t.Helper()
	var template struct{ Resources map[string]map[string]any }
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	return template.Resources
}

// count counts the resources of a type.
func count(all map[string]map[string]any, kind string) int {
	n := 0
	for _, r := range all {
		if r["Type"] == "AWS::"+kind {
			n++
		}
	}
	return n
}

// only returns the properties of the one resource of a type.
func only(t *testing.T, all map[string]map[string]any, kind string) map[string]any {
	t.Helper()
	var found []map[string]any
	for _, r := range all {
		if r["Type"] == "AWS::"+kind {
			found = append(found, r["Properties"].(map[string]any))
		}
	}
	require.Len(t, found, 1, kind)
	return found[0]
}
