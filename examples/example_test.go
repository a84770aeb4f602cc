// Package examples tests all examples together: with mutants of their templates, with Suricata, with CDK's own validation and with the cdk
// command. By default it takes samples, to be fast. The flags of the tests ask for more.
package examples

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// example is an example that is synthesized into a cloud assembly. The tests of this package share it, and must not change its files.
type example struct {
	name    string
	folder  string // of its cloud assembly
	printed string
}

var (
	// names are the names of the examples.
	names []string
	// examples returns the examples by name. The first call synthesizes them.
	examples func() (map[string]*example, error)
)

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("-short leaves out this package: its tests need Node.js")
		return
	}
	os.Exit(withExamples(m))
}

// withExamples runs the tests and removes the examples' files.
func withExamples(m *testing.M) int {
	shared, err := os.MkdirTemp("", "tierwall-examples-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(shared)
	mains, err := filepath.Glob("*/main.go")
	if err != nil {
		log.Fatal(err)
	}
	for _, main := range mains {
		names = append(names, filepath.Dir(main))
	}
	examples = sync.OnceValues(func() (map[string]*example, error) { return synthesizeAll(shared, names) })
	return m.Run()
}

// build builds the example as it is, and returns the file of its program.
func (e *example) build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), e.name)
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, "./"+e.name) // Debug information makes linking slow.
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

// named returns the example of that name.
func named(t *testing.T, name string) *example {
	t.Helper()
	require.Contains(t, names, name)
	all, err := examples()
	require.NoError(t, err)
	require.Contains(t, all, name)
	return all[name]
}

// forEach runs a test for each example, in parallel.
func forEach(t *testing.T, test func(t *testing.T, e *example)) {
	t.Helper()
	require.Contains(t, names, "shop")
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, named(t, name))
		})
	}
}

// templates returns the templates in the folder of a cloud assembly, by file name.
func templates(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.template.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	out := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		out[filepath.Base(file)] = string(data)
	}
	return out
}

// one returns the template of an example with one stack.
func one(t *testing.T, name string) string {
	t.Helper()
	all := templates(t, named(t, name).folder)
	require.Len(t, all, 1)
	for _, template := range all {
		return template
	}
	return ""
}

// conclusion returns the conclusion of CDK's own validation about a cloud assembly. It is empty if the validation did not run.
func conclusion(t *testing.T, folder string) string {
	t.Helper()
	report, err := os.ReadFile(filepath.Join(folder, "validation-report.json"))
	if err != nil {
		return ""
	}
	var parsed struct {
		PluginReports []struct{ PluginName, Conclusion string }
	}
	require.NoError(t, json.Unmarshal(report, &parsed))
	for _, r := range parsed.PluginReports {
		if r.PluginName == "CloudFormation Validate" {
			return r.Conclusion
		}
	}
	if len(parsed.PluginReports) == 0 { // CDK leaves out validators without findings.
		return "success"
	}
	return ""
}
