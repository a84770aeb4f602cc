package networkfirewall

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// Policy is a firewall policy.
type Policy struct {
	Path              string // the name in messages
	Name, Description string
	Region            string // empty if it is not known
	// StatelessDefaults say what happens to packets that no stateless rule decides, and StatelessFragmentDefaults to such fragments.
	StatelessDefaults, StatelessFragmentDefaults []string
	// Defaults are the stateful default actions.
	Defaults []string
	// Order is the order of its rules; empty stands for ActionOrder.
	Order string
	// Midstream is the stream exception policy; empty stands for DROP.
	Midstream string
	// IdleTimeout is in seconds; 0 stands for AWS's default of 350.
	IdleTimeout int
	// HomeNet are the blocks of HOME_NET. If there are none, AWS uses the blocks of the firewall's VPC.
	HomeNet []string
	// Variables are the names of the other variables that the policy sets.
	Variables []string
	// InspectsTLS says that it decrypts TLS, and HoldsTLS that it holds TLS sessions until their name is known.
	InspectsTLS, HoldsTLS bool
	Members               []Member
	// Stateless are its stateless groups.
	Stateless []Member
	// Open says that it may have more groups than are known, and OpenDefaults that it may have more default actions.
	Open, OpenDefaults bool
}

// Member is a rule group in a policy.
type Member struct {
	Path  string // the name in messages
	Where string // the property that names it
	Key   string // the same for all members that are the same group
	// Group is the group itself; nil if it is managed, or if its rules are not known.
	Group *Group
	// Managed is the name of a managed group without its suffix. ManagedOrder is the order that it is made for; empty if not known.
	Managed, ManagedOrder string
	// Capacity is the capacity of a group whose rules are not known; 0 if the capacity is not known either.
	Capacity int
	// Priority is its place. NoPriority says that none is stated, and OpenPriority that only a deployment knows it.
	Priority                 int
	NoPriority, OpenPriority bool
	// AlertOnly says that it has the override DROP_TO_ALERT.
	AlertOnly bool
}

func (p *Policy) strict() bool { return p.Order == StrictOrder }

// ordered returns the members by priority.
func (p *Policy) ordered() []Member {
	out := slices.Clone(p.Members)
	slices.SortStableFunc(out, func(a, b Member) int { return cmp.Compare(a.Priority, b.Priority) })
	return out
}

// orderUnknown reports whether the order of the groups is not known.
func (p *Policy) orderUnknown() bool {
	return IsToken(p.Order) || p.strict() && slices.ContainsFunc(p.Members, func(m Member) bool { return m.NoPriority || m.OpenPriority })
}

// statefulGroups returns the stateful groups whose rules are known, by priority.
func (p *Policy) statefulGroups() []*Group {
	var out []*Group
	for _, m := range p.ordered() {
		if m.Group != nil && !m.Group.IsStateless && !slices.Contains(out, m.Group) {
			out = append(out, m.Group)
		}
	}
	return out
}

// writtenGroups returns those of the stateful groups that are not domain lists.
func (p *Policy) writtenGroups() []*Group {
	return slices.DeleteFunc(p.statefulGroups(), func(g *Group) bool { return g.List != nil })
}

// mayHaveMoreRules reports whether the policy may have rules that are not known. Managed groups do not count, because they pass nothing.
func (p *Policy) mayHaveMoreRules() bool {
	return p.Open || slices.ContainsFunc(p.Members, func(m Member) bool {
		return m.Group == nil && m.Managed == "" || m.Group != nil && m.Group.Open
	})
}

// CheckPolicy returns everything that is wrong with a policy, including conflicts between its groups. CheckGroup checks a single group.
func CheckPolicy(policy *Policy) []Problem {
	var p problems
	p.defaults(policy)
	p.statelessDefaults(policy)
	p.members(policy)
	p.quotas(policy)
	p.sharedSIDs(policy)
	p.shadows(policy)
	p.managedOrder(policy)
	p.gaps(policy)
	p.pathMTU(policy)
	p.earlyDefault(policy)
	p.ruleWarnings(policy)
	p.engine(policy)
	p.homeNet(policy)
	p = append(p, CheckName("FirewallPolicyName", policy.Name)...)
	p = append(p, CheckDescription(policy.Description)...)
	return p.capped()
}

// engine checks the options of the stateful engine.
func (p *problems) engine(policy *Policy) {
	const options = "FirewallPolicy.StatefulEngineOptions."
	p.order(policy.Order, options+"RuleOrder")
	if t := policy.IdleTimeout; t != 0 && (t < 60 || t > 6000) {
		p.fail("idle-timeout", options+"FlowTimeouts.TcpIdleTimeoutSeconds", "the idle timeout is out of range",
			fmt.Sprintf("got %d seconds; allowed are 60 to 6000, and 0 for AWS's 350", t), "")
	}
	*p = append(*p, CheckMidstream(policy.Midstream)...)
}

// CheckMidstream checks a stream exception policy. An empty one counts as not stated.
func CheckMidstream(m string) []Problem {
	if slices.Contains([]string{"", "REJECT", "DROP", "CONTINUE"}, m) || IsToken(m) {
		return nil
	}
	return []Problem{{
		Kind: "midstream", Where: "FirewallPolicy.StatefulEngineOptions.StreamExceptionPolicy",
		Summary: "the stream exception policy is unknown",
		Detail:  fmt.Sprintf("got %.60q; allowed are REJECT, DROP and CONTINUE", m), Fix: "use one of these",
	}}
}

// homeNet checks the blocks of HOME_NET. They may be of both families, because EXTERNAL_NET is everything outside all of them.
func (p *problems) homeNet(policy *Policy) {
	const variables = "FirewallPolicy.PolicyVariables.RuleVariables"
	for i, block := range policy.HomeNet {
		if !isBlock(block) {
			p.fail("home-net", fmt.Sprintf("%s.HOME_NET.Definition[%d]", variables, i), "HOME_NET has an invalid block",
				fmt.Sprintf("got %.60q; allowed are blocks in CIDR notation without host bits, such as 10.0.0.0/8", block), "")
		}
	}
	for _, name := range policy.Variables {
		p.fail("policy-variable", variables+"."+name, "a policy sets a variable other than HOME_NET",
			fmt.Sprintf("got %.60q; AWS accepts only HOME_NET", name),
			"set it in the rule groups that use it")
	}
	if len(policy.HomeNet) > 0 || policy.Open {
		return
	}
	if i := slices.IndexFunc(policy.Members, Member.needsHomeNet); i >= 0 {
		p.add(Problem{Kind: "home-net-default", Severity: diag.Warning, Where: "FirewallPolicy", Members: []int{i},
			Summary: "the policy does not set HOME_NET",
			Detail: policy.Members[i].Path + " has rules about HOME_NET, and AWS uses the blocks of the firewall's VPC for it: " +
				"these rules ignore traffic that is routed through the firewall from other VPCs and networks",
			Fix: "set HOME_NET to all blocks of your networks"})
	}
}

// needsHomeNet reports whether the group has rules about HOME_NET but does not set it.
func (m Member) needsHomeNet() bool {
	switch {
	case m.Managed != "":
		return true
	case m.Group == nil || m.Group.IsStateless:
		return false
	case m.Group.List != nil:
		return m.Group.Content.IPSets["HOME_NET"] == nil
	}
	return m.Group.Content.NeedsHomeNet()
}
