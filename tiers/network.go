package tiers

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
)

// NAT says how many NAT gateways a network has where a private tier opens connections to the internet. A network without
// such flows has none.
type NAT int

const (
	// NATPerZone is the default: it makes one NAT gateway in each zone: a zone's failure stays in that zone.
	NATPerZone NAT = NAT(arch.NATPerZone)
	// NATSingle makes one NAT gateway for all zones, in the first: cheaper, and that zone's failure is everybody's.
	NATSingle NAT = NAT(arch.NATSingle)
)

// Layout says over how many stacks a network's resources are spread. It is chosen at birth: a rule that moves to another
// stack is made there before it is deleted here, which EC2 refuses.
type Layout int

const (
	// OneStack is the default: it puts everything into the stack that the network is in: up to 500 resources and 1 MB.
	OneStack Layout = Layout(arch.OneStack)
	// NestedStacks gives each tier's group, with the standalone rules that live with it, a nested stack of its own.
	NestedStacks Layout = Layout(arch.NestedStacks)
)

// NetworkACLs says whether the subnets of tiers have network ACLs beside the security groups.
type NetworkACLs int

const (
	// NetworkACLsOn is the default: each tier's subnets have a network ACL that lets through what the tier's flows need, path
	// MTU discovery and the replies to ports 1024 to 65535. Whatever else stands in these subnets needs flows, too; another
	// network that wraps the VPC, say. Subnets of a wrapped VPC never have.
	NetworkACLsOn NetworkACLs = NetworkACLs(arch.NetworkACLsOn)
	// NetworkACLsOff leaves the subnets to the VPC's default network ACL, which lets everything through.
	NetworkACLsOff NetworkACLs = NetworkACLs(arch.NetworkACLsOff)
)

// NetworkProps are the choices for a network. Either CIDR or IPAM, with AvailabilityZones, makes a VPC; or Vpc wraps an
// existing one.
type NetworkProps struct {
	// CIDR is the IPv4 range, a literal without host bits: "10.0.0.0/16". It is cut into Blocks blocks; one of 16 must be at
	// least a /24, so the range is from /16 to /20 (/18 with 64 blocks). If all subnets are stated exactly, it may be as small as
	// a /28.
	CIDR string
	// IPAM takes the range from an IPAM pool at deployment instead.
	IPAM *IPAM
	// AvailabilityZones are the names of one to four zones: "eu-west-1a". A subnet's place in its block is its zone's letter.
	AvailabilityZones []string
	// Blocks is how many tiers the address plan has room for, block 0 aside: 16 (as is 0), 32 or 64 blocks. It is identity.
	Blocks int
	// IPv6 makes the network dual-stack, with a /56 given by Amazon. Of a wrapped VPC it says that it is dual-stack.
	IPv6 bool
	// NAT says how many NAT gateways there are if any flow needs them. The zero value is NATPerZone.
	NAT NAT
	// DefaultRoute leads what private tiers send to the internet to another network instead of NAT gateways: to a
	// [TransitGateway] with a VPC behind it that inspects all egress, say. The zero Gateway does not.
	DefaultRoute Gateway
	// NATAllocationIDs are Elastic IP allocations for the NAT gateways, as many as there are gateways; nil makes new ones.
	NATAllocationIDs []string
	// NATSubnets are exact subnets for the NAT gateways, one for each gateway in the order of AvailabilityZones, as in an existing
	// address plan; nil plans them in block 0. Like the three below they may be anywhere in the range where no tier's block or
	// exact subnet is, and stating them where they are planned changes nothing. Moving those of NAT gateways replaces the gateways;
	// "tierwall upgrade" says how to do it without a failure.
	NATSubnets []string
	// FirewallSubnets are exact subnets for firewall endpoints, one for each zone in the order of AvailabilityZones; nil plans
	// them.
	FirewallSubnets []string
	// IngressSubnets are exact subnets for the firewall endpoints that traffic from the internet passes, like FirewallSubnets.
	IngressSubnets []string
	// TransitSubnets are exact subnets for attachments to transit gateways, like FirewallSubnets.
	TransitSubnets []string
	// Vpc is an existing VPC to wrap. Its subnets, routes and gateways stay as they are; every tier states its VpcSubnets.
	Vpc awsec2.IVpc
	// Layout is the zero value OneStack, or NestedStacks.
	Layout Layout
	// RulesPerGroup is the account's quota of rules per group, direction and address family, from 1 to 1000; 0 is AWS's
	// default of 60.
	RulesPerGroup int
	// NetworkACLs is the zero value NetworkACLsOn, or NetworkACLsOff.
	NetworkACLs NetworkACLs
	// EntriesPerNetworkACL is how many entries a network ACL may hold in each direction, of IPv4 and IPv6 together, from 1 to
	// 39; 0 is 19. AWS's quota of 20, which can be raised to 40, counts its own entry that denies the rest. Entries that do not
	// fit are made wider, which the plan states.
	EntriesPerNetworkACL int
	// SkipProof leaves this network out of the proof that every synth does of its templates; a warning says so.
	SkipProof bool
	// Today decides which flows have expired; the zero time is the day of the synth, in UTC.
	Today time.Time
}

// IPAM is an IPAM pool to take a network's range from.
type IPAM struct {
	PoolID        string // "ipam-pool-0123456789abcdef0", or a CDK token
	NetmaskLength int    // of the range, 16 to 20 (18 with 64 blocks)
}

// Network is a VPC with tiers. It is a construct: tiers are its children. Keep it in a field with a name: CDK does not take a struct
// that embeds it for the same construct.
type Network struct {
	constructs.Construct
	declared arch.Network
	today    time.Time
	unproven bool        // SkipProof
	model    *arch.Model // of the network alone, with a stand-in for what is wrong
	vpc      awsec2.IVpc
	ipv6     awsec2.CfnVPCCidrBlock // nil in an IPv4 network
	own      ownVpc

	ids         map[string]bool
	tiers       []*tier
	flows       []arch.Flow
	requests    []request
	mistakes    diag.List // found while wiring
	findings    diag.List // of the last plan
	plan        *plan.Plan
	symbols     map[string]string // token -> symbol
	tokens      map[string]string // symbol -> token
	names       map[string]string // token -> ARN by name, empty if there is none
	inspector   Inspector         // nil without inspection
	protections []protection
	granted     granting
	clients     []arch.ClientAddresses
	delivered   bool // a synth has taken the plan, which had no errors
	emitted     emission
}

// NewNetwork makes a network. Whatever is wrong with props fails the synth. A nil scope panics.
func NewNetwork(scope constructs.Construct, id string, props *NetworkProps) *Network {
	at := diag.Caller()
	if scope == nil {
		panic(diag.Diagnostic{Summary: "the scope of a network is nil", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &NetworkProps{}
	}
	n := &Network{ids: map[string]bool{}, today: props.Today, unproven: props.SkipProof}
	constructs.NewConstruct_Override(n, scope, &id)
	n.declare(props, at)
	n.addEmitter() // The first child: what is emitted under later ones can still be tagged.
	if props.Vpc != nil {
		n.vpc = props.Vpc
	} else {
		n.makeVpc(props)
	}
	report.AddSource(n, source{n})
	return n
}

// declare puts props into the model's words and finds a usable model, so that the rest of the wiring can go on.
func (n *Network) declare(props *NetworkProps, at diag.Position) {
	n.declared = arch.Network{
		Path: *n.Node().Path(), Wrapped: props.Vpc != nil, Range: arch.Operand{Text: props.CIDR},
		Blocks: props.Blocks, Zones: props.AvailabilityZones, IPv6: props.IPv6,
		NAT: arch.NAT(props.NAT), Addresses: len(props.NATAllocationIDs), Layout: arch.Layout(props.Layout),
		NATSubnets: props.NATSubnets, FirewallSubnets: props.FirewallSubnets, IngressSubnets: props.IngressSubnets,
		TransitSubnets: props.TransitSubnets,
		RulesPerGroup:  props.RulesPerGroup, NetworkACLs: arch.NetworkACLs(props.NetworkACLs), EntriesPerNetworkACL: props.EntriesPerNetworkACL,
		At: at,
	}
	if region := *awscdk.Stack_Of(n).Region(); n.declared.Wrapped && !arch.IsToken(region) {
		n.declared.StackRegion = region
	}
	n.own.allocations = props.NATAllocationIDs
	if props.DefaultRoute != (Gateway{}) {
		n.declared.DefaultRoute = new(props.DefaultRoute.declared())
	}
	switch {
	case props.Vpc != nil && props.places():
		n.fail("wrapped", "network: a wrapped VPC brings its own addresses, zones and NAT gateways", at,
			"leave out CIDR, IPAM, AvailabilityZones, Blocks, NATAllocationIDs and exact subnets, or leave out Vpc")
	case props.IPAM != nil && props.CIDR != "":
		n.fail("cidr", "network: both CIDR and IPAM are set", at, "keep one of them")
	case props.IPAM != nil:
		n.declared.Range = arch.Operand{Text: "IPAM", Symbolic: true}
		n.declared.Bits = props.IPAM.NetmaskLength
	}
	n.checkIDs(props, at)
	model, diags := arch.Check(arch.Architecture{Network: n.declared}, n.now())
	if diags.HasErrors() {
		model, _ = arch.Check(arch.Architecture{Network: standIn}, n.now())
		model.Network.Wrapped = n.declared.Wrapped
	}
	n.model = model
}

// places reports whether props say anything that a VPC which exists says itself.
func (p *NetworkProps) places() bool {
	lists := len(p.AvailabilityZones) + len(p.NATAllocationIDs) + len(p.NATSubnets) + len(p.FirewallSubnets) + len(p.IngressSubnets) +
		len(p.TransitSubnets)
	return p.CIDR != "" || p.IPAM != nil || p.Blocks != 0 || lists > 0
}

var (
	allocationID = regexp.MustCompile(`^eipalloc-[0-9a-f]{8,17}$`)
	poolID       = regexp.MustCompile(`^ipam-pool-[0-9a-f]{8,17}$`)
)

// checkIDs holds ids that are not CDK tokens against AWS's forms.
func (n *Network) checkIDs(props *NetworkProps, at diag.Position) {
	for _, id := range props.NATAllocationIDs {
		if !arch.IsToken(id) && !allocationID.MatchString(id) {
			n.fail("nat", fmt.Sprintf("network: %q is not the id of an Elastic IP allocation", id), at, `write it as in "eipalloc-0123456789abcdef0"`)
		}
	}
	if props.IPAM != nil && !arch.IsToken(props.IPAM.PoolID) && !poolID.MatchString(props.IPAM.PoolID) {
		n.fail("cidr", fmt.Sprintf("network: %q is not the id of an IPAM pool", props.IPAM.PoolID), at, `write it as in PoolID: "ipam-pool-0123456789abcdef0"`)
	}
}

// standIn is what the tree is built from while the declared network is unusable. The synth fails, so it is never deployed.
var standIn = arch.Network{Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"us-east-1a", "us-east-1b"}}

func (n *Network) now() time.Time {
	if n.today.IsZero() {
		return time.Now().UTC()
	}
	return n.today
}

// Vpc returns the network's VPC.
func (n *Network) Vpc() awsec2.IVpc { return n.vpc }

// Summary returns a short readable text of what is derived: the tiers, who may talk to whom and why, and the totals. If
// something is wrong, it returns the errors instead. It may be called before the synth as well as after.
func (n *Network) Summary() string {
	if !n.delivered {
		n.makePlan()
	}
	if errs := n.findings.With(diag.Error); len(errs) > 0 {
		return errs.String()
	}
	return n.plan.Summary()
}

// fail records a mistake that is known while wiring. summary starts with the place: "network: ...".
func (n *Network) fail(rule, summary string, at diag.Position, fix string) {
	path, what, ok := strings.Cut(summary, ": ")
	if !ok || strings.Contains(path, " ") {
		path, what = "", summary
	}
	n.mistakes.Add(diag.Diagnostic{Rule: rule, Path: n.declared.PathTo(path), Summary: what, At: []diag.Position{at}, Fix: fix})
}

// mustBeOpen panics if the plan has been delivered: what is wired now would silently be missing from the template.
func (n *Network) mustBeOpen(at diag.Position) {
	if n.delivered {
		panic(diag.Diagnostic{
			Rule: "wired-late", Path: n.declared.Path, At: []diag.Position{at},
			Summary: "wiring after the synth", Detail: "the template has been made and would not hold this", Fix: "wire everything before the app is synthesized",
		}.String())
	}
}
