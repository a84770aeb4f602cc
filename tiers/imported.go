package tiers

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
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

// importTier makes a tier that is only a peer: this side owns the rules of their flows, at both ends.
func importTier(self constructs.Construct, t *tier, n *Network, kind arch.Kind, id string, props ImportProps) {
	at := diag.Caller()
	n.begin(self, t, kind, id, at, n)
	if props.SecurityGroupID == "" {
		n.fail("group-id", "tiers."+id+": the imported security group's id is missing", at, `state it, as in SecurityGroupID: "sg-0123456789abcdef0"`)
		props.SecurityGroupID = "sg-00000000"
	}
	t.declared.Imported = &arch.Imported{Group: arch.Operand{Text: props.SecurityGroupID}, Egress: arch.Egress(props.Egress)}
	t.group = awsec2.SecurityGroup_FromSecurityGroupId(self, new("SecurityGroup"), &props.SecurityGroupID, &awsec2.SecurityGroupImportOptions{
		Mutable: new(false), // What constructs ask of it is held against the flows at the other end.
	})
	t.groupID = &props.SecurityGroupID
	n.tiers = append(n.tiers, t)
}
