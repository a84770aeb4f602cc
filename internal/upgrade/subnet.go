package upgrade

import (
	"net/netip"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// subnetBlock is an address block of a subnet, in the VPC and address range that space names.
type subnetBlock struct {
	space  string
	prefix netip.Prefix
}

// blocks returns the blocks of a subnet. It returns none for other resources.
func (u *update) blocks(r *cfn.Resource) []subnetBlock {
	if r.Type != subnetType {
		return nil
	}
	var out []subnetBlock
	for _, name := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		v := r.Get(name)
		b := subnetBlock{space: u.markedText(r.Get("VpcId"))}
		switch block := v.Block(); {
		case block != nil:
			b.space, b.prefix = b.space+"\x00"+block.Base, block.Prefix
		case v.Kind == cfn.Text:
			b.prefix, _ = netip.ParsePrefix(v.Text)
		}
		if b.prefix.IsValid() {
			b.prefix = b.prefix.Masked()
			out = append(out, b)
		}
	}
	return out
}

// findOverlaps finds new subnets whose blocks overlap with those of subnets that still exist.
func (u *update) findOverlaps() {
	held := map[subnetBlock]*cfn.Resource{}
	within := map[subnetBlock]*cfn.Resource{} // by block: a subnet inside it
	for b := range resources(u.before) {
		for _, block := range u.blocks(b) {
			held[block] = b
			for p := range enclosing(block) {
				within[p] = b
			}
		}
	}
	for r := range resources(u.after) {
		if !u.created[r] || u.failing[r] {
			continue
		}
		for _, block := range u.blocks(r) {
			if former := overlapping(block, held, within); former != nil && !differentConditions(former, r) {
				u.reportOverlap(former, r, block.prefix)
				break
			}
		}
	}
}

func overlapping(block subnetBlock, held, within map[subnetBlock]*cfn.Resource) *cfn.Resource {
	if r := within[block]; r != nil {
		return r
	}
	for p := range enclosing(block) {
		if r := held[p]; r != nil {
			return r
		}
	}
	return nil
}

// enclosing yields the block and all blocks that contain it.
func enclosing(b subnetBlock) func(func(subnetBlock) bool) {
	return func(yield func(subnetBlock) bool) {
		for bits := b.prefix.Bits(); bits >= 0; bits-- {
			p, err := b.prefix.Addr().Prefix(bits)
			if err != nil || !yield(subnetBlock{b.space, p}) {
				return
			}
		}
	}
}

func (u *update) reportOverlap(former, now *cfn.Resource, block netip.Prefix) {
	u.failing[now] = true
	goes, retained := u.isDeleted(former)
	fix := "use a free block"
	switch {
	case retained:
		fix += "; " + former.ID + " is retained and keeps its block permanently"
	case goes:
		fix += "; or deploy twice: first without " + former.String() + ", after moving everything out of it, then with " + now.String()
	}
	summary := now.ID + " takes the block " + block.String() + " while " + former.String() + " still holds addresses in it"
	if c := u.replaced[now]; u.next[former] == now {
		summary = now.ID + " is replaced because " + c.property + " changes from " + quote(c.from) + " to " + quote(c.to) +
			", and the replacement takes the block " + block.String() + " while the former resource still holds it"
	}
	u.report("key-collision", now, diag.Diagnostic{
		Summary: summary,
		Detail:  "CloudFormation creates before it deletes; AWS answers InvalidSubnet.Conflict and the update is rolled back",
		Fix:     fix,
	}, former)
}
