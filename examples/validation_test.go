package examples

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var all = flag.Bool("all", false, "run each example as its own program, with CDK's validation and the cdk command; without, only the shop")

// TestValidates runs CDK's own validation, with its default rules as errors. The templates are the same with and without it.
func TestValidates(t *testing.T) {
	rules, err := json.Marshal(map[string]any{"@aws-cdk/core:validateAgainstDefaultRules": true})
	require.NoError(t, err)
	if !*all {
		t.Skip("-all runs CDK's validation")
	}
	forEach(t, func(t *testing.T, e *example) {
		folder := again(t, e, "CDK_VALIDATION=true", "CDK_CONTEXT_JSON="+string(rules))
		assert.Equal(t, "success", conclusion(t, folder), "CDK's validation did not run, or found errors")
	})
}

// TestTemplates: an example alone writes the same templates as all of them in one program, also if the app is synthesized twice. They hold
// no tokens of CDK and no lines of source code.
func TestTemplates(t *testing.T) {
	forEach(t, func(t *testing.T, e *example) {
		for name, template := range templates(t, e.folder) {
			assert.NotContains(t, template, "Token[", name)
			assert.NotContains(t, template, ".go:", "%s: source lines stay out of templates", name)
		}
		twice, err := filepath.Abs("testdata/twice.js")
		require.NoError(t, err)
		folder := again(t, e, "CDK_VALIDATION=false", "NODE_OPTIONS=--require="+twice)
		for _, file := range []string{"manifest.json", "tree.json"} {
			assert.Equal(t, read(t, filepath.Join(e.folder, file)), read(t, filepath.Join(folder, file)), file)
		}
	})
}

// again runs the program of an example, and requires the same templates. It returns the folder of the new cloud assembly.
func again(t *testing.T, e *example, env ...string) string {
	t.Helper()
	if e.name != "shop" && !*all {
		t.Skip("only the shop runs alone; -all runs each example")
	}
	folder := t.TempDir()
	run := exec.Command(e.build(t))
	// CDK's kernel leaves files in TMPDIR.
	run.Env = append(os.Environ(), append(env, "CDK_OUTDIR="+folder, "TMPDIR="+t.TempDir())...)
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, templates(t, e.folder), templates(t, folder))
	return folder
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(data)
}

// TestReadable: each example prints what was derived. The output of the shop fits a page and has no trailing spaces.
func TestReadable(t *testing.T) {
	forEach(t, func(t *testing.T, e *example) { assert.Contains(t, e.printed, "derived: ") })
	shop := named(t, "shop").printed
	assert.Less(t, strings.Count(shop, "\n"), 170)
	for line := range strings.Lines(shop) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), 100, line)
		assert.Equal(t, strings.TrimRight(line, " \n"), strings.TrimRight(line, "\n"))
	}
}

// TestCdkSynth synthesizes the shop with the real cdk command, in the way of cdk.json.
func TestCdkSynth(t *testing.T) {
	if !*all {
		t.Skip("-all runs the cdk command")
	}
	cdk, err := exec.LookPath("cdk")
	if err != nil {
		if os.Getenv("TIERWALL_CI") != "" {
			t.Fatal("the cdk command is missing, and CI must not skip it")
		}
		t.Skip("the cdk command is not in the PATH; npm install --global aws-cdk")
	}
	program, out := named(t, "shop").build(t), t.TempDir()
	text, err := exec.Command(cdk, "synth", "--quiet", "--app", program, "--output", out).CombinedOutput()
	require.NoError(t, err, string(text))
	template, err := os.ReadFile(filepath.Join(out, "Shop.template.json"))
	require.NoError(t, err)
	var parsed struct{ Resources map[string]any }
	require.NoError(t, json.Unmarshal(template, &parsed))
	assert.Greater(t, len(parsed.Resources), 70)
}
