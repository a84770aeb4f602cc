package athena_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/athena"
)

var noises = flag.Int("noises", 3, "logs of random lines that DuckDB and package usage read")

// noiseFields are all fields that the queries read.
const noiseFields = "version interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
	"tcp-flags flow-direction vpc-id pkt-srcaddr resource-id interface-tag"

// shop is a network of both families with two tiers in the same subnets, a tier to itself, a block inside of the network's range and a
// load balancer that keeps its clients' addresses.
func shop(t *testing.T) *usage.Network {
	t.Helper()
	tier := func(kind arch.Kind, id string) arch.Peer { return arch.TierPeer(kind, id) }
	internet := arch.Peer{Kind: arch.Internet}
	block := func(text string) arch.Peer { return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: text}} }
	m, diags := arch.Check(arch.Architecture{
		Network: arch.Network{
			Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}, IPv6: true,
		},
		Tiers: []arch.Tier{
			{ID: "Lb", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Db", Kind: arch.Data},
			{ID: "Batch", Kind: arch.App, SharesWith: "App"},
		},
		Flows: []arch.Flow{
			{From: internet, To: tier(arch.Edge, "Lb"), Service: "https"},
			{From: tier(arch.Edge, "Lb"), To: tier(arch.Web, "Web"), Service: "https"},
			{From: tier(arch.Web, "Web"), To: tier(arch.App, "App"), Service: "tcp/8000-8100"},
			{From: tier(arch.App, "App"), To: tier(arch.Data, "Db"), Service: "postgresql"},
			{From: tier(arch.App, "Batch"), To: tier(arch.Data, "Db"), Service: "postgresql"},
			{From: tier(arch.App, "App"), To: internet, Service: "https"},
			{From: tier(arch.Data, "Db"), To: tier(arch.Data, "Db"), Service: "tcp/7000"},
			{From: tier(arch.App, "App"), To: tier(arch.Data, "Db"), Service: "icmp/8"},
			{From: tier(arch.App, "App"), To: tier(arch.App, "Batch"), Service: "tcp/9000"},
			{From: tier(arch.App, "Batch"), To: tier(arch.App, "App"), Service: "tcp/9001"},
			{From: tier(arch.App, "Batch"), To: block("203.0.113.0/24"), Service: "all"},
			{From: tier(arch.App, "Batch"), To: block("2001:db8:ffff::/48"), Service: "dns"},
		},
		ClientAddresses: []arch.ClientAddresses{{From: "Lb", To: "Web", Listener: "https", Service: "https"}},
	}, time.Time{})
	require.NoError(t, diags.Err())
	return &usage.Network{Model: m, VPC: "vpc-1", IPv6: netip.MustParsePrefix("2001:db8:1:100::/56")}
}

// TestNoise asks DuckDB and package usage about random lines: of all fields, both families, other VPCs and lines that do not make sense.
func TestNoise(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	n := shop(t)
	options := athena.Options{Database: "tierwall", Table: "noise", Location: "s3://logs/", Fields: strings.Fields(noiseFields)}
	for seed := range *noises {
		name := filepath.Join(t.TempDir(), "log")
		require.NoError(t, os.WriteFile(name, []byte(noise(n, uint64(seed))), 0o600))
		db.loadText(t, options, name)
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { agree(t, db, n, options, []string{name}, atMost) }) {
			break
		}
	}
}

// TestLostMoment: a flow with one end in the network is not called unused if AWS lost records in no more than a second.
func TestLostMoment(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	n := shop(t)
	o := options
	o.Fields = strings.Fields(noiseFields)
	var b strings.Builder
	b.WriteString(noiseFields + "\n")
	for at := 1_800_000_000; at < 1_800_003_600; at += 60 {
		fmt.Fprintf(&b, "5 eni-0 10.0.16.5 10.0.32.9 5 6 17 1 60 %d %d ACCEPT OK - - - - - -\n", at, at+60)
		fmt.Fprintf(&b, "5 eni-0 10.0.16.5 10.0.32.10 5 6 17 1 60 %d %d ACCEPT OK - - - - - -\n", at, at+60)
	}
	name := filepath.Join(t.TempDir(), "log")
	for _, test := range []struct {
		more string
		want usage.Verdict
	}{
		{"", usage.Unused}, {"5 eni-0 - - - - - - - 1800001000 1800001000 - SKIPDATA - - - - - -\n", usage.NotSeen},
	} {
		require.NoError(t, os.WriteFile(name, []byte(b.String()+test.more), 0o600))
		db.loadText(t, o, name)
		queries, err := athena.Queries(n, o)
		require.NoError(t, err)
		var flows []flowRow
		db.run(t, queries[0].SQL, &flows)
		for _, f := range flows {
			if f.Source == "the internet" {
				require.Equal(t, test.want, f.Verdict)
			}
		}
		agree(t, db, n, o, []string{name}, exactly)
	}
}

// TestDays: queries of the last days say the same on the day of the logs as those without a period, and later what an empty log says.
func TestDays(t *testing.T) {
	t.Parallel()
	db := startDuckDB(t)
	n := shop(t)
	o := options
	o.Fields = strings.Fields(noiseFields)
	name := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.WriteFile(name, []byte(noise(n, 1)), 0o600))
	ask := func(o athena.Options, today string) (out []string) {
		queries, err := athena.Queries(n, o)
		require.NoError(t, err)
		for _, q := range queries {
			out = append(out, db.answer(t, strings.ReplaceAll(q.SQL, "current_date", "DATE '"+today+"'")))
		}
		return out
	}
	db.loadText(t, o, name)
	all := ask(o, "")
	o.Days = 1
	assert.Equal(t, all, ask(o, "2026-11-29"))
	later := ask(o, "2026-11-30")
	o.Days = 2
	assert.Equal(t, all, ask(o, "2026-11-30"))
	db.run(t, "DELETE FROM "+o.Database+"."+o.Table, nil)
	assert.Equal(t, later, ask(o, "2026-11-29"))
	assert.NotEqual(t, all, later)
}

// noise writes a log of random lines. Some logs have senseless lines. In every second one, each interface has an address of its own, and in
// the others, half of the lines are of declared flows. In every fourth one, the interfaces of tiers are idle else, so that gaps are few.
func noise(n *usage.Network, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	tables := n.Tables()
	var addresses, ofTiers []string
	for _, a := range tables.Ranges {
		addresses = append(addresses, a.From.Next().Next().String())
		if len(tables.Areas[a.Area].Tiers) > 0 {
			ofTiers = append(ofTiers, a.From.Next().Next().String())
		}
	}
	calm := seed%4 == 0
	if !calm {
		ofTiers = append(ofTiers, addresses...)
	}
	var b strings.Builder
	b.WriteString(noiseFields + "\n")
	window := 60
	if r.IntN(2) == 0 {
		window = 600
	}
	lines := 20 + r.IntN(600)
	if calm {
		b.WriteString(idle(r, window))
		lines = r.IntN(60)
	}
	pair := []string{pick(addresses...), pick(ofTiers...)} // of an interface with one peer
	for range lines {
		iface := r.IntN(9)
		source, target := pick(addresses...), pick(ofTiers...)
		if seed%2 == 0 || iface < 4 { // The interface has an address of its own.
			own := ofTiers[(iface*5+int(seed))%len(ofTiers)]
			if r.IntN(2) == 0 {
				source = own
			} else {
				target = own
			}
		}
		if iface == 8 {
			r.Shuffle(2, func(i, j int) { pair[i], pair[j] = pair[j], pair[i] })
			source, target = pair[0], pair[1]
		}
		port := func() string {
			if r.IntN(2) == 0 {
				return fmt.Sprint(32768 + r.IntN(8))
			}
			return pick("443", "8000", "8050", "8100", "8101", "5432", "7000", "53", "22", "1023", "1024")
		}
		start := 1_800_000_000 + r.IntN(5*3600)/60*60
		length := r.IntN(window + 1)
		values := map[string]string{
			"version": "5", "interface-id": fmt.Sprintf("eni-%d", iface), "srcaddr": source, "dstaddr": target, "srcport": port(), "dstport": port(),
			"protocol": pick("6", "6", "6", "17", "1", "58", "47"), "packets": fmt.Sprint(r.IntN(9)), "bytes": fmt.Sprint(r.IntN(999)),
			"start": fmt.Sprint(start), "end": fmt.Sprint(start + length), "action": pick("ACCEPT", "ACCEPT", "REJECT"), "log-status": "OK",
			"tcp-flags": pick("0", "2", "3", "18", "19", "1", "-"), "flow-direction": pick("ingress", "egress", "-"), "vpc-id": pick("vpc-1", "-"),
			"pkt-srcaddr": pick("-", source, "10.0.48.77", "2001:db8::5"), "resource-id": "-", "interface-tag": pick("-", "App", "Batch", "Web"),
		}
		if seed%6 == 4 { // The log is of rejected traffic only.
			values["action"] = "REJECT"
		}
		if seed%2 == 1 && r.IntN(2) == 0 {
			declared(r, n, tables, values)
		}
		if p := values["protocol"]; p != "6" && p != "17" {
			values["srcport"], values["dstport"] = "0", "0"
		}
		if !calm || r.IntN(20) == 0 {
			spoil(r, values, seed)
		}
		for i, f := range strings.Fields(noiseFields) {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString(values[f])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// declared makes a line one of a declared flow, or of its replies, at the interface of one of the two addresses.
func declared(r *rand.Rand, n *usage.Network, tables *usage.Tables, values map[string]string) {
	i := r.IntN(len(n.Model.Flows))
	address := func(areas []int) string {
		for {
			of := tables.Ranges[r.IntN(len(tables.Ranges))]
			if slices.Contains(areas, of.Area) {
				return of.From.Next().Next().String()
			}
		}
	}
	from, to := address(tables.Ends[i].From), address(tables.Ends[i].To)
	values["srcaddr"], values["dstaddr"] = from, to
	ports := n.Model.Flows[i].Ports[0]
	values["protocol"], values["srcport"], values["dstport"] = "6", "32768", fmt.Sprint(max(1, ports.From))
	if r.IntN(3) == 0 {
		values["srcport"] = []string{"22", "443", "5432", "7000", "9000", "9001"}[r.IntN(6)] // Some other flow declares it.
	}
	if ports.IsICMP() {
		values["protocol"] = []string{"1", "58"}[r.IntN(2)]
	}
	if r.IntN(3) == 0 {
		values["srcaddr"], values["dstaddr"], values["srcport"], values["dstport"] = to, from, values["dstport"], values["srcport"]
	}
	values["interface-id"] = "eni-" + []string{from, to}[r.IntN(2)]
}

// idle writes a line for each window of 5 hours and each interface. Some interfaces lack an hour, mostly the same.
func idle(r *rand.Rand, window int) string {
	var b strings.Builder
	common := r.IntN(8)
	for iface := range 8 {
		missing := -1
		switch r.IntN(4) {
		case 0:
			missing = common
		case 1:
			missing = r.IntN(8)
		}
		for at := 0; at < 5*3600; at += window {
			if at/3600 == missing {
				continue
			}
			start := 1_800_000_000 + at
			fmt.Fprintf(&b, "5 eni-%d - - - - - - - %d %d - NODATA - - - - - -\n", iface, start, start+window)
		}
	}
	for _, at := range []int{r.IntN(3600), 3600 + r.IntN(1000)} { // Records that AWS lost, twice in five minutes or less.
		for _, start := range []int{1_800_000_000 + at, 1_800_000_000 + at + 30 + r.IntN(220)} {
			fmt.Fprintf(&b, "5 eni-2 - - - - - - - %d %d - SKIPDATA - - - - - -\n", start, start+30)
		}
	}
	return b.String()
}

// spoil makes some lines something else than a record of the network.
func spoil(r *rand.Rand, values map[string]string, seed uint64) {
	none := func(fields string) {
		for f := range strings.FieldsSeq(fields) {
			values[f] = "-"
		}
	}
	switch r.IntN(40) {
	case 0, 1, 2:
		none("srcaddr dstaddr srcport dstport protocol packets bytes action tcp-flags flow-direction pkt-srcaddr")
		values["log-status"] = "NODATA"
	case 3:
		if r.IntN(10) == 0 {
			none("srcaddr dstaddr srcport dstport protocol packets bytes action tcp-flags flow-direction pkt-srcaddr")
			values["log-status"] = "SKIPDATA"
		}
	case 4:
		values["vpc-id"] = "vpc-2"
	case 5:
		values["interface-id"], values["resource-id"] = "-", "nat-1"
	case 6:
		if seed%3 == 1 { // It ends before it starts, or in milliseconds.
			if r.IntN(2) == 0 {
				values["start"], values["end"] = values["end"], values["start"]
			} else {
				values["end"] += "000"
			}
		}
		if seed%3 == 0 {
			f := []string{"srcaddr", "dstaddr", "srcport", "dstport", "protocol", "start", "end", "action", "log-status", "interface-id"}[r.IntN(10)]
			values[f] = []string{"1.2.3", "1.2.3.256", "01.2.3.4", "::1::", "1:2:3:4:5:6:7", "70000", "-1", "x"}[r.IntN(8)]
			if f == "interface-id" {
				values[f] = "-"
			}
		}
	}
}
