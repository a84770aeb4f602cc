package export

import (
	"cmp"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/app"
	"github.com/tierwall/tierwall/internal/gen/apptest"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/report/suppressed"
)

var all = flag.Bool("all", false, "TestAppsComeBack synthesizes all apps; without, a seventh of the files and the shop")

// TestAppsComeBack synthesizes apps and compares them, all in one build: generated apps of the files in testdata/roundtrip, the examples of
// this module, and generated apps of the files that the examples are exported to.
func TestAppsComeBack(t *testing.T) {
	if testing.Short() {
		t.Skip("synthesizes with CDK")
	}
	t.Parallel()
	docs, apps := roundTrips(t), map[string]apptest.App{}
	if !*all {
		for i, name := range slices.Sorted(maps.Keys(docs)) {
			if i%7 != 0 {
				delete(docs, name)
			}
		}
	}
	for name, d := range docs {
		apps[name] = generated(t, d)
	}
	examples := examples
	if !*all {
		examples = examples[:1]
	}
	for _, x := range examples {
		apps["hand-"+x.name], apps["made-"+x.name] = x.byHand(t), x.fromFile(t)
	}
	folders := apptest.Synthesize(t, apps)
	for name, d := range docs {
		t.Run(name, func(t *testing.T) { fileComesBack(t, d, folders[name]) })
	}
	for _, x := range examples {
		t.Run(x.name, func(t *testing.T) { x.compare(t, folders["hand-"+x.name], folders["made-"+x.name]) })
	}
}

// fileComesBack: an export of the app of a file says in each environment what the file says. TestFilesSayEverything holds that the files
// have every key and every word of the format.
func fileComesBack(t *testing.T, d *document.Document, folder string) {
	t.Helper()
	want, got := d.Environments, exported(t, folder).Environments
	require.Len(t, got, len(want))
	for i := range want {
		assert.Equal(t, string(plain(want[i])), string(plain(got[i])), want[i].Name)
	}
}

// roundTrips returns the documents in testdata/roundtrip by their names.
func roundTrips(t *testing.T) map[string]*document.Document {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "roundtrip", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	docs := map[string]*document.Document{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d, problems := document.Parse(file, data)
		require.Empty(t, problems.Error())
		docs[strings.TrimSuffix(filepath.Base(file), ".yaml")] = d
	}
	return docs
}

// generated returns the generated app of a document.
func generated(t *testing.T, d *document.Document) apptest.App {
	t.Helper()
	files, diags := app.Files(d, app.Options{Module: "example.com/app", Version: "v0.9.0", Source: document.FileName})
	require.Empty(t, diags.String())
	out := map[string][]byte{}
	for _, f := range files {
		out[f.Path] = f.Data
	}
	return apptest.Generated(out)
}

// exported returns the document of a cloud assembly. All that it cannot say is made in workloads.go.
func exported(t *testing.T, dir string) *document.Document {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, proof.FileName))
	require.NoError(t, err)
	declared, err := proof.Decode(data)
	require.NoError(t, err)
	var docs []*document.Document
	for _, n := range declared.Networks {
		d, lost, err := From(n)
		require.NoError(t, err)
		for _, l := range append(lost, StandAlone(declared)...) {
			assert.Contains(t, l.What, "is made in Go; make it in workloads.go")
		}
		docs = append(docs, d)
	}
	var networks []string
	for _, n := range declared.Networks {
		networks = append(networks, n.Architecture.Network.Path)
	}
	acknowledged, err := suppressed.Read(dir)
	require.NoError(t, err)
	Acknowledge(docs, networks, acknowledged)
	merged, ok := Merge(docs)
	require.True(t, ok)
	read, problems := document.Parse(document.FileName, merged.Write())
	require.Empty(t, problems.Error())
	return read
}

// plain returns the file of one environment. Load balancers, web ACLs and resources are in the order of their names, and each control says
// itself whether it is for production: a document has several ways to say that.
func plain(e document.Environment) []byte {
	d := *e.Document
	d.LoadBalancers, d.WebACLs, d.Resources = slices.Clone(d.LoadBalancers), slices.Clone(d.WebACLs), slices.Clone(d.Resources)
	slices.SortFunc(d.LoadBalancers, func(a, b document.LoadBalancer) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(d.WebACLs, func(a, b document.WebACL) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(d.Resources, func(a, b document.Resource) int { return cmp.Compare(a.Name, b.Name) })
	own := func(production *bool) *bool {
		if production == nil {
			return &e.Production
		}
		return production
	}
	for i := range d.LoadBalancers {
		d.LoadBalancers[i].Production = own(d.LoadBalancers[i].Production)
	}
	if d.Inspection != nil {
		inspection := *d.Inspection
		inspection.Production = own(inspection.Production)
		d.Inspection = &inspection
	}
	if d.Watch != nil && d.Watch.DNS != nil {
		watch, dns := *d.Watch, *d.Watch.DNS
		dns.Production = own(dns.Production)
		watch.DNS, d.Watch = &dns, &watch
	}
	one := e
	one.Production, one.Document = false, &d
	return alone(one)
}
