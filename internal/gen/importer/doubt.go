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
	exists := map[string]bool{}
	for _, c := range i.top.Classes {
		for _, r := range c.Members {
			exists[doubt(r)] = true
		}
		for _, g := range c.Groups {
			exists[doubt(g.Resource)] = true
		}
	}
	for _, g := range i.top.Groups {
		exists[doubt(g.Resource)] = true
	}
	i.exists = exists
	for _, g := range i.top.Groups {
		for _, rules := range [][]reach.Rule{g.Ingress, g.Egress} {
			for n := range rules {
				if exists[rules[n].Unsure] {
					rules[n].Unsure = ""
				}
			}
		}
	}
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
	return t.hasUnseenRules() || slices.ContainsFunc(t.classes, func(c *reach.Class) bool { return c.Unseen != "" })
}

// hasUnseenRules reports whether the tier's groups may have rules that are not in the templates.
func (t *tier) hasUnseenRules() bool {
	return t.isForeign() || slices.ContainsFunc(t.groups, func(g *reach.Group) bool { return g.Unsure != "" })
}

// surelyCarried returns what is surely carried from one tier to another. For tiers with rules that are not in the templates nothing is,
// which the verdict says by itself.
func (i *importer) surelyCarried(from, to *tier) (sets byFamily, known bool) {
	if from.hasUnseen() || to.hasUnseen() {
		return byFamily{}, false
	}
	return carriedBy(i.top, from, to, sure), true
}

func sure(c traffic.Carried) traffic.Set { return c.Sure }

// doubtBetween records what the new file carries from one tier to another and the templates only may.
func (i *importer) doubtBetween(v *Verdict, from, to *tier, after byFamily) {
	sure, known := i.surelyCarried(from, to)
	if more := after.minus(sure).all().Minus(portZero); known && !more.IsEmpty() {
		v.doubt(from.id, to.id, more, i.whyBetween(from, to, more))
	}
}

func (v *Verdict) doubt(from, to string, more traffic.Set, why string) {
	text := fmt.Sprintf("it is not known whether the templates carry %s -> %s %s", from, to, more)
	if why != "" {
		text += ": " + why
	}
	if !slices.Contains(v.Unproven, text) {
		v.Unproven = append(v.Unproven, text)
	}
}

// whyBetween says why it is not sure that a tier may open connections to another.
func (i *importer) whyBetween(from, to *tier, more traffic.Set) string {
	for _, a := range from.classes {
		for _, b := range to.classes {
			locationsA, locationsB := i.top.Representatives(a, b)
			for _, x := range locationsA {
				for _, y := range locationsB {
					if x.Cell.Is6() != y.Cell.Is6() {
						continue
					}
					if why := i.why(reach.End{Class: a, Location: x}, reach.End{Class: b, Location: y}, more); why != "" {
						return why
					}
				}
			}
		}
	}
	return ""
}

// why returns the first reason why traffic between two ends is not sure.
func (i *importer) why(from, to reach.End, more traffic.Set) string {
	one, ok := more.First()
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

// doubtOutside records what the new file exchanges with a part of the outside and the templates only may.
func (i *importer) doubtOutside(v *Verdict, t *tier, part reach.Outside, after traffic.Set, out bool) {
	if t.hasUnseen() || part.Is6() && !i.has6 {
		return
	}
	for _, c := range t.classes {
		for _, l := range i.top.RepresentativesOutside(c) {
			if l.Cell.Is6() != part.Is6() && part.List == "" {
				continue
			}
			carried := atLocation(i.top, c, l, part, out)
			if more := after.Intersect(carried.Maybe).Minus(carried.Sure).Minus(portZero); !more.IsEmpty() {
				names := [2]string{outsideName(part), t.id}
				if out {
					names = [2]string{t.id, outsideName(part)}
				}
				from, to := ends(c, l, part, out)
				v.doubt(names[0], names[1], more, i.why(from, to, more))
			}
		}
	}
}
