package plan

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/arch"
)

// DefaultActions are the actions of an AWS Network Firewall, in its own words, for packets that no rule decides: a drop, and an
// alert, without which a drop is not logged. Unless the mode is Enforce, there is only the alert.
//
// The strict pair drops even the first packets of a connection. The other pair waits until the client has named what it wants,
// however many segments that takes, and lets servers answer.
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

// StreamException is what an AWS Network Firewall does with connections whose beginning it has not seen. Unless the mode is
// Enforce, they continue: they are open already when routes start to lead to the firewall. In mode Enforce they are reset, because
// packets without a handshake would otherwise pass although no rule decides about them.
func StreamException(i arch.Inspection) string {
	if i.Mode != arch.Enforce {
		return "CONTINUE"
	}
	return cmp.Or(i.Midstream, "REJECT")
}
