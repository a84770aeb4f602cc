package upgrade

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

const prefixListType = "AWS::EC2::PrefixList"

// findPrefixListResizes finds prefix lists whose size and entries change together, which AWS rejects.
func (u *update) findPrefixListResizes() {
	for r := range resources(u.after) {
		b := u.former[r]
		if b == nil || u.created[r] || r.Type != prefixListType {
			continue
		}
		from, to := b.Get("MaxEntries"), r.Get("MaxEntries")
		if u.markedText(from) == u.markedText(to) || u.markedText(b.Get("Entries")) == u.markedText(r.Get("Entries")) {
			continue
		}
		first, then := "the new size", "the new entries"
		was, okWas := from.Int()
		is, okIs := to.Int()
		if okWas && okIs && is < was {
			first, then = then, first
		}
		u.report("prefix-list-resize", r, diag.Diagnostic{
			Summary: "the size and the entries of " + r.ID + " change in one update",
			Detail: fmt.Sprintf("MaxEntries changes from %s to %s; AWS answers "+
				"\"You cannot modify the entries and the maximum entries for the prefix list in the same request\"",
				plainText(from), plainText(to)),
			Fix: "deploy twice: first with " + first + ", then with " + then,
		}, b)
	}
}

// entriesOf returns how many rules a prefix list counts as: its maximum of entries for a list of the templates, its
// weight for a list of AWS. An unknown list counts as at least one.
func (u *update) entriesOf(v cfn.Value, region, family string) int {
	if id, ok := v.Literal(); ok {
		if catalog.IsCloudFrontPrefixList(id) {
			return countIf(family == "IPv4") * catalog.CloudFrontPrefixListWeight
		}
		service, _ := catalog.PrefixListService(id, region)
		return catalog.PrefixListWeight(service)
	}
	if v.Kind != cfn.Reference || v.Resource.Type != prefixListType {
		return 1
	}
	if of, ok := v.Resource.Get("AddressFamily").Literal(); ok && !strings.EqualFold(of, family) {
		return 0
	}
	most, _ := v.Resource.Get("MaxEntries").Int()
	return max(1, most, len(v.Resource.Get("Entries").Items))
}
