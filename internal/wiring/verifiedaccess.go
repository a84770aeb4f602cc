package wiring

import (
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// HoldsVerifiedAccess declares that the tier, a bastion tier, holds endpoints of AWS Verified Access.
func (t *Tier) HoldsVerifiedAccess(at diag.Position) {
	t.net.MustBeOpen(at)
	t.declared.VerifiedAccess = true
}

// Publish declares that the endpoints of Verified Access in the tier may reach an edge tier. The interfaces of package tiers do not offer
// this flow: only package verifiedaccess declares it.
func (t *Tier) Publish(to *Tier, f arch.Flow) { t.net.Wire(t.Peer(), to.Peer(), f) }

// Today returns the day that decides what has expired: midnight in UTC.
func (n *Network) Today() time.Time { return n.now().Truncate(24 * time.Hour) }
