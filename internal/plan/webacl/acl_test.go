package webacl_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/plan/summary"
	"github.com/tierwall/tierwall/internal/webacl"
)

// spellStatement writes a statement in one line.
func spellStatement(s *webacl.Statement) string {
	list := func(word string, n *webacl.Nested) string {
		var out []string
		for i := range n.Statements {
			out = append(out, spellStatement(&n.Statements[i]))
		}
		return "(" + strings.Join(out, " "+word+" ") + ")"
	}
	at := func(i webacl.Inspected) string {
		data, _ := json.Marshal(i.FieldToMatch)
		out := strings.Join(strings.Fields(strings.NewReplacer(`"`, "", "{", " ", "}", "").Replace(string(data))), " ")
		for _, t := range i.TextTransformations {
			out += " " + t.Type
		}
		return strings.TrimSpace(out)
	}
	switch {
	case s.AndStatement != nil:
		return list("and", s.AndStatement)
	case s.OrStatement != nil:
		return list("or", s.OrStatement)
	case s.NotStatement != nil:
		return "not " + spellStatement(s.NotStatement.Statement)
	case s.ByteMatchStatement != nil:
		m := s.ByteMatchStatement
		return fmt.Sprintf("%s %s %q", at(m.Inspected), m.PositionalConstraint, m.SearchString)
	case s.RegexMatchStatement != nil:
		return fmt.Sprintf("%s ~ %s", at(s.RegexMatchStatement.Inspected), s.RegexMatchStatement.RegexString)
	case s.GeoMatchStatement != nil:
		return fmt.Sprint("from ", s.GeoMatchStatement.CountryCodes, spellForwarded(s.GeoMatchStatement.ForwardedIPConfig))
	case s.IPSetReferenceStatement != nil:
		return "in " + s.IPSetReferenceStatement.Arn
	case s.LabelMatchStatement != nil:
		return "label " + s.LabelMatchStatement.Key
	case s.RateBasedStatement != nil:
		r := s.RateBasedStatement
		out := fmt.Sprintf("more than %d in %d by %s%s", r.Limit, r.EvaluationWindowSec, r.AggregateKeyType, spellForwarded(r.ForwardedIPConfig))
		if r.ScopeDownStatement != nil {
			out += " of " + spellStatement(r.ScopeDownStatement)
		}
		return out
	case s.ManagedRuleGroupStatement != nil:
		out := s.ManagedRuleGroupStatement.VendorName
		for _, o := range s.ManagedRuleGroupStatement.RuleActionOverrides {
			out += " but " + o.Name
		}
		return out
	}
	return "?"
}

func spellForwarded(f *webacl.ForwardedIP) string {
	if f == nil {
		return ""
	}
	return " of " + f.HeaderName + " " + f.FallbackBehavior
}

// shopServing is a shop whose edge tier is protected.
func shopServing(p arch.Protection, from ...arch.Peer) arch.Architecture {
	edge, web, app := arch.TierPeer(arch.Edge, "Edge"), arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App")
	a := arch.Architecture{
		Network: plantest.Network(),
		Tiers: []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App},
			{ID: "Data", Kind: arch.Data}},
		Flows: []arch.Flow{plantest.Flow(edge, web, "https"), plantest.Flow(web, app, "tcp/8080")},
	}
	for _, f := range from {
		a.Flows = append(a.Flows, plantest.Flow(f, edge, "https"))
	}
	p.Tier = "Edge"
	a.Protections = []arch.Protection{p}
	return a
}

func TestWebACL(t *testing.T) {
	t.Parallel()
	always := []string{
		"2000 RateLimit block: more than 2000 in 300 by IP", "3000 AWSManagedRulesAmazonIpReputationList: AWS",
		"4000 AWSManagedRulesCommonRuleSet: AWS", "4200 AWSManagedRulesKnownBadInputsRuleSet: AWS",
	}
	path := "UriPath: URL_DECODE NORMALIZE_PATH"
	tests := map[string]struct {
		p     arch.Protection
		from  []arch.Peer
		flows []arch.Flow
		want  []string // in addition to always
		not   []string // of always, not wanted
		sets  []string
	}{
		"internet": {from: []arch.Peer{plantest.Internet}},
		"partners": {
			from: []arch.Peer{plantest.Block("203.0.113.0/24"), plantest.Block("198.51.100.0/24")},
			want: []string{"1100 Sources block: not in set:SourcesIPv4"}, sets: []string{"SourcesIPv4 198.51.100.0/24 203.0.113.0/24"},
		},
		"partners and the internet": {from: []arch.Peer{plantest.Block("203.0.113.0/24"), plantest.Internet}},
		"a list": {from: []arch.Peer{{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-0123456789abcdef0"},
			Entries: 10}}},
		"a distribution in front": {p: arch.Protection{CloudFront: true}, from: []arch.Peer{plantest.Block("203.0.113.0/24")}},
		"SSH from elsewhere": {
			from:  []arch.Peer{plantest.Block("203.0.113.0/24")},
			flows: []arch.Flow{plantest.Flow(plantest.Internet, arch.TierPeer(arch.Edge, "Edge"), "ssh")},
			want:  []string{"1100 Sources block: not in set:SourcesIPv4"}, sets: []string{"SourcesIPv4 203.0.113.0/24"},
		},
		"observed": {
			p: arch.Protection{Mode: arch.Observe}, from: []arch.Peer{plantest.Internet},
			want: []string{"2000 RateLimit count: more than 2000 in 300 by IP", "3000 AWSManagedRulesAmazonIpReputationList, counting: AWS",
				"4000 AWSManagedRulesCommonRuleSet, counting: AWS", "4200 AWSManagedRulesKnownBadInputsRuleSet, counting: AWS"}, not: always,
		},
		"blocked": {
			p:    arch.Protection{BlockedSources: []arch.Peer{plantest.Block("203.0.113.0/24"), plantest.Block("2001:db8::/32")}},
			from: []arch.Peer{plantest.Internet},
			want: []string{"1200 BlockedSources block: (in set:BlockedSourcesIPv4 or in set:BlockedSourcesIPv6)"},
			sets: []string{"BlockedSourcesIPv4 203.0.113.0/24", "BlockedSourcesIPv6 2001:db8::/32"},
		},
		"countries": {
			p: arch.Protection{Countries: []string{"FR", "DE"}}, from: []arch.Peer{plantest.Internet},
			want: []string{"1300 Countries block: not from [DE FR]"},
		},
		"countries behind a proxy": {
			p: arch.Protection{BlockedCountries: []string{"DE"}, ClientAddress: "X-Forwarded-For"}, from: []arch.Peer{plantest.Internet},
			want: []string{"1300 Countries block: from [DE] of X-Forwarded-For MATCH",
				"2000 RateLimit block: more than 2000 in 300 by FORWARDED_IP of X-Forwarded-For MATCH"},
			not: always[:1],
		},
		"origin": {
			p: arch.Protection{Origin: &arch.Origin{Header: "X-Origin", Secrets: 2}}, from: []arch.Peer{plantest.Internet},
			want: []string{`1000 Origin block: not (SingleHeader: Name:x-origin NONE EXACTLY "secret:0" or SingleHeader: Name:x-origin NONE ` +
				`EXACTLY "secret:1")`},
		},
		"hosts": {
			p: arch.Protection{Serves: arch.Serves{Hosts: []string{"shop.example.com", ".example.org"}}}, from: []arch.Peer{plantest.Internet},
			want: []string{`1400 Hosts block: not SingleHeader: Name:host LOWERCASE ~ ^(?:(?:.+\.)?example\.org|shop\.example\.com)(?::[0-9]+)?$`},
		},
		"routes": {
			p: arch.Protection{Serves: arch.Serves{
				Routes: []arch.Route{{Path: "/"}, {Path: "/api/*", Methods: []string{"POST", "GET"}},
					{Path: "/health", Methods: []string{"GET", "POST"}}},
				Login: []string{"/login"}, Uploads: []string{"/up*"},
			}}, from: []arch.Peer{plantest.Internet},
			want: []string{
				"1500 Routes block: not (" + path + " ~ ^(?:/$) or (" + path + " ~ ^(?:/api/|/health$) and Method: NONE ~ ^(?:GET|HEAD|POST)$) or " +
					path + " LOWERCASE ~ ^(?:/login(?:[/;]|$)) or " + path + " ~ ^(?:/up))",
				"2100 Login block: more than 100 in 300 by IP of " + path + " LOWERCASE ~ ^(?:/login(?:[/;]|$))",
				"4000 AWSManagedRulesCommonRuleSet: AWS but SizeRestrictions_BODY",
				"4100 Uploads block: (label awswaf:managed:aws:core-rule-set:SizeRestrictions_Body and not " + path + " ~ ^(?:/up))",
			}, not: always[2:3],
		},
		"any path with some methods": {
			p:    arch.Protection{Serves: arch.Serves{Routes: []arch.Route{{Path: "/*", Methods: []string{"POST"}}}}},
			from: []arch.Peer{plantest.Internet},
			want: []string{"1500 Routes block: not Method: NONE ~ ^(?:POST)$"},
		},
		"any path": {p: arch.Protection{Serves: arch.Serves{Routes: []arch.Route{{Path: "/*"}, {Path: "/a"}}}},
			from: []arch.Peer{plantest.Internet}},
		"admin": {
			p:    arch.Protection{Serves: arch.Serves{Admin: []string{"/Admin/"}, AdminSources: []arch.Peer{plantest.Block("203.0.113.0/24")}}},
			from: []arch.Peer{plantest.Internet},
			want: []string{"1600 Admin block: (" + path + " LOWERCASE ~ ^(?:/admin(?:[/;]|$)) and not in set:AdminSourcesIPv4)"},
			sets: []string{"AdminSourcesIPv4 203.0.113.0/24"},
		},
		"closed": {
			p: arch.Protection{Serves: arch.Serves{Admin: []string{"/metrics", "/internal*"}}}, from: []arch.Peer{plantest.Internet},
			want: []string{"1600 Admin block: " + path + " LOWERCASE ~ ^(?:/internal|/metrics(?:[/;]|$))"},
		},
		"limits": {
			p:    arch.Protection{RateLimit: -1, RateLimits: []arch.Rate{{Name: "Search", Paths: []string{"/search*"}, Limit: 50, Window: 60}}},
			from: []arch.Peer{plantest.Internet},
			want: []string{"2561 RateSearch block: more than 50 in 60 by IP of " + path + " ~ ^(?:/search)"}, not: always[:1],
		},
		"SQL behind two tiers": {
			from: []arch.Peer{plantest.Internet}, flows: []arch.Flow{plantest.Flow(arch.TierPeer(arch.App, "App"),
				arch.TierPeer(arch.Data, "Data"), "postgresql")},
			want: []string{"5000 AWSManagedRulesSQLiRuleSet: AWS"},
		},
		"no SQL": {
			p: arch.Protection{Serves: arch.Serves{SQL: arch.NoSQL}}, from: []arch.Peer{plantest.Internet},
			flows: []arch.Flow{plantest.Flow(arch.TierPeer(arch.App, "App"), arch.TierPeer(arch.Data, "Data"), "postgresql")},
		},
		"Redis behind": {from: []arch.Peer{plantest.Internet},
			flows: []arch.Flow{plantest.Flow(arch.TierPeer(arch.App, "App"), arch.TierPeer(arch.Data, "Data"), "redis")}},
		"technologies": {
			p:    arch.Protection{Serves: arch.Serves{Technologies: []arch.Technology{arch.WordPress, arch.Linux, arch.Windows}}},
			from: []arch.Peer{plantest.Internet},
			want: []string{"5000 AWSManagedRulesSQLiRuleSet: AWS", "5100 AWSManagedRulesLinuxRuleSet: AWS", "5200 AWSManagedRulesUnixRuleSet: AWS",
				"5300 AWSManagedRulesWindowsRuleSet: AWS", "5400 AWSManagedRulesPHPRuleSet: AWS", "5500 AWSManagedRulesWordPressRuleSet: AWS"},
		},
		"extras": {
			p: arch.Protection{Extras: arch.Extras{AnonymousIP: true, BotControl: true, AntiDDoS: true}}, from: []arch.Peer{plantest.Internet},
			want: []string{"100 AWSManagedRulesAntiDDoSRuleSet: AWS", "3100 AWSManagedRulesAnonymousIpList: AWS",
				"8000 AWSManagedRulesBotControlRuleSet: AWS"},
		},
		"exception": {
			p: arch.Protection{Exceptions: []arch.RuleException{{Group: "AWSManagedRulesCommonRuleSet", Rule: "NoUserAgent_HEADER",
				Reason: "the old app"}}}, from: []arch.Peer{plantest.Internet},
			want: []string{"4000 AWSManagedRulesCommonRuleSet: AWS but NoUserAgent_HEADER"}, not: always[2:3],
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := shopServing(test.p, test.from...)
			a.Flows = append(a.Flows, test.flows...)
			p, _ := plantest.MakeBoth(t, a)
			acl, ok := p.WebACL("Edge")
			require.True(t, ok)
			var got, sets []string
			for _, r := range acl.Rules {
				does := ""
				switch {
				case r.Action != nil && r.Action.Block != nil:
					does = " block"
				case r.Action != nil && r.Action.Count != nil:
					does = " count"
				case r.OverrideAction != nil && r.OverrideAction.Count != nil:
					does = ", counting"
				}
				got = append(got, fmt.Sprintf("%d %s%s: %s", r.Priority, r.Name, does, spellStatement(r.Statement)))
				assert.NotEmpty(t, r.Reason, r.Name)
			}
			for _, s := range acl.Sets {
				text := s.ID
				for _, b := range s.Blocks {
					text += " " + b.String()
				}
				sets = append(sets, text)
			}
			want := slices.DeleteFunc(slices.Concat(always, test.want),
				func(s string) bool { return slices.Contains(test.not, s) && !slices.Contains(test.want, s) })
			slices.SortFunc(want, byNumber)
			assert.Equal(t, want, got)
			assert.Equal(t, test.sets, sets)
		})
	}
}

func byNumber(a, b string) int {
	var x, y int
	_, _ = fmt.Sscan(a, &x)
	_, _ = fmt.Sscan(b, &y)
	return x - y
}

// TestWebACLWidenings: what a web ACL cannot match is stated.
func TestWebACLWidenings(t *testing.T) {
	t.Parallel()
	list := arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-0123456789abcdef0"}, Entries: 10}
	office, partner := arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "203.0.113.0/24"}},
		arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "198.51.100.0/24"}}
	two := shopServing(arch.Protection{}, office)
	two.Flows = append(two.Flows, plantest.Flow(partner, arch.TierPeer(arch.Edge, "Edge"), "tcp/8443"))
	uploads := shopServing(arch.Protection{Serves: arch.Serves{Uploads: []string{"/up"}}}, office)
	for want, a := range map[string]arch.Architecture{
		"an IP set cannot hold pl-0123456789abcdef0; the security groups still tell them apart": shopServing(arch.Protection{}, list),
		"a web ACL cannot match ports; the security groups still tell them apart":               two,
		"a web ACL reads only the beginning of a body":                                          uploads,
	} {
		p := plantest.Make(t, a)
		i := slices.IndexFunc(p.Widenings, func(w arch.Widening) bool { return w.Control == "web ACL" })
		require.GreaterOrEqual(t, i, 0, want)
		assert.Equal(t, want, p.Widenings[i].Reason)
	}
	p := plantest.Make(t, shopServing(arch.Protection{}, plantest.Internet))
	assert.NotContains(t, summary.Text(p), "web ACL of tiers.Edge")
}

// TestUnknownNames: names that AWS does not have are errors, all reported at once.
func TestUnknownNames(t *testing.T) {
	t.Parallel()
	_, diags := plantest.MakeBoth(t, shopServing(arch.Protection{Countries: []string{"UK"}, Exceptions: []arch.RuleException{
		{Group: "AWSManagedRulesPHPRuleSet", Rule: "X", Reason: "y"},
		{Group: "AWSManagedRulesCommonRuleSet", Rule: "SizeRestrictions_Body", Reason: "y"},
	}}, plantest.Internet))
	require.Len(t, diags.With(diag.Error), 3)
	text := diags.String()
	assert.Contains(t, text,
		`got "AWSManagedRulesPHPRuleSet"; there are AWSManagedRulesAmazonIpReputationList, AWSManagedRulesCommonRuleSet, `+
			`AWSManagedRulesKnownBadInputsRuleSet`)
	assert.Contains(t, text, "fix: write SizeRestrictions_BODY")
	assert.Contains(t, text, `got "UK"; allowed are the codes of ISO 3166`)
}
