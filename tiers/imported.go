package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// Egress says what the security group of an imported tier lets out already.
type Egress int

const (
	// EgressUnknown is the zero Egress: flows may lead to the tier, none may start there.
	EgressUnknown Egress = Egress(arch.EgressUnknown)
	// EgressOpen says that the group lets everything out. No egress rule is added: adding one would make CloudFormation
	// remove the one that lets everything out.
	EgressOpen Egress = Egress(arch.EgressOpen)
	// EgressRestricted says that the group has egress rules of its own, as every group of a tierwall network has. Ours are
	// added to them.
	EgressRestricted Egress = Egress(arch.EgressRestricted)
)

// ImportProps say what is known of a tier that another stack or repository owns.
type ImportProps struct {
	// SecurityGroupID is its group's id, "sg-0123456789abcdef0", or a CDK token: another stack's value, a parameter, an import.
	SecurityGroupID string
	// Egress is needed where a flow starts at the imported tier.
	Egress Egress
}

// importAs makes a tier that is only a peer. self is the public struct that t is embedded in.
func (t *tier) importAs(self constructs.Construct, network *Network, kind arch.Kind, id string, props *ImportProps) {
	if props == nil {
		props = &ImportProps{}
	}
	t.core.Import(self, coreOf(network), kind, id, props.SecurityGroupID, arch.Egress(props.Egress))
}
