package loadbalancer

import (
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// coreOf returns the core of a load balancer's tier.
func coreOf(edge *tiers.EdgeTier) *wiring.Tier { return wiring.PeerOf(edge).Tier }

func facesInternet(edge *tiers.EdgeTier) bool { return coreOf(edge).FacesInternet() }
