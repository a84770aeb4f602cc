package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/wiring"
)

// Egress describes the egress rules that the security group of an imported tier already has.
type Egress int

const (
	// EgressUnknown is the zero value. Flows may lead to the tier, but no flow may start at the tier.
	EgressUnknown Egress = iota
	// EgressOpen says that the group allows all outbound traffic. The network adds no egress rule to the group, because CloudFormation
	// removes the rule that allows everything as soon as another egress rule is added.
	EgressOpen
	// EgressRestricted says that the group has egress rules of its own, as every group of a tierwall network has. The network adds its
	// egress rules to them.
	EgressRestricted
)

// ImportProps describe a tier that another stack or repository owns.
type ImportProps struct {
	// SecurityGroupID is the id of the tier's security group, "sg-0123456789abcdef0", or a CDK token, such as a value of another stack, a
	// parameter or an import. It is required.
	SecurityGroupID string
	// Egress is required if a flow starts at the imported tier.
	Egress Egress
	// Kubernetes says which pods of this network's cluster the imported tier is, such as the DNS of the cluster: namespace "kube-system",
	// label "k8s-app" with the value "kube-dns". Its own policies are its owner's. nil if it is none.
	Kubernetes *Kubernetes
	// Holds are the classes of the data that the tier holds; see TierProps.
	Holds DataClass
}

// importAs makes a tier that is only a peer of flows. self is the public struct that embeds t.
func (t *tier) importAs(self constructs.Construct, network *Network, kind arch.Kind, id string, props *ImportProps) {
	if props == nil {
		props = &ImportProps{}
	}
	t.core.Import(self, coreOf(network), kind, id, wiring.ImportProps{
		GroupID: props.SecurityGroupID, Egress: arch.Egress(props.Egress), Holds: string(props.Holds),
	})
	t.core.ArePods(props.Kubernetes.arch())
}
