package dns_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// shop is a network with names, services, a database, a cache and load balancers.
func shop() arch.Architecture {
	web, app, data := arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App"), arch.TierPeer(arch.Data, "Database")
	name := func(s string) arch.Peer { return arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: s}} }
	n := plantest.Network()
	n.Inspection = &arch.Inspection{Paths: arch.EgressPath}
	return arch.Architecture{
		Network: n,
		Tiers:   []arch.Tier{{ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "Database", Kind: arch.Data}},
		Flows: []arch.Flow{
			plantest.Flow(web, app, "tcp/8080"), plantest.Flow(app, data, "mysql"), plantest.Flow(app, data, "tcp/6379"),
			plantest.Flow(app, name("api.stripe.com"), "https"), plantest.Flow(web, name("api.stripe.com"), "https"),
			plantest.Flow(app, name(".example.org"), "https"),
		},
		Grants: []arch.Grant{
			{Tier: "App", Use: "read s3", Needs: []arch.Need{
				{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::b/*"}},
			}},
			{Tier: "App", Use: "decrypt kms", Needs: []arch.Need{{Service: "kms", Actions: []string{"kms:Decrypt"}, Resources: []string{"*"}}}},
		},
		Roles: []arch.TierRole{{Tier: "App", ARN: "arn:aws:iam::123456789012:role/App"}},
	}
}

// of derives the DNS firewall of an architecture, which must be valid.
func of(t require.TestingT, a arch.Architecture, c dns.Choices) (dns.Plan, string) {
	m, diags := arch.Check(a, plantest.Today)
	require.False(t, diags.HasErrors(), diags.String())
	p, found := dns.Of(m, c)
	return p, found.String()
}

// text writes the lists, one domain on each line.
func text(p dns.Plan) string {
	var b strings.Builder
	for _, l := range p.Lists {
		fmt.Fprintf(&b, "%s %d %s %s\n", l.ID, l.Rule.Priority, l.Rule.Action, l.Rule.Response)
		for _, n := range l.Names {
			fmt.Fprintf(&b, "  %s: %s", n.Domain, strings.Join(n.Because, "; "))
			if n.Wider != "" {
				fmt.Fprintf(&b, " (%s)", n.Wider)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestLists(t *testing.T) {
	t.Parallel()
	p, found := of(t, shop(), dns.Choices{Names: []string{"Time.AWS.com"}, Zones: []string{"corp"}})
	assert.Empty(t, found)
	assert.Equal(t, `Names 100 ALLOW 
  api.stripe.com: App connects to api.stripe.com: tcp/443; Web connects to api.stripe.com: tcp/443
  example.org: App connects to .example.org: tcp/443
  time.aws.com: stated as a further name
Services 200 ALLOW 
  *.cache.amazonaws.com: App connects to caches in Database: tcp/6379 (names of caches of other accounts)
  *.elb.eu-west-1.amazonaws.com: Web connects to load balancers in App: tcp/8080 (names of load balancers of other accounts)
  *.eu-west-1.elb.amazonaws.com: Web connects to load balancers in App: tcp/8080 (names of load balancers of other accounts)
  *.eu-west-1.rds.amazonaws.com: App connects to databases in Database: tcp/3306 (names of databases of other accounts)
  *.eu-west-1.vpce.amazonaws.com: endpoints have names of their own here (names of endpoints of other accounts in this Region)
  *.s3-accesspoint.dualstack.eu-west-1.amazonaws.com: App: read s3
  *.s3-accesspoint.eu-west-1.amazonaws.com: App: read s3
  *.s3-control.eu-west-1.amazonaws.com: App: read s3
  *.s3.dualstack.eu-west-1.amazonaws.com: App: read s3
  *.s3.eu-west-1.amazonaws.com: App: read s3
  kms.eu-west-1.amazonaws.com: App: decrypt kms
  s3.dualstack.eu-west-1.amazonaws.com: App: read s3
  s3.eu-west-1.amazonaws.com: App: read s3
Private 300 ALLOW 
  *.0.10.in-addr.arpa: names of the addresses of the network
  *.compute.internal: instances have names in this domain
  *.corp: stated as a private zone
  corp: stated as a private zone
Below 500 ALLOW 
  *.example.org: App connects to .example.org: tcp/443
Rest 900 BLOCK NODATA
  *: nothing declares any other name
`, text(p))
}

// TestAnswers: what the derived group does with queries, in both modes and with advanced protections.
func TestAnswers(t *testing.T) {
	t.Parallel()
	enforced, _ := of(t, shop(), dns.Choices{Response: dnsfirewall.NXDomain})
	observed, _ := of(t, shop(), dns.Choices{Mode: arch.Observe, Advanced: dnsfirewall.High})
	guarded, _ := of(t, shop(), dns.Choices{Advanced: dnsfirewall.Low})
	for name, want := range map[string][3]int{ // the actions of enforced, observed and guarded; then doubts of guarded
		"api.stripe.com": {0, 0, 0}, "www.stripe.com": {2, 1, 3}, "example.org": {0, 0, 0}, "a.b.example.org": {0, 0, 3},
		"kms.eu-west-1.amazonaws.com": {0, 0, 0}, "kms.eu-west-2.amazonaws.com": {2, 1, 3}, "b.s3.eu-west-1.amazonaws.com": {0, 0, 0},
		"ip-10-0-0-7.eu-west-1.compute.internal": {0, 0, 0}, "7.0.0.10.in-addr.arpa": {0, 0, 0}, "7.0.1.10.in-addr.arpa": {2, 1, 3},
	} {
		action := func(p dns.Plan) dnsfirewall.Action {
			return dnsfirewall.Evaluate([]dnsfirewall.Group{p.Group}, name, "A").Action
		}
		actions := []dnsfirewall.Action{dnsfirewall.Allow, dnsfirewall.Alert, dnsfirewall.Block}
		assert.Equal(t, actions[want[0]], action(enforced), name)
		assert.Equal(t, actions[want[1]], action(observed), name)
		assert.Equal(t, actions[want[0]], action(guarded), name)
		assert.Len(t, dnsfirewall.Evaluate([]dnsfirewall.Group{guarded.Group}, name, "A").Doubts, want[2], name)
	}
	last := enforced.Group.Rules[len(enforced.Group.Rules)-1]
	assert.Equal(t, dnsfirewall.NXDomain, last.Response)
	for _, p := range []dns.Plan{enforced, observed, guarded} {
		for _, r := range p.Group.Rules {
			assert.Equal(t, r.Action == dnsfirewall.Allow, r.TrustRedirection, r.Name)
		}
	}
}

// TestRegions: a Region that only the deployment knows, other partitions and the names of instances in the oldest Region.
func TestRegions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"us-east-1": "*.ec2.internal", "cn-north-1": "kms.cn-north-1.amazonaws.com.cn", "us-gov-west-1": "kms.us-gov-west-1.amazonaws.com",
		"us-iso-east-1": "kms.us-iso-east-1.${AWS::URLSuffix}",
	} {
		a := shop()
		a.Grants, a.Roles = a.Grants[1:], nil
		a.Network.Zones, a.Network.StackRegion = []string{region + "a"}, region
		p, _ := of(t, a, dns.Choices{})
		assert.Contains(t, text(p), want, region)
	}
	wrapped := shop()
	wrapped.Network = arch.Network{Path: "Test/Network", Wrapped: true}
	wrapped.Flows, wrapped.Grants, wrapped.Roles = wrapped.Flows[:3], wrapped.Grants[1:], nil
	p, found := of(t, wrapped, dns.Choices{})
	assert.Empty(t, found)
	for _, want := range []string{
		"kms.${AWS::Region}.${AWS::URLSuffix}", "*.10.in-addr.arpa", "*.31.172.in-addr.arpa", "*.168.192.in-addr.arpa",
	} {
		assert.Contains(t, text(p), "  "+want+":")
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		choices dns.Choices
		says    string
	}{
		{dns.Choices{Mode: arch.Prepare}, "the mode of DNS is unknown"},
		{dns.Choices{Response: dnsfirewall.Override}, "the response to blocked queries is unknown"},
		{dns.Choices{Names: []string{"*.example.com"}}, "a further name is not usable"},
		{dns.Choices{Names: []string{"${Token[X.1]}"}}, "a further name is not usable"},
		{dns.Choices{Zones: []string{"a b"}}, "the name of a private zone is not usable"},
		{dns.Choices{Zones: []string{"*"}}, "the name of a private zone is not usable"},
		{dns.Choices{Advanced: "SURE"}, "unknown confidence"},
	} {
		_, found := of(t, shop(), test.choices)
		assert.Contains(t, found, test.says)
		assert.Contains(t, found, "Test/Network dns: ")
	}
	unknown := shop()
	unknown.Grants[1].Needs[0] = arch.Need{Service: "ecs-agent", Actions: []string{"ecs:Poll"}, Resources: []string{"*"}}
	_, found := of(t, unknown, dns.Choices{})
	assert.Contains(t, found, "warning: Test/Network dns: the names of the AWS service ecs-agent are not known")
}

// TestUnnamedFlows: flows to addresses of the internet need names that nothing declares. That is told when it takes effect.
func TestUnnamedFlows(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Flows = append(a.Flows[:3], plantest.Flow(arch.TierPeer(arch.App, "App"), plantest.Internet, "https"),
		plantest.Flow(arch.TierPeer(arch.App, "App"), plantest.Block("203.0.113.0/24"), "tcp/8443"))
	_, found := of(t, a, dns.Choices{})
	assert.Contains(t, found, "warning: Test/Network dns: flows lead to the internet, but DNS answers only for names that something declares")
	assert.Contains(t, found, "these flows name no domain: App->the internet:tcp/443, App->203.0.113.0/24:tcp/8443")
	for _, c := range []dns.Choices{{Mode: arch.Observe}, {Names: []string{"api.example.com"}}} {
		_, found := of(t, a, c)
		assert.Empty(t, found)
	}
}

// TestEveryDeclaredNameIsAllowed: in random networks, every name of a flow is allowed, every other name is blocked, and the order of the
// declaration decides nothing.
func TestEveryDeclaredNameIsAllowed(t *testing.T) {
	t.Parallel()
	app := arch.TierPeer(arch.App, "App")
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`\.?[a-c]{1,2}\.(example|test)`), 1, 6, rapid.ID).Draw(t, "names")
		n := plantest.Network()
		n.Inspection = &arch.Inspection{Paths: arch.EgressPath}
		planOf := func(names []string) dns.Plan {
			a := arch.Architecture{Network: n, Tiers: []arch.Tier{{ID: "App", Kind: arch.App}}}
			for _, name := range names {
				to := arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}
				a.Flows = append(a.Flows, plantest.Flow(app, to, "https"))
			}
			p, _ := of(t, a, dns.Choices{})
			return p
		}
		p := planOf(names)
		if other := planOf(rapid.Permutation(names).Draw(t, "order")); text(p) != text(other) {
			t.Fatalf("the order matters:\n%s\n%s", text(p), text(other))
		}
		asked := rapid.StringMatching(`([a-c]\.){0,2}[a-c]{1,2}\.(example|test)`).Draw(t, "asked")
		declared := false
		for _, name := range names {
			bare, all := strings.CutPrefix(name, ".")
			declared = declared || asked == bare || all && strings.HasSuffix(asked, name)
		}
		got := dnsfirewall.Evaluate([]dnsfirewall.Group{p.Group}, asked, "A")
		if want := map[bool]dnsfirewall.Action{true: dnsfirewall.Allow, false: dnsfirewall.Block}[declared]; got.Action != want {
			t.Fatalf("%s: got %s, want %s from\n%s", asked, got.Action, want, text(p))
		}
	})
}

// TestReverseZones: an address has a name in a reverse zone of a block exactly if the block holds it, up to the octet in which it ends.
func TestReverseZones(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.IntRange(16, 28).Draw(t, "bits")
		a := shop()
		block := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(rapid.IntRange(0, 255).Draw(t, "b")), 16, 0}), bits).Masked()
		a.Network.Range.Text = block.String()
		m, _ := arch.Check(a, plantest.Today)
		p, _ := dns.Of(m, dns.Choices{})
		octet := func(label string) byte { return byte(rapid.IntRange(0, 255).Draw(t, label)) }
		address := netip.AddrFrom4([4]byte{10, block.Addr().As4()[1], octet("c"), octet("d")})
		b := address.As4()
		name := fmt.Sprintf("%d.%d.%d.%d.in-addr.arpa", b[3], b[2], b[1], b[0])
		got := dnsfirewall.Evaluate([]dnsfirewall.Group{p.Group}, name, "PTR").Action
		if block.Contains(address) != (got == dnsfirewall.Allow) && bits <= 24 {
			t.Fatalf("%s in %s: %s", address, block, got)
		}
	})
}
