package suricatatest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// exceptionOf is the stream exception policy that the plan gives the firewall.
func exceptionOf(t *testing.T, a arch.Architecture) StreamException {
	t.Helper()
	exception, ok := map[string]StreamException{"DROP": MidstreamDrop, "REJECT": MidstreamReject,
		"CONTINUE": MidstreamContinue}[plan.StreamException(*a.Network.Inspection)]
	require.True(t, ok)
	return exception
}

// TestMidstreamOfModes: packets without a handshake, which no flow declares, are stopped in mode Enforce. In mode Observe, and in Enforce
// where the architecture says so, all their data passes: the default actions are about established connections, and the firewall has seen
// none.
func TestMidstreamOfModes(t *testing.T) {
	Available(t)
	undeclared := Midstream(TCP(from(web), at(db+":22")))
	declared := Midstream(TCP(from(web), at(app+":8080")))
	for name, test := range map[string]struct {
		inspection arch.Inspection
		passes     bool
	}{
		"enforced":            {arch.Inspection{Mode: arch.Enforce}, false},
		"enforced, dropped":   {arch.Inspection{Mode: arch.Enforce, Midstream: "DROP"}, false},
		"enforced, continued": {arch.Inspection{Mode: arch.Enforce, Midstream: "CONTINUE"}, true},
		"observed":            {arch.Inspection{Mode: arch.Observe}, true},
		"observed, dropped":   {arch.Inspection{Mode: arch.Observe, Midstream: "DROP"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := network(false, test.inspection.Mode)
			a.Network.Inspection.Midstream = test.inspection.Midstream
			_, all := policy(t, a)
			all.Midstream, all.AlertOnly = exceptionOf(t, a), test.inspection.Mode != arch.Enforce
			for _, v := range Judge(t, all, undeclared, declared) {
				if test.passes {
					assert.Equal(t, fin-handshake, v.Dropped, "%s: %s", v.Conversation, v) // Suricata itself stops the end of what it has not seen begin.
					continue
				}
				assert.Equal(t, ByMidstream, v.Reason, v.Conversation)
				assert.Zero(t, v.Dropped, "%s: the first packet that is seen", v.Conversation)
			}
		})
	}
}
