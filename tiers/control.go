package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// Inspector is a network firewall that is wired onto a network. firewall.Inspect makes one; its methods take values that
// only this module has.
type Inspector interface {
	// Inspection is what is to be inspected.
	Inspection() arch.Inspection
	// Problems is what is wrong with it, known before the plan.
	Problems() diag.List
	// Fill gives the firewall its rules. literal turns an operand of the plan into what a template holds.
	Fill(p *plan.Plan, literal func(arch.Operand) *string)
	// Endpoint is the id of the endpoint in the subnet with the key.
	Endpoint(subnet string) *string
	// Ready is what must be there before traffic is led to the firewall.
	Ready() []constructs.IDependable
}

// AddInspector wires a firewall onto the network. It is called by firewall.Inspect.
func (n *Network) AddInspector(i Inspector) {
	at := i.Inspection().At
	n.mustBeOpen(at)
	if n.inspector != nil {
		n.fail("inspection-twice", "network: a second firewall inspects the network", at, "inspect all paths with one firewall: Paths: firewall.Egress | firewall.EastWest")
		return
	}
	n.inspector = i
	inspection := i.Inspection()
	n.declared.Inspection = &inspection
	if n.declared.Wrapped || inspection.Paths == 0 {
		return
	}
	n.FirewallSubnets()
	if inspection.Paths&arch.IngressPath != 0 {
		n.IngressSubnets()
	}
}
