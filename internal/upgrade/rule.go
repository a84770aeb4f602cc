package upgrade

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// Rules of a group in the template are revoked and authorised in one update of the group, one after the other; those that
// are resources of their own are made before others are deleted.

// rules finds traffic that both states let through and the way between them does not, and rules that cannot be made.
func (u *update) rules() {
	old := map[string]*reach.Group{}
	for _, g := range u.beforeTop.Groups {
		old[g.Name] = g
	}
	for _, now := range u.afterTop.Groups {
		was := old[now.Name]
		if was == nil || now.Resource != nil && u.isCreated(now.Resource) {
			continue
		}
		u.side(now, "ingress", was.Ingress, now.Ingress)
		u.side(now, "egress", was.Egress, now.Egress)
	}
}

// side compares the rules of one direction of a group.
func (u *update) side(g *reach.Group, direction string, before, after []reach.Rule) {
	for _, r := range after {
		if r.Resource == nil {
			continue
		}
		inline := r.Resource == g.Resource
		for _, o := range before {
			if o.Resource == nil || !u.sameKey(o, r) {
				continue
			}
			was := o.Resource.Type == "AWS::EC2::SecurityGroup"
			switch {
			case was && inline && o.Text != r.Text:
				u.add(g.Resource, "rule-gap", fmt.Sprintf("%s %s with %s is cut for a moment", direction, r.Traffic, r.Peer),
					fmt.Sprintf("the rule's description changes from %q to %q: CloudFormation revokes the rule and authorises it again", o.Text, r.Text),
					"leave the description; or deploy twice: first a rule of its own that covers the same traffic with one more port, then this change", o.Resource)
			case was && !inline && r.Resource.Stack == g.Resource.Stack:
				u.add(r.Resource, "rule-gap", fmt.Sprintf("%s %s with %s is cut for a moment", direction, r.Traffic, r.Peer),
					fmt.Sprintf("the rule moves out of %s: the group loses it before the resource of its own is made", g.Name),
					"leave it in the group; or deploy twice: first a rule of its own that covers the same traffic with one more port, then this change", o.Resource)
			case was && !inline, !was && inline, !was && !inline && o.Resource.String() != r.Resource.String():
				k := key{what: fmt.Sprintf("the %s rule of %s for %s with %s", direction, g.Name, r.Traffic, r.Peer), answer: "InvalidPermission.Duplicate"}
				u.collide(r.Resource, o.Resource, k)
			}
		}
	}
	u.gaps(g, direction, before, after)
}

// sameKey reports whether EC2 takes both for one rule.
func (u *update) sameKey(o, r reach.Rule) bool {
	return o.Traffic.Equal(r.Traffic) && u.samePeer(o.Peer, r.Peer)
}

func (u *update) samePeer(o, r reach.Peer) bool {
	if o.Group != nil && r.Group != nil {
		return o.Group.Name == r.Group.Name && (r.Group.Resource == nil || !u.isCreated(r.Group.Resource))
	}
	return o.Group == nil && r.Group == nil && o.Block == r.Block && o.List == r.List
}

// gaps finds traffic of inline rules that go, which only inline rules let through that come in the same update.
func (u *update) gaps(g *reach.Group, direction string, before, after []reach.Rule) {
	stays := func(o reach.Rule) bool {
		return slices.ContainsFunc(after, func(r reach.Rule) bool { return u.sameKey(o, r) && o.Text == r.Text })
	}
	var kept, come []reach.Rule
	for _, r := range after {
		if slices.ContainsFunc(before, func(o reach.Rule) bool { return u.sameKey(o, r) && o.Text == r.Text }) {
			kept = append(kept, r)
		} else if r.Resource == g.Resource && g.Resource != nil {
			come = append(come, r)
		}
	}
	for _, o := range before {
		if o.Resource == nil || o.Resource.Type != "AWS::EC2::SecurityGroup" || stays(o) {
			continue
		}
		for _, r := range come {
			if u.sameKey(o, r) {
				continue // Its description changes, which is told of already.
			}
			traffic := o.Traffic.Intersect(r.Traffic)
			if traffic.IsEmpty() || !u.peersOverlap(o.Peer, r.Peer) {
				continue
			}
			if slices.ContainsFunc(kept, func(k reach.Rule) bool {
				return k.Traffic.Contains(traffic) && (u.covers(k.Peer, o.Peer) || u.covers(k.Peer, r.Peer))
			}) {
				continue
			}
			u.add(g.Resource, "rule-gap", fmt.Sprintf("%s %s with %s is cut for a moment", direction, traffic, r.Peer),
				fmt.Sprintf("the rule for %s with %s goes and the one for %s with %s comes in one update of the group: CloudFormation revokes the one and authorises the other", o.Traffic, o.Peer, r.Traffic, r.Peer),
				"deploy twice: first with both rules, then without the old one", o.Resource)
		}
	}
}

func (u *update) peersOverlap(a, b reach.Peer) bool {
	if a.Block.IsValid() && b.Block.IsValid() {
		return a.Block.Base == b.Block.Base && a.Block.Prefix.Overlaps(b.Block.Prefix)
	}
	return u.samePeer(a, b)
}

// covers reports whether everything in b is in a.
func (u *update) covers(a, b reach.Peer) bool {
	if a.Block.IsValid() && b.Block.IsValid() {
		return a.Block.Base == b.Block.Base && a.Block.Prefix.Bits() <= b.Block.Prefix.Bits() && a.Block.Prefix.Overlaps(b.Block.Prefix)
	}
	return u.samePeer(a, b)
}

// show writes a value for people.
func show(v cfn.Value) string {
	if v.IsMissing() {
		return "none"
	}
	if text, literal := v.Literal(); literal {
		return strconv.Quote(text)
	}
	return v.String()
}
