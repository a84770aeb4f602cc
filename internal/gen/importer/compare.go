package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Verdict compares what the original and the regenerated templates carry.
type Verdict struct {
	// Narrower and Wider are the differences. Both are empty if the same is carried.
	Narrower, Wider []Difference
	Pairs           int // pairs of ends that were compared
	// Unproven says why more may be carried although Wider is empty.
	Unproven []string
}

// Difference is traffic that one side carries and the other does not.
type Difference struct {
	From, To, Service, Reason, At string
}

// IsEqual reports whether both sides certainly carry the same.
func (v Verdict) IsEqual() bool {
	return len(v.Narrower) == 0 && len(v.Wider) == 0 && len(v.Unproven) == 0
}

// String writes a difference in one line.
func (d Difference) String() string {
	out := d.From + " -> " + d.To + " " + d.Service
	if d.Reason != "" {
		out += ": " + d.Reason
	}
	if d.At != "" {
		out += " (" + d.At + ")"
	}
	return out
}

// compare regenerates the templates and compares what they carry with what the original ones do.
func (i *importer) compare(s *stack.Stack) Verdict {
	if i.rulesOnly != nil {
		return Verdict{Unproven: append(i.rulesOnly.unproven(i), i.partly()...)}
	}
	v := Verdict{Narrower: slices.Clone(i.vague), Unproven: i.unproven()}
	top, again, err := regenerated(i.tiers, s)
	if top != nil {
		i.assumeListsIn(top)
	}
	if err != nil {
		v.Wider = append(v.Wider, Difference{From: "?", To: "?", Service: "everything",
			Reason: "the regenerated template cannot be read: " + err.Error()})
		return v
	}
	for n, from := range i.tiers {
		for m, to := range i.tiers {
			v.Pairs++
			before, after := i.carried(i.top, from, to), i.carried(top, again[n], again[m])
			surely := i.families(carriedBy(top, again[n], again[m], sure))
			i.differ(&v, end{tier: from}, end{tier: to}, before.minus(after), surely.minus(before))
			i.doubtBetween(&v, from, to, before, after, surely)
		}
		for _, s := range i.strangers {
			v.Pairs++
			i.differStranger(&v, from, again[n], s, top)
		}
		i.compareOutside(&v, from, again[n], top, true)
		i.compareOutside(&v, from, again[n], top, false)
	}
	return v
}

// regenerated reads the template of a stack, and finds each tier in it.
func regenerated(tiers []*tier, s *stack.Stack) (*reach.Topology, []*tier, error) {
	a, err := s.Assembly()
	if err != nil {
		return nil, nil, err
	}
	top := reach.BuildWith(a, reach.Options{GapsAside: true})
	var out []*tier
	for _, t := range tiers {
		declared := s.Declaration.Networks[0].Tiers[t.id]
		group, err := a.Evaluate(declared.Group.Template, declared.Group.Expression)
		if err != nil {
			return nil, nil, fmt.Errorf("the group of %s: %w", t.id, err)
		}
		again := &tier{id: t.id, groups: []*reach.Group{top.Group(group)}}
		for _, value := range declared.Subnets {
			subnet, err := a.Evaluate(value.Template, value.Expression)
			if err != nil {
				return nil, nil, fmt.Errorf("a subnet of %s: %w", t.id, err)
			}
			again.subnets = append(again.subnets, top.Subnet(subnet))
		}
		out = append(out, again)
	}
	top.AssumeOpenPlaces()
	for _, t := range out {
		if len(t.subnets) == 0 { // The group is not in the template, and may be anywhere.
			t.add(top.GroupClass(t.groups[0]))
			continue
		}
		t.classes = []*reach.Class{top.Class(t.id, t.groups, t.subnets)}
	}
	return top, out, nil
}

// differ records what is carried no more between two ends, and what is carried in addition.
func (i *importer) differ(v *Verdict, from, to end, lost, won byFamily) {
	if less := lost.all().Minus(portZero); !less.IsEmpty() {
		reason, at := i.closed(from, to, less)
		v.Narrower = append(v.Narrower, Difference{from.name(), to.name(), less.String(), reason, at})
	}
	if more := won.all().Minus(portZero); !more.IsEmpty() {
		v.Wider = append(v.Wider, Difference{From: from.name(), To: to.name(), Service: more.String()})
	}
}

// differStranger records what a tier exchanges with interfaces that are in no tier: all of it is closed, unless they are those of an
// endpoint that is in the document.
func (i *importer) differStranger(v *Verdict, t, again, stranger *tier, top *reach.Topology) {
	if i.differEndpoint(v, t, again, stranger, top) {
		return
	}
	at := position(first(stranger.members), 0)
	if set := i.carried(i.top, t, stranger).all().Minus(portZero); !set.IsEmpty() {
		v.Narrower = append(v.Narrower, Difference{t.id, stranger.id, set.String(), stranger.why, at})
	}
	if only(stranger.members, endpointType) {
		return // An endpoint opens no connections.
	}
	if set := i.carried(i.top, stranger, t).all().Minus(portZero); !set.IsEmpty() {
		v.Narrower = append(v.Narrower, Difference{stranger.id, t.id, set.String(), stranger.why, at})
	}
}

// closed returns why traffic is not kept.
func (i *importer) closed(from, to end, less traffic.Set) (reason, at string) {
	if e := i.listOwner(to); e != nil {
		return "a grant opens HTTPS to " + e.Service + " alone", position(e.Resource, 0)
	}
	for _, p := range i.traffic {
		if p.from.name() != from.name() || p.to.name() != to.name() || !p.set().Overlaps(less) {
			continue
		}
		switch why := i.gaveUp[[2]string{i.endName(p.from), i.endName(p.to)}]; {
		case why != "":
			return why, p.at()
		case i.options.Exact:
			return p.reason, p.at()
		case p.meaning == unnamed:
			return "the firewall passes it only because no name is said in it; --exact keeps it", p.at()
		case p.meaning == incidental:
			return "no rule names the other end: " + incidentalReason + "; --exact keeps it", p.at()
		case p.meaning == open:
			return "nobody wrote this egress rule; --exact keeps it", p.at()
		}
		return p.reason, p.at()
	}
	if from.tier != nil && to.tier != nil {
		if why := i.whyBetween(from.tier, to.tier, less); why != "" {
			return "it is not sure: " + why, position(to.tier.groups[0].Resource, 0)
		}
	}
	if i.has6 && !i.keeps6 {
		return "the file has no IPv6, because rules on IPv4 and IPv6 differ", ""
	}
	return "", ""
}

// compareOutside compares what a tier exchanges with each part of the outside. Interfaces of a tier may have different parts: less counts
// for each of them, and more only if none of them has it.
func (i *importer) compareOutside(v *Verdict, before, after *tier, top *reach.Topology, out bool) {
	peers := slices.Concat(peersOf(before), peersOf(after), namesKnown(i.top, before), namesKnown(top, after))
	old, now := i.partsOf(i.top, before, peers, out), i.partsOf(top, after, peers, out)
	d := &outsideDiff{importer: i, verdict: v, tier: before, out: out, seen: map[string]bool{}}
	near := indexOf(now)
	for _, p := range old {
		for _, q := range near.overlapping(p.part) {
			p.met, q.met, q.before = true, true, q.before.Union(p.set)
		}
	}
	for _, p := range old {
		for _, q := range near.overlapping(p.part) {
			d.differ(p.part, p.set, q.before, q)
			i.doubtOutside(v, before, p.part, q.sure.Intersect(q.before), out)
		}
		if !p.met {
			d.differ(p.part, p.set, p.set, &exchanged{})
		}
	}
	for _, q := range now {
		if !q.met {
			d.differ(q.part, traffic.Set{}, traffic.Set{}, q)
		}
	}
}

// outsideDiff records the differences of a tier with the outside.
type outsideDiff struct {
	importer *importer
	verdict  *Verdict
	tier     *tier
	out      bool
	seen     map[string]bool
}

// differ records each difference once: parts of the outside that are treated alike have one line. Some interfaces of the tier exchange
// with the part what own says, and all of them together what all says.
func (d *outsideDiff) differ(part reach.Outside, own, all traffic.Set, after *exchanged) {
	if !d.importer.has6 && part.Is6() {
		return
	}
	other, one := end{text: outsideName(part)}, end{tier: d.tier}
	from, to := other, one
	if d.out {
		from, to = one, other
	}
	less, more, maybe := own.Minus(after.set), after.sure.Minus(all), after.set.Minus(after.sure).Minus(all).Minus(portZero)
	id := strings.Join([]string{other.text, key(less), key(more), key(maybe)}, " ")
	if d.verdict.Pairs++; d.seen[id] {
		return
	}
	d.seen[id] = true
	f := family(part.Is6())
	var lost, won byFamily
	lost[f], won[f] = less, more
	d.importer.differ(d.verdict, from, to, lost, won)
	if !maybe.IsEmpty() {
		d.verdict.unproven("it is not known whether the new file carries %s -> %s %s, which the templates do not", from.name(), to.name(), maybe)
	}
}

// outsideName names a part of the outside as the file does.
func outsideName(part reach.Outside) string {
	if part.List == "" && part.Cell.Base == "" && !part.IsUnroutable() {
		return "internet"
	}
	return part.String()
}

// exchanged is what a tier exchanges with a part of the outside.
type exchanged struct {
	part reach.Outside
	set  traffic.Set
	sure traffic.Set
	met  bool
	// before is what the other side exchanges with the part.
	before traffic.Set
}

// partsOf returns what a tier exchanges with each part of the outside. The addresses of the VPC are inside, also for a new file that does
// not know its VPC.
func (i *importer) partsOf(t *reach.Topology, tier *tier, peers []reach.Peer, out bool) []*exchanged {
	var inside []reach.Block
	if v := i.vpcOf(); v != nil {
		inside = v.Blocks
	}
	for _, b := range inside {
		peers = append(peers, reach.Peer{Block: b})
	}
	var all []*exchanged
	for _, c := range seen(tier).classes {
		for _, part := range t.Outsides(c, peers) {
			isInside := part.Inside || slices.ContainsFunc(inside, func(b reach.Block) bool { return b.Holds(part.Cell) == address.Yes })
			if !isInside && !(part.IsName() && i.manyNames) {
				all = append(all, &exchanged{part: part, set: withPart(t, c, part, out, maybe), sure: withPart(t, c, part, out, sure)})
			}
		}
	}
	return all
}

// peersOf returns the outside peers of a tier's rules.
func peersOf(t *tier) []reach.Peer {
	var out []reach.Peer
	for _, g := range t.groups {
		for _, r := range append(append([]reach.Rule{}, g.Ingress...), g.Egress...) {
			if r.Peer.Group == nil {
				out = append(out, r.Peer)
			}
		}
	}
	return out
}
