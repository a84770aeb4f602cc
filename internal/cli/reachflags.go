package cli

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// reachFlags are the flags of the commands that compute traffic.
type reachFlags struct {
	AssumeOpen bool `help:"If subnets are missing, assume that their routes and network ACLs allow everything."`
}

// topology computes which traffic an assembly carries.
func (f reachFlags) topology(a *cfn.Assembly) (*reach.Topology, error) {
	top, err := topology(a)
	if err == nil && f.AssumeOpen {
		top.AssumeOpenPlaces()
	}
	return top, err
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
