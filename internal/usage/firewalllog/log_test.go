package firewalllog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/usage/firewalllog"
)

// envelope puts an event into AWS's envelope.
func envelope(event string) string {
	return `{"firewall_name":"test-firewall","availability_zone":"us-east-1b","event_timestamp":"1602627001","event":{` + event + `}}`
}

const (
	ends    = `"src_ip":"10.0.1.5","src_port":40000,"dest_ip":"192.0.2.9","dest_port":443,"proto":"TCP",`
	created = `"timestamp":"2020-10-13T22:10:01.006481+0000",`
	dropped = `"alert":{"action":"allowed","signature_id":7,"rev":1,"signature":"seven"},"verdict":{"action":"drop"}`
	passed  = `"alert":{"action":"blocked","signature_id":7,"rev":1,"signature":"seven"},"verdict":{"action":"pass"}`
	arn     = `"aws_metadata":{"resource_arn":"arn:aws:network-firewall:us-east-1:1:stateful-rulegroup/a"},`
	netflow = `"event_type":"netflow","netflow":{"pkts":6,"bytes":360,"start":"2020-10-13T22:09:58.000000+0000",` +
		`"end":"2020-10-13T22:10:01.000000+0000","age":3}`
)

// TestAdd: the verdict counts, not what the rule asked for; what cannot be read is an error, and nothing of it is counted.
func TestAdd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		records []string
		want    string
		err     string
	}{
		"the verdict is the truth": {
			records: []string{envelope(ends + created + dropped), envelope(ends + created + passed), envelope(ends + created + dropped)},
			want: `7  test-firewall drop 2 1602627001-1602627001 seven 10.0.1.5:40000 -> 192.0.2.9:443 TCP
7  test-firewall pass 1 1602627001-1602627001 seven 10.0.1.5:40000 -> 192.0.2.9:443 TCP
stopped 10.0.1.5:40000>192.0.2.9:443 6 
stopped 10.0.1.5:40000>192.0.2.9:443 6 `,
		},
		"with the ARN, from server to client, with a name": {
			records: []string{envelope(ends + created + arn + `"direction":"to_client","tls":{"sni":"a.example"},` + dropped)},
			want: `7 arn:aws:network-firewall:us-east-1:1:stateful-rulegroup/a test-firewall drop 1 1602627001-1602627001 seven ` +
				"10.0.1.5:40000 -> 192.0.2.9:443 TCP\nstopped 192.0.2.9:443>10.0.1.5:40000 6 a.example",
		},
		"the time of the envelope, without a verdict": {
			records: []string{envelope(ends + `"alert":{"signature_id":7,"action":"allowed"}`)},
			want:    "7  test-firewall  1 1602627001-1602627001  10.0.1.5:40000 -> 192.0.2.9:443 TCP",
		},
		"a flow record": {records: []string{envelope(ends + created + netflow)}, want: "session 10.0.1.5:40000>192.0.2.9:443 6 "},
		"an error of TLS": {
			records: []string{envelope(ends + created + `"event_type":"tls","tls_error":{"error_message":"x"}`)}, want: "other 1",
		},
		"cut off":          {records: []string{envelope(ends + created + dropped)[:100]}, err: "is damaged"},
		"a port of 70000":  {records: []string{envelope(strings.Replace(ends, "40000", "70000", 1) + created + dropped)}, err: "is damaged"},
		"no time":          {records: []string{strings.Replace(envelope(ends+dropped), "1602627001", "x", 1)}, err: "has no time"},
		"no addresses":     {records: []string{envelope(strings.Replace(ends, "10.0.1.5", "a", 1) + created + dropped)}, err: "has no addresses"},
		"ends before":      {records: []string{envelope(ends + strings.Replace(netflow, "22:10:01", "21:10:01", 1))}, err: "has no time"},
		"unknown protocol": {records: []string{envelope(strings.Replace(ends, "TCP", "XYZ", 1) + netflow)}, err: "has no addresses"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			note := func(kind string) func(firewalllog.Session) {
				return func(s firewalllog.Session) {
					got = append(got, fmt.Sprintf("%s %s:%d>%s:%d %d %s", kind, s.Source, s.SourcePort, s.Destination, s.DestinationPort, s.Protocol,
						s.Name))
				}
			}
			l := &firewalllog.Log{Sessions: note("session"), Stopped: note("stopped")}
			for _, r := range test.records {
				err := l.Add([]byte(r))
				if test.err != "" {
					require.ErrorContains(t, err, test.err)
				} else {
					require.NoError(t, err)
				}
			}
			sum := firewalllog.Join([]*firewalllog.Log{l})
			var alerts []string
			for _, a := range sum.Alerts {
				alerts = append(alerts, fmt.Sprintf("%d %s %s %s %d %d-%d %s %s", a.SID, a.Resource, a.Firewall, a.Verdict, a.Count, a.First, a.Last,
					a.Signature, a.Example))
			}
			got = append(alerts, got...)
			if sum.Other > 0 {
				got = append(got, fmt.Sprintf("other %d", sum.Other))
			}
			assert.Equal(t, test.want, strings.Join(got, "\n"))
		})
	}
}

// TestJoin: it makes no difference which worker took which record.
func TestJoin(t *testing.T) {
	t.Parallel()
	early := strings.Replace(created, "22:10:01", "22:09:01", 1)
	records := []string{envelope(ends + created + dropped), envelope(strings.Replace(ends, "40000", "40001", 1) + early + dropped)}
	var sums []firewalllog.Summary
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		a, b := &firewalllog.Log{}, &firewalllog.Log{}
		require.NoError(t, a.Add([]byte(records[order[0]])))
		require.NoError(t, b.Add([]byte(records[order[1]])))
		sums = append(sums, firewalllog.Join([]*firewalllog.Log{a, b}))
	}
	assert.Equal(t, sums[0], sums[1])
	assert.Equal(t, "10.0.1.5:40001 -> 192.0.2.9:443 TCP", sums[0].Alerts[0].Example)
}
