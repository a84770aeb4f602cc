package parquetfile

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDuckDB reads files that DuckDB 1.5.6 wrote, against the CSV that it wrote of the same rows.
func TestDuckDB(t *testing.T) {
	t.Parallel()
	table, err := os.Open(filepath.Join("testdata", "duckdb.csv"))
	require.NoError(t, err)
	defer func() { assert.NoError(t, table.Close()) }()
	want, err := csv.NewReader(table).ReadAll()
	require.NoError(t, err)
	require.Len(t, want, 101)
	for _, name := range []string{"duckdb-v1.parquet", "duckdb-v2.parquet"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		f, err := Open(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		require.Len(t, f.Columns, len(want[0]))
		var r Reader
		for i := range f.Columns {
			c := &f.Columns[i]
			assert.Equal(t, want[0][i], c.Name)
			got, err := cells(f, c, &r, 1000)
			require.NoError(t, err)
			require.Len(t, got, len(want)-1)
			for row, line := range want[1:] {
				expected := line[i]
				if c.Type == Text && expected != "null" {
					expected = fmt.Sprintf("%q", expected)
				}
				require.Equal(t, expected, got[row], "%s: column %s, row %d", name, c.Name, row)
			}
		}
	}
}
