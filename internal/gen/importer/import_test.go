package importer_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/importer"
	"github.com/tierwall/tierwall/internal/gen/stack"
)

var update = flag.Bool("update", false, "write the golden files")

var today = time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)

// TestGolden imports the two examples of the guidance, and one three-tier network in many styles, with and without --exact.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/styles/*")
	require.NoError(t, err)
	seeds, err := filepath.Glob("testdata/seed/*")
	require.NoError(t, err)
	equal := 0
	for _, file := range append(files, seeds...) {
		a, err := cfn.Load([]string{file}, nil)
		require.NoError(t, err, file)
		var text strings.Builder
		for _, exact := range []bool{true, false} {
			d, report := importer.Import(a, importer.Options{Exact: exact, Today: today})
			assert.Empty(t, report.Verdict.Wider, file)
			if exact && d != nil && report.Verdict.IsEqual() {
				equal++
			}
			fmt.Fprintf(&text, "# exact: %v\n%s\n%s", exact, written(d), reported(report))
		}
		compareGolden(t, filepath.Base(file), text.String())
	}
	assert.GreaterOrEqual(t, equal, len(files), "every style comes back equal with --exact")
}

func written(d *document.Document) string {
	if d == nil {
		return "no file\n"
	}
	return string(d.Write())
}

func reported(r importer.Report) string {
	var b strings.Builder
	for _, e := range r.Tiers {
		fmt.Fprintf(&b, "# tier %s: %s of %s: %s\n", e.ID, e.Kind, strings.Join(e.Groups, "+"), e.Why)
	}
	for _, d := range r.Verdict.Narrower {
		fmt.Fprintf(&b, "# narrower: %s\n", d)
	}
	for _, why := range r.Verdict.Unproven {
		fmt.Fprintf(&b, "# unproven: %s\n", why)
	}
	for _, d := range r.Residual {
		fmt.Fprintf(&b, "# residual: %s %s\n", d.At, d.Text)
	}
	for _, a := range r.Assumptions {
		fmt.Fprintf(&b, "# assumed: %s\n", a)
	}
	return b.String() + "\n"
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, name)
}

// TestRoundTrip imports the templates of the documents of the examples: the same tiers come back, and what they carry.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../document/testdata/examples/*.yaml")
	require.NoError(t, err)
	more, err := filepath.Glob("../document/testdata/*.yaml")
	require.NoError(t, err)
	made := 0
	equal := []string{
		"examples/containers.yaml", "examples/eks.yaml", "examples/layered-security-groups.yaml", "examples/network-firewall.yaml",
		"examples/proxy.yaml", "examples/response.yaml", "examples/several-stacks.yaml", "examples/shop.yaml", "examples/vpc-endpoints.yaml",
		"examples/workloads.yaml", "testdata/eks.yaml", "testdata/internal-service-tgw.yaml", "testdata/lambda-api.yaml", "testdata/shop.yaml",
	}
	for _, file := range append(files, more...) {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d, problems := document.Parse(file, data)
		require.False(t, problems.HasErrors(), problems.Error())
		e := d.Environments[0]
		s, _ := stack.Make(e.Document, e, ".json", today)
		if s == nil {
			continue // Only a CDK app can have it.
		}
		made++
		folder := t.TempDir()
		again, report := importer.Import(templates(t, s, folder), importer.Options{Exact: true, Today: today})
		var ids []string
		for _, e := range report.Tiers {
			ids = append(ids, e.ID)
		}
		for _, tier := range d.Tiers {
			if tier.Import == nil {
				assert.Contains(t, ids, tier.ID, file)
			}
		}
		assert.Empty(t, report.Verdict.Wider, file)
		short := filepath.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file))
		assert.Equal(t, slices.Contains(equal, short), again != nil && report.Verdict.IsEqual(), file)
		if again != nil {
			assertSamePlaces(t, d, s, again)
			assertNoMore(t, d, again, file)
			assertNoneLost(t, report, file)
		}
		assert.NotNil(t, again, "%s has no document: %v", file, report.Residual)
		name := "roundtrip-" + strings.TrimPrefix(filepath.Base(filepath.Dir(file))+"-", "testdata-") + filepath.Base(file)
		compareGolden(t, name, written(again)+strings.ReplaceAll(reported(report), folder+"/", ""))
	}
	assert.Greater(t, made, 4)
}

// assertSamePlaces asserts that the tiers of a VPC of the document's own are in the subnets where they were.
func assertSamePlaces(t *testing.T, d *document.Document, s *stack.Stack, again *document.Document) {
	t.Helper()
	if d.Network.VPC != nil || d.Network.IPAM != nil {
		return
	}
	byID := map[string]document.Tier{}
	for _, tier := range again.Tiers {
		byID[tier.ID] = tier
	}
	for _, was := range d.Tiers {
		if d.Name == "Containers" && was.ID == "Kubectl" {
			continue // Nothing in the template has its group, and its flows would pass from the subnets of the nodes too: the report says so.
		}
		tier := byID[was.ID]
		if tier.SharesWith != "" {
			tier = byID[tier.SharesWith]
		}
		assert.Len(t, tier.Subnets, len(s.Declaration.Networks[0].Tiers[was.ID].Subnets), "%s of %s", was.ID, d.Name)
	}
}

// assertNoMore asserts that no flow between tiers, and none with the internet, comes back that was not there.
func assertNoMore(t *testing.T, d, again *document.Document, file string) {
	t.Helper()
	was := map[string]bool{}
	for _, f := range slices.Concat(d.Flows, d.Exceptions) {
		was[f.From+" -> "+f.To] = true
	}
	isObserved := d.Inspection != nil && d.Inspection.Mode == "observe" // Then flows to domains are open to the internet.
	ends := map[string]bool{"internet": !isObserved}
	for _, tier := range d.Tiers {
		ends[tier.ID] = tier.Import == nil
	}
	for _, f := range slices.Concat(again.Flows, again.Exceptions) {
		if ends[f.From] && ends[f.To] && f.Because != incidental {
			assert.True(t, was[f.From+" -> "+f.To], "%s has %s", file, f.Key())
		}
	}
}

// assertNoneLost asserts that only what endpoints, and flows to domains behind a firewall, carry does not come back.
func assertNoneLost(t *testing.T, report importer.Report, file string) {
	t.Helper()
	for _, less := range report.Verdict.Narrower {
		isName := strings.HasPrefix(less.To, "domain ") || strings.HasPrefix(less.To, "com.amazonaws.")
		isControl := isName || strings.Contains(less.To, "Endpoint-")
		assert.True(t, isControl, "%s lost %s", file, less)
	}
}

// incidental is the reason of what --exact keeps although no rule names the other end.
const incidental = "rules on addresses meet"

// templates reads the templates of a stack from files, as the nested ones need.
func templates(t *testing.T, s *stack.Stack, folder string) *cfn.Assembly {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(folder, s.File), s.Template.Encode(s.File), 0o600))
	for name, nested := range s.Template.Nested {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nested.Encode(name), 0o600))
	}
	a, err := cfn.Load([]string{filepath.Join(folder, s.File)}, nil)
	require.NoError(t, err)
	return a
}
