package arch

import (
	"slices"

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
func (s Serves) ServesHTTP(f CheckedFlow) bool {
	return slices.ContainsFunc(f.Ports, func(p Ports) bool {
		return p.Protocol == TCP && slices.ContainsFunc(s.HTTPPorts(), func(port int) bool { return p.From <= port && port <= p.To })
	})
}
