package proof_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

var planMutants = flag.Int("planmutants", 15, "how many mutants of each plan TestPlanMutants proves; 0 proves all, and holds the table "+
	"of survivors against them")

// mutated returns the architectures whose plans are changed. Together they contain every control of the plan except web ACLs, whose own
// package tests them with requests.
func mutated() map[string]arch.Architecture {
	name := func(s string) arch.Peer { return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: s}} }
	app := arch.TierPeer(arch.App, "App")
	one := func(a arch.Architecture) arch.Architecture {
		a.Network.Zones = []string{"eu-west-1a"}
		return a
	}
	egress := one(shop())
	egress.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath | arch.IngressPath}
	egress.Flows = append(egress.Flows[:4], arch.Flow{From: app, To: name("api.example.com"), Service: "https"}, arch.Flow{From: app,
		To: name("www.example.com"), Service: "http"})
	six := one(filtered())
	six.Network.IPv6 = true
	company := one(filtered())
	company.Flows = append(company.Flows, arch.Flow{
		From: app, To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "172.16.0.0/16"}}, Service: "https",
		Path: arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{Kind: arch.TransitGateway,
			Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}},
	})
	elsewhere := one(shop())
	elsewhere.Network.DefaultRoute = &arch.Gateway{Kind: arch.TransitGateway, Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}
	perZone := shop()
	perZone.Network.NAT = arch.NATPerZone
	exact := one(around(filtered()))
	exact.Network.NATSubnets = []string{"10.0.0.0/27"}
	exact.Tiers[0].Subnets, exact.Tiers[3].Subnets = []string{"10.0.1.0/24"}, []string{"10.0.2.0/24"}
	exact.Flows = append(exact.Flows, arch.Flow{From: arch.TierPeer(arch.Web, "Web"), To: arch.TierPeer(arch.Data, "Data"), Service: "all",
		Exception: true, Reason: "move", Owner: "web"}, arch.Flow{From: arch.TierPeer(arch.Web, "Web"), To: arch.Peer{Kind: arch.Internet},
		Service: "https"})
	return map[string]arch.Architecture{
		"exact subnets, and all traffic": exact,
		"NAT for each zone":              perZone,
		"groups":                         shop(), "egress by another network": elsewhere, "network ACLs": one(filtered()),
		"between tiers": one(inspected()),
		"egress":        egress, "IPv6": six, "gateways": company, "endpoints": one(granting()),
	}
}

// outcome says why the proof need not report a mutant.
type outcome int

const (
	unrendered outcome = iota // the template is the same
	unchanged                 // the traffic is the same, which the test checks
	allowed                   // the traffic differs, and the reason says why the declaration allows both
)

// survivors lists the kinds of mutants that the proof does not report, each with the reason.
var survivors = []struct {
	outcome outcome
	kind    string // a pattern
	reason  string
}{
	{unrendered, `: before the one before it$`, "the order of resources in a template has no effect"},
	{unrendered, `\.(Bits|Index): |Zone\.Slot`, "they repeat the position, for ranges that IPAM allocates"},
	{unrendered, `Flows\[\]|Reasons|NetworkACLs\[\]\.Tiers|VPCEndpoints\[\]\.Tiers?`, "they are only shown in reports"},
	{unrendered, `^Groups.*RuleKey\.(Group|Direction)`, "the list of an inline rule determines both"},
	{unrendered, `\.(Entries|IPv6|Symbolic): `, "it has an effect only for other kinds of peers, destinations and subnets"},
	{unrendered, `^NetworkACLs\[\]\.Subnets|^VPCEndpoints\[\]\.Subnets`, "they are copies, and only the key has an effect"},
	{unrendered, `^Routes\[\]\.(Gateway|Via|Destination|Target)`,
		"it has an effect only for routes of another kind, or is another name of the same resource"},
	{unrendered, `Principal\.Names\[\]|Policy.*Values`, "the value also stands for everybody"},
	{unrendered, `FirewallGroups\[\]\.Rules\[\]\.(Ports|Names)`,
		"rules about path MTU have no ports, and rules about HTTP itself have no names"},
	{unrendered, `^(Groups|Rules|NetworkACLs).*Ports\.(From|To): `, "rules and entries of all traffic have no ports"},
	{unrendered, `^(Rules|Groups)\[\].*Peer|^Subnets\[\]\[\]`, "a value that this kind of peer or subnet does not use"},

	{unchanged, `: before the one before it$`, "order has no effect: rules and entries all allow, statements are a union, and each SID " +
		"determines the position of its rule"},
	{unchanged, `Description|\.(Scope|ID): |\.SID: |Concern|Rules\[\]\.Flows`, "it is only a name, a number or a text"},
	{unchanged, `^NAT\[\]\.Key|^Subnets\[\]\[\]\.Zone\.Name`, "two subnets swap their names or zones everywhere"},
	{unchanged, `^NAT\[\]\.Zone\.Slot`, "the NAT gateway has another name"},
	{unchanged, `^NetworkACLs\[\]\.(In|Out)\[\]\.Number`, "all entries allow, so their numbers have no effect"},
	{unchanged, `^(Groups|Rules)\[\].*Ports`, "the rule at the other end still stops what one end allows; if both lack a port, it is " +
		"missing"},
	{unchanged, `^Groups\[\]\.Egress\[\].*(Peer|: removed)`, "the flow with the internet on the same port includes the flow with the company"},
	{unchanged, `^NetworkACLs\[\]\.(In|Out)\[\]`,
		"the groups stop what entries allow in addition, and entries for path MTU belong to no flow"},
	{unchanged, `^NetworkACLs\[\]\.Key`, "two network ACLs with one name become one that allows what both allow, and the groups stop the " +
		"rest"},
	{unchanged, `FirewallGroups\[\].*(From|To)(\[\])?(\.Operand)?: |FirewallGroups.*Ports|FirewallGroups.*Outside`,
		"groups and routes send no other traffic to the firewall"},
	{unchanged, `FirewallGroups\[\]\.Rules\[\](: removed|\.Stop|\.Match|\.Names)`,
		"rules about path MTU, HTTP/2 and requests without a host are about more than addresses, ports and names: tests with Suricata " +
			"check them"},
	{unchanged, `^(NAT|Endpoints|Associated|Subnets\[\])\[\]\.(Prefix|IPv6): `,
		"a subnet of another size in the same block contains no addresses of others"},
	{unchanged, `^Routes\[\]\.Destination`, "the groups stop the traffic that a larger block sends to the gateway"},
	{unchanged, `Policy.*Conditions\[\](: removed|\.Operator)`,
		"the ARNs determine the owner of the resource; an ARN without a pattern is compared " +
			"as text"},

	{
		unchanged, `^FirewallGroups\[\]: removed`,
		"the group of limits bounds how many bytes pass, which is not about addresses or ports: replays with Suricata check it",
	},
	{
		allowed, `^FirewallGroups\[\]\.Rules\[\]\.Stop: the opposite`,
		"the rule of limits is about connections that sent 16,384 bytes; the flow with the internet on the same port includes every address",
	},
	{
		allowed, `^Routes\[\]\.Destination: another network`, "a flow with the internet includes every address, also those of other networks",
	},
	{allowed, `^Subnets\[\]\[\]\.(Prefix|IPv6): `, "the subnet has other addresses in the block of its tier"},
	{allowed, `^Groups\[\]\.(In|E)gress\[\]\.RuleKey\.Peer: half of the block`,
		"the half contains all subnets of the tier, and the other half contains no interface"},
}

// TestPlanMutants: the proof reports every mistake of the plan that changes the traffic.
func TestPlanMutants(t *testing.T) {
	t.Parallel()
	used := make([]bool, len(survivors))
	total, reported := 0, 0
	for name, a := range mutated() {
		made := func() *plan.Plan {
			p, diags := plan.Make(a, plantest.Today)
			require.NotNil(t, p, diags.String())
			return p
		}
		original := judged(t, made())
		require.Empty(t, original.findings, name)
		for _, m := range sampled(plantest.Mutants(made)) {
			p := made()
			m.Apply(p)
			mutant := judged(t, p)
			if total++; len(mutant.findings) > 0 {
				reported++
			} else if at, why := explained(t, m, original, mutant); at >= 0 {
				used[at] = true
			} else {
				t.Errorf("%s: %s: nothing is reported; %s", name, m.Name, why)
			}
		}
	}
	t.Logf("%d mutants, %d reported", total, reported)
	for i, s := range survivors {
		assert.True(t, used[i] || *planMutants > 0, "no mutant survives any more: %s", s.kind)
	}
}

// sampled returns as many mutants as the flag says.
func sampled(mutants []plantest.Mutant) []plantest.Mutant {
	if *planMutants == 0 {
		return mutants
	}
	rand.New(rand.NewSource(1)).Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
	return mutants[:min(len(mutants), *planMutants)]
}

// explained returns the index in survivors of a mutant that was not reported, or -1 if it must be reported. The text says what it changes.
func explained(t *testing.T, m plantest.Mutant, original, mutant judgement) (at int, why string) {
	t.Helper()
	changes := reach.Diff(original.topology(t), mutant.topology(t))
	is := unchanged
	switch {
	case bytes.Equal(original.template, mutant.template):
		is = unrendered
	case len(changes) > 0:
		is = allowed
	}
	for i, s := range survivors {
		if s.outcome == is && regexp.MustCompile(s.kind).MatchString(m.Kind()) {
			return i, ""
		}
	}
	return -1, fmt.Sprintf("%d, changes: %v", is, changes)
}

// judgement is the result of the proof of a plan.
type judgement struct {
	template []byte
	findings []string
	read     *cfn.Assembly
	declared *proof.Declaration
}

// topology is built only for the mutants that are not reported.
func (j judgement) topology(t *testing.T) *reach.Topology {
	t.Helper()
	top, err := proof.Topology(j.read, j.declared)
	require.NoError(t, err)
	return top
}

// judged renders a plan and proves it. A plan that cannot be rendered, or whose parts are not found, counts as reported.
func judged(t *testing.T, p *plan.Plan) (out judgement) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			out.findings = []string{fmt.Sprint("it cannot be rendered: ", r)}
		}
	}()
	template, declared := plantest.Template(p)
	out.template = template
	a, err := cfn.Read(plantest.File, template, nil)
	if err != nil {
		out.findings = []string{err.Error()}
		return out
	}
	report, err := proof.Prove(a, declared)
	if err != nil {
		out.findings = []string{err.Error()}
		return out
	}
	for _, f := range report.Findings {
		out.findings = append(out.findings, f.ID())
	}
	out.read, out.declared = a, declared
	return out
}
