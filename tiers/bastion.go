package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// BastionTier is a tier that administrators connect to first. Its subnets face the internet only if a flow comes from public addresses.
type BastionTier struct {
	constructs.Construct
	tier
}

// NewBastionTier adds a bastion tier to a network. The id has 1 to 64 letters, digits and hyphens, is unique in the network, and is part of
// the logical ids of the tier's resources. If props is nil, every property has its zero value. A nil network panics.
func NewBastionTier(network *Network, id string, props *TierProps) *BastionTier {
	t := &BastionTier{}
	t.make(t, network, arch.Bastion, id, props)
	return t
}

// ImportBastionTier makes a peer of a bastion tier that another stack or repository owns. This network adds the rules of the flows with the
// imported tier to the tier's security group. If a required property of props is missing, synthesis fails. A nil network panics.
func ImportBastionTier(network *Network, id string, props *ImportProps) *BastionTier {
	t := &BastionTier{}
	t.importAs(t, network, arch.Bastion, id, props)
	return t
}

// AllowTo declares that the tier may open connections to a peer for a service.
func (t *BastionTier) AllowTo(to BastionTarget, s Service, options ...FlowOption) {
	t.allow(t, to, s, options)
}

// AllowFrom declares that a peer may open connections to the tier for a service. If the peer is a tier, this is the same flow as the
// peer's AllowTo.
func (t *BastionTier) AllowFrom(from BastionSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}

// InstanceConnect makes the tier an EC2 Instance Connect endpoint, by which IAM lets people open SSH and RDP connections to the tiers that
// the tier may reach. No port is open to the internet, and no flow leads to the tier. The endpoint is in the first of its subnets, and
// reaches instances in all zones. It keeps no client addresses, so the instances see its own.
//
// A VPC can have one such endpoint, and AWS cannot change it: if its subnet or group changes, CloudFormation would make a second one first,
// which fails. Instances that the endpoint is for are members of other tiers. A nil tier panics.
func (t *BastionTier) InstanceConnect() {
	at := diag.Caller()
	if t == nil || t.Construct == nil {
		panic(diag.Diagnostic{Summary: "InstanceConnect: the tier is nil", At: []diag.Position{at}}.String())
	}
	t.core.InstanceConnect(at)
}
