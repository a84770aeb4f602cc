package watch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/configrule"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// ConfigRulesProps configures [ConfigRules]; nil is the zero ConfigRulesProps, which makes the rules that AWS Config can limit to the
// network.
type ConfigRulesProps struct {
	// WholeAccount also makes rules that AWS Config cannot limit to the network: about flow logs, network firewalls, internet gateways and
	// routes to them. They evaluate everything in the account and Region, and take the network for the only one there.
	WholeAccount bool
	// Off are rules that are left out, by the ids that [NetworkConfigRules.IDs] returns. An unknown id fails synthesis.
	Off []string
}

// NetworkConfigRules are the rules of AWS Config for a network. Make them with [ConfigRules].
type NetworkConfigRules struct {
	constructs.Construct
	network  *tiers.Network
	core     *wiring.Network
	props    ConfigRulesProps
	nested   bool // whether they are in a nested stack
	rules    []configrule.Rule
	left     []configrule.LeftOut
	wrong    string          // what is wrong with Off
	used     map[string]bool // resources that rules name
	size     string          // what is too large for CloudFormation
	made     []string        // ids of children, from the last synthesis
	problems report.Problems
}

// LeftOutConfigRule is a managed rule of AWS Config that [ConfigRules] does not make.
type LeftOutConfigRule struct {
	// Identifier is AWS's name of the rule, such as "WAFV2_LOGGING_ENABLED". A "*" stands for several.
	Identifier string
	// Why is a sentence that says why it is not made.
	Why string
}

// configRulesID is the construct id of rules of AWS Config.
const configRulesID = "ConfigRules"

// ConfigRules makes managed rules of AWS Config for the controls of a network, with parameters from the declaration:
//
//   - each tier's security group is open to everybody for the declared ports only
//   - network ACLs that let nobody in to SSH and RDP stay so
//   - subnets give no public addresses to what is launched there
//   - load balancers that have a web ACL keep it
//   - the default security group of the VPC has no rules, if CDK removes them
//
// They find changes that somebody makes outside of CloudFormation; what templates hold is proven at synthesis. A rule that a correct
// network would violate is not made: [NetworkConfigRules.LeftOut] says which and why.
//
// The account must have a configuration recorder in the Region, and it must record the types of resources that the rules evaluate. Without
// a recorder, the deployment fails. AWS charges for each evaluation and each recorded change, and allows some hundreds of rules in an
// account and Region.
//
// Call it once for a network; the order of the calls does not matter. Mistakes in props fail synthesis. A nil network panics, and so does a
// call after synthesis.
func ConfigRules(network *tiers.Network, props *ConfigRulesProps) *NetworkConfigRules {
	at := diag.Caller()
	c := &NetworkConfigRules{network: network, core: mustHave(network, "rules of AWS Config", at)}
	if props != nil {
		c.props = *props
	}
	id, free := take(network, configRulesID, at)
	scope, nested := c.core.WatchScope(id)
	c.nested = nested
	constructs.NewConstruct_Override(c, scope, &id)
	c.problems.Attach(c, at)
	if !free {
		addTaken(&c.problems, configRulesID, "rules of AWS Config", at)
	}
	c.problems.Later = append(c.problems.Later, c.check)
	c.core.Watch(c.fill)
	c.core.Calls().Cannot(at, "rules of AWS Config are not in the file; call watch.ConfigRules in workloads.go")
	return c
}

// IDs returns the ids of the rules, sorted. It returns nil before the first synthesis. The ids do not change when other tiers, zones or
// flows are added.
func (c *NetworkConfigRules) IDs() []string {
	var out []string
	for _, r := range c.rules {
		out = append(out, r.ID)
	}
	return out
}

// LeftOut returns the rules that are not made, with the reasons, by identifier. It returns nil before the first synthesis. A rule that is
// made for some resources is here too, if it is not made for all.
func (c *NetworkConfigRules) LeftOut() []LeftOutConfigRule {
	var out []LeftOutConfigRule
	for _, l := range c.left {
		out = append(out, LeftOutConfigRule(l))
	}
	return out
}

// check reports mistakes in props, and rules that do not fit.
func (c *NetworkConfigRules) check() {
	if c.wrong != "" {
		c.problems.Add("config-rules", "a rule of AWS Config is unknown", c.wrong, "correct Off", c.problems.At)
	}
	if c.size != "" {
		c.problems.Add("stack-size", "the rules of AWS Config do not fit into a stack", c.size,
			"leave rules out with Off; or before the first deployment, set the network's Layout to tiers.NestedStacks", c.problems.At)
	}
}

// fill makes the rules for a plan, in place of those for the previous one.
func (c *NetworkConfigRules) fill(p *plan.Plan) {
	for _, id := range c.made {
		c.Node().TryRemoveChild(&id)
	}
	c.made, c.used = nil, map[string]bool{}
	n := configrule.Network{
		Plan: p, FlowLogs: c.logged(), DefaultGroupIsEmpty: c.core.EmptyDefaultGroupID() != nil, WholeAccount: c.props.WholeAccount,
	}
	if f, ok := c.core.WatchedFirewall(); ok {
		n.OwnPolicy = f.OwnPolicy
	}
	for _, b := range c.core.Balancers() {
		if b.Application && c.core.IsProtected(b.ARN) {
			n.Protected = append(n.Protected, configrule.Balancer{Tier: b.Tier, ID: b.ID})
		}
	}
	c.rules, c.left = configrule.Of(n)
	c.wrong = ""
	unknown := slices.DeleteFunc(slices.Clone(c.props.Off), func(off string) bool { return slices.Contains(c.IDs(), off) })
	if len(unknown) > 0 {
		c.wrong = fmt.Sprintf("got %.200q; there are %s", strings.Join(unknown, ", "), strings.Join(c.IDs(), ", "))
	}
	c.rules = slices.DeleteFunc(c.rules, func(r configrule.Rule) bool { return slices.Contains(c.props.Off, r.ID) })
	for _, r := range c.rules {
		c.emit(r)
	}
	c.size = alarms.TooLarge("rules of AWS Config", c.nested, p.Resources(), len(c.rules), len(c.used))
}

// logged returns the traffic that flow logs of the whole VPC record, or an empty string if there are none.
func (c *NetworkConfigRules) logged() string {
	out := ""
	for _, child := range *c.network.Node().Children() {
		if f, ok := child.(*FlowLog); ok && len(f.props.Tiers) == 0 && out != "ALL" {
			out = f.choices.TrafficType()
		}
	}
	return out
}
