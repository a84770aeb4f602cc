package arch

import (
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// Protection is a web ACL in front of a tier. Its rules are derived from who may reach the tier and from what the tier serves.
type Protection struct {
	Tier string `json:"tier"`
	// Mode is Enforce, or Observe, in which every rule counts and none blocks.
	Mode   Mode   `json:"mode"`
	Serves Serves `json:"serves,omitzero"`
	// CloudFront says that the web ACL belongs to a distribution in front of the tier, and not to the tier's own resource.
	CloudFront bool `json:"cloudFront,omitempty"`
	// ClientAddress is the header in which a proxy in front sends the client's address; empty takes the address of the connection.
	ClientAddress string `json:"clientAddress,omitempty"`
	// Origin is a secret that a content delivery network in front sends, so that nobody can bypass it; nil requires none.
	Origin *Origin `json:"origin,omitempty"`
	// Countries are the only countries whose clients may connect; empty is all. Clients of BlockedCountries may not. Both are ISO 3166 codes
	// of two letters.
	Countries        []string `json:"countries,omitempty"`
	BlockedCountries []string `json:"blockedCountries,omitempty"`
	// BlockedSources are blocks that may not connect, even if a flow allows them.
	BlockedSources []Peer `json:"blockedSources,omitempty"`
	// RateLimit is how many requests an address may send within five minutes; 0 is 2,000, and -1 is no limit. RateLimits are further limits.
	RateLimit  int    `json:"rateLimit,omitempty"`
	RateLimits []Rate `json:"rateLimits,omitempty"`
	// Exceptions are managed rules that do not block.
	Exceptions []RuleException `json:"exceptions,omitempty"`
	Extras     Extras          `json:"extras,omitzero"`
	At         diag.Position   `json:"at,omitzero"`
}

// Serves is what a tier serves over HTTP.
type Serves struct {
	// Ports are the TCP ports that serve HTTP; empty is 80, 443, 8080 and 8443.
	Ports []int `json:"ports,omitempty"`
	// Hosts are host names; ".example.com" also stands for all names below it. Empty is any host.
	Hosts []string `json:"hosts,omitempty"`
	// Routes are the paths that are served; empty is any path with any method.
	Routes []Route `json:"routes,omitempty"`
	// Admin are paths that only AdminSources may request; without AdminSources, nobody may.
	Admin        []string `json:"admin,omitempty"`
	AdminSources []Peer   `json:"adminSources,omitempty"`
	// Login are paths that accept passwords. LoginLimit is how many requests an address may send to them within five minutes; 0 is 100.
	Login      []string `json:"login,omitempty"`
	LoginLimit int      `json:"loginLimit,omitempty"`
	// Uploads are paths that accept bodies larger than a web ACL reads.
	Uploads []string `json:"uploads,omitempty"`
	// Technologies are what the tier is made of, as far as it matters for attacks.
	Technologies []Technology `json:"technologies,omitempty"`
	// SQL says whether something behind the tier speaks SQL.
	SQL SQL `json:"sql,omitempty"`
}

// Route is a path, or with a star at its end all paths that begin so, and the methods that it accepts.
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

// Origin is a header that a content delivery network in front sends with every request.
type Origin struct {
	Header string `json:"header"`
	// Secrets is the number of secrets of which the header must have one: two while a secret is rotated. The secrets themselves are not part
	// of the architecture.
	Secrets int `json:"secrets"`
}

// RuleException is a rule of a managed group that counts instead of blocking.
type RuleException struct {
	Group  string `json:"group"` // "AWSManagedRulesCommonRuleSet"
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Extras are managed groups beyond those that follow from what the tier serves. AWS charges for them, or they stop more than attacks.
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
	Java // servlets, as in Tomcat, Jetty and Spring: for them a segment of a path ends at a semicolon
)

// SQL says whether something behind a tier speaks SQL.
type SQL int

const (
	// SQLByFlows follows from the declared flows: SQL is spoken if a tier that can be reached from this one connects to a port of a SQL
	// database.
	SQLByFlows SQL = iota
	// SQLBehind says that SQL is spoken elsewhere.
	SQLBehind
	// NoSQL says that SQL is not spoken.
	NoSQL
)

// The defaults of protections.
const (
	DefaultRateLimit  = 2000
	DefaultLoginLimit = 100
)

var defaultHTTPPorts = []int{80, 443, 8080, 8443}

// HTTPPorts returns the ports that serve HTTP.
func (s Serves) HTTPPorts() []int {
	if len(s.Ports) > 0 {
		return s.Ports
	}
	return defaultHTTPPorts
}

// ServesHTTP reports whether a flow opens HTTP connections.
func (s Serves) ServesHTTP(f CheckedFlow) bool {
	return slices.ContainsFunc(f.Ports, func(p Ports) bool {
		return p.Protocol == TCP && slices.ContainsFunc(s.HTTPPorts(), func(port int) bool { return p.From <= port && port <= p.To })
	})
}
