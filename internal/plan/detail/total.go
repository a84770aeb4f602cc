package detail

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/cost"
	"github.com/tierwall/tierwall/internal/webacl"
)

// totals counts what was derived. AWS charges for NAT gateways, firewall endpoints, web ACLs and interfaces by the hour or month.
func totals(p *plan.Plan) Table {
	t := Table{Name: "totals", Title: "Totals", Columns: []string{"what", "count"}, Keyed: true}
	rules := len(p.Rules)
	for _, g := range p.Groups {
		rules += len(g.Ingress) + len(g.Egress)
	}
	firewall, interfaces, made := 0, 0, 0
	for _, g := range p.FirewallGroups {
		firewall += len(g.Rules)
	}
	for _, e := range p.VPCEndpoints {
		if e.Imported {
			continue
		}
		made++
		if !e.Gateway {
			interfaces += len(e.Subnets)
		}
	}
	for _, row := range []struct {
		what  string
		count int
	}{
		{"flows", len(p.Model.Flows)}, {"security groups", len(p.Groups)}, {"security group rules", rules},
		{"network ACLs", len(p.NetworkACLs)}, {"network ACL entries", p.EntryCount()}, {"routes", len(p.Routes)},
		{"NAT gateways", len(p.NAT)}, {"firewall endpoints", len(p.Endpoints) + len(p.Associated)}, {"firewall rules", firewall},
		{"web ACLs", len(p.WebACLs)}, {"VPC endpoints", made}, {"interfaces of VPC endpoints", interfaces}, {"resources", p.Resources()},
	} {
		t.add(row.what, fmt.Sprint(row.count))
	}
	return t
}

// costs estimates what AWS charges.
func costs(p *plan.Plan) Table {
	t := Table{Name: "costs", Title: "Costs, US$ a month", Columns: []string{"of", "dollars"}, Keyed: true, Absent: "0.00", Note: cost.Basis}
	for _, l := range cost.Of(p) {
		t.add(l.What, l.Dollars())
	}
	return t
}

// quotas says how much of AWS's quotas the plan needs.
func quotas(p *plan.Plan) Table {
	t := Table{Name: "quotas", Title: "Quotas", Columns: []string{"quota", "used", "of"}, Keyed: true}
	add := func(what string, used, of int) { t.add(what, fmt.Sprint(used), fmt.Sprint(of)) }
	counts, quota := p.RuleCounts(), p.Model.Network.RulesPerGroup
	for _, tier := range p.Model.Tiers {
		if tier.Imported != nil {
			continue // Its owner knows the quota.
		}
		id := tier.ID
		if tier.Kind == arch.Endpoint {
			id = "endpoint " + strings.TrimPrefix(id, "Endpoint-")
		}
		c := counts[tier.ID]
		add("rules in of "+id, c[plan.Ingress], quota)
		add("rules out of "+id, c[plan.Egress], quota-plan.NoOpRules)
	}
	for _, a := range p.NetworkACLs {
		add("entries in of network ACL "+a.Key, len(a.In), p.Model.Network.EntriesPerNetworkACL)
		add("entries out of network ACL "+a.Key, len(a.Out), p.Model.Network.EntriesPerNetworkACL)
	}
	for _, a := range p.WebACLs {
		add("WCU of the web ACL of "+a.Protection.Tier, a.Cost().Total, webacl.MaxCapacity)
	}
	for _, e := range p.VPCEndpoints {
		if e.Policy != nil {
			size, _ := e.Policy.Size()
			add("characters of the policy of "+e.Service, size, iam.MaxSize)
		}
	}
	add("resources of the stack", p.Resources(), catalog.ResourcesPerStack)
	return t
}
