package upgrade

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// entry is one entry of a network ACL.
type entry struct {
	resource *cfn.Resource
	allow    bool
	box      box
}

// aclDirection is one direction of a network ACL that is there before and after the update.
type aclDirection struct {
	acl           string // its text
	egress        bool
	before, after []*cfn.Resource
}

// usable entries of a network ACL and direction: AWS's own one that denies the rest counts against the quota.
const (
	defaultEntries = 19
	raisedEntries  = 39 // if the account's quota is raised as far as AWS does
)

// checkEntries checks how network ACLs get from their entries before to those after.
func (u *update) checkEntries() {
	places := map[string]*aclDirection{}
	u.collectEntries(places, u.before, func(p *aclDirection, r *cfn.Resource) { p.before = append(p.before, r) })
	u.collectEntries(places, u.after, func(p *aclDirection, r *cfn.Resource) { p.after = append(p.after, r) })
	for _, name := range slices.Sorted(maps.Keys(places)) {
		u.entryQuota(places[name])
		u.entryGaps(places[name])
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
		// The text of a network ACL that is made anew is not that of the former one.
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

// entryQuota finds network ACLs that hold too many entries, after the update or while those that go are still there.
func (u *update) entryQuota(p *aclDirection) {
	var fresh []*cfn.Resource
	for _, r := range p.after {
		if u.created[r] {
			fresh = append(fresh, r)
		}
	}
	peak, settled := len(p.before)+len(fresh), max(len(p.before), len(p.after))
	if c := (counts{before: len(p.before), peak: peak, after: len(p.after)}); len(fresh) == 0 || !c.exceeds(defaultEntries) {
		return
	}
	when, doubt := "during the update", "unless the account's quota was raised"
	fix := "deploy twice: first without the network ACL and its associations (of a tierwall network: NetworkACLs: tiers.NetworkACLsOff), " +
		"then with it as it is to be; between the two the subnets have the VPC's default one, which lets everything through, and the security " +
		"groups still tell; or have the quota raised"
	if peak == settled {
		when, fix = "after the update", "merge ports into ranges or blocks into larger ones; or have the quota raised"
	}
	switch {
	case peak > raisedEntries:
		doubt = "even where the quota was raised to 40, the most there is"
	case settled > defaultEntries && peak > settled:
		doubt = "the account's quota was raised, and how far is not known"
	}
	u.report("acl-quota", fresh[0], diag.Diagnostic{
		Subject: p.acl + ":" + p.word(),
		Summary: fmt.Sprintf("the network ACL %s has %d %s entries %s", p.acl, peak, p.word(), when),
		Detail: fmt.Sprintf("there are %d before and %d after it, and CloudFormation creates before it deletes; AWS's quota "+
			"(\"Rules per network ACL\") is 20, its own "+
			"entry that denies the rest included, "+
			"and it answers NetworkAclEntryLimitExceeded: %s", len(p.before), len(p.after), doubt),
		Fix: fix,
	})
}

// entryGaps finds traffic that a network ACL lets through before and after the update but not all the way: an entry changes
// in place before another one takes over. Of network ACLs that deny something nothing is said.
func (u *update) entryGaps(p *aclDirection) {
	var kept []box // all the way: what does not change, and what goes last
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
		u.entryGap(p, before[u.former[e.resource]], e, slices.Concat(changed, coming), kept)
	}
}

// entryGap looks for who takes over what an entry lets through until it changes.
func (u *update) entryGap(p *aclDirection, was, is entry, others []entry, kept []box) {
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
			Summary: "the update of " + is.resource.ID + " interrupts " + p.word() + " traffic that the network ACL lets through before and after",
			Detail:  was.words() + " gives way to " + is.words() + ", perhaps before " + o.resource.ID + " lets through " + o.words(),
			Fix: "let " + is.resource.ID + " depend on " + o.resource.ID + " (DependsOn); or deploy twice: first with an entry of a free number " +
				"for " + was.words() + ", then without it",
		}, was.resource, o.resource)
		return // One says it all.
	}
}

// entry reads an entry. Of what only a deployment can tell to be one, nothing is said.
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

// entryProperty gives the properties of an entry by the names that those of a security group's rule have.
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
