package suricatatest

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestAllTraffic checks that all traffic passes in the declared direction, and not in the other.
func TestAllTraffic(t *testing.T) {
	for name, strict := range map[string]bool{"established": false, "strict": true} {
		t.Run(name, func(t *testing.T) {
			a := network(true, arch.Enforce)
			a.Network.Inspection = &arch.Inspection{Paths: arch.EastWestPath, Strict: strict}
			f := arch.Flow{From: tier(arch.Web, "Web"), To: tier(arch.App, "App"), Service: "all"}
			f.Exception, f.Reason, f.Owner = true, "move", "web"
			a.Flows = []arch.Flow{f}
			_, all := policy(t, a)
			ip := netip.MustParseAddr
			conversations := []Conversation{
				TCP(from(web), at(app+":8080")), UDP(from(web), at(app+":5000")), Ping(ip(web), ip(app)), ICMP(ip(web), ip("10.0.48.12"), 5, 0),
				TCP(from(app), at(web+":8080")), UDP(from(app), at(web+":5000")), Ping(ip("10.0.48.11"), ip("10.0.32.11")),
				TCP(from(web), at(db+":8080")),
			}
			for i, v := range Judge(t, all, conversations...) {
				assert.Equal(t, i < 4, v.Passed, "%s: %s", v.Conversation, v)
			}
		})
	}
}
