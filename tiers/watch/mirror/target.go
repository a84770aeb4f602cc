package mirror

import (
	"github.com/aws/constructs-go/constructs/v10"

	plan "github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/tiers"
)

// Target is where copies go. Make it with [ToInterface], [ToNetworkLoadBalancer] or [ToGatewayEndpoint].
type Target struct {
	kind     plan.TargetKind
	tier     tiers.Tier
	id       string
	balancer LoadBalancer
	name     string // the same in each run
}

// LoadBalancer is a network load balancer, such as awselasticloadbalancingv2.INetworkLoadBalancer.
type LoadBalancer interface {
	constructs.IConstruct
	LoadBalancerArn() *string
}

// ToInterface returns the target that is a network interface of a tier, by its id or a CDK token, as for [Interface]. It gets copies from
// 10 sources, or 100 on the largest sizes of some instances; AWS recommends a load balancer for availability.
func ToInterface(tier tiers.Tier, id string) Target {
	return Target{kind: plan.ToInterface, tier: tier, id: id}
}

// ToNetworkLoadBalancer returns the target that is a network load balancer in a tier. The load balancer has the tier's security group and a
// listener on UDP 4789: tierwall checks both if it is made in the app. Declare the flow from the tier to that of the instances that look
// into the copies, on UDP 4789. They need a further flow for health checks. Copies may arrive out of order.
func ToNetworkLoadBalancer(tier tiers.Tier, balancer LoadBalancer) Target {
	return Target{kind: plan.ToNetworkLoadBalancer, tier: tier, balancer: balancer}
}

// ToGatewayEndpoint returns the target that is an endpoint of a Gateway Load Balancer, by its id, "vpce-0123456789abcdef0", or a CDK token.
// The tier is the one in whose subnets the endpoint is: network ACLs and routes of the two tiers let copies through. The endpoint has no
// security group, and no template shows what is behind it.
func ToGatewayEndpoint(tier tiers.Tier, id string) Target {
	return Target{kind: plan.ToGatewayEndpoint, tier: tier, id: id}
}
