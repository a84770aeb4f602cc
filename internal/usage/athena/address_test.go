package athena_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/usage/athena"
)

// randomAddress returns an address in the form that AWS writes; many parts are 0.
func randomAddress(r *rand.Rand) netip.Addr {
	var b [16]byte
	for i := range b {
		if r.IntN(3) == 0 {
			b[i] = byte(r.IntN(256))
		}
	}
	if r.IntN(2) == 0 {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16(b)
}

// TestAddresses: SQL pads addresses as Go does, and padded texts of one family compare as addresses do.
func TestAddresses(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	r := rand.New(rand.NewPCG(1, 2))
	all := []netip.Addr{}
	for range 500 {
		if a := randomAddress(r); !a.Is4In6() {
			all = append(all, a)
		}
	}
	for _, text := range []string{
		"::", "::1", "1::", "1::2", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "0.0.0.0", "255.255.255.255",
	} {
		all = append(all, netip.MustParseAddr(text))
	}
	var values []string
	for _, a := range all {
		values = append(values, "("+athena.Text(a.String())+")")
	}
	var rows []struct {
		A  string
		P  string `json:"a_padded"`
		Is bool
	}
	db.run(t, "SELECT a, "+athena.IsAddress("a", "")+" AS is, "+athena.Pad("a")+" FROM (SELECT a, "+athena.Expand("a")+
		" FROM (VALUES "+strings.Join(values, ", ")+") AS v (a)) AS e", &rows)
	require.Len(t, rows, len(all))
	for i, row := range rows {
		require.True(t, row.Is, row.A)
		require.Equal(t, athena.Padded(all[i]), row.P, row.A)
	}
	for range 5000 {
		a, b := all[r.IntN(len(all))], all[r.IntN(len(all))]
		if a.BitLen() == b.BitLen() {
			require.Equal(t, a.Compare(b), strings.Compare(athena.Padded(a), athena.Padded(b)), "%s %s", a, b)
		}
	}
}

// TestNoAddresses: what Go does not read as an address, SQL does not either.
func TestNoAddresses(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	var values []string
	for _, text := range []string{
		"", "-", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..2.3", " 1.2.3.4", "1.2.3.4\n", ":", ":1", "1:", ":::", "1:2", "1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%eth0", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8::", "1:2:3:4:5:6:7:",
		"1::2:3:4:5:6:7:8",
	} {
		values = append(values, "("+athena.Text(text)+")")
	}
	var rows []struct{ A string }
	db.run(t, "SELECT a FROM (VALUES "+strings.Join(values, ", ")+") AS v (a) WHERE "+athena.IsAddress("a", ""), &rows)
	assert.Empty(t, rows)
}

// TestTexts: a text comes back as it is, but for characters that do not print. Those stay on one line.
func TestTexts(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	for text, want := range map[string]string{
		"it's": "it's", "''": "''", `a\`: `a\`, `\'; DROP TABLE x; --`: `\'; DROP TABLE x; --`, "a\nb": `a\nb`, "a\x00b": `a\x00b`,
		"a\x1b[31m": `a\x1b[31m`, "\u202eabc": `\u202eabc`, "ü?": "ü?", "/* */": "/* */",
	} {
		var rows []struct{ A string }
		db.run(t, "SELECT "+athena.Text(text)+" AS a", &rows)
		require.Len(t, rows, 1)
		assert.Equal(t, want, rows[0].A)
	}
	assert.Equal(t, "'\uFFFD'", athena.Text("\xff"))
}

// TestPeriods: the condition of a period holds for exactly its days.
func TestPeriods(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	db.run(t, "CREATE TABLE days AS SELECT d, year(d) AS year, month(d) AS month, day(d) AS day "+
		"FROM (SELECT unnest(generate_series(DATE '2024-01-01', DATE '2028-12-31', INTERVAL 1 DAY))::date AS d)", nil)
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		days := []int{r.IntN(1800), r.IntN(1800)}
		if r.IntN(2) == 0 {
			days[1] = days[0] + r.IntN(70)
		}
		slices.Sort(days)
		o := athena.Options{Since: first.AddDate(0, 0, days[0]), Until: first.AddDate(0, 0, days[1])}
		var wrong []struct{ D string }
		db.run(t, fmt.Sprintf("SELECT d::varchar AS d FROM days WHERE (%s) <> (d BETWEEN DATE '%s' AND DATE '%s')", athena.PeriodSQL(o),
			o.Since.Format(time.DateOnly), o.Until.Format(time.DateOnly)), &wrong)
		require.Empty(t, wrong, athena.PeriodSQL(o))
	}
}

// TestLastDays: the condition of the last days holds for exactly these days, whenever it is asked.
func TestLastDays(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	db.run(t, "CREATE TABLE days AS SELECT d, year(d) AS year, month(d) AS month, day(d) AS day "+
		"FROM (SELECT unnest(generate_series(DATE '2022-01-01', DATE '2029-12-31', INTERVAL 1 DAY))::date AS d)", nil)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		today := time.Date(2026, 1, 1+r.IntN(1000), 0, 0, 0, 0, time.UTC)
		n := 1 + i%70
		switch {
		case i >= 200:
			n = 1 + r.IntN(1300)
		case i%3 == 0: // The first day is the last one of a month, or of a year.
			today = time.Date(2026, time.Month(1+i/3%12), 0, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n-1)
		case i%3 == 1: // The last day is the first one of a month, or of a year.
			today = time.Date(2026, time.Month(1+i/3%12), 1, 0, 0, 0, 0, time.UTC)
		}
		sql := strings.ReplaceAll(athena.PeriodSQL(athena.Options{Days: n}), "current_date", "DATE '"+today.Format(time.DateOnly)+"'")
		var wrong []struct{ D string }
		db.run(t, fmt.Sprintf("SELECT d::varchar AS d FROM days WHERE (%s) <> (d BETWEEN DATE '%s' AND DATE '%s')", sql,
			today.AddDate(0, 0, 1-n).Format(time.DateOnly), today.Format(time.DateOnly)), &wrong)
		require.Empty(t, wrong, sql)
	}
	var last []struct{ D string }
	db.run(t, "SELECT d::varchar AS d FROM days WHERE "+athena.PeriodSQL(athena.Options{Days: 3}), &last)
	assert.LessOrEqual(t, len(last), 3, "the engine knows current_date")
}
