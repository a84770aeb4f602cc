package app

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/owned"
	"github.com/tierwall/tierwall/internal/gen/starter"
)

// root is the folder of this module.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	return dir
}

// keep is for tools that judge the golden apps.
var keep = flag.String("apps", "", "a folder in which TestAppsCompile writes the module of all apps, for go vet and other tools")

// oneModule writes the Go files of apps as packages of one module, which uses the source of this module.
func oneModule(t *testing.T, dir string, apps map[string][]owned.File) {
	t.Helper()
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
			if strings.HasSuffix(f.Path, ".go") || strings.Contains(f.Path, "rules/") {
				write(filepath.Join(name, f.Path), f.Data)
			}
		}
	}
}

// rulesIn returns the files of firewall rules beside a document.
func rulesIn(t *testing.T, folder string) []owned.File {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "rules", "*"))
	require.NoError(t, err)
	var files []owned.File
	for _, name := range found {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		files = append(files, owned.File{Path: "rules/" + filepath.Base(name), Data: data})
	}
	return files
}

// goTool runs the go command in a folder, without the network.
func goTool(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// starters are the apps of the first documents that "tierwall new" writes.
func starters(t *testing.T) map[string][]owned.File {
	t.Helper()
	apps := map[string][]owned.File{}
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

// TestAppsCompile checks the types of all golden apps and of those of "tierwall new", with their tests. With -apps, go vet compiles them.
func TestAppsCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles packages of CDK")
	}
	t.Parallel()
	apps := starters(t)
	for _, folder := range cases(t) {
		apps[filepath.Base(folder)] = append(generated(t, folder), rulesIn(t, folder)...)
	}
	if *keep == "" {
		packages := compiledPackages(t)
		for name, files := range apps {
			compiles(t, files, packages, name)
		}
		return
	}
	oneModule(t, *keep, apps)
	out, err := goTool(*keep, "vet", "./...")
	assert.NoError(t, err, "%s", out)
}
