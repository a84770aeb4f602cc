// Package cost estimates what AWS charges a month for what a plan makes: fixed prices, without traffic.
//
// The prices are AWS's list prices of US East (N. Virginia) as of [AsOf]; examples/README.md has the same. They are not checked against
// an account, and other Regions have other prices.
package cost

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/plan"
)

// AsOf is the date of the prices.
const AsOf = "November 2026"

// Basis says what the estimate rests on, and what it leaves out.
const Basis = "list prices of us-east-1 in US dollars, " + AsOf + ", for 730 hours; load balancers, workloads, logs and traffic are not " +
	"counted; the hours of a NAT gateway behind a firewall endpoint are free"

// Prices in thousandths of a US dollar.
const (
	hours           = 730
	natHour         = 45
	firewallHour    = 395
	interfaceHour   = 10
	addressHour     = 5
	webACLMonth     = 5000
	webACLRuleMonth = 1000
)

// Line is one kind of resource with its price.
type Line struct {
	What  string
	Count int
	// Month is what all of them cost a month, in thousandths of a US dollar.
	Month int
}

// Dollars returns the price as text: "657.00".
func (l Line) Dollars() string {
	cents := (l.Month + 5) / 10
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

// Of returns what a plan costs, one line for each kind of resource that it has, and the sum last.
func Of(p *plan.Plan) []Line {
	firewalls := len(p.Endpoints) + len(p.Associated)
	interfaces, rules := 0, 0
	for _, e := range p.VPCEndpoints {
		if !e.Imported && !e.Gateway {
			interfaces += len(e.Subnets)
		}
	}
	for _, a := range p.WebACLs {
		rules += len(a.Rules)
	}
	nat := len(p.NAT)
	all := []Line{
		{"NAT gateways", nat, max(nat-firewalls, 0) * natHour * hours},
		{"public addresses of NAT gateways", nat, nat * addressHour * hours},
		{"firewall endpoints", firewalls, firewalls * firewallHour * hours},
		{"interfaces of VPC endpoints", interfaces, interfaces * interfaceHour * hours},
		{"web ACLs", len(p.WebACLs), len(p.WebACLs) * webACLMonth},
		{"rules of web ACLs", rules, rules * webACLRuleMonth},
	}
	var out []Line
	sum := Line{What: "sum"}
	for _, l := range all {
		if l.Count > 0 {
			out = append(out, l)
			sum.Count += l.Count
			sum.Month += l.Month
		}
	}
	return append(out, sum)
}
