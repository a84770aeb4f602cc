package arch

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

// CheckFileWords checks messages for readers of a file. The external tests set it, because the types of the file may import this package.
var CheckFileWords func(assert.TestingT, diag.List)

// check is Check. It also checks that a file gets the same messages in its own words.
func check(t require.TestingT, a Architecture) (*Model, diag.List) {
	m, inGo := Check(a, today)
	a.Network.Dialect = FileDialect
	_, inFile := Check(a, today)
	require.Len(t, inFile, len(inGo))
	for i := range inGo {
		assert.Equal(t, inGo[i].Rule+inGo[i].Subject, inFile[i].Rule+inFile[i].Subject)
		assert.Equal(t, inGo[i].At, inFile[i].At)
	}
	CheckFileWords(t, inFile)
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
