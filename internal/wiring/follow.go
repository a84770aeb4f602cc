package wiring

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Follow has f called at synthesis, when everything is wired, with the checked architecture. f may be called again if synthesis is
// repeated, and is not called if the architecture has errors. It makes resources that depend on what is declared and that change no rule of
// any control.
func (n *Network) Follow(at diag.Position, f func(m *arch.Model)) {
	n.MustBeOpen(at)
	n.followers = append(n.followers, f)
}

// follow calls the followers, in the order in which they were added.
func (n *Network) follow() {
	for _, f := range n.followers {
		f(n.plan.Model)
	}
}
