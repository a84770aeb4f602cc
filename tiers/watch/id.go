package watch

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// take takes the id of a construct in a network. If something else has it, ok is false, and take returns an id that CDK accepts. The caller
// reports that, so the construct is never deployed.
func take(network *tiers.Network, id string, at diag.Position) (free string, ok bool) {
	if wiring.NetworkOf(network).Take(id, at) {
		return id, true
	}
	free = id
	for n := 2; network.Node().TryFindChild(&free) != nil; n++ {
		free = fmt.Sprint(id, n)
	}
	return free, false
}

// addTaken reports that the id of a construct that a network has once is taken. The id is also the name of its function; what names the
// construct in words.
func addTaken(problems *report.Problems, id, what string, at diag.Position) {
	problems.Add("watch-id", "the id "+id+" is taken", "the network has "+what+", or another construct with this id, already",
		"call watch."+id+" once for a network, and give tiers other ids", at)
}

// mustHave returns the core of a network. It panics if the network is nil. what is what the network is for.
func mustHave(network *tiers.Network, what string, at diag.Position) *wiring.Network {
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of " + what + " is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	return wiring.NetworkOf(network)
}
