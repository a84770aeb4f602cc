// Package examples tests all examples together: with mutants of their templates, with Suricata, with CDK's own validation and with the cdk
// command. By default it takes samples, to be fast. The flags of the tests ask for more.
package examples

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// example is an example that is built, and synthesized into a cloud assembly. The tests of this package share it, and must not change its
// files.
type example struct {
	name    string
	program string
	folder  string // of its cloud assembly
	printed string
}

// examples holds a function for each example, by name. The first call builds and synthesizes the example.
var examples = map[string]func() (*example, error){}

func TestMain(m *testing.M) {
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
		name := filepath.Dir(main)
		examples[name] = sync.OnceValues(func() (*example, error) { return newExample(shared, name) })
	}
	return m.Run()
}

// newExample builds an example and synthesizes it.
func newExample(shared, name string) (*example, error) {
	e := &example{name: name, program: filepath.Join(shared, name), folder: filepath.Join(shared, name+".out")}
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", e.program, "./"+name) // Debug information makes linking slow.
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build ./%s: %w\n%s", name, err, out)
	}
	var err error
	e.printed, err = e.synthesize(e.folder, "CDK_VALIDATION=false")
	return e, err
}

// synthesize runs the example, which writes its cloud assembly to folder. It returns what the example prints.
func (e *example) synthesize(folder string, env ...string) (string, error) {
	var out, failure bytes.Buffer
	cmd := exec.Command(e.program)
	cmd.Env = append(os.Environ(), append(env, "CDK_OUTDIR="+folder)...)
	cmd.Stdout, cmd.Stderr = &out, &failure
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s\n%s", e.name, err, &out, &failure)
	}
	return out.String(), nil
}

// named returns the example of that name.
func named(t *testing.T, name string) *example {
	t.Helper()
	require.Contains(t, examples, name)
	e, err := examples[name]()
	require.NoError(t, err)
	return e
}

// forEach runs a test for each example, in parallel.
func forEach(t *testing.T, test func(t *testing.T, e *example)) {
	t.Helper()
	require.Contains(t, examples, "shop")
	for name := range examples {
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
