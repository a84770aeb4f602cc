package athena_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/athena"
	"github.com/tierwall/tierwall/internal/usage/usagetest"
)

var worlds = flag.Int("worlds", 3, "random networks whose logs DuckDB and package usage read")

// TestRandomWorlds asks DuckDB and package usage about the same logs of random networks. They must say the same.
func TestRandomWorlds(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	for seed := range *worlds {
		w := rapid.Custom(usagetest.Draw).Example(seed)
		w.Network.Interfaces = nil
		if seed%3 == 0 {
			w.Layout.Fields = strings.Fields(parquetFields)
		}
		w.Layout.Storage = "text"
		texts := t.TempDir()
		require.NoError(t, w.Write(texts))
		files, err := flowlog.Files([]string{texts})
		if err != nil {
			continue // Nothing was logged.
		}
		options := athena.Options{Database: "tierwall", Table: "flow_logs", Location: "s3://logs/", Fields: w.Layout.Fields}
		if seed%3 == 0 {
			options.Parquet, w.Layout.Storage = true, "parquet"
			columns := t.TempDir()
			require.NoError(t, w.Write(columns))
			db.loadParquet(t, options, filepath.Join(columns, "*"))
		} else {
			db.loadText(t, options, filepath.Join(texts, "*"))
		}
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { agree(t, db, w.Network, options, files, exactly) }) {
			break
		}
	}
}

// agree asks DuckDB and package usage about the same logs.
func agree(t *testing.T, db *duckDB, n *usage.Network, o athena.Options, files []string, sources sourcesAre) {
	t.Helper()
	format, err := flowlog.ParseFormat(strings.Join(o.Fields, " "))
	require.NoError(t, err)
	accounting := usage.New(n)
	want := accounting.Conclude(flowlog.Read(files, flowlog.Options{Format: format}, accounting.Worker))
	queries, err := athena.Queries(n, o)
	require.NoError(t, err)
	compare(t, db, n.Model, queries, want, sources)
}

// sourcesAre says how numbers of sources compare.
type sourcesAre bool

const (
	exactly sourcesAre = false
	atMost  sourcesAre = true // as many as package usage says: it counts those in records of the network's own equipment too
)

// check compares numbers of sources, and makes them equal if they are as they must be.
func (s sourcesAre) check(want int, got *int) {
	if s == atMost && *got <= want && *got > 0 {
		*got = want
	}
}

// flowRow is a row of the query flows.
type flowRow struct {
	Flow                         int
	Source, Destination, Service string
	Verdict                      usage.Verdict
	Records, Opened, Bytes       int64
	FirstSeen                    int64 `json:"first_seen"`
	LastSeen                     int64 `json:"last_seen"`
	Sources                      int
	SharedWith                   string `json:"shared_with"`
	Doubts                       string
}

// trafficRow is a row of the queries undeclared and rejected.
type trafficRow struct {
	Kind, Source, Destination, Service, Flows string
	Records, Bytes                            int64
	FirstSeen                                 int64 `json:"first_seen"`
	LastSeen                                  int64 `json:"last_seen"`
	Sources                                   int
	Guessed                                   bool `json:"opener_is_guessed"`
}

// tierRow is a row of the query coverage.
type tierRow struct {
	Tier       string
	Interfaces int
	Covered    float64
	Gaps       int
	From       int64 `json:"period_from"`
	To         int64 `json:"period_to"`
	Doubt      string
}

// skippedRow is a row of the query skipped.
type skippedRow struct {
	What    string
	Records int64
}

// compare asks all queries and holds their answers against a result.
func compare(t *testing.T, db *duckDB, m *arch.Model, queries []athena.Query, want *usage.Result, sources sourcesAre) {
	sql := map[string]string{}
	for _, q := range queries {
		sql[q.Name] = q.SQL
	}
	var flows []flowRow
	db.run(t, sql["flows"], &flows)
	expected := wantFlows(m, want)
	for i := range flows {
		sources.check(expected[i].Sources, &flows[i].Sources)
	}
	require.Equal(t, expected, withoutDoubts(t, flows))
	var undeclared, rejected []trafficRow
	db.run(t, sql["undeclared"], &undeclared)
	compareRows(t, wantRows("undeclared", want.Undeclared), undeclared, sources)
	db.run(t, sql["rejected"], &rejected)
	compareRows(t, append(wantRows("rejected", want.Rejected), wantRows("refused", want.Refused)...), rejected, sources)
	var tiers []tierRow
	db.run(t, sql["coverage"], &tiers)
	compareTiers(t, want, tiers)
	var skipped []skippedRow
	db.run(t, sql["skipped"], &skipped)
	got := map[string]int64{}
	for _, s := range skipped {
		got[s.What] = s.Records
	}
	require.Equal(t, wantSkipped(want), got)
}

func compareRows(t *testing.T, want, got []trafficRow, sources sourcesAre) {
	t.Helper()
	for _, rows := range [][]trafficRow{want, got} {
		slices.SortFunc(rows, func(a, b trafficRow) int { return strings.Compare(a.key(), b.key()) })
	}
	require.Equal(t, keys(want), keys(got))
	for i := range got {
		sources.check(want[i].Sources, &got[i].Sources)
		require.Equal(t, want[i], got[i])
	}
}

// key is what tells a row from all others.
func (r trafficRow) key() string {
	return fmt.Sprint(r.Kind, r.Source, r.Destination, r.Service, r.Flows, r.Guessed)
}

// withoutDoubts checks that exactly the flows that were not seen have doubts, and leaves their texts out.
func withoutDoubts(t *testing.T, rows []flowRow) []flowRow {
	for i, r := range rows {
		require.Equal(t, r.Verdict == usage.NotSeen, r.Doubts != "", "%+v", r)
		rows[i].Doubts = ""
	}
	return rows
}

func wantFlows(m *arch.Model, want *usage.Result) []flowRow {
	out := []flowRow{}
	for i, f := range want.Flows {
		ways := f.Alone.Best()
		var with []string
		if f.Verdict == usage.PerhapsUsed {
			ways = f.Shared.Best()
			for _, other := range f.With {
				with = append(with, fmt.Sprint(other))
			}
		}
		d := m.Flows[i]
		out = append(out, flowRow{
			Flow: i, Source: d.From.String(), Destination: d.To.String(), Service: arch.FormatService(d.Ports), Verdict: f.Verdict,
			Records: ways.Requests.Records, Opened: ways.Requests.Opened, Bytes: ways.Requests.Bytes + ways.Replies.Bytes,
			FirstSeen: ways.Requests.First, LastSeen: ways.Requests.Last, Sources: f.Sources.Count, SharedWith: strings.Join(with, ", "),
		})
	}
	return out
}

func wantRows(kind string, rows []usage.Row) []trafficRow {
	var out []trafficRow
	for _, r := range rows {
		row := trafficRow{
			Kind: kind, Source: r.From, Destination: r.To, Service: r.Service, Records: r.Traffic.Records, Bytes: r.Traffic.Bytes,
			FirstSeen: r.Traffic.First, LastSeen: r.Traffic.Last, Sources: r.Sources.Count, Guessed: r.Guessed,
		}
		var flows []string
		for _, f := range r.Flows {
			flows = append(flows, fmt.Sprint(f))
		}
		row.Flows = strings.Join(flows, ", ")
		if r.Reply {
			row.Kind += " reply"
		}
		if r.Late {
			row.Kind += " late"
		}
		out = append(out, row)
	}
	return out
}

func compareTiers(t *testing.T, want *usage.Result, got []tierRow) {
	require.Len(t, got, len(want.Tiers))
	for i, w := range want.Tiers {
		g := got[i]
		require.Equal(t, w.ID, g.Tier)
		require.Equal(t, w.Interfaces, g.Interfaces, w.ID)
		require.Equal(t, strings.Join(w.Doubts, "; "), g.Doubt)
		require.InDelta(t, w.Covered, g.Covered, 1e-9, w.ID)
		if w.Interfaces > 0 {
			require.Equal(t, len(w.Gaps), g.Gaps, w.ID)
			require.Equal(t, []int64{want.From, want.To}, []int64{g.From, g.To}, w.ID)
		}
	}
}

func wantSkipped(r *usage.Result) map[string]int64 {
	s := r.Skipped
	out := map[string]int64{}
	for _, p := range r.Logs.Problems {
		out["cannot be read"] += p.Count
	}
	for what, n := range map[string]int64{
		"of idle interfaces": s.NoData, "stand for records that AWS lost (SKIPDATA)": s.Lost, "of the network's own equipment": s.Own,
		"of other VPCs, or without an address of the network": s.Foreign,
	} {
		if n > 0 {
			out[what] = n
		}
	}
	return out
}

func keys(rows []trafficRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.key())
	}
	return out
}
