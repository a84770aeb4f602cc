package arch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

var today = time.Date(2027, time.March, 1, 23, 59, 0, 0, time.UTC)

// good returns an architecture without mistakes.
func good() Architecture {
	return Architecture{
		Network: Network{Path: "Shop/Network", Range: Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}},
		Tiers: []Tier{
			{ID: "LB", Kind: Edge}, {ID: "Web", Kind: Web}, {ID: "App", Kind: App}, {ID: "DB", Kind: Data},
			{ID: "Theirs", Kind: App, Imported: &Imported{Group: Operand{Text: "sg-0123456789abcdef0"}}},
		},
		Flows: []Flow{
			{From: Peer{Kind: Internet}, To: TierPeer(Edge, "LB"), Service: "https"},
			{From: TierPeer(Edge, "LB"), To: TierPeer(Web, "Web"), Service: "https"},
			{From: TierPeer(Web, "Web"), To: TierPeer(App, "App"), Service: "tcp/8080", Reason: "requests", Owner: "web", Expires: "2028-01-01"},
			{From: TierPeer(App, "App"), To: TierPeer(Data, "DB"), Service: "mysql"},
			{From: TierPeer(App, "App"), To: TierPeer(App, "Theirs"), Service: "https"},
		},
	}
}

func TestGoodHasNoDiagnostics(t *testing.T) {
	t.Parallel()
	m, diags := check(t, good())
	assert.Empty(t, diags)
	assert.Equal(t, []string{"App", "DB", "LB", "Theirs", "Web"},
		[]string{m.Tiers[0].ID, m.Tiers[1].ID, m.Tiers[2].ID, m.Tiers[3].ID, m.Tiers[4].ID})
	assert.Len(t, m.Flows, 5)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	add := func(f Flow) func(*Architecture) {
		return func(a *Architecture) { a.Flows = append(a.Flows, f) }
	}
	to := func(p Peer) func(*Architecture) {
		return add(Flow{From: TierPeer(App, "App"), To: p, Service: "https"})
	}
	block := func(s string) Peer { return Peer{Kind: CIDR, Operand: Operand{Text: s}} }
	list := func(id string, n int) Peer { return Peer{Kind: PrefixList, Operand: Operand{Text: id}, Entries: n} }
	net := func(f func(*Network)) func(*Architecture) { return func(a *Architecture) { f(&a.Network) } }
	flow := func(i int, f func(*Flow)) func(*Architecture) { return func(a *Architecture) { f(&a.Flows[i]) } }
	tier := func(i int, f func(*Tier)) func(*Architecture) { return func(a *Architecture) { f(&a.Tiers[i]) } }
	const e, f, w = "error", "finding", "warning"
	tests := map[string]struct {
		change func(*Architecture)
		want   string // severity, rule and path
		says   string // parts of the text, all of them
	}{
		"range missing":   {net(func(n *Network) { n.Range.Text = "" }), e + " cidr Shop/Network network", "is missing"},
		"range of IPv6":   {net(func(n *Network) { n.Range.Text = "2001:db8::/32" }), e + " cidr Shop/Network network", "is an IPv6 block"},
		"range too large": {net(func(n *Network) { n.Range.Text = "10.0.0.0/8" }), e + " cidr-size Shop/Network network", "got /8"},
		"range too small": {net(func(n *Network) { n.Range.Text = "10.0.0.0/29" }), e + " cidr-size Shop/Network network",
			"allowed are /16 to /28"},
		"too small for blocks": {net(func(n *Network) { n.Range, n.Bits, n.Blocks = Operand{"IPAM", true}, 19, 64 }), e +
			" cidr-size Shop/Network network", "use a range from /16 to /18, or Blocks: 16"},
		"IPAM too small": {net(func(n *Network) { n.Range, n.Bits = Operand{"IPAM", true}, 24 }), e + " cidr-size Shop/Network network",
			"got /24"},
		"blocks":   {net(func(n *Network) { n.Blocks = 17 }), e + " blocks Shop/Network network", "got Blocks: 17"},
		"no zones": {net(func(n *Network) { n.Zones = nil }), e + " zones Shop/Network network", "need the names"},
		"five zones": {net(func(n *Network) { n.Zones = []string{"a", "b", "c", "d", "e"} }), e + " zones Shop/Network network",
			"got 5"},
		"zone name": {net(func(n *Network) { n.Zones[0] = "eu-west-1" }), e + " zones Shop/Network network",
			`"eu-west-1" is not the name`},
		"zone twice": {net(func(n *Network) { n.Zones[0] = "eu-west-1b" }), e + " zones Shop/Network network",
			"eu-west-1b is named twice"},
		"zones of one place": {net(func(n *Network) { n.Zones = []string{"us-east-1d", "us-east-1e"} }), e + " zones Shop/Network network",
			"e shares d's"},
		"NAT":           {net(func(n *Network) { n.NAT = 7 }), e + " nat Shop/Network network", "got 7"},
		"NAT addresses": {net(func(n *Network) { n.Addresses = 1 }), e + " nat Shop/Network network", "one for each NAT gateway: 2"},
		"IPAM":          {net(func(n *Network) { n.Range, n.Bits = Operand{"IPAM", true}, 16 }), "", ""},
		"zones of two Regions": {net(func(n *Network) { n.Zones[1] = "us-east-1b" }), e + " zones Shop/Network network",
			"us-east-1b is in us-east-1, but eu-west-1a is in eu-west-1"},
		"zones elsewhere": {net(func(n *Network) { n.StackRegion = "eu-west-2" }), e + " zones Shop/Network network",
			"eu-west-1a is in eu-west-1, but the network's stack is in eu-west-2"},
		"zones of the stack": {net(func(n *Network) { n.StackRegion = "eu-west-1" }), "", ""},
		"local zones":        {net(func(n *Network) { n.Zones = []string{"us-west-2b", "us-west-2-lax-1a"} }), "", ""},
		"sovereign zones":    {net(func(n *Network) { n.Zones = []string{"eusc-de-east-1a", "eusc-de-east-1b"} }), "", ""},
		"four zones":         {net(func(n *Network) { n.Zones = []string{"us-east-1f", "us-east-1e", "us-east-1b", "us-east-1a"} }), "", ""},
		"zone is a token": {net(func(n *Network) { n.Zones[1] = "${Token[AZ.1]}" }), e + " zones Shop/Network network",
			"zone is a CDK token"},
		"range is a token": {net(func(n *Network) { n.Range.Text = "${Token[CIDR.1]}" }), e + " cidr Shop/Network network",
			"a literal is needed here"},
		"range with host bits": {net(func(n *Network) { n.Range.Text = "10.0.0.1/16" }), e + " cidr Shop/Network network",
			"the block is 10.0.0.0/16|write an IPv4 range"},
		"single NAT addresses": {net(func(n *Network) { n.NAT, n.Addresses = NATSingle, 2 }), e + " nat Shop/Network network",
			"got 2, allowed is one for each NAT gateway: 1"},
		"addresses that fit": {net(func(n *Network) { n.Addresses = 2 }), "", ""},
		"entries":            {net(func(n *Network) { n.EntriesPerNetworkACL = 39 }), "", ""},
		"too many entries": {net(func(n *Network) { n.EntriesPerNetworkACL = 40 }), e + " acl-quota Shop/Network network",
			"got 40, allowed are 1 to 39, 0 meaning 19"},
		"negative entries": {net(func(n *Network) { n.EntriesPerNetworkACL = -1 }), e + " acl-quota Shop/Network network", "got -1"},
		"network ACLs":     {net(func(n *Network) { n.NetworkACLs = 2 }), e + " network-acls Shop/Network network", "got 2"},
		"negative quota": {net(func(n *Network) { n.RulesPerGroup = -1 }), e + " rule-quota Shop/Network network",
			"got -1, allowed are 1 to 1000"},
		"largest quota": {net(func(n *Network) { n.RulesPerGroup = 1000 }), "", ""},
		"quota": {net(func(n *Network) { n.RulesPerGroup = 1001 }), e + " rule-quota Shop/Network network",
			"allowed are 1 to 1000"},

		"tier id": {func(a *Architecture) { a.Tiers = append(a.Tiers, Tier{ID: "a b", Kind: Web}) },
			e + " tier-id Shop/Network tiers.a b|" + w + " unwired Shop/Network tiers.a b", `got "a b"`},
		"tier twice": {func(a *Architecture) { a.Tiers = append(a.Tiers, Tier{ID: "WEB", Kind: Web}) },
			e + " tier-twice Shop/Network tiers.WEB", `"Web" and "WEB"`},
		"tier kind": {tier(1, func(t *Tier) { t.Kind = Internet }),
			e + " no-tier Shop/Network tiers.LB -> tiers.Web|" + e + " tier-kind Shop/Network tiers.Web|" + e +
				" no-tier Shop/Network tiers.Web -> tiers.App", "got internet"},
		"internal web": {tier(1, func(t *Tier) { t.Internal = true }), e + " tier-kind Shop/Network tiers.Web", "never faces the internet"},
		"imported id": {tier(4, func(t *Tier) { t.Imported.Group.Text = "sg-xyz" }), e + " group-id Shop/Network tiers.Theirs",
			`got "sg-xyz"`},
		"imported twice": {func(a *Architecture) { more := a.Tiers[4]; more.ID = "More"; a.Tiers = append(a.Tiers, more) },
			e + " group-twice Shop/Network tiers.More|" + w + " unwired Shop/Network tiers.More", "already imported as Theirs"},
		"block": {tier(1, func(t *Tier) { t.Block = 16 }), e + " block Shop/Network tiers.Web", "blocks 1 to 15"},
		"two places": {tier(1, func(t *Tier) { t.Block, t.Subnets = 6, []string{"x"} }), e + " placement Shop/Network tiers.Web",
			"at most one"},
		"place in wrapped": {func(a *Architecture) { a.Network = Network{Path: "Shop/Network", Wrapped: true}; a.Tiers[1].Block = 2 },
			e + " placement Shop/Network tiers.Web", "the owner of the VPC decides"},
		"shares imported": {tier(1, func(t *Tier) { t.SharesWith = "Theirs" }), e + " sharing Shop/Network tiers.Web", "Theirs is imported"},
		"imported, placed": {tier(4, func(t *Tier) { t.Block = 6 }), e + " placement Shop/Network tiers.Theirs",
			"its owner decides its addresses|leave out Block, Subnets and SharesWith"},
		"imported, exact": {tier(4, func(t *Tier) { t.Subnets = []string{"10.0.96.0/24", "10.0.97.0/24"} }),
			e + " placement Shop/Network tiers.Theirs", "its owner decides its addresses"},
		"imported, shares": {tier(4, func(t *Tier) { t.SharesWith = "App" }), e + " placement Shop/Network tiers.Theirs",
			"its owner decides its addresses"},
		"symbolic import": {tier(4, func(t *Tier) { t.Imported.Group = Operand{"Base/Group.GroupId", true} }), "", ""},
		"negative block": {tier(1, func(t *Tier) { t.Block = -1 }), e + " block Shop/Network tiers.Web",
			"got Block: -1; the network has blocks 1 to 15"},
		"shares in place": {func(a *Architecture) {
			a.Network = Network{Path: "Shop/Network", Wrapped: true}
			a.Tiers[1].SharesWith = "App"
		}, e + " placement Shop/Network tiers.Web", "give the tier's existing subnets as VpcSubnets"},
		"shares nobody's": {tier(1, func(t *Tier) { t.SharesWith = "Nobody" }), e + " sharing Shop/Network tiers.Web",
			`the network has no tier "Nobody"`},
		"shares its own": {tier(1, func(t *Tier) { t.SharesWith = "Web" }), e + " sharing Shop/Network tiers.Web", "it is the tier itself"},
		"shares in chain": {func(a *Architecture) { a.Tiers[1].SharesWith, a.Tiers[2].SharesWith = "App", "DB" },
			e + " sharing Shop/Network tiers.Web", "App shares the subnets of DB itself; name that one"},
		"reserved id": {func(a *Architecture) { a.Tiers = append(a.Tiers, Tier{ID: "NAT", Kind: Web}) },
			e + " tier-id Shop/Network tiers.NAT|" + w + " unwired Shop/Network tiers.NAT", "which the network uses itself|choose another id"},
		"unwired": {func(a *Architecture) { a.Tiers = append(a.Tiers, Tier{ID: "Lonely", Kind: Web, Block: 7}) },
			w + " unwired Shop/Network tiers.Lonely", "nothing may reach it"},

		"no such tier":         {to(TierPeer(Data, "Nobody")), e + " no-tier Shop/Network tiers.App -> tiers.Nobody", `no tier "Nobody"`},
		"tier of another kind": {to(TierPeer(Data, "Web")), e + " no-tier Shop/Network tiers.App -> tiers.Web", "Web is of kind web, not data"},
		"peer of no kind":      {to(Peer{}), e + " no-tier Shop/Network tiers.App ->", `no tier ""`},
		"outside to outside": {add(Flow{From: Peer{Kind: Internet}, To: block("203.0.113.0/24"), Service: "https"}),
			e + " flow-outside Shop/Network the internet -> 203.0.113.0/24", "at least one end"},
		"imported to outside": {add(Flow{From: TierPeer(App, "Theirs"), To: Peer{Kind: Internet}, Service: "https"}),
			e + " flow-outside Shop/Network tiers.Theirs -> the internet", "at least one end"},
		"imported egress": {add(Flow{From: TierPeer(App, "Theirs"), To: TierPeer(Data, "DB"), Service: "mysql"}),
			e + " imported-egress Shop/Network tiers.Theirs -> tiers.DB", "EgressRestricted"},
		"block with host bits": {to(block("203.0.113.1/24")), e + " cidr Shop/Network tiers.App -> 203.0.113.1/24", "has host bits"},
		"every address":        {to(block("0.0.0.0/0")), e + " cidr-everywhere Shop/Network tiers.App -> 0.0.0.0/0", "use tiers.Internet"},
		"IPv6 in IPv4":         {to(block("2001:db8::/32")), e + " cidr-family Shop/Network tiers.App -> 2001:db8::/32", "set IPv6: true"},
		"block inside":         {to(block("10.0.64.0/20")), e + " cidr-inside Shop/Network tiers.App -> 10.0.64.0/20", "name the tier"},
		"block around":         {to(block("10.0.0.0/8")), "", ""},
		"prefix list id":       {to(list("sg-12345678", 1)), e + " prefix-list Shop/Network tiers.App -> sg-12345678", `got "sg-12345678"`},
		"prefix list size":     {to(list("pl-12345678", 0)), e + " prefix-list Shop/Network tiers.App -> pl-12345678", "got 0 entries"},
		"prefix list too large": {to(list("pl-12345678", 1001)), e + " prefix-list Shop/Network tiers.App -> pl-12345678",
			"got 1001 entries, allowed are 1 to 1000"},
		"prefix list, fine":     {to(list("pl-12345678", 1000)), "", ""},
		"prefix list, symbolic": {to(Peer{Kind: PrefixList, Operand: Operand{"List.Id", true}, Entries: 1}), "", ""},
		"prefix list, 2 sizes": {func(a *Architecture) {
			to(list("pl-12345678", 5))(a)
			add(Flow{From: list("pl-12345678", 9), To: TierPeer(Edge, "LB"), Service: "http"})(a)
		}, e + " prefix-list Shop/Network pl-12345678 -> tiers.LB", "pl-12345678 has 5 and 9 entries|state one size everywhere"},
		"symbolic block":     {to(Peer{Kind: CIDR, Operand: Operand{"Vpc.CidrBlock", true}}), "", ""},
		"every IPv6 address": {to(block("::/0")), e + " cidr-everywhere Shop/Network tiers.App -> ::/0", "got ::/0"},
		"block is a token":   {to(block("${Token[X.1]}")), e + " cidr Shop/Network tiers.App -> ${Token[X.1]}", "CDK token"},
		"both ends unknown": {add(Flow{From: TierPeer(App, "X"), To: TierPeer(App, "Y"), Service: "https"}),
			e + " no-tier Shop/Network tiers.X -> tiers.Y|" + e + " no-tier Shop/Network tiers.X -> tiers.Y", `no tier "X"|no tier "Y"`},
		"imported, restricted": {func(a *Architecture) {
			a.Tiers[4].Imported.Egress = EgressRestricted
			add(Flow{From: TierPeer(App, "Theirs"), To: TierPeer(Data, "DB"), Service: "mysql"})(a)
		}, "", ""},
		"inspected": {flow(2, func(f *Flow) { f.Path.Kind = Inspected }), "", ""},
		"inspected to imported": {flow(4, func(f *Flow) { f.Path.Kind = Inspected }),
			e + " inspected-addresses Shop/Network tiers.App -> tiers.Theirs", "the addresses of Theirs are not known here|leave the flow direct"},
		"inspected in wrapped": {func(a *Architecture) {
			a.Network = Network{Path: "Shop/Network", Wrapped: true}
			a.Flows[2].Path.Kind = Inspected
		}, e + " inspected-addresses Shop/Network tiers.Web -> tiers.App", "the addresses of Web and App are not known here"},
		"out of wrapped": {func(a *Architecture) {
			a.Network = Network{Path: "Shop/Network", Wrapped: true}
			add(Flow{From: TierPeer(App, "App"), To: Peer{Kind: Internet}, Service: "https", Path: Path{Kind: Inspected}})(a)
		}, "", ""},
		"service": {flow(3, func(f *Flow) { f.Service = "tcp/0" }), e + " service Shop/Network tiers.App -> tiers.DB",
			`"0" is not a number`},
		"service of IPv6": {flow(3, func(f *Flow) { f.Service = "icmpv6" }), e + " service-family Shop/Network tiers.App -> tiers.DB",
			"no address family in common|icmpv6 belongs to one address family"},
		"against the table": {add(Flow{From: TierPeer(Web, "Web"), To: TierPeer(Data, "DB"), Service: "mysql"}),
			e + " not-allowed Shop/Network tiers.Web -> tiers.DB", "web may reach web, app, internet, cidr, prefix list"},
		"internet to internal": {tier(0, func(t *Tier) { t.Internal = true }), e + " not-allowed Shop/Network the internet -> tiers.LB",
			"LB is internal"},
		"block to internal": {func(a *Architecture) {
			a.Tiers[0].Internal = true
			a.Flows[0].From = Peer{Kind: CIDR, Operand: Operand{Text: "203.0.113.0/24"}}
		}, e + " not-allowed Shop/Network 203.0.113.0/24 -> tiers.LB", "cannot be reached from the internet, where 203.0.113.0/24 is"},
		"private block to internal": {func(a *Architecture) {
			a.Tiers[0].Internal = true
			a.Flows[0].From = Peer{Kind: CIDR, Operand: Operand{Text: "192.168.0.0/24"}}
		}, "", ""},
		"all to a tier": {flow(3, func(f *Flow) { f.Service = "all" }), e + " not-allowed Shop/Network tiers.App -> tiers.DB",
			"is only for flows that leave the network|name the services"},
		"all from outside": {flow(0, func(f *Flow) { f.Service = "https,all" }), e + " not-allowed Shop/Network the internet -> tiers.LB",
			"is only for flows that leave the network"},
		"all to the internet": {add(Flow{From: TierPeer(App, "App"), To: Peer{Kind: Internet}, Service: "all"}), "", ""},
		"all to a block": {add(Flow{From: TierPeer(App, "App"), To: Peer{Kind: CIDR, Operand: Operand{Text: "192.168.0.0/16"}},
			Service: "all"}), "", ""},
		"all, by exception": {flow(3, func(f *Flow) { f.Service, f.Exception, f.Reason, f.Owner = "all", true, "r", "o" }), "", ""},
		"needless exception": {flow(3, func(f *Flow) { f.Exception, f.Reason, f.Owner = true, "r", "o" }),
			w + " exception-needless Shop/Network tiers.App -> tiers.DB", "declare it with AllowTo"},
		"exception, bare": {add(Flow{From: TierPeer(Web, "Web"), To: TierPeer(Data, "DB"), Service: "mysql", Exception: true, Reason: " "}),
			e + " exception-unaccountable Shop/Network tiers.Web -> tiers.DB", "without Reason and Owner"},
		"exception, no owner": {add(Flow{From: TierPeer(Web, "Web"), To: TierPeer(Data, "DB"), Service: "mysql", Exception: true, Reason: "r"}),
			e + " exception-unaccountable Shop/Network tiers.Web -> tiers.DB", "without Owner"},
		"exception, fine": {add(Flow{From: TierPeer(Web, "Web"), To: TierPeer(Data, "DB"), Service: "mysql", Exception: true, Reason: "r",
			Owner: "o"}), "", ""},
		"exception, reason '": {add(Flow{From: TierPeer(Web, "Web"), To: TierPeer(Data, "DB"), Service: "mysql", Exception: true, Reason: "'",
			Owner: "o"}), e + " exception-unaccountable Shop/Network tiers.Web -> tiers.DB|" + w +
			" text-cleaned Shop/Network tiers.Web -> tiers.DB", "without Reason"},
		"exception to internal": {func(a *Architecture) {
			a.Tiers[0].Internal = true
			f := &a.Flows[0]
			f.Exception, f.Reason, f.Owner = true, "r", "o"
		}, "", ""},
		"token in owner": {flow(2, func(f *Flow) { f.Owner = "${Token[X.1]}" }), e + " text Shop/Network tiers.Web -> tiers.App",
			"CDK token"},
		"long owner": {flow(2, func(f *Flow) { f.Owner = strings.Repeat("ä", 256) }), e + " text Shop/Network tiers.Web -> tiers.App",
			"with 256 characters"},
		"longest owner": {flow(2, func(f *Flow) { f.Owner = strings.Repeat("ä", 255) }), "", ""},
		"owner, other breaks": {flow(2, func(f *Flow) { f.Owner = "a\u2028b" }), e + " text Shop/Network tiers.Web -> tiers.App",
			"allowed is one line"},
		"owner, control": {flow(2, func(f *Flow) { f.Owner = "a\u0085b" }), e + " text Shop/Network tiers.Web -> tiers.App",
			"allowed is one line"},
		"owner, not UTF-8": {flow(2, func(f *Flow) { f.Owner = "\xff" }), e + " text Shop/Network tiers.Web -> tiers.App",
			"an owner is not usable"},
		"longest reason": {flow(2, func(f *Flow) { f.Reason = strings.Repeat("x", 255) }), "", ""},
		"day that is not": {flow(2, func(f *Flow) { f.Expires = "2027-02-29" }), e + " expires Shop/Network tiers.Web -> tiers.App",
			`got "2027-02-29"`},
		"token in reason": {flow(2, func(f *Flow) { f.Reason = "${Token[X.1]}" }), e + " text Shop/Network tiers.Web -> tiers.App",
			"CDK token"},
		"long reason": {flow(2, func(f *Flow) { f.Reason = strings.Repeat("x", 256) }),
			e + " text-long Shop/Network tiers.Web -> tiers.App", "got 256 characters, allowed are 255"},
		"unclean reason": {flow(2, func(f *Flow) { f.Reason = "a > b" }), w + " text-cleaned Shop/Network tiers.Web -> tiers.App",
			`got "a > b", emitted as "a ) b"`},
		"owner of two lines": {flow(2, func(f *Flow) { f.Owner = "a\nb" }), e + " text Shop/Network tiers.Web -> tiers.App",
			"allowed is one line"},
		"date": {flow(2, func(f *Flow) { f.Expires = "tomorrow" }), e + " expires Shop/Network tiers.Web -> tiers.App",
			`got "tomorrow"`},
		"expired": {flow(2, func(f *Flow) { f.Expires = "2027-02-28" }), f + " expired Shop/Network tiers.Web -> tiers.App",
			"its last day was 2027-02-28"},
		"expires in 30 days": {flow(2, func(f *Flow) { f.Expires = "2027-03-31" }), w + " expires-soon Shop/Network tiers.Web -> tiers.App",
			"expires in 30 days"},
		"expires today": {flow(2, func(f *Flow) { f.Expires = "2027-03-01" }), w + " expires-soon Shop/Network tiers.Web -> tiers.App",
			"expires in 0 days"},
		"expires in 31 days": {flow(2, func(f *Flow) { f.Expires = "2027-04-01" }), "", ""},
		"twice, another reason": {add(Flow{From: TierPeer(Edge, "LB"), To: TierPeer(Web, "Web"), Service: "tcp/443", Reason: "other"}),
			e + " flow-twice Shop/Network tiers.LB -> tiers.Web", `reason "" and "other"`},
		"partly twice": {add(Flow{From: TierPeer(Edge, "LB"), To: TierPeer(Web, "Web"), Service: "http,https", Owner: "other"}),
			e + " flow-twice Shop/Network tiers.LB -> tiers.Web", `owner "other" and ""`},
		"twice, the same": {add(Flow{From: TierPeer(Edge, "LB"), To: TierPeer(Web, "Web"), Service: "tcp/443"}), "", ""},
		"twice, inspected once": {add(Flow{From: TierPeer(Edge, "LB"), To: TierPeer(Web, "Web"), Service: "tcp/443",
			Path: Path{Kind: Inspected}}), e + " flow-twice Shop/Network tiers.LB -> tiers.Web",
			`path "direct" and "inspected"|keep one of the two`},
		"twice, another day": {add(Flow{From: TierPeer(Edge, "LB"), To: TierPeer(Web, "Web"), Service: "tcp/443", Expires: "2029-01-01"}),
			e + " flow-twice Shop/Network tiers.LB -> tiers.Web", `expiry "" and "2029-01-01"`},
		"overlap": {add(Flow{From: TierPeer(Web, "Web"), To: TierPeer(App, "App"), Service: "tcp/8000-9000", Reason: "more"}),
			w + " flow-overlap Shop/Network tiers.Web -> tiers.App", "tcp/8000-9000 and tcp/8080 have packets in common|declare each port once"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := good()
			test.change(&a)
			_, diags := check(t, a)
			var got []string
			for _, d := range diags.Sorted() {
				got = append(got, d.Severity.String()+" "+d.Rule+" "+d.Path)
			}
			want := strings.Split(test.want, "|")
			if test.want == "" {
				want = nil
			}
			assert.Equal(t, want, got, diags.String())
			for says := range strings.SplitSeq(test.says, "|") {
				assert.Contains(t, diags.String(), says)
			}
		})
	}
}

// TestAllAtOnce: the first mistake hides no other mistake.
func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	a := good()
	a.Network.Zones[0] = "nowhere"
	a.Tiers[1].Block = 99
	a.Flows[2].Service = "tcp/0"
	a.Flows[3].Expires = "soon"
	a.Flows[4].Owner = "\x07"
	a.Flows = append(a.Flows, Flow{From: TierPeer(App, "App"), To: Peer{Kind: CIDR, Operand: Operand{Text: "nowhere"}}, Service: "htps"})
	_, diags := check(t, a)
	var rules []string
	for _, d := range diags.With(diag.Error) {
		rules = append(rules, d.Rule)
	}
	assert.ElementsMatch(t, []string{"zones", "block", "service", "expires", "text", "cidr", "service"}, rules)
}

func TestPositionsOfBothDeclarations(t *testing.T) {
	t.Parallel()
	a := good()
	a.Flows = append(a.Flows, a.Flows[1])
	a.Flows[1].At = []diag.Position{{File: "main.go", Line: 1}}
	a.Flows[5].At, a.Flows[5].Reason = []diag.Position{{File: "main.go", Line: 2}}, "other"
	_, diags := check(t, a)
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0].String(), "(main.go:1, main.go:2)")
}

// TestRepeatedFlowHasNoFirst: the merged flow of two equal declarations does not depend on their order.
func TestRepeatedFlowHasNoFirst(t *testing.T) {
	t.Parallel()
	again := Flow{From: TierPeer(Edge, "LB"), To: TierPeer(Web, "Web"), Service: "tcp/443", Exception: true, Reason: "r", Owner: "o"}
	var kept []CheckedFlow
	for _, first := range []int{1, 5} {
		a := good()
		a.Flows[1].Reason, a.Flows[1].Owner = "r", "o"
		a.Flows = append(a.Flows, again)
		a.Flows[first], a.Flows[1] = a.Flows[1], a.Flows[first]
		m, diags := check(t, a)
		require.False(t, diags.HasErrors(), diags.String())
		i := slices.IndexFunc(m.Flows, func(f CheckedFlow) bool { return f.From.Kind == Edge })
		kept = append(kept, m.Flows[i])
	}
	assert.Equal(t, kept[0], kept[1])
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	a := good()
	a.Flows[2].Expires = "2027-01-01"
	_, diags := check(t, a)
	require.Len(t, diags, 1)
	assert.Equal(t, "expired[Shop/Network:Web->App:tcp/8080]", diags[0].ID())
	assert.Contains(t, diags[0].Detail, "owner: web")
}

// TestVerifiedAccess: endpoints of Verified Access reach internal edge tiers, and nobody reaches the endpoints.
func TestVerifiedAccess(t *testing.T) {
	t.Parallel()
	declared := func(change func(*Architecture)) string {
		a := good()
		a.Tiers = append(a.Tiers, Tier{ID: "People", Kind: Bastion, VerifiedAccess: true},
			Tier{ID: "Portal", Kind: Edge, Internal: true, Block: 9})
		a.Flows = append(a.Flows, Flow{From: TierPeer(Bastion, "People"), To: TierPeer(Edge, "Portal"), Service: "https"})
		change(&a)
		_, diags := check(t, a)
		return diags.With(diag.Error).String()
	}
	people := func(a *Architecture) *Tier { return &a.Tiers[len(a.Tiers)-2] }
	portal := func(a *Architecture) *Tier { return &a.Tiers[len(a.Tiers)-1] }
	assert.Empty(t, declared(func(*Architecture) {}))
	for want, change := range map[string]func(*Architecture){
		"People may not reach Portal":             func(a *Architecture) { people(a).VerifiedAccess = false },
		"a public edge tier behind":               func(a *Architecture) { portal(a).Internal = false },
		"is an EC2 Instance Connect":              func(a *Architecture) { people(a).InstanceConnect = true },
		"no pods":                                 func(a *Architecture) { people(a).Kubernetes = &Kubernetes{Namespace: "x"} },
		"a flow to endpoints of":                  func(a *Architecture) { a.Flows[len(a.Flows)-1] = flowTo("People") },
		"internet may not reach Portal":           func(a *Architecture) { a.Flows = append(a.Flows, flowTo("Portal")) },
		"only a bastion tier of the network":      func(a *Architecture) { portal(a).VerifiedAccess = true },
		"Portal may not reach People":             func(a *Architecture) { f := &a.Flows[len(a.Flows)-1]; f.From, f.To = f.To, f.From },
		"neither end of the flow belongs to this": func(a *Architecture) { both(people(a), portal(a)) },
	} {
		assert.Contains(t, declared(change), want)
	}
}

func flowTo(id string) Flow {
	if id == "Portal" {
		return Flow{From: Peer{Kind: Internet}, To: TierPeer(Edge, id), Service: "https"}
	}
	return Flow{From: Peer{Kind: CIDR, Operand: Operand{Text: "203.0.113.0/24"}}, To: TierPeer(Bastion, id), Service: "https"}
}

func both(tiers ...*Tier) {
	for i, t := range tiers {
		group := Operand{Text: []string{"sg-0123456789abcdef0", "sg-0123456789abcdef1"}[i]}
		t.Block, t.Imported = 0, &Imported{Group: group, Egress: EgressRestricted}
	}
}
