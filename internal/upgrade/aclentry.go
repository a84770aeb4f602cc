package upgrade

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// entry is an entry of a network ACL.
type entry struct {
	resource *cfn.Resource
	allow    bool
	box      box
}

// aclDirection holds the entries of one direction of a network ACL that exists before and after the update.
type aclDirection struct {
	acl           string // the text of the network ACL
	egress        bool
	before, after []*cfn.Resource
}

// checkEntries checks the transition of network ACLs from their entries before to those after.
func (u *update) checkEntries() {
	places := map[string]*aclDirection{}
	u.collectEntries(places, u.before, func(p *aclDirection, r *cfn.Resource) { p.before = append(p.before, r) })
	u.collectEntries(places, u.after, func(p *aclDirection, r *cfn.Resource) { p.after = append(p.after, r) })
	for _, name := range slices.Sorted(maps.Keys(places)) {
		u.checkEntryQuota(places[name])
		u.checkEntryGaps(places[name])
	}
}

func (u *update) collectEntries(places map[string]*aclDirection, a *cfn.Assembly, put func(*aclDirection, *cfn.Resource)) {
	for r := range resources(a) {
		if r.Type != "AWS::EC2::NetworkAclEntry" {
			continue
		}
		egress, known := r.Get("Egress").Bool()
		if !known && !r.Get("Egress").IsMissing() {
			continue
		}
		// A network ACL that is replaced has a different text.
		acl := u.markedText(r.Get("NetworkAclId"))
		name := fmt.Sprint(acl, " ", egress)
		if places[name] == nil {
			places[name] = &aclDirection{acl: acl, egress: egress}
		}
		put(places[name], r)
	}
}

func (p *aclDirection) word() string {
	if p.egress {
		return "outbound"
	}
	return "inbound"
}

// checkEntryQuota finds network ACLs with too many entries, after the update or during it, while deleted entries still
// exist.
func (u *update) checkEntryQuota(p *aclDirection) {
	var created []*cfn.Resource
	for _, r := range p.after {
		if u.created[r] {
			created = append(created, r)
		}
	}
	peak, settled := len(p.before)+len(created), max(len(p.before), len(p.after))
	if c := (counts{before: len(p.before), peak: peak, after: len(p.after)}); len(created) == 0 || !c.exceeds(catalog.EntriesPerACL) {
		return
	}
	when, doubt := "during the update", "unless the account's quota was raised"
	fix := "deploy twice: first without the network ACL and its associations (in a tierwall network: networkACLs: none in " +
		"architecture.yaml, or NetworkACLs: tiers.NetworkACLsOff in Go), then with the new network ACL; in between, the subnets use the " +
		"VPC's default one, which allows all traffic, and the security groups still apply; or request a higher quota"
	if peak == settled {
		when, fix = "after the update", "merge ports into ranges or blocks into larger ones; or request a higher quota"
	}
	switch {
	case peak > catalog.RaisedEntriesPerACL:
		doubt = "even if the quota was raised to 40, its maximum"
	case settled > catalog.EntriesPerACL && peak > settled:
		doubt = "the account's quota was raised, but its new value is unknown"
	}
	u.report("acl-quota", created[0], diag.Diagnostic{
		Subject: p.acl + ":" + p.word(),
		Summary: fmt.Sprintf("the network ACL %s has %d %s entries %s", p.acl, peak, p.word(), when),
		Detail: fmt.Sprintf("there are %d entries before and %d after the update, and CloudFormation creates before it deletes; AWS's quota "+
			"(\"Rules per network ACL\") is 20, including its own "+
			"entry that denies the rest, "+
			"and it answers NetworkAclEntryLimitExceeded: %s", len(p.before), len(p.after), doubt),
		Fix: fix,
	})
}

// checkEntryGaps finds traffic that a network ACL allows before and after the update, but not all the time in between:
// an entry changes in place before another entry allows its traffic. Network ACLs with entries that deny something are
// not checked.
func (u *update) checkEntryGaps(p *aclDirection) {
	var kept []box // allowed all the time: unchanged entries, and those deleted last
	before := map[*cfn.Resource]entry{}
	for _, r := range p.before {
		e, ok := u.entry(r)
		if !ok || !e.allow {
			return
		}
		before[r] = e
		if next := u.next[r]; next == nil || u.created[next] {
			kept = append(kept, e.box)
		}
	}
	var changed, coming []entry
	for _, r := range p.after {
		e, ok := u.entry(r)
		if !ok || !e.allow {
			return
		}
		switch {
		case u.created[r]:
			coming = append(coming, e)
		case before[u.former[r]].box.key() == e.box.key():
			kept = append(kept, e.box)
		default:
			changed = append(changed, e)
		}
	}
	for _, e := range changed {
		u.checkEntryGap(p, before[u.former[e.resource]], e, slices.Concat(changed, coming), kept)
	}
}

// checkEntryGap finds the entries that allow the traffic of an entry after it changed.
func (u *update) checkEntryGap(p *aclDirection, was, is entry, others []entry, kept []box) {
	kept = append(slices.Clone(kept), is.box)
	var late []entry
	for _, o := range others {
		switch {
		case o.resource == is.resource:
		case dependsOn(is.resource, o.resource):
			kept = append(kept, o.box)
		default:
			late = append(late, o)
		}
	}
	for _, o := range late {
		common, ok := was.box.meet(o.box)
		if !ok || common.covered(kept) {
			continue
		}
		u.report("acl-gap", is.resource, diag.Diagnostic{
			Summary: "the update of " + is.resource.ID + " interrupts " + p.word() + " traffic that the network ACL allows before and after",
			Detail:  was.words() + " is replaced by " + is.words() + ", perhaps before " + o.resource.ID + " allows " + o.words(),
			Fix: "make " + is.resource.ID + " depend on " + o.resource.ID + " (DependsOn); or deploy twice: first add an entry with a free number " +
				"for " + was.words() + ", then remove it",
		}, was.resource, o.resource)
		return // One finding is enough.
	}
}

// entry reads an entry. It returns false if only a deployment can tell what the entry is.
func (u *update) entry(r *cfn.Resource) (entry, bool) {
	name := "CidrIp"
	block := r.Get("CidrBlock")
	if block.IsMissing() {
		name, block = "CidrIpv6", r.Get("Ipv6CidrBlock")
	}
	if block.IsMissing() {
		return entry{}, false
	}
	b, ok := boxOf(entryProperty(r), u.peerInterval(block, name))
	return entry{resource: r, allow: r.Get("RuleAction").Text == "allow", box: b}, ok
}

// entryProperty returns the properties of an entry under the names that a security group rule uses.
func entryProperty(r *cfn.Resource) func(string) cfn.Value {
	return func(name string) cfn.Value {
		ports, icmp := r.Get("PortRange"), r.Get("Icmp")
		switch {
		case name == "IpProtocol":
			return r.Get("Protocol")
		case name == "FromPort" && !icmp.IsMissing():
			return icmp.Get("Type")
		case name == "FromPort":
			return ports.Get("From")
		case !icmp.IsMissing():
			return icmp.Get("Code")
		}
		return ports.Get("To")
	}
}

// words names the entry: "tcp/443 from 10.0.0.0/8".
func (e entry) words() string {
	block := e.resource.Get("CidrBlock")
	if block.IsMissing() {
		block = e.resource.Get("Ipv6CidrBlock")
	}
	direction := " from "
	if egress, _ := e.resource.Get("Egress").Bool(); egress {
		direction = " to "
	}
	return trafficText(entryProperty(e.resource)) + direction + plainText(block)
}
