package tiers

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Tier is any of the five kinds of tier.
type Tier interface {
	constructs.Construct
	Peer
	ID() string
	SecurityGroup() awsec2.ISecurityGroup
	SecurityGroups() *[]awsec2.ISecurityGroup
	Subnets() *awsec2.SubnetSelection
	Vpc() awsec2.IVpc
	Connections() awsec2.Connections
}

// TierProps are the choices for a tier; nil is the zero TierProps. At most one of Block, Subnets and SharesWith is set.
type TierProps struct {
	// Block is the number of the tier's block of addresses, from 1. 0 is the default block of its kind (edge 1, web 2, app 3,
	// data 4, bastion 5), for the first tier of the kind; any further tier states its own, and the error names the next free
	// one. It is identity: another block is other subnets.
	Block int
	// Subnets are exact subnets in CIDR notation, one for each zone in the order of NetworkProps.AvailabilityZones. They may be
	// anywhere in the network's range where no other tier's subnets and no subnets of the network itself are.
	Subnets []string
	// SharesWith is a tier whose subnets this one uses as well. Its group is still its own; controls that only see subnets
	// let through what either tier needs, which the plan states as a widening.
	SharesWith Tier
	// VpcSubnets are the tier's existing subnets, in a network that wraps a VPC; required there, and not allowed elsewhere.
	VpcSubnets *awsec2.SubnetSelection
}

// tier is what the five kinds have in common.
type tier struct {
	net      *Network
	self     constructs.Construct
	id       string
	kind     arch.Kind
	declared arch.Tier
	group    awsec2.ISecurityGroup // *guard, or the imported group
	groupID  *string
	subnets  *awsec2.SubnetSelection
}

// ID returns the tier's id within its network, as given when it was made.
func (t *tier) ID() string { return t.id }

// SecurityGroup returns the tier's group, for constructs of the CDK library. What they ask it to open is recorded and held
// against the declared flows.
func (t *tier) SecurityGroup() awsec2.ISecurityGroup { return t.group }

// SecurityGroups returns the tier's group as a list, for props that want one.
func (t *tier) SecurityGroups() *[]awsec2.ISecurityGroup { return &[]awsec2.ISecurityGroup{t.group} }

// Subnets returns the tier's subnets, one for each zone, for props such as VpcSubnets. It is nil for an imported tier.
func (t *tier) Subnets() *awsec2.SubnetSelection { return t.subnets }

// Vpc returns the network's VPC.
func (t *tier) Vpc() awsec2.IVpc { return t.net.vpc }

// Connections makes the tier an awsec2.IConnectable. It is that of the tier's group: what is asked through it is recorded.
func (t *tier) Connections() awsec2.Connections { return t.group.Connections() }

func (t *tier) end() peerEnd {
	return peerEnd{Peer: arch.TierPeer(t.kind, t.id), tier: t}
}

// newTier makes the parts that the kinds have in common. self is the public struct that t is embedded in.
func newTier(self constructs.Construct, t *tier, n *Network, kind arch.Kind, id string, props *TierProps, internal bool) {
	at := diag.Caller()
	n.begin(self, t, kind, id, at, nil)
	t.declared.Internal = internal
	if props == nil {
		props = &TierProps{}
	}
	t.declared.Block, t.declared.Subnets = props.Block, props.Subnets
	var shared *tier
	if props.SharesWith != nil {
		end, problem := n.endOf(props.SharesWith)
		if problem != "" {
			n.fail("sharing", "SharesWith: "+problem, at, "")
		} else {
			t.declared.SharesWith, shared = end.Text, end.tier
		}
	}
	t.group = newGuard(t)
	t.groupID = t.group.SecurityGroupId()
	switch {
	case n.declared.Wrapped:
		t.subnets = n.givenSubnets(props, id, at)
	case props.VpcSubnets != nil:
		n.fail("placement", "tiers."+id+": VpcSubnets are for networks that wrap a VPC", at, "leave them out, and state Block or Subnets if need be")
		fallthrough
	default:
		t.subnets = n.ownSubnets(t, shared)
	}
	n.tiers = append(n.tiers, t)
	n.prepareTier(t)
}

// begin makes the tier's construct, in scope or, where that is nil, in the place that the layout has for it. An id that CDK
// would panic on is replaced; the check at synth says what is wrong with it.
func (n *Network) begin(self constructs.Construct, t *tier, kind arch.Kind, id string, at diag.Position, scope constructs.Construct) {
	if n == nil || n.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of a tier is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	n.mustBeOpen(at)
	t.net, t.self, t.id, t.kind = n, self, id, kind
	t.declared = arch.Tier{ID: id, Kind: kind, At: at}
	constructID := id
	if lower := strings.ToLower(id); arch.CheckTierID(id) != nil || n.ids[lower] {
		constructID = fmt.Sprintf("Invalid%d", len(n.tiers))
	} else {
		n.ids[lower] = true
	}
	if scope == nil {
		scope = n
		if n.declared.Layout == arch.NestedStacks {
			scope = awscdk.NewNestedStack(n, &constructID, nil)
		}
	}
	constructs.NewConstruct_Override(self, scope, &constructID)
}

// ownSubnets makes the tier's subnets, or finds those of the tier it shares with.
func (n *Network) ownSubnets(t, shared *tier) *awsec2.SubnetSelection {
	if shared != nil && shared.subnets != nil {
		return shared.subnets
	}
	planned := address.TierSubnets(n.model, t.declared)
	if len(planned) == 0 { // The declaration is wrong, which fails the synth; until then constructs need some subnets.
		planned = address.TierSubnets(n.model, arch.Tier{Kind: t.kind})
	}
	label := t.id
	if t.kind == arch.Endpoint {
		label = "Endpoints" // All of them have the same ones.
	}
	subnets := n.makeSubnets(planned, label)
	n.needNetworkACLs(planned, label)
	return &awsec2.SubnetSelection{Subnets: &subnets}
}

// givenSubnets returns the existing subnets of a tier in a wrapped VPC.
func (n *Network) givenSubnets(props *TierProps, id string, at diag.Position) *awsec2.SubnetSelection {
	if props.VpcSubnets == nil {
		n.fail("placement", "tiers."+id+": a tier of a wrapped VPC has no subnets", at, "state its existing subnets as VpcSubnets")
		return &awsec2.SubnetSelection{}
	}
	return props.VpcSubnets
}
