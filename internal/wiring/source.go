package wiring

import (
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// The methods below make a network a report.Source.

// Path returns the path of the network's construct.
func (n *Network) Path() string { return n.declared.Path }

// At returns the line that declared the network.
func (n *Network) At() diag.Position { return n.declared.At }

// Findings returns the findings of the last synthesis, including errors.
func (n *Network) Findings() diag.List { return n.findings }

// SkipsProof reports whether the network is excluded from the proof.
func (n *Network) SkipsProof() bool { return n.unproven }

// Declaration returns what was declared, with its places in the templates. It returns nil before a synthesis without errors.
func (n *Network) Declaration() *proof.Network {
	if !n.delivered {
		return nil
	}
	return new(n.declaration())
}
