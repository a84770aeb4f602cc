package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// table is the file that the generator writes.
func table(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../keywordtable.go")
	require.NoError(t, err)
	return string(text)
}

// submatches returns the first group of each match in a text, sorted.
func submatches(expression, text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(expression).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return out
}

// versions returns the version of Suricata that the table is from, and the version of the installed one. It skips the test if none is
// installed.
func versions(t *testing.T) (generated, installed string) {
	t.Helper()
	engine.Require(t)
	installed, err := engine.Version()
	require.NoError(t, err)
	generated = submatches(` from Suricata (\d+\.\d+\.\d+)\.`, table(t))[0]
	return generated, installed
}

func major(version string) string { return strings.Split(version, ".")[0] }

// TestUpToDate checks that the table is what the generator writes. Only the Suricata that the table is from can tell: another release may
// accept other values of a keyword, and its table would differ. For other releases, TestKeywords checks what they have in common.
func TestUpToDate(t *testing.T) {
	generated, installed := versions(t)
	if generated != installed {
		if os.Getenv("TIERWALL_CI") == "" {
			t.Skipf("the table is from Suricata %s, and %s is installed", generated, installed)
		}
		t.Logf("the table is from Suricata %s, and %s is installed: only TestKeywords checks the table", generated, installed)
		return
	}
	want, err := generate()
	require.NoError(t, err)
	assert.Equal(t, string(want), table(t), "run go generate ./internal/suricata")
}

// TestKeywords checks that the table and the installed Suricata have the same keywords, and that Suricata has all events of the table. This
// holds for every release of a major version, because keywords change between major versions. The events of the installed rules
// are not all in the table if another release comes with other rules, so the test checks them in one direction.
func TestKeywords(t *testing.T) {
	generated, installed := versions(t)
	if major(generated) != major(installed) {
		if os.Getenv("TIERWALL_CI") != "" {
			t.Fatalf("the table is from Suricata %s, and %s is installed: install a Suricata %s", generated, installed, major(generated))
		}
		t.Skipf("the table is from Suricata %s, and %s is installed", generated, installed)
	}
	keywords, err := list()
	require.NoError(t, err)
	var names []string
	for _, k := range keywords {
		names = append(names, k.name)
	}
	inTable := submatches(`\bname: "([^"]+)"`, table(t))
	assert.Empty(t, without(inTable, names), "keywords of the table that Suricata does not have: run go generate ./internal/suricata")
	assert.Empty(t, without(names, inTable), "keywords of Suricata that the table does not have: run go generate ./internal/suricata")

	events := submatches(`\n\t"([^"]+)",`, table(t))
	require.NotEmpty(t, events)
	known, err := accepted(events)
	require.NoError(t, err)
	assert.Empty(t, without(events, known), "events of the table that Suricata does not have: run go generate ./internal/suricata")
}

// without returns the names of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(name string) bool { return slices.Contains(b, name) })
}
