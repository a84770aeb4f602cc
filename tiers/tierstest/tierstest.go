// Package tierstest helps to test CDK apps that use tierwall. Failures of synthesis become test failures instead of panics.
//
// Importing the package makes CDK faster in the whole test process: it turns off CDK's own template validation, which takes seconds,
// unless the environment variable CDK_VALIDATION is set. CDK's kernel has one thread, so tests that use it must not call t.Parallel.
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
	"slices"
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

// Main runs the tests of a package, removes the temporary files that CDK's kernel leaves behind, and exits. Call it in TestMain.
func Main(m *testing.M) { cdktest.Main(m) }

// App returns an app whose cloud assembly is written to a temporary folder. The folder is removed after the test.
func App(t testing.TB) awscdk.App {
	t.Helper()
	return cdktest.App(t)
}

// Stack returns a stack named "Test" in a new app. Its template is empty until a test adds resources: it has no bootstrap rule and
// parameter, because these change with the version of CDK.
func Stack(t testing.TB) awscdk.Stack {
	t.Helper()
	return cdktest.Stack(t)
}

// Synth synthesizes the app of stack and returns its mistakes as an error, as [tiers.Synth] does.
func Synth(t testing.TB, stack awscdk.Stack) error {
	t.Helper()
	app, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is not in an app", *stack.Node().Path())
	}
	return tiers.Synth(app)
}

// Template synthesizes the app of stack and returns the stack's template, as JSON with sorted keys. If synthesis fails, the test fails.
func Template(t testing.TB, stack awscdk.Stack) []byte {
	t.Helper()
	return templates(t, stack)[""]
}

// templates returns the templates of a stack and of its nested stacks, as cdktest.Templates does.
func templates(t testing.TB, stack awscdk.Stack) map[string][]byte {
	t.Helper()
	if _, ok := stack.Node().Root().(awscdk.App); ok {
		if err := Synth(t, stack); err != nil {
			t.Fatalf("synth:\n%v", err)
		}
	}
	return cdktest.Templates(t, stack)
}

// RequireExact synthesizes the app of stack and proves that its templates carry exactly the traffic that the networks of the app declare.
// If there is a difference, the test fails and shows a packet as a witness, with the rules that decide about it. The test also fails for
// differences that the app acknowledges, unless acknowledged has them: ids of findings without the paths of their networks, such as
// "unprotected[the-internet->LoadBalancer:tcp/443]".
func RequireExact(t testing.TB, stack awscdk.Stack, acknowledged ...string) {
	t.Helper()
	root, ok := stack.Node().Root().(awscdk.App)
	if !ok {
		t.Fatalf("the stack %s is not in an app", *stack.Node().Path())
	}
	synth := Synth(t, stack) // Its error contains the findings of the proof, and may contain others.
	findings, err := prove(*root.Outdir(), acknowledged)
	switch {
	case err != nil && synth != nil:
		t.Fatalf("synth:\n%v", synth)
	case err != nil:
		t.Fatal(err)
	case len(findings) > 0:
		t.Fatalf("the templates do not carry exactly the declared traffic:\n%s", findings)
	case synth != nil:
		t.Fatalf("synth:\n%v", synth)
	}
}

// prove returns the findings of a proof of the cloud assembly in a folder, without those that are acknowledged.
func prove(outdir string, acknowledged []string) (diag.List, error) {
	data, err := os.ReadFile(filepath.Join(outdir, proof.FileName))
	if err != nil {
		return nil, fmt.Errorf("the app has no network, so there is no declaration to prove: %w", err)
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
	return slices.DeleteFunc(report.Diagnostics(), func(d diag.Diagnostic) bool {
		return slices.ContainsFunc(declared.Networks, func(n proof.Network) bool {
			return slices.Contains(acknowledged, d.Within(n.Architecture.Network.Path).AcknowledgeID())
		})
	}), nil
}

// Snapshot synthesizes the app of stack and compares the stack's template with the file testdata/TESTNAME.json, and the templates of its
// nested stacks with files testdata/TESTNAME.NESTED.json. If there is a difference, the test fails. With the flag -update, Snapshot
// writes the files instead. The name of the test is the name of the file, so use a subtest for each stack.
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
	stale, _ := filepath.Glob(base + ".*.json") // Glob fails only for malformed patterns, and this one is well formed.
	for _, file := range stale {
		switch {
		case wanted[file]:
		case *update:
			if err := os.Remove(file); err != nil {
				t.Error(err)
			}
		default:
			t.Errorf("%s is the snapshot of a nested stack that no longer exists; run the test with -update to remove it", file)
		}
	}
}

// compare compares a template with its file, or writes the file with the flag -update.
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
		t.Errorf("there is no snapshot yet: %v; run the test with -update, and review the new file", err)
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
	t.Errorf("%s differs; if the change is intended, run the test with -update, and review the change\n%s", file, diff)
}

// fileName replaces everything except letters, digits, dots and hyphens with underscores.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, name)
}
