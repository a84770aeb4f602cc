package cli

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// places is the flag of commands that say what is carried.
type places struct {
	AssumeOpen bool `help:"Answer what groups let through where subnets are not in the templates: take their routes and network ACLs to let everything through."`
}

// topology builds what an assembly carries.
func (p places) topology(a *cfn.Assembly) (*reach.Topology, error) {
	top, err := topology(a)
	if err == nil && p.AssumeOpen {
		top.AssumeOpenPlaces()
	}
	return top, err
}

// assumed are the lines that say what an answer rests on.
func assumed(tops ...*reach.Topology) []string {
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
