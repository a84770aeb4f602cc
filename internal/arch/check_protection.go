package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/traffic"
	"github.com/tierwall/tierwall/internal/webacl"
)

// protections checks the web ACLs. A tier has at most one, for itself or for a distribution in front.
func (c *checker) protections(all []Protection) {
	first := map[string]Protection{}
	for _, p := range all {
		pc := protectionChecker{c, p}
		if other, twice := first[p.Tier]; twice {
			p.At = other.At
			pc.fail("protection-twice", "a tier has two web ACLs", "AWS accepts one for a resource; the other one is at "+other.At.String(),
				"declare everything that the tier serves in one")
			continue
		}
		first[p.Tier] = p
		if pc.tier() {
			pc.serves()
			pc.sources()
			pc.limits()
			c.m.Protections = append(c.m.Protections, pc.p)
		}
	}
	slices.SortFunc(c.m.Protections, func(a, b Protection) int { return strings.Compare(a.Tier, b.Tier) })
}

type protectionChecker struct {
	*checker
	p Protection
}

func (c *protectionChecker) fail(rule, summary, detail, fix string) {
	c.add(c.m.Network.TierPath(c.p.Tier), []diag.Position{c.p.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

func (c *protectionChecker) tier() bool {
	t, ok := c.m.Tier(c.p.Tier)
	switch {
	case !ok:
		c.fail("no-tier", "a web ACL is for a tier that the network does not have", fmt.Sprintf("the network has no tier %q", c.p.Tier), "")
		return false
	case t.Imported != nil:
		c.fail("protection-imported", "a web ACL is for a tier that somebody else owns", "its resources are in another stack or repository",
			"protect it there"+c.say(", or make the web ACL with waf.NewWebACL", ""))
		return false
	case c.p.Mode != Enforce && c.p.Mode != Observe:
		c.fail("protection-mode", "the mode of a web ACL is unknown",
			fmt.Sprintf("got %d; allowed are %s", int(c.p.Mode), c.say("waf.Enforce and waf.Observe", "enforce and observe")), "")
	}
	for _, f := range c.m.Flows {
		if f.To.Text == c.p.Tier && f.To.Kind.IsTier() && c.p.Serves.ServesHTTP(f) {
			return true
		}
	}
	c.fail("protection-http", "a web ACL is for a tier that serves nothing over HTTP",
		fmt.Sprintf("no flow leads to %s on tcp %s", t.ID, joinInts(c.p.Serves.HTTPPorts())),
		c.say("declare who may connect, as in "+lowerFirst(t.ID)+".AllowFrom("+t.VisitorCode()+", tiers.HTTPS); "+
			"or state the Ports that serve HTTP",
			"state the `ports` that serve HTTP, or declare who may connect, as in\n"+t.visitorFlow()))
	return false
}

func joinInts(list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = fmt.Sprint(n)
	}
	return strings.Join(out, ", ")
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// The forms of texts. A path is the part of a request line before the question mark, without anything that a web ACL's normalization
// removes.
var (
	pathForm    = lazyregexp.New(`^/[A-Za-z0-9._~!$&'()+,;=:@/-]*\*?$`)
	methodForm  = lazyregexp.New(`^[A-Z]{3,20}$`)
	headerForm  = lazyregexp.New(`^[A-Za-z0-9!#$%&'*+.^_|~-]{1,64}$`)
	countryForm = lazyregexp.New(`^[A-Z]{2}$`)
	rateName    = lazyregexp.New(`^[A-Za-z0-9]{1,40}$`)
)

func (c *protectionChecker) serves() {
	s := &c.p.Serves
	for _, port := range s.Ports {
		if port < 1 || port > traffic.LastPort {
			c.fail("protection-port", "a port of HTTP is not usable", fmt.Sprintf("got %d; allowed are 1 to %d", port, traffic.LastPort), "")
		}
	}
	s.Hosts = slices.Clone(s.Hosts)
	for i, host := range s.Hosts {
		name, err := c.m.Network.parseDomain(host)
		if err != nil {
			c.fail("protection-host", "a host name is not usable", err.Error(),
				`write a host name, "shop.example.com", or with a leading dot a domain and all below it`)
			continue
		}
		s.Hosts[i] = name
	}
	for _, r := range s.Routes {
		c.paths(c.say("Routes", "routes"), r.Path)
		for _, m := range r.Methods {
			if !methodForm.MatchString(m) {
				c.fail("protection-method", "a method is not usable", fmt.Sprintf("got %.40q for %s; allowed are 3 to 20 capital letters", m, r.Path),
					"")
			}
		}
	}
	c.paths(c.say("Admin", "admin"), s.Admin...)
	c.paths(c.say("Login", "login"), s.Login...)
	c.paths(c.say("Uploads", "uploads"), s.Uploads...)
	for _, t := range s.Technologies {
		if t < Linux || t > Java {
			c.fail("protection-technology", "a technology is unknown",
				fmt.Sprintf("got %d; allowed are %s", int(t),
					c.say("waf.Linux, waf.Windows, waf.PHP, waf.WordPress and waf.Java", "linux, windows, php, wordpress and java")), "")
		}
	}
	if s.SQL < SQLByFlows || s.SQL > NoSQL {
		c.fail("protection-sql", c.say("SQL", "sql")+" is unknown", fmt.Sprintf("got %d; allowed are %s", int(s.SQL),
			c.say("waf.SQLByFlows, waf.SQLBehind and waf.NoSQL", "by-flows, behind and none")), "")
	}
	if len(s.AdminSources) > 0 && len(s.Admin) == 0 {
		c.fail("protection-admin", c.say("AdminSources are given without Admin paths", "admin has from, but no paths"), "",
			c.say("name the paths in Admin", "name the paths, as in `admin: {paths: [/admin]}`"))
	}
}

func (c *protectionChecker) paths(of string, paths ...string) {
	for _, path := range paths {
		switch {
		case !pathForm.MatchString(path):
			c.fail("protection-path", "a path is not usable",
				fmt.Sprintf("got %.100q in %s; allowed are / and letters, digits and ._~!$&'()+,;=:@-, and a star at the end, which stands for all "+
					"paths that begin so", path, of), "")
		case strings.Contains(path, "//") || strings.Contains(path+"/", "/./") || strings.Contains(path+"/", "/../"):
			c.fail("protection-path", "a path never matches",
				fmt.Sprintf("got %.100q in %s; //, /./ and /../ are resolved before paths are compared", path, of), "write the resolved path")
		}
	}
}

// sources checks which clients may connect and which may not, beyond the flows.
func (c *protectionChecker) sources() {
	for _, code := range slices.Concat(c.p.Countries, c.p.BlockedCountries) {
		if !countryForm.MatchString(code) {
			c.fail("protection-country", "a country is not usable",
				fmt.Sprintf("got %.20q; allowed are ISO 3166 codes of two capital letters", code), "")
		}
	}
	if len(c.p.Countries) > 0 && len(c.p.BlockedCountries) > 0 {
		c.fail("protection-country", c.say("Countries and BlockedCountries", "countries and blockedCountries")+" are both given",
			"clients from all "+c.say("countries but Countries", "other countries")+" are blocked anyway",
			"leave out "+c.say("BlockedCountries", "`blockedCountries`"))
	}
	if h := c.p.ClientAddress; h != "" && !headerForm.MatchString(h) {
		c.fail("protection-header", "the header of the client's address is not usable",
			fmt.Sprintf("got %.80q; allowed is the name of a header", h), "")
	}
	if o := c.p.Origin; o != nil {
		if !headerForm.MatchString(o.Header) {
			c.fail("protection-header", "the header of the origin's secret is not usable",
				fmt.Sprintf("got %.80q; allowed is the name of a header", o.Header), "")
		}
		if o.Secrets < 1 {
			c.fail("protection-origin", "the origin has no secret", "anybody could send the header", "name a secret of AWS Secrets Manager")
		}
	}
	for _, list := range [][]Peer{c.p.BlockedSources, c.p.Serves.AdminSources} {
		for i, peer := range list {
			if peer.Symbolic {
				continue
			}
			prefix, err := ParseCIDR(peer.Text)
			switch {
			case err != nil:
				c.fail("cidr", "a block of addresses is not usable", err.Error(), "")
			case prefix.Bits() == 0:
				c.fail("cidr-everywhere", "a block covers every address", "got "+peer.Text+"; AWS rejects a block of length 0 in an IP set",
					"leave it out")
			default:
				list[i].Text = prefix.String()
			}
		}
	}
}

func (c *protectionChecker) limits() {
	check := func(what string, n int) {
		if n < webacl.MinRate || n > webacl.MaxRate {
			c.fail("protection-rate", "a rate limit is not usable",
				fmt.Sprintf("got %s %d; allowed are %d to 2,000,000,000 requests", what, n, webacl.MinRate), "")
		}
	}
	if c.p.RateLimit != 0 && c.p.RateLimit != -1 {
		check(c.say("RateLimit", "rateLimit"), c.p.RateLimit)
	}
	if c.p.Serves.LoginLimit != 0 {
		check(c.say("LoginLimit", "loginLimit"), c.p.Serves.LoginLimit)
	}
	names := map[string]bool{}
	for _, r := range c.p.RateLimits {
		check(c.say("Limit", "limit"), r.Limit)
		c.paths(c.say("RateLimits", "rateLimits"), r.Paths...)
		switch {
		case !rateName.MatchString(r.Name):
			c.fail("protection-rate", "the name of a rate limit is not usable",
				fmt.Sprintf("got %.60q; allowed are 1 to 40 letters and digits", r.Name), "")
		case names[r.Name]:
			c.fail("protection-rate", "two rate limits have one name", fmt.Sprintf("got %q twice", r.Name), "")
		case !slices.Contains(webacl.RateWindows, r.Window):
			c.fail("protection-rate", "the window of a rate limit is not usable",
				fmt.Sprintf("got %d; allowed are 60, 120, 300 and 600 seconds", r.Window), "")
		}
		names[r.Name] = true
	}
	for _, e := range c.p.Exceptions {
		if strings.TrimSpace(e.Reason) == "" {
			c.fail("protection-exception", "an exception has no reason",
				fmt.Sprintf("rule %q of %q is set not to block, and no reason is given", e.Rule, e.Group), "state the reason")
		} else if IsToken(e.Reason) {
			c.fail("protection-exception", "the reason of an exception is known only at deployment",
				fmt.Sprintf("the reason for rule %q of %q is for people, and stands in reports", e.Rule, e.Group), "write the reason as a literal")
		}
	}
}
