package diag

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDiagnosticString(t *testing.T) {
	t.Parallel()
	d := Diagnostic{
		Severity: Finding, Rule: "expired", Subject: "Shop/Network:Web->App:tcp/443", Path: "Shop/Network tiers.Web -> tiers.App",
		Summary: "the flow has expired", Detail: "its last day was yesterday\nowner: web", Fix: "remove it",
		At: []Position{{"main.go", 7}, {}, {"wire.go", 9}},
	}
	assert.Equal(t, "finding: Shop/Network tiers.Web -> tiers.App: the flow has expired (main.go:7, wire.go:9)\n"+
		"    its last day was yesterday\n    owner: web\n    fix: remove it", d.String())
	assert.Equal(t, "expired[Shop/Network:Web->App:tcp/443]", d.ID())
	assert.Equal(t, "warning: bare", Diagnostic{Severity: Warning, Summary: "bare"}.String())
	assert.Equal(t, "rule", Diagnostic{Rule: "rule"}.ID())
}

func TestSorted(t *testing.T) {
	t.Parallel()
	d := func(s Severity, line int, summary string) Diagnostic {
		return Diagnostic{Severity: s, Summary: summary, At: []Position{{"main.go", line}}}
	}
	list := List{d(Warning, 1, "w"), d(Error, 9, "late"), d(Error, 2, "b"), d(Error, 2, "a"), d(Error, 9, "late")}
	var got []string
	for _, d := range list.Sorted() {
		got = append(got, d.Summary)
	}
	assert.Equal(t, []string{"a", "b", "late", "w"}, got)
	assert.Len(t, list, 5, "the list itself does not change")
}

// The order does not depend on how a list was collected: diagnostics that differ only in their subject have an order, and
// duplicates are removed.
func TestSortedIsOneOrder(t *testing.T) {
	t.Parallel()
	x, y := Diagnostic{Severity: Warning, Subject: "x"}, Diagnostic{Severity: Warning, Subject: "y"}
	want := List{x, y}
	for _, list := range []List{{x, y}, {y, x}, {x, y, x}, {y, x, y, x}} {
		assert.Equal(t, want, list.Sorted())
	}
	assert.Empty(t, List(nil).Sorted())
}

func TestSortedKeepsTheOrderOfFields(t *testing.T) {
	t.Parallel()
	at := func(file string, line int) []Position { return []Position{{file, line}} }
	want := List{ // each row is decided by one field more
		{Severity: Error, At: at("z.go", 9), Path: "z", Rule: "z"},
		{Severity: Finding, At: at("z.go", 9), Path: "z", Rule: "z"},
		{Severity: Warning, Path: "z", Rule: "z"},
		{Severity: Warning, At: at("a.go", 9), Path: "z", Rule: "z"},
		{Severity: Warning, At: at("b.go", 8), Path: "z", Rule: "z"},
		{Severity: Warning, At: at("b.go", 9), Path: "a", Rule: "z"},
		{Severity: Warning, At: at("b.go", 9), Path: "b", Rule: "a"},
		{Severity: Warning, At: at("b.go", 9), Path: "b", Rule: "b", Summary: "a"},
		{Severity: Warning, At: at("b.go", 9), Path: "b", Rule: "b", Summary: "b"},
	}
	backwards := slices.Clone(want)
	slices.Reverse(backwards)
	assert.Equal(t, want, backwards.Sorted())
}

func TestWith(t *testing.T) {
	t.Parallel()
	var l List
	assert.False(t, l.HasErrors())
	l.Add(Diagnostic{Severity: Warning, Summary: "w"})
	l.Add(Diagnostic{Severity: Finding, Summary: "f"})
	assert.False(t, l.HasErrors())
	l.Add(Diagnostic{Summary: "e"})
	assert.True(t, l.HasErrors())
	assert.Equal(t, "warning: w\n\nerror: e", l.With(Error, Warning).String())
	assert.Equal(t, "severity(7)", Severity(7).String())
}

func TestErr(t *testing.T) {
	t.Parallel()
	assert.NoError(t, List(nil).Err())
	assert.NoError(t, List{{Severity: Warning, Summary: "w"}, {Severity: Finding, Summary: "f"}}.Err())
	err := List{{Severity: Warning, Summary: "w"}, {Summary: "one"}, {Summary: "two"}}.Err()
	assert.EqualError(t, err, "error: one\n\nerror: two")
}
