package upgrade

import (
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// egressRules holds the standalone egress rules of one group that exists before and after the update.
type egressRules struct {
	group         cfn.Value
	before, after []rule
}

// findEgressChanges finds existing groups that get their first standalone egress rule, and groups that lose their last
// one.
//
// When CloudFormation creates a standalone egress rule, it removes the rule that allows all egress, whether AWS added
// it to the group or the template states it. When the last standalone rule is deleted, CloudFormation does not restore
// that rule.
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

// groupOf returns the group of a standalone rule.
func groupOf(r *cfn.Resource) cfn.Value {
	if id := r.Get("GroupId"); !id.IsMissing() {
		return id
	}
	return r.Get("GroupName")
}

// isCreated reports whether the update creates a resource that v refers to.
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

// ownGroup returns the security group that v refers to, or nil if the group is not in the templates.
func ownGroup(v cfn.Value) *cfn.Resource {
	if v.Kind == cfn.Reference && v.Resource.Type == groupType {
		return v.Resource
	}
	return nil
}

// allStay reports whether the update deletes no resource that v, a value of the state before, refers to.
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

// allowsAllEgress reports whether a group allows all egress, as its template states it. Without any stated rule, AWS's
// own rule does.
func (u *update) allowsAllEgress(group *cfn.Resource) bool {
	egress := inDirection(u.inline(group), true)
	open := slices.ContainsFunc(egress, func(r rule) bool {
		return r.box[0] == numbers(0, 255) && (r.box[2] == everything4 || r.box[2] == everything6)
	})
	v := group.Get("SecurityGroupEgress")
	return open || v.IsMissing() || v.Kind == cfn.List && len(v.Items) == 0
}

// allowsAllTo reports whether one of the rules unconditionally allows all traffic to a family of addresses.
func allowsAllTo(rules []rule, family interval) bool {
	return slices.ContainsFunc(rules, func(r rule) bool {
		return r.condition == "" && r.box[0] == numbers(0, 255) && r.box[2] == family
	})
}

// lostEgress describes the addresses that the group could reach before and that its first standalone rules do not
// allow. The group own is nil if it is not in the templates.
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

// mayHaveIPv6 reports whether a VPC may have IPv6 addresses. A VPC of the templates gets them through resources of
// their own.
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

// reportEgressLost reports the first standalone egress rules of an existing group. The group own is nil if it is not in
// the templates.
func (u *update) reportEgressLost(g *egressRules, own *cfn.Resource) {
	where, some := u.lostEgress(g, own)
	if !some {
		return
	}
	first := g.after[0]
	fix := "make the group's owner add a rule for everything that the group needs to reach, then add this rule; acknowledge the finding " +
		"if AWS's rule " +
		"no longer exists"
	if own != nil {
		fix = "state everything that the group needs to reach in its SecurityGroupEgress, including this rule, instead of using a separate " +
			"resource"
	}
	reaches := "can send only " + first.words() + " and what its other rules allow"
	if where != "" {
		reaches = "reaches" + strings.TrimPrefix(where, " to") + " only through its other rules"
	}
	u.report("egress-closes", first.owner, diag.Diagnostic{
		Subject: "egress of " + first.group,
		Summary: "the first standalone egress rule of " + plainText(g.group) + " removes the rule that allows all egress" + where,
		Detail: "AWS creates a group with a rule that allows all egress" + onlyIPv6Groups(where) +
			"; CloudFormation silently removes it when it creates " +
			first.owner.ID + ": every member of the group then " + reaches,
		Fix: fix,
	}, owners(g.after[1:])...)
}

// onlyIPv6Groups names the groups that lose something, if only IPv6 egress is lost.
func onlyIPv6Groups(where string) string {
	if where == " to IPv6 addresses" {
		return where + " if its VPC has IPv6 addresses"
	}
	return where
}

// reportEgressNotRestored reports that a group loses its last standalone egress rule.
func (u *update) reportEgressNotRestored(g *egressRules, own *cfn.Resource) {
	last := g.before[0]
	fix := "keep one rule; or make the group's owner add the rules that it needs"
	if own != nil {
		fix = "state the allowed egress in the group's SecurityGroupEgress: all traffic to 0.0.0.0/0, or only 127.0.0.1/32 to allow nothing"
	}
	u.report("egress-stays-closed", last.owner, diag.Diagnostic{
		Subject: "egress of " + last.group,
		Summary: plainText(g.group) + " loses its last standalone egress rule, but the rule that allows all egress is not restored",
		Detail: "CloudFormation removed that rule when it created the first standalone one: without any rule the group allows no egress, " +
			"although " +
			"the template now looks as if it allowed all egress",
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
