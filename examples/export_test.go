package examples

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/internal/proof"
)

var update = flag.Bool("update", false, "write the golden files of TestExports and TestSnapshots")

// TestExports: the file that is made from an example says what the example says, and names what it cannot say.
func TestExports(t *testing.T) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(named(t, name).folder, proof.FileName))
			require.NoError(t, err)
			assert.NotContains(t, string(data), "Token[")
			declared, err := proof.Decode(data)
			require.NoError(t, err)
			for _, n := range declared.Networks {
				d, lost, err := export.From(n)
				require.NoError(t, err)
				text := string(d.Write())
				for _, l := range lost {
					text += fmt.Sprintf("# cannot: %s\n", l)
				}
				golden := filepath.Join("..", "internal", "gen", "export", "testdata", name+".yaml")
				if *update {
					require.NoError(t, os.WriteFile(golden, []byte(text), 0o644))
				}
				want, err := os.ReadFile(golden)
				require.NoError(t, err)
				assert.Equal(t, string(want), text)
				read, problems := document.Parse(golden, d.Write())
				require.False(t, problems.HasErrors(), problems.Error())
				e := read.Environments[0]
				e.Name = "" // The examples have no stages.
				assert.Equal(t, exported(said(t, n.Architecture)), exported(said(t, e.Document.Architecture(e))))
			}
		})
	}
}

// exported returns an architecture with the needs of each tier's grants in one list: a file groups grants by their tiers, and makes several
// uses of those that are joined.
func exported(text string) string {
	type grant struct {
		Tier  string
		Needs []any
		Roles []string
	}
	var a struct {
		Grants []grant
		Rest   map[string]any `json:"-"`
	}
	if json.Unmarshal([]byte(text), &a) != nil || json.Unmarshal([]byte(text), &a.Rest) != nil {
		return text
	}
	delete(a.Rest, "grants")
	slices.SortStableFunc(a.Grants, func(a, b grant) int { return strings.Compare(a.Tier, b.Tier) })
	var b strings.Builder
	for _, g := range a.Grants {
		for _, need := range g.Needs {
			fmt.Fprintf(&b, "%s %v %v\n", g.Tier, g.Roles, need)
		}
	}
	rest, _ := json.MarshalIndent(a.Rest, "", "  ")
	return b.String() + string(rest)
}
