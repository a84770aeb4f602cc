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

// Declare says how to declare the traffic of a row, for each tier that it may be of. It is empty if the traffic is declared, and if no
// declaration is known that would do: each is tried, and one that has errors is not proposed.
func (j *Judge) Declare(r usage.Row) string {
	isScan := !r.FromEnd.Inside && r.Sources.Count > 1 && !isBlock(r.From)
	if _, err := arch.ParseService(r.Service); err != nil || len(r.Flows) > 0 || r.Guessed || isScan || strings.Contains(r.Service, "-") {
		return ""
	}
	var out []string
	for _, from := range j.peers(r.FromEnd, r.From, "", r.Source) {
		for _, to := range j.peers(r.ToEnd, r.To, r.Name, r.Destination) {
			if text := j.declaration(arch.Flow{From: from, To: to, Service: r.Service}); text != "" {
				out = append(out, text)
			}
		}
	}
	return strings.Join(out, "; or ")
}

// declaration says how to declare a flow, or an exception if the flow needs one. It is empty if that has errors.
func (j *Judge) declaration(flow arch.Flow) string {
	network := j.model.Network
	network.Dialect = j.dialect()
	switch j.try(flow) {
	case "":
		return network.DeclareFix(flow)
	case "not-allowed":
		flow.Exception, flow.Reason, flow.Owner = true, "...", "..."
		if j.try(flow) == "" {
			return flow.From.Kind.String() + " may not reach " + flow.To.Kind.String() + ", so " + network.DeclareFix(flow)
		}
	}
	return ""
}

func isBlock(text string) bool {
	_, err := netip.ParsePrefix(text)
	return err == nil
}

// peers returns the peers that one end of a row may be in a declaration. asked is the name that the clients asked for.
func (j *Judge) peers(of usage.End, name, asked string, addr netip.Addr) []arch.Peer {
	outside := func(kind arch.Kind, text string) []arch.Peer {
		return []arch.Peer{{Kind: kind, Operand: arch.Operand{Text: text}}}
	}
	switch {
	case len(of.Tiers) > 0:
		var out []arch.Peer
		for _, id := range of.Tiers {
			if t, ok := j.model.Tier(id); ok && t.Kind != arch.Endpoint {
				out = append(out, arch.TierPeer(t.Kind, t.ID))
			}
		}
		return out
	case of.Inside:
		return nil
	case asked != "":
		return outside(arch.Domain, asked)
	case isBlock(name): // A declared one.
		return outside(arch.CIDR, name)
	}
	return outside(arch.CIDR, netip.PrefixFrom(addr, addr.BitLen()).String())
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
