package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam/deployed"
	"github.com/tierwall/tierwall/internal/reach"
)

// A declaration does not name the members of a tier: members are the resources that have its group. If a resource lost the group, three
// things still show that it belongs to a tier: its construct path is below the tier; or it is an endpoint that a grant needs; or it is the
// only resource in the subnets of a tier without members.

// checkMembers finds resources that lost the group of their tier, and machines that belong to two tiers.
func (n *network) checkMembers() {
	services := n.endpointTiers()
	tiersOf := map[*cfn.Resource][]string{} // the tiers whose groups each resource may have
	var all []*cfn.Resource
	for _, c := range n.top.Classes {
		for _, r := range c.Members {
			if _, again := tiersOf[r]; !again {
				all = append(all, r)
			}
			tiersOf[r] = union(tiersOf[r], n.tiersIn(c))
		}
	}
	hasEndpoint := map[string]bool{} // whether an endpoint with the group of the tier exists
	for r, id := range services {
		hasEndpoint[id] = hasEndpoint[id] || slices.Contains(tiersOf[r], id)
	}
	for _, r := range all {
		t, ok := n.tierByPath(r, services)
		if ok && !slices.Contains(tiersOf[r], t.ID) && !hasEndpoint[t.ID] { // A second endpoint may have another purpose.
			n.reportLost(t, r, "was made as a part of "+t.ID)
		}
	}
	n.checkEndpointZones(services)
	n.reportMisplaced()
	n.reportLonelyGuests(services)
	n.reportSharedMachines(tiersOf)
}

// tiersIn returns the tiers whose groups some interfaces have.
func (n *network) tiersIn(c *reach.Class) []string {
	out := []string{}
	for _, g := range c.Groups {
		if id, ok := n.groups[g]; ok {
			out = append(out, id)
		}
	}
	return out
}

// endpointTiers returns the interface endpoints in the VPC of the network, each with the id of the tier that stands for it.
func (n *network) endpointTiers() map[*cfn.Resource]string {
	out := map[*cfn.Resource]string{}
	for _, d := range deployed.Read(n.assembly) {
		if !d.Gateway && n.top.VPCOf(d.VPC) == n.vpc {
			out[d.Resource] = arch.EndpointKey{Service: d.Service}.TierID()
		}
	}
	return out
}

// tierByPath returns the tier that a resource was made for: the tier of an endpoint, or the tier in the construct path.
func (n *network) tierByPath(r *cfn.Resource, services map[*cfn.Resource]string) (arch.Tier, bool) {
	id, isService := services[r]
	if rest, ok := strings.CutPrefix(r.Path, n.name()+"/"); ok && !isService {
		id, _, _ = strings.Cut(rest, "/")
	}
	t, ok := n.model.Tier(id)
	return t, ok && t.Imported == nil
}

// reportMisplaced reports members outside the subnets of their tier. If undeclared traffic is carried as a result, there is another finding
// about it. If not, the declared flows may not work for them.
func (n *network) reportMisplaced() {
	if n.model.Network.Wrapped {
		return // In a wrapped VPC, the makers of the members choose the subnets.
	}
	for _, p := range n.parties {
		if len(p.tiers) != 1 || len(p.declaredSubnets) == 0 || within(p.real, n.partyOf[p.tiers[0]]) || p.real.Unsure != "" {
			continue
		}
		t, _ := n.model.Tier(p.tiers[0])
		n.report.Findings = append(n.report.Findings, Finding{
			Network: n.name(), From: t.ID, To: namesOf(p.members), Verdict: Weakened, What: "place", Reason: p.unusual,
			Fix: "move it into the subnets of " + t.ID, At: []diag.Position{t.At},
		})
	}
}

// reportLost reports that a resource lost the group of its tier. It adds one finding, no matter how many flows do not work for it.
func (n *network) reportLost(t arch.Tier, r *cfn.Resource, why string) {
	f := Finding{
		Network: n.name(), From: t.ID, To: r.String(), Verdict: Weakened, What: "membership", At: []diag.Position{t.At},
		Reason: fmt.Sprintf("%s %s, but does not have its security group", r, why), Fix: "give it the group of " + t.ID,
		Steps: []reach.Step{{Control: "security group", Where: r.String(), Rule: "the group of " + t.ID + " is missing", Resource: r}},
	}
	for _, flow := range n.model.Flows {
		from, to := flow.From.Kind.IsTier() && flow.From.Text == t.ID, flow.To.Kind.IsTier() && flow.To.Text == t.ID
		if from || to {
			f.Verdict = Missing
			f.Without = append(f.Without, flow.SubjectString())
		}
	}
	n.report.Findings = append(n.report.Findings, f)
}

// reportLonelyGuests reports guests in the subnets of tiers without members: they probably lost the group of the tier.
func (n *network) reportLonelyGuests(services map[*cfn.Resource]string) {
	if n.model.Network.Wrapped {
		return // Other workloads of a wrapped VPC may be in any subnet.
	}
	hasMembers := map[string]bool{}
	for _, p := range n.parties {
		for _, id := range p.tiers {
			hasMembers[id] = hasMembers[id] || len(p.members) > 0
		}
	}
	for _, g := range n.findGuests() {
		if len(g.tiers) != 1 || hasMembers[g.tiers[0]] || g.class.Outsiders() != "" {
			continue // Outsiders are not members of a tier.
		}
		t, _ := n.model.Tier(g.tiers[0])
		for _, r := range g.class.Members {
			if _, part := n.tierByPath(r, services); !part && !answersOnly[r.Type] {
				n.reportLost(t, r, "is in the subnets of "+t.ID+" (no other resource in the templates belongs to this tier)")
			}
		}
	}
}

// machines lists the types of resources whose interfaces all belong to the same machine, or to several identical machines.
var machines = map[string]bool{
	"AWS::EC2::Instance": true, "AWS::AutoScaling::AutoScalingGroup": true, "AWS::EC2::EC2Fleet": true, "AWS::EC2::SpotFleet": true,
}

// reportSharedMachines reports machines with interfaces of two tiers: traffic that enters through one interface may leave through the
// other.
func (n *network) reportSharedMachines(tiers map[*cfn.Resource][]string) {
	for r := range n.ofType("AWS::EC2::NetworkInterfaceAttachment") {
		machine, attached := referred(r.Get("InstanceId")), referred(r.Get("NetworkInterfaceId"))
		if machine != nil && attached != nil {
			tiers[machine] = union(tiers[machine], tiers[attached])
		}
	}
	for _, r := range slices.SortedFunc(maps.Keys(tiers), func(a, b *cfn.Resource) int { return strings.Compare(a.String(), b.String()) }) {
		of := slices.Sorted(slices.Values(tiers[r]))
		if !machines[r.Type] || len(of) < 2 {
			continue
		}
		var at []diag.Position
		for _, id := range of {
			t, _ := n.model.Tier(id)
			at = append(at, t.At)
		}
		n.report.Findings = append(n.report.Findings, Finding{
			Network: n.name(), From: strings.Join(of, "+"), To: r.String(), Verdict: Weakened, What: "host", At: at,
			Reason: fmt.Sprintf("%s is a member of %s: traffic that enters it from one tier may leave to the other and bypass every control "+
				"between them", r, strings.Join(of, " and ")),
			Fix: "use one machine for each tier",
		})
	}
}
