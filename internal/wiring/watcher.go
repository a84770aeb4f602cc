package wiring

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Take takes an id in the network for a construct that watches it. It reports whether the id is free. No tier can have a taken id.
func (n *Network) Take(id string, at diag.Position) (free bool) {
	n.MustBeOpen(at)
	b := &batch.Batch{}
	taken := batch.Get[bool](b, b.Child(n.self, id), batch.Present)
	b.Run()
	if *taken {
		return false
	}
	if n.taken == nil {
		n.taken = map[string]bool{}
	}
	n.taken[strings.ToLower(id)] = true
	return true
}

// TakeZone takes the name of a private DNS zone in the network's VPC, in lower case. taken reports that the line first has taken it before.
func (n *Network) TakeZone(name string, at diag.Position) (first diag.Position, taken bool) {
	if first, taken = n.zones[name]; taken {
		return first, true
	}
	if n.zones == nil {
		n.zones = map[string]diag.Position{}
	}
	n.zones[name] = at
	return diag.Position{}, false
}

// Watch has f called at synthesis with the plan, when the gateways, firewalls, web ACLs and endpoints exist. f makes what watches the
// network, in place of what its previous call made. It is not called if the architecture has errors.
func (n *Network) Watch(f func(*plan.Plan)) { n.watchers = append(n.watchers, f) }

// WatchScope returns the scope of a watcher's construct, and whether it is a nested stack. With NestedStacks, what watches the network is
// in a nested stack of its own, because a stack has at most 500 resources.
func (n *Network) WatchScope(id string) (scope constructs.Construct, nested bool) {
	if n.declared.Layout == arch.NestedStacks {
		return awscdk.NewNestedStack(n.self, &id, nil), true
	}
	return n.self, false
}

// AddRejectedLog says that a log group has rejected traffic only, by its name.
func (n *Network) AddRejectedLog(name *string) { n.rejectedLogs = append(n.rejectedLogs, *name) }

// IsRejectedLog reports whether a log group is known to have rejected traffic only.
func (n *Network) IsRejectedLog(name *string) bool { return slices.Contains(n.rejectedLogs, *name) }

// isTaken reports whether what watches the network has the id of a tier. If so, synthesis fails.
func (n *Network) isTaken(id string, at diag.Position) bool {
	taken := n.taken[strings.ToLower(id)]
	if taken {
		n.Fail("id", "tiers."+id+": the id is taken by what watches the network", at, "choose another id")
	}
	return taken
}

// watch has the watchers make their resources.
func (n *Network) watch() {
	for _, f := range n.watchers {
		f(n.plan)
	}
}

// WatchedFirewall is what the plan does not say about the firewall that inspects a network.
type WatchedFirewall struct {
	Name *string
	// AlertLog is the name of the log group of the alert log; nil if the alert log is elsewhere.
	AlertLog *string
	// Threats says that the firewall may have rule groups beside those of the declared flows.
	Threats bool
	// TLS says that it may inspect TLS.
	TLS bool
	// OwnPolicy says that the app makes its policy.
	OwnPolicy bool
}

// WatchedFirewall returns the firewall that inspects the network; false if there is none.
func (n *Network) WatchedFirewall() (WatchedFirewall, bool) {
	if n.inspector == nil {
		return WatchedFirewall{}, false
	}
	return n.inspector.Watched(), true
}

// Balancer is a load balancer in an edge tier.
type Balancer struct {
	Tier, ID    string
	Application bool    // or a network load balancer
	Name        *string // as metrics have it: "app/shop/0123456789abcdef"
	ARN         *string
}

// AddBalancer adds a load balancer to what a watcher can watch.
func (t *Tier) AddBalancer(b Balancer) {
	b.Tier = t.id
	t.net.balancers = append(t.net.balancers, b)
}

// Balancers returns the load balancers in edge tiers, in the order in which they were made.
func (n *Network) Balancers() []Balancer { return n.balancers }

// Attachment is an attachment of the VPC to a transit gateway.
type Attachment struct {
	ID          string  // of the construct
	Gateway, By *string // the ids of the gateway and of the attachment
}

// Attachments returns the attachments that the network made, by ID.
func (n *Network) Attachments() []Attachment {
	var out []Attachment
	for _, a := range n.own.transit {
		out = append(out, Attachment{*a.Node().Id(), a.TransitGatewayId(), a.AttrId()})
	}
	slices.SortFunc(out, func(x, y Attachment) int { return strings.Compare(x.ID, y.ID) })
	return out
}

// NATGatewayID returns the id of the NAT gateway in the subnet with a key, or nil if there is none.
func (n *Network) NATGatewayID(key string) *string {
	if n.own.nats[key] == nil {
		return nil
	}
	return n.own.natID(key)
}

// SubnetID returns the id of the subnet with a key, or nil if there is none.
func (n *Network) SubnetID(key string) *string {
	if n.own.subnets[key] == nil {
		return nil
	}
	return n.own.subnetID(key)
}

// SubnetRange returns the IPv4 block of the subnet with a key, or nil if there is none.
func (n *Network) SubnetRange(key string) *string { return n.own.ranges[key] }

// WebACLMetric returns the name that metrics have for the web ACL of a tier, or nil if it has none.
func (n *Network) WebACLMetric(tier string) *string {
	for _, p := range n.protections {
		if p.Tier == tier {
			return p.by.MetricName()
		}
	}
	return nil
}

// IsProtected reports whether a web ACL of the network protects the resource with an ARN.
func (n *Network) IsProtected(arn *string) bool {
	return slices.ContainsFunc(n.protections, func(p protection) bool {
		protected := p.by.Protects()
		return protected != nil && arn != nil && *protected == *arn
	})
}

// NetworkACLID returns the id of the network ACL with a key, or nil if there is none.
func (n *Network) NetworkACLID(key string) *string {
	if n.own.acls[key] == nil {
		return nil
	}
	return n.own.aclID(key)
}

// RouteTableID returns the id of the route table of the subnet with a key, or nil if there is none.
func (n *Network) RouteTableID(key string) *string {
	if subnet, ok := n.own.subnets[key]; ok {
		return subnet.RouteTable().RouteTableId()
	}
	return nil
}

// EmptyDefaultGroupID returns the id of the default security group of the VPC, or nil if CDK does not remove its rules.
func (n *Network) EmptyDefaultGroupID() *string {
	vpc, ok := n.vpc.(awsec2.Vpc)
	if !ok || vpc.Node().TryFindChild(new("RestrictDefaultSecurityGroupCustomResource")) == nil {
		return nil
	}
	return vpc.VpcDefaultSecurityGroup()
}

// EndpointID returns the id of a VPC endpoint that the network made, or nil if it made none.
func (n *Network) EndpointID(key arch.EndpointKey) *string {
	if n.granted.maker == nil {
		return nil
	}
	return n.granted.maker.ID(key)
}

// GroupID returns the id of the security group of a tier or of a VPC endpoint that is a tier of the plan, or nil if there is none.
func (n *Network) GroupID(tier string) *string {
	if t := n.tier(tier); t != nil {
		return t.groupID
	}
	return nil
}

// Value returns the value of an operand of the plan: the literal, or the token that it stands for.
func (n *Network) Value(o arch.Operand) *string { return n.literal(o) }

// Block returns a block of the plan's addresses as a template has it.
func (n *Network) Block(b address.Block) *string { return n.block(b) }

// Operand returns a value, which may be a CDK token, in the terms of the plan: its text is the same in each run.
func (n *Network) Operand(text string) arch.Operand { return n.operand(text) }
