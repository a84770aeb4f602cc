package firewall

import (
	"io"

	"github.com/tierwall/tierwall/internal/networkfirewall/feed"
)

// IPFeed returns rules that drop all traffic to and from the addresses of a list. The list has one IPv4 or IPv6 address or CIDR block on
// each line. Text after # or ; and blank lines are ignored. The rules decide on the first packet of a connection.
//
// IPFeed reads the whole list immediately, sorts it and joins adjacent blocks, so the order of lines does not matter. Errors of reading,
// an empty list and lines that are not addresses fail synthesis, because a broken list would silently remove protection.
//
// The name consists of letters, digits, spaces and hyphens. Logs show it. It also determines the SIDs of the rules: a newer list with
// the same name keeps its SIDs.
func IPFeed(name string, list io.Reader) Rules { return fromFeed(name, feed.IPs(name, list)) }

// DomainFeed returns rules that drop TLS and HTTP connections to the domain names of a list. The list has one name on each line. A
// leading dot, as in ".example.com", stands for a domain and all names below it. Text after # or ; and blank lines are ignored. The list
// is read and checked, and name is used, as in [IPFeed].
func DomainFeed(name string, list io.Reader) Rules { return fromFeed(name, feed.Domains(name, list)) }

// ListFeed returns rules that drop all traffic to and from the addresses of prefix lists whose entries are written at run time. references
// are names of the group's References, without the at sign; at least one is required. name is used as in [IPFeed]. A proof takes it that
// the lists hold no address that a declared flow needs, and says so.
func ListFeed(name string, references ...string) Rules {
	return fromFeed(name, feed.Lists(name, references...))
}

func fromFeed(name string, r feed.Rules) Rules {
	return Rules{text: r.Text, problems: r.Problems, kind: "rule", feed: name}
}
