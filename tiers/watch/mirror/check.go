package mirror

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	plan "github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

var (
	interfaceID = lazyregexp.New(`^eni-([0-9a-f]{8}|[0-9a-f]{17})$`)
	endpointID  = lazyregexp.New(`^vpce-([0-9a-f]{8}|[0-9a-f]{17})$`)
)

// check records the mistakes in a call of Copy, and completes it. It reports whether the call is usable.
func (m *Mirroring) check(c *copying) (usable bool) {
	before := len(m.problems.List)
	add := func(summary, detail, fix string) { m.problems.Add("mirror", summary, detail, fix, c.at) }
	if err := arch.CheckTierID(c.id); err != nil {
		add("the id of copies is not possible", err.Error(), `write an id such as "Undeclared"`)
	}
	if slices.ContainsFunc(m.copies, func(o *copying) bool { return strings.EqualFold(o.id, c.id) }) {
		add("the id of copies is taken", fmt.Sprintf("%.80q is the id of another call of Copy", c.id), "give each call of Copy an id of its own")
	}
	if len(c.props.Of) == 0 {
		add("copies have no source", "Of is empty", "name interfaces with mirror.Interface(tier, id)")
	}
	for i, s := range c.props.Of {
		if problem := m.addSource(c, s); problem != "" {
			add("a source of copies is not usable", fmt.Sprintf("Of[%d]: %s", i, problem),
				"make the interface with awsec2.NewCfnNetworkInterface in the tier's subnets, with the tier's security group, and name it with "+
					"mirror.Interface(tier, *eni.AttrId())")
		}
	}
	if problem := m.setTarget(c); problem != "" {
		add("the target of copies is not usable", "To: "+problem, "name it with mirror.ToInterface(tier, id), mirror.ToNetworkLoadBalancer or "+
			"mirror.ToGatewayEndpoint")
	}
	return len(m.problems.List) == before
}

// tierOf returns a tier of the network, or why it is none.
func (m *Mirroring) tierOf(tier tiers.Tier) (*wiring.Tier, string) {
	if tier == nil {
		return nil, "the tier is nil"
	}
	peer := wiring.PeerOf(tier)
	switch {
	case peer.Tier == nil || peer.Tier.Network() == nil:
		return nil, "the tier is nil or was not made by its New function"
	case peer.Tier.Network() != m.core:
		return nil, peer.Tier.ID() + " is a tier of another network"
	}
	return peer.Tier, ""
}

func (m *Mirroring) addSource(c *copying, s Source) (problem string) {
	tier, problem := m.tierOf(s.tier)
	if problem != "" {
		return problem
	}
	id := s.id
	if s.instance != nil {
		if id, problem = interfaceOf(s.instance); problem != "" {
			return problem
		}
	}
	name, problem := m.interfaceOf(tier, id)
	if problem == "" {
		c.sources = append(c.sources, source{tier, id, name})
	}
	return problem
}

// interfaceOf returns the name of a network interface that is in a tier, or why it is not.
func (m *Mirroring) interfaceOf(tier *wiring.Tier, id string) (name, problem string) {
	if !arch.IsToken(id) {
		if !interfaceID.MatchString(id) {
			return "", fmt.Sprintf(`got the id %.80q; allowed are "eni-0123456789abcdef0" and CDK tokens`, id)
		}
		return id, ""
	}
	made, ok := construct.Referred(id).(awsec2.CfnNetworkInterface)
	if !ok {
		return m.core.Operand(id).Text, ""
	}
	if !m.has(made, made.GroupSet(), tier) {
		return "", fmt.Sprintf("the network interface %s does not have the security group of %s", *made.Node().Path(), tier.ID())
	}
	return *made.Node().Path(), ""
}

// has reports whether the security groups of a resource have that of a tier, or may have it: a list that only the deployment knows may.
func (m *Mirroring) has(of awscdk.CfnResource, groups *[]*string, tier *wiring.Tier) bool {
	if groups == nil {
		return false
	}
	both, _ := awscdk.Stack_Of(of).Resolve([]any{groups, m.core.GroupID(tier.ID())}).([]any)
	if len(both) != 2 {
		return true
	}
	all, isList := both[0].([]any)
	return !isList || slices.ContainsFunc(all, func(g any) bool { return reflect.DeepEqual(g, both[1]) })
}

func (m *Mirroring) setTarget(c *copying) (problem string) {
	c.target = c.props.To
	t := &c.target
	if t.kind == 0 {
		return "it is required"
	}
	tier, problem := m.tierOf(t.tier)
	switch {
	case problem != "":
	case t.kind == plan.ToInterface:
		t.name, problem = m.interfaceOf(tier, t.id)
	case t.kind == plan.ToGatewayEndpoint:
		if !arch.IsToken(t.id) && !endpointID.MatchString(t.id) {
			problem = fmt.Sprintf(`got the id %.80q; allowed are "vpce-0123456789abcdef0" and CDK tokens`, t.id)
		}
		t.name = m.core.Operand(t.id).Text
	case t.balancer == nil:
		problem = "the load balancer is nil"
	default:
		t.id = *t.balancer.LoadBalancerArn()
		t.name = *t.balancer.Node().Path()
	}
	return problem
}

// checkBalancer records what a load balancer lacks to take copies, when everything is wired.
func (m *Mirroring) checkBalancer(c *copying) {
	made, listens := false, false
	tier, _ := m.tierOf(c.target.tier)
	for _, child := range *c.target.balancer.Node().FindAll("") {
		switch r := child.(type) {
		case awselasticloadbalancingv2.CfnLoadBalancer:
			made = true
			if !m.has(r, r.SecurityGroups(), tier) {
				m.fail("mirror-balancer", "the load balancer of copies does not have the security group of its tier",
					fmt.Sprintf("%s does not have that of %s", c.target.name, tier.ID()),
					"set SecurityGroups of the load balancer to SecurityGroups() of the tier", c.at)
			}
		case awselasticloadbalancingv2.CfnListener:
			listens = listens || isVXLAN(r)
		}
	}
	if made && !listens {
		m.fail("mirror-balancer", "the load balancer of copies does not listen on UDP 4789", c.target.name+" has no such listener",
			"add a listener with port 4789 and protocol UDP", c.at)
	}
}

func isVXLAN(l awselasticloadbalancingv2.CfnListener) bool {
	port, protocol := l.Port(), l.Protocol()
	return port != nil && *port == float64(plan.VXLAN.From) && protocol != nil && (*protocol == "UDP" || *protocol == "TCP_UDP")
}
