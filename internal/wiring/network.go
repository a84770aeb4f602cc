package wiring

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/summary"
	"github.com/tierwall/tierwall/internal/report"
)

// NetworkProps are the properties of a network, in the model's terms.
type NetworkProps struct {
	// Declared is the network as the user declared it. Make sets its Path, Wrapped, StackRegion and Addresses.
	Declared arch.Network
	// IPAM is a pool to take the range from; nil uses Declared.Range.
	IPAM *IPAM
	// Vpc is a VPC to wrap; nil makes one.
	Vpc awsec2.IVpc
	// Allocations are Elastic IP allocations for the NAT gateways.
	Allocations []string
	// SkipProof excludes the network from the proof.
	SkipProof bool
	// Today is the day that decides which flows have expired; the zero time is the day of the synthesis.
	Today time.Time
}

// IPAM is an IPAM pool to take a network's range from.
type IPAM struct {
	PoolID        string
	NetmaskLength int
}

// Network is the core of a network: the declarations that are wired onto it, the plan that a synthesis makes from them, and the constructs
// made from the plan. The zero Network is not usable: call Make.
type Network struct {
	self     constructs.Construct // the public network, and the scope of its parts
	place    batch.Place          // of self
	emitter  *emitter
	declared arch.Network
	today    time.Time
	unproven bool        // SkipProof
	model    *arch.Model // of the network without tiers; a stand-in if the network has errors
	vpc      awsec2.IVpc
	ipv6     awsec2.CfnVPCCidrBlock // nil in an IPv4 network
	own      ownVpc

	ids         map[string]bool
	tiers       []*Tier
	flows       []arch.Flow
	requests    []request
	mistakes    diag.List // found while wiring
	findings    diag.List // of the last plan
	plan        *plan.Plan
	symbols     map[string]string // token -> symbol
	tokens      map[string]string // symbol -> token
	names       map[string]string // token -> ARN with a name, empty if there is none
	inspector   Inspector         // nil without inspection
	protections []protection
	granted     granting
	clients     []arch.ClientAddresses
	balancers   []Balancer
	watchers    []func(*plan.Plan)
	policies    []requiredPolicy
	taken       map[string]bool          // ids of what watches the network, in lower case
	zones       map[string]diag.Position // private DNS zones in the VPC, by name
	// rejectedLogs are the names of log groups that have rejected traffic only.
	rejectedLogs []string
	calls        calls.Calls
	forget       func()                                       // see report.AddSource
	selections   map[*awsec2.SubnetSelection][]awsec2.ISubnet // see selected
	delivered    bool                                         // a synthesis has emitted a plan without errors
	emitted      emission
}

// Make makes the construct self and the network's own parts in it. Mistakes in props fail synthesis.
func (n *Network) Make(self, scope constructs.Construct, id string, props NetworkProps) {
	n.self, n.ids, n.today, n.unproven = self, map[string]bool{}, props.Today, props.SkipProof
	constructs.NewConstruct_Override(self, scope, &id)
	n.declare(props)
	n.addEmitter() // The emitter is the first child, so that CDK can still tag what it emits under later children.
	if props.Vpc != nil {
		n.vpc = props.Vpc
	} else {
		n.makeVpc(props.IPAM)
	}
	n.forget = report.AddSource(self, n)
}

// declare completes the declaration and makes a usable model, so that wiring can continue in spite of errors.
func (n *Network) declare(props NetworkProps) {
	n.declared, n.place = props.Declared, batch.PlaceOf(n.self)
	n.declared.Path, n.declared.Wrapped, n.declared.Addresses = n.place.Path, props.Vpc != nil, len(props.Allocations)
	at := n.declared.At
	n.declared.Dialect = arch.DialectAt(at)
	if !arch.IsToken(n.place.Region) {
		n.declared.StackRegion = n.place.Region
	}
	n.own.allocations = props.Allocations
	n.calls = calls.Calls{NATAddresses: props.Allocations, SkipProof: props.SkipProof}
	if props.IPAM != nil {
		n.calls.Pool = props.IPAM.PoolID
	}
	switch {
	case props.Vpc != nil && props.places():
		n.Fail("wrapped", "network: a wrapped VPC brings its own addresses, zones and NAT gateways", at,
			"remove CIDR, IPAM, AvailabilityZones, Blocks, NATAllocationIDs and exact subnets, or remove Vpc")
	case props.IPAM != nil && props.Declared.Range.Text != "":
		n.Fail("cidr", "network: both CIDR and IPAM are set", at, "remove one of them")
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

// places reports whether props state anything that an existing VPC decides.
func (p NetworkProps) places() bool {
	d := p.Declared
	lists := len(d.Zones) + len(p.Allocations) + len(d.NATSubnets) + len(d.FirewallSubnets) + len(d.IngressSubnets) + len(d.TransitSubnets)
	return d.Range.Text != "" || p.IPAM != nil || d.Blocks != 0 || lists > 0
}

var (
	allocationID = lazyregexp.New(`^eipalloc-[0-9a-f]{8,17}$`)
	poolID       = lazyregexp.New(`^ipam-pool-[0-9a-f]{8,17}$`)
)

// checkIDs reports ids that are neither CDK tokens nor have the form of AWS's ids.
func (n *Network) checkIDs(props NetworkProps, at diag.Position) {
	for _, id := range props.Allocations {
		if !arch.IsToken(id) && !allocationID.MatchString(id) {
			n.Fail("nat", fmt.Sprintf("network: %q is not the id of an Elastic IP allocation", id), at,
				`write it in the form "eipalloc-0123456789abcdef0"`)
		}
	}
	if props.IPAM != nil && !arch.IsToken(props.IPAM.PoolID) && !poolID.MatchString(props.IPAM.PoolID) {
		n.Fail("cidr", fmt.Sprintf("network: %q is not the id of an IPAM pool", props.IPAM.PoolID), at,
			`write it in the form PoolID: "ipam-pool-0123456789abcdef0"`)
	}
}

// standIn replaces a declared network that has errors. Synthesis fails, so the stand-in is never deployed.
var standIn = arch.Network{Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"us-east-1a", "us-east-1b"}}

// now returns the day that decides which flows have expired.
func (n *Network) now() time.Time {
	if n.today.IsZero() {
		return time.Now().UTC()
	}
	return n.today
}

// Vpc returns the network's VPC.
func (n *Network) Vpc() awsec2.IVpc { return n.vpc }

// Summary returns a short readable text of the plan, or the errors of the declaration. It may be called before and after synthesis; after
// it, the text ends with the command that shows more.
func (n *Network) Summary() string {
	if !n.delivered {
		n.makePlan()
	}
	if errs := n.findings.With(diag.Error); len(errs) > 0 {
		return errs.String()
	}
	text := summary.Text(n.plan)
	if n.delivered {
		text += "\nnext: tierwall report\n" // It reads cdk.out, as the other commands do.
	}
	return text
}

// Fail records a mistake that is found while wiring. summary begins with the place: "network: ...".
func (n *Network) Fail(rule, summary string, at diag.Position, fix string) {
	path, what, ok := strings.Cut(summary, ": ")
	if !ok || strings.Contains(path, " ") {
		path, what = "", summary
	}
	n.mistakes.Add(diag.Diagnostic{Rule: rule, Path: n.declared.PathTo(path), Summary: what, At: []diag.Position{at}, Fix: fix})
}

// MustBeOpen panics if the plan has been delivered, because later declarations would be missing from the template.
func (n *Network) MustBeOpen(at diag.Position) {
	if n.delivered {
		panic(diag.Diagnostic{
			Rule: "wired-late", Path: n.declared.Path, At: []diag.Position{at},
			Summary: "wiring after synthesis", Detail: "the template is already made and would not contain this declaration",
			Fix: "wire everything before the app is synthesized",
		}.String())
	}
}
