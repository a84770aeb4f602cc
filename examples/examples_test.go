// Package examples holds every example against judges that the tests beside them leave out for speed.
package examples

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// judge is CDK's own validation in its report.
const judge = "CloudFormation Validate"

// run synthesizes an example as a user does and returns its assembly's templates, and the judge's conclusion if it ran.
func run(t *testing.T, program string, env ...string) map[string]string {
	t.Helper()
	out := t.TempDir()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), append(env, "CDK_OUTDIR="+out)...)
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
	assert.Contains(t, string(text), "derived: ")
	files, err := filepath.Glob(filepath.Join(out, "*.template.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	templates := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		templates[filepath.Base(file)] = string(data)
	}
	if report, err := os.ReadFile(filepath.Join(out, "validation-report.json")); err == nil {
		var parsed struct {
			PluginReports []struct{ PluginName, Conclusion string }
		}
		require.NoError(t, json.Unmarshal(report, &parsed))
		for _, r := range parsed.PluginReports {
			if r.PluginName == judge {
				templates[judge] = r.Conclusion
			}
		}
		if len(parsed.PluginReports) == 0 { // CDK leaves out judges that have nothing to say.
			templates[judge] = "success"
		}
	}
	return templates
}

func build(t *testing.T, example string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), example)
	out, err := exec.Command("go", "build", "-o", program, "./"+example).CombinedOutput()
	require.NoError(t, err, string(out))
	return program
}

func all(t *testing.T) []string {
	t.Helper()
	mains, err := filepath.Glob("*/main.go")
	require.NoError(t, err)
	var names []string
	for _, main := range mains {
		names = append(names, filepath.Dir(main))
	}
	require.Contains(t, names, "shop")
	return names
}

// TestValidates runs CDK's own validation with its default rules as errors, and synthesizes three times: the same bytes.
func TestValidates(t *testing.T) {
	for _, example := range all(t) {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			program := build(t, example)
			rules, err := json.Marshal(map[string]any{"@aws-cdk/core:validateAgainstDefaultRules": true})
			require.NoError(t, err)
			first := run(t, program, "CDK_VALIDATION=true", "CDK_CONTEXT_JSON="+string(rules))
			assert.Equal(t, "success", first[judge], "CDK's validation did not run, or found errors")
			delete(first, judge)
			for range 2 {
				again := run(t, program, "CDK_VALIDATION=false", "CDK_CONTEXT_JSON="+string(rules))
				delete(again, judge)
				assert.Equal(t, first, again)
			}
			for name, template := range first {
				assert.NotContains(t, template, "Token[", name)
				assert.NotContains(t, template, ".go:", "%s: source lines stay out of templates", name)
			}
		})
	}
}

// TestReadable: what an example prints fits a page and has no trailing spaces.
func TestReadable(t *testing.T) {
	program := build(t, "shop")
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "CDK_VALIDATION=false", "CDK_OUTDIR="+t.TempDir())
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Less(t, strings.Count(string(out), "\n"), 140)
	for line := range strings.Lines(string(out)) {
		assert.LessOrEqual(t, len(line), 180, line)
		assert.Equal(t, strings.TrimRight(line, " \n"), strings.TrimRight(line, "\n"))
	}
}

// TestCdkSynth has the real cdk command synthesize the shop, in the way of cdk.json.
func TestCdkSynth(t *testing.T) {
	cdk, err := exec.LookPath("cdk")
	if err != nil {
		if os.Getenv("TIERWALL_CI") != "" {
			t.Fatal("the cdk command is missing, and CI must not skip it")
		}
		t.Skip("the cdk command is not in the PATH; npm install --global aws-cdk")
	}
	program, out := build(t, "shop"), t.TempDir()
	text, err := exec.Command(cdk, "synth", "--quiet", "--app", program, "--output", out).CombinedOutput()
	require.NoError(t, err, string(text))
	template, err := os.ReadFile(filepath.Join(out, "Shop.template.json"))
	require.NoError(t, err)
	var parsed struct{ Resources map[string]any }
	require.NoError(t, json.Unmarshal(template, &parsed))
	assert.Greater(t, len(parsed.Resources), 70)
}
