package app

import (
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/gen/document"
)

var tierTypes = map[string]string{"edge": "EdgeTier", "web": "WebTier", "app": "AppTier", "data": "DataTier", "bastion": "BastionTier"}

// tier returns the Go expression of a tier.
func (g *generator) tier(id string) string {
	if g.fields[id] == "" {
		g.unknown("tier", id)
		return "nil"
	}
	return "s." + g.fields[id]
}

// tiers writes the tiers. A tier whose subnets another one shares comes before that one.
func (g *generator) tiers() {
	if g.doc.Network.VPC != nil {
		for _, t := range g.doc.Tiers {
			for _, set := range t.Subnets {
				g.subnetSet(set)
			}
		}
		g.current.blank()
	}
	for _, t := range g.sharedFirst() {
		g.current.do(t.At, g.tier(t.ID)+" = "+g.newTier(t))
		if t.InstanceConnect && t.Kind == "bastion" {
			g.current.do(t.At, g.tier(t.ID)+".InstanceConnect()")
		}
	}
}

func (g *generator) newTier(t document.Tier) string {
	typ := tierTypes[t.Kind]
	if t.Import != nil {
		var l literal
		l.set("SecurityGroupID", idText(t.Import.SecurityGroup))
		l.set("Egress", g.word(t.Import.Egress, map[string]string{"open": "tiers.EgressOpen", "restricted": "tiers.EgressRestricted"}))
		l.set("Kubernetes", pods(t.Kubernetes))
		l.set("Holds", holds(t.Holds))
		return call("tiers.Import"+typ, "s.Network", strconv.Quote(t.ID), l.of("&tiers.ImportProps"))
	}
	var l literal
	l.set("Internal", truth(t.Internal))
	l.set("Block", number(t.Block))
	if g.doc.Network.VPC == nil {
		l.set("Subnets", texts(t.Subnets))
	} else if len(t.Subnets) > 0 {
		l.set("VpcSubnets", g.subnetSet(t.Subnets[0]))
	}
	if t.SharesWith != "" && g.doc.Network.VPC != nil {
		g.refuse(t.At, "the tier "+t.ID+" of an existing VPC has sharesWith", "in an existing VPC a tier says which subnets it has",
			"write subnets with the set of "+t.SharesWith+" in place of sharesWith")
	} else if t.SharesWith != "" {
		l.set("SharesWith", g.tier(t.SharesWith))
	}
	l.set("Kubernetes", pods(t.Kubernetes))
	l.set("Holds", holds(t.Holds))
	props := "&tiers.TierProps"
	if t.Kind == "edge" {
		props = "&tiers.EdgeTierProps"
	}
	return call("tiers.New"+typ, "s.Network", strconv.Quote(t.ID), l.of(props))
}

// pods returns the literal of the pods that a tier is, and nothing if it is none.
func pods(k *document.Kubernetes) string {
	if k == nil {
		return ""
	}
	var l literal
	l.set("Namespace", text(k.Namespace))
	l.set("Labels", dictionary("string", k.Labels, text))
	return l.of("&tiers.Kubernetes")
}

// sharedFirst returns the tiers in the order of the file, but a tier whose subnets others share before these. It reports circles.
func (g *generator) sharedFirst() []document.Tier {
	var out []document.Tier
	done := map[string]bool{}
	var add func(t document.Tier, trail []string)
	add = func(t document.Tier, trail []string) {
		if done[t.ID] {
			return
		}
		if slices.Contains(trail, t.ID) {
			g.refuseAs("sharing", t.At, "the tier "+t.ID+" shares subnets with itself", "sharesWith leads back to "+t.ID, "remove one sharesWith")
			return
		}
		if t.SharesWith != "" {
			add(entry(g.doc.Tiers, t.SharesWith, tierID), append(trail, t.ID))
		}
		if !done[t.ID] && t.ID != "" {
			done[t.ID] = true
			out = append(out, t)
		}
	}
	for _, t := range g.doc.Tiers {
		add(t, nil)
	}
	return out
}

func tierID(t document.Tier) string { return t.ID }
