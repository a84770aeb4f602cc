package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// direct are the modules that the code of an app imports.
var direct = []string{
	"github.com/aws/aws-cdk-go/awscdk/v2", "github.com/aws/constructs-go/constructs/v10", "github.com/aws/jsii-runtime-go",
}

// TestRequires: an app gets the versions of this module's own go.mod, for all modules that an app and the command need and no others.
func TestRequires(t *testing.T) {
	t.Parallel()
	out, err := goTool(root(t), "list", "-mod=readonly", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}",
		".", "./tiers/...", "./firewall/...", "./waf/...", "./endpoints/...")
	require.NoError(t, err, out)
	needed := strings.Fields(out)
	mod, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	require.NoError(t, err)
	var own, others []string
	for line := range strings.Lines(string(mod)) {
		words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(line), "// indirect"))
		if len(words) != 2 || !strings.HasPrefix(words[1], "v") || !slices.Contains(needed, words[0]) {
			continue
		}
		if slices.Contains(direct, words[0]) {
			own = append(own, "\t"+words[0]+" "+words[1]+"\n")
		} else {
			others = append(others, "\t"+words[0]+" "+words[1]+" // indirect\n")
		}
	}
	slices.Sort(others)
	want := "require (\n" + strings.Join(own, "") + ")\n\nrequire (\n" + strings.Join(others, "") + ")\n"
	if *update {
		require.NoError(t, os.WriteFile("requires.txt", []byte(want), 0o644))
		return
	}
	assert.Equal(t, want, requires, "run go test -update")
}
