package proof

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/deployed"
	"github.com/tierwall/tierwall/internal/webacl/evaluate"
)

// checkWebRequests evaluates sample requests against the web ACL of each protected tier. The samples follow from the declaration: one
// request must pass, and for each restriction there is one that must not. The rules that the plan makes of a protection must not be known
// here.
func (n *network) checkWebRequests() {
	if len(n.model.Protections) == 0 {
		return
	}
	all, refs := deployed.Read(n.assembly)
	for _, p := range n.model.Protections {
		if p.Mode != arch.Enforce {
			continue // In other modes, the web ACL stops nothing yet.
		}
		for _, d := range all {
			if n.protects(d, p) {
				n.evaluateSamples(p, d, refs)
			}
		}
	}
}

// protects reports whether a web ACL is in front of a load balancer of the protected tier.
func (n *network) protects(d deployed.WebACL, p arch.Protection) bool {
	return slices.ContainsFunc(n.parties, func(party *party) bool {
		return slices.Contains(party.tiers, p.Tier) && slices.ContainsFunc(party.members, func(r *cfn.Resource) bool {
			return slices.ContainsFunc(d.Protects, func(v cfn.Value) bool { return referred(v) == r })
		})
	})
}

// evaluateSamples compares a web ACL with a protection. The managed rule groups of AWS are left out, because no sample request is an
// attack.
func (n *network) evaluateSamples(p arch.Protection, d deployed.WebACL, refs webacl.References) {
	n.assumeEmptySets(d.ACL, refs)
	e := evaluate.New(withoutManagedRules(d.ACL), refs, d.Kinds()...)
	good := n.goodRequest(p)
	if decision, sure := e.Evaluate(good).Sure(); sure && decision.Action == "Block" {
		n.reportWebACL(p, d, "what is served", fmt.Sprintf("the declared request %s %s of %s from %s is stopped by %s",
			good.Method, good.Target, host(good), good.From, cmp.Or(decision.Rule, "the default action")))
		return
	}
	for _, r := range n.badRequests(p, d.ACL, good) {
		if decision, sure := e.Evaluate(r.Request).Sure(); sure && decision.Action == "Allow" {
			n.reportWebACL(p, d, r.what, fmt.Sprintf("%s, but %s %s of %s from %s is allowed by %s",
				r.declared, r.Method, r.Target, host(r.Request), r.From, cmp.Or(decision.Rule, "the default action")))
		}
	}
}

// assumeEmptySets says what is taken of IP sets without addresses: something may fill them at run time.
func (n *network) assumeEmptySets(acl webacl.ACL, refs webacl.References) {
	for _, r := range acl.Rules {
		webacl.Walk(r.Statement, func(s *webacl.Statement) {
			if s.IPSetReferenceStatement == nil {
				return
			}
			set, known := refs.IPSets[s.IPSetReferenceStatement.Arn]
			switch {
			case !known || len(set.Blocks) > 0:
			case r.Action != nil && r.Action.Block != nil:
				n.report.assumeOnce("IP sets that web ACLs block and the templates leave empty hold no client that a declared flow needs")
			default:
				n.report.assumeOnce("IP sets that the templates leave empty stay empty")
			}
		})
	}
}

// reportWebACL reports a web ACL that differs from a protection.
func (n *network) reportWebACL(p arch.Protection, d deployed.WebACL, what, reason string) {
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: "the internet", To: p.Tier, Verdict: Weakened, What: "web ACL: " + what, At: []diag.Position{p.At},
		Reason: fmt.Sprintf("%s [%s, %s:%d]", reason, d.Resource, d.Resource.Stack.File, d.Resource.Line),
		Fix:    "undo the change to the rules of " + n.say("waf.Protect, or change the declaration", "the web ACL, or change `webACLs`"),
	})
}

// withoutManagedRules returns a web ACL whose managed rule groups only count.
func withoutManagedRules(acl webacl.ACL) webacl.ACL {
	acl.Rules = slices.Clone(acl.Rules)
	for i := range acl.Rules {
		if s := acl.Rules[i].Statement; s != nil && s.ManagedRuleGroupStatement != nil {
			acl.Rules[i].OverrideAction = &webacl.OverrideAction{Count: &webacl.Empty{}}
		}
	}
	return acl
}

// webRequest is a sample request that must not pass.
type webRequest struct {
	evaluate.Request
	what     string // "hosts"
	declared string // why the request must not pass
}

// badRequests returns requests that each differ from the good one in one undeclared property.
func (n *network) badRequests(p arch.Protection, acl webacl.ACL, good evaluate.Request) []webRequest {
	var out []webRequest
	add := func(what, declared string, change func(*evaluate.Request)) {
		r := good
		r.Header = slices.Clone(good.Header)
		change(&r)
		out = append(out, webRequest{r, what, declared})
	}
	s := p.Serves
	if len(s.Hosts) > 0 {
		add("hosts", "only the hosts "+strings.Join(s.Hosts, ", ")+" are declared",
			func(r *evaluate.Request) { r.Header[0].Value = "undeclared.invalid" })
	}
	const nowhere = "/undeclared-path-of-tierwall"
	if len(s.Routes) > 0 && !slices.ContainsFunc(s.Routes, func(r arch.Route) bool { return onRoute(r.Path, nowhere) }) {
		add("routes", "the path is not declared", func(r *evaluate.Request) { r.Target = nowhere })
	}
	for _, path := range s.Admin {
		if from, ok := n.client(p, s.AdminSources); ok {
			add("admin "+path, path+" is declared for administrators only",
				func(r *evaluate.Request) { r.Target = path; setClient(p, r, from) })
		}
	}
	for _, b := range p.BlockedSources {
		if prefix, ok := b.Prefix(); ok {
			add("blocked sources", b.Text+" is declared as blocked", func(r *evaluate.Request) { setClient(p, r, prefix.Addr()) })
		}
	}
	for _, country := range p.BlockedCountries {
		add("blocked countries", country+" is declared as blocked", func(r *evaluate.Request) { r.Country = country })
	}
	if len(p.Countries) > 0 {
		add("countries", "only the countries "+strings.Join(p.Countries, ", ")+" are declared",
			func(r *evaluate.Request) { r.Country = otherCountry(p.Countries) })
	}
	if limit := cmp.Or(p.RateLimit, arch.DefaultRateLimit); limit > 0 {
		add("rate limit", fmt.Sprintf("the declared limit is %d requests in 5 minutes from one address", limit),
			func(r *evaluate.Request) { r.Before = overLimit(acl, limit, 0) })
	}
	for _, path := range s.Login {
		limit := cmp.Or(s.LoginLimit, arch.DefaultLoginLimit)
		add("login "+path, fmt.Sprintf("the declared limit is %d requests in 5 minutes from one address to %s", limit, path),
			func(r *evaluate.Request) {
				r.Method, r.Target, r.Before = loginMethod(s, path), path, overLimit(acl, limit, 0)
			})
	}
	for _, rate := range p.RateLimits {
		if len(rate.Paths) == 0 {
			add("rate "+rate.Name, fmt.Sprintf("the declared limit is %d requests from one address", rate.Limit),
				func(r *evaluate.Request) { r.Before = overLimit(acl, rate.Limit, rate.Window) })
		}
	}
	return out
}

// loginMethod returns a method that the route of a path accepts.
func loginMethod(s arch.Serves, path string) string {
	for _, r := range s.Routes {
		if onRoute(r.Path, path) && len(r.Methods) > 0 {
			return r.Methods[0]
		}
	}
	return "POST"
}

// overLimit returns request counts, one above the limit, for the rate rules of a web ACL that count over a window in seconds. A window of 0
// is five minutes.
func overLimit(acl webacl.ACL, limit, window int) map[string]int {
	const usual = 300
	out := map[string]int{}
	for _, r := range acl.Rules {
		if r.Statement == nil || r.Statement.RateBasedStatement == nil {
			continue
		}
		if cmp.Or(r.Statement.RateBasedStatement.EvaluationWindowSec, usual) == cmp.Or(window, usual) {
			out[r.Name] = limit + 1
		}
	}
	return out
}

// goodRequest returns a request that the declaration allows.
func (n *network) goodRequest(p arch.Protection) evaluate.Request {
	header := []webacl.Header{{Name: "host", Value: "example.com"}, {Name: "user-agent", Value: "tierwall"}}
	r := evaluate.Request{Method: "GET", Target: "/", Header: header}
	if len(p.Serves.Hosts) > 0 {
		name, below := strings.CutPrefix(p.Serves.Hosts[0], ".")
		if below {
			name = "www." + name
		}
		r.Header[0].Value = name
	}
	if len(p.Serves.Routes) > 0 {
		route := p.Serves.Routes[0]
		r.Target = strings.TrimSuffix(route.Path, "*")
		if len(route.Methods) > 0 {
			r.Method = route.Methods[0]
		}
	}
	r.Country = otherCountry(p.BlockedCountries)
	if len(p.Countries) > 0 {
		r.Country = p.Countries[0]
	}
	if from, ok := n.client(p, nil); ok {
		setClient(p, &r, from)
	}
	return r
}

// setClient sets the client of a request.
func setClient(p arch.Protection, r *evaluate.Request, from netip.Addr) {
	r.From = from
	if p.ClientAddress != "" {
		r.Header = append(r.Header, webacl.Header{Name: strings.ToLower(p.ClientAddress), Value: from.String()})
	}
}

// clients holds addresses of sample clients: three from ranges for documentation, and a public one.
var clients = []netip.Addr{
	netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("192.0.2.33"), netip.MustParseAddr("8.8.8.8"),
}

// client returns an address that flows allow and that is not in the peers of not. It returns false if it finds none.
func (n *network) client(p arch.Protection, not []arch.Peer) (netip.Addr, bool) {
	candidates := []netip.Addr{}
	for _, f := range n.model.Flows {
		if prefix, ok := f.From.Prefix(); ok && f.To.Text == p.Tier && f.To.Kind.IsTier() && prefix.Addr().Is4() {
			candidates = append(candidates, prefix.Addr())
		}
		if f.From.Kind == arch.Internet && f.To.Text == p.Tier {
			candidates = append(candidates, clients...)
		}
	}
	for _, c := range candidates {
		holds := func(peer arch.Peer) bool {
			prefix, ok := peer.Prefix()
			return !ok || prefix.Contains(c)
		}
		if !slices.ContainsFunc(not, holds) && !slices.ContainsFunc(p.BlockedSources, holds) {
			return c, true
		}
	}
	return netip.Addr{}, false
}

// otherCountry returns a country that is not in a list.
func otherCountry(countries []string) string {
	for _, c := range []string{"NZ", "IS", "UY", "LU"} {
		if !slices.Contains(countries, c) {
			return c
		}
	}
	return ""
}

// onRoute reports whether a route covers a path.
func onRoute(route, path string) bool {
	if begin, all := strings.CutSuffix(route, "*"); all {
		return strings.HasPrefix(path, begin)
	}
	return route == path
}

// host returns the host of a sample request, whose first header is always the host.
func host(r evaluate.Request) string { return r.Header[0].Value }
