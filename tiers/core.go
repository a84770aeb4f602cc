package tiers

import "github.com/tierwall/tierwall/internal/wiring"

// init sets the hook through which the other packages of this module reach the cores of networks and tiers.
func init() {
	wiring.Reveal = func(public any) wiring.Core {
		switch v := public.(type) {
		case *Network:
			return wiring.Core{Network: coreOf(v)}
		case FlowOption:
			return wiring.Core{Option: v.apply}
		case Peer:
			return wiring.Core{Peer: endOf(v)}
		}
		return wiring.Core{Peer: endOf(nil)}
	}
}

// coreOf returns the core of a network, or nil for a nil network.
func coreOf(n *Network) *wiring.Network {
	if n == nil {
		return nil
	}
	return &n.core
}
