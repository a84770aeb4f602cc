package reach

import (
	"slices"
	"strings"

	"go4.org/netipx"
)

// addressSet is a set of addresses of a rule's header.
type addressSet struct {
	known *netipx.IPSet
	// plus and minus are blocks that only a deployment knows, in it and not in it; vague says that there are others.
	plus, minus []Block
	vague       bool
}

func (g *groupReader) addresses(text string) (addressSet, error) {
	a, err := g.group.Addresses(text)
	if err != nil {
		return addressSet{}, err
	}
	out := addressSet{known: a.Set}
	for _, name := range a.Unknown {
		bare := strings.TrimPrefix(name, "!")
		values := g.sets[bare]
		if len(values) == 0 {
			out.vague = true
		}
		for _, v := range values {
			b, err := g.p.t.blockOf(v, false)
			switch {
			case err != nil:
				out.vague = true
			case bare != name:
				out.minus = append(out.minus, b)
			default:
				out.plus = append(out.plus, b)
			}
		}
	}
	return out, nil
}

// party is one end of a connection as a firewall sees it.
type party struct {
	place
	vpc *VPC
}

// domain is the domain name that the party is looked for by; empty for addresses.
func (p party) domain() string { return domainOf(p.list) }

const domainList = "domain "

func isDomain(list string) bool { return strings.HasPrefix(list, domainList) }

// domainOf is the name that a list stands for; empty if it is another list.
func domainOf(list string) string {
	name, ok := strings.CutPrefix(list, domainList)
	if !ok {
		return ""
	}
	return name
}

// DomainPeer is whoever answers for a domain name, as a peer of rules: no addresses are known of it. A leading dot stands for the domain
// and all below it.
func DomainPeer(name string) Peer { return Peer{List: domainList + name} }

// holds reports whether the set holds an end of a connection.
func (s addressSet) holds(p party) certainty {
	if p.cell.Base != "" || p.list != "" {
		return s.holdsUnknown(p)
	}
	out := no
	switch r := netipx.IPRangeFrom(p.cell.From, p.cell.To); {
	case s.known.ContainsRange(r):
		out = yes
	case s.known.OverlapsRange(r):
		out = perhaps
	}
	for _, b := range s.minus {
		if out == yes && b.holds(p.cell) != no {
			out = perhaps
		}
	}
	if out != yes && (s.vague || len(s.plus) > 0) {
		return perhaps
	}
	if s.vague {
		return perhaps
	}
	return out
}

// holdsUnknown is holds for addresses that only a deployment knows.
func (s addressSet) holdsUnknown(p party) certainty {
	if p.list == "" {
		for _, b := range s.minus {
			if b.holds(p.cell) == yes {
				return no
			}
		}
		for _, b := range s.plus {
			if b.holds(p.cell) == yes {
				return yes
			}
		}
	}
	everything := anywhere4
	if p.cell.Is6() {
		everything = anywhere6
	}
	if s.vague {
		return perhaps
	}
	if s.known.ContainsPrefix(everything.Prefix) {
		if len(s.minus) > 0 && p.list == "" {
			return perhaps
		}
		return yes
	}
	if p.list != "" { // Its addresses are taken to be outside the VPC.
		switch {
		case s.outsideOf(p.vpc, everything):
			return yes
		case s.within(p.vpc):
			return no
		}
	}
	if p.apart || len(s.plus) == 0 && len(s.known.Ranges()) == 0 {
		return no
	}
	return perhaps
}

// outsideOf reports whether the set holds all addresses of a family but the VPC's own.
func (s addressSet) outsideOf(v *VPC, everything Block) bool {
	var b netipx.IPSetBuilder
	b.AddSet(s.known)
	for _, block := range v.blocksOf() {
		if block.Base == "" {
			b.AddPrefix(block.Prefix)
		}
	}
	set, err := b.IPSet()
	return err == nil && set.ContainsPrefix(everything.Prefix)
}

// within reports whether the set holds addresses of the VPC alone.
func (s addressSet) within(v *VPC) bool {
	var b netipx.IPSetBuilder
	b.AddSet(s.known)
	for _, block := range v.blocksOf() {
		if block.Base == "" {
			b.RemovePrefix(block.Prefix)
		}
	}
	rest, err := b.IPSet()
	outside := func(plus Block) bool {
		return !slices.ContainsFunc(v.blocksOf(), func(block Block) bool { return block.holds(cellOf(plus)) == yes })
	}
	return err == nil && len(rest.Ranges()) == 0 && !slices.ContainsFunc(s.plus, outside)
}
