package networkfirewall

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// Policy is a firewall policy.
type Policy struct {
	Path              string // what messages call it
	Name, Description string
	Region            string // empty if it is not known
	// StatelessDefaults and StatelessFragmentDefaults say what becomes of packets that no stateless rule decides; of fragments the latter.
	StatelessDefaults, StatelessFragmentDefaults []string
	// Defaults are the stateful default actions.
	Defaults []string
	// Order is the order of its rules; empty is ActionOrder.
	Order string
	// Midstream is the stream exception policy; empty is DROP.
	Midstream string
	// IdleTimeout is in seconds; 0 is AWS's 350.
	IdleTimeout int
	// HomeNet are the blocks of HOME_NET; none leaves them to AWS: the blocks of the firewall's VPC.
	HomeNet []string
	// Variables are the names of the other variables that the policy sets.
	Variables []string
	// InspectsTLS and HoldsTLS say that it decrypts TLS, and holds TLS sessions back until their name is known.
	InspectsTLS, HoldsTLS bool
	Members               []Member
	// Stateless are its stateless groups.
	Stateless []Member
	// Open says that it may have more groups than are known, OpenDefaults the same of default actions.
	Open, OpenDefaults bool
}

// Member is a rule group in a policy.
type Member struct {
	Path  string // what messages call it
	Where string // the property that names it
	Key   string // equal for the same group
	// Group is the group; nil if it is managed, or its rules are not known.
	Group *Group
	// Managed is the name of a managed group without its suffix, and ManagedOrder the order that it is for, empty if that is not known.
	Managed, ManagedOrder string
	// Capacity is what a group reserves whose rules are not known here; 0 if that is not known either.
	Capacity int
	// Priority is its place; NoPriority says that none is stated, OpenPriority that it is known only at deployment.
	Priority                 int
	NoPriority, OpenPriority bool
	// AlertOnly says that the override DROP_TO_ALERT is stated.
	AlertOnly bool
}

func (p *Policy) strict() bool { return p.Order == StrictOrder }

// ordered are the members by priority.
func (p *Policy) ordered() []Member {
	out := slices.Clone(p.Members)
	slices.SortStableFunc(out, func(a, b Member) int { return cmp.Compare(a.Priority, b.Priority) })
	return out
}

// unordered reports whether the order of the groups is not known.
func (p *Policy) unordered() bool {
	return IsToken(p.Order) || p.strict() && slices.ContainsFunc(p.Members, func(m Member) bool { return m.NoPriority || m.OpenPriority })
}

// read are the stateful groups whose rules are known, by priority.
func (p *Policy) read() []*Group {
	var out []*Group
	for _, m := range p.ordered() {
		if m.Group != nil && !m.Group.IsStateless && !slices.Contains(out, m.Group) {
			out = append(out, m.Group)
		}
	}
	return out
}

// known are those of them whose rules are written, and not made of a domain list.
func (p *Policy) known() []*Group {
	return slices.DeleteFunc(p.read(), func(g *Group) bool { return g.List != nil })
}

// hidden reports whether there are rules that are not known, other than those of managed groups, which pass nothing.
func (p *Policy) hidden() bool {
	return p.Open || slices.ContainsFunc(p.Members, func(m Member) bool {
		return m.Group == nil && m.Managed == "" || m.Group != nil && m.Group.Open
	})
}

// CheckPolicy returns all that is wrong with a policy and with its groups beside each other. CheckGroup finds what is wrong with each.
func CheckPolicy(policy *Policy) []Problem {
	var p problems
	p.defaults(policy)
	p.statelessDefaults(policy)
	p.members(policy)
	p.budget(policy)
	p.shared(policy)
	p.shadows(policy)
	p.managedOrder(policy)
	p.gaps(policy)
	p.pathMTU(policy)
	p.names(policy)
	p.rulesOfPolicy(policy)
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

// CheckMidstream checks a stream exception policy; an empty one is not stated.
func CheckMidstream(m string) []Problem {
	if slices.Contains([]string{"", "REJECT", "DROP", "CONTINUE"}, m) || IsToken(m) {
		return nil
	}
	return []Problem{{
		Kind: "midstream", Where: "FirewallPolicy.StatefulEngineOptions.StreamExceptionPolicy",
		Summary: "what becomes of connections in mid-stream is unknown",
		Detail:  fmt.Sprintf("got %.60q; allowed are REJECT, DROP and CONTINUE", m), Fix: "use one of these",
	}}
}

// homeNet checks the blocks that are one's own. Both families may stand side by side: EXTERNAL_NET is what is in neither.
func (p *problems) homeNet(policy *Policy) {
	const variables = "FirewallPolicy.PolicyVariables.RuleVariables"
	for i, block := range policy.HomeNet {
		prefix, err := netip.ParsePrefix(block)
		if !IsToken(block) && (err != nil || prefix != prefix.Masked()) {
			p.fail("home-net", fmt.Sprintf("%s.HOME_NET.Definition[%d]", variables, i), "a block of HomeNet is not usable",
				fmt.Sprintf("got %.60q; allowed are blocks in CIDR notation without host bits, as in 10.0.0.0/8", block), "")
		}
	}
	for _, name := range policy.Variables {
		p.fail("policy-variable", variables+"."+name, "a policy sets a variable that it cannot",
			fmt.Sprintf("got %.60q; AWS takes HOME_NET alone", name),
			"set it in the rule groups that use it")
	}
	if len(policy.HomeNet) > 0 || policy.Open {
		return
	}
	if i := slices.IndexFunc(policy.Members, Member.needsHomeNet); i >= 0 {
		p.add(Problem{Kind: "home-net-default", Severity: diag.Warning, Where: "FirewallPolicy", Members: []int{i},
			Summary: "HOME_NET is left to AWS",
			Detail: policy.Members[i].Path + " is about HOME_NET, which is the blocks of the firewall's VPC: " +
				"traffic of other VPCs and networks that is led through it is not looked at",
			Fix: "state HOME_NET: all blocks that are your own"})
	}
}

// needsHomeNet reports whether rules of the group are about HOME_NET and the group does not set it.
func (m Member) needsHomeNet() bool {
	switch {
	case m.Managed != "":
		return true
	case m.Group == nil || m.Group.IsStateless || m.Group.Content.IPSets["HOME_NET"] != nil:
		return false
	case m.Group.List != nil:
		return true
	}
	for _, l := range m.Group.Content.Lines {
		if l.Rule.Source == "$HOME_NET" || l.Rule.Destination == "$HOME_NET" {
			return true
		}
	}
	return false
}
