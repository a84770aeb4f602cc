package inspect

import (
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/suricata"
)

// addressSet is the set of addresses of a rule's header.
type addressSet struct {
	known *netipx.IPSet
	// plus and minus are blocks that only a deployment knows: those in the set, and those taken out of it. vague says that there are others.
	plus, minus []address.Block
	vague       bool
}

// Group is a rule group: what its variables stand for.
type Group struct {
	suricata.Group
	// Symbols are the blocks that only a deployment knows, by the text that stands for each in a variable.
	Symbols map[string][]address.Block
}

// addresses resolves the address of a rule's header.
func (g Group) addresses(text string) (addressSet, error) {
	a, err := g.Addresses(text)
	if err != nil {
		return addressSet{}, err
	}
	out := addressSet{known: a.Set}
	for _, name := range a.Unknown {
		bare, isNegated := strings.CutPrefix(name, "!")
		blocks := g.Symbols[bare]
		switch {
		case len(blocks) == 0:
			out.vague = true
		case isNegated:
			out.minus = append(out.minus, blocks...)
		default:
			out.plus = append(out.plus, blocks...)
		}
	}
	return out, nil
}

// holds says whether the set holds the addresses of a party.
func (s addressSet) holds(p Party) address.Certainty {
	if p.Cell.Base != "" || p.List != "" {
		return s.holdsUnknown(p)
	}
	out := address.No
	switch r := netipx.IPRangeFrom(p.Cell.From, p.Cell.To); {
	case s.known.ContainsRange(r):
		out = address.Yes
	case s.known.OverlapsRange(r):
		out = address.Perhaps
	}
	for _, b := range s.minus {
		if out == address.Yes && b.Holds(p.Cell) != address.No {
			out = address.Perhaps
		}
	}
	if out != address.Yes && (s.vague || len(s.plus) > 0) {
		return address.Perhaps
	}
	if s.vague {
		return address.Perhaps
	}
	return out
}

// holdsUnknown says the same of addresses that only a deployment knows.
func (s addressSet) holdsUnknown(p Party) address.Certainty {
	if p.List == "" {
		for _, b := range s.minus {
			if b.Holds(p.Cell) == address.Yes {
				return address.No
			}
		}
		for _, b := range s.plus {
			if b.Holds(p.Cell) == address.Yes {
				return address.Yes
			}
		}
	}
	everything := address.Anywhere(p.Cell.Is6())
	if s.vague {
		return address.Perhaps
	}
	if s.known.ContainsPrefix(everything.Prefix) {
		if len(s.minus) > 0 && p.List == "" {
			return address.Perhaps
		}
		return address.Yes
	}
	if p.List != "" { // The addresses of a list are taken to be outside the VPC.
		switch {
		case s.outsideOf(p.VPC, everything):
			return address.Yes
		case s.within(p.VPC):
			return address.No
		}
	}
	if p.IgnoreUnresolved || len(s.plus) == 0 && len(s.known.Ranges()) == 0 {
		return address.No
	}
	return address.Perhaps
}

// outsideOf reports whether the set holds all addresses of a family except the VPC's own.
func (s addressSet) outsideOf(vpc []address.Block, everything address.Block) bool {
	var b netipx.IPSetBuilder
	b.AddSet(s.known)
	for _, block := range vpc {
		if block.Base == "" {
			b.AddPrefix(block.Prefix)
		}
	}
	set, err := b.IPSet()
	return err == nil && set.ContainsPrefix(everything.Prefix)
}

// within reports whether the set holds addresses of the VPC alone.
func (s addressSet) within(vpc []address.Block) bool {
	var b netipx.IPSetBuilder
	b.AddSet(s.known)
	for _, block := range vpc {
		if block.Base == "" {
			b.RemovePrefix(block.Prefix)
		}
	}
	rest, err := b.IPSet()
	outside := func(plus address.Block) bool {
		return !slices.ContainsFunc(vpc, func(block address.Block) bool { return block.Holds(address.CellOf(plus)) == address.Yes })
	}
	return err == nil && len(rest.Ranges()) == 0 && !slices.ContainsFunc(s.plus, outside)
}
