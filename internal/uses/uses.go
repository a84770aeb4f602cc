package uses

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/iam"
)

// Width is how many actions a use is of.
type Width int

// The widths.
const (
	// Minimal is what calls of the data itself take.
	Minimal Width = iota
	// AsCDK is what the CDK library's grant of that name gives a role, so that an endpoint never stops what a role was granted.
	AsCDK
)

// Target is what is used: a resource by its ARN, and of a bucket the keys, of a table and the like nothing more.
type Target struct {
	ARN  string // may hold values that only a deployment knows; empty for uses of no resource
	Keys string // "uploads/*"; empty is "*"
}

// row is a use.
type row struct {
	service string // the endpoint's; that of S3 and DynamoDB is a gateway
	minimal []part
	cdk     []part // empty is as minimal
	along   []companion
}

// part is some actions, by their names in one text, on resources: "{arn}" is the target's, "{keys}" its keys, "{repository}" a part of it.
type part struct{ actions, on string }

// companion is what comes along.
type companion struct {
	service, actions, on string
	unsigned             bool // see arch.Need
	because              string
}

// Names returns the names of all uses, "s3.read", sorted.
func Names() []string { return slices.Sorted(maps.Keys(rows)) }

// Needs returns what a use needs. It panics if there is no such use: names are this module's own.
func Needs(name string, width Width, targets ...Target) []arch.Need {
	r, ok := rows[name]
	if !ok {
		panic(fmt.Errorf("there is no use %q", name))
	}
	if len(targets) == 0 {
		targets = []Target{{}}
	}
	parts := r.minimal
	if width == AsCDK && len(r.cdk) > 0 {
		parts = r.cdk
	}
	var out []arch.Need
	for _, p := range parts {
		service, actions, ok := strings.Cut(p.actions, "@")
		if !ok {
			service, actions = r.service, p.actions
		}
		out = append(out, need(service, actions, p.on, targets))
	}
	for _, c := range r.along {
		n := need(c.service, c.actions, c.on, targets)
		n.Unsigned, n.Because = c.unsigned, c.because
		out = append(out, n)
	}
	return out
}

// anyOwner begins resources that are of accounts of AWS.
const anyOwner = "any owner's "

func need(service, actions, on string, targets []Target) arch.Need {
	n := arch.Need{Service: service, Gateway: service == "s3" || service == "dynamodb", Actions: strings.Fields(actions)}
	if service == "role" { // What AWS itself calls for it.
		n.Service = ""
	}
	on, n.AnyOwner = strings.CutPrefix(on, anyOwner)
	for _, t := range targets {
		keys := t.Keys
		if keys == "" {
			keys = "*"
		}
		for _, form := range strings.Fields(on) {
			arn := strings.NewReplacer("{arn}", t.ARN, "{keys}", keys, "{partition}", iam.OwnPartition, "{region}", iam.OwnRegion, "{account}", iam.OwnAccount).Replace(form)
			if !slices.Contains(n.Resources, arn) {
				n.Resources = append(n.Resources, arn)
			}
		}
	}
	return n
}
