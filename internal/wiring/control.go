package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Inspector is a network firewall that is wired onto a network. Package firewall has the only one.
type Inspector interface {
	// Inspection is what is to be inspected.
	Inspection() arch.Inspection
	// Fill gives the firewall its rules. literal turns an operand of the plan into what a template holds.
	Fill(p *plan.Plan, literal func(arch.Operand) *string)
	// Endpoint is the id of the endpoint in the subnet with the key.
	Endpoint(subnet string) *string
	// Ready is what must be there before traffic is led to the firewall.
	Ready() []constructs.IDependable
}

// EndpointSubnet is a subnet for an endpoint of a firewall.
type EndpointSubnet struct {
	Key    string // of the network's subnets: "Block0Slot4"
	Zone   string // "eu-west-1a"
	Subnet awsec2.ISubnet
}

// AddInspector wires a firewall onto the network. It returns the subnets of the firewall's
// own endpoints, one for each zone, and of those to be associated with it; none if the network cannot be inspected, which
// fails the synth.
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
		n.IngressSubnets()
	}
	m := *n.model
	m.Network.Inspection = &inspection
	planned, others := plan.EndpointSubnets(&m)
	return n.endpointSubnets(planned), n.endpointSubnets(others)
}

func (n *Network) endpointSubnets(planned []address.Subnet) []EndpointSubnet {
	out := make([]EndpointSubnet, len(planned))
	for i, p := range planned {
		out[i] = EndpointSubnet{p.Key, p.Zone.Name, n.own.subnets[p.Key]}
	}
	return out
}
