package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Inspector is a network firewall that inspects a network. Package firewall has the only implementation.
type Inspector interface {
	// Inspection returns the declaration of the inspection.
	Inspection() arch.Inspection
	// Fill sets the rules of the firewall. literal returns the value of an operand of the plan in a template.
	Fill(p *plan.Plan, literal func(arch.Operand) *string)
	// Endpoint returns the id of the endpoint in the subnet with the key.
	Endpoint(subnet string) *string
	// Watched returns what a watcher must know about the firewall. It is called after Fill.
	Watched() WatchedFirewall
	// Ready returns the constructs that must exist before routes lead traffic to the firewall.
	Ready() []constructs.IDependable
}

// EndpointSubnet is a subnet for an endpoint of a firewall.
type EndpointSubnet struct {
	Key    string // of the network's subnets: "Block0Slot4"
	Zone   string // "eu-west-1a"
	Subnet awsec2.ISubnet
}

// AddInspector adds a firewall to the network. It returns the subnets for the firewall's own endpoints, one for each zone, and the subnets
// for endpoints that are associated with it. If the network cannot be inspected, it returns no subnets and synthesis fails.
func (n *Network) AddInspector(i Inspector) (own, associated []EndpointSubnet) {
	inspection := i.Inspection()
	n.MustBeOpen(inspection.At)
	if n.inspector != nil {
		n.Fail("inspection-twice", "network: a second firewall inspects the network", inspection.At,
			"inspect all paths with one firewall: Paths: firewall.Egress | firewall.EastWest")
		return nil, nil
	}
	n.inspector = i
	n.declared.Inspection = &inspection
	if inspection.Paths&(arch.EgressPath|arch.EastWestPath) != 0 {
		n.FirewallSubnets()
	}
	if inspection.Paths&arch.IngressPath != 0 {
		n.needInternetGateway() // The endpoints lead there, whether or not a tier faces the internet.
		n.IngressSubnets()
	}
	m := *n.model
	m.Network.Inspection = &inspection
	planned, others := plan.EndpointSubnets(&m)
	return n.endpointSubnets(planned), n.endpointSubnets(others)
}

// endpointSubnets returns the constructs of planned subnets.
func (n *Network) endpointSubnets(planned []address.Subnet) []EndpointSubnet {
	out := make([]EndpointSubnet, len(planned))
	for i, p := range planned {
		out[i] = EndpointSubnet{p.Key, p.Zone.Name, n.own.subnets[p.Key]}
	}
	return out
}
