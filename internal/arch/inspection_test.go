package arch

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

// TestInspectionChecks covers inspected paths, domain peers and gateways.
func TestInspectionChecks(t *testing.T) {
	t.Parallel()
	type change func(*Architecture)
	inspect := func(i Inspection) change { return func(a *Architecture) { a.Network.Inspection = &i } }
	egress := inspect(Inspection{Paths: EgressPath})
	app := TierPeer(App, "App")
	flow := func(f Flow) change { return func(a *Architecture) { a.Flows = append(a.Flows, f) } }
	namedBy := func(from Peer, name, service string) change {
		return flow(Flow{From: from, To: Peer{Kind: Domain, Operand: Operand{Text: name}}, Service: service})
	}
	named := func(name, service string) change { return namedBy(app, name, service) }
	list, away, tenant := Peer{Kind: PrefixList, Operand: Operand{Text: "pl-12345678"}, Entries: 3},
		Peer{Kind: CIDR, Operand: Operand{Text: "203.0.113.0/24"}}, TierPeer(App, "Tenant")
	beside := func(a *Architecture) {
		a.Tiers = append(a.Tiers, Tier{ID: "Tenant", Kind: App, SharesWith: "App"})
		a.Flows = append(a.Flows, Flow{From: TierPeer(Web, "Web"), To: tenant, Service: "tcp/8080"})
	}
	grants := func(id string) change {
		return func(a *Architecture) {
			a.Grants = append(a.Grants, Grant{Tier: id, Use: "read",
				Needs: []Need{{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::uploads/*"}}}})
		}
	}
	via := func(kind GatewayKind, id string) Path {
		return Path{Kind: ThroughGateway, Via: Gateway{kind, Operand{Text: id}}}
	}
	office := Peer{Kind: CIDR, Operand: Operand{Text: "192.168.0.0/16"}}
	network := func(f func(*Network)) change { return func(a *Architecture) { f(&a.Network) } }
	tests := map[string]struct {
		changes []change
		want    string // severity and rule
		says    string
	}{
		"egress":       {[]change{egress}, "", ""},
		"no path":      {[]change{inspect(Inspection{})}, "error inspection-paths", "got 0; allowed are firewall.Egress"},
		"unknown path": {[]change{inspect(Inspection{Paths: 8})}, "error inspection-paths", "got 8"},
		"unknown mode": {[]change{inspect(Inspection{Paths: EgressPath, Mode: 9})}, "error inspection-mode", "got 9"},
		"wrapped": {[]change{egress, func(a *Architecture) {
			a.Network = Network{Path: "Shop/Network", Wrapped: true, Inspection: a.Network.Inspection}
		}}, "error inspection-wrapped", "firewall.NewFirewall"},
		"dual-stack": {[]change{egress, network(func(n *Network) { n.IPv6 = true })}, "error inspection-ipv6", "egress-only gateway"},
		"egress twice": {[]change{egress, network(func(n *Network) {
			n.DefaultRoute = &Gateway{TransitGateway, Operand{Text: "tgw-0123456789abcdef0"}}
		})}, "error inspection-twice",
			"leave out DefaultRoute"},
		"default route": {[]change{network(func(n *Network) { n.DefaultRoute = &Gateway{TransitGateway, Operand{Text: "vgw-1"}} })},
			"error default-route", `"tgw-0123456789abcdef0"`},
		"default to peering": {[]change{network(func(n *Network) {
			n.DefaultRoute = &Gateway{PeeringConnection, Operand{Text: "pcx-0123456789abcdef0"}}
		})}, "error default-route",
			"use a transit gateway"},
		"name":                {[]change{egress, named("api.example.com", "https")}, "", ""},
		"names below":         {[]change{egress, named(".example.com", "tcp/8443")}, "", ""},
		"name, HTTP":          {[]change{egress, named("example.com", "http")}, "", ""},
		"name, upper case":    {[]change{egress, named("API.example.com", "https")}, "", ""},
		"name, not inspected": {[]change{named("api.example.com", "https")}, "error domain-open", "open to the whole internet"},
		"name, east-west": {[]change{inspect(Inspection{Paths: EastWestPath}), named("api.example.com", "https")}, "error domain-open",
			"firewall.Egress"},
		"name, prepared": {[]change{inspect(Inspection{Paths: EgressPath, Mode: Prepare}), named("api.example.com", "https")},
			"error domain-open", "declare the flow to tiers.Internet"},
		"name, observed": {[]change{inspect(Inspection{Paths: EgressPath, Mode: Observe}), named("api.example.com", "https")},
			"warning domain-observed", "set the mode to Enforce"},
		"name, strict": {[]change{inspect(Inspection{Paths: EgressPath, Strict: true}), named("api.example.com", "https")},
			"error domain-strict", "leave out Strict"},
		"name elsewhere": {[]change{network(func(n *Network) {
			n.DefaultRoute = &Gateway{TransitGateway, Operand{Text: "tgw-0123456789abcdef0"}}
		}), named("api.example.com", "https")}, "", ""},
		"scheme":          {[]change{egress, named("https://api.example.com", "https")}, "error domain", "has a scheme"},
		"wildcard":        {[]change{egress, named("*.example.com", "https")}, "error domain", "leading dot"},
		"wildcard inside": {[]change{egress, named("api.*.com", "https")}, "error domain", "wildcard"},
		"port":            {[]change{egress, named("example.com:443", "https")}, "error domain", "port or path"},
		"one label":       {[]change{egress, named("localhost", "https")}, "error domain", "two labels"},
		"empty":           {[]change{egress, named("", "https")}, "error domain", "two labels"},
		"address":         {[]change{egress, named("10.0.0.1", "https")}, "error domain", "tiers.CIDR"},
		"breaking out":    {[]change{egress, named(`a.com"; content`, "https")}, "error domain", "is not a label"},
		"other script":    {[]change{egress, named("bücher.example", "https")}, "error domain", "xn--"},
		"token":           {[]change{egress, named("${Token[Name.1]}", "https")}, "error domain", "literal"},
		"too long":        {[]change{egress, named(strings.Repeat("a.", 130)+"com", "https")}, "error domain", "253"},
		"over udp":        {[]change{egress, named("example.com", "udp/443")}, "error domain-service", "over tcp"},
		"over SSH":        {[]change{egress, named("example.com", "ssh")}, "error domain-service", "starts without TLS"},
		"HTTP in a range": {[]change{egress, named("example.com", "tcp/80-443")}, "error domain-service", "declare port 80"},
		"covered": {[]change{egress, named("example.com", "https"),
			flow(Flow{From: app, To: Peer{Kind: Internet}, Service: "tcp/400-500"})}, "error domain-covered", "App may reach every address"},
		"covered by a list": {[]change{egress, named("example.com", "https"), flow(Flow{From: app, To: list, Service: "tcp/443-445"})},
			"error domain-covered", "name the list's blocks with tiers.CIDR"},
		"list, other ports": {[]change{egress, named("example.com", "https"), flow(Flow{From: app, To: list, Service: "tcp/444"})}, "", ""},
		"list, observed": {[]change{inspect(Inspection{Paths: EgressPath, Mode: Observe}), named("example.com", "https"),
			flow(Flow{From: app, To: list, Service: "https"})}, "warning domain-observed", "other names"},
		"beside a gateway": {[]change{egress, named("example.com", "https"),
			flow(Flow{From: app, To: office, Service: "ssh", Path: via(TransitGateway, "tgw-0123456789abcdef0")})}, "warning domain-beside",
			"App reaches 192.168.0.0/16 with it"},
		"gateway, as said": {[]change{egress, named("example.com", "https"),
			flow(Flow{From: app, To: office, Service: "tcp/400-500", Path: via(TransitGateway, "tgw-0123456789abcdef0")})}, "", ""},
		"gateway of all": {[]change{network(func(n *Network) {
			n.DefaultRoute = &Gateway{TransitGateway, Operand{Text: "tgw-0123456789abcdef0"}}
		}), named("example.com", "https"),
			flow(Flow{From: app, To: office, Service: "ssh", Path: via(TransitGateway, "tgw-0123456789abcdef0")})}, "", ""},
		"gateway of some": {[]change{network(func(n *Network) {
			n.DefaultRoute = &Gateway{TransitGateway, Operand{Text: "tgw-0123456789abcdef0"}}
		}), named("example.com", "https"),
			flow(Flow{From: app, To: office, Service: "ssh", Path: via(VPNGateway, "vgw-0123456789abcdef0")})}, "warning domain-beside",
			"bypasses the firewall that reads names"},
		"tenant's block": {[]change{egress, beside, named("example.com", "https"), flow(Flow{From: tenant, To: away, Service: "https"})},
			"error domain-covered", "it would reach 203.0.113.0/24, too"},
		"tenant's port": {[]change{egress, beside, named("example.com", "https"), flow(Flow{From: tenant, To: away, Service: "tcp/8443"})},
			"", ""},
		"tenant's, and own": {[]change{egress, beside, named("example.com", "https"), flow(Flow{From: tenant, To: away, Service: "https"}),
			flow(Flow{From: app, To: away, Service: "https"})}, "", ""},
		"tenant's, own part": {[]change{egress, beside, named("example.com", "https"),
			flow(Flow{From: tenant, To: away, Service: "tcp/440-450"}), flow(Flow{From: app, To: away, Service: "https"})}, "error domain-covered",
			"give App a Block of its own"},
		"tenant's name": {[]change{egress, beside, named("example.com", "https"), namedBy(tenant, "example.org", "https")},
			"error domain-covered", "would reach"},
		"tenant's name below": {[]change{egress, beside, named(".example.com", "https"), namedBy(tenant, "api.example.com", "https")},
			"error domain-covered", "Tenant shares subnets with App, which may reach .example.com"},
		"tenant's names": {[]change{egress, beside, named(".example.com", "https"), namedBy(tenant, "api.example.com", "https"),
			namedBy(tenant, ".example.com", "https")}, "", ""},
		"tenant's longer name": {[]change{egress, beside, named("example.com", "https"), namedBy(tenant, "api.example.com", "https"),
			namedBy(tenant, "example.com", "https")}, "error domain-covered", "it would reach api.example.com, too"},
		"tenant's same name": {[]change{egress, beside, named("example.com", "https"), namedBy(tenant, "example.com", "https")}, "", ""},
		"tenant's internet": {[]change{egress, beside, named("example.com", "https"),
			flow(Flow{From: tenant, To: Peer{Kind: Internet}, Service: "https"})}, "error domain-covered", "let it reach the internet as well"},
		"tenant's tier": {[]change{inspect(Inspection{Paths: EgressPath | EastWestPath}), beside, named("example.com", "tcp/8443"),
			flow(Flow{From: tenant, To: TierPeer(Data, "DB"), Service: "tcp/8443"})}, "error domain-covered", "would reach DB"},
		"tenant's gateway": {[]change{egress, beside, named("example.com", "https"),
			flow(Flow{From: tenant, To: office, Service: "ssh", Path: via(TransitGateway, "tgw-0123456789abcdef0")})}, "warning domain-beside",
			"the subnets of App have a route to 192.168.0.0/16"},
		"tenant's endpoint": {[]change{egress, beside, named("example.com", "https"), grants("Tenant")}, "error domain-covered",
			"whose route to s3 bypasses the firewall that reads names: App would reach it over tcp/443"},
		"endpoint of both": {[]change{egress, beside, named("example.com", "https"), grants("Tenant"), grants("App")}, "", ""},
		"endpoint observed": {[]change{inspect(Inspection{Paths: EgressPath, Mode: Observe}), beside, named("example.com", "https"),
			grants("Tenant")}, "warning domain-observed", "other names"},
		"not covered": {[]change{egress, named("example.com", "https"),
			flow(Flow{From: app, To: Peer{Kind: Internet}, Service: "udp/443"})}, "", ""},
		"from a name": {[]change{egress,
			flow(Flow{From: Peer{Kind: Domain, Operand: Operand{Text: "example.com"}}, To: TierPeer(Edge, "LB"), Service: "https"})}, "error domain",
			"name the addresses"},
		"SID":           {[]change{egress, func(a *Architecture) { a.Flows[1].SID = 1_000_000 }}, "", ""},
		"SID of others": {[]change{egress, func(a *Architecture) { a.Flows[1].SID = 2_000_000 }}, "error sid", "1000000 to 1999999"},
		"gateway": {[]change{flow(Flow{From: app, To: office, Service: "https",
			Path: via(TransitGateway, "tgw-0123456789abcdef0")})}, "", ""},
		"gateway's id": {[]change{flow(Flow{From: app, To: office, Service: "https", Path: via(VPNGateway, "tgw-0123456789abcdef0")})},
			"error gateway", `"vgw-0123456789abcdef0"`},
		"unknown gateway": {[]change{flow(Flow{From: app, To: office, Service: "https", Path: via(9, "x")})}, "error gateway",
			"kind is unknown"},
		"two gateways": {[]change{flow(Flow{From: app, To: office, Service: "https", Path: via(TransitGateway, "tgw-0123456789abcdef0")}),
			flow(Flow{From: app, To: office, Service: "ssh", Path: via(VPNGateway, "vgw-0123456789abcdef0")})}, "error gateway",
			"behind two gateways"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			for _, change := range test.changes {
				change(&a)
			}
			_, diags := check(t, a)
			var got []string
			for _, d := range diags {
				got = append(got, d.Severity.String()+" "+d.Rule)
			}
			if test.want == "" {
				assert.Empty(t, got, diags.String())
				return
			}
			require.Contains(t, got, test.want, diags.String())
			assert.Contains(t, diags.String(), test.says)
			assert.Equal(t, strings.HasPrefix(test.want, "error"), diags.HasErrors(), diags.String())
		})
	}
}

// TestInspectedPaths: which flows of the good architecture, with egress, each path covers.
func TestInspectedPaths(t *testing.T) {
	t.Parallel()
	for paths, want := range map[Paths]string{
		EgressPath:   "App -> the internet",
		IngressPath:  "the internet -> LB",
		EastWestPath: "App -> DB, LB -> Web, Web -> App",
	} {
		a := good()
		a.Flows = append(a.Flows, Flow{From: TierPeer(App, "App"), To: Peer{Kind: Internet}, Service: "https"})
		a.Network.Inspection = &Inspection{Paths: paths}
		m, diags := check(t, a)
		require.Empty(t, diags.With(diag.Error))
		var got []string
		for _, f := range m.Flows {
			if f.Path.Kind == Inspected {
				got = append(got, f.From.String()+" -> "+f.To.String())
			}
		}
		assert.Equal(t, want, strings.Join(got, ", "), paths.String())
	}
}
