package plan

import "github.com/tierwall/tierwall/internal/arch"

// Concern is what the rules of one rule group of the firewall have in common.
type Concern int

// The concerns, in the order in which their groups are evaluated.
const (
	TierFlows   Concern = iota // between tiers, and with addresses; what every path needs
	AdminFlows                 // from bastions
	DomainFlows                // to domain names
	Limits                     // what passes before a rule decides; behind all other groups of a policy
)

var concernNames = [...]string{TierFlows: "Flows", AdminFlows: "Admin", DomainFlows: "Domains", Limits: "Limits"}

// String returns the concern's name, as in the names of rule groups.
func (c Concern) String() string { return concernNames[c] }

// FirewallGroup holds the rules of one concern in the order of their evaluation, which is that of their SIDs.
type FirewallGroup struct {
	Concern Concern
	Rules   []FirewallRule
}

// FirewallRule passes or stops some packets. It says which, and nothing of how a firewall writes it.
type FirewallRule struct {
	SID      int
	Stop     bool // whether it stops what matches; else that passes
	Match    Match
	From, To []arch.Peer // blocks; none is every address
	// FromOutside and ToOutside stand for every address outside the network, in place of From and To.
	FromOutside, ToOutside bool
	Ports                  arch.Ports // of the server; for PathMTU nothing
	Names                  []string   // domain names as in [arch.ParseDomain], sorted; TLSName has one
	Flows                  []int      // the flows it serves, as indexes into the model's; none for PathMTU
}

// Match says which packets of a connection a rule is about.
type Match int

// The matches.
const (
	ToServer      Match = iota // what the client sends
	ToClient                   // what the server answers
	TLSName                    // connections whose client asks for the name in TLS
	OtherHTTPHost              // HTTP requests for none of the names
	NoHTTPHost                 // HTTP requests that name no host
	HTTP2                      // what the client sends on a connection with HTTP/2, whose requests need name no host
	HTTP                       // what the client sends on a connection with HTTP
	PathMTU                    // ICMP about packets that are too large for the path
	Undecided                  // TCP of which more than [UndecidedBytes] have passed, and no rule has decided
)

var matchNames = [...]string{
	ToServer: "to server", ToClient: "to client", TLSName: "tls", OtherHTTPHost: "other host", NoHTTPHost: "no host",
	HTTP2: "http2", HTTP: "http", PathMTU: "path mtu", Undecided: "undecided",
}
