package usage

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// idle returns records of interfaces for each minute of a time, in hours.
func idle(from, to float64, addresses ...string) string {
	var b strings.Builder
	for at := int(from * 3600); at < int(to*3600); at += 60 {
		for i, addr := range addresses {
			status := "NODATA"
			if at%600 == 0 { // Now and then somebody tries a port.
				fmt.Fprintf(&b, "5 eni-%d 1.2.3.%d %s 5 23 6 1 60 %d %d REJECT OK 2\n", i, at%256, addr, 1e9+at, 1e9+at)
				fmt.Fprintf(&b, "5 eni-%d %s 1.2.3.%d 5 24 6 1 60 %d %d ACCEPT OK 2\n", i, addr, at%256, 1e9+at, 1e9+at)
			}
			fmt.Fprintf(&b, "5 eni-%d - - - - - - - %d %d - %s -\n", i, 1e9+at, 1e9+at+60, status)
		}
	}
	return b.String()
}

// verdictOf returns the verdict on the flow Web -> App with its doubts.
func verdictOf(r *Result) string {
	for i, f := range r.Flows {
		if i == webToApp {
			return strings.Join(append([]string{string(f.Verdict)}, f.Doubts...), "; ")
		}
	}
	return ""
}

const webToApp = 5 // flows are sorted by their ends

func TestVerdicts(t *testing.T) {
	t.Parallel()
	m := shop(t)
	assert.Equal(t, "Web->App:tcp/8080", m.Flows[webToApp].SubjectString())
	const web, app = "10.0.32.5", "10.0.48.9"
	use := func(at int) string {
		return fmt.Sprintf("5 eni-0 %s %s 40000 8080 6 3 300 %d %d ACCEPT OK 3\n", web, app, 1e9+at, 1e9+at)
	}
	second := func(log string) string { return strings.ReplaceAll(log, "eni-0", "eni-1") }
	for name, test := range map[string]struct {
		logs []string
		want string
		with func(*Network)
	}{
		"both ends covered": {logs: []string{idle(0, 4, web, app)}, want: "never used"},
		"used once":         {logs: []string{idle(0, 4, web, app), use(5000)}, want: "used"},
		"an hour of all missing": {
			logs: []string{idle(0, 2, web, app), idle(3, 4, web, app)},
			want: "not seen; " +
				"the logs of Web and App do not cover 1h0m0s of the period, first from 2001-09-09T03:46:40Z to 2001-09-09T04:46:40Z",
		},
		"one end is covered": {logs: []string{idle(0, 2, web, app), idle(2, 3, web), idle(3, 4, web, app)}, want: "never used"},
		"each end misses another hour": {
			logs: []string{idle(0, 2, web), idle(3, 4, web), second(idle(0, 1, app)), second(idle(2, 4, app))}, want: "never used"},
		"the ends miss half an hour together": {
			logs: []string{idle(0, 1, web), idle(2, 4, web), second(idle(0, 1.5, app)), second(idle(2.5, 4, app))},
			want: "not seen; the logs of Web and App do not cover 30m0s of the period, first from 2001-09-09T03:16:40Z to 2001-09-09T03:46:40Z"},
		"the begin is missing": {
			logs: []string{idle(0, 4, "10.0.64.1"), strings.ReplaceAll(idle(1, 4, web), "eni-0", "eni-9")},
			want: "not seen; the logs of Web do not cover 1h0m0s of the period, first from 2001-09-09T01:46:40Z to 2001-09-09T02:46:40Z",
		},
		"no interface is seen": {
			logs: []string{idle(0, 4, "10.0.64.1")},
			want: "not seen; no record is known to be of an interface of App; no record is known to be of an interface of Web",
		},
		"records were lost by AWS": {
			logs: []string{idle(0, 4, web) + "5 eni-0 - - - - - - - 1000003000 1000003060 - SKIPDATA -\n"},
			want: "not seen; the logs of Web do not cover 1m0s of the period, first from 2001-09-09T02:36:40Z to 2001-09-09T02:37:40Z",
		},
		"only rejects": {
			logs: []string{strings.ReplaceAll(idle(0, 4, web), "ACCEPT", "REJECT")},
			want: "not seen; no record is known to be of an interface of App; " +
				"the interfaces of Web recorded no accepted traffic, so their log may be of rejected traffic only"},
		"a line cannot be read": {
			logs: []string{idle(0, 4, web), "what\n"},
			want: "not seen; some of the logs cannot be read; their problems are listed",
		},
		"no logs": {
			logs: []string{flagged},
			want: "not seen; " +
				"no records of flow logs were read; no record is known to be of an interface of App; no record is known to be of an interface of Web",
		},
		"an idle interface that may be anyone's": {
			logs: []string{idle(0, 4, web), "5 eni-7 - - - - - - - 1000000000 1000000060 - NODATA -\n" +
				"5 eni-7 - - - - - - - 1000009000 1000009060 - NODATA -\n"},
			want: "not seen; the logs of Web do not cover 2h29m0s of the period, first from 2001-09-09T01:47:40Z to 2001-09-09T04:16:40Z"},
		"a listed interface has no records": {
			logs: []string{idle(0, 4, web)}, with: func(n *Network) {
				n.Interfaces = []Interface{{ID: "eni-5", Tiers: []string{"Web"}, Addresses: []netip.Addr{netip.MustParseAddr("10.0.32.99")}}}
			}, want: "not seen; no record is known to be of an interface of App; the interface eni-5 of Web has no records"},
		"a listed interface has no records of the first hour": {
			logs: []string{idle(0, 4, web), strings.ReplaceAll(idle(1, 4, "10.0.32.6"), "eni-0", "eni-5")}, with: func(n *Network) {
				n.Interfaces = []Interface{{ID: "eni-5", Tiers: []string{"Web"}, Addresses: []netip.Addr{netip.MustParseAddr("10.0.32.6")}}}
			}, want: "not seen; the logs of Web do not cover 1h0m0s of the period, first from 2001-09-09T01:46:40Z to 2001-09-09T02:46:40Z"},
		"a listed interface came later": {
			logs: []string{idle(0, 4, web)}, with: func(n *Network) {
				n.Interfaces = []Interface{{ID: "eni-5", Tiers: []string{"Web"}, Since: time.Unix(2e9, 0)}}
			}, want: "never used"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := &Network{Model: m}
			if test.with != nil {
				test.with(n)
			}
			var logs []string
			for _, log := range test.logs {
				logs = append(logs, flagged+log)
			}
			assert.Equal(t, test.want, verdictOf(conclude(t, n, logs...)))
		})
	}
}

// TestListedInterfaces says whose an address is, and since when, in subnets that two tiers share.
func TestListedInterfaces(t *testing.T) {
	t.Parallel()
	m := shop(t)
	addr := netip.MustParseAddr("10.0.48.9")
	n := &Network{Model: m, Interfaces: []Interface{
		{ID: "eni-a", Addresses: []netip.Addr{addr}, Tiers: []string{"App"}, Until: time.Unix(1000, 0)},
		{ID: "eni-b", Addresses: []netip.Addr{addr}, Tiers: []string{"Batch"}, Since: time.Unix(1001, 0)},
	}}
	r := conclude(t, n, flagged+`5 eni-a 10.0.48.9 10.0.64.7 40000 5432 6 3 300 100 110 ACCEPT OK 3
5 eni-b 10.0.48.9 10.0.64.7 40000 5432 6 3 300 1100 1110 ACCEPT OK 3
5 eni-b 10.0.48.9 10.0.64.7 40001 5432 6 3 300 1100 1110 ACCEPT OK 3
`)
	assert.ElementsMatch(t, strings.Split(`App->Db:tcp/5432: used opener 1(1)/0 server 0(0)/0 elsewhere 0(0)/0
Batch->Db:tcp/5432: used opener 2(2)/0 server 0(0)/0 elsewhere 0(0)/0
`, "\n"), strings.Split(describe(m, r), "\n"))
}

// TestTags: a log that records the tag of interfaces says whose an address is.
func TestTags(t *testing.T) {
	t.Parallel()
	m := shop(t)
	r := conclude(t, &Network{Model: m},
		"interface-id srcaddr dstaddr srcport dstport protocol start end action tcp-flags flow-direction interface-tag\n"+
			"eni-b 10.0.48.9 10.0.64.7 40000 5432 6 100 110 ACCEPT 2 egress Batch\n")
	assert.Equal(t, "Batch->Db:tcp/5432: used opener 1(1)/0 server 0(0)/0 elsewhere 0(0)/0\n", describe(m, r))
}
