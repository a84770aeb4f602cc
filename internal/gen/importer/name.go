package importer

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach"
)

var (
	noLetter = lazyregexp.New(`[^A-Za-z0-9]+`)
	noStart  = lazyregexp.New(`^[^A-Za-z]+`)
	// endings are what names of groups end with that says nothing about the tier.
	endings = lazyregexp.New(`(?i)(-?(security-?groups?|sec-?group|sg|group|tier|layer))+$`)
	// hashed is the end of a logical id of the CDK.
	hashed = lazyregexp.New(`[0-9A-F]{8}$`)
	// scanned is a logical id that the IaC generator makes of the group's id; it says nothing.
	scanned = lazyregexp.New(`sg0?[0-9a-f]{8,17}`)
)

// maxID leaves room for a number that makes an id unique.
const maxID = 56

// nameTiers gives every tier an id that the format allows and no other tier has.
func (i *importer) nameTiers() {
	taken := map[string]bool{"internet": true}
	for _, t := range i.tiers {
		base := ""
		for _, g := range t.groups {
			base += tierName(g)
		}
		if base == "" || arch.CheckTierID(base) != nil {
			base = cut(noStart.ReplaceAllString(noLetter.ReplaceAllString("Tier"+base, ""), ""))
		}
		id := base
		for count := 2; taken[strings.ToLower(id)] || arch.CheckTierID(id) != nil; count++ {
			id = fmt.Sprintf("%s%d", base, count)
		}
		taken[strings.ToLower(id)] = true
		t.id = id
	}
}

// tierName returns what the name of a group says about the tier.
func tierName(g *reach.Group) string {
	name := g.Label()
	name = name[strings.LastIndexAny(name, "/.")+1:]
	if g.Resource != nil && g.Resource.Path == "" {
		name = writtenName(g.Resource)
	}
	name = strings.Trim(noLetter.ReplaceAllString(name, "-"), "-")
	name = noStart.ReplaceAllString(name, "")
	if short := endings.ReplaceAllString(name, ""); short != "" {
		name = short
	}
	return cut(name)
}

// writtenName returns the logical id of a group, or its own name if the logical id is made of the group's id.
func writtenName(r *cfn.Resource) string {
	if own, ok := r.Get("GroupName").Literal(); ok && scanned.MatchString(r.ID) && noLetter.ReplaceAllString(own, "") != "" {
		return own
	}
	return hashed.ReplaceAllString(r.ID, "")
}

func cut(name string) string { return strings.TrimRight(name[:min(len(name), maxID)], "-") }
