package athena_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/usage/athena"
)

// TestGrammar: the grammar of Trino, which Athena runs, takes the queries, and that of Hive takes the table.
func TestGrammar(t *testing.T) {
	t.Parallel()
	requireNode(t, "dt-sql-parser", "dt-sql-parser/package.json", "dt-sql-parser@4.5.1 esbuild@0.28.2")
	statements := map[string][]string{}
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
			statements["trino"] = append(statements["trino"], q.SQL)
		}
		statements["hive"] = append(statements["hive"], define(t, o).DDL(o.Database))
	}
	assert.Empty(t, faults(t, statements))
	assert.NotEmpty(t, faults(t, map[string][]string{"trino": {"SELECT a FROM b WHERE c GROUP d"}}))
	assert.NotEmpty(t, faults(t, map[string][]string{"hive": {"CREATE EXTERNAL TABLE a (b int) PARTITIONED"}}))
}

// faults returns what the grammars do not take.
func faults(t *testing.T, statements map[string][]string) []string {
	t.Helper()
	in, err := json.Marshal(statements)
	require.NoError(t, err)
	node := exec.Command("node", "testdata/grammar.cjs")
	node.Stdin, node.Stderr = bytes.NewReader(in), os.Stderr
	out, err := node.Output()
	require.NoError(t, err)
	var wrong []string
	require.NoError(t, json.Unmarshal(out, &wrong))
	return wrong
}
