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

// Paths is a set of paths through a network, such as Egress | EastWest.
type Paths int

// The paths that a firewall can inspect.
const (
	// Egress is traffic that private tiers send to the internet, and the answers. It passes the firewall and then a NAT gateway.
	Egress Paths = 1 << iota
	// Ingress is traffic between the internet and the tiers that face it.
	Ingress
	// EastWest is traffic of declared flows between tiers in different subnets.
	EastWest
)

// Mode says how far inspection is in force. Turn inspection on in a running network in steps, one per deployment: Prepare, Observe,
// Enforce. Turn it off in the opposite order. The command "tierwall upgrade" reports the connections that a larger step cuts.
type Mode int

// The modes of inspection.
const (
	// Enforce routes traffic through the firewall, which stops traffic that no rule passes. It is the zero Mode.
	Enforce Mode = iota
	// Observe routes traffic through the firewall, which logs the traffic that Enforce would stop and lets it pass.
	Observe
	// Prepare creates the firewall but routes no traffic to it. It also adds rules for address blocks to the security groups, because rules
	// that refer to security groups do not match traffic that has passed a firewall.
	Prepare
)

// Props configures [Inspect].
type Props struct {
	// Paths are the paths to inspect; required.
	Paths Paths
	// Mode says how far inspection is in force; the zero Mode is Enforce.
	Mode Mode
	// Strict drops every packet that no rule passes, including the first packet of a connection. Without Strict, TCP handshakes pass and
	// the firewall decides on the data that the client sends. Flows to domain names need that, because the client's data contains the name.
	Strict bool
	// Midstream says what the firewall does in mode Enforce with connections whose first packets it has not seen; empty is MidstreamReject.
	// In the other modes such connections continue, because they were open before traffic was routed through the firewall.
	Midstream Midstream
	// Policy is the firewall's policy; nil creates one. It must be in the network's stack, and its DefaultActions must be nil, because Mode
	// and Strict determine them. The rule groups of the declared flows are added with priorities of 1,000 and more, so groups with lower
	// priorities decide before them. An imported policy is not changed: outputs of the stack tell its owner which groups to add.
	Policy *Policy
	// Threats are rule groups that decide before the declared flows, such as feeds. They get priorities from 100 on, in this order.
	Threats []*RuleGroup
	// Managed are groups of AWS that decide before the declared flows. They get priorities from 200 on, in this order. If Policy is set,
	// leave Managed empty and name the groups in the policy.
	Managed []ManagedGroup
	// Logging configures the logs; nil creates log groups for alerts and flows.
	Logging *LoggingProps
	// Name is the firewall's name, 1 to 128 letters, digits and hyphens. If it is empty, the name is made from the stack's name and the
	// network's path. Changing it replaces the firewall.
	Name string
	// Production protects the firewall against deletion and against changes of its subnets and policy; see [FirewallProps].
	Production bool
}

// Inspect routes paths of a network through an AWS Network Firewall. The firewall's rules are derived from the flows that the network
// declares. Inspect creates the firewall with one endpoint in each zone, its policy and its logs. The rule groups and the routes are
// created at synthesis, when all flows are known. Errors in props fail synthesis. A nil network panics.
func Inspect(network *tiers.Network, props *Props) *Firewall {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network to inspect is nil or was not created by NewNetwork", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &Props{}
	}
	i := &inspection{net: network, endpoints: map[string]*string{}, at: at}
	i.declared = arch.Inspection{Paths: arch.Paths(props.Paths), Mode: arch.Mode(props.Mode), Strict: props.Strict,
		Midstream: string(props.Midstream), At: at}
	own, associated := wiring.NetworkOf(network).AddInspector(i)
	i.make(props, own, associated)
	i.record(props)
	return i.firewall
}

// inspection connects a firewall to the network that it inspects.
type inspection struct {
	net       *tiers.Network
	declared  arch.Inspection
	firewall  *Firewall
	endpoints map[string]*string // by the key of the subnet
	groups    []*RuleGroup       // from the last plan
	at        diag.Position
}

func (i *inspection) make(props *Props, own, associated []wiring.EndpointSubnet) {
	id := "Firewall"
	if i.net.Node().TryFindChild(&id) != nil {
		id = "FurtherFirewall" // The network reports the second firewall as an error.
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
		f.policy.add(member{group: group, priority: plan.ThreatPriority + n, at: i.at})
	}
	f.problems.checkName("FirewallName", props.Name, i.at)
	if props.Mode != Enforce { // In mode Enforce the policy has Midstream and checks it.
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

// checkPolicy checks a policy that the app passes to Inspect.
func (i *inspection) checkPolicy(props *Props) {
	p := props.Policy
	fail := func(summary, detail, fix string) {
		i.firewall.problems.Add("inspection-policy", summary, detail, fix, i.at)
	}
	if len(props.Managed) > 0 {
		fail("Managed and Policy are both set", "Managed is for the policy that Inspect creates",
			"set Managed in the PolicyProps of the policy, or add the groups with AddManaged")
	}
	switch {
	case p.cfn == nil:
		return
	case p.inspects:
		fail("two networks use the same policy", "the rules for the flows of one network would pass traffic in the other",
			"create a policy for each network")
	case p.stated.DefaultActions != nil:
		fail("the policy of an inspection sets DefaultActions", "Mode and Strict of the inspection determine the default actions",
			"leave DefaultActions out of its PolicyProps")
	case p.stated.Midstream != "" && props.Midstream != "" && p.stated.Midstream != props.Midstream:
		fail("the policy and the inspection set Midstream to different values",
			fmt.Sprintf("the policy has %s, and the inspection %s", p.stated.Midstream, props.Midstream), "leave Midstream out of its PolicyProps")
	case *awscdk.Stack_Of(p).Node().Path() != *awscdk.Stack_Of(i.net).Node().Path():
		fail("the policy is in another stack than the network",
			"the policy refers to the network's rule groups, and the network's firewall to the policy: two stacks cannot depend on each other",
			"create the policy in the network's stack")
	}
	p.inspects = true
}

// Inspection returns the declared inspection.
func (i *inspection) Inspection() arch.Inspection { return i.declared }

// Endpoint returns the id of the endpoint in the subnet with a key.
func (i *inspection) Endpoint(subnet string) *string { return i.endpoints[subnet] }

// Watched returns what alarms must know about the firewall. The groups of an imported policy are not known.
func (i *inspection) Watched() wiring.WatchedFirewall {
	f := i.firewall
	out := wiring.WatchedFirewall{
		Name: f.cfn.FirewallName(), TLS: f.policy.cfn == nil || f.policy.inspectsTLS(),
		OwnPolicy: f.policy.cfn != nil, Threats: f.policy.cfn == nil || len(f.policy.members) > len(i.groups),
	}
	if group := f.AlertLogs(); group != nil {
		out.AlertLog = group.LogGroupName()
	}
	return out
}

// Ready returns the resources that must exist before traffic is routed to the firewall.
func (i *inspection) Ready() []constructs.IDependable {
	ready := i.firewall.Ready()
	if cfn := i.firewall.policy.cfn; cfn != nil {
		ready = append(ready, cfn)
	}
	return ready
}

// Fill replaces the policy's rule groups of the previous plan by those of the given one.
func (i *inspection) Fill(p *plan.Plan, literal func(arch.Operand) *string) {
	f := i.firewall
	f.policy.remove(i.groups)
	for _, g := range i.groups {
		allSIDs(&f.problems).forget(g)
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
		f.policy.members = append(f.policy.members, member{group: group, priority: planned.Concern.Priority(), at: i.at})
	}
	f.policy.update()
}
