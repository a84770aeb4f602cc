package athena_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/usage/athena"
)

// duckDB is a database of its own, in the process of Node that all tests share.
type duckDB struct {
	name int
}

// node is the process of Node that runs SQL on DuckDB, if a test has started it. It ends when the tests do, because that closes its input.
var node struct {
	sync.Mutex
	in        io.Writer
	out       *bufio.Reader
	databases int
}

// requireNode skips a test if a module of Node is not installed. In CI, the test fails instead.
func requireNode(t *testing.T, what, module, packages string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what needs Node.js")
	}
	if exec.Command("node", "-e", "require('"+module+"')").Run() == nil {
		return
	}
	if os.Getenv("TIERWALL_CI") != "" {
		t.Fatal(what + " is not installed for Node, and TIERWALL_CI forbids to skip")
	}
	t.Skip(what + " is not installed for Node: npm install --prefix DIR " + packages + ", and NODE_PATH=DIR/node_modules")
}

// startDuckDB returns an empty database, or skips the test if DuckDB is not installed.
func startDuckDB(t *testing.T) *duckDB {
	t.Helper()
	node.Lock()
	defer node.Unlock()
	if node.in == nil {
		startNode(t)
	}
	node.databases++
	return &duckDB{node.databases}
}

func startNode(t *testing.T) {
	t.Helper()
	requireNode(t, "DuckDB", "@duckdb/node-api", "@duckdb/node-api@1.5.6-r.1")
	command := exec.Command("node", "testdata/duckdb.cjs")
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	command.Stderr = os.Stderr
	require.NoError(t, command.Start())
	node.in, node.out = in, bufio.NewReader(out)
}

// run runs a statement and reads its rows into a slice, by the names of its columns.
func (d *duckDB) run(t *testing.T, sql string, into any) {
	t.Helper()
	var answer struct {
		Rows  json.RawMessage
		Error string
	}
	require.NoError(t, json.Unmarshal(d.ask(t, sql), &answer))
	require.Empty(t, answer.Error, sql)
	if into != nil {
		require.NoError(t, json.Unmarshal(answer.Rows, into))
	}
}

// ask returns the line that answers a statement.
func (d *duckDB) ask(t *testing.T, sql string) []byte {
	t.Helper()
	statement, err := json.Marshal([]any{d.name, sql})
	require.NoError(t, err)
	node.Lock()
	defer node.Unlock()
	_, err = node.in.Write(append(statement, '\n'))
	require.NoError(t, err)
	line, err := node.out.ReadBytes('\n')
	require.NoError(t, err)
	return line
}

// parquetFields are the fields of the Parquet files that usagetest writes.
const parquetFields = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
	"tcp-flags flow-direction"

// loadText makes the table of the definition from files of text, as Athena reads them: a text that is no number is null.
func (d *duckDB) loadText(t *testing.T, o athena.Options, files string) {
	t.Helper()
	var texts, columns []string
	for _, c := range define(t, o).Columns {
		texts = append(texts, fmt.Sprintf("'%s': 'VARCHAR'", c.Name))
		columns = append(columns, fmt.Sprintf(`TRY_CAST("%s" AS %s) AS "%[1]s"`, c.Name, c.Type))
	}
	d.load(t, o, columns, fmt.Sprintf("read_csv('%s', delim=' ', header=false, skip=1, quote='', escape='', auto_detect=false, "+
		"null_padding=true, columns={%s})", files, strings.Join(texts, ", ")))
}

// loadParquet makes the table of the definition from Parquet files. Their columns must have the names and types of the definition's.
func (d *duckDB) loadParquet(t *testing.T, o athena.Options, files string) {
	t.Helper()
	from := fmt.Sprintf("read_parquet('%s')", files)
	var have []struct {
		Name string `json:"column_name"`
		Type string `json:"column_type"`
	}
	d.run(t, "DESCRIBE SELECT * FROM "+from, &have)
	types := map[string]string{}
	for _, c := range have {
		types[c.Name] = map[string]string{"VARCHAR": "string", "INTEGER": "int", "BIGINT": "bigint"}[c.Type]
	}
	var columns []string
	for _, c := range define(t, o).Columns {
		require.Equal(t, c.Type, types[c.Name], c.Name)
		columns = append(columns, `"`+c.Name+`"`)
	}
	d.load(t, o, columns, from)
}

// load makes the table, with partitions of 2026-11-29.
func (d *duckDB) load(t *testing.T, o athena.Options, columns []string, from string) {
	t.Helper()
	for _, key := range define(t, o).PartitionKeys {
		columns = append(columns, map[string]string{"year": "2026", "month": "11", "day": "29", "hour": "8"}[key.Name]+" AS "+key.Name)
	}
	d.run(t, "CREATE SCHEMA IF NOT EXISTS "+o.Database, nil)
	d.run(t, fmt.Sprintf("CREATE OR REPLACE TABLE %s.%s AS SELECT %s FROM %s", o.Database, o.Table, strings.Join(columns, ", "), from), nil)
}

func define(t *testing.T, o athena.Options) *athena.Table {
	t.Helper()
	table, err := athena.Define(o)
	require.NoError(t, err)
	return table
}
