package uses

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/iam"
)

// Width selects how many actions a use allows.
type Width int

// The widths.
const (
	// Minimal allows the actions that calls on the data itself need.
	Minimal Width = iota
	// AsCDK allows what the CDK library's grant of the same name allows a role, so that the endpoint denies none of it.
	AsCDK
)

// Target is the resource of a use.
type Target struct {
	ARN  string // may hold values that are known only at deployment; empty for uses without a resource
	Keys string // the keys of a bucket's objects, "uploads/*"; empty is "*"
}

// Names returns the names of all uses, "s3.read", sorted.
func Names() []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.name)
	}
	slices.Sort(out)
	return out
}

// Needs returns what a use of some targets needs. It panics if there is no such use, because only this module passes names.
func Needs(name string, width Width, targets ...Target) []arch.Need {
	at := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
	if at < 0 {
		panic(fmt.Errorf("there is no use %q", name))
	}
	r := rows[at]
	if len(targets) == 0 {
		targets = []Target{{}}
	}
	parts := r.minimal
	if width == AsCDK && len(r.cdk) > 0 {
		parts = r.cdk
	}
	var out []arch.Need
	for _, p := range parts {
		if p.endpoint == "" && !p.awsCalls {
			p.endpoint = r.endpoint
		}
		out = append(out, p.need(targets))
	}
	for _, c := range r.companions {
		n := c.need(targets)
		n.Unsigned, n.Because = true, c.because
		out = append(out, n)
	}
	return out
}

// need returns what a part needs for some targets.
func (p part) need(targets []Target) arch.Need {
	n := arch.Need{
		Service: p.endpoint, Gateway: slices.Contains(catalog.GatewayServices(), p.endpoint), Actions: strings.Fields(p.actions),
		AnyOwner: p.anyOwner,
	}
	for _, t := range targets {
		values := strings.NewReplacer("{arn}", t.ARN, "{keys}", cmp.Or(t.Keys, "*"),
			"{partition}", iam.OwnPartition, "{region}", iam.OwnRegion, "{account}", iam.OwnAccount)
		for _, form := range strings.Fields(p.resources) {
			if arn := values.Replace(form); !slices.Contains(n.Resources, arn) {
				n.Resources = append(n.Resources, arn)
			}
		}
	}
	return n
}
