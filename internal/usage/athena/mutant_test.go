package athena_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/usage/athena"
	"github.com/tierwall/tierwall/internal/usage/usagetest"
)

var tryMutants = flag.Bool("sqlmutants", false, "try mutants of the queries")

// mutants are mistakes in the queries: a text, and what stands in its place.
var mutants = [][2]string{
	{`bitwise_and(tcp_flags, 18)`, `bitwise_and(tcp_flags, 2)`},
	{`WHEN log_status = 'SKIPDATA' THEN 'lost'`, `WHEN log_status = 'SKIPDATA' THEN 'no data'`},
	{`OR "end" < "start"`, ``},
	{`OR "end" > 8589934592`, ``},
	{`AND action IN ('ACCEPT', 'REJECT')`, ``},
	{"WHEN interface_id = '-' THEN 'own equipment'\n", ``},
	{`coalesce(bool_and(c.address IN (source, target)), false)`, `true`},
	{`coalesce(bool_or(a.own) OVER`, `coalesce(bool_and(a.own) OVER`},
	{`WHERE status IN ('ok', 'no data', 'lost')`, `WHERE status IN ('ok')`},
	{`coalesce(syn_ack = 2, false)`, `coalesce(syn_ack > 0, false)`},
	{`coalesce(syn_ack = 18, false)`, `false`},
	{`dstport <= srcport`, `dstport > srcport`},
	{`coalesce(packet_source, source)`, `source`},
	{`coalesce(sn.narrow, s.area)`, `s.area`},
	{`k.direction = 'ingress'`, `k.direction = 'egress'`},
	{`WHEN forth.flows IS NOT NULL THEN true `, ``},
	{`array_sort(array_union(forth.flows, back.flows))`, `forth.flows`},
	{"    ON NOT k.answers\n    AND", `    ON`},
	{"    ON NOT k.opens\n    AND", `    ON`},
	{`(sa.inside OR ta.inside)`, `(sa.inside AND ta.inside)`},
	{` AND NOT (i.own_count = 1 AND i.equipment)`, ``},
	{`WHEN i.own_count = 2 THEN k.direction = 'egress'`, `WHEN i.own_count = 2 THEN k.direction = 'ingress'`},
	{`is_sender = is_request THEN 1`, `is_sender THEN 1`},
	{`i.own_count = 1 AND i.own_address = k.target`, `i.own_count = 2 AND i.own_address = k.target`},
	{`<= 90 THEN 180 ELSE 1260`, `<= 90 THEN 1260 ELSE 1260`},
	{`<= 90 THEN 180 ELSE 1260`, `<= 90 THEN 180 ELSE 180`},
	{`started - started % 180`, `started - started % 3600`},
	{`first_seen > last_before + tolerance THEN last_before`, `first_seen > last_before + 2 * tolerance THEN last_before`},
	{`AND first_seen - last_before <= 180 THEN least(last_before, first_seen)`, `AND false THEN first_seen`},
	{`> coalesce(tier_before, period_from) + tolerance`, `> tier_before + tolerance`},
	{`n = 1 AND period_to > tier_last + tolerance`, `false`},
	{`OR (o.own_count = 0 AND NOT o.has_packets)`, ``},
	{`o.own_count = 1 OR o.equipment AS is_known`, `true AS is_known`},
	{`WHEN NOT tier_accepted`, `WHEN false`},
	{`least(gap_to, to_gap_to)`, `NULL`},
	{`least(gap_to, from_gap_to)`, `NULL`},
	{`THEN t.unknown ELSE`, `THEN NULL ELSE`},
	{`gap_from < gap_to OR (`, `gap_from > gap_to OR (`},
	{"WHEN NOT (from_is_logged AND to_is_logged) THEN gap_to\n", ``},
	{`max(unreadable) > 0`, `max(unreadable) > 1000`},
	{`WHERE c.action = 'ACCEPT'`, `WHERE c.action = 'REJECT'`},
	{`CASE WHEN alone THEN 1 ELSE 2 END`, `CASE WHEN alone THEN 2 ELSE 1 END`},
	{`records DESC, place`, `records, place`},
	{`cardinality(c.flows) = 1`, `true`},
	{`NOT opener_inside`, `opener_inside`},
	{`WHEN has_flags AND NOT opens`, `WHEN NOT opens`},
	{`port >= 1024`, `port > 1024`},
	{`WHEN gap_to > gap_before THEN gap_to - gap_before`, `WHEN gap_to > gap_before THEN gap_to - gap_from`},
	{`58, 0, 65535)`, `59, 0, 65535)`},
}

// journal is a log with the queries for it.
type journal struct {
	options athena.Options
	load    func(*testing.T)
	queries []athena.Query
}

// TestMutants: each mistake in the queries changes an answer about a log of a random network or of random lines.
func TestMutants(t *testing.T) {
	t.Parallel()
	if !*tryMutants {
		t.Skip("the mutants of the queries take a minute; -sqlmutants tries them")
	}
	db := startDuckDB(t)
	journals := append(noiseJournals(t, db, 12), worldJournals(t, db, 12)...)
	answers := make([]map[string]string, len(journals))
	for i, j := range journals {
		j.load(t)
		answers[i] = map[string]string{}
		for _, q := range j.queries {
			answers[i][q.Name] = db.answer(t, q.SQL)
		}
	}
	for i, m := range mutants {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			assert.True(t, isSeen(t, db, journals, answers, m), "no answer shows the mistake: %s -> %s", m[0], m[1])
		})
	}
}

// isSeen reports whether an answer to a mutated query differs.
func isSeen(t *testing.T, db *duckDB, journals []journal, answers []map[string]string, mutant [2]string) bool {
	t.Helper()
	found := false
	for i, j := range journals {
		loaded := false
		for _, q := range j.queries {
			mutated := strings.Replace(q.SQL, mutant[0], mutant[1], 1)
			if mutated == q.SQL {
				continue
			}
			found = true
			if !loaded {
				j.load(t)
				loaded = true
			}
			if db.answer(t, mutated) != answers[i][q.Name] {
				return true
			}
		}
	}
	require.True(t, found, "no query has the text of the mutant: %s", mutant[0])
	return false
}

// answer returns the answer to a query as a text.
func (d *duckDB) answer(t *testing.T, sql string) string {
	t.Helper()
	var rows json.RawMessage
	d.run(t, sql, &rows)
	return string(rows)
}

func noiseJournals(t *testing.T, db *duckDB, count int) []journal {
	t.Helper()
	n := shop(t)
	var out []journal
	for seed := range count {
		o := options
		o.Fields = strings.Fields(noiseFields)
		name := filepath.Join(t.TempDir(), "log")
		require.NoError(t, os.WriteFile(name, []byte(noise(n, uint64(seed))), 0o600))
		queries, err := athena.Queries(n, o)
		require.NoError(t, err)
		out = append(out, journal{o, func(t *testing.T) { t.Helper(); db.loadText(t, o, name) }, queries})
	}
	return out
}

func worldJournals(t *testing.T, db *duckDB, count int) []journal {
	t.Helper()
	var out []journal
	for seed := range count {
		w := rapid.Custom(usagetest.Draw).Example(seed)
		w.Network.Interfaces, w.Layout.Storage = nil, "text"
		o := options
		o.Fields = w.Layout.Fields
		dir := t.TempDir()
		require.NoError(t, w.Write(dir))
		if files, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(files) == 0 {
			continue
		}
		queries, err := athena.Queries(w.Network, o)
		require.NoError(t, err)
		out = append(out, journal{o, func(t *testing.T) { t.Helper(); db.loadText(t, o, filepath.Join(dir, "*")) }, queries})
	}
	return out
}
