package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
)

func domain(name string) arch.Peer {
	return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}
}

// inspected is an architecture of an edge, a web and an app tier in which all paths are inspected.
func inspected(paths arch.Paths, mode arch.Mode, flows ...arch.Flow) arch.Architecture {
	n := network()
	n.Inspection = &arch.Inspection{Paths: paths, Mode: mode}
	return arch.Architecture{Network: n, Flows: flows, Tiers: []arch.Tier{
		{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Bastion", Kind: arch.Bastion},
		{ID: "Jobs", Kind: arch.App, SharesWith: "App"},
	}}
}

const allPaths = arch.EgressPath | arch.IngressPath | arch.EastWestPath

// spellRules writes the rules without metadata, SIDs and revisions, which other tests cover.
func spellRules(p *Plan) []string {
	rest := regexp.MustCompile(` metadata:[^;]*;| sid:\d+;| rev:1;`)
	var out []string
	for _, g := range p.FirewallGroups {
		text, _ := p.Text(g)
		for line := range strings.SplitSeq(text, "\n") {
			out = append(out, g.Concern.String()+": "+rest.ReplaceAllString(line, ""))
		}
	}
	slices.Sort(out)
	return out
}

func TestFirewallRules(t *testing.T) {
	t.Parallel()
	edge, web, app, bastion := peer(arch.Edge, "Edge"), peer(arch.Web, "Web"), peer(arch.App, "App"), peer(arch.Bastion, "Bastion")
	paid := flow(app, domain("api.stripe.com"), "https")
	paid.Reason = `payments; "daily"`
	tests := map[string]struct {
		mode   arch.Mode
		strict bool
		flows  []arch.Flow
		want   []string
	}{
		"tcp": {
			flows: []arch.Flow{flow(web, app, "tcp/8080")},
			want: []string{
				`Flows: pass tcp 10.0.32.0/20 any -> 10.0.48.0/20 8080 (msg:"Web -> App tcp/8080"; flow:to_server;)`},
		},
		"tcp, strict": {
			strict: true,
			flows:  []arch.Flow{flow(web, app, "tcp/8080-8090")},
			want: []string{
				`Flows: pass tcp 10.0.32.0/20 any -> 10.0.48.0/20 8080:8090 (msg:"Web -> App tcp/8080-8090"; flow:to_server;)`,
				`Flows: pass tcp 10.0.48.0/20 8080:8090 -> 10.0.32.0/20 any (msg:"Web -> App tcp/8080-8090: answers"; flow:to_client;)`},
		},
		"udp": {
			flows: []arch.Flow{flow(web, app, "udp/53")},
			want: []string{
				`Flows: pass udp 10.0.32.0/20 any -> 10.0.48.0/20 53 (msg:"Web -> App udp/53"; flow:to_server;)`,
				`Flows: pass udp 10.0.48.0/20 53 -> 10.0.32.0/20 any (msg:"Web -> App udp/53: answers"; flow:to_client;)`},
		},
		"ping": {
			flows: []arch.Flow{flow(web, app, "ping")},
			want: []string{
				`Flows: pass icmp 10.0.32.0/20 any -> 10.0.48.0/20 any (msg:"Web -> App icmp/8"; flow:to_server; itype:8;)`,
				`Flows: pass icmp 10.0.48.0/20 any -> 10.0.32.0/20 any (msg:"Web -> App icmp/8: answers"; flow:to_client; itype:0;)`},
		},
		"icmp with another answer": {
			flows: []arch.Flow{flow(web, app, "icmp/13")},
			want: []string{
				`Flows: pass icmp 10.0.32.0/20 any -> 10.0.48.0/20 any (msg:"Web -> App icmp/13"; flow:to_server; itype:13;)`,
				`Flows: pass icmp 10.0.48.0/20 any -> 10.0.32.0/20 any (msg:"Web -> App icmp/13: answers"; flow:to_client; itype:14;)`},
		},
		"icmp without an answer": {
			strict: true,
			flows:  []arch.Flow{flow(web, app, "icmp/3/1")},
			want: []string{
				`Flows: pass icmp 10.0.32.0/20 any -> 10.0.48.0/20 any (msg:"Web -> App icmp/3/1"; flow:to_server; itype:3; icode:1;)`},
		},
		"all of icmp": {
			strict: true,
			flows:  []arch.Flow{flow(web, app, "icmp")},
			want: []string{
				`Flows: pass icmp 10.0.32.0/20 any -> 10.0.48.0/20 any (msg:"Web -> App icmp"; flow:to_server;)`,
				`Flows: pass icmp 10.0.48.0/20 any -> 10.0.32.0/20 any (msg:"Web -> App icmp: answers"; flow:to_client;)`},
		},
		"from the internet": {
			flows: []arch.Flow{flow(internet, edge, "https")},
			want: []string{
				`Flows: pass tcp !10.0.0.0/16 any -> 10.0.16.0/20 443 (msg:"the internet -> Edge tcp/443"; flow:to_server;)`},
		},
		"to the internet, strict": {
			strict: true,
			flows:  []arch.Flow{flow(app, internet, "udp/123")},
			want: []string{
				`Flows: pass udp 10.0.48.0/20 any -> !10.0.0.0/16 123 (msg:"App -> the internet udp/123"; flow:to_server;)`,
				`Flows: pass udp !10.0.0.0/16 123 -> 10.0.48.0/20 any (msg:"App -> the internet udp/123: answers"; flow:to_client;)`},
		},
		"from a bastion": {
			flows: []arch.Flow{flow(bastion, app, "ssh")},
			want: []string{
				`Admin: pass tcp 10.0.80.0/20 any -> 10.0.48.0/20 22 (msg:"Bastion -> App tcp/22"; flow:to_server;)`},
		},
		"to a name": {
			flows: []arch.Flow{paid},
			want: []string{
				`Domains: pass tls 10.0.48.0/20 any -> !10.0.0.0/16 443 (msg:"App -> api.stripe.com tcp/443: payments\; daily"; flow:to_server; ` +
					`tls.sni; content:"api.stripe.com"; startswith; nocase; endswith;)`},
		},
		"to hosts, observed": {
			mode:  arch.Observe,
			flows: []arch.Flow{flow(app, domain(".example.com"), "http"), flow(app, domain("a.example.org"), "http")},
			want: []string{
				`Domains: alert http 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> other hosts than .example.com a.example.org tcp/80"; ` +
					`flow:to_server,established; http.host; pcre:!"/^((.*\.)?example\.com|a\.example\.org)$/";)`,
				`Domains: alert http2 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> HTTP/2 tcp/80"; flow:to_server,established;)`,
				`Domains: alert http 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> no host tcp/80"; flow:to_server,established; http.start; ` +
					`content:"|0d 0a|"; pcre:!"/\r\nHost:[ \t]*[^ \t\r\n]/i";)`,
				`Domains: pass tcp 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> .example.com a.example.org tcp/80"; flow:to_server,established; ` +
					`app-layer-protocol:http;)`},
		},
		"to hosts, from shared subnets": {
			flows: []arch.Flow{flow(app, domain("a.example.com"), "http"), flow(app, domain("b.example.com"), "http"),
				flow(peer(arch.App, "Jobs"), domain("b.example.com"), "http"), flow(peer(arch.App, "Jobs"), domain("a.example.com"), "http")},
			want: []string{
				`Domains: drop http 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> other hosts than a.example.com b.example.com tcp/80"; ` +
					`flow:to_server,established; http.host; pcre:!"/^(a\.example\.com|b\.example\.com)$/";)`,
				`Domains: drop http2 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> HTTP/2 tcp/80"; flow:to_server,established;)`,
				`Domains: drop http 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> no host tcp/80"; flow:to_server,established; http.start; ` +
					`content:"|0d 0a|"; pcre:!"/\r\nHost:[ \t]*[^ \t\r\n]/i";)`,
				`Domains: pass tcp 10.0.48.0/20 any -> !10.0.0.0/16 80 (msg:"App -> a.example.com b.example.com tcp/80"; ` +
					`flow:to_server,established; app-layer-protocol:http;)`},
		},
		"within the same subnets": {flows: []arch.Flow{flow(app, app, "tcp/7000")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := inspected(allPaths, test.mode, test.flows...)
			a.Network.Inspection.Strict = test.strict
			want := append(test.want, `Flows: pass icmp any any -> any any (msg:"path MTU discovery"; itype:3; icode:4;)`)
			if !test.strict {
				action := "drop"
				if test.mode == arch.Observe {
					action = "alert"
				}
				want = append(want, "Limits: "+action+` tcp any any -> any any (msg:"more than 16384 bytes of an undeclared connection"; `+
					`flow:to_server,established; stream_size:either,>,16384;)`)
			}
			slices.Sort(want)
			assert.Equal(t, want, spellRules(make1(t, a)))
		})
	}
}

// TestSIDs: numbers are in bands of their own, ascend, and depend on nothing but the flow.
func TestSIDs(t *testing.T) {
	t.Parallel()
	web, app := peer(arch.Web, "Web"), peer(arch.App, "App")
	flows := []arch.Flow{flow(web, app, "tcp/8080"), flow(app, domain("a.example.com"), "http"), flow(app, domain("b.example.com"), "https"),
		flow(web, app, "udp/53")}
	numbers := func(a arch.Architecture) map[string]int {
		out := map[string]int{}
		p := make1(t, a)
		for _, g := range p.FirewallGroups {
			assert.True(t, slices.IsSortedFunc(g.Rules, func(a, b FirewallRule) int { return a.SID - b.SID }))
			for _, r := range g.Rules {
				out[p.Message(r)] = r.SID
				assert.Equal(t, r.Stop, r.SID < passBand)
				assert.GreaterOrEqual(t, r.SID, stopBand)
				assert.Less(t, r.SID, 2*passBand)
			}
		}
		return out
	}
	all := numbers(inspected(allPaths, 0, flows...))
	require.Len(t, all, 10)
	for message, sid := range numbers(inspected(allPaths, 0, flows[0], flows[3])) {
		assert.Equal(t, all[message], sid, message)
	}
	reasoned := inspected(allPaths, 0, flows...)
	reasoned.Flows[0].Reason = "why"
	assert.Equal(t, all["Web -> App tcp/8080"], numbers(reasoned)["Web -> App tcp/8080: why"])
}

func TestInspectedRoutes(t *testing.T) {
	t.Parallel()
	edge, web, app := peer(arch.Edge, "Edge"), peer(arch.Web, "Web"), peer(arch.App, "App")
	tests := map[string]struct {
		paths arch.Paths
		mode  arch.Mode
		flows []arch.Flow
		want  string
	}{
		"egress": {
			paths: arch.EgressPath,
			flows: []arch.Flow{flow(app, internet, "https")},
			want: "Block1Slot0 0.0.0.0/0 igw; Block3Slot0 0.0.0.0/0 firewall FirewallSlot0; " +
				"FirewallSlot0 0.0.0.0/0 nat NATSlot0; NATSlot0 Block3Slot0 firewall FirewallSlot0; NATSlot0 0.0.0.0/0 igw",
		},
		"egress, prepared": {
			paths: arch.EgressPath,
			mode:  arch.Prepare,
			flows: []arch.Flow{flow(app, internet, "https")},
			want: "Block1Slot0 0.0.0.0/0 igw; Block3Slot0 0.0.0.0/0 nat NATSlot0; " +
				"FirewallSlot0 0.0.0.0/0 nat NATSlot0; NATSlot0 0.0.0.0/0 igw",
		},
		"ingress": {
			paths: arch.IngressPath,
			flows: []arch.Flow{flow(internet, edge, "https"), flow(edge, web, "https")},
			want: "Block1Slot0 0.0.0.0/0 firewall IngressSlot0; " +
				"IngressSlot0 0.0.0.0/0 igw; InternetGateway Block1Slot0 firewall IngressSlot0",
		},
		"between tiers": {
			paths: arch.EastWestPath,
			mode:  arch.Observe,
			flows: []arch.Flow{flow(web, app, "tcp/8080"), flow(app, app, "tcp/7000")},
			want: "Block1Slot0 0.0.0.0/0 igw; " +
				"Block2Slot0 Block3Slot0 firewall FirewallSlot0; Block3Slot0 Block2Slot0 firewall FirewallSlot0",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := inspected(test.paths, test.mode, test.flows...)
			a.Network.Zones = a.Network.Zones[:1]
			assert.Equal(t, test.want, spellRoutes(make1(t, a)))
		})
	}
}

// TestEastWestIsSymmetric: the endpoint between two subnets is the same in both tables, in the zone of one of the two.
func TestEastWestIsSymmetric(t *testing.T) {
	t.Parallel()
	a := inspected(arch.EastWestPath, 0, flow(peer(arch.Web, "Web"), peer(arch.App, "App"), "tcp/8080"),
		flow(peer(arch.Edge, "Edge"), peer(arch.Web, "Web"), "https"))
	a.Network.Zones = append(a.Network.Zones, "eu-west-1c")
	p := make1(t, a)
	via := map[[2]string]string{}
	for _, r := range p.Routes {
		if r.ToSubnet != "" {
			via[[2]string{r.Subnet, r.ToSubnet}] = r.Via
		}
	}
	assert.Len(t, via, 2*2*9)
	for pair, endpoint := range via {
		assert.Equal(t, endpoint, via[[2]string{pair[1], pair[0]}], fmt.Sprint(pair))
		slot := endpoint[len(endpoint)-1:]
		assert.True(t, strings.HasSuffix(pair[0], slot) || strings.HasSuffix(pair[1], slot), "%v by %s", pair, endpoint)
	}
}

func TestGatewayRoutes(t *testing.T) {
	t.Parallel()
	office := blockPeer("192.168.0.0/16")
	f := flow(peer(arch.App, "App"), office, "https")
	f.Path = arch.Path{Kind: arch.ThroughGateway,
		Via: arch.Gateway{Kind: arch.TransitGateway, Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}}
	in := flow(office, peer(arch.Bastion, "Bastion"), "ssh")
	in.Path = f.Path
	a := inspected(0, 0, f, in, flow(peer(arch.Web, "Web"), internet, "https"))
	a.Network.Inspection, a.Network.Zones = nil, a.Network.Zones[:1]
	a.Network.DefaultRoute = &f.Path.Via
	assert.Equal(t, "Block1Slot0 0.0.0.0/0 igw; Block2Slot0 0.0.0.0/0 gateway; Block3Slot0 192.168.0.0/16 gateway; Block5Slot0 "+
		"192.168.0.0/16 gateway", spellRoutes(make1(t, a)))
}
