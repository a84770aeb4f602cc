package arch

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/compiled.txt")

// TestCompiled: what the packages that users call compile is in testdata/compiled.txt, with the reason for each package. The standard
// library and what the CDK compiles anyway are not in it, nor is what a package has from another that users call.
func TestCompiled(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "compiled.txt")
	was, err := os.ReadFile(file)
	require.NoError(t, err)
	reasons := map[string]string{}
	for line := range strings.Lines(string(was)) {
		if name, reason, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			reasons[name] = reason
		}
	}

	folders := publicPackages(t)
	needs := map[string][]string{}
	for _, folder := range folders {
		needs[folder] = compiled(t, folder)
	}
	var b strings.Builder
	for _, folder := range folders {
		fmt.Fprintln(&b, folder)
		for _, pkg := range needs[folder] {
			if slices.ContainsFunc(public[folder], func(other string) bool { return slices.Contains(needs[other], pkg) }) {
				continue
			}
			fmt.Fprintf(&b, "\t%s: %s\n", pkg, reasons[pkg])
			assert.NotEmpty(t, reasons[pkg], "%s now compiles %s; say in %s what for, or find a way without", folder, pkg, file)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
		return
	}
	assert.Equal(t, string(was), b.String(), "run go test ./internal/arch -run TestCompiled -update, and give each new package a reason")
}

// compiled lists what a package compiles beyond the public packages, the standard library and the CDK, by the folders of this module.
func compiled(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	for _, pkg := range append([]string{module + "/" + folder}, packageAt(t, module+"/"+folder).Deps...) {
		if packageAt(t, pkg).Standard {
			continue
		}
		ofCDK := needsCDK(pkg) || strings.HasPrefix(pkg, "github.com/cdklabs/") || strings.HasPrefix(pkg, "github.com/Masterminds/semver/")
		name := strings.TrimPrefix(pkg, module+"/")
		if _, isPublic := public[name]; !ofCDK && !isPublic {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
