package importer

import "github.com/tierwall/tierwall/internal/traffic"

// isAlikeEverywhere reports whether a tier exchanges the same in each of its subnets, so that it does not matter in which one it is.
func (i *importer) isAlikeEverywhere(t *tier) bool {
	for _, p := range i.traffic {
		switch {
		case p.from.tier != t && p.to.tier != t:
		case p.from.tier != nil && p.to.tier != nil:
			if !i.isAlikeBetween(p.from.tier, p.to.tier) {
				return false
			}
		case !i.isAlikeOutside(t, p.from.tier == t):
			return false
		}
	}
	return true
}

// isAlikeBetween reports whether two tiers exchange the same from each subnet of the one to each of the other.
func (i *importer) isAlikeBetween(from, to *tier) bool {
	seen := families{}
	for p := range meetings(i.top, from, to) {
		if !seen.isAlike(p.x.Cell.Is6(), i.top.Between(p.a, p.x, p.b, p.y).Maybe) {
			return false
		}
	}
	return true
}

// isAlikeOutside reports whether a tier exchanges the same with each part of the outside from each of its subnets.
func (i *importer) isAlikeOutside(t *tier, out bool) bool {
	for _, c := range t.classes {
		for _, part := range i.top.Outsides(c, nil) {
			if part.Inside {
				continue
			}
			seen := families{}
			for _, l := range i.top.RepresentativesOutside(c) {
				if l.Cell.Is6() == part.Is6() && !seen.isAlike(part.Is6(), atLocation(i.top, c, l, part, out).Maybe) {
					return false
				}
			}
		}
	}
	return true
}

// families holds what was seen first in each address family.
type families map[bool]traffic.Set

func (f families) isAlike(is6 bool, s traffic.Set) bool {
	if first, ok := f[is6]; ok {
		return first.Equal(s)
	}
	f[is6] = s
	return true
}
