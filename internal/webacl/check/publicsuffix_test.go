package check

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/publicsuffix"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/packed"
)

var (
	update      = flag.Bool("update", false, "write the list of public suffixes")
	allSuffixes = flag.Bool("suffixes", false, "TestPublicSuffixes asks about the names of all rules; without, every seventh")
)

// listHead stands before the rules.
const listHead = "// This list is subject to the terms of the Mozilla Public License, v. 2.0, https://mozilla.org/MPL/2.0/.\n// It is "

// TestPublicSuffixes compares the list with that of the library, which is not exported, but in one of its tests.
func TestPublicSuffixes(t *testing.T) {
	t.Parallel()
	folder, err := exec.Command("go", "list", "-find", "-f", "{{.Dir}}", "golang.org/x/net/publicsuffix").Output()
	require.NoError(t, err)
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "table_test.go"))
	require.NoError(t, err)
	_, rules, found := strings.Cut(string(source), "var rules = ")
	require.True(t, found)
	rules, _, _ = strings.Cut(rules, "\n}")
	list := listHead + publicsuffix.List.String() + "\n"
	for _, rule := range regexp.MustCompile(`"(.*)",`).FindAllStringSubmatch(rules, -1) {
		list += rule[1] + "\n"
	}
	if *update {
		require.NoError(t, os.WriteFile("publicsuffix.txt.gz", packed.Pack(list), 0o644))
		return // The program still holds the old one.
	}
	assert.True(t, list == publicSuffixes(), "the list is not that of the library; write it with -update")
	assert.Greater(t, strings.Count(publicSuffixes(), "\n"), 10_000)
	_, all, _ := strings.Cut(publicSuffixes(), publicsuffix.List.String()+"\n")
	prefixes := []string{"www.", "a.b.", ".", "*.", "!"}
	for i, rule := range strings.Split(strings.TrimSpace(all), "\n") {
		if i%7 > 0 && !*allSuffixes {
			continue
		}
		name := strings.TrimLeft(rule, "!*.")
		sameAsLibrary(t, name)
		sameAsLibrary(t, prefixes[i%len(prefixes)]+name)
	}
	for _, name := range []string{"ck", "kawasaki.jp", "com", "co.uk"} { // rules of all kinds
		for _, prefix := range prefixes {
			sameAsLibrary(t, prefix+name)
		}
	}
}

// TestPublicSuffix compares with the library for random names.
func TestPublicSuffix(t *testing.T) {
	t.Parallel()
	for _, name := range strings.Split(" . .. com. .com .ck *.ck 10.0.0.1 10.0.0 2001:db8::1 unknown example.unknown", " ") {
		sameAsLibrary(t, name)
	}
	rapid.Check(t, func(r *rapid.T) {
		sameAsLibrary(r, strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"", "com", "uk", "co", "ck", "www", "jp", "kobe", "city", "amazonaws", "compute", "eu-west-1", "example", "s3", "er", "nom", "br", "1",
		}), 1, 5).Draw(r, "labels"), "."))
	})
}

func sameAsLibrary(t require.TestingT, name string) {
	suffix, _ := publicsuffix.PublicSuffix(name)
	require.Equal(t, suffix == name, isPublicSuffix(name), "%q", name)
}
