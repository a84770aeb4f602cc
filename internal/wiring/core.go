package wiring

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Reveal returns the core behind a value of package tiers. Package tiers sets it when the package is initialised.
//
// This is the seam between what users call and what only this module calls. The types of package tiers hold their cores in unexported
// fields, so no exported declaration mentions an internal type. Packages firewall, waf, endpoints and loadbalancer are given networks
// and tiers of package tiers, and need their cores. They cannot read the fields, and wiring cannot import tiers, because tiers imports
// wiring. So tiers leaves a function here, as grpc does in its internal package. NetworkOf, PeerOf and TierOf call the function.
var Reveal func(public any) Core

// Core is the core of a value of package tiers. One of its fields is set.
type Core struct {
	Network *Network         // of a *tiers.Network
	Peer    Peer             // of a tiers.Peer
	Option  func(*arch.Flow) // of a tiers.FlowOption
}

// NetworkOf returns the core of a *tiers.Network, or nil if the network is nil.
func NetworkOf(network constructs.Construct) *Network { return Reveal(network).Network }

// PeerOf returns a tiers.Peer as an end of a flow.
func PeerOf(peer any) Peer { return Reveal(peer).Peer }

// TierOf returns the core of a tiers.Tier. It panics if the tier is nil or was not made by its New function; what describes the tier in
// the message: "the tier of a grant".
func TierOf(tier any, what string, at diag.Position) *Tier {
	t := PeerOf(tier).Tier
	if t == nil || t.net == nil {
		panic(diag.Diagnostic{Summary: what + " is nil or was not made by its New function", At: []diag.Position{at}}.String())
	}
	return t
}

// FlowOf returns what options of package tiers say about a flow. Nil options say nothing.
func FlowOf[O any](options []O) (f arch.Flow) {
	for _, o := range options {
		if apply := Reveal(o).Option; apply != nil {
			apply(&f)
		}
	}
	return f
}
