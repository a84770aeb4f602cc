package configrule

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/plan"
)

// Rule is a managed rule.
type Rule struct {
	ID         string // it is identity
	Identifier string // AWS's, "VPC_FLOW_LOGS_ENABLED"
	Checks     string // what it checks here, as a sentence
	Parameters []Parameter
	// Types are the types of resources that it evaluates; none for a rule that runs only periodically.
	Types []string
	// Resource is the only resource that it evaluates; nil for all.
	Resource *Resource
	// Tag is the key of a tag that resources must have, in place of Types; empty for no condition.
	Tag string
}

// Parameter is a parameter of a rule: a text, or ids of resources that are separated by commas.
type Parameter struct {
	Name, Text string
	IDs        []Resource
}

// Resource is a resource whose id only a deployment knows.
type Resource struct {
	Kind Kind
	Key  string
}

// Kind says what a Resource is, and so what its Key is.
type Kind int

// The kinds.
const (
	Group        Kind = iota // of the tier with the id
	NetworkACL               // with the key of the plan
	DefaultGroup             // of the VPC
	LoadBalancer             // with its tier, a slash and its id
	VPC
	RouteTable // of the subnet with the key
)

// LeftOut is a rule that is not made.
type LeftOut struct {
	Identifier string
	Why        string // as a sentence
}

// Network is what the rules depend on.
type Network struct {
	*plan.Plan
	// FlowLogs is the traffic that flow logs of the whole VPC record: "ALL" or "REJECT". Empty means that there are none.
	FlowLogs string
	// OwnPolicy says that the app makes the firewall's policy.
	OwnPolicy bool
	// DefaultGroupIsEmpty says that something in the app removes the rules of the VPC's default security group.
	DefaultGroupIsEmpty bool
	// Protected are application load balancers that a web ACL of the network protects.
	Protected []Balancer
	// WholeAccount says that the rules may evaluate what is not the network's.
	WholeAccount bool
}

// Balancer is a load balancer in a tier.
type Balancer struct{ Tier, ID string }

// tierTag is the key of a tag that all subnets of networks have.
const tierTag = "Tier"

// maxParameters is the length of the longest parameters of a rule, as JSON (AWS Config API Reference, ConfigRule).
const maxParameters = 1024

// Of returns the rules of a network by ID, and those that are left out by identifier.
func Of(n Network) ([]Rule, []LeftOut) {
	b := builder{n: n}
	b.groups()
	b.defaultGroup()
	b.networkACLs()
	b.subnets()
	b.webACLs()
	b.account()
	b.never()
	slices.SortFunc(b.rules, func(x, y Rule) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(b.left, func(x, y LeftOut) int {
		return cmp.Or(strings.Compare(x.Identifier, y.Identifier), strings.Compare(x.Why, y.Why))
	})
	return b.rules, b.left
}

type builder struct {
	n     Network
	rules []Rule
	left  []LeftOut
}

func (b *builder) skip(identifier, why string) { b.left = append(b.left, LeftOut{identifier, why}) }

// add adds a rule, unless its parameters are too long.
func (b *builder) add(r Rule) {
	if r.parametersLength() > maxParameters {
		b.skip(r.Identifier, "The parameters of "+r.ID+" are longer than AWS Config allows.")
		return
	}
	b.rules = append(b.rules, r)
}

// parametersLength is the length of the parameters as JSON. Ids of resources have up to 24 characters.
func (r Rule) parametersLength() int {
	total := len("{}")
	for _, p := range r.Parameters {
		total += len(`"":"",`) + len(p.Name) + len(p.Text) + len(p.IDs)*len("rtb-0123456789abcdef0,--")
	}
	return total
}
