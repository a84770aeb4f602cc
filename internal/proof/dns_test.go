package proof_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// naming is a network whose App connects to names.
func naming(names ...string) arch.Architecture {
	n := plantest.Network()
	n.Inspection = &arch.Inspection{Paths: arch.EgressPath}
	a := arch.Architecture{Network: n, Tiers: []arch.Tier{{ID: "App", Kind: arch.App}}}
	for i, name := range names {
		a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.App, "App"), Service: "https",
			To: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}, At: []diag.Position{{File: "main.go", Line: i + 1}}})
	}
	return a
}

// addDNS adds rules for names to a template: each rule has a priority, an action and its list, and may have other properties.
func addDNS(resources object, rules ...object) {
	list := []any{}
	for _, r := range rules {
		r := cloned(r)
		if domains, ok := r["Domains"]; ok {
			id := fmt.Sprintf("List%v", r["Priority"])
			resources[id] = object{"Type": "AWS::Route53Resolver::FirewallDomainList", "Properties": object{"Domains": domains}}
			r["FirewallDomainListId"] = object{"Fn::GetAtt": []any{id, "Id"}}
			delete(r, "Domains")
		}
		list = append(list, r)
	}
	resources["Rules"] = object{"Type": "AWS::Route53Resolver::FirewallRuleGroup", "Properties": object{"FirewallRules": list}}
	for id, r := range resources {
		if r.(object)["Type"] == "AWS::EC2::VPC" {
			resources["Association"] = object{"Type": "AWS::Route53Resolver::FirewallRuleGroupAssociation", "Properties": object{
				"FirewallRuleGroupId": object{"Fn::GetAtt": []any{"Rules", "Id"}}, "Priority": 101, "VpcId": object{"Ref": id},
			}}
		}
	}
}

func cloned(o object) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	return out
}

// The rules of most tests.
var (
	trusted = object{"Priority": 100, "Action": "ALLOW", "FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN",
		"Domains": []any{"api.example.com", "example.org", "*.example.org"}}
	rest   = object{"Priority": 900, "Action": "BLOCK", "BlockResponse": "NODATA", "Domains": []any{"*"}}
	report = object{"Priority": 900, "Action": "ALERT", "Domains": []any{"*"}}
)

// with returns a rule with another value of a property; nil removes it.
func with(rule object, name string, value any) object {
	rule = cloned(rule)
	rule[name] = value
	if value == nil {
		delete(rule, name)
	}
	return rule
}

// TestNamesInDNS: what DNS Firewall does with declared names.
func TestNamesInDNS(t *testing.T) {
	t.Parallel()
	block := func(more ...any) object {
		r := object{"Priority": 1, "Action": "BLOCK", "BlockResponse": "NODATA"}
		for i := 0; i < len(more); i += 2 {
			r[more[i].(string)] = more[i+1]
		}
		return r
	}
	for name, test := range map[string]struct {
		rules []object
		want  []string // each is a part of a finding, in order
	}{
		"allowed":       {[]object{trusted, rest}, nil},
		"only reported": {[]object{report}, nil},
		"no rules":      {nil, nil},
		"everything": {[]object{rest}, []string{
			"blocks the declared name example.org: rule 900", "blocks the declared name api.example.com: rule 900",
		}},
		"the apex only": {[]object{with(trusted, "Domains", []any{"api.example.com", "example.org"}), rest},
			[]string{"name undeclared-name-of-tierwall.example.org"}},
		"not the apex":     {[]object{with(trusted, "Domains", []any{"api.example.com", "*.example.org"}), rest}, []string{"name example.org"}},
		"one name below":   {[]object{block("Domains", []any{"bad.example.org"}), trusted, rest}, []string{"name bad.example.org: rule 1 of"}},
		"some names below": {[]object{block("Domains", []any{"*.eu.example.org"}), trusted}, []string{"tierwall.eu.example.org"}},
		"another type":     {[]object{block("Qtype", "TXT", "Domains", []any{"*"}), trusted, rest}, nil},
		"inspected names": {[]object{with(trusted, "FirewallDomainRedirectionAction", nil), rest}, []string{
			"for the declared name example.org: if it is a CNAME", "api.example.com: if it is a CNAME",
		}},
		"a managed list": {[]object{block("FirewallDomainListId", "rslvr-fdl-1"), trusted, rest}, []string{
			"unknown whether DNS Firewall blocks the declared name example.org: the list of domains rslvr-fdl-1", "name api.example.com: the list",
		}},
		"a threat": {[]object{block("DnsThreatProtection", "DGA", "ConfidenceThreshold", "LOW"), trusted, rest}, nil},
	} {
		got := prove(t, naming("api.example.com", ".example.org"), func(resources object) { addDNS(resources, test.rules...) })
		var found []string
		for _, f := range got.Findings {
			found = append(found, f.Diagnostic().String())
		}
		require.Len(t, found, len(test.want), "%s: %s", name, found)
		for i, want := range test.want {
			assert.Contains(t, found[i], want, name)
			assert.Contains(t, found[i], "fix: ", name)
			assert.Contains(t, found[i], "main.go:", name)
		}
		assumed := slices.ContainsFunc(got.Assumptions, func(s string) bool { return strings.Contains(s, "for a threat") })
		assert.Equal(t, name == "a threat", assumed, name)
	}
}

// TestNamesInOtherVPCs: a rule group of another VPC does not count, and one of a VPC that only the deployment knows may.
func TestNamesInOtherVPCs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		vpc  any
		want string
	}{
		"another one of the app": {object{"Ref": "Other"}, ""},
		"another one":            {"vpc-0123456789abcdef0", ""},
		"perhaps the same":       {object{"Fn::ImportValue": "Vpc"}, "whether Test/Association"},
	} {
		got := prove(t, naming("api.example.com"), func(r object) {
			addDNS(r, rest)
			r["Other"] = object{"Type": "AWS::EC2::VPC", "Properties": object{"CidrBlock": "10.9.0.0/16"}}
			properties(r, "Association")["VpcId"] = test.vpc
		})
		text := got.Diagnostics().String()
		if test.want == "" {
			assert.Empty(t, text, name)
		}
		assert.Contains(t, text, test.want, name)
	}
}

// TestNamesPastDeclaredDNS: a rule group that decides before the declared one must not let other names through.
func TestNamesPastDeclaredDNS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule     object
		priority any
		want     string
	}{
		"blocks more": {object{"Action": "BLOCK", "BlockResponse": "NODATA", "Domains": []any{"bad.example"}}, 102, ""},
		"allows the same": {object{"Action": "ALLOW", "Domains": []any{"api.example.com"},
			"FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"}, 102, ""},
		"decides later":      {object{"Action": "ALLOW", "Domains": []any{"*"}}, 300, ""},
		"allows everything":  {object{"Action": "ALLOW", "Domains": []any{"*"}}, 102, "such as undeclared-name-of-tierwall.invalid: rule 5 of"},
		"allows a name":      {object{"Action": "ALLOW", "Domains": []any{"evil.example"}}, 102, "such as evil.example: rule 5 of"},
		"allows names below": {object{"Action": "ALERT", "Domains": []any{"*.evil.example"}}, 102, "tierwall.evil.example: rule 5 of"},
		"allows a list":      {object{"Action": "ALLOW", "FirewallDomainListId": "rslvr-fdl-1"}, 102, "may let names through"},
		"perhaps earlier":    {object{"Action": "ALLOW", "Domains": []any{"*"}}, object{"Ref": "AWS::AccountId"}, "may let names through"},
	} {
		test.rule["Priority"] = 5
		a := naming("api.example.com")
		p, diags := plan.Make(a, plantest.Today)
		require.NotNil(t, p, diags.String())
		data, declared := plantest.Template(p)
		var template struct{ Resources object }
		require.NoError(t, json.Unmarshal(data, &template))
		r := template.Resources
		addDNS(r, test.rule)
		r["OtherRules"], r["Other"] = r["Rules"], r["Association"]
		properties(r, "Other")["FirewallRuleGroupId"], properties(r, "Other")["Priority"] = object{"Ref": "OtherRules"}, test.priority
		addDNS(r, trusted, rest)
		properties(r, "Association")["Priority"] = 200
		declared.Controls = append(declared.Controls, proof.Control{
			Name: "association of the DNS firewall with the VPC", Path: "Test/Network/DNS/Association", Partial: true,
			Resource:   proof.Value{Template: plantest.File, Expression: json.RawMessage(`{"Ref": "Association"}`)},
			Properties: json.RawMessage(`{"Priority": 200}`), At: diag.Position{File: "main.go", Line: 9},
		})
		data, err := json.Marshal(template)
		require.NoError(t, err)
		got, err := proof.Prove(read(t, data), declared)
		require.NoError(t, err)
		text := got.Diagnostics().String()
		if test.want == "" {
			assert.Empty(t, text, name)
			continue
		}
		require.Contains(t, text, test.want, name)
		assert.Contains(t, text, "main.go:9", name)
	}
}

// TestIDsOfNames: a finding about a name has an ID that does not depend on the rules.
func TestIDsOfNames(t *testing.T) {
	t.Parallel()
	got := prove(t, naming("api.example.com"), func(resources object) { addDNS(resources, rest) })
	require.Len(t, got.Findings, 1)
	assert.Equal(t, proof.Missing, got.Findings[0].Verdict)
	assert.Equal(t, "missing[Test/Network:App->api.example.com:DNS]", got.Findings[0].ID())
}

// TestUncheckedNames: notes say what nothing checks, and an assumption says what DNS Firewall sees.
func TestUncheckedNames(t *testing.T) {
	t.Parallel()
	notes := func(a arch.Architecture, change func(object)) string {
		about := slices.DeleteFunc(prove(t, a, change).Notes, func(note string) bool {
			return !strings.Contains(note, "DNS") && !strings.Contains(note, "names")
		})
		return strings.Join(about, "\n")
	}
	named := naming("api.example.com")
	assert.Contains(t, notes(named, func(object) {}), "no DNS firewall in these templates checks queries")
	assert.Empty(t, notes(naming(), func(object) {}), "no flow is to a name")
	assert.Empty(t, notes(named, func(r object) { addDNS(r, trusted, rest) }))
	assert.Contains(t, notes(named, func(r object) { addDNS(r, report) }), "answers for names that nothing declares, and reports them")
	assert.Contains(t, notes(naming(), func(r object) { addDNS(r, trusted) }), "answers for names that nothing declares")
	foreign := with(with(rest, "Domains", nil), "FirewallDomainListId", "rslvr-fdl-1")
	assert.Contains(t, notes(named, func(r object) { addDNS(r, foreign) }),
		"whether DNS Firewall blocks names that nothing declares is not known")
	open := notes(named, func(r object) {
		addDNS(r, trusted, rest)
		vpc := properties(r, "Association")["VpcId"]
		r["Failure"] = object{"Type": "AWS::Route53Resolver::FirewallConfig",
			"Properties": object{"ResourceId": vpc, "FirewallFailOpen": "ENABLED"}}
	})
	assert.Contains(t, open, "all names may be answered while DNS Firewall fails")

	unnamed := naming()
	unnamed.Flows = append(unnamed.Flows, plantest.Flow(arch.TierPeer(arch.App, "App"), plantest.Internet, "https"))
	assert.Contains(t, notes(unnamed, func(r object) { addDNS(r, rest) }), "also for App->the internet:tcp/443, which state no name")
	assert.NotContains(t, notes(unnamed, func(object) {}), "which state no name")

	observed := naming("api.example.com")
	observed.Network.Inspection.Mode = arch.Observe
	assert.Contains(t, notes(observed, func(object) {}), "no layer in these templates checks the names of App->api.example.com:tcp/443")
	assert.Empty(t, notes(observed, func(r object) { addDNS(r, trusted, rest) }), "DNS checks them")
	sees := prove(t, named, func(r object) { addDNS(r, trusted, rest) }).Assumptions
	assert.Contains(t, sees, "Test/Network: tiers ask the resolver of the VPC; DNS Firewall sees no queries to other resolvers, and no names "+
		"inside of HTTPS")
}

// TestDerivedNamesAreProven: the rules that the plan derives block no declared name, and without any one allowed domain the proof reports
// exactly the flows that need it.
func TestDerivedNamesAreProven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := naming(rapid.SliceOfNDistinct(rapid.StringMatching(`\.?[a-c]{1,2}\.example`), 1, 4, rapid.ID).Draw(t, "names")...)
		m, diags := arch.Check(a, plantest.Today)
		require.False(t, diags.HasErrors(), diags)
		p, _ := dns.Of(m, dns.Choices{Advanced: dnsfirewall.Confidence(rapid.SampledFrom([]string{"", "HIGH"}).Draw(t, "advanced"))})
		names := slices.Concat([]dns.Name{{}}, namesOf(p, dns.NamesID), namesOf(p, dns.BelowID))
		lost := rapid.SampledFrom(names).Draw(t, "lost").Domain
		got := prove(t, a, func(resources object) { addDNS(resources, emitted(p, lost)...) })
		want := map[string]bool{}
		for _, f := range a.Flows {
			bare, all := strings.CutPrefix(f.To.Text, ".")
			if lost != "" && (lost == bare && !covered(p, bare) || all && lost == "*."+bare && !covered(p, "x."+bare, lost)) {
				want[f.To.Text] = true
			}
		}
		found := map[string]bool{}
		for _, f := range got.Findings {
			require.Equal(t, proof.Missing, f.Verdict, f.Reason)
			found[f.To] = true
		}
		require.Equal(t, want, found, "without %s", lost)
	})
}

// covered reports whether a domain of the plan's Below, other than some, covers a name.
func covered(p dns.Plan, name string, except ...string) bool {
	return slices.ContainsFunc(namesOf(p, dns.BelowID), func(n dns.Name) bool {
		return !slices.Contains(except, n.Domain) && strings.HasSuffix(name, strings.TrimPrefix(n.Domain, "*"))
	})
}

// namesOf returns the names of a list of a plan.
func namesOf(p dns.Plan, id string) []dns.Name {
	for _, l := range p.Lists {
		if l.ID == id {
			return l.Names
		}
	}
	return nil
}

// emitted returns the rules of a plan as a template has them, without one domain.
func emitted(p dns.Plan, without string) []object {
	var out []object
	for _, r := range p.Group.Rules {
		rule := object{"Priority": r.Priority, "Action": string(r.Action)}
		if r.Response != "" {
			rule["BlockResponse"] = string(r.Response)
		}
		if r.TrustRedirection {
			rule["FirewallDomainRedirectionAction"] = "TRUST_REDIRECTION_DOMAIN"
		}
		if r.Threat != "" {
			rule["DnsThreatProtection"], rule["ConfidenceThreshold"] = string(r.Threat), string(r.Confidence)
		} else {
			domains := []any{}
			for _, d := range r.List.Domains {
				if d != without {
					domains = append(domains, d)
				}
			}
			rule["Domains"] = domains
		}
		out = append(out, rule)
	}
	return out
}
