package plan

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/arch"
)

// DefaultActions say what an AWS Network Firewall does with what no rule decides, in its own words: the drop, and the alert
// without which a drop is not logged. While inspection only observes or is being prepared, the alert alone.
//
// The strict pair drops the first packets of a connection already. The other waits until the client has said by name what it
// wants, however many segments that takes, and lets servers answer.
func DefaultActions(i arch.Inspection) []string {
	kind := "established_app_layer_to_server"
	if i.Strict {
		kind = "strict"
	}
	if i.Mode != arch.Enforce {
		return []string{"aws:alert_" + kind}
	}
	return []string{"aws:drop_" + kind, "aws:alert_" + kind}
}

// StreamException says what an AWS Network Firewall does with connections whose beginning it has not seen. While inspection only
// observes or is being prepared, they continue: they are open already when traffic is led to the firewall. In mode Enforce it resets
// them, or else packets without a handshake would pass that no rule decides.
func StreamException(i arch.Inspection) string {
	if i.Mode != arch.Enforce {
		return "CONTINUE"
	}
	return cmp.Or(i.Midstream, "REJECT")
}
