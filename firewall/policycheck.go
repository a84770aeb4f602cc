package firewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// check reports what AWS rejects, and what passes or drops traffic by mistake. It runs when all groups have been added.
func (p *Policy) check() {
	p.checkManaged()
	owners := map[*networkfirewall.Group]*RuleGroup{}
	policy := p.model(owners)
	for _, one := range networkfirewall.CheckPolicy(policy) {
		switch {
		case one.Kind == "sid-shared": // sids checks the numbers of the whole app.
		case one.Kind == "default-unlogged" && p.props.Unlogged:
		case one.Group != nil:
			owner := owners[one.Group]
			p.problems.List.Add(diagnostic(owner.problems.Path, one, owner.problems.At))
		case len(one.Members) > 0:
			var at []diag.Position
			for _, i := range one.Members {
				at = append(at, p.members[i].at)
			}
			p.problems.List.Add(diagnostic(p.problems.Path, one, at...))
		default:
			p.problems.tell(p.problems.At, one)
		}
	}
}

// model returns the policy as a value with the members of p, and enters the construct of each group into owners. The value has no name,
// because NewPolicy checks the name.
func (p *Policy) model(owners map[*networkfirewall.Group]*RuleGroup) *networkfirewall.Policy {
	out := &networkfirewall.Policy{
		Path: p.problems.Path, Order: networkfirewall.StrictOrder, Midstream: string(p.props.Midstream),
		IdleTimeout: construct.Seconds(p.props.IdleTimeout),
		HomeNet:     p.props.HomeNet, InspectsTLS: p.inspectsTLS(), HoldsTLS: p.props.HoldTLSSessions,
	}
	for _, a := range p.props.DefaultActions {
		out.Defaults = append(out.Defaults, string(a))
	}
	for _, m := range p.members {
		one := networkfirewall.Member{
			Path: m.name(), Key: m.managed.name, Managed: m.managed.name, ManagedOrder: networkfirewall.StrictOrder, Capacity: m.managed.capacity,
			Priority: m.priority,
		}
		if m.group != nil {
			one.Key, one.ManagedOrder, one.Capacity = *m.group.arn, "", m.group.capacity
			if one.Group = m.group.model; one.Group != nil {
				owners[one.Group] = m.group
			}
		}
		out.Members = append(out.Members, one)
	}
	return out
}

// checkImported checks the groups that the owner of an imported policy is asked to add.
func (p *Policy) checkImported() {
	p.checkManaged()
	for _, one := range networkfirewall.CheckPolicy(p.model(map[*networkfirewall.Group]*RuleGroup{})) {
		if one.Kind == "priority" || one.Kind == "policy-group" {
			var at []diag.Position
			for _, i := range one.Members {
				at = append(at, p.members[i].at)
			}
			p.problems.List.Add(diagnostic(p.problems.Path, one, at...))
		}
	}
}

var managedName = lazyregexp.New(`^[A-Za-z0-9]{1,100}$`)

// checkManaged checks the names of managed groups, which are written without a suffix.
func (p *Policy) checkManaged() {
	for _, m := range p.members {
		if name := m.managed.name; m.group == nil && (!managedName.MatchString(name) || strings.HasSuffix(name, "Order")) {
			p.problems.Add("managed-group", "the name of a managed group is invalid",
				fmt.Sprintf("got %.120q; allowed are letters and digits, without the suffix StrictOrder", name), "change the name", m.at)
		}
	}
}

func (m member) name() string {
	if m.group != nil {
		return m.group.problems.Path
	}
	return m.managed.name
}
