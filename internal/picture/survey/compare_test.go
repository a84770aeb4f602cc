package survey_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// changeKey is a peer, or two, with a kind of change. The outside has no name in it.
type changeKey struct {
	from, to string
	change   picture.Change
}

// TestCompareDrawsEveryChange makes random edits of random architectures. The picture of the change has exactly the traffic that
// reach.Diff finds, between the same peers, and everything else is as in the picture of the state after.
func TestCompareDrawsEveryChange(t *testing.T) {
	t.Parallel()
	names := slices.Sorted(maps.Keys(plantest.Edits))
	changed := 0
	rapid.Check(t, func(t *rapid.T) {
		old := plantest.Architectures(t)
		if len(old.Tiers) == 0 {
			t.Skip("no tiers")
		}
		next := old
		plantest.Edits[rapid.SampledFrom(names).Draw(t, "edit")](t, &next)
		before, after := surveyOf(t, old), surveyOf(t, next)
		if before == nil || after == nil {
			t.Skip("not valid")
		}
		diff := reach.Diff(before.Topology(), after.Topology())
		got := survey.Compare(*before, *after, diff)
		want, drawn := map[changeKey]traffic.Set{}, map[changeKey]traffic.Set{}
		add := func(m map[changeKey]traffic.Set, k changeKey, s traffic.Set) {
			if !s.IsEmpty() {
				m[k] = m[k].Union(s)
			}
		}
		for _, d := range diff {
			from, to := d.From, d.To
			if len(d.Parts) > 0 && to == reach.DescribeParts(d.Parts) {
				to = ""
			} else if len(d.Parts) > 0 {
				from = ""
			}
			add(want, changeKey{from, to, picture.Added}, d.Allowed)
			add(want, changeKey{from, to, picture.MaybeAdded}, d.Possibly)
			add(want, changeKey{from, to, picture.Removed}, d.Denied)
			add(want, changeKey{from, to, picture.MaybeRemoved}, d.Unsettled)
		}
		for _, c := range got.Changes {
			from, to := c.From, c.To
			if !c.Source.Lane.IsInside() {
				from = ""
			}
			if !c.Target.Lane.IsInside() || isGateway(c.Target) {
				to = ""
			}
			if c.Change != picture.LessInspected {
				add(drawn, changeKey{from, to, c.Change}, c.Traffic)
			}
		}
		require.Len(t, drawn, len(want))
		for k, s := range want {
			require.True(t, s.Equal(drawn[k]), "%+v: %s, drawn %s", k, s, drawn[k])
			changed++
		}
		for _, f := range got.Picture.Flows {
			require.NotNil(t, got.Picture.Box(f.From), f.From)
			require.NotNil(t, got.Picture.Box(f.To), f.To)
		}
	})
	if !testing.Short() { // rapid draws a fifth of the cases, too few to ask what they hold.
		assert.Positive(t, changed)
	}
}

func isGateway(b picture.Box) bool { return slices.Contains(b.Holds, "gateway endpoint") }

// surveyOf returns the survey of an architecture's templates, or nil if it is not valid.
func surveyOf(t require.TestingT, a arch.Architecture) *survey.Survey {
	p, _ := plan.Make(a, plantest.Today)
	if p == nil {
		return nil
	}
	template, declared := plantest.Template(p)
	read, err := cfn.Read(plantest.File, template, &cfn.Options{})
	require.NoError(t, err)
	top, err := proof.Topology(read, declared)
	require.NoError(t, err)
	report, err := proof.Prove(read, declared)
	require.NoError(t, err)
	out := survey.Make(survey.Input{Assembly: read, Topology: top, Declaration: declared, Report: report})
	return &out
}

// TestCompareOfEqualStates draws no change.
func TestCompareOfEqualStates(t *testing.T) {
	t.Parallel()
	s := surveyOf(t, plantest.Large(8))
	got := survey.Compare(*s, *s, reach.Diff(s.Topology(), s.Topology()))
	assert.Empty(t, got.Changes)
	assert.Equal(t, "No traffic changes.", got.Picture.Summary)
	assert.Equal(t, s.Picture.Flows, got.Picture.Flows)
}
