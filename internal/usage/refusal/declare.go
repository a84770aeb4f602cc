package refusal

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/usage"
)

// declare says how to declare the traffic of a row. The declaration is tried: one that has errors is not proposed.
func (j *Judge) declare(r usage.Row) string {
	if len(r.Flows) > 0 || r.Guessed {
		return ""
	}
	from, ok := j.peer(r.FromEnd, r.From, r.Source)
	to, known := j.peer(r.ToEnd, r.To, r.Destination)
	isScan := !r.FromEnd.Inside && r.Sources.Count > 1 && from.Text != r.From
	if _, err := arch.ParseService(r.Service); err != nil || !ok || !known || isScan || strings.Contains(r.Service, "-") {
		return ""
	}
	flow := arch.Flow{From: from, To: to, Service: r.Service}
	network := j.model.Network
	network.Dialect = j.dialect()
	switch j.try(flow) {
	case "":
		return network.DeclareFix(flow)
	case "not-allowed":
		flow.Exception, flow.Reason, flow.Owner = true, "...", "..."
		if j.try(flow) == "" {
			return from.Kind.String() + " may not reach " + to.Kind.String() + ": " + network.DeclareFix(flow)
		}
	}
	return ""
}

// peer returns the peer that one end of a row would be in a declaration. It reports false if that is not one.
func (j *Judge) peer(of usage.End, name string, addr netip.Addr) (arch.Peer, bool) {
	if len(of.Tiers) == 1 {
		t, ok := j.model.Tier(of.Tiers[0])
		return arch.TierPeer(t.Kind, t.ID), ok && t.Kind != arch.Endpoint
	}
	if of.Inside || len(of.Tiers) > 1 {
		return arch.Peer{}, false
	}
	if _, err := netip.ParsePrefix(name); err == nil { // A declared block.
		return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: name}}, true
	}
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: netip.PrefixFrom(addr, addr.BitLen()).String()}}, true
}

// try adds a flow to the architecture and returns the rule that it breaks: empty if none, "more" if several.
func (j *Judge) try(f arch.Flow) string {
	a := j.model.Architecture()
	a.Flows = append(slices.Clone(a.Flows), f)
	_, diags := arch.Check(a, time.Time{})
	broken := ""
	for _, d := range diags.With(diag.Error) {
		if broken != "" && broken != d.Rule {
			return "more"
		}
		broken = d.Rule
	}
	return broken
}

// dialect returns the language of the declaration.
func (j *Judge) dialect() arch.Dialect {
	for _, f := range j.model.Flows {
		if len(f.At) > 0 {
			return arch.DialectAt(f.At[0])
		}
	}
	return j.model.Network.Dialect
}
