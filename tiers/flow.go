package tiers

import (
	"reflect"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
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
	n.wire(diag.Caller(), e.From, e.To, e.Service, nil, arch.Flow{Reason: e.Reason, Owner: e.Owner, Expires: e.Expires, Exception: true})
}

// allow declares a flow between the tier and a peer, in either direction.
func (t *tier) allow(from, to Peer, s Service, options []FlowOption) {
	at := diag.Caller()
	if t.net == nil {
		panic(diag.Diagnostic{Summary: "AllowTo or AllowFrom on a tier that was not made by its New function", At: []diag.Position{at}}.String())
	}
	t.net.wire(at, from, to, s, options, arch.Flow{})
}

// wire records one flow. Everything about it that takes the whole architecture is checked at synth.
func (n *Network) wire(at diag.Position, from, to Peer, s Service, options []FlowOption, f arch.Flow) {
	n.mustBeOpen(at)
	f.Service, f.At = string(s), []diag.Position{at}
	for _, option := range options {
		if option == nil {
			n.fail("nil", "a flow option is nil", at, "leave it out")
			continue
		}
		option.apply(&f)
	}
	ends := [2]peerEnd{}
	for i, p := range []Peer{from, to} {
		end, problem := n.endOf(p)
		if problem != "" {
			n.fail("peer", problem, at, "")
			return
		}
		ends[i] = end
	}
	f.From, f.To = ends[0].Peer, ends[1].Peer
	for _, end := range ends {
		if end.via.Kind != arch.NoGateway {
			f.Path = arch.Path{Kind: arch.ThroughGateway, Via: end.via}
			n.needGateway(end.via)
		}
	}
	n.flows = append(n.flows, f)
	n.prepare(ends[0], ends[1], f)
}

// endOf reads a peer, or says what is wrong with it.
func (n *Network) endOf(p Peer) (peerEnd, string) {
	if p == nil {
		return peerEnd{}, "a flow's peer is nil"
	}
	if v := reflect.ValueOf(p); v.Kind() == reflect.Pointer && v.IsNil() {
		return peerEnd{}, "a flow's peer is a nil " + v.Type().Elem().Name()
	}
	end := p.end()
	switch {
	case end.tier == nil:
		return end, ""
	case end.tier.net == nil:
		return peerEnd{}, "a flow's peer was not made by its New function"
	case end.tier.net != n:
		return peerEnd{}, "a flow to " + end.tier.id + ", a tier of another network (" + end.tier.net.declared.Path +
			"): import it into this one, with Import" + title(end.Kind) + "Tier and its group's id, and wire that"
	}
	return end, ""
}

func title(k arch.Kind) string {
	name := k.String()
	return string(name[0]-'a'+'A') + name[1:]
}
