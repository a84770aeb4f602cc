package suricatatest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// exceptionOf returns the stream exception policy that the plan sets.
func exceptionOf(t *testing.T, a arch.Architecture) StreamException {
	t.Helper()
	exception, ok := map[string]StreamException{"DROP": MidstreamDrop, "REJECT": MidstreamReject,
		"CONTINUE": MidstreamContinue}[plan.StreamException(*a.Network.Inspection)]
	require.True(t, ok)
	return exception
}

// TestMidstreamOfModes checks that mode Enforce stops connections whose handshake the firewall has not seen. In mode Observe, and in
// Enforce if the architecture says so, all their data passes: the default actions match only established connections, and these count as
// not established.
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
					// Suricata itself drops the end of a connection whose beginning it has not seen.
					assert.Equal(t, fin-handshake, v.Dropped, "%s: %s", v.Conversation, v)
					continue
				}
				assert.Equal(t, ByMidstream, v.Reason, v.Conversation)
				assert.Zero(t, v.Dropped, "%s: the first packet", v.Conversation)
			}
		})
	}
}
