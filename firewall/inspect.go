package firewall

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Paths is a set of ways through a network whose traffic is inspected, joined by |.
type Paths int

// The ways.
const (
	// Egress leads what private tiers send to the internet, and the answers, through the firewall and then a NAT gateway.
	Egress Paths = Paths(arch.EgressPath)
	// Ingress leads what passes between the internet and the tiers that face it through the firewall.
	Ingress Paths = Paths(arch.IngressPath)
	// EastWest leads declared flows between tiers in different subnets through the firewall.
	EastWest Paths = Paths(arch.EastWestPath)
)

// Mode is how far inspection is in force. A live network goes from none to Prepare, Observe and Enforce, one step per
// deployment, and back in the same steps; tierwall upgrade says what a larger step cuts.
type Mode int

// The modes.
const (
	// Enforce has the firewall stop what no rule passes. It is the zero Mode.
	Enforce Mode = Mode(arch.Enforce)
	// Observe leads traffic through the firewall, which reports what it would stop and lets it pass.
	Observe Mode = Mode(arch.Observe)
	// Prepare builds the firewall, and puts rules that name blocks of addresses beside those that name security groups, whose
	// references do not match behind a firewall. No traffic is led to it.
	Prepare Mode = Mode(arch.Prepare)
)

// Props are the choices for inspecting a network.
type Props struct {
	// Paths are the ways to inspect; required.
	Paths Paths
	// Mode is how far inspection is in force; the zero Mode is Enforce.
	Mode Mode
	// Strict drops every packet that no rule passes, the first of a connection included. Otherwise handshakes pass and the
	// firewall decides on what the client sends, as it must where flows name domains.
	Strict bool
	// Midstream says what becomes of connections whose beginning the firewall has not seen, in mode Enforce; empty is MidstreamReject.
	// In the other modes they continue: connections are open already when traffic is led through the firewall.
	Midstream Midstream
	// Policy is the firewall's policy, of the network's stack; nil makes one. The declared flows' rule groups are added to it with
	// priorities from 1,000 on: groups of lower numbers decide before them. Its DefaultActions stay unset, as Mode and Strict
	// choose them. A policy that was imported is not changed: the groups' ARNs and priorities become outputs for its owner.
	Policy *Policy
	// Threats are rule groups that decide before the declared flows, in this order, with priorities from 100 on: feeds, say.
	Threats []*RuleGroup
	// Managed are AWS's groups that decide before the declared flows, in this order, with priorities from 200 on. A policy of one's
	// own has its own instead.
	Managed []ManagedGroup
	// Logging says where logs go; nil makes log groups for alerts and flows.
	Logging *LoggingProps
	// Name is the firewall's name; empty makes it from the stack's name and the network's path. It is identity.
	Name string
	// Production protects the firewall against deletion and changes of subnets and policy; see FirewallProps.
	Production bool
}

// The priorities of the groups made here.
const (
	threatPriority = 100
	flowPriority   = 1000
	priorityStep   = 100
	limitPriority  = 60000
)

// Inspect leads the paths of a network through an AWS Network Firewall, whose rules are the flows declared on it. It makes the
// firewall with one endpoint in each zone, its policy, a rule group for each concern, logs, and at synth the routes. Whatever is
// wrong fails the synth. A nil network panics.
func Inspect(network *tiers.Network, props *Props) *Firewall {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network to inspect is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &Props{}
	}
	i := &inspection{net: network, endpoints: map[string]*string{}, at: at}
	i.declared = arch.Inspection{Paths: arch.Paths(props.Paths), Mode: arch.Mode(props.Mode), Strict: props.Strict,
		Midstream: string(props.Midstream), At: at}
	own, associated := wiring.NetworkOf(network).AddInspector(i)
	i.make(props, own, associated)
	return i.firewall
}

// inspection is a network's firewall as the network sees it.
type inspection struct {
	net       *tiers.Network
	declared  arch.Inspection
	firewall  *Firewall
	endpoints map[string]*string // by the key of the subnet
	groups    []*RuleGroup       // of the last plan
	at        diag.Position
}

func (i *inspection) make(props *Props, own, associated []wiring.EndpointSubnet) {
	id := "Firewall"
	if i.net.Node().TryFindChild(&id) != nil {
		id = "FurtherFirewall" // An error; it is never deployed.
	}
	f := &Firewall{policy: props.Policy, vpc: i.net.Vpc(), endpoints: map[string]*string{}}
	i.firewall = f
	constructs.NewConstruct_Override(f, i.net, &id)
	f.problems.Attach(f, i.at)
	if f.policy == nil {
		f.policy = newPolicy(f, "Policy", &PolicyProps{Managed: props.Managed}, i.at)
	} else {
		i.checkPolicy(props)
	}
	for n, group := range props.Threats {
		f.policy.add(member{group: group, priority: threatPriority + n, at: i.at})
	}
	f.problems.checkName("FirewallName", props.Name, i.at)
	if props.Mode != Enforce { // The policy, which has it then, checks it.
		f.problems.tell(i.at, networkfirewall.CheckMidstream(string(props.Midstream))...)
	}
	var subnets []zoned
	for _, s := range own {
		subnets = append(subnets, zoned{s.Zone, s.Subnet})
	}
	f.make(&FirewallProps{Policy: f.policy, Vpc: f.vpc, Name: props.Name, Logging: props.Logging, Production: props.Production}, subnets)
	for _, s := range own {
		i.endpoints[s.Key] = f.endpoints[s.Zone]
	}
	for _, s := range associated {
		i.endpoints[s.Key] = f.addEndpoint(s.Key, s.Subnet, i.at)
	}
}

// checkPolicy checks a policy that the app brings.
func (i *inspection) checkPolicy(props *Props) {
	p := props.Policy
	fail := func(summary, detail, fix string) {
		i.firewall.problems.Add("inspection-policy", summary, detail, fix, i.at)
	}
	if len(props.Managed) > 0 {
		fail("managed groups are named beside a policy of one's own", "", "name them in its PolicyProps, or add them with AddManaged")
	}
	switch {
	case p.cfn == nil:
		return
	case p.inspects:
		fail("a policy is of two networks", "the rules of one network's flows would pass traffic in the other", "make a policy for each")
	case p.stated.DefaultActions != nil:
		fail("the policy states default actions", "what becomes of traffic that no rule decides follows from Mode and Strict",
			"leave DefaultActions out of its PolicyProps")
	case p.stated.Midstream != "" && props.Midstream != "" && p.stated.Midstream != props.Midstream:
		fail("the policy and the inspection differ about connections in mid-stream", fmt.Sprintf("got %s and %s", p.stated.Midstream,
			props.Midstream), "leave Midstream out of its PolicyProps")
	case *awscdk.Stack_Of(p).Node().Path() != *awscdk.Stack_Of(i.net).Node().Path():
		fail("the policy is in another stack than the network",
			"it names the network's rule groups, and the network's firewall names it: two stacks cannot need each other",
			"make it in the network's stack")
	}
	p.inspects = true
}

// Inspection is what is to be inspected.
func (i *inspection) Inspection() arch.Inspection { return i.declared }

// Endpoint is the id of the endpoint in the subnet with the key.
func (i *inspection) Endpoint(subnet string) *string { return i.endpoints[subnet] }

// Ready is what must be there before traffic is led to the firewall.
func (i *inspection) Ready() []constructs.IDependable {
	ready := i.firewall.Ready()
	if cfn := i.firewall.policy.cfn; cfn != nil {
		ready = append(ready, cfn)
	}
	return ready
}

// Fill gives the policy the rules of the plan, in place of those of a plan before.
func (i *inspection) Fill(p *plan.Plan, literal func(arch.Operand) *string) {
	f := i.firewall
	f.policy.remove(i.groups)
	for _, g := range i.groups {
		allSIDs(f).forget(g)
		f.Node().TryRemoveChild(g.Node().Id())
	}
	i.groups = nil
	f.policy.adopt(plan.DefaultActions(i.declared), Midstream(plan.StreamException(i.declared)), literal(p.Range()))
	for _, planned := range p.FirewallGroups {
		text, variables := p.Text(planned)
		sets := map[string][]string{}
		for _, v := range variables {
			sets[v.Name] = []string{*literal(v.Block)}
		}
		group := newRuleGroup(f, planned.Concern.String(), &RuleGroupProps{Rules: Suricata(text), IPSets: sets}, i.at)
		group.model.Generated = true
		i.groups = append(i.groups, group)
		f.policy.members = append(f.policy.members, member{group: group, priority: priorityOf(planned.Concern), at: i.at})
	}
	f.policy.update()
}

// priorityOf is where the rules of a concern stand. Limits stand behind the groups that an app adds.
func priorityOf(c plan.Concern) int {
	if c == plan.Limits {
		return limitPriority
	}
	return flowPriority + int(c)*priorityStep
}
