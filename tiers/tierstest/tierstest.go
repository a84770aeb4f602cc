// Package tierstest helps to test CDK apps that use tierwall: fast, with failures as test failures instead of panics.
//
// Importing it speeds CDK up in the whole test process: CDK's own template validation, which takes seconds, is off unless
// the environment variable CDK_VALIDATION is set. CDK's kernel has one thread, so tests that use it must not call
// t.Parallel.
//
//	func TestMain(m *testing.M) { tierstest.Main(m) }
//
//	func TestNetwork(t *testing.T) {
//		stack := tierstest.Stack(t)
//		wireShop(stack)
//		tierstest.RequireExact(t, stack)
//		tierstest.Snapshot(t, stack)
//	}
package tierstest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/pmezard/go-difflib/difflib"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/tiers"
)

var update = flag.Bool("update", false, "rewrite the snapshots of tierstest.Snapshot")

// Main is for a package's TestMain: it runs the tests and removes the temporary files that CDK's kernel leaves behind.
func Main(m *testing.M) { cdktest.Main(m) }

// App returns an app whose cloud assembly goes to a temporary folder that is removed after the test.
func App(t testing.TB) awscdk.App {
	t.Helper()
	return cdktest.App(t)
}

// Stack returns a stack named "Test" in an app of its own. Its template holds nothing but what is put into it: no
// bootstrap rule and parameter, which change with the version of CDK.
func Stack(t testing.TB) awscdk.Stack {
	t.Helper()
	return cdktest.Stack(t)
}

// Synth synthesizes the app that stack is in and returns its findings as an error, as [tiers.Synth] does.
func Synth(t testing.TB, stack awscdk.Stack) error {
	t.Helper()
	app, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is in no app", *stack.Node().Path())
	}
	return tiers.Synth(app)
}

// Template synthesizes the app that stack is in and returns the stack's template, as JSON with sorted keys. A failing
// synth fails the test.
func Template(t testing.TB, stack awscdk.Stack) []byte {
	t.Helper()
	return templates(t, stack)[""]
}

func templates(t testing.TB, stack awscdk.Stack) map[string][]byte {
	t.Helper()
	if _, ok := stack.Node().Root().(awscdk.App); ok {
		if err := Synth(t, stack); err != nil {
			t.Fatalf("synth:\n%v", err)
		}
	}
	return cdktest.Templates(t, stack)
}

// RequireExact synthesizes the app that stack is in and proves that its templates carry exactly what all of its networks
// declare. Every difference fails the test with a witness and the rules that decide, also one that the app acknowledges.
func RequireExact(t testing.TB, stack awscdk.Stack) {
	t.Helper()
	root, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is in no app", *stack.Node().Path())
	}
	synth := Synth(t, stack) // Its findings are those of the proof, and maybe more.
	findings, err := prove(*root.Outdir())
	switch {
	case err != nil && synth != nil:
		t.Fatalf("synth:\n%v", synth)
	case err != nil:
		t.Fatal(err)
	case len(findings) > 0:
		t.Fatalf("the templates carry something else than was declared:\n%s", findings)
	case synth != nil:
		t.Fatalf("synth:\n%v", synth)
	}
}

func prove(outdir string) (diag.List, error) {
	data, err := os.ReadFile(filepath.Join(outdir, proof.FileName))
	if err != nil {
		return nil, fmt.Errorf("the app has no network that says what was declared: %w", err)
	}
	declared, err := proof.Decode(data)
	if err != nil {
		return nil, err
	}
	assembly, err := cfn.Load([]string{outdir}, nil)
	if err != nil {
		return nil, err
	}
	report, err := proof.Prove(assembly, declared)
	if err != nil {
		return nil, err
	}
	return report.Diagnostics(), nil
}

// Snapshot holds the stack's template, and those of its nested stacks, against the files testdata/TESTNAME.json and
// testdata/TESTNAME.NESTED.json. Any difference fails the test; with the flag -update the files are rewritten. A call to
// it per test is enough for one stack; for several stacks use subtests.
func Snapshot(t testing.TB, stack awscdk.Stack) {
	t.Helper()
	base := filepath.Join("testdata", fileName(t.Name()))
	wanted := map[string]bool{}
	for nested, got := range templates(t, stack) {
		file := base + ".json"
		if nested != "" {
			file = base + "." + fileName(nested) + ".json"
		}
		wanted[file] = true
		compare(t, file, got)
	}
	stale, _ := filepath.Glob(base + ".*.json") // The pattern is well formed.
	for _, file := range stale {
		switch {
		case wanted[file]:
		case *update:
			if err := os.Remove(file); err != nil {
				t.Error(err)
			}
		default:
			t.Errorf("%s is the snapshot of a nested stack that is not there any more; run the test with -update", file)
		}
	}
}

func compare(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("there is no snapshot yet: %v; run the test with -update and read what it wrote", err)
		return
	}
	if string(want) == string(got) {
		return
	}
	diff, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: difflib.SplitLines(string(want)), B: difflib.SplitLines(string(got)), FromFile: file, ToFile: "synthesized", Context: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s differs; if that is meant, run the test with -update and read what changed\n%s", file, diff)
}

// fileName keeps letters, digits, dots and hyphens of a name.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, name)
}
