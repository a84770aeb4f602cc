package waf

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// IPSetProps configures [NewIPSet].
type IPSetProps struct {
	// Addresses are IPv4 and IPv6 blocks in CIDR notation. AWS accepts every prefix length except 0. Adjacent blocks are joined. A CDK token
	// stands for an IPv4 block.
	Addresses []string
	// AddressesIPv6 are CDK tokens for IPv6 blocks.
	AddressesIPv6 []string
	// Scope is the scope of the web ACLs that use the set; empty is Regional.
	Scope Scope
	// Name is 1 to 120 letters, digits, hyphens and underscores. AWS's sets are called by Name and the IP version. If it is empty, the name
	// is made from the stack's name and the construct's path. Changing it replaces the set.
	Name string
	// Description is 3 to 256 letters, digits, spaces and +=:#@/-,. and may be empty.
	Description string
}

// IPSet is a set of addresses. AWS's IP sets hold addresses of one IP version (CloudFormation, AWS::WAFv2::IPSet), so an IPSet creates one
// or two of them.
type IPSet struct {
	constructs.Construct
	parts    []*ipSetPart
	scope    Scope
	problems problems
}

// ipSetPart is the IP set of one IP version.
type ipSetPart struct {
	version string
	blocks  []string
	arn     *string
}

// NewIPSet creates a set of addresses. Errors in props fail synthesis. A nil scope panics.
func NewIPSet(scope constructs.Construct, id string, props *IPSetProps) *IPSet {
	at := diag.Caller()
	construct.MustHaveScope(scope, "IP set", at)
	if props == nil {
		props = &IPSetProps{}
	}
	s := &IPSet{scope: scopeOf(props.Scope)}
	constructs.NewConstruct_Override(s, scope, &id)
	s.problems.Attach(s, at)
	s.problems.checkRegion(s.scope)
	v4, v6, tokens, found := webacl.Collapse(props.Addresses)
	s.problems.report(found)
	v4, v6 = append(v4, tokens...), append(v6, props.AddressesIPv6...)
	if len(v4) > 0 || len(v6) == 0 {
		s.part("IPV4", v4, props)
	}
	if len(v6) > 0 {
		s.part("IPV6", v6, props)
	}
	return s
}

func (s *IPSet) part(version string, blocks []string, props *IPSetProps) {
	ids := map[string]string{"IPV4": "IPv4", "IPV6": "IPv6"}
	p := &ipSetPart{version: version, blocks: blocks}
	name := s.problems.Name(props.Name)
	name = new(fmt.Sprintf("%s-%s", *name, ids[version]))
	s.problems.report(check.IPSet(*name, props.Description, string(s.scope), webacl.Addresses{Version: version, Blocks: blocks}))
	cfn := &awswafv2.CfnIPSetProps{Addresses: texts(blocks), IpAddressVersion: &version, Scope: new(string(s.scope)), Name: name}
	if props.Description != "" {
		cfn.Description = &props.Description
	}
	p.arn = emitSet(s, &s.problems, ids[version], cfn)
	s.parts = append(s.parts, p)
}

// emitSet makes an IP set and returns its ARN.
func emitSet(scope constructs.Construct, p *problems, id string, props *awswafv2.CfnIPSetProps) *string {
	b := &batch.Batch{}
	made := b.Make(batch.Resource{Scope: scope, ID: id, New: awswafv2.NewCfnIPSet, Props: props})
	arn := batch.Get[string](b, made, "attrArn")
	b.Run()
	p.Declare(report.Control{Name: "IP set", Of: scope, ID: id, At: p.At, Properties: func() map[string]any {
		return map[string]any{"Addresses": props.Addresses, "IPAddressVersion": props.IpAddressVersion, "Scope": props.Scope}
	}})
	return arn
}

// ImportIPSet refers to existing IP sets by their ARNs, which are literals or CDK tokens. Pass the ARN of one set for each IP version. The
// addresses in them are unknown, so they are not checked. A nil scope panics.
func ImportIPSet(scope constructs.Construct, id string, arn string, more ...string) *IPSet {
	at := diag.Caller()
	construct.MustHaveScope(scope, "IP set", at)
	s := &IPSet{}
	constructs.NewConstruct_Override(s, scope, &id)
	s.problems.Attach(s, at)
	for _, a := range append([]string{arn}, more...) {
		s.parts = append(s.parts, &ipSetPart{arn: &a})
	}
	return s
}

// ARNs returns the ARNs of AWS's IP sets: first IPv4, then IPv6. For an imported set the order is that of [ImportIPSet].
func (s *IPSet) ARNs() []*string {
	var out []*string
	for _, p := range s.parts {
		out = append(out, p.arn)
	}
	return out
}

func scopeOf(s Scope) Scope {
	if s == "" {
		return Regional
	}
	return s
}

func texts(values []string) *[]*string {
	out := make([]*string, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return &out
}
