package athena_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/athena"
)

var noises = flag.Int("noises", 10, "logs of random lines that DuckDB and package usage read")

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

// noise writes a log of random lines. In every third log, no line is senseless; in every second one, interfaces have one address each.
func noise(n *usage.Network, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	var addresses []string
	for _, a := range n.Tables().Ranges {
		addresses = append(addresses, a.From.Next().Next().String())
	}
	var b strings.Builder
	b.WriteString(noiseFields + "\n")
	window := pick("60", "600")
	for range 20 + r.IntN(600) {
		iface := r.IntN(8)
		source, target := pick(addresses...), pick(addresses...)
		if seed%2 == 0 || iface < 4 { // The interface has an address of its own.
			own := addresses[(iface*7+int(seed))%len(addresses)]
			if r.IntN(2) == 0 {
				source = own
			} else {
				target = own
			}
		}
		port := func() string {
			if r.IntN(2) == 0 {
				return fmt.Sprint(32768 + r.IntN(8))
			}
			return pick("443", "8000", "8050", "8100", "8101", "5432", "7000", "53", "22", "1023", "1024")
		}
		start := 1_800_000_000 + r.IntN(5*3600)/60*60
		length := r.IntN(61)
		if window == "600" {
			length = r.IntN(601)
		}
		values := map[string]string{
			"version": "5", "interface-id": fmt.Sprintf("eni-%d", iface), "srcaddr": source, "dstaddr": target, "srcport": port(), "dstport": port(),
			"protocol": pick("6", "6", "6", "17", "1", "58", "47"), "packets": fmt.Sprint(r.IntN(9)), "bytes": fmt.Sprint(r.IntN(999)),
			"start": fmt.Sprint(start), "end": fmt.Sprint(start + length), "action": pick("ACCEPT", "ACCEPT", "REJECT"), "log-status": "OK",
			"tcp-flags": pick("0", "2", "3", "18", "19", "1", "-"), "flow-direction": pick("ingress", "egress", "-"), "vpc-id": pick("vpc-1", "-"),
			"pkt-srcaddr": pick("-", source, "10.0.48.77", "2001:db8::5"), "resource-id": "-", "interface-tag": pick("-", "App", "Batch", "Web"),
		}
		if p := values["protocol"]; p != "6" && p != "17" {
			values["srcport"], values["dstport"] = "0", "0"
		}
		spoil(r, values, seed)
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
		if seed%3 == 1 && r.IntN(8) == 0 { // It ends before it starts.
			values["start"], values["end"] = values["end"], values["start"]
		}
		if seed%3 == 0 && r.IntN(8) == 0 {
			f := []string{"srcaddr", "dstaddr", "srcport", "dstport", "protocol", "start", "end", "action", "log-status", "interface-id"}[r.IntN(10)]
			values[f] = []string{"1.2.3", "1.2.3.256", "01.2.3.4", "::1::", "1:2:3:4:5:6:7", "70000", "-1", "x"}[r.IntN(8)]
			if f == "interface-id" {
				values[f] = "-"
			}
		}
	}
}
