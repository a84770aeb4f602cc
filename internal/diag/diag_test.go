package diag

import (
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
	assert.Len(t, list, 5, "the list itself stays")
}

func TestErr(t *testing.T) {
	t.Parallel()
	assert.NoError(t, List{{Severity: Warning, Summary: "w"}, {Severity: Finding, Summary: "f"}}.Err())
	err := List{{Severity: Warning, Summary: "w"}, {Summary: "one"}, {Summary: "two"}}.Err()
	assert.EqualError(t, err, "error: one\n\nerror: two")
}
