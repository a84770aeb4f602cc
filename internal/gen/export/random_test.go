package export

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/detail"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestRandomArchitecturesComeBack: a random architecture is the same after the way through its file, and so is its plan. Grants become
// calls, one for each need, and those with symbols are lost with a message.
func TestRandomArchitecturesComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := plantest.Architectures(t)
		d, lost, err := From(proof.Network{Architecture: a})
		require.NoError(t, err)
		read, problems := document.Parse("architecture.yaml", d.Write())
		require.False(t, problems.HasErrors(), "%s\n%s", problems.Error(), d.Write())
		e := read.Environments[0]
		e.Name = "" // The networks have no stages.
		again := e.Document.Architecture(e)
		assert.Equal(t, said(t, expected(a)), said(t, again))
		if len(lost) == 0 {
			again.Network.Dialect = a.Network.Dialect // Both plans speak of Go.
			a.Grants = expected(a).Grants             // Both name grants by their services.
			assert.Empty(t, detail.Changes(planned(a), planned(again)))
		}
		assert.Equal(t, symbols(a), len(lost), "%v", lost)
	})
}

// planned returns the plan of an architecture as tables, or its errors.
func planned(a arch.Architecture) []detail.Table {
	p, diags := plan.Make(a, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if !diags.HasErrors() {
		return detail.Of(p)
	}
	errors := detail.Table{Name: "errors", Columns: []string{"error"}}
	for _, d := range diags.With(diag.Error) {
		errors.Rows = append(errors.Rows, []string{d.Rule + " " + d.Path + " " + d.Summary})
	}
	return []detail.Table{errors}
}

// expected returns what comes back of an architecture.
func expected(a arch.Architecture) arch.Architecture {
	var tiers []string
	a.Flows = distinct(a.Flows)
	a.Network.StackRegion = a.Network.Region() // The environment has it.
	a.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(r arch.TierRole) bool { return strings.Contains(r.ARN, "${Test") })
	for _, r := range a.Roles {
		tiers = append(tiers, r.Tier)
	}
	exceptions := func(f arch.Flow) bool { return f.Exception }
	flows := slices.DeleteFunc(slices.Clone(a.Flows), exceptions)
	a.Flows = append(flows, slices.DeleteFunc(slices.Clone(a.Flows), func(f arch.Flow) bool { return !f.Exception })...)
	var grants []arch.Grant
	for _, g := range a.Grants {
		for _, need := range g.Needs {
			if _, ok := words(need); !ok || need.Service == "" {
				continue
			}
			need.Because = ""
			grants = append(grants, arch.Grant{Tier: g.Tier, Use: "use " + need.Service, Needs: []arch.Need{need}, Roles: g.Roles})
			tiers = append(tiers, g.Tier)
		}
	}
	order := func(tier string) int { return slices.Index(tiers, tier) }
	slices.SortStableFunc(grants, func(a, b arch.Grant) int { return order(a.Tier) - order(b.Tier) })
	slices.SortStableFunc(a.Roles, func(a, b arch.TierRole) int { return order(a.Tier) - order(b.Tier) })
	a.Grants = grants
	return a
}

// distinct returns the flows that a file can have beside each other: the first of those with the same ends and service.
func distinct(flows []arch.Flow) []arch.Flow {
	type key struct {
		from, to  arch.Peer
		service   string
		exception bool
	}
	seen := map[key]bool{}
	return slices.DeleteFunc(slices.Clone(flows), func(f arch.Flow) bool {
		k := key{f.From, f.To, f.Service, f.Exception}
		again := seen[k]
		seen[k] = true
		return again
	})
}

// words reports whether a file can name the resources of a need.
func words(n arch.Need) (string, bool) {
	for _, r := range n.Resources {
		if text, ok := own(r); !ok {
			return text, false
		}
	}
	return "", true
}

// symbols counts what a file cannot say: what only a deployment knows, and flows that are declared again.
func symbols(a arch.Architecture) int {
	n := len(a.Flows) - len(distinct(a.Flows))
	for _, r := range a.Roles {
		if strings.Contains(r.ARN, "${Test") {
			n++
		}
	}
	for _, g := range a.Grants {
		for _, need := range g.Needs {
			if _, ok := words(need); !ok && need.Service != "" {
				n++
			}
		}
	}
	return n
}

// said returns what an architecture says, without the lines that say it. The file's own words for the account and Region are those of the
// environment.
func said(t require.TestingT, a arch.Architecture) string {
	data, err := json.Marshal(a)
	require.NoError(t, err)
	var value any
	require.NoError(t, json.Unmarshal(data, &value))
	removeLines(value)
	data, err = json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	return strings.ReplaceAll(string(data), "${AWS::Region}", a.Network.Region())
}

func removeLines(value any) {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "at")
		for _, v := range value {
			removeLines(v)
		}
	case []any:
		for _, v := range value {
			removeLines(v)
		}
	}
}
