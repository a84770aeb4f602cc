package firewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/suricata"
)

// Rules are the rules of one group. Make them with [Suricata], [Tuples], [Domains], [IPFeed] or [DomainFeed].
type Rules struct {
	text     string
	list     *DomainList
	problems []suricata.Problem
	kind     string // what their problems' line numbers count: "line", "rule", "name"
	feed     string // the name of the feed that they are of; empty for others
}

// Suricata takes rules as text, one on each line; blank lines and lines that begin with # are left out. The text is emitted as it is
// given, after it has been parsed and checked; only blanks before rules are taken away, as Suricata leaves out lines that begin with one.
func Suricata(text string) Rules {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " \t")
	}
	return Rules{text: strings.Join(lines, "\n"), kind: "line"}
}

// Tuples takes rules about addresses and ports, in the order of their evaluation.
func Tuples(tuples ...Tuple) Rules {
	r := Rules{kind: "rule"}
	lines := make([]string, len(tuples))
	for i, t := range tuples {
		line, problem := t.line()
		if problem != nil {
			problem.Line = i + 1
			r.problems = append(r.problems, *problem)
			line = "# not usable"
		}
		lines[i] = line
	}
	r.text = strings.Join(lines, "\n")
	return r
}

// Action is what a rule does with what it matches.
type Action string

// The actions.
const (
	Pass   Action = "pass"
	Drop   Action = "drop"
	Reject Action = "reject" // drop, and reset the connection; TCP protocols alone
	Alert  Action = "alert"
)

// Protocol is a protocol in Suricata's words. There are more than the constants.
type Protocol string

// The protocols of most rules.
const (
	TCP  Protocol = "tcp"
	UDP  Protocol = "udp"
	ICMP Protocol = "icmp"
	IP   Protocol = "ip" // any
	TLS  Protocol = "tls"
	HTTP Protocol = "http"
	SSH  Protocol = "ssh"
)

// Tuple is a rule about addresses and ports.
type Tuple struct {
	Action Action
	// Protocol is one of the constants, or another that AWS supports; required.
	Protocol Protocol
	// Source and Destination are "10.0.1.0/24", "[10.0.1.0/24,!10.0.1.5]", "$VARIABLE", "@REFERENCE" or "any"; empty is any.
	Source, Destination string
	// SourcePort and DestinationPort are "443", "8000:8010", "[80,443]", "$VARIABLE" or "any"; empty is any.
	SourcePort, DestinationPort string
	// Flow is the value of Suricata's flow keyword: "to_server", "to_server,established". Empty leaves it out: the rule then
	// decides all of a connection on its first packet, and no rule about its content is asked any more.
	Flow string
	// SID is the rule's number, unique in the app; required.
	SID int
	// Message is what the logs call it; printable ASCII. Empty leaves it out.
	Message string
	// Options are further options, as in "content:\"x\"; nocase", in their order.
	Options string
}

// line writes the rule. A message cannot break out of its quotes.
func (t Tuple) line() (string, *suricata.Problem) {
	or := func(s string) string {
		if s == "" {
			return "any"
		}
		return s
	}
	var options []string
	if t.Message != "" {
		msg, err := suricata.Quote(t.Message)
		if err != nil {
			return "", &suricata.Problem{Rule: "msg", Summary: "a message is not usable", Detail: err.Error()}
		}
		options = append(options, "msg:"+msg)
	}
	if t.Flow != "" {
		options = append(options, "flow:"+t.Flow)
	}
	if t.Options != "" {
		options = append(options, strings.TrimSuffix(strings.TrimSpace(t.Options), ";"))
	}
	if t.SID != 0 {
		options = append(options, fmt.Sprintf("sid:%d", t.SID))
	}
	text := ""
	if len(options) > 0 {
		text = strings.Join(options, "; ") + ";"
	}
	if t.Action == "" || t.Protocol == "" {
		return "", &suricata.Problem{Rule: "syntax", Summary: "a rule has no action or no protocol",
			Detail: fmt.Sprintf("got %q and %q", t.Action, t.Protocol), Fix: "set both, as in firewall.Pass and \"tcp\""}
	}
	line := fmt.Sprintf("%s %s %s %s -> %s %s (%s)", t.Action, t.Protocol, or(t.Source), or(t.SourcePort), or(t.Destination),
		or(t.DestinationPort), text)
	for _, field := range []string{t.Source, t.SourcePort, t.Destination, t.DestinationPort, string(t.Protocol), string(t.Action)} {
		if strings.ContainsAny(field, " \t\r\n();#") {
			return "", &suricata.Problem{Rule: "syntax", Summary: "a field of a rule is not usable",
				Detail: fmt.Sprintf("got %q; allowed is text without spaces, parentheses, semicolons and #", field)}
		}
	}
	if strings.ContainsAny(line, "\r\n") {
		return "", &suricata.Problem{Rule: "syntax", Summary: "a rule has a line break", Detail: fmt.Sprintf("got %q", line)}
	}
	return line, nil
}
