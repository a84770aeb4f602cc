package tiers

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/wiring"
)

// FlowOption adds information to a flow. The options are [Because], [Owner], [Expires] and [SID].
type FlowOption interface {
	apply(*arch.Flow)
}

type flowOption func(*arch.Flow)

func (o flowOption) apply(f *arch.Flow) { o(f) }

// Because states why the flow is needed. The reason becomes the description of the flow's rules. It has at most 255 characters: ASCII
// letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*. Other characters are replaced, with a warning. Without a reason, the description
// names the two ends of the flow. If the reason changes, EC2 replaces the rules, so they are absent for a moment.
func Because(reason string) FlowOption {
	return flowOption(func(f *arch.Flow) { f.Reason = reason })
}

// Owner states who is responsible for the flow. Messages and reports show the owner; it is not part of any rule.
func Owner(owner string) FlowOption {
	return flowOption(func(f *arch.Flow) { f.Owner = owner })
}

// Expires states the last day of the flow, in UTC: "2027-01-31". In the 30 days before, every synthesis warns. After that day, synthesis
// fails until the flow is removed, renewed or acknowledged. The date is not part of any rule.
func Expires(date string) FlowOption {
	return flowOption(func(f *arch.Flow) { f.Expires = date })
}

// SID sets the signature ids of the flow's firewall rules: n for the first rule, and the following numbers for further rules. N is from
// 1,000,000 to 1,999,999. Without this option the ids are derived from the flow. If two rules get the same id, an error names the flow
// that needs this option.
func SID(n int) FlowOption {
	return flowOption(func(f *arch.Flow) { f.SID = n })
}

// Exception is a flow that AllowTo and AllowFrom do not accept, because the kinds of its ends must not talk to each other. Messages and
// reports mark it as an exception.
type Exception struct {
	From, To Peer    // required
	Service  Service // required
	Reason   string  // required; see Because
	Owner    string  // required; see Owner
	Expires  string  // see Expires; if empty, the exception does not expire
}

// Except declares the flow of e. If the flow needs no exception, synthesis warns.
func (n *Network) Except(e Exception) {
	declareFlow(&n.core, diag.Caller(), e.From, e.To, e.Service, nil,
		arch.Flow{Reason: e.Reason, Owner: e.Owner, Expires: e.Expires, Exception: true})
}

// allow declares a flow between the tier and a peer, in either direction.
func (t *tier) allow(from, to Peer, s Service, options []FlowOption) {
	at := diag.Caller()
	if t.core.Network() == nil {
		panic(diag.Diagnostic{
			Summary: "AllowTo or AllowFrom on a tier that was not made by its New function", At: []diag.Position{at},
		}.String())
	}
	declareFlow(t.core.Network(), at, from, to, s, options, arch.Flow{})
}

// declareFlow completes the flow f and adds it to the network.
func declareFlow(n *wiring.Network, at diag.Position, from, to Peer, s Service, options []FlowOption, f arch.Flow) {
	n.MustBeOpen(at)
	f.Service, f.At = string(s), []diag.Position{at}
	for _, option := range options {
		if option == nil {
			n.Fail("nil", "a flow option is nil", at, "remove it")
			continue
		}
		option.apply(&f)
	}
	n.Wire(endOf(from), endOf(to), f)
}
