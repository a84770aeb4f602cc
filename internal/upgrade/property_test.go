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
				continue // Rules of inspected flows name the one or the other.
			}
			plantest.Edits[name](t, &next)
			q, _ := plan.Make(next, plantest.Today)
			if q == nil {
				continue // The model refuses it.
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

// describing are the edits that change a reason, which is what the descriptions of rules say.
var describing = []string{"another kind", "another reason"}

// unexpected leaves out what an edit asks for: another description of an inline rule, and, of exact subnets, which go with
// the zones in their order, another zone.
func unexpected(found diag.List, edit string) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		switch d.Rule {
		case "inspection-jump": // A tier comes to face the internet, or ceases to.
			return slices.Contains([]string{"another kind", "add a flow", "remove a flow", "remove a tier", "swap blocks"}, edit)
		case "key-collision":
			return edit == "other zones" && strings.Contains(d.Summary, "because AvailabilityZone changes") &&
				strings.Contains(d.Detail, "InvalidSubnet.Conflict")
		case "rule-gap":
			return slices.Contains(describing, edit) && strings.Contains(d.Detail, "changes its description") &&
				!strings.Contains(d.Detail, "is replaced by")
		}
		return false
	})
}

// CrowdedACLs counts the network ACLs, by direction, that hold more entries than AWS's quota while p is updated to q. Edits
// that exchange most of a network ACL do that, whatever the numbers of entries are.
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

// CrowdedGroups reports whether a group may hold more rules in one direction than AWS's quota while p is updated to q, which random
// architectures may, as their quota is raised.
func CrowdedGroups(p, q *plan.Plan) bool {
	type side struct {
		group     string
		direction plan.Direction
	}
	counts, crowded := map[side]int{}, false
	count := func(r plan.Rule) {
		s := side{r.Group, r.Direction}
		counts[s] += max(1, r.Peer.Entries)
		crowded = crowded || counts[s] > 59 // One more keeps AWS's own egress rule away.
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

// Homecoming reports whether an entry of a network ACL has another number after an update than before it: two had one home. It is
// the one case in which an edit may gap.
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

// WithoutQuota takes the findings of crowded network ACLs out, and counts them.
func WithoutQuota(found diag.List) (diag.List, int) {
	rest := slices.DeleteFunc(slices.Clone(found), func(d diag.Diagnostic) bool { return d.Rule == "acl-quota" })
	return rest, len(found) - len(rest)
}

// WithoutImported takes the findings of what imported groups let out out, and returns their ids.
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

// ImportedEgress returns the ids of what is to be found of imported groups that get their first egress rule or lose their last
// one while p is updated to q: a template does not tell that a group had rules of its own before.
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

// importedEgress are the imported groups that have egress rules.
func importedEgress(p *plan.Plan) map[string]bool {
	out := map[string]bool{}
	for _, r := range p.Rules {
		if t, _ := p.Model.Tier(r.Group); t.Imported != nil && r.Direction == plan.Egress {
			out[t.Imported.Group.Text] = true
		}
	}
	return out
}
