package dnsfirewall

// Action is what a rule does with a query that it matches, in AWS's words.
type Action string

// The actions.
const (
	Allow Action = "ALLOW"
	Block Action = "BLOCK"
	Alert Action = "ALERT" // the query is answered, and the log says that the rule matched
)

// Response is the answer to a blocked query, in AWS's words.
type Response string

// The responses.
const (
	NoData   Response = "NODATA"   // the name exists, but has no records of the type
	NXDomain Response = "NXDOMAIN" // the name does not exist
	Override Response = "OVERRIDE" // another name
)

// Threat is an advanced protection, which looks for threats instead of domains, in AWS's words.
type Threat string

// The threats.
const (
	DGA           Threat = "DGA"            // names from a domain generation algorithm
	Tunneling     Threat = "DNS_TUNNELING"  // data that leaves inside of queries
	DictionaryDGA Threat = "DICTIONARY_DGA" // the same as DGA, with names made of words
)

// Confidence is how sure a protection must be of a threat, in AWS's words: the higher, the fewer mistakes and the fewer finds.
type Confidence string

// The confidences.
const (
	Low    Confidence = "LOW"
	Medium Confidence = "MEDIUM"
	High   Confidence = "HIGH"
)

// List is a list of domains.
type List struct {
	Name string
	// Domains are names, "*." before names, or "*".
	Domains []string
	// Unknown says why the list may hold domains that are not in Domains; empty if Domains are all.
	Unknown string
}

// Rule is a rule of a group. It has either a List or a Threat.
type Rule struct {
	Name     string // in messages, because AWS's rules have no names
	Priority int    // the lower comes first
	Action   Action
	List     *List
	Threat   Threat
	// Confidence is that of a Threat.
	Confidence Confidence
	// Response is that of Block. To is the name that Override answers with, for TTL seconds.
	Response Response
	To       string
	TTL      int
	// TrustRedirection looks only at the name of the query, and not at the names that CNAME records lead on to.
	TrustRedirection bool
	// Type is the only type of query that the rule matches, "AAAA" or "TYPE28"; empty is every type.
	Type string
	// Unknown says why it is not known whether the rule matches, whatever its list holds: its condition or its priority is open, or its
	// action. It is empty for a rule that is known.
	Unknown string
}

// Group is a rule group.
type Group struct {
	Name  string
	Rules []Rule
	// Priority is that of the group's association with the VPC.
	Priority int
	// Unknown says why the group may hold rules that are not in Rules; empty if it holds no others.
	Unknown string
	// Perhaps says why the group may not be associated with the VPC, or with another priority; empty if that is known.
	Perhaps string
}
