package cli

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/parallel"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

// reachFlags are the flags of the commands that compute traffic.
type reachFlags struct {
	AssumeOpen bool `help:"If subnets are missing, assume that their routes and network ACLs allow everything."`
}

// topology computes which traffic an assembly carries. If its declaration is beside the templates, tiers that have no interfaces in the
// templates are where they are declared.
func (f reachFlags) topology(a *cfn.Assembly) (*reach.Topology, error) {
	d, err := declaredPlaces(a)
	if err != nil {
		return nil, err
	}
	return f.placed(a, d)
}

// topologies is topology for two states. Both are placed, or none is: otherwise the places would look like changes.
func (f reachFlags) topologies(before, after *cfn.Assembly) (old, now *reach.Topology, err error) {
	sides := []struct {
		assembly *cfn.Assembly
		declared *proof.Declaration
		top      *reach.Topology
		err      error
	}{{assembly: before}, {assembly: after}}
	parallel.Do(2, func(i int) { sides[i].declared, sides[i].err = declaredPlaces(sides[i].assembly) })
	if err := cmp.Or(sides[0].err, sides[1].err); err != nil {
		return nil, nil, err
	}
	both := sides[0].declared != nil && sides[1].declared != nil
	parallel.Do(2, func(i int) {
		s := &sides[i]
		if !both {
			s.declared = nil
		}
		s.top, s.err = f.placed(s.assembly, s.declared)
	})
	return sides[0].top, sides[1].top, cmp.Or(sides[0].err, sides[1].err)
}

// declaredPlaces returns the declaration that places the tiers of an assembly, or nil if there is none. Of templates that are not in a
// cloud assembly, some may be left out: then only networks count whose templates are all there.
func declaredPlaces(a *cfn.Assembly) (*proof.Declaration, error) {
	d, err := declarationBeside(a)
	if err == nil && a.Dir == "" {
		d = d.Within(a)
	}
	return d, err
}

// placed computes which traffic an assembly carries, with the places that a declaration states. A nil declaration states none.
func (f reachFlags) placed(a *cfn.Assembly, d *proof.Declaration) (top *reach.Topology, err error) {
	if d == nil {
		top = reach.Build(a)
	} else {
		if top, err = proof.Topology(a, d); err != nil {
			return nil, fmt.Errorf("%s does not fit the templates: %w\n    fix: make both again, or read the templates from a folder without it",
				proveCommand{}.file(a), err)
		}
		top.Assume("interfaces of tiers that are not in the templates are in the declared subnets (" + proof.FileName + ")")
	}
	if f.AssumeOpen {
		top.AssumeOpenPlaces()
	}
	return top, nil
}

// assumptionLines lists the assumptions of topologies, each of them once.
func assumptionLines(tops ...*reach.Topology) []string {
	var out []string
	for _, top := range tops {
		for _, a := range top.Assumptions {
			if line := "assumed: " + a; !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}
