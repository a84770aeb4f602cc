package importer

import (
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/traffic"
)

// unnamed is traffic that a firewall passes only if nobody says the name of a host in it, while its rules pass some names.
const unnamed meaning = 1 << 8

// findDomains finds the hosts that firewalls let tiers reach by name.
func (i *importer) findDomains() {
	all := firewalls.Read(i.assembly)
	if len(all.Firewalls) == 0 || i.hasManyNames(all) {
		return
	}
	for _, t := range i.tiers {
		names := i.named(t)
		if len(names) == 0 {
			continue
		}
		if i.onlyNames(t, all, names) {
			i.traffic = slices.DeleteFunc(i.traffic, func(p pair) bool { return p.from.tier == t && p.to.kind == arch.Internet })
		}
		var internet traffic.Set
		for n := range i.traffic {
			p := &i.traffic[n]
			if p.from.tier != t || p.to.kind != arch.Internet {
				continue
			}
			if !i.options.Exact && !i.passesSurely(t, p.set()) && !i.passesOutside(all, p.set()) {
				p.meaning = unnamed
			} else {
				internet = internet.Union(p.set())
			}
		}
		for _, n := range names {
			i.reach(t, n, internet, all)
		}
	}
}

// maxNames bounds the hosts that flows are made for. Each is compared with each rule.
const maxNames = 400

// hasManyNames reports whether the rules name more hosts than flows are made for.
func (i *importer) hasManyNames(all firewalls.Deployed) bool {
	names := map[string]bool{}
	for _, p := range all.Policies {
		r := firewallReader{importer: i, Firewall: &firewalls.Firewall{Policy: p}}
		for _, g := range all.GroupsOf(p) {
			for _, one := range r.rulesOf(g) {
				if name, ok := one.host(); ok {
					names[name] = true
				}
			}
		}
	}
	i.manyNames = len(names) > maxNames
	return i.manyNames
}

// onlyNames reports whether a firewall observes what a tier opens to the internet, and its rules pass only names: then the flows to these
// names open as much.
func (i *importer) onlyNames(t *tier, all firewalls.Deployed, names []namedPart) bool {
	var named, internet traffic.Set
	for _, n := range names {
		named = named.Union(sayable(n.set))
	}
	for _, p := range i.traffic {
		if p.from.tier == t && p.to.kind == arch.Internet {
			internet = internet.Union(p.set())
		}
	}
	for _, f := range all.Firewalls {
		if f.Policy == nil {
			return false
		}
		r := firewallReader{importer: i, Firewall: f, groups: all.GroupsOf(f.Policy)}
		if !r.observes() {
			return false
		}
	}
	return named.Contains(internet) && !i.passesOutside(all, internet)
}

// passesOutside reports whether a rule passes some traffic to addresses of the internet, whatever names are said.
func (i *importer) passesOutside(all firewalls.Deployed, set traffic.Set) bool {
	return slices.ContainsFunc(all.Policies, func(p *firewalls.Policy) bool {
		r := firewallReader{importer: i, Firewall: &firewalls.Firewall{Policy: p}, groups: all.GroupsOf(p)}
		return r.passesOutside(set)
	})
}

func (r firewallReader) passesOutside(passed traffic.Set) bool {
	return slices.ContainsFunc(r.groups, func(g *firewalls.Group) bool {
		return slices.ContainsFunc(r.rulesOf(g), func(one firewallRule) bool {
			if _, named := one.host(); named || one.Action != suricata.Pass || !slices.Contains([]string{"ip", "tcp"}, one.Protocol) {
				return false
			}
			if about, err := ruleTraffic(g, one); err == nil && !about.Overlaps(passed) {
				return false
			}
			if _, detected := one.Get("app-layer-protocol"); detected {
				return false // It is a part of what passes names in HTTP.
			}
			set, err := g.Content.Addresses(one.Destination)
			return err != nil || len(set.Unknown) > 0 || set.Set.Contains(netip.MustParseAddr("8.8.8.8"))
		})
	})
}

// namedPart is a host that a tier reaches by name.
type namedPart struct {
	name string
	set  traffic.Set
}

// named returns the names that the firewalls on a tier's way know, with what the tier opens to them.
func (i *importer) named(t *tier) []namedPart {
	var out []namedPart
	for _, c := range seen(t).classes {
		for _, part := range i.top.Outsides(c, nil) {
			if !part.IsName() {
				continue
			}
			set := withPart(i.top, c, part, true, maybe)
			if name := address.DomainOf(part.List); name != "" && !set.IsEmpty() {
				out = append(out, namedPart{name, set})
			}
		}
	}
	return out
}

// namesKnown returns the names that the firewalls on a tier's way know, as peers: what one side of a comparison tells apart, the other
// must.
func namesKnown(t *reach.Topology, of *tier) []reach.Peer {
	var out []reach.Peer
	for _, c := range seen(of).classes {
		for _, part := range t.Outsides(c, nil) {
			if part.IsName() {
				out = append(out, reach.Peer{List: part.List})
			}
		}
	}
	return out
}

// passesSurely reports whether the firewalls on a tier's way surely pass some of what the tier opens to addresses of the internet.
func (i *importer) passesSurely(t *tier, set traffic.Set) bool {
	for _, c := range seen(t).classes {
		for _, part := range i.top.Outsides(c, nil) {
			if part.Inside || part.List != "" || part.Cell.Base != "" || part.IsUnroutable() {
				continue
			}
			for _, l := range i.top.RepresentativesOutside(c) {
				from, to := reach.End{Class: c, Location: l}, reach.End{Outside: part}
				if l.Cell.Is6() != part.Is6() || i.top.CarriedIf(from, to, reach.IgnoreUnresolved).Maybe.IsEmpty() {
					continue
				}
				if passes, inspected := i.top.Inspected(from, to); !inspected || passes.Sure.Overlaps(set) {
					return true
				}
			}
		}
	}
	return false
}

// reach records what a tier opens to a host, beyond what it opens to the whole internet.
func (i *importer) reach(t *tier, n namedPart, internet traffic.Set, all firewalls.Deployed) {
	rest := sayable(n.set).Minus(internet)
	p := pair{from: end{tier: t}, to: end{kind: arch.Domain, text: n.name}}
	p.reason, p.resource, p.line = i.naming(all, n.name)
	sets := byFamily{rest} // A dual-stack network cannot be inspected.
	i.record(p, sets, &sets)
}

// The ports on which a firewall reads names.
var http, https = traffic.Ports(6, 80, 80), traffic.Ports(6, 443, 443)

// sayable returns what a flow to a name can say. Of the whole of TCP it takes the ports of HTTP and HTTPS.
func sayable(set traffic.Set) traffic.Set {
	set = set.Intersect(traffic.Protocol(6)).Minus(portZero)
	around := traffic.Ports(6, 79, 79).Union(traffic.Ports(6, 81, 81))
	if set.Contains(http) && set.Overlaps(around) {
		return set.Intersect(http.Union(https))
	}
	return set
}

// naming returns the reason and the place of the first rule that passes a name.
func (i *importer) naming(all firewalls.Deployed, name string) (reason string, at *cfn.Resource, line int) {
	for _, p := range all.Policies {
		r := firewallReader{importer: i, Firewall: &firewalls.Firewall{Policy: p}}
		for _, g := range all.GroupsOf(p) {
			for _, one := range r.rulesOf(g) {
				if host, ok := one.host(); ok && host == name && one.Action == "pass" {
					return one.reason(), one.resource, one.resource.At(one.path).Line
				}
			}
		}
	}
	return "imported: the firewall passes the name", nil, 0
}
