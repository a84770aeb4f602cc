package importer

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// settleDoubts takes out of the topology what no file can say, and remembers it: rules whose ports only a deployment knows are closed, and
// interfaces that depend on a condition exist, with the rules that depend on the same condition.
func (i *importer) settleDoubts() {
	for _, g := range i.top.Groups {
		g.Ingress = i.withoutVague(g, g.Ingress, false)
		g.Egress = i.withoutVague(g, g.Egress, true)
	}
	exists := i.conditions()
	for _, g := range i.top.Groups {
		for _, rules := range [][]reach.Rule{g.Ingress, g.Egress} {
			for n := range rules {
				if r := &rules[n]; exists[g][r.Unsure] || r.Peer.Group != nil && exists[r.Peer.Group][r.Unsure] {
					r.Unsure = ""
				}
			}
		}
	}
}

// conditions returns the doubts about each group and about the interfaces that wear it, which are taken to exist.
func (i *importer) conditions() map[*reach.Group]map[string]bool {
	out := map[*reach.Group]map[string]bool{}
	i.exists = map[string]bool{}
	add := func(g *reach.Group, why string) {
		if why == "" {
			return
		}
		if out[g] == nil {
			out[g] = map[string]bool{}
		}
		out[g][why], i.exists[why] = true, true
	}
	for _, g := range i.top.Groups {
		add(g, doubt(g.Resource))
	}
	for _, c := range i.top.Classes {
		for _, g := range c.Groups {
			for _, r := range c.Members {
				add(g, doubt(r))
			}
		}
	}
	return out
}

// withoutVague returns the rules whose protocol and ports are known.
func (i *importer) withoutVague(g *reach.Group, rules []reach.Rule, out bool) []reach.Rule {
	var kept []reach.Rule
	for _, r := range rules {
		if !r.Vague {
			kept = append(kept, r)
			continue
		}
		d := Difference{From: r.Peer.String(), To: g.Label(), Service: "by a rule", Reason: r.Unsure, At: position(r.Resource, r.Line)}
		if out {
			d.From, d.To = d.To, d.From
		}
		i.vague = append(i.vague, d)
	}
	return kept
}

// doubt returns the text that says on which condition a resource depends; empty if it surely exists.
func doubt(r *cfn.Resource) string {
	for ; r != nil; r = r.Stack.Parent {
		if why := r.Doubt(); why != "" {
			return why
		}
	}
	return ""
}

// hasUnseen reports whether the tier may have rules or groups that are not in the templates.
func (t *tier) hasUnseen() bool {
	return t.hasUnseenRules() || t.unseenGroups() != ""
}

// unseenGroups says why the tier's interfaces may have groups that are not in the templates; empty if they have none.
func (t *tier) unseenGroups() string {
	for _, c := range t.classes {
		if c.Unseen != "" {
			return c.Unseen
		}
	}
	return ""
}

// hasUnseenRules reports whether the tier's groups may have rules that are not in the templates.
func (t *tier) hasUnseenRules() bool {
	return t.isForeign() || slices.ContainsFunc(t.groups, func(g *reach.Group) bool { return g.Unsure != "" })
}

// surelyCarried returns what is surely carried from each subnet of a tier to each of another. Of tiers with rules that are not in the
// templates that is not known, which the verdict says by itself.
func (i *importer) surelyCarried(from, to *tier) (sets byFamily, known bool) {
	if from.hasUnseen() || to.hasUnseen() {
		return byFamily{}, false
	}
	found := [2]bool{}
	for p := range meetings(i.top, from, to) {
		f, set := family(p.x.Cell.Is6()), i.top.Between(p.a, p.x, p.b, p.y).Sure
		if found[f] {
			set = set.Intersect(sets[f])
		}
		sets[f], found[f] = set, true
	}
	return sets, true
}

func sure(c traffic.Carried) traffic.Set { return c.Sure }

// doubtBetween records what the new file carries from one tier to another and the templates only may, or only between some subnets; and
// what it only may.
func (i *importer) doubtBetween(v *Verdict, from, to *tier, before byFamily, after, afterSure byFamily) {
	if more := after.minus(afterSure).minus(before).all().Minus(portZero); !more.IsEmpty() {
		v.unproven("it is not known whether the new file carries %s -> %s %s, which the templates do not", from.id, to.id, more)
	}
	surely, known := i.surelyCarried(from, to)
	if more := afterSure.intersect(before.all()).minus(surely).all().Minus(portZero); known && !more.IsEmpty() {
		v.doubt(from.id, to.id, more, i.whyBetween(from, to, more))
	}
}

// doubt records traffic that the templates carry only in part: between some subnets, or perhaps.
func (v *Verdict) doubt(from, to string, more traffic.Set, why string) {
	if why == "" {
		v.unproven("the templates carry %s -> %s %s only for some of their subnets, and the new file for all", from, to, more)
		return
	}
	v.unproven("it is not known whether the templates carry %s -> %s %s: %s", from, to, more, why)
}

// unproven adds a reason once.
func (v *Verdict) unproven(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(v.Unproven, text) {
		v.Unproven = append(v.Unproven, text)
	}
}

// whyBetween says why it is not sure that a tier may open connections to another.
func (i *importer) whyBetween(from, to *tier, more traffic.Set) string {
	for p := range meetings(i.top, from, to) {
		if why := i.why(reach.End{Class: p.a, Location: p.x}, reach.End{Class: p.b, Location: p.y}, more); why != "" {
			return why
		}
	}
	return ""
}

// why returns the first reason why traffic between two ends is not sure.
func (i *importer) why(from, to reach.End, more traffic.Set) string {
	unsure := i.top.Carried(from, to)
	one, ok := unsure.Maybe.Minus(unsure.Sure).Intersect(more).First()
	if !ok {
		return ""
	}
	for _, step := range i.top.Explain(from, to, one) {
		if step.Unsure != "" {
			return step.Unsure
		}
	}
	return ""
}

// doubtOutside records what the new file exchanges with a part of the outside and the templates only may, or only from some subnets.
func (i *importer) doubtOutside(v *Verdict, t *tier, part reach.Outside, after traffic.Set, out bool) {
	if t.hasUnseen() || part.Is6() && !i.has6 {
		return
	}
	for _, c := range t.classes {
		for _, l := range i.top.RepresentativesOutside(c) {
			if l.Cell.Is6() != part.Is6() {
				continue
			}
			carried := atLocation(i.top, c, l, part, out)
			known := carried.Sure
			if part.IsName() { // No firewall is sure of a name: clients may say it in several segments.
				known = carried.Maybe
			}
			more := after.Minus(known).Minus(portZero)
			if more.IsEmpty() {
				continue
			}
			names := [2]string{outsideName(part), t.id}
			if out {
				names = [2]string{t.id, outsideName(part)}
			}
			from, to := ends(c, l, part, out)
			v.doubt(names[0], names[1], more, i.why(from, to, more))
		}
	}
}
