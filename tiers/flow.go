package tiers

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/wiring"
)

// FlowOption says more about a flow: [Because], [Owner], [Expires], [SID].
type FlowOption interface {
	apply(*arch.Flow)
}

type flowOption func(*arch.Flow)

func (o flowOption) apply(f *arch.Flow) { o(f) }

// Because states why the flow is needed. It becomes the description of the rules: 255 characters at most, ASCII letters,
// digits, spaces and ._-:/()#,@[]+=&;{}!$* (others are replaced, with a warning). Changing it takes a rule away for a
// moment, as EC2 makes it anew. Without a reason the description names the two ends.
func Because(reason string) FlowOption {
	return flowOption(func(f *arch.Flow) { f.Reason = reason })
}

// Owner states who answers for the flow. It is shown in messages and reports and enters no rule.
func Owner(owner string) FlowOption {
	return flowOption(func(f *arch.Flow) { f.Owner = owner })
}

// Expires states the last day, in UTC, on which the flow is to be open: "2027-01-31". From 30 days before, every synth
// warns; afterwards it fails until the flow is removed, renewed or acknowledged. The date enters no rule.
func Expires(date string) FlowOption {
	return flowOption(func(f *arch.Flow) { f.Expires = date })
}

// SID pins the numbers of the flow's firewall rules, from n on, in 1,000,000 to 1,999,999. They are derived from the flow
// otherwise; an error says when two rules came to have one number and one of them is to be pinned.
func SID(n int) FlowOption {
	return flowOption(func(f *arch.Flow) { f.SID = n })
}

// Exception is a flow that the table of who may reach whom refuses, and that is needed all the same. It is marked as such
// wherever it is shown.
type Exception struct {
	From, To Peer
	Service  Service
	Reason   string // required; see Because
	Owner    string // required; see Owner
	Expires  string // empty is never; see Expires
}

// Except permits the flow of e although the table refuses it.
func (n *Network) Except(e Exception) {
	declareFlow(&n.core, diag.Caller(), e.From, e.To, e.Service, nil,
		arch.Flow{Reason: e.Reason, Owner: e.Owner, Expires: e.Expires, Exception: true})
}

// allow declares a flow between the tier and a peer, in either direction.
func (t *tier) allow(from, to Peer, s Service, options []FlowOption) {
	at := diag.Caller()
	if t.core.Network() == nil {
		panic(diag.Diagnostic{Summary: "AllowTo or AllowFrom on a tier that was not made by its New function", At: []diag.Position{at}}.String())
	}
	declareFlow(t.core.Network(), at, from, to, s, options, arch.Flow{})
}

// declareFlow puts a flow into the model's words and wires it.
func declareFlow(n *wiring.Network, at diag.Position, from, to Peer, s Service, options []FlowOption, f arch.Flow) {
	n.MustBeOpen(at)
	f.Service, f.At = string(s), []diag.Position{at}
	for _, option := range options {
		if option == nil {
			n.Fail("nil", "a flow option is nil", at, "leave it out")
			continue
		}
		option.apply(&f)
	}
	n.Wire(endOf(from), endOf(to), f)
}
