package importer

import (
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
	Internal bool   // an edge tier that does not face the internet
	Why      string // why it is of this kind
	Groups   []*reach.Group
}

// Unmeant is traffic that is carried between two tiers, by their ids, although no rule names the other end.
type Unmeant struct {
	From, To string
	Traffic  traffic.Set
}

// Recognize finds the tiers of templates, with names and kinds. It needs the topology of the same templates.
func Recognize(a *cfn.Assembly, top *reach.Topology) Recognized {
	i := &importer{assembly: a, top: top}
	i.findTiers()
	i.findTraffic()
	i.findKinds()
	i.nameTiers()
	var out Recognized
	for _, t := range i.tiers {
		out.Tiers = append(out.Tiers, Tier{ID: t.id, Kind: t.kind, Internal: t.internal, Why: t.why, Groups: t.groups})
	}
	for _, p := range i.traffic {
		if p.meaning == incidental {
			out.Unmeant = append(out.Unmeant, Unmeant{From: p.from.name(), To: p.to.name(), Traffic: p.set})
		}
	}
	return out
}
