package arch

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The import rules of the whole module.

const (
	module = "github.com/tierwall/tierwall"
	awscdk = "github.com/aws/aws-cdk-go/awscdk/v2"
)

// inCDK are the internal packages that the constructs are made of.
var inCDK = []string{
	module + "/internal/batch", module + "/internal/bench/byhand", module + "/internal/construct", module + "/internal/report",
	module + "/internal/wiring",
}

// list runs go list at the root of the module.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}

func needsCDK(pkg string) bool {
	return strings.HasPrefix(pkg, "github.com/aws/aws-cdk-go/") || strings.HasPrefix(pkg, "github.com/aws/jsii-runtime-go") ||
		strings.HasPrefix(pkg, "github.com/aws/constructs-go/")
}

func TestPurePackagesNeedNoCDK(t *testing.T) {
	t.Parallel()
	pure := slices.DeleteFunc(list(t, "./internal/..."), func(pkg string) bool {
		return strings.HasPrefix(pkg, module+"/internal/cdktest") || slices.Contains(inCDK, pkg)
	})
	require.Contains(t, pure, module+"/internal/plan")
	if _, err := os.Stat(filepath.Join("..", "..", "main.go")); err == nil {
		pure = append(pure, module)
	}
	pure = append(pure, module+"/tiers/policy") // so that tests of policies need no Node
	needs := list(t, append([]string{"-f", `{{$p := .ImportPath}}{{range .Deps}}{{$p}}:{{.}} {{end}}`}, pure...)...)
	require.NotEmpty(t, needs)
	for _, need := range needs {
		pkg, dep, _ := strings.Cut(need, ":")
		if needsCDK(dep) {
			assert.Fail(t, "a pure package needs the CDK", "%s needs %s", pkg, dep)
		}
	}
}

func TestTiersNeedOnlyEC2(t *testing.T) {
	t.Parallel()
	awsPackages := func(pkgs []string) []string {
		return slices.DeleteFunc(pkgs, func(pkg string) bool { return !strings.HasPrefix(pkg, awscdk) })
	}
	assert.ElementsMatch(t, awsPackages(list(t, "-deps", awscdk+"/awsec2")), awsPackages(list(t, "-deps", module+"/tiers")))
	imports := list(t, "-f", `{{join .Imports " "}}`, module+"/tiers")
	require.Contains(t, imports, awscdk+"/awsec2")
	for _, pkg := range []string{"awsecs", "awsrds", "awslambda", "awsautoscaling", "awselasticloadbalancingv2"} {
		assert.NotContains(t, imports, awscdk+"/"+pkg, "a workload's package is its user's to import")
	}
}

// TestOthersNeedOnlyEC2: users import the packages of the services that they use through endpoints, and that of their EKS cluster.
func TestOthersNeedOnlyEC2(t *testing.T) {
	t.Parallel()
	own := func(pkgs []string) []string {
		return slices.DeleteFunc(pkgs, func(pkg string) bool { return !strings.HasPrefix(pkg, awscdk) })
	}
	for _, pkg := range []string{"/endpoints", "/tiers/pods"} {
		assert.ElementsMatch(t, own(list(t, "-deps", awscdk+"/awsec2")), own(list(t, "-deps", module+pkg)))
	}
}

// public are the packages that users call, each with those of the others that it may import.
var public = map[string][]string{
	"tiers": {"tiers/policy"}, "tiers/policy": nil, "tiers/logs": nil, "tiers/loadbalancer": {"tiers", "tiers/logs"},
	"tiers/tierstest": {"tiers"}, "tiers/watch": {"tiers", "tiers/logs"}, "tiers/watch/response": {"tiers", "firewall", "waf"},
	"tiers/watch/mirror": {"tiers"}, "tiers/proxy": {"tiers"}, "tiers/pods": {"tiers"}, "tiers/verifiedaccess": {"tiers"},
	"firewall": {"tiers", "tiers/logs"}, "waf": {"tiers", "tiers/logs"}, "waf/shield": nil, "endpoints": {"tiers"},
}

// publicPackages lists the packages that users call, by their folders.
func publicPackages(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, pkg := range list(t, "-f", `{{if ne .Name "main"}}{{.ImportPath}}{{end}}`, "./...") {
		folder := strings.TrimPrefix(pkg, module+"/")
		if top, _, _ := strings.Cut(folder, "/"); top != "internal" && top != "examples" {
			out = append(out, folder)
		}
	}
	return out
}

// TestNoImportRunsBackUp: what users call stands on what they do not see, and never the other way round. Tests are free.
func TestNoImportRunsBackUp(t *testing.T) {
	t.Parallel()
	folders := publicPackages(t)
	for _, folder := range folders {
		may, known := public[folder]
		require.True(t, known, "the test does not know which public packages %s may import", folder)
		imported := list(t, "-f", `{{join .Imports " "}}`, module+"/"+folder)
		for _, other := range folders {
			if !slices.Contains(may, other) {
				assert.NotContains(t, imported, module+"/"+other, "%s imports another public package", folder)
			}
		}
	}
	internal := list(t, "-f", `{{join .Imports " "}}`, "./internal/...")
	for _, folder := range folders {
		assert.NotContains(t, internal, module+"/"+folder, "an internal package imports one that users call")
	}
}

// TestOrderOfConstructs: the engine stands on the reports, and what standalone constructs share does not know the engine.
func TestOrderOfConstructs(t *testing.T) {
	t.Parallel()
	below := func(lower string, higher ...string) {
		deps := list(t, "-deps", module+"/"+lower)
		for _, h := range higher {
			assert.NotContains(t, deps, module+"/"+h, "%s needs %s", lower, h)
		}
	}
	below("internal/report", "internal/construct", "internal/wiring")
	below("internal/construct", "internal/wiring")
	below("waf/shield", "internal/wiring", "tiers")
}

// TestEnvironmentComesFirst: the package that prepares a test process must not be initialised after CDK's.
func TestEnvironmentComesFirst(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"os"}, list(t, "-f", `{{join .Imports " "}}`, module+"/internal/cdktest/env"))
}

func TestTopLevel(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("git", "ls-files")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil && os.Getenv("TIERWALL_CI") == "" {
		t.Skip("this is no git checkout, so nobody knows which files belong to it")
	}
	require.NoError(t, err)
	allowed := []string{"tiers", "firewall", "waf", "endpoints", "examples", "internal", "go.mod", "go.sum", "README.md", "main.go", "LICENSE",
		"CHANGELOG.md", "cdk.json"}
	for file := range strings.Lines(string(out)) {
		top, _, _ := strings.Cut(strings.TrimSpace(file), "/")
		assert.True(t, strings.HasPrefix(top, ".") || slices.Contains(allowed, top), top)
	}
}
