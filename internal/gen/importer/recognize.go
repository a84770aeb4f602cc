package importer

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Recognized is what the templates of any origin say about their tiers.
type Recognized struct {
	Tiers []Tier
	// Unmeant is what tiers can open to each other although no rule names the other end.
	Unmeant []Unmeant
}

// Tier is a tier that was recognized.
type Tier struct {
	ID       string
	Kind     arch.Kind
	Internal bool     // an edge tier that does not face the internet
	Why      string   // why it is of this kind
	Groups   []string // their names, sorted
}

// Unmeant is traffic that is carried between two tiers, by their ids, although no rule names the other end.
type Unmeant struct {
	From, To string
	Traffic  traffic.Set
}

// Recognize finds the tiers of templates, with names and kinds, as an import does. It has a topology of its own, because it settles what
// the templates leave open.
func Recognize(a *cfn.Assembly) Recognized {
	i := &importer{
		assembly: a, top: reach.BuildWith(a, reach.Options{GapsAside: true}), gaveUp: map[[2]string]string{}, controls: controls{},
		noted: map[*cfn.Resource]bool{}, subnetWords: map[subnetName][][]string{},
	}
	i.top.AssumeOpenPlaces()
	i.settleDoubts()
	i.findTiers()
	i.assumeLists()
	if len(i.tiers) == 0 {
		return Recognized{}
	}
	i.findFamilies()
	i.findTraffic()
	i.findKinds()
	i.nameTiers()
	var out Recognized
	for _, t := range i.tiers {
		names := make([]string, len(t.groups))
		for n, g := range t.groups {
			names[n] = g.Name
		}
		slices.Sort(names)
		out.Tiers = append(out.Tiers, Tier{ID: t.id, Kind: t.kind, Internal: t.internal, Why: t.why, Groups: names})
	}
	for _, p := range i.traffic {
		if p.meaning == incidental {
			out.Unmeant = append(out.Unmeant, Unmeant{From: p.from.name(), To: p.to.name(), Traffic: p.set()})
		}
	}
	return out
}
