package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/policy"
)

// architecture is an architecture with a policy, in which Database holds cardholder data.
func architecture(name string, tiers []arch.Tier, flows ...arch.Flow) arch.Architecture {
	for i := range tiers {
		tiers[i].At = diag.Position{File: "main.go", Line: 10 + i}
	}
	for i := range flows {
		flows[i].At = []diag.Position{{File: "main.go", Line: 50 + i}}
	}
	return arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
		Tiers:   tiers, Flows: flows, Policies: []arch.DataPolicy{{Name: name, At: diag.Position{File: "main.go", Line: 9}}},
	}
}

func judge(t *testing.T, a arch.Architecture) diag.List {
	t.Helper()
	m, diags := arch.Check(a, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	require.NoError(t, diags.Err())
	return policy.Judge(m).Sorted()
}

func ids(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Within("Shop/Network").ID())
	}
	slices.Sort(out)
	return out
}

// Tiers and flows for the rows below. Kinds that must not talk to each other do so by exceptions.
var (
	internet = arch.Peer{Kind: arch.Internet}
	lb       = arch.TierPeer(arch.Edge, "LB")
	web      = arch.TierPeer(arch.Web, "Web")
	app      = arch.TierPeer(arch.App, "App")
	db       = arch.TierPeer(arch.Data, "DB")
)

func block(text string) arch.Peer {
	return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: text}}
}

func flow(from, to arch.Peer, service string) arch.Flow {
	return arch.Flow{From: from, To: to, Service: service, Reason: "needed"}
}

func exception(from, to arch.Peer, service string) arch.Flow {
	return arch.Flow{From: from, To: to, Service: service, Reason: "needed", Owner: "team", Exception: true}
}

func tiers(holds map[string]string) []arch.Tier {
	out := []arch.Tier{{ID: "LB", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App}, {ID: "DB", Kind: arch.Data}}
	for i := range out {
		out[i].Holds = arch.ParseHolds(holds[out[i].ID])
	}
	return out
}

// shop is the usual network: nothing is wrong with it.
func shop() []arch.Flow {
	return []arch.Flow{flow(internet, lb, "https"), flow(lb, web, "https"), flow(web, app, "tcp/8443"), flow(app, db, "mysql")}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	card, personal := map[string]string{"DB": "cardholder"}, map[string]string{"DB": "personal"}
	inspected := arch.Path{Kind: arch.Inspected, Mode: arch.Enforce}
	domain := arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: "api.example.com"}}
	with := func(f arch.Flow, p arch.Path) arch.Flow { f.Path = p; return f }
	without := func(f arch.Flow) arch.Flow { f.Reason = ""; return f }
	transit := arch.Gateway{Kind: arch.TransitGateway, Operand: arch.Operand{Text: "tgw-0123456789abcdef0"}}
	gateway := arch.Path{Kind: arch.ThroughGateway, Via: transit}
	for name, test := range map[string]struct {
		policy string
		holds  map[string]string
		flows  []arch.Flow // beside shop
		want   []string
	}{
		"a clean shop, PCI":      {arch.PCIDSS, card, nil, nil},
		"a clean shop, internet": {arch.NoInternetNextToData, personal, nil, nil},
		"a clean shop, data":     {arch.SensitiveData, personal, nil, nil},
		"public data may travel in plain text": {arch.SensitiveData, map[string]string{"DB": "public", "App": "health"},
			[]arch.Flow{exception(db, web, "http")}, []string{"sensitive-data-lower-class[App->DB:tcp/3306]"}},

		"the internet reaches data": {arch.NoInternetNextToData, personal, []arch.Flow{exception(internet, db, "mysql")},
			[]string{"no-internet-next-to-data-source[the internet->DB:tcp/3306]"}},
		"a block of the internet reaches data": {arch.PCIDSS, card, []arch.Flow{exception(block("203.0.113.0/24"), db, "mysql")},
			[]string{"pci-dss-source[203.0.113.0/24->DB:tcp/3306]"}},
		"a private block reaches data": {arch.PCIDSS, card, []arch.Flow{with(exception(block("192.168.0.0/16"), db, "mysql"), gateway)}, nil},
		"public addresses behind a gateway reach data": {arch.NoInternetNextToData, card,
			[]arch.Flow{with(exception(block("0.0.0.0/1"), db, "mysql"), gateway)},
			[]string{"no-internet-next-to-data-source[0.0.0.0/1->DB:tcp/3306]"}},
		"a prefix list reaches data": {arch.NoInternetNextToData, personal,
			[]arch.Flow{exception(arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-0123456789abcdef0"}, Entries: 1}, db, "mysql")},
			[]string{"no-internet-next-to-data-source[pl-0123456789abcdef0->DB:tcp/3306]"}},
		"a block that only the deployment knows": {arch.NoInternetNextToData, personal,
			[]arch.Flow{exception(arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "Base/Block", Symbolic: true}}, db, "mysql")},
			[]string{"no-internet-next-to-data-source[Base/Block->DB:tcp/3306]"}},
		"an edge next to data": {arch.NoInternetNextToData, personal, []arch.Flow{exception(lb, db, "mysql")},
			[]string{"no-internet-next-to-data-neighbour[LB->DB:tcp/3306]"}},
		"a tier that a flow makes face the internet": {arch.NoInternetNextToData, personal, []arch.Flow{exception(internet, app, "https")},
			[]string{"no-internet-next-to-data-neighbour[App->DB:tcp/3306]"}},

		"data reaches the internet": {arch.NoInternetNextToData, map[string]string{"DB": "personal", "App": "personal"},
			[]arch.Flow{flow(app, internet, "https"), exception(db, block("198.51.100.0/24"), "https")},
			[]string{"no-internet-next-to-data-egress[App->the internet:tcp/443]", "no-internet-next-to-data-egress[DB->198.51.100.0/24:tcp/443]"}},
		"a name of the internet": {arch.NoInternetNextToData, map[string]string{"DB": "personal", "App": "secret"},
			[]arch.Flow{with(flow(app, domain, "https"), inspected)}, []string{"no-internet-next-to-data-egress[App->api.example.com:tcp/443]"}},
		"an enforced name, PCI": {arch.PCIDSS, map[string]string{"DB": "cardholder", "App": "cardholder"},
			[]arch.Flow{with(flow(app, domain, "https"), inspected)}, nil},
		"a name that is only observed, PCI": {arch.PCIDSS, map[string]string{"DB": "cardholder", "App": "cardholder"},
			[]arch.Flow{with(flow(app, domain, "https"), arch.Path{Kind: arch.Inspected, Mode: arch.Observe})},
			[]string{"pci-dss-egress[App->api.example.com:tcp/443]"}},

		"data flows to a lower class": {arch.SensitiveData, map[string]string{"DB": "secret", "App": "personal"},
			[]arch.Flow{exception(db, app, "tcp/9000")}, nil}, // an exception has a reason and an owner
		"data flows down": {arch.SensitiveData, map[string]string{"DB": "public", "Web": "secret", "App": "personal"}, nil,
			[]string{"sensitive-data-lower-class[App->DB:tcp/3306]", "sensitive-data-lower-class[Web->App:tcp/8443]"}},
		"data flows to a stricter class": {arch.SensitiveData, map[string]string{"DB": "cardholder", "App": "personal"}, nil, nil},
		"a label of one's own has no order": {arch.SensitiveData, map[string]string{"DB": "cardholder", "App": "health"}, nil,
			[]string{"sensitive-data-lower-class[App->DB:tcp/3306]"}},
		"data flows down through a firewall": {arch.SensitiveData, map[string]string{"DB": "personal", "LB": "personal"},
			nil, []string{"sensitive-data-lower-class[LB->Web:tcp/443]"}},

		"plain text": {arch.SensitiveData, map[string]string{"DB": "personal", "App": "personal"},
			[]arch.Flow{flow(web, app, "http"), flow(app, db, "tcp/389")},
			[]string{"sensitive-data-plain-text[App->DB:tcp/389]", "sensitive-data-plain-text[Web->App:tcp/80]"}},
		"a range with plain text": {arch.PCIDSS, card, []arch.Flow{flow(app, db, "tcp/1000-3000")},
			[]string{"pci-dss-plain-text[App->DB:tcp/1000-3000]"}},
		"all services": {arch.SensitiveData, personal, []arch.Flow{exception(app, db, "all")},
			[]string{"sensitive-data-plain-text[App->DB:all]"}},
		"plain text elsewhere": {arch.SensitiveData, personal, []arch.Flow{flow(lb, web, "http")}, nil},
		"no reason": {arch.PCIDSS, card, []arch.Flow{without(flow(app, db, "tcp/5000"))},
			[]string{"pci-dss-reason[App->DB:tcp/5000]"}},
		"no reason elsewhere": {arch.PCIDSS, card, []arch.Flow{without(flow(lb, web, "tcp/5000"))}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := judge(t, architecture(test.policy, tiers(test.holds), append(shop(), test.flows...)...))
			assert.Equal(t, test.want, ids(found))
			for _, d := range found {
				assert.Equal(t, diag.Finding, d.Severity)
				assert.NotEmpty(t, d.At)
				assert.False(t, d.At[0].IsZero(), "the line of the declaration")
				assert.NotEmpty(t, d.Fix)
				assert.True(t, strings.HasPrefix(d.Rule, test.policy), "the policy's name")
			}
		})
	}
}

// TestInspectedFlow: a firewall that enforces a flow makes up for the lower class at its end; one that only observes does not.
func TestInspectedFlow(t *testing.T) {
	t.Parallel()
	for mode, want := range map[arch.Mode][]string{
		arch.Enforce: nil,
		arch.Observe: {"sensitive-data-lower-class[App->DB:tcp/3306]"}, arch.Prepare: {"sensitive-data-lower-class[App->DB:tcp/3306]"},
	} {
		a := architecture(arch.SensitiveData, tiers(map[string]string{"App": "personal", "DB": "public"}), shop()...)
		a.Network.Inspection = &arch.Inspection{Paths: arch.EastWestPath, Mode: mode}
		assert.Equal(t, want, ids(judge(t, a)), mode.String())
	}
}

// TestNothingProtected: a policy that protects no tier is an error, since its silence would look like consent.
func TestNothingProtected(t *testing.T) {
	t.Parallel()
	for holds, want := range map[string]string{
		"public": "error: Shop/Network network: the policy pci-dss protects no tier (main.go:9)\n    no tier holds cardholder data\n" +
			"    fix: say which tier does: Holds: tiers.Cardholder; or remove the policy",
		"personal": "error: Shop/Network network: the policy pci-dss protects no tier (main.go:9)\n    no tier holds cardholder data\n" +
			"    fix: say which tier does: Holds: tiers.Cardholder; or remove the policy",
	} {
		assert.Equal(t, want, judge(t, architecture(arch.PCIDSS, tiers(map[string]string{"DB": holds}), shop()...)).String())
	}
	a := architecture(arch.SensitiveData, tiers(map[string]string{"DB": "public"}), shop()...)
	a.Network.Dialect = arch.FileDialect
	assert.Equal(t, "error: Shop/Network network: the policy sensitive-data protects no tier (main.go:9)\n"+
		"    no tier holds data of a class other than public\n"+
		"    fix: say which tier does: `holds: personal`; or remove the policy", judge(t, a).String())
}

// TestUnlabelled: a data tier that does not say what it holds is a finding, under whatever policy.
func TestUnlabelled(t *testing.T) {
	t.Parallel()
	a := architecture(arch.SensitiveData, tiers(map[string]string{"App": "personal"}), flow(lb, web, "https"), flow(internet, lb, "https"),
		exception(app, db, "mysql"))
	assert.Equal(t, []string{"data-unlabelled[DB]"}, ids(judge(t, a)))
	a.Policies = []arch.DataPolicy{{Name: "mine", Own: true}}
	assert.Equal(t, []string{"data-unlabelled[DB]"}, ids(judge(t, a)))
	a.Policies = nil
	assert.Empty(t, judge(t, a), "no policy, no finding")
}

// TestSharedSubnets: network ACLs and firewalls cannot keep data apart from a tier in the same subnets.
func TestSharedSubnets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		other arch.Tier
		want  []string
	}{
		"not declared to hold it": {arch.Tier{ID: "Job", Kind: arch.App}, []string{"pci-dss-subnets[DB+Job]"}},
		"holds it":                {arch.Tier{ID: "Job", Kind: arch.App, Holds: []string{"cardholder"}}, nil},
		"holds less":              {arch.Tier{ID: "Job", Kind: arch.App, Holds: []string{"personal"}}, []string{"pci-dss-subnets[DB+Job]"}},
		"faces the internet": {arch.Tier{ID: "Job", Kind: arch.Edge, Holds: []string{"cardholder"}},
			[]string{"pci-dss-subnets[DB+Job]"}},
	} {
		test.other.SharesWith = "DB"
		a := architecture(arch.PCIDSS, append(tiers(map[string]string{"DB": "cardholder"}), test.other), shop()...)
		assert.Equal(t, test.want, ids(judge(t, a)), name)
	}
}

// TestImportedNeighbour: who reaches an imported tier is not declared, so it is trusted only if its owner says what it holds.
func TestImportedNeighbour(t *testing.T) {
	t.Parallel()
	for holds, want := range map[string][]string{
		"": {"pci-dss-neighbour[Far->DB:tcp/3306]"}, "public": {"pci-dss-neighbour[Far->DB:tcp/3306]"}, "cardholder": nil,
	} {
		far := arch.Tier{ID: "Far", Kind: arch.App, Holds: arch.ParseHolds(holds),
			Imported: &arch.Imported{Group: arch.Operand{Text: "sg-0123456789abcdef0"}, Egress: arch.EgressOpen}}
		a := architecture(arch.PCIDSS, append(tiers(map[string]string{"DB": "cardholder"}), far),
			append(shop(), flow(arch.TierPeer(arch.App, "Far"), db, "mysql"))...)
		assert.Equal(t, want, ids(judge(t, a)), holds)
	}
}

// TestText: a finding names the policy and the ends, and says why and how to mend it.
func TestText(t *testing.T) {
	t.Parallel()
	found := judge(t, architecture(arch.PCIDSS, tiers(map[string]string{"DB": "cardholder"}),
		append(shop(), exception(internet, db, "tcp/389"))...))
	assert.Equal(t, `finding: Shop/Network the internet -> tiers.DB: tcp/389 without encryption, in a flow of DB, which holds `+
		`cardholder data (main.go:54)
    tcp/389 is registered for LDAP, which begins without encryption; the declaration does not tell whether it goes on with TLS
    policy pci-dss: PCI DSS 4.0.1, 1.2.6 and 4.2.1: insecure protocols need security features, and public networks need encryption
    fix: declare the port of a protocol with TLS, or acknowledge this finding with a reason

finding: Shop/Network the internet -> tiers.DB: the internet may reach DB, which holds cardholder data (main.go:54)
    policy pci-dss: PCI DSS 4.0.1, 1.4.4: systems that store cardholder data are not directly accessible from untrusted networks
    fix: let another tier stand in front, or acknowledge this finding with a reason`, found.String())
}

// TestScope: the tiers of a policy, and those that are connected to them.
func TestScope(t *testing.T) {
	t.Parallel()
	m, diags := arch.Check(architecture(arch.PCIDSS, tiers(map[string]string{"DB": "cardholder", "Web": "personal"}), shop()...), time.Now())
	require.NoError(t, diags.Err())
	protected, connected := policy.Protected(m, arch.PCIDSS)
	assert.Equal(t, []string{"DB"}, tierIDs(protected))
	assert.Equal(t, []string{"App"}, tierIDs(connected))
	assert.Equal(t, []string{"DB"}, tierIDs(policy.Logged(m)[arch.PCIDSS]))
}

func tierIDs(tiers []arch.Tier) []string {
	var out []string
	for _, t := range tiers {
		out = append(out, t.ID)
	}
	return out
}

// TestEveryPolicyHasRules: arch names the policies that this package has.
func TestEveryPolicyHasRules(t *testing.T) {
	t.Parallel()
	for _, name := range arch.DataPolicies() {
		a := architecture(name, tiers(map[string]string{"DB": "cardholder"}), exception(internet, db, "all"), exception(db, internet, "all"),
			exception(db, lb, "http"))
		assert.NotEmpty(t, judge(t, a), name)
	}
}

// TestBothDialects: the texts of a file have no Go in them, and no YAML that the file cannot have.
func TestBothDialects(t *testing.T) {
	t.Parallel()
	far := arch.Tier{ID: "Far", Kind: arch.App,
		Imported: &arch.Imported{Group: arch.Operand{Text: "sg-0123456789abcdef0"}, Egress: arch.EgressOpen}}
	job := arch.Tier{ID: "Job", Kind: arch.App, SharesWith: "DB"}
	bare := arch.Tier{ID: "Bare", Kind: arch.Data, Block: 9}
	a := architecture(arch.PCIDSS, append(tiers(map[string]string{"DB": "cardholder,health", "App": "personal"}), far, job, bare),
		append(shop(), exception(internet, db, "http,tcp/389"), exception(lb, db, "redis"), exception(db, internet, "all"),
			exception(db, block("203.0.113.0/24"), "smtp-submit"), flow(arch.TierPeer(arch.App, "Far"), db, "mysql"),
			flow(db, arch.TierPeer(arch.Data, "Bare"), "mysql"), flow(app, arch.TierPeer(arch.App, "Job"), "https"))...)
	a.Flows[3].Reason = ""
	a.Policies = append(a.Policies, arch.DataPolicy{Name: arch.SensitiveData}, arch.DataPolicy{Name: arch.NoInternetNextToData})
	_, found := plantest.MakeBoth(t, a)
	rules := map[string]bool{}
	for _, d := range found.With(diag.Finding) {
		rules[d.Rule] = true
	}
	for _, rule := range []string{"source", "neighbour", "egress", "lower-class", "plain-text", "reason", "subnets"} {
		assert.True(t, rules["pci-dss-"+rule], rule)
	}
	for _, wrong := range []arch.DataPolicy{{Name: "pci"}, {Name: "Mine", Own: true}, {Name: "pci-dss", Own: true}, {}, {Name: "zzz"}} {
		a.Policies = []arch.DataPolicy{wrong}
		_, found := plantest.MakeBoth(t, a)
		assert.True(t, found.HasErrors(), wrong.Name)
	}
	for _, holds := range []string{"Cardholder", "card-holder", "${Token[TOKEN.1]}"} {
		b := architecture(arch.SensitiveData, tiers(map[string]string{"DB": holds, "App": "personal"}), shop()...)
		_, found := plantest.MakeBoth(t, b)
		assert.NotEmpty(t, found, holds)
	}
}
