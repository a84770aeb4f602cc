package firewall_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/arch"
)

// TestValues checks that the constants have the values of the declared architecture, to which they are converted.
func TestValues(t *testing.T) {
	t.Parallel()
	for path, want := range map[firewall.Paths]arch.Paths{
		firewall.Egress: arch.EgressPath, firewall.Ingress: arch.IngressPath, firewall.EastWest: arch.EastWestPath,
	} {
		assert.EqualValues(t, want, path)
	}
	for mode, want := range map[firewall.Mode]arch.Mode{
		firewall.Enforce: arch.Enforce, firewall.Observe: arch.Observe, firewall.Prepare: arch.Prepare,
	} {
		assert.EqualValues(t, want, mode)
	}
}
