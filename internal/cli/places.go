package cli

import (
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
