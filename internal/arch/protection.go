package arch

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Protection is a web ACL in front of a tier, which follows from who may reach the tier and from what it serves.
type Protection struct {
	Tier string `json:"tier"`
	// Mode is Enforce, or Observe, in which every rule counts and none blocks.
	Mode   Mode   `json:"mode"`
	Serves Serves `json:"serves,omitzero"`
	// CloudFront says that the web ACL is that of a distribution in front, and not of the tier's own resource.
	CloudFront bool `json:"cloudFront,omitempty"`
	// ClientAddress is the header that a proxy in front puts the client's address into; empty takes that of the connection.
	ClientAddress string `json:"clientAddress,omitempty"`
	// Origin is what a content delivery network in front says, so that nobody goes round it; nil asks for nothing.
	Origin *Origin `json:"origin,omitempty"`
	// Countries may come, none but them; BlockedCountries may not. ISO 3166 codes of two letters; empty is all, and none.
	Countries        []string `json:"countries,omitempty"`
	BlockedCountries []string `json:"blockedCountries,omitempty"`
	// BlockedSources are blocks that may not come, though a flow lets them.
	BlockedSources []Peer `json:"blockedSources,omitempty"`
	// RateLimit is how many requests an address may send within five minutes; 0 is 2,000, -1 no limit. RateLimits are further ones.
	RateLimit  int    `json:"rateLimit,omitempty"`
	RateLimits []Rate `json:"rateLimits,omitempty"`
	// Exceptions are managed rules that do not block.
	Exceptions []RuleException `json:"exceptions,omitempty"`
	Extras     Extras          `json:"extras,omitzero"`
	At         diag.Position   `json:"at,omitzero"`
}

// Serves is what a tier serves over HTTP.
type Serves struct {
	// Ports are the TCP ports that HTTP is spoken on; empty is 80, 443, 8080 and 8443.
	Ports []int `json:"ports,omitempty"`
	// Hosts are names, ".example.com" with all below it; empty is any.
	Hosts []string `json:"hosts,omitempty"`
	// Routes are paths; empty is any path with any method.
	Routes []Route `json:"routes,omitempty"`
	// Admin are paths for AdminSources only; none is closed to all if these are empty.
	Admin        []string `json:"admin,omitempty"`
	AdminSources []Peer   `json:"adminSources,omitempty"`
	// Login are paths that take passwords, and LoginLimit how many requests an address may send them within five minutes; 0 is 100.
	Login      []string `json:"login,omitempty"`
	LoginLimit int      `json:"loginLimit,omitempty"`
	// Uploads are paths that take bodies larger than a web ACL reads.
	Uploads []string `json:"uploads,omitempty"`
	// Technologies are what it is made of, as far as attacks differ by it.
	Technologies []Technology `json:"technologies,omitempty"`
	// SQL says whether something behind it speaks SQL.
	SQL SQL `json:"sql,omitempty"`
}

// Route is a path, or with a star at its end all that begin so, and the methods that it takes.
type Route struct {
	Path    string   `json:"path"`
	Methods []string `json:"methods,omitempty"` // empty is all; GET stands for HEAD as well
}

// Rate is a limit of its own for some paths.
type Rate struct {
	Name   string   `json:"name"`             // names its rule
	Paths  []string `json:"paths,omitempty"`  // as in Route; empty is all
	Limit  int      `json:"limit"`            // requests of an address, 10 to 2,000,000,000
	Window int      `json:"window,omitempty"` // seconds: 60, 120, 300 or 600; 0 is 300
}

// Origin is a header that whoever is in front sends with every request.
type Origin struct {
	Header string `json:"header"`
	// Secrets is of how many texts one must be in it: two while a secret is changed. What they are is no part of the architecture.
	Secrets int `json:"secrets"`
}

// RuleException is a rule of a managed group that counts instead of blocking.
type RuleException struct {
	Group  string `json:"group"` // "AWSManagedRulesCommonRuleSet"
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Extras are managed groups beyond those that follow from what is served. AWS charges for them, or they stop more than attacks.
type Extras struct {
	AnonymousIP bool `json:"anonymousIP,omitempty"` // addresses of proxies and of hosting providers
	BotControl  bool `json:"botControl,omitempty"`  // charged
	AntiDDoS    bool `json:"antiDDoS,omitempty"`    // charged
}

// Technology is something that a tier is made of.
type Technology int

// The technologies.
const (
	Linux Technology = iota + 1
	Windows
	PHP
	WordPress
	Java // servlets, as of Tomcat, Jetty and Spring: a segment of a path ends at a semicolon for them
)

// SQL says whether something behind a tier speaks SQL.
type SQL int

const (
	// SQLByFlows follows from the declared flows: some tier that can be reached from it opens connections to a port of a SQL database.
	SQLByFlows SQL = iota
	// SQLBehind says that there is some, elsewhere.
	SQLBehind
	// NoSQL says that there is none.
	NoSQL
)

var (
	technologyNames = []string{"none", "linux", "windows", "php", "wordpress", "java"}
	sqlNames        = []string{"by flows", "behind", "none"}
)

// MarshalText writes the technology's name.
func (t Technology) MarshalText() ([]byte, error) { return marshalWord(technologyNames, int(t)) }

// UnmarshalText reads what MarshalText writes.
func (t *Technology) UnmarshalText(text []byte) error { return unmarshalWord(technologyNames, text, t) }

// MarshalText writes "by flows", "behind" or "none".
func (s SQL) MarshalText() ([]byte, error) { return marshalWord(sqlNames, int(s)) }

// UnmarshalText reads what MarshalText writes.
func (s *SQL) UnmarshalText(text []byte) error { return unmarshalWord(sqlNames, text, s) }

// The defaults of protections.
const (
	DefaultRateLimit  = 2000
	DefaultLoginLimit = 100
)

var defaultHTTPPorts = []int{80, 443, 8080, 8443}

// HTTPPorts are the ports on which HTTP is spoken.
func (s Serves) HTTPPorts() []int {
	if len(s.Ports) > 0 {
		return s.Ports
	}
	return defaultHTTPPorts
}

// ServesHTTP reports whether a flow opens connections of HTTP.
func (s Serves) ServesHTTP(f Flow) bool {
	return slices.ContainsFunc(f.Ports, func(p Ports) bool {
		return p.Protocol == TCP && slices.ContainsFunc(s.HTTPPorts(), func(port int) bool { return p.From <= port && port <= p.To })
	})
}

// protections checks the web ACLs. A tier has at most one, for itself or a distribution in front.
func (c *checker) protections(all []Protection) {
	first := map[string]Protection{}
	for _, p := range all {
		pc := protectionChecker{c, p}
		if other, twice := first[p.Tier]; twice {
			p.At = other.At
			pc.fail("protection-twice", "a tier has two web ACLs", "AWS takes one for a resource; the other one is at "+other.At.String(), "declare all that the tier serves in one")
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
	c.add("tiers."+c.p.Tier, []diag.Position{c.p.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

func (c *protectionChecker) tier() bool {
	t, ok := c.m.Tier(c.p.Tier)
	switch {
	case !ok:
		c.fail("no-tier", "a web ACL is for a tier that the network does not have", fmt.Sprintf("there is no tier %q in it", c.p.Tier), "")
		return false
	case t.Imported != nil:
		c.fail("protection-imported", "a web ACL is for a tier that somebody else owns", "its resources are in another stack or repository", "protect it there, or make the web ACL with waf.NewWebACL")
		return false
	case c.p.Mode != Enforce && c.p.Mode != Observe:
		c.fail("protection-mode", "the mode of a web ACL is unknown", fmt.Sprintf("got %d; allowed are waf.Enforce and waf.Observe", int(c.p.Mode)), "")
	}
	for _, f := range c.m.Flows {
		if f.To.Text == c.p.Tier && f.To.Kind.IsTier() && c.p.Serves.ServesHTTP(f) {
			return true
		}
	}
	c.fail("protection-http", "a web ACL is for a tier that serves nothing over HTTP", fmt.Sprintf("no flow leads to %s on tcp %s", t.ID, joinInts(c.p.Serves.HTTPPorts())),
		"declare who may come, as in "+lowerFirst(t.ID)+".AllowFrom("+t.VisitorCode()+", tiers.HTTPS); or name the Ports that HTTP is spoken on")
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

// A path is what a request line holds before the question mark, with nothing in it that a web ACL's normalization would take away.
var (
	pathForm    = regexp.MustCompile(`^/[A-Za-z0-9._~!$&'()+,;=:@/-]*\*?$`)
	methodForm  = regexp.MustCompile(`^[A-Z]{3,20}$`)
	headerForm  = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~-]{1,64}$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	rateName    = regexp.MustCompile(`^[A-Za-z0-9]{1,40}$`)
)

func (c *protectionChecker) serves() {
	s := &c.p.Serves
	for _, port := range s.Ports {
		if port < 1 || port > 65535 {
			c.fail("protection-port", "a port of HTTP is not usable", fmt.Sprintf("got %d; allowed are 1 to 65535", port), "")
		}
	}
	s.Hosts = slices.Clone(s.Hosts)
	for i, host := range s.Hosts {
		name, err := ParseDomain(host)
		if err != nil {
			c.fail("protection-host", "a host name is not usable", err.Error(), `write a host name, "shop.example.com", or with a leading dot a domain and all below it`)
			continue
		}
		s.Hosts[i] = name
	}
	for _, r := range s.Routes {
		c.paths("Routes", r.Path)
		for _, m := range r.Methods {
			if !methodForm.MatchString(m) {
				c.fail("protection-method", "a method is not usable", fmt.Sprintf("got %.40q for %s; allowed are 3 to 20 capital letters", m, r.Path), "")
			}
		}
	}
	c.paths("Admin", s.Admin...)
	c.paths("Login", s.Login...)
	c.paths("Uploads", s.Uploads...)
	for _, t := range s.Technologies {
		if t < Linux || t > Java {
			c.fail("protection-technology", "a technology is unknown",
				fmt.Sprintf("got %d; allowed are waf.Linux, waf.Windows, waf.PHP, waf.WordPress and waf.Java", int(t)), "")
		}
	}
	if s.SQL < SQLByFlows || s.SQL > NoSQL {
		c.fail("protection-sql", "SQL is unknown", fmt.Sprintf("got %d; allowed are waf.SQLByFlows, waf.SQLBehind and waf.NoSQL", int(s.SQL)), "")
	}
	if len(s.AdminSources) > 0 && len(s.Admin) == 0 {
		c.fail("protection-admin", "there are sources of administrators and no paths for them", "", "name the paths as Admin")
	}
}

func (c *protectionChecker) paths(of string, paths ...string) {
	for _, path := range paths {
		switch {
		case !pathForm.MatchString(path):
			c.fail("protection-path", "a path is not usable", fmt.Sprintf("got %.100q in %s; allowed is / and letters, digits and ._~!$&'()+,;=:@-, and a star at the end for all that begin so", path, of), "")
		case strings.Contains(path, "//") || strings.Contains(path+"/", "/./") || strings.Contains(path+"/", "/../"):
			c.fail("protection-path", "a path is never seen", fmt.Sprintf("got %.100q in %s; // and /./ and /../ are resolved before paths are compared", path, of), "write it as it is after that")
		}
	}
}

// sources checks who may come and who may not, beyond the flows.
func (c *protectionChecker) sources() {
	for _, code := range slices.Concat(c.p.Countries, c.p.BlockedCountries) {
		if !countryForm.MatchString(code) {
			c.fail("protection-country", "a country is not usable", fmt.Sprintf("got %.20q; allowed are ISO 3166 codes of two capital letters", code), "")
		}
	}
	if len(c.p.Countries) > 0 && len(c.p.BlockedCountries) > 0 {
		c.fail("protection-country", "countries are allowed and blocked", "who is not among Countries is blocked anyway", "leave out BlockedCountries")
	}
	if h := c.p.ClientAddress; h != "" && !headerForm.MatchString(h) {
		c.fail("protection-header", "the header of the client's address is not usable", fmt.Sprintf("got %.80q; allowed is the name of a header", h), "")
	}
	if o := c.p.Origin; o != nil {
		if !headerForm.MatchString(o.Header) {
			c.fail("protection-header", "the header of the origin's secret is not usable", fmt.Sprintf("got %.80q; allowed is the name of a header", o.Header), "")
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
				c.fail("cidr-everywhere", "a block of addresses is every address", "got "+peer.Text+"; AWS takes every length but 0 in an IP set", "leave it out")
			default:
				list[i].Text = prefix.String()
			}
		}
	}
}

var rateWindows = []int{0, 60, 120, 300, 600}

const (
	minRate = 10 // AWS WAF Developer Guide, "Rate-based rule settings"
	maxRate = 2_000_000_000
)

func (c *protectionChecker) limits() {
	check := func(what string, n int) {
		if n < minRate || n > maxRate {
			c.fail("protection-rate", "a rate limit is not usable", fmt.Sprintf("got %s %d; allowed are %d to 2,000,000,000 requests", what, n, minRate), "")
		}
	}
	if c.p.RateLimit != 0 && c.p.RateLimit != -1 {
		check("RateLimit", c.p.RateLimit)
	}
	if c.p.Serves.LoginLimit != 0 {
		check("LoginLimit", c.p.Serves.LoginLimit)
	}
	names := map[string]bool{}
	for _, r := range c.p.RateLimits {
		check("Limit", r.Limit)
		c.paths("RateLimits", r.Paths...)
		switch {
		case !rateName.MatchString(r.Name):
			c.fail("protection-rate", "the name of a rate limit is not usable", fmt.Sprintf("got %.60q; allowed are 1 to 40 letters and digits", r.Name), "")
		case names[r.Name]:
			c.fail("protection-rate", "two rate limits have one name", fmt.Sprintf("got %q twice", r.Name), "")
		case !slices.Contains(rateWindows, r.Window):
			c.fail("protection-rate", "the window of a rate limit is not usable", fmt.Sprintf("got %d; allowed are 60, 120, 300 and 600 seconds", r.Window), "")
		}
		names[r.Name] = true
	}
	for _, e := range c.p.Exceptions {
		if strings.TrimSpace(e.Reason) == "" {
			c.fail("protection-exception", "an exception has no reason", fmt.Sprintf("rule %q of %q does not block, and nothing says why", e.Rule, e.Group), "say why")
		}
	}
}
