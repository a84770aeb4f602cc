package upgrade

import (
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// egressRules are the standalone egress rules of one group that is there before and after the update.
type egressRules struct {
	group         cfn.Value
	before, after []rule
}

// findEgressChanges finds live groups that get their first standalone egress rule, and those that lose their last one.
//
// CloudFormation takes the rule that lets everything out away as it makes a standalone egress rule, whether AWS made it with the
// group or the template states it, and does not bring it back as the last standalone rule goes.
func (u *update) findEgressChanges() {
	groups := map[string]*egressRules{}
	at := func(r rule) *egressRules {
		if groups[r.group] == nil {
			groups[r.group] = &egressRules{group: groupOf(r.owner)}
		}
		return groups[r.group]
	}
	for b := range resources(u.before) {
		if r, ok := u.standalone(b); ok && r.egress {
			at(r).before = append(at(r).before, r)
		}
	}
	for a := range resources(u.after) {
		if r, ok := u.standalone(a); ok && r.egress && !u.isCreated(groupOf(a)) {
			at(r).after = append(at(r).after, r)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		u.checkEgress(groups[name])
	}
}

// groupOf is the group of a standalone rule.
func groupOf(r *cfn.Resource) cfn.Value {
	if id := r.Get("GroupId"); !id.IsMissing() {
		return id
	}
	return r.Get("GroupName")
}

// isCreated reports whether the update makes something that v refers to.
func (u *update) isCreated(v cfn.Value) bool {
	for ref := range v.References() {
		if ref.Kind == cfn.Reference && u.created[ref.Resource] {
			return true
		}
	}
	return false
}

func (u *update) checkEgress(g *egressRules) {
	stated := ownGroup(g.group)
	switch {
	case len(g.before) == 0 && (stated == nil || u.allowsAllEgress(stated)):
		u.reportEgressLost(g, stated)
	case len(g.after) == 0 && u.allStay(g.group) && (stated == nil || u.allowsAllEgress(u.next[stated])):
		u.reportEgressNotRestored(g, stated)
	}
}

// ownGroup returns the group of the templates that v is, nil if it is another one.
func ownGroup(v cfn.Value) *cfn.Resource {
	if v.Kind == cfn.Reference && v.Resource.Type == groupType {
		return v.Resource
	}
	return nil
}

// allStay reports whether nothing that v, a value of before, refers to goes.
func (u *update) allStay(v cfn.Value) bool {
	for ref := range v.References() {
		if ref.Kind != cfn.Reference {
			continue
		}
		if goes, _ := u.isDeleted(ref.Resource); goes {
			return false
		}
	}
	return true
}

// allowsAllEgress reports whether a group lets everything out as its template states it: AWS's own rule does where there is none.
func (u *update) allowsAllEgress(group *cfn.Resource) bool {
	egress := inDirection(u.inline(group), true)
	open := slices.ContainsFunc(egress, func(r rule) bool {
		return r.box[0] == numbers(0, 255) && (r.box[2] == everything4 || r.box[2] == everything6)
	})
	v := group.Get("SecurityGroupEgress")
	return open || v.IsMissing() || v.Kind == cfn.List && len(v.Items) == 0
}

// allowsAllTo reports whether one of the rules lets everything out to a family of addresses, whatever conditions turn out.
func allowsAllTo(rules []rule, family interval) bool {
	return slices.ContainsFunc(rules, func(r rule) bool {
		return r.condition == "" && r.box[0] == numbers(0, 255) && r.box[2] == family
	})
}

// lostEgress names the addresses that a group let everything out to and that its first standalone rules leave out. own is nil for a
// group that is not in the templates.
func (u *update) lostEgress(g *egressRules, own *cfn.Resource) (where string, some bool) {
	let4, let6 := true, true
	if own != nil {
		stated := !isEmpty(own.Get("SecurityGroupEgress"))
		egress := inDirection(u.inline(own), true)
		let4 = !stated || slices.ContainsFunc(egress, func(r rule) bool { return r.box[2] == everything4 })
		let6 = !stated && u.mayHaveIPv6(own.Get("VpcId")) || slices.ContainsFunc(egress, func(r rule) bool { return r.box[2] == everything6 })
	}
	now4, now6 := allowsAllTo(g.after, everything4), allowsAllTo(g.after, everything6)
	switch lost4, lost6 := let4 && !now4, let6 && !now6; {
	case lost4 && now6:
		return " to IPv4 addresses", true
	case lost6 && now4:
		return " to IPv6 addresses", true
	default:
		return "", lost4 || lost6
	}
}

// mayHaveIPv6 reports whether a VPC may have IPv6 addresses: one of the templates has them by resources of their own.
func (u *update) mayHaveIPv6(vpc cfn.Value) bool {
	if vpc.Kind != cfn.Reference || vpc.Resource.Type != "AWS::EC2::VPC" {
		return true
	}
	for _, a := range []*cfn.Assembly{u.before, u.after} {
		for r := range resources(a) {
			block := r.Type == "AWS::EC2::VPCCidrBlock" && plainText(r.Get("VpcId")) == plainText(vpc)
			if block && r.Get("CidrBlock").IsMissing() && r.Get("Ipv4IpamPoolId").IsMissing() {
				return true
			}
		}
	}
	return false
}

// reportEgressLost reports the first standalone egress rules of a live group. own is nil for a group that is not in the templates.
func (u *update) reportEgressLost(g *egressRules, own *cfn.Resource) {
	where, some := u.lostEgress(g, own)
	if !some {
		return
	}
	first := g.after[0]
	fix := "let the group's owner state everything that it needs to reach, then add this rule; acknowledge the finding if AWS's rule is " +
		"gone already"
	if own != nil {
		fix = "state everything that the group needs to reach in its SecurityGroupEgress, this rule included, instead of in a resource of its own"
	}
	reaches := "reaches only " + first.words() + " and what its other rules name"
	if where != "" {
		reaches = "reaches" + strings.TrimPrefix(where, " to") + " only by its other rules"
	}
	u.report("egress-closes", first.owner, diag.Diagnostic{
		Subject: "egress of " + first.group,
		Summary: "the first standalone egress rule of " + plainText(g.group) + " takes away the rule that lets everything out of it" + where,
		Detail: "AWS makes a group with a rule that lets everything out" + onlyIPv6Groups(where) + "; CloudFormation takes it away as it creates " +
			first.owner.ID + ", without saying so: everything that wears the group then " + reaches,
		Fix: fix,
	}, owners(g.after[1:])...)
}

// onlyIPv6Groups says which groups lose something if only IPv6 is lost.
func onlyIPv6Groups(where string) string {
	if where == " to IPv6 addresses" {
		return where + " if its VPC has such"
	}
	return where
}

// reportEgressNotRestored reports that a group loses its last standalone egress rule.
func (u *update) reportEgressNotRestored(g *egressRules, own *cfn.Resource) {
	last := g.before[0]
	fix := "leave one rule; or let the group's owner add the rules that it needs"
	if own != nil {
		fix = "state what the group lets out in its SecurityGroupEgress: all traffic to 0.0.0.0/0, or a rule for 127.0.0.1/32 for nothing"
	}
	u.report("egress-stays-closed", last.owner, diag.Diagnostic{
		Subject: "egress of " + last.group,
		Summary: plainText(g.group) + " loses its last standalone egress rule, and the one that lets everything out does not come back",
		Detail: "CloudFormation took that rule away as it made the first standalone one: without any rule the group lets nothing out, where " +
			"the template now reads as if it let everything out",
		Fix: fix,
	}, owners(g.before[1:])...)
}

func owners(rules []rule) []*cfn.Resource {
	var out []*cfn.Resource
	for _, r := range rules {
		out = append(out, r.owner)
	}
	return out
}
