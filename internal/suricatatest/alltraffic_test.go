package suricatatest

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
)

// TestAllTraffic: connections of all services pass in the direction that was declared, and in no other.
func TestAllTraffic(t *testing.T) {
	for name, strict := range map[string]bool{"established": false, "strict": true} {
		t.Run(name, func(t *testing.T) {
			a := network(true, arch.Enforce)
			a.Network.Inspection = &arch.Inspection{Paths: arch.EastWestPath, Strict: strict}
			f := arch.Flow{From: tier(arch.Web, "Web"), To: tier(arch.App, "App"), Service: "all"}
			f.Exception, f.Reason, f.Owner = true, "move", "web"
			a.Flows = []arch.Flow{f}
			_, all := policy(t, a)
			there, back := []netip.Addr{netip.MustParseAddr(web), netip.MustParseAddr(app)}, []netip.Addr{netip.MustParseAddr("10.0.48.11"),
				netip.MustParseAddr("10.0.32.11")}
			conversations := []Conversation{
				TCP(from(web), at(app+":8080")), UDP(from(web), at(app+":5000")), Ping(there[0], there[1]), ICMP(there[0],
					netip.MustParseAddr("10.0.48.12"), 5, 0),
				TCP(from(app), at(web+":8080")), UDP(from(app), at(web+":5000")), Ping(back[0], back[1]), TCP(from(web), at(db+":8080")),
			}
			for i, v := range Judge(t, all, conversations...) {
				assert.Equal(t, i < 4, v.Passed, "%s: %s", v.Conversation, v)
			}
		})
	}
}
