package usage

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
)

func session(from, to string, fromPort, toPort uint16) Session {
	return Session{
		Firewall: "f", Source: netip.MustParseAddr(from), Destination: netip.MustParseAddr(to), SourcePort: fromPort, DestinationPort: toPort,
		Protocol: 6, Packets: 2, Bytes: 100, Start: 1000, End: 1010,
	}
}

// TestSessions: a flow that a firewall recorded is not called unused, but the firewall's record does not make it used.
func TestSessions(t *testing.T) {
	t.Parallel()
	m := shop(t)
	covered := flagged
	for at := 940; at < 1100; at += 60 {
		covered += fmt.Sprintf("5 eni-w 10.0.32.5 10.0.16.5 443 40000 6 3 300 %d %d ACCEPT OK 18\n", at, at+60)
		covered += fmt.Sprintf("5 eni-w 10.0.32.5 10.0.16.6 443 40000 6 3 300 %d %d ACCEPT OK 18\n", at, at+60)
		covered += fmt.Sprintf("5 eni-a 10.0.48.5 1.2.3.4 40000 443 6 3 300 %d %d ACCEPT OK 2\n", at, at+60)
		covered += fmt.Sprintf("5 eni-a 10.0.48.5 1.2.3.5 40000 443 6 3 300 %d %d ACCEPT OK 2\n", at, at+60)
	}
	verdicts := func(add ...Session) (string, *Result) {
		var a *Accounting
		r := concludeWith(t, &Network{Model: m}, func(made *Accounting) {
			a = made
			for _, s := range add {
				a.workers[0].AddSession(s)
			}
		}, covered)
		var out []string
		for _, f := range r.Flows {
			if f.Firewall.Records > 0 || m.Flows[f.Flow].From.Text == "Web" {
				out = append(out, fmt.Sprint(m.Flows[f.Flow].SubjectString(), " ", f.Verdict, " ", f.Firewall.Records, " ", f.Doubts))
			}
		}
		return strings.Join(out, "\n"), r
	}
	text, _ := verdicts()
	assert.Equal(t, "Web->App:tcp/8080 never used 0 []", text)
	text, r := verdicts(session("10.0.32.5", "10.0.48.9", 40000, 8080), session("10.0.48.9", "10.0.32.5", 8080, 40000),
		session("10.0.48.9", "10.0.32.5", 40000, 9999))
	assert.Equal(t, "Web->App:tcp/8080 not seen 2 [a firewall recorded connections that may be its own]", text)
	assert.EqualValues(t, 1, r.Strangers)
}

// concludeWith reads logs and calls a function before it concludes.
func concludeWith(t *testing.T, n *Network, before func(*Accounting), log string) *Result {
	t.Helper()
	file := writeLog(t, log)
	a := New(n)
	summary := flowlog.Read([]string{file}, flowlog.Options{}, a.Worker)
	before(a)
	return a.Conclude(summary)
}

// TestStopped: what firewalls stop is told by ends, service and name; a name decides which domains declare it.
func TestStopped(t *testing.T) {
	t.Parallel()
	a := arch.Architecture{
		Network: arch.Network{
			Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"},
			Inspection: &arch.Inspection{Paths: arch.EgressPath},
		},
		Tiers: []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Db", Kind: arch.Data}},
		Flows: []arch.Flow{
			{From: arch.TierPeer(arch.App, "App"), To: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: ".pay.example"}}, Service: "https"},
			{From: arch.TierPeer(arch.App, "App"), To: arch.TierPeer(arch.Data, "Db"), Service: "postgresql"},
		},
	}
	m, diags := arch.Check(a, time.Time{})
	require.NoError(t, diags.Err())
	named := func(s Session, name string) Session {
		s.Name = name
		return s
	}
	out := session("10.0.48.5", "198.51.100.1", 40000, 443)
	add := []Session{
		named(out, "api.pay.example"), named(out, "API.pay.example."), named(out, "evil.example"), named(out, "evil.example"), out,
		named(session("10.0.48.5", "10.0.64.5", 40000, 5432), "ignored.example"), session("10.0.64.5", "10.0.48.5", 40000, 22),
	}
	var results []string
	for _, workers := range []int{1, 2} {
		accounting := New(&Network{Model: m})
		for range workers {
			accounting.Worker(nil)
		}
		for i, s := range add {
			accounting.workers[i%workers].AddStopped(s)
		}
		var got []string
		for _, r := range accounting.Conclude(flowlog.Summary{}).Stopped {
			got = append(got, fmt.Sprint(r.From, " -> ", r.To, " ", r.Service, " ", r.Name, " ", r.Traffic.Records, " ", r.Flows))
		}
		results = append(results, strings.Join(got, "\n"))
	}
	assert.Equal(t, `App -> .pay.example tcp/443 api.pay.example 2 [1]
App -> the internet tcp/443 evil.example 2 []
App -> Db tcp/5432  1 [0]
App -> the internet tcp/443  1 []
Db -> App tcp/22  1 []`, results[0])
	assert.Equal(t, results[0], results[1])
}
