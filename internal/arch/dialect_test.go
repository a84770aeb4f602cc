package arch

import (
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

// CompareDialects compares messages in GoDialect with those in FileDialect. The external tests set it, because what knows the file imports
// this package.
var CompareDialects func(t assert.TestingT, inGo, inFile diag.List)

// check is Check. It also checks that a file gets the same messages in its own words.
func check(t require.TestingT, a Architecture) (*Model, diag.List) {
	m, inGo := Check(a, today)
	a.Network.Dialect = FileDialect
	_, inFile := Check(a, today)
	CompareDialects(t, inGo, inFile)
	return m, inGo
}

// TestDialects: what is said in two ways, word for word.
func TestDialects(t *testing.T) {
	t.Parallel()
	office := Peer{Kind: CIDR, Operand: Operand{Text: "203.0.113.0/24"}}
	flow := func(from, to Peer, service string) func(*Architecture) {
		return func(a *Architecture) { a.Flows = append(a.Flows, Flow{From: from, To: to, Service: service}) }
	}
	tests := map[string]struct {
		change       func(*Architecture)
		inGo, inFile string
	}{
		"exception": {
			flow(TierPeer(Web, "Web"), TierPeer(Data, "DB"), "tcp/80, tcp/81"),
			`error: Shop/Network tiers.Web -> tiers.DB: Web may not reach DB
    web may reach web, app, internet, cidr, prefix list, domain
    fix: lead the flow through the layers in between, or declare an exception with a reason and an owner: ` +
				`Except(tiers.Exception{From: Web, To: DB, Service: "tcp/80, tcp/81", Reason: "...", Owner: "..."})`,
			`error: Shop/Network Web -> DB: Web may not reach DB
    web may reach web, app, internet, cidr, prefix list, domain
    fix: lead the flow through the layers in between, or make it an exception with a reason and an owner:
    exceptions:
      Web -> DB tcp/80,tcp/81: {because: ..., owner: ...}`,
		},
		"every address, and no service": {
			flow(TierPeer(Data, "DB"), Peer{Kind: CIDR, Operand: Operand{Text: "0.0.0.0/0"}}, " "),
			`error: Shop/Network tiers.DB -> 0.0.0.0/0: a service is not usable
    service is empty; allowed are a name such as "https", or "tcp/443"

error: Shop/Network tiers.DB -> 0.0.0.0/0: a CIDR peer covers every address
    got 0.0.0.0/0; traffic with the whole internet is declared by name, so that readers see it
    fix: name smaller blocks, or declare an exception with a reason and an owner: ` +
				`Except(tiers.Exception{From: DB, To: tiers.Internet, Service: "...", Reason: "...", Owner: "..."})`,
			`error: Shop/Network DB -> 0.0.0.0/0: a service is not usable
    service is empty; allowed are a name such as "https", or "tcp/443"

error: Shop/Network DB -> 0.0.0.0/0: a CIDR peer covers every address
    got 0.0.0.0/0; traffic with the whole internet is declared by name, so that readers see it
    fix: name smaller blocks, or make it an exception with a reason and an owner:
    exceptions:
      DB -> internet ...: {because: ..., owner: ...}`,
		},
		"every address, and a tier without an id": {
			flow(TierPeer(Data, ""), Peer{Kind: CIDR, Operand: Operand{Text: "0.0.0.0/0"}}, "https"),
			`error: Shop/Network tiers. -> 0.0.0.0/0: a flow names a tier that the network does not have
    the network has no tier ""

error: Shop/Network tiers. -> 0.0.0.0/0: a CIDR peer covers every address
    got 0.0.0.0/0; traffic with the whole internet is declared by name, so that readers see it
    fix: name smaller blocks, or declare an exception with a reason and an owner: ` +
				`Except(tiers.Exception{From: ..., To: tiers.Internet, Service: "https", Reason: "...", Owner: "..."})`,
			`error: Shop/Network  -> 0.0.0.0/0: a flow names a tier that the network does not have
    the network has no tier ""

error: Shop/Network  -> 0.0.0.0/0: a CIDR peer covers every address
    got 0.0.0.0/0; traffic with the whole internet is declared by name, so that readers see it
    fix: name smaller blocks, or make it an exception with a reason and an owner:
    exceptions:
      ... -> internet https: {because: ..., owner: ...}`,
		},
		"named peer": {
			flow(office, TierPeer(Data, "DB"), "mysql"),
			`error: Shop/Network 203.0.113.0/24 -> tiers.DB: 203.0.113.0/24 may not reach DB
    cidr may reach edge, bastion
    fix: lead the flow through the layers in between, or declare an exception with a reason and an owner: ` +
				`Except(tiers.Exception{From: tiers.CIDR("203.0.113.0/24"), To: DB, Service: "mysql", Reason: "...", Owner: "..."})`,
			`error: Shop/Network office -> DB: 203.0.113.0/24 may not reach DB
    cidr may reach edge, bastion
    fix: lead the flow through the layers in between, or make it an exception with a reason and an owner:
    exceptions:
      office -> DB mysql: {because: ..., owner: ...}`,
		},
		"domain": {
			flow(TierPeer(App, "App"), Peer{Kind: Domain, Operand: Operand{Text: "api.example.com"}}, "https"),
			`error: Shop/Network tiers.App -> api.example.com: a flow to a domain name, but no firewall inspects its path
    security groups and network ACLs know only addresses: without a firewall on the path, the port would be open to the whole internet
    fix: inspect the network's egress with firewall.Inspect(network, &firewall.Props{Paths: firewall.Egress}), or use tiers.Internet if ` +
				`any destination is acceptable`,
			`error: Shop/Network App -> api.example.com: a flow to a domain name, but no firewall inspects its path
    security groups and network ACLs know only addresses: without a firewall on the path, the port would be open to the whole internet
    fix: inspect its path with ` + "`inspection: {paths: [egress]}`" + `, or name internet if any destination is acceptable`,
		},
		"zones": {
			func(a *Architecture) { a.Network.Zones = nil },
			`error: Shop/Network network: the network has no availability zones
    subnets need the names of their zones at synthesis
    fix: write their names, as in AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}`,
			`error: Shop/Network network: the network has no availability zones
    subnets need the names of their zones at synthesis
    fix: write their names, as in ` + "`network: {zones: [eu-west-1a, eu-west-1b]}`",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			a.Network.PeerNames = map[Peer]string{office: "office"}
			test.change(&a)
			_, inGo := check(t, a)
			a.Network.Dialect = FileDialect
			_, inFile := Check(a, today)
			assert.Equal(t, test.inGo, inGo.String())
			assert.Equal(t, test.inFile, inFile.String())
		})
	}
}

// TestRareMistakes: mistakes that no other table makes.
func TestRareMistakes(t *testing.T) {
	t.Parallel()
	grant := func(g Grant) func(*Architecture) {
		return func(a *Architecture) { a.Grants = append(a.Grants, g) }
	}
	endpoints := func(e Endpoints) func(*Architecture) {
		return func(a *Architecture) { a.Network.Endpoints = e }
	}
	s3 := Need{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::uploads/*"}}
	for name, test := range map[string]struct {
		change func(*Architecture)
		rule   string
	}{
		"clients of nobody":  {func(a *Architecture) { a.ClientAddresses = []ClientAddresses{{From: "LB", To: "Nobody"}} }, "client-addresses"},
		"kind endpoint":      {func(a *Architecture) { a.Tiers = append(a.Tiers, Tier{ID: "Ssm", Kind: Endpoint}) }, "tier-kind"},
		"flow to endpoint":   {func(a *Architecture) { a.Flows[3].To = TierPeer(Endpoint, "Endpoint-ssm") }, "flow-endpoint"},
		"policies":           {endpoints(Endpoints{Policies: 9}), "endpoints"},
		"organisation":       {endpoints(Endpoints{Organization: "x"}), "endpoints"},
		"accounts":           {endpoints(Endpoints{Accounts: []string{"1"}}), "endpoints"},
		"no policy":          {endpoints(Endpoints{NoPolicy: []string{"ssmm"}}), "service-unknown"},
		"prefix list":        {endpoints(Endpoints{PrefixLists: map[string]Operand{"s3": {Text: "x"}}}), "prefix-list"},
		"not in these zones": {endpoints(Endpoints{Zones: map[string][]string{"ssm": {"eu-west-1c"}}}), "endpoint-zone"},
		"imported twice": {endpoints(Endpoints{Imported: []ImportedEndpoint{{Service: "ssm", Group: Operand{"Group", true}}, {Service: "ssm"}}}),
			"endpoint-twice"},
		"endpoints share": {func(a *Architecture) {
			a.Network.Inspection = &Inspection{Paths: EastWestPath}
			a.Network.Endpoints.SharesWith = "App"
		}, "endpoints"},
		"no Region": {func(a *Architecture) {
			a.Network = Network{Path: "Shop/Network", Wrapped: true}
			a.Grants = []Grant{{Tier: "App", Use: "read s3", Needs: []Need{s3}}}
		}, "prefix-list-unknown"},
		"unknown Region": {func(a *Architecture) {
			a.Network = Network{Path: "Shop/Network", Wrapped: true, StackRegion: "xx-west-1"}
			a.Grants = []Grant{{Tier: "App", Use: "read s3", Needs: []Need{s3}}}
		}, "prefix-list-unknown"},
		"default route": {func(a *Architecture) {
			gateway := Gateway{TransitGateway, Operand{Text: "tgw-0123456789abcdef0"}}
			a.Network = Network{Path: "Shop/Network", Wrapped: true, DefaultRoute: &gateway}
		}, "default-route"},
		"domain, wrapped": {func(a *Architecture) {
			a.Network = Network{Path: "Shop/Network", Wrapped: true}
			a.Flows[3].To = Peer{Kind: Domain, Operand: Operand{Text: "api.example.com"}}
		}, "domain-open"},
		"domain, ingress": {func(a *Architecture) {
			a.Network.Inspection = &Inspection{Paths: EastWestPath}
			a.Tiers[2].SharesWith, a.Flows[3].To = "LB", Peer{Kind: Domain, Operand: Operand{Text: "api.example.com"}}
		}, "domain-open"},
		"no action":   {grant(Grant{Tier: "App", Needs: []Need{{Service: "ssm"}}}), "grant-empty"},
		"no resource": {grant(Grant{Tier: "App", Needs: []Need{{Service: "ssm", Actions: s3.Actions}}}), "grant-empty"},
		"other action": {grant(Grant{Tier: "App", Needs: []Need{{Service: "ssm", Actions: s3.Actions, Resources: s3.Resources}}}),
			"grant-action-elsewhere"},
		"role of nobody": {func(a *Architecture) { a.Roles = []TierRole{{Tier: "Nobody"}} }, "no-tier"},
		"role":           {func(a *Architecture) { a.Roles = []TierRole{{Tier: "App", ARN: "x"}} }, "role"},
		"exact subnets":  {func(a *Architecture) { a.Network.NATSubnets = []string{"x"} }, "subnets"},
		"internal, unserved": {func(a *Architecture) {
			a.Tiers[0].Internal, a.Flows = true, a.Flows[1:]
			a.Protections = []Protection{{Tier: "LB"}}
		}, "protection-http"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			test.change(&a)
			_, diags := check(t, a)
			var rules []string
			for _, d := range diags {
				rules = append(rules, d.Rule)
			}
			assert.Contains(t, rules, test.rule, diags.String())
		})
	}
}

// TestFileKeys: the key of a flow is one key, whatever its ends are.
func TestFileKeys(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"Web", "a: b", "a #b", "it's", `"`, "\\", "{a", "[a", "*a", "&a", "!a", "- a", "? a", "a\nb: c",
		"\x00\x7f", "\u2028", "...", "2001:db8::/32",
		"x:", "é",
	} {
		f := Flow{From: TierPeer(Web, id), To: TierPeer(App, "App"), Service: "tcp/80,\n tcp/81"}
		var got struct{ Exceptions map[string]map[string]string }
		text := "exceptions:\n  " + Network{}.fileKey(f) + ": {because: ...}"
		require.NoError(t, yaml.Unmarshal([]byte(text), &got), text)
		assert.Equal(t, map[string]map[string]string{id + " -> App tcp/80,tcp/81": {"because": "..."}}, got.Exceptions, text)
	}
}
