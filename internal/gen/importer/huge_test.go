package importer_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// TestManyRules imports a group with more rules than AWS allows: what is left out is told.
func TestManyRules(t *testing.T) {
	t.Parallel()
	d, report := imported(t, manyGroups(2, func(group int) string {
		if group == 1 {
			return "SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 1, ToPort: 65535, DestinationSecurityGroupId: !Ref T0Group}]"
		}
		return ingress(1_000, func(n int) string { return fmt.Sprintf("CidrIp: 198.51.%d.%d/32", n/256, n%256) })
	}), true)
	assert.Empty(t, report.Verdict.Wider)
	if d == nil {
		assert.NotEmpty(t, report.Residual)
	}
}

// TestTooManyGroups imports more groups than a network can have: the report says so, and there is no document.
func TestTooManyGroups(t *testing.T) {
	t.Parallel()
	a, err := cfn.Read("Many.json", []byte(chainOfGroups(600, 0)), nil)
	require.NoError(t, err)
	d, report := importer.Import(a, importer.Options{Today: today})
	assert.Nil(t, d)
	assert.Contains(t, fmt.Sprint(report.Residual), "the network does not fit")
	assert.Contains(t, fmt.Sprint(report.Residual), "600 groups")
}
