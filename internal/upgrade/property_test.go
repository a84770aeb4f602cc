package upgrade

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

func render(t require.TestingT, p *plan.Plan) *cfn.Assembly {
	data, _ := plantest.Template(p)
	a, err := cfn.Read(plantest.File, data, nil)
	require.NoError(t, err)
	return a
}

// TestEditsUpdateWithoutGaps edits random architectures as users do, several times, and updates each state to the next.
func TestEditsUpdateWithoutGaps(t *testing.T) {
	t.Parallel()
	names := slices.Sorted(maps.Keys(plantest.Edits))
	updates := 0
	rapid.Check(t, func(t *rapid.T) {
		a := plantest.Architectures(t)
		p, diags := plan.Make(a, plantest.Today)
		if p == nil {
			t.Skip(diags)
		}
		before := render(t, p)
		for range rapid.IntRange(1, 5).Draw(t, "edits") {
			if len(a.Tiers) == 0 {
				return
			}
			next := a
			name := rapid.SampledFrom(names).Draw(t, "edit")
			if a.Network.Inspection != nil && name == "exact subnets for a block" {
				continue // The rules of inspected flows contain these subnets.
			}
			plantest.Edits[name](t, &next)
			q, _ := plan.Make(next, plantest.Today)
			if q == nil {
				continue // The edit is invalid.
			}
			after := render(t, q)
			found, crowded := WithoutQuota(Check(before, after).With(diag.Finding))
			found, imported := WithoutImported(found)
			if want := ImportedEgress(p, q); !slices.Equal(imported, want) {
				t.Fatalf("%s: of imported groups %v is found, not %v", name, imported, want)
			}
			if CrowdedGroups(p, q) {
				found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Rule == "rule-quota" })
			}
			if Homecoming(p, q) {
				found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Rule == "acl-gap" })
			}
			if found = unexpected(found, name); len(found) > 0 {
				t.Fatalf("%s:\n%s", name, found)
			}
			if want := CrowdedACLs(p, q); crowded != want {
				t.Fatalf("%s: %d network ACLs are found to hold too many entries, %d do", name, crowded, want)
			}
			a, p, before = next, q, after
			updates++
		}
	})
	require.Positive(t, updates)
}

// describing lists the edits that change a reason, which is part of the descriptions of rules.
var describing = []string{"another kind", "another reason"}

// unexpected removes the findings that an edit causes on purpose: another path of a tier to the internet, and another
// description of an inline rule.
func unexpected(found diag.List, edit string) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		switch d.Rule {
		case "inspection-jump": // A tier starts or stops facing the internet.
			return slices.Contains([]string{"another kind", "add a flow", "remove a flow", "remove a tier", "swap blocks"}, edit)
		case "rule-gap":
			return slices.Contains(describing, edit) && strings.Contains(d.Detail, "changes its description") &&
				!strings.Contains(d.Detail, "is replaced by")
		}
		return false
	})
}

// CrowdedACLs counts the network ACLs, by direction, that exceed AWS's quota of entries while p is updated to q. Edits
// that replace most of a network ACL's entries do that, whatever the numbers of the entries are.
func CrowdedACLs(p, q *plan.Plan) int {
	was := map[string]plan.NetworkACL{}
	for _, a := range p.NetworkACLs {
		was[a.Key] = a
	}
	crowded := 0
	for _, now := range q.NetworkACLs {
		before, ok := was[now.Key]
		if !ok {
			continue
		}
		for _, sides := range [][2][]plan.Entry{{before.In, now.In}, {before.Out, now.Out}} {
			numbers := map[int]bool{}
			for _, e := range slices.Concat(sides[0], sides[1]) {
				numbers[e.Number] = true
			}
			if len(numbers) > 19 && len(numbers) > max(len(sides[0]), len(sides[1])) {
				crowded++
			}
		}
	}
	return crowded
}

// CrowdedGroups reports whether a group may exceed AWS's quota of rules in one direction while p is updated to q.
// Random architectures may do that, because their quota is raised.
func CrowdedGroups(p, q *plan.Plan) bool {
	type side struct {
		group     string
		direction plan.Direction
	}
	counts, crowded := map[side]int{}, false
	count := func(r plan.Rule) {
		s := side{r.Group, r.Direction}
		counts[s] += max(1, r.Peer.Entries)
		crowded = crowded || counts[s] > 59 // One more rule prevents AWS's own egress rule.
	}
	for _, of := range []*plan.Plan{p, q} {
		for _, g := range of.Groups {
			for _, r := range slices.Concat(g.Ingress, g.Egress) {
				count(r)
			}
		}
		for _, r := range of.Rules {
			count(r.Rule)
		}
	}
	return crowded
}

// Homecoming reports whether the number of a network ACL entry changes, because two entries competed for the same
// number before. It is the only case in which an edit may cause a gap.
func Homecoming(p, q *plan.Plan) bool {
	type place struct {
		acl string
		key plan.EntryKey
	}
	number := map[place]int{}
	for _, a := range p.NetworkACLs {
		for _, e := range a.Entries() {
			number[place{a.Key, e.EntryKey}] = e.Number
		}
	}
	for _, a := range q.NetworkACLs {
		for _, e := range a.Entries() {
			if was, ok := number[place{a.Key, e.EntryKey}]; ok && was != e.Number {
				return true
			}
		}
	}
	return false
}

// WithoutQuota removes the findings about quotas of network ACLs, and counts them.
func WithoutQuota(found diag.List) (diag.List, int) {
	rest := slices.DeleteFunc(slices.Clone(found), func(d diag.Diagnostic) bool { return d.Rule == "acl-quota" })
	return rest, len(found) - len(rest)
}

// WithoutImported removes the findings about the egress of imported groups, and returns the ids of these groups.
func WithoutImported(found diag.List) (rest diag.List, taken []string) {
	for _, d := range found {
		if d.Rule == "egress-closes" || d.Rule == "egress-stays-closed" {
			taken = append(taken, d.ID())
		} else {
			rest = append(rest, d)
		}
	}
	slices.Sort(taken)
	return rest, taken
}

// ImportedEgress returns the ids of the imported groups that get their first egress rule or lose their last one while p
// is updated to q. Their findings are expected: a template does not say that a group had rules of its own before.
func ImportedEgress(p, q *plan.Plan) []string {
	before, after := importedEgress(p), importedEgress(q)
	var out []string
	for group := range after {
		if !before[group] {
			out = append(out, "egress-closes[egress of "+group+"]")
		}
	}
	for group := range before {
		if !after[group] {
			out = append(out, "egress-stays-closed[egress of "+group+"]")
		}
	}
	slices.Sort(out)
	return out
}

// importedEgress returns the imported groups that have egress rules.
func importedEgress(p *plan.Plan) map[string]bool {
	out := map[string]bool{}
	for _, r := range p.Rules {
		if t, _ := p.Model.Tier(r.Group); t.Imported != nil && r.Direction == plan.Egress {
			out[t.Imported.Group.Text] = true
		}
	}
	return out
}
