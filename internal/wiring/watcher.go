package wiring

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// Watcher watches what a network has. Package watch has the only implementation.
type Watcher interface {
	// Fill makes what watches the network, in place of what the previous call made. The gateways, firewalls, web ACLs and endpoints exist.
	Fill(p *plan.Plan)
}

// AddWatcher adds a watcher, whose construct has the id in the network. It reports whether the id is free. If not, synthesis fails.
func (n *Network) AddWatcher(w Watcher, id string, at diag.Position) (free bool) {
	n.MustBeOpen(at)
	if n.self.Node().TryFindChild(&id) != nil {
		n.Fail("watch-id", "network: the id "+id+" is taken", at, "call watch."+id+" once for a network, and give tiers other ids")
		return false
	}
	if n.watched == nil {
		n.watched = map[string]diag.Position{}
	}
	n.watched[strings.ToLower(id)] = at
	n.watchers = append(n.watchers, w)
	return true
}

// WatchScope returns the scope of a watcher's construct, and whether it is a nested stack. With NestedStacks, what watches the network is
// in a nested stack of its own, because a stack has at most 500 resources.
func (n *Network) WatchScope(id string) (scope constructs.Construct, nested bool) {
	if n.declared.Layout == arch.NestedStacks {
		return awscdk.NewNestedStack(n.self, &id, nil), true
	}
	return n.self, false
}

// isWatcher reports whether a watcher has the id of a tier. If so, synthesis fails.
func (n *Network) isWatcher(id string, at diag.Position) bool {
	_, taken := n.watched[strings.ToLower(id)]
	if taken {
		n.Fail("id", "tiers."+id+": the id is taken by what watches the network", at, "choose another id")
	}
	return taken
}

// watch has the watchers make their resources.
func (n *Network) watch() {
	for _, w := range n.watchers {
		w.Fill(n.plan)
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
	if gateway, ok := n.own.nats[key]; ok {
		return gateway.Ref()
	}
	return nil
}

// SubnetID returns the id of the subnet with a key, or nil if there is none.
func (n *Network) SubnetID(key string) *string {
	if subnet, ok := n.own.subnets[key]; ok {
		return subnet.SubnetId()
	}
	return nil
}

// SubnetRange returns the IPv4 block of the subnet with a key, or nil if there is none.
func (n *Network) SubnetRange(key string) *string {
	if subnet, ok := n.own.subnets[key]; ok {
		return subnet.Ipv4CidrBlock()
	}
	return nil
}

// WebACLMetric returns the name that metrics have for the web ACL of a tier, or nil if it has none.
func (n *Network) WebACLMetric(tier string) *string {
	for _, p := range n.protections {
		if p.Tier == tier {
			return p.by.MetricName()
		}
	}
	return nil
}

// EndpointID returns the id of a VPC endpoint that the network made, or nil if it made none.
func (n *Network) EndpointID(key arch.EndpointKey) *string {
	if n.granted.maker == nil {
		return nil
	}
	return n.granted.maker.ID(key)
}
