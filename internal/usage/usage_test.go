package usage

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
)

func fmtSprint(v any) string { return fmt.Sprint(v) }

// shop is a network with one zone: Lb 10.0.16.0/22, Web 10.0.32.0/22, App 10.0.48.0/22, Db 10.0.64.0/22; NAT gateways are in 10.0.0.0/24.
func shop(t testing.TB) *arch.Model {
	t.Helper()
	tier := func(kind arch.Kind, id string) arch.Peer { return arch.TierPeer(kind, id) }
	internet := arch.Peer{Kind: arch.Internet}
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
		Tiers: []arch.Tier{
			{ID: "Lb", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Db", Kind: arch.Data},
			{ID: "Batch", Kind: arch.App, SharesWith: "App"},
		},
		Flows: []arch.Flow{
			{From: internet, To: tier(arch.Edge, "Lb"), Service: "https"},
			{From: tier(arch.Edge, "Lb"), To: tier(arch.Web, "Web"), Service: "https"},
			{From: tier(arch.Web, "Web"), To: tier(arch.App, "App"), Service: "tcp/8080"},
			{From: tier(arch.App, "App"), To: tier(arch.Data, "Db"), Service: "postgresql"},
			{From: tier(arch.App, "Batch"), To: tier(arch.Data, "Db"), Service: "postgresql"},
			{From: tier(arch.App, "App"), To: internet, Service: "https"},
			{From: tier(arch.Data, "Db"), To: tier(arch.Data, "Db"), Service: "tcp/7000"},
		},
	}
	m, diags := arch.Check(a, time.Time{})
	require.NoError(t, diags.Err())
	return m
}

const (
	flagged = "version interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags\n"
	plain   = "version interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
)

// conclude reads logs, one file each.
func conclude(t *testing.T, n *Network, logs ...string) *Result {
	t.Helper()
	dir := t.TempDir()
	for i, log := range logs {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.log", i)), []byte(log), 0o600))
	}
	files, err := flowlog.Files([]string{dir})
	require.NoError(t, err)
	a := New(n)
	summary := flowlog.Read(files, flowlog.Options{}, a.Worker)
	return a.Conclude(summary)
}

// writeLog writes a log into a folder of its own.
func writeLog(t *testing.T, log string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.WriteFile(file, []byte(log), 0o600))
	return file
}

// describe writes what a result says of flows that were seen, and its rows, in short.
func describe(m *arch.Model, r *Result) string {
	var b strings.Builder
	for _, f := range r.Flows {
		if f.Verdict == NotSeen || f.Verdict == Unused {
			continue
		}
		fmt.Fprintf(&b, "%s: %s", m.Flows[f.Flow].SubjectString(), f.Verdict)
		for name, c := range map[string]Counts{"": f.Alone, " shared": f.Shared} {
			if c.Best().records() > 0 {
				fmt.Fprintf(&b, "%s opener %s server %s elsewhere %s", name, ways(c.AtOpener), ways(c.AtServer), ways(c.Elsewhere))
			}
		}
		if f.Undelivered {
			b.WriteString(" undelivered")
		}
		b.WriteString("\n")
	}
	for name, rows := range map[string][]Row{"undeclared": r.Undeclared, "rejected": r.Rejected, "refused": r.Refused} {
		for _, row := range rows {
			fmt.Fprintf(&b, "%s %s -> %s %s %d", name, row.From, row.To, row.Service, row.Traffic.Records)
			for word, is := range map[string]bool{" guessed": row.Guessed, " reply": row.Reply, " late": row.Late} {
				if is {
					b.WriteString(word)
				}
			}
			fmt.Fprintf(&b, " %s>%s\n", row.Source, row.Destination)
		}
	}
	return b.String()
}

func ways(w Ways) string {
	return fmt.Sprintf("%d(%d)/%d", w.Requests.Records, w.Requests.Opened, w.Replies.Records)
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	m := shop(t)
	for name, test := range map[string]struct{ log, want string }{
		"a connection at both ends, with flags": {
			flagged + `5 eni-w 10.0.32.5 10.0.48.9 40000 8080 6 3 300 100 110 ACCEPT OK 3
5 eni-w 10.0.48.9 10.0.32.5 8080 40000 6 3 900 100 110 ACCEPT OK 19
5 eni-w 10.0.16.5 10.0.32.5 40000 443 6 3 300 100 110 ACCEPT OK 3
5 eni-a 10.0.32.5 10.0.48.9 40000 8080 6 3 300 100 110 ACCEPT OK 3
5 eni-a 10.0.48.9 10.0.32.5 8080 40000 6 3 900 100 110 ACCEPT OK 19
5 eni-a 10.0.48.9 1.2.3.4 40001 443 6 3 300 100 110 ACCEPT OK 3
`, `App->the internet:tcp/443: used opener 1(1)/0 server 0(0)/0 elsewhere 0(0)/0
Lb->Web:tcp/443: used opener 0(0)/0 server 1(1)/0 elsewhere 0(0)/0
Web->App:tcp/8080: used opener 1(1)/1 server 1(1)/1 elsewhere 0(0)/0
`,
		},
		"the same without flags, in the middle of a connection": {
			plain + `2 eni-w 10.0.32.5 10.0.48.9 40000 8080 6 3 300 100 110 ACCEPT OK
2 eni-w 10.0.48.9 10.0.32.5 8080 40000 6 3 900 100 110 ACCEPT OK
2 eni-w 10.0.16.5 10.0.32.5 40000 443 6 3 300 100 110 ACCEPT OK
`, `Lb->Web:tcp/443: used opener 0(0)/0 server 1(0)/0 elsewhere 0(0)/0
Web->App:tcp/8080: used opener 1(0)/1 server 0(0)/0 elsewhere 0(0)/0
`,
		},
		"tiers that share subnets share the traffic": {
			flagged + "5 eni-a 10.0.48.9 10.0.64.7 40000 5432 6 3 300 100 110 ACCEPT OK 3\n",
			`App->Db:tcp/5432: perhaps used shared opener 0(0)/0 server 0(0)/0 elsewhere 1(1)/0
Batch->Db:tcp/5432: perhaps used shared opener 0(0)/0 server 0(0)/0 elsewhere 1(1)/0
`,
		},
		"one tier to itself: each interface is one side": {
			flagged + `5 eni-1 10.0.64.1 10.0.64.2 40000 7000 6 3 300 100 110 ACCEPT OK 2
5 eni-1 10.0.64.1 10.0.64.3 40000 7000 6 3 300 100 110 ACCEPT OK 2
5 eni-2 10.0.64.1 10.0.64.2 40000 7000 6 3 300 100 110 ACCEPT OK 2
5 eni-2 10.0.64.3 10.0.64.2 40000 7000 6 3 300 100 110 ACCEPT OK 2
`, "Db->Db:tcp/7000: used opener 2(2)/0 server 2(2)/0 elsewhere 0(0)/0\n",
		},
		"undeclared, rejected, refused": {
			flagged + `5 eni-w 10.0.32.5 10.0.64.9 40000 5432 6 3 300 100 110 ACCEPT OK 2
5 eni-w 10.0.64.9 10.0.32.5 5432 40000 6 3 300 100 110 ACCEPT OK 18
5 eni-w 10.0.32.5 10.0.48.9 40000 22 6 1 60 100 100 REJECT OK 2
5 eni-w 10.0.32.5 10.0.48.9 40000 8080 6 1 60 100 100 REJECT OK 2
5 eni-w 10.0.48.9 10.0.32.5 8080 40002 6 1 60 100 100 REJECT OK 18
5 eni-w 10.0.32.5 10.0.48.9 40001 8080 6 1 60 100 100 REJECT OK 1
5 eni-l 203.0.113.77 10.0.16.5 40211 3389 6 1 60 100 100 REJECT OK 2
5 eni-l 203.0.113.77 10.0.16.5 40211 3390 6 1 60 100 100 REJECT OK 2
5 eni-l 203.0.113.78 10.0.16.5 40211 23 6 1 60 90 100 REJECT OK 2
`, `undeclared Web -> Db tcp/5432 2 10.0.32.5>10.0.64.9
rejected the internet -> Lb tcp/1024-65535 2 203.0.113.77>10.0.16.5
rejected the internet -> Lb tcp/23 1 203.0.113.78>10.0.16.5
rejected Web -> App or Batch tcp/22 1 10.0.32.5>10.0.48.9
refused Web -> App tcp/8080 1 10.0.32.5>10.0.48.9
refused Web -> App tcp/8080 1 reply 10.0.32.5>10.0.48.9
refused Web -> App tcp/8080 1 late 10.0.32.5>10.0.48.9
`,
		},
		"NAT gateway, firewall endpoint, another VPC": {
			flagged + `5 eni-nat 10.0.48.9 10.0.0.4 40000 443 6 3 300 100 110 ACCEPT OK 3
5 eni-nat 10.0.0.4 1.2.3.4 1024 443 6 3 300 100 110 ACCEPT OK 3
5 eni-nat 10.0.48.8 10.0.0.4 40000 443 6 3 300 100 110 ACCEPT OK 3
5 eni-fw 10.0.32.5 10.0.48.9 40000 8080 6 3 300 100 110 ACCEPT OK 3
5 eni-fw 10.0.32.6 10.0.48.8 40000 8080 6 3 300 100 110 ACCEPT OK 3
5 eni-x 172.31.0.1 172.31.0.2 40000 8080 6 3 300 100 110 ACCEPT OK 3
`, "Web->App:tcp/8080: used opener 0(0)/0 server 0(0)/0 elsewhere 2(2)/0\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := conclude(t, &Network{Model: m}, test.log)
			assert.Empty(t, r.Logs.Problems)
			assert.ElementsMatch(t, strings.Split(test.want, "\n"), strings.Split(describe(m, r), "\n"))
		})
	}
}

// TestBlockAroundTheNetwork: a block around the network's range does not hold the network's own addresses.
func TestBlockAroundTheNetwork(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Db", Kind: arch.Data}},
		Flows: []arch.Flow{{
			From: arch.TierPeer(arch.App, "App"), To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "10.0.0.0/8"}}, Service: "https",
			Path: arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{
				Kind: arch.TransitGateway, Operand: arch.Operand{Text: "tgw-0123456789abcdef0"},
			}},
		}},
	}
	m, diags := arch.Check(a, time.Time{})
	require.NoError(t, diags.Err())
	r := conclude(t, &Network{Model: m}, flagged+`5 eni-a 10.0.48.9 10.0.64.7 40000 443 6 3 300 100 110 ACCEPT OK 2
5 eni-a 10.0.48.9 10.9.0.1 40000 443 6 3 300 100 110 ACCEPT OK 2
`)
	assert.ElementsMatch(t, strings.Split(`App->10.0.0.0/8:tcp/443: used opener 1(1)/0 server 0(0)/0 elsewhere 0(0)/0
undeclared App -> Db tcp/443 1 10.0.48.9>10.0.64.7
`, "\n"), strings.Split(describe(m, r), "\n"))
}

// TestReasonsAndPlaces: a row says which reject-reason the log states, and at which side the packets were recorded.
func TestReasonsAndPlaces(t *testing.T) {
	t.Parallel()
	r := conclude(t, &Network{Model: shop(t)}, strings.TrimSuffix(flagged, "\n")+` reject-reason
5 eni-l 203.0.113.77 10.0.16.5 40211 23 6 1 60 100 100 REJECT OK 2 BPA
5 eni-l 203.0.113.78 10.0.16.5 40211 24 6 1 60 100 100 REJECT OK 2 -
5 eni-l 203.0.113.78 10.0.16.5 40211 25 6 1 60 100 100 REJECT OK 2 SOMETHING-NEW
5 eni-w 10.0.32.5 10.0.48.9 40000 22 6 1 60 100 100 REJECT OK 2 -
5 eni-w 10.0.32.5 10.0.48.8 40000 22 6 1 60 100 100 REJECT OK 2 -
`)
	var got []string
	for _, row := range r.Rejected {
		got = append(got, fmt.Sprint(row.Service, " ", row.Reason, row.Places, row.FromEnd, row.ToEnd))
	}
	assert.ElementsMatch(t, []string{
		"tcp/23 BPA[server] {[] false} {[Lb] true}", "tcp/24 [server] {[] false} {[Lb] true}", "tcp/25 other[server] {[] false} {[Lb] true}",
		"tcp/22 [opener] {[Web] true} {[App Batch] true}",
	}, got)
}

// TestSeveralVPCs names the VPCs of a log of several, if it is not known which one is the network's.
func TestSeveralVPCs(t *testing.T) {
	t.Parallel()
	log := "version vpc-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
	for _, vpc := range []string{"vpc-2", "vpc-1", "-", "vpc-1", "vpc-5", "vpc-3"} {
		log += "3 " + vpc + " eni-1 10.0.32.5 10.0.48.5 40000 8080 6 1 40 1788232200 1788232260 ACCEPT OK\n"
	}
	name := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.WriteFile(name, []byte(log), 0o600))
	use := func(vpc string) *Result {
		a := New(&Network{Model: shop(t), VPC: vpc})
		return a.Conclude(flowlog.Read([]string{name}, flowlog.Options{}, a.Worker))
	}
	all := use("")
	assert.Zero(t, all.Skipped.Foreign)
	assert.Contains(t, all.Assumptions, "records with addresses of the network are of the network: its VPC's id was not given, "+
		"but the logs are of several VPCs: vpc-1, vpc-2, vpc-3, 1 more")
	one := use("vpc-1")
	assert.EqualValues(t, 3, one.Skipped.Foreign)
	assert.NotContains(t, strings.Join(one.Assumptions, "\n"), "VPC")
}
