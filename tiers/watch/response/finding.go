package response

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	model "github.com/tierwall/tierwall/internal/response"
)

// Action is what a finding leads to.
type Action int

// The actions.
const (
	// BlockSource blocks the remote addresses of attacks on a resource. It is the zero Action. Findings about a resource that acts itself, and
	// findings of Runtime Monitoring, block nothing.
	BlockSource Action = iota
	// IsolateInstance gives all network interfaces of an instance that acts the group for isolated instances, which allows no traffic.
	// Connections that run survive until they end or time out. A load balancer or an Auto Scaling group may replace the instance.
	IsolateInstance
)

func (a Action) model() model.Action {
	if a == IsolateInstance {
		return model.Isolate
	}
	return model.Block
}

// Finding says what findings of GuardDuty lead to. Samples and archived findings lead to nothing.
type Finding struct {
	// Type is a finding type of GuardDuty, or the start of types with an asterisk at its end, such as "Recon:EC2/*"; required.
	Type string
	// Severity is the lowest severity, from 0 to 10.
	Severity float64
	// Action is what the finding leads to; the zero Action is BlockSource.
	Action Action
	// For is how long the action lasts after the finding was last seen, in whole minutes up to 90 days; required.
	For time.Duration
}

// DefaultFindings returns the findings that [Props] start with: guessed passwords over SSH and RDP, and port scans, block for a day;
// malware, miners and trojans of a high severity isolate for 30 days.
func DefaultFindings() []Finding {
	const day = 24 * time.Hour
	return []Finding{
		{Type: "UnauthorizedAccess:EC2/SSHBruteForce", For: day}, {Type: "UnauthorizedAccess:EC2/RDPBruteForce", For: day},
		{Type: "Recon:EC2/PortProbe*", For: day},
		{Type: "Backdoor:EC2/*", Severity: 7, Action: IsolateInstance, For: 30 * day},
		{Type: "CryptoCurrency:EC2/*", Severity: 7, Action: IsolateInstance, For: 30 * day},
		{Type: "Trojan:EC2/*", Severity: 7, Action: IsolateInstance, For: 30 * day},
	}
}

// Alarm is an alarm with an address as the value of a dimension of its metric. The address is blocked when the alarm goes off.
type Alarm struct {
	// Name is the name of the alarm, and Dimension that of the dimension; required.
	Name, Dimension string
	// For is as in [Finding].
	For time.Duration
}

// WebACLRule is a rule of a web ACL. If a request matches it, its client is blocked for all requests, and in the network firewall.
type WebACLRule struct {
	// Log is the log group of the web ACL; required. A log group has at most two subscriptions, and this takes one.
	Log awslogs.ILogGroup
	// WebACL is the name of the web ACL, as set in its props, and Rule that of the rule; required. A rule that counts will do.
	WebACL, Rule string
	// For is as in [Finding].
	For time.Duration
}

// Form is the form of a feed.
type Form string

// The forms of feeds.
const (
	// PlainList has an IPv4 or IPv6 address or CIDR block on each line. Text after # or ; is ignored.
	PlainList Form = "plain"
	// SpamhausDROP has JSON lines, the last of which says how many there are.
	SpamhausDROP Form = "spamhaus"
	// CSVList has comma-separated values, with an address in one column. Lines that begin with # are ignored.
	CSVList Form = "csv"
	// DomainList has a domain name on each line. A leading dot, as in ".example.com", stands for a domain and all names below it; without it,
	// a name stands for itself alone. Text after # or ; is ignored. Names of other scripts are written as xn--.
	DomainList Form = "domains"
	// HostsFile has lines with 0.0.0.0 or 127.0.0.1 and domain names, each of which stands for itself alone. Text after # or ; is ignored, and
	// so are names of the host itself, such as localhost.
	HostsFile Form = "hosts"
)

// Feed is a list of addresses or domain names that somebody else maintains. The function fetches it at run time. A list that cannot be
// right is refused as a whole, and the last good one stays in use for 7 days: one with an error in it, with less than half of the last one,
// older than the last one, compressed, above 200,000 lines or 10 MB; of addresses, one with blocks larger than /8 in IPv4 or /19 in IPv6 or
// with a tenth of the internet; of names, one with a wildcard, a single label, a public suffix such as co.uk, or more than 4,998 names.
// What your network needs is taken out. An alarm goes off if a feed has had no good list for 7 days, or never had one.
//
// Lists of names need [Response.DomainRuleGroup].
type Feed struct {
	// Name is 1 to 40 letters, digits and hyphens; required.
	Name string
	// URL is an https address; required. Read the terms of the list: some require a licence or that you name the source.
	URL string
	// Form is the form of the list; required.
	Form Form
	// SHA256 is the https address of a file that begins with the SHA-256 checksum of the list; empty checks none.
	SHA256 string
	// Every is how often the list is fetched, at least an hour; 0 is 12 hours.
	Every time.Duration
}
