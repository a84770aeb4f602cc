package arch

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// listed is a package as go list shows it.
type listed struct {
	ImportPath, Name string
	Imports, Deps    []string
	Standard         bool
}

// goList lists the packages of the module and all that they need, once.
var goList = sync.OnceValues(func() (map[string]listed, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Name,Imports,Deps,Standard", "./...", awscdk+"/awsec2")
	cmd.Dir = filepath.Join("..", "..")
	text, err := cmd.Output()
	out := map[string]listed{}
	for decoder := json.NewDecoder(bytes.NewReader(text)); err == nil && decoder.More(); {
		var one listed
		err = decoder.Decode(&one)
		out[one.ImportPath] = one
	}
	return out, err
})

// packageAt returns a package by its import path.
func packageAt(t *testing.T, path string) listed {
	t.Helper()
	all, err := goList()
	require.NoError(t, err)
	require.Contains(t, all, path)
	return all[path]
}

// packagesBelow returns the import paths of the module's packages in a folder, sorted. An empty folder is the whole module.
func packagesBelow(t *testing.T, folder string) []string {
	t.Helper()
	all, err := goList()
	require.NoError(t, err)
	var out []string
	for path := range all {
		if strings.HasPrefix(path+"/", strings.TrimSuffix(module+"/"+folder, "/")+"/") {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func needsCDK(pkg string) bool {
	return strings.HasPrefix(pkg, "github.com/aws/aws-cdk-go/") || strings.HasPrefix(pkg, "github.com/aws/jsii-runtime-go") ||
		strings.HasPrefix(pkg, "github.com/aws/constructs-go/")
}

func TestPurePackagesNeedNoCDK(t *testing.T) {
	t.Parallel()
	pure := slices.DeleteFunc(packagesBelow(t, "internal"), func(pkg string) bool {
		return strings.HasPrefix(pkg, module+"/internal/cdktest") || slices.Contains(inCDK, pkg)
	})
	require.Contains(t, pure, module+"/internal/plan")
	if _, err := os.Stat(filepath.Join("..", "..", "main.go")); err == nil {
		pure = append(pure, module)
	}
	pure = append(pure, module+"/tiers/policy") // so that tests of policies need no Node
	for _, pkg := range pure {
		for _, dep := range packageAt(t, pkg).Deps {
			if needsCDK(dep) {
				assert.Fail(t, "a pure package needs the CDK", "%s needs %s", pkg, dep)
			}
		}
	}
}

func TestTiersNeedOnlyEC2(t *testing.T) {
	t.Parallel()
	needsOnlyEC2(t, "tiers")
	imports := packageAt(t, module+"/tiers").Imports
	require.Contains(t, imports, awscdk+"/awsec2")
	for _, pkg := range []string{"awsecs", "awsrds", "awslambda", "awsautoscaling", "awselasticloadbalancingv2"} {
		assert.NotContains(t, imports, awscdk+"/"+pkg, "a workload's package is its user's to import")
	}
}

// TestOthersNeedOnlyEC2: users import the packages of the services that they use through endpoints, and that of their EKS cluster.
func TestOthersNeedOnlyEC2(t *testing.T) {
	t.Parallel()
	needsOnlyEC2(t, "endpoints")
	needsOnlyEC2(t, "tiers/pods")
}

// needsOnlyEC2 asserts that a package needs what the CDK's package for EC2 needs, and no more of the CDK.
func needsOnlyEC2(t *testing.T, folder string) {
	t.Helper()
	ofCDK := func(pkg string) []string {
		needed := append([]string{pkg}, packageAt(t, pkg).Deps...)
		return slices.DeleteFunc(needed, func(dep string) bool { return !strings.HasPrefix(dep, awscdk) })
	}
	assert.ElementsMatch(t, ofCDK(awscdk+"/awsec2"), ofCDK(module+"/"+folder))
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
	for _, pkg := range packagesBelow(t, "") {
		folder := strings.TrimPrefix(pkg, module+"/")
		top, _, _ := strings.Cut(folder, "/")
		if packageAt(t, pkg).Name != "main" && top != "internal" && top != "examples" {
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
		imported := packageAt(t, module+"/"+folder).Imports
		for _, other := range folders {
			if !slices.Contains(may, other) {
				assert.NotContains(t, imported, module+"/"+other, "%s imports another public package", folder)
			}
		}
	}
	for _, pkg := range packagesBelow(t, "internal") {
		for _, folder := range folders {
			assert.NotContains(t, packageAt(t, pkg).Imports, module+"/"+folder, "%s imports a package that users call", pkg)
		}
	}
}

// TestOrderOfConstructs: the engine stands on the reports, and what standalone constructs share does not know the engine.
func TestOrderOfConstructs(t *testing.T) {
	t.Parallel()
	below := func(lower string, higher ...string) {
		deps := packageAt(t, module+"/"+lower).Deps
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
	assert.Equal(t, []string{"os"}, packageAt(t, module+"/internal/cdktest/env").Imports)
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
