package cli

import (
	"fmt"

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

// warn tells what is odd about templates that were read nevertheless.
func (c console) warn(assemblies ...*cfn.Assembly) {
	for _, a := range assemblies {
		for _, w := range a.Warnings {
			_, _ = fmt.Fprintln(c.err, lines(w.String())) // Nothing can be done where standard error is closed.
		}
	}
}
