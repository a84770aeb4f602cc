package importer

import (
	"slices"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// fallback gives something up, so that an architecture comes about.
type fallback struct {
	rules []string // the errors that it answers; empty for all but those of a stack's size
	// use reports false if it changes nothing. The tiers are those that have errors.
	use          func(tiers []string) bool
	losesNothing bool
}

// fallbacks are tried in this order: what costs least comes first.
func (i *importer) fallbacks() []fallback {
	quota := []string{"rule-quota"}
	return []fallback{
		{rules: []string{"subnets-taken"}, use: i.withOwnSubnets, losesNothing: true},
		{rules: sizeRules, use: i.withNestedStacks},
		{rules: quota, use: i.withRaisedQuota},
		{rules: quota, use: i.withoutIncidental},
		{rules: quota, use: i.withRulesPerGroup},
		{rules: []string{"acl-quota"}, use: i.withoutACLs},
		{use: i.withoutAddresses},
		{use: i.withoutRange},
		{use: i.withoutACLs},
	}
}

func (f fallback) answers(problems diag.List) bool {
	return slices.ContainsFunc(problems, func(p diag.Diagnostic) bool {
		isAnswered := slices.Contains(f.rules, p.Rule) || len(f.rules) == 0 && !slices.Contains(sizeRules, p.Rule)
		return p.Severity == diag.Error && isAnswered
	})
}

// sizeRules are the errors of a stack that is too large.
var sizeRules = []string{"stack-size", "template-size"}

// tiersWithErrors returns the ids of the tiers that have errors.
func tiersWithErrors(d *document.Document, problems diag.List) []string {
	var out []string
	for _, p := range problems {
		for _, at := range p.At {
			for n := 0; d != nil && p.Severity == diag.Error && n < len(d.Tiers); n++ {
				if t := d.Tiers[n]; t.At.Line == at.Line {
					out = append(out, t.ID)
				}
			}
		}
	}
	return out
}

// withNestedStacks divides a network that is too large for one template.
func (i *importer) withNestedStacks([]string) bool {
	if i.doc.Network.Layout != "" {
		return false
	}
	i.doc.Network.Layout = "nested-stacks"
	return true
}

// withRaisedQuota takes the quota of rules that the templates' own groups need, if AWS has raised it.
func (i *importer) withRaisedQuota([]string) bool {
	most := 0
	for _, t := range i.tiers {
		for _, g := range t.groups {
			most = max(most, len(g.Ingress), len(g.Egress))
		}
	}
	return most > catalog.RulesPerGroup && i.raiseQuota(most+1) // One rule more keeps AWS's own egress rule away.
}

// withRulesPerGroup takes a higher quota of rules than AWS gives without a request.
func (i *importer) withRulesPerGroup([]string) bool {
	for _, quota := range []int{100, 200, 500, catalog.RaisedRulesPerGroup} {
		if i.raiseQuota(quota) {
			return true
		}
	}
	return false
}

func (i *importer) raiseQuota(to int) bool {
	to = min(to, catalog.RaisedRulesPerGroup)
	if to <= i.doc.Network.RulesPerGroup {
		return false
	}
	i.doc.Network.RulesPerGroup = to
	return true
}

func (i *importer) assumeQuota() {
	if n := i.doc.Network.RulesPerGroup; n > 0 {
		i.assume("the account's quota of rules in a security group is at least %d, as `rulesPerGroup` says; AWS gives %d and raises it "+
			"on request", n, catalog.RulesPerGroup)
	}
}

// withoutIncidental closes what no rule means, of the tiers that have too many rules.
func (i *importer) withoutIncidental(tiers []string) bool {
	used := false
	without := func(flows []document.Flow) []document.Flow {
		return slices.DeleteFunc(flows, func(f document.Flow) bool {
			drop := f.Because == incidentalReason && (slices.Contains(tiers, f.From) || slices.Contains(tiers, f.To))
			if used = used || drop; drop {
				i.giveUp(f, "no rule names the other end, and a group would have more rules than AWS allows")
			}
			return drop
		})
	}
	i.doc.Flows, i.doc.Exceptions = without(i.doc.Flows), without(i.doc.Exceptions)
	return used
}

// withoutAddresses gives up the addresses of the tiers.
func (i *importer) withoutAddresses([]string) bool {
	used := false
	if i.doc.Network.VPC != nil {
		return false
	}
	for n := range i.doc.Tiers {
		used = used || i.doc.Tiers[n].Subnets != nil
		i.doc.Tiers[n].Subnets, i.doc.Tiers[n].SharesWith = nil, ""
	}
	if used {
		i.residual(nil, "the addresses of the tiers change: they are planned anew")
	}
	return used
}

// withoutRange gives up the range of the network.
func (i *importer) withoutRange([]string) bool {
	if i.doc.Network.CIDR == "" || i.doc.Network.CIDR == "10.0.0.0/16" {
		return false
	}
	i.residual(nil, "the network's range changes from %s to 10.0.0.0/16", i.doc.Network.CIDR)
	i.doc.Network.CIDR = "10.0.0.0/16"
	return true
}

// withoutACLs gives up network ACLs.
func (i *importer) withoutACLs([]string) bool {
	if i.doc.Network.NetworkACLs == "none" {
		return false
	}
	i.doc.Network.NetworkACLs = "none"
	i.residual(nil, "the network has no derived network ACLs")
	return true
}
