package athena_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/usage/athena"
)

// statement is one of SQL.
type statement struct {
	Grammar string `json:"grammar"` // trino or hive
	SQL     string `json:"sql"`
}

// TestGrammar: the grammar of Trino, which Athena runs, takes the queries, and that of Hive takes the table.
func TestGrammar(t *testing.T) {
	t.Parallel()
	requireNode(t, "dt-sql-parser", "dt-sql-parser/package.json", "dt-sql-parser@4.5.1 esbuild@0.28.2")
	wrong := []statement{{"trino", "SELECT a FROM b WHERE c GROUP d"}, {"hive", "CREATE EXTERNAL TABLE a (b int) PARTITIONED"}}
	var right []statement
	all := options
	all.Fields, all.Parquet, all.PerHour, all.Days = strings.Fields(noiseFields), true, true, 7
	for _, o := range []athena.Options{options, all} {
		n := shop(t)
		if !o.Parquet {
			n.VPC, n.IPv6 = "", netip.Prefix{}
		}
		queries, err := athena.Queries(n, o)
		require.NoError(t, err)
		for _, q := range queries {
			right = append(right, statement{"trino", q.SQL})
		}
		right = append(right, statement{"hive", define(t, o).DDL(o.Database)})
	}
	for i, faults := range faultsOf(t, slices.Concat(wrong, right)) {
		if i < len(wrong) {
			assert.NotEmpty(t, faults, wrong[i].SQL)
		} else {
			assert.Empty(t, faults)
		}
	}
}

// faultsOf returns what the grammars do not take, for each statement.
func faultsOf(t *testing.T, statements []statement) (faults [][]string) {
	t.Helper()
	in, err := json.Marshal(statements)
	require.NoError(t, err)
	node := exec.Command("node", "testdata/grammar.cjs")
	node.Stdin, node.Stderr = bytes.NewReader(in), os.Stderr
	out, err := node.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &faults))
	require.Len(t, faults, len(statements))
	return faults
}
