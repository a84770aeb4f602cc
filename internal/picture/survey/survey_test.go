package survey_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/picture/svg"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

var update = flag.Bool("update", false, "write the golden files")

// shown writes a picture as text.
func shown(p *picture.Picture) string {
	var b strings.Builder
	for _, box := range p.Boxes {
		fmt.Fprintf(&b, "%s: %s [%s]", box.Lane, box.Name, strings.Join(box.Holds, "; "))
		if box.Why != "" {
			fmt.Fprintf(&b, " because %s", box.Why)
		}
		b.WriteString("\n")
	}
	return b.String() + svg.Describe(p) + "\n"
}

// TestGolden makes pictures of templates of any origin: the importer's, which have one network in many styles.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../gen/importer/testdata/styles/*")
	require.NoError(t, err)
	seeds, err := filepath.Glob("../../gen/importer/testdata/seed/example-1*")
	require.NoError(t, err)
	require.Greater(t, len(files), 10)
	for _, file := range append(files, seeds...) {
		a, err := cfn.Load([]string{file}, nil)
		require.NoError(t, err)
		got := shown(survey.Make(survey.Input{Assembly: a, Topology: reach.Build(a)}).Picture)
		golden := filepath.Join("testdata", filepath.Base(file)+".txt")
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, file)
	}
}

// TestAsMuchAsTheMatrix holds pictures of random architectures against the matrix that `tierwall show` prints: every cell between two
// peers has the same traffic, and whatever a peer surely exchanges with the outside is in the picture.
func TestAsMuchAsTheMatrix(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		template, declared := plantest.Template(plantest.Make(t, plantest.Architectures(t)))
		a, err := cfn.Read(plantest.File, template, &cfn.Options{})
		require.NoError(t, err)
		top, err := proof.Topology(a, declared)
		require.NoError(t, err)
		in := survey.Input{Assembly: a, Topology: top}
		if rapid.Bool().Draw(t, "declared") {
			in.Declaration = declared
			in.Report, err = proof.Prove(a, declared)
			require.NoError(t, err)
		}
		p := survey.Make(in).Picture
		compareWithMatrix(t, p, top.Matrix())
	})
}

func compareWithMatrix(t *rapid.T, p *picture.Picture, m reach.Matrix) {
	inside := map[string]bool{}
	for _, label := range m.Peers {
		inside[label] = true
	}
	drawn, outside := map[string]traffic.Carried{}, map[string]traffic.Carried{}
	for _, f := range p.Flows {
		c := traffic.Carried{Maybe: f.Traffic}
		if f.State != picture.Possible {
			c.Sure = f.Traffic
		}
		if inside[f.From] && inside[f.To] {
			drawn[f.From+" -> "+f.To] = drawn[f.From+" -> "+f.To].Union(c)
		} else if inside[f.From] {
			outside["from "+f.From] = outside["from "+f.From].Union(c)
		} else {
			outside["to "+f.To] = outside["to "+f.To].Union(c)
		}
	}
	cells := map[string]traffic.Carried{}
	for _, r := range m.Rows {
		switch {
		case r.FromPeer != "" && r.ToPeer != "":
			cells[r.FromPeer+" -> "+r.ToPeer] = cells[r.FromPeer+" -> "+r.ToPeer].Union(r.Carried)
		case hasOutside(r):
			side := "from " + r.FromPeer
			if r.FromPeer == "" {
				side = "to " + r.ToPeer
			}
			assert.True(t, outside[side].Sure.Contains(r.Carried.Sure), "%s: %s -> %s %s", side, r.From, r.To, r.Carried.Sure)
		}
	}
	require.Len(t, drawn, len(cells))
	for key, c := range cells {
		assert.True(t, c.Sure.Equal(drawn[key].Sure), "%s: %s is carried, %s is drawn", key, c.Sure, drawn[key].Sure)
		assert.True(t, c.Maybe.Equal(drawn[key].Maybe), "%s: %s may be carried, %s is drawn", key, c.Maybe, drawn[key].Maybe)
	}
}

// hasOutside reports whether a row is about someone who is not in the network itself.
func hasOutside(r reach.Row) bool {
	for _, part := range r.Parts {
		if !part.Inside {
			return true
		}
	}
	return false
}

// web3 is a network of three tiers.
func web3() arch.Architecture {
	web, app, data := arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App"), arch.TierPeer(arch.Data, "Data")
	a := arch.Architecture{Network: plantest.Network()}
	for _, p := range []arch.Peer{web, app, data} {
		a.Tiers = append(a.Tiers, arch.Tier{ID: p.Text, Kind: p.Kind})
	}
	a.Flows = []arch.Flow{plantest.Flow(web, app, "tcp/8080"), plantest.Flow(app, data, "postgresql")}
	return a
}

// TestMarks draws templates that differ from their declaration, and an exception.
func TestMarks(t *testing.T) {
	t.Parallel()
	web, data := arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.Data, "Data")
	declared := web3()
	exception := plantest.Flow(web, data, "postgresql")
	exception.Exception, exception.Reason, exception.Owner, exception.Expires = true, "reports", "shop", "2027-12-31"
	declared.Flows = append(declared.Flows, exception)
	_, declaration := plantest.Template(plantest.Make(t, declared))

	carried := declared
	carried.Flows = append([]arch.Flow{}, declared.Flows[1:]...)
	carried.Flows = append(carried.Flows, plantest.Flow(arch.TierPeer(arch.App, "App"), data, "redis"))
	template, _ := plantest.Template(plantest.Make(t, carried))
	a, err := cfn.Read(plantest.File, template, &cfn.Options{})
	require.NoError(t, err)
	p := picturetest.Declared(t, a, declaration, "marks")

	var got []string
	for _, f := range p.Flows {
		got = append(got, fmt.Sprintf("%s -> %s: %s", p.Box(f.From).Name, p.Box(f.To).Name, f.Label()))
	}
	assert.ElementsMatch(t, []string{
		"App -> Data: postgresql", "App -> Data: redis, not declared", "Web -> App: tcp/8080, missing",
		"Web -> Data: postgresql, exception until 2027-12-31",
	}, got)
	assert.Contains(t, p.Summary, "The templates differ from the declaration: ")
}

// TestInspected marks what passes the firewall, and only that.
func TestInspected(t *testing.T) {
	t.Parallel()
	a := web3()
	a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath}
	a.Flows = append(a.Flows, plantest.Flow(arch.TierPeer(arch.App, "App"), plantest.Internet, "https"))
	template, declaration := plantest.Template(plantest.Make(t, a))
	assembly, err := cfn.Read(plantest.File, template, &cfn.Options{})
	require.NoError(t, err)
	p := picturetest.Declared(t, assembly, declaration, "inspected")
	found := false
	for _, f := range p.Flows {
		toInternet := p.Box(f.To).Name == picture.Internet
		found = found || toInternet
		assert.Equal(t, toInternet, f.Inspected, "%s -> %s", f.From, f.To)
	}
	assert.True(t, found)
}
