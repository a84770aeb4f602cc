package suricatatest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tierwall/tierwall/internal/suricata"
)

// Policy is a firewall policy.
type Policy struct {
	// Rules are evaluated before those of the groups. There is one on each line.
	Rules  string
	Groups []Group // by priority
	// Default selects the packets that the default actions drop. If AlertOnly is true, they only report.
	Default   Default
	AlertOnly bool
	// HomeNet is $HOME_NET, for example "10.0.0.0/16"; nil stands for 10.0.0.0/8. EXTERNAL_NET is all other addresses.
	HomeNet []string
	// Midstream says what happens to connections whose beginning the firewall has not seen.
	Midstream StreamException
}

// Group is a stateful rule group.
type Group struct {
	Name  string // for messages
	Rules string // one on each line
	// Variables are the group's rule variables, and References its IP set references, by name without the sign. Both hold only in the
	// group. Suricata has no groups, so their values are written into the rules.
	Variables, References map[string][]string
	// DropToAlert makes the group report what it would drop, like AWS's override.
	DropToAlert bool
}

// Default selects packets for the default actions, among those that no rule decides.
type Default int

// The defaults, as in AWS's default actions.
const (
	Strict                      Default = iota // every packet
	EstablishedAppLayerToServer                // packets of clients once the application is known; all packets of other protocols than TCP
	EstablishedAppLayer                        // the same, and packets of servers
	Established                                // packets of clients once the connection is established; all of other protocols than TCP
	None                                       // no packet: all pass
)

// String returns the name of the default, as in AWS's default actions.
func (d Default) String() string {
	return [...]string{"strict", "established_app_layer_to_server", "established_app_layer", "established", "none"}[d]
}

// notTCP drops all packets of protocols other than TCP. Because of ttl, Suricata evaluates it for every packet: it evaluates a rule that
// has only addresses for the first packet of each direction.
const notTCP = `drop ip any any -> any any (ip_proto:!6; ttl:>0;)`

// defaultRules are the default actions as rules. AWS does not publish its rules. Those of the app_layer family are an approximation: they
// wait until Suricata knows the application's protocol; for TLS, until the ClientHello is complete, however many segments it takes; and for
// HTTP, until the headers of a request are complete.
var defaultRules = map[Default][]string{
	Strict: {`drop ip any any -> any any (ttl:>0;)`},
	EstablishedAppLayerToServer: {
		`drop tls any any -> any any (flow:to_server,established; ssl_state:client_hello;)`,
		`drop http any any -> any any (flow:to_server,established; http.start; content:"|0d 0a|";)`,
		`drop tcp any any -> any any (flow:to_server,established; app-layer-protocol:!tls; app-layer-protocol:!http1;)`,
		notTCP,
	},
	EstablishedAppLayer: {
		`drop tls any any -> any any (flow:to_server,established; ssl_state:client_hello;)`,
		`drop http any any -> any any (flow:to_server,established; http.start; content:"|0d 0a|";)`,
		`drop tcp any any -> any any (flow:to_server,established; app-layer-protocol:!tls; app-layer-protocol:!http1;)`,
		`drop tcp any any -> any any (flow:to_client,established; dsize:>0;)`,
		notTCP,
	},
	Established: {
		`drop tcp any any -> any any (flow:to_server,established;)`,
		notTCP,
	},
}

// StreamException says what happens to connections whose beginning the firewall has not seen, as AWS's StreamExceptionPolicy does. Its zero
// value is AWS's default.
type StreamException int

// The stream exception policies.
const (
	MidstreamDrop     StreamException = iota // they are dropped
	MidstreamReject                          // they are reset
	MidstreamContinue                        // rules see their packets, which belong to no established connection
)

// policy returns the most similar setting of Suricata.
func (m StreamException) policy() string { return [...]string{"drop-flow", "reject", "ignore"}[m] }

// line is one rule of a policy.
type line struct {
	rule suricata.Rule
	sid  int // 0 for default actions
}

// lines returns all rules in the order of their evaluation. The rules of the default actions come last.
func (p Policy) lines(t testing.TB) []line {
	t.Helper()
	var out []line
	for _, g := range append([]Group{{Name: "rules", Rules: p.Rules}}, p.Groups...) {
		parsed, problems := suricata.ParseText(g.Rules)
		if len(problems) > 0 {
			t.Fatalf("the rules of group %s: %+v", g.Name, problems)
		}
		for _, l := range parsed {
			sid, _ := l.Rule.SID()
			out = append(out, line{g.resolve(l.Rule), sid})
		}
	}
	for _, text := range defaultRules[p.Default] {
		rule, err := suricata.Parse(text)
		if err != nil {
			t.Fatalf("the default actions %s: %v", p.Default, err)
		}
		out = append(out, line{rule: rule})
	}
	return out
}

// resolve replaces the group's variables in a rule by their values.
func (g Group) resolve(r suricata.Rule) suricata.Rule {
	for _, field := range []*string{&r.Source, &r.SourcePort, &r.Destination, &r.DestinationPort} {
		*field = g.value(*field, 0)
	}
	if g.DropToAlert && (r.Action == suricata.Drop || r.Action == suricata.Reject) {
		r.Action = suricata.Alert
	}
	return r
}

// maxNesting bounds the nesting of variables. A variable that contains itself exceeds it.
const maxNesting = 8

// value replaces the names of variables by their values. Longer names come first, because a name may begin with another one.
func (g Group) value(text string, depth int) string {
	if depth > maxNesting || !strings.ContainsAny(text, "$@") {
		return text
	}
	before := text
	for sign, values := range map[string]map[string][]string{"$": g.Variables, "@": g.References} {
		var names []string
		for name := range values {
			names = append(names, name)
		}
		slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
		for _, name := range names {
			text = strings.ReplaceAll(text, sign+name, "["+strings.Join(values[name], ",")+"]")
		}
	}
	if text == before {
		return text
	}
	return g.value(text, depth+1)
}

// homeNet returns the blocks of HOME_NET.
func (p Policy) homeNet() []string {
	if len(p.HomeNet) == 0 {
		return []string{"10.0.0.0/8"}
	}
	return p.HomeNet
}

// configuration is Suricata's configuration file, with places for values of the policy. Its last lines only make Suricata start faster:
// small tables, one state of Lua, and matchers that need not be compiled.
const configuration = `%%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[%s]"
    EXTERNAL_NET: "!$HOME_NET"
outputs:
  - eve-log:
      enabled: yes
      filename: eve.json
      types:
        - alert: {metadata: no}
        - drop: {alerts: yes, flows: all}
packet-alert-max: %d
action-order: [%s]
stream: {inline: yes, midstream: false, midstream-policy: %s, prealloc-sessions: 16}
app-layer:
  protocols:
    tls: {enabled: yes, detection-ports: {dp: 443}}
    http: {enabled: yes}
    http2: {enabled: yes}
    dns: {tcp: {enabled: yes}, udp: {enabled: yes}}
    ssh: {enabled: yes}
    smtp: {enabled: yes}
mpm-algo: ac
spm-algo: bm
flow: {hash-size: 1024, prealloc: 16, managers: 1, recyclers: 1}
host: {hash-size: 1024, prealloc: 16}
ippair: {hash-size: 64, prealloc: 16}
defrag: {hash-size: 1024, trackers: 64, max-frags: 64, prealloc: no}
max-pending-packets: 16
luajit: {states: 1}
stats: {enabled: no}
`

// configuration returns Suricata's configuration for a policy with a number of rules and an order of actions.
func (p Policy) configuration(rules int, order string) []byte {
	return fmt.Appendf(nil, configuration, strings.Join(p.homeNet(), ","), max(rules, 15), order, p.Midstream.policy())
}
