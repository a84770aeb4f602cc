package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestICMPIsExact: plan and proof agree on the answers to ICMP requests, in network ACLs and in the rules of a firewall.
func TestICMPIsExact(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"icmp", "icmp/3/4", "icmp/5", "icmp/8", "icmp/11/0", "icmp/13", "icmp/15", "icmp/17",
		"icmp/13/0,icmp/17/0", "ping"} {
		for name, a := range map[string]arch.Architecture{"network ACLs": filtered(), "firewall": inspected()} {
			for i := range a.Flows[1:4] {
				a.Flows[i+1].Service = service
				if name == "firewall" {
					a.Flows[i+1].Path.Kind = arch.Inspected
				}
			}
			template, declared := planned(t, a)
			assert.Empty(t, ids(t, template, declared), "%s, %s", service, name)
		}
	}
}
