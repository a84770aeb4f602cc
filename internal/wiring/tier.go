package wiring

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Tier is the core of a tier. The zero Tier is not usable: call Make or Import.
type Tier struct {
	net      *Network
	self     constructs.Construct // the public tier, and the scope of its parts
	id       string
	kind     arch.Kind
	declared arch.Tier
	group    awsec2.ISecurityGroup
	groupID  *string
	subnets  *awsec2.SubnetSelection
}

// TierProps are the properties of a tier.
type TierProps struct {
	Internal   bool // of an edge tier
	Block      int
	Subnets    []string
	SharesWith *Peer  // a tier, or nil
	Holds      string // classes of data, separated by commas
	VpcSubnets *awsec2.SubnetSelection
}

// ID returns the tier's id within its network.
func (t *Tier) ID() string { return t.id }

// Network returns the tier's network, or nil for the zero Tier.
func (t *Tier) Network() *Network { return t.net }

// Group returns the tier's security group as other constructs see it.
func (t *Tier) Group() awsec2.ISecurityGroup { return t.group }

// Subnets returns the tier's subnets, or nil for an imported tier.
func (t *Tier) Subnets() *awsec2.SubnetSelection { return t.subnets }

// Peer returns the tier as an end of a flow.
func (t *Tier) Peer() Peer { return Peer{Peer: arch.TierPeer(t.kind, t.id), Tier: t} }

// Make makes the construct self of a tier in a network, with the tier's group and subnets. A nil network panics.
func (t *Tier) Make(self constructs.Construct, n *Network, kind arch.Kind, id string, props TierProps) {
	at := diag.Caller()
	n.begin(self, t, kind, id, at, false)
	t.declared.Internal, t.declared.Holds = props.Internal, arch.ParseHolds(props.Holds)
	t.declared.Block, t.declared.Subnets = props.Block, props.Subnets
	var shared *Tier
	if props.SharesWith != nil {
		end, problem := n.endOf(*props.SharesWith)
		if problem != "" {
			n.Fail("sharing", "SharesWith: "+problem, at, "")
		} else {
			t.declared.SharesWith, shared = end.Text, end.Tier
		}
	}
	t.group, t.groupID = batch.MakeGroup(batch.Group{
		Scope: self, ID: "SecurityGroup", Vpc: n.vpc, Description: plan.GroupDescription(id),
		Tier: id, Network: n.declared.Path, Recorder: n.emitter,
	})
	switch {
	case n.declared.Wrapped:
		t.subnets = n.givenSubnets(props, id, at)
	case props.VpcSubnets != nil:
		n.Fail("placement", "tiers."+id+": VpcSubnets are for networks that wrap a VPC", at,
			"remove VpcSubnets; to choose the subnets, set Block or Subnets")
		fallthrough
	default:
		t.subnets = n.ownSubnets(t, shared)
	}
	n.tiers = append(n.tiers, t)
	n.prepareTier(t)
}

// ArePods says which pods of a Kubernetes cluster the tier is; nil is none.
func (t *Tier) ArePods(k *arch.Kubernetes) { t.declared.Kubernetes = k }

// begin makes the tier's construct in the stack that the layout decides. If CDK would panic because of the id, begin uses another id. The
// check at synthesis reports such an id.
func (n *Network) begin(self constructs.Construct, t *Tier, kind arch.Kind, id string, at diag.Position, imported bool) {
	if n == nil || n.self == nil {
		panic(diag.Diagnostic{Summary: "the network of a tier is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	n.MustBeOpen(at)
	t.net, t.self, t.id, t.kind = n, self, id, kind
	t.declared = arch.Tier{ID: id, Kind: kind, At: at}
	constructID := id
	if lower := strings.ToLower(id); arch.CheckTierID(id) != nil || n.ids[lower] || n.isTaken(id, at) {
		constructID = fmt.Sprintf("Invalid%d", len(n.tiers))
	} else {
		n.ids[lower] = true
	}
	scope := n.self
	if n.declared.Layout == arch.NestedStacks && !imported {
		scope = awscdk.NewNestedStack(n.self, &constructID, nil)
	}
	constructs.NewConstruct_Override(self, scope, &constructID)
}

// tier returns the tier with an id, or nil.
func (n *Network) tier(id string) *Tier {
	for _, t := range n.tiers {
		if t.id == id {
			return t
		}
	}
	return nil
}

// ownSubnets makes the tier's subnets, or returns those of the tier that it shares with.
func (n *Network) ownSubnets(t, shared *Tier) *awsec2.SubnetSelection {
	if shared != nil && shared.subnets != nil {
		return shared.subnets
	}
	planned := address.TierSubnets(n.model, t.declared)
	if len(planned) == 0 { // The declaration has an error, which fails synthesis. Until then, constructs need some subnets.
		planned = address.TierSubnets(n.model, arch.Tier{Kind: t.kind})
	}
	label := t.id
	if t.kind == arch.Endpoint {
		label = "Endpoints" // All endpoints use the same subnets.
	}
	subnets := n.makeSubnets(planned, label)
	n.needNetworkACLs(planned, label)
	return &awsec2.SubnetSelection{Subnets: &subnets}
}

// givenSubnets returns the existing subnets of a tier in a wrapped VPC.
func (n *Network) givenSubnets(props TierProps, id string, at diag.Position) *awsec2.SubnetSelection {
	if props.VpcSubnets == nil {
		n.Fail("placement", "tiers."+id+": a tier of a wrapped VPC has no subnets", at, "set VpcSubnets to the existing subnets of the tier")
		return &awsec2.SubnetSelection{}
	}
	return props.VpcSubnets
}
