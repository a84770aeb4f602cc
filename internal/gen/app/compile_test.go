package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/starter"
)

// root is the folder of this module.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	return dir
}

// oneModule writes the Go files of apps as packages of one module, which uses the source of this module.
func oneModule(t *testing.T, apps map[string][]File) string {
	t.Helper()
	dir := t.TempDir()
	write := func(path string, data []byte) {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, data, 0o644))
	}
	write("go.mod", []byte("module example.com/apps\n\ngo 1.26\n\nrequire github.com/tierwall/tierwall v0.0.0\n\n"+requires+
		"\nreplace github.com/tierwall/tierwall => "+root(t)+"\n"))
	sums, err := os.ReadFile(filepath.Join(root(t), "go.sum"))
	require.NoError(t, err)
	write("go.sum", sums)
	for name, files := range apps {
		for _, f := range files {
			if strings.HasSuffix(f.Path, ".go") {
				write(filepath.Join(name, f.Path), f.Data)
			}
		}
	}
	return dir
}

// goTool runs the go command in a folder, without the network.
func goTool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// starters are the apps of the first documents that "tierwall new" writes.
func starters(t *testing.T) map[string][]File {
	t.Helper()
	apps := map[string][]File{}
	for _, kind := range starter.Kinds() {
		data, err := starter.Write(starter.Answers{
			Kind: kind.Name, Name: "First", Region: "eu-west-1", Account: "111122223333", Gateway: "tgw-0123456789abcdef0", CIDR: "10.0.0.0/16",
		})
		require.NoError(t, err, kind.Name)
		d, problems := document.Parse(document.FileName, data)
		require.False(t, problems.HasErrors(), "%s: %s", kind.Name, problems)
		files, diags := Files(d, options("first", data))
		require.Empty(t, diags.String(), kind.Name)
		apps["new-"+kind.Name] = files
	}
	return apps
}

// TestAppsCompile compiles all golden apps and those of "tierwall new" with their tests, in one build.
func TestAppsCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles packages of CDK")
	}
	t.Parallel()
	apps := starters(t)
	for _, folder := range cases(t) {
		apps[filepath.Base(folder)] = generated(t, folder)
	}
	out, err := goTool(t, oneModule(t, apps), "vet", "./...")
	assert.NoError(t, err, "%s", out)
}
