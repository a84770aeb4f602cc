package firewall

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/suricata"
)

// Rules are the rules of one rule group. The functions [Suricata], [Tuples], [Domains], [IPFeed] and [DomainFeed] return them. The zero
// Rules have no rule, which is an error.
type Rules struct {
	text     string
	list     *DomainList
	problems []suricata.Problem
	kind     string // what the line numbers of the problems count: "line", "rule" or "name"
	feed     string // the name of the feed; empty for other rules
}

// Suricata returns rules from text in the language of Suricata, one rule on each line. Blank lines and lines that begin with # are ignored.
// The text is parsed and checked. It is then emitted unchanged, except that blanks before rules are removed, because Suricata ignores
// lines that begin with a blank, and that lines end as on Unix.
func Suricata(text string) Rules { return Rules{text: networkfirewall.RulesText(text), kind: "line"} }

// Tuples returns rules about addresses and ports. They are evaluated in the given order.
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

// Action says what a rule does with the packets that it matches.
type Action string

// The actions of rules.
const (
	// Pass lets the packets through and ends the evaluation.
	Pass Action = "pass"
	// Drop drops the packets and logs them.
	Drop Action = "drop"
	// Reject drops the packets, logs them and resets the connection. It is for TCP and protocols over TCP.
	Reject Action = "reject"
	// Alert logs the packets and continues with the next rule.
	Alert Action = "alert"
)

// Protocol is the name of a protocol in Suricata's rules. Names other than these constants can be used if AWS supports them.
type Protocol string

// The protocols of most rules.
const (
	TCP  Protocol = "tcp"
	UDP  Protocol = "udp"
	ICMP Protocol = "icmp"
	IP   Protocol = "ip" // any protocol
	TLS  Protocol = "tls"
	HTTP Protocol = "http"
	SSH  Protocol = "ssh"
)

// Tuple is a rule about a protocol, addresses and ports.
type Tuple struct {
	// Action says what to do with matching packets; required.
	Action Action
	// Protocol is the protocol of matching packets; required.
	Protocol Protocol
	// Source and Destination are "10.0.1.0/24", "[10.0.1.0/24,!10.0.1.5]", "$VARIABLE", "@REFERENCE" or "any"; empty is any.
	Source, Destination string
	// SourcePort and DestinationPort are "443", "8000:8010", "[80,443]", "$VARIABLE" or "any"; empty is any.
	SourcePort, DestinationPort string
	// Flow is the value of Suricata's flow keyword, such as "to_server" or "to_server,established". If it is empty, the rule decides the
	// whole connection on its first packet, before any rule about the content of the connection.
	Flow string
	// SID is the number of the rule, unique in the app; required.
	SID int
	// Message identifies the rule in logs. It is printable ASCII, and may be empty.
	Message string
	// Options are further options in the order of evaluation, such as "content:\"x\"; nocase".
	Options string
}

// line returns the rule as text. It quotes the message, so that a message cannot contain options.
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
			return "", &suricata.Problem{Rule: "msg", Summary: "a message is invalid", Detail: err.Error(), Fix: "change Message"}
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
			Detail: fmt.Sprintf("got the action %q and the protocol %q", t.Action, t.Protocol),
			Fix:    "set both, such as firewall.Pass and firewall.TCP"}
	}
	line := fmt.Sprintf("%s %s %s %s -> %s %s (%s)", t.Action, t.Protocol, or(t.Source), or(t.SourcePort), or(t.Destination),
		or(t.DestinationPort), text)
	for _, field := range []string{t.Source, t.SourcePort, t.Destination, t.DestinationPort, string(t.Protocol), string(t.Action)} {
		if strings.ContainsAny(field, " \t\r\n();#") {
			return "", &suricata.Problem{Rule: "syntax", Summary: "a field of a rule is invalid",
				Detail: fmt.Sprintf("got %q; allowed is text without spaces, parentheses, semicolons and #", field),
				Fix:    "write only a value into each field, and set Options for options"}
		}
	}
	if strings.ContainsAny(line, "\r\n") {
		return "", &suricata.Problem{Rule: "syntax", Summary: "a rule has a line break", Detail: fmt.Sprintf("got %q", line),
			Fix: "remove the line break from Options or Flow"}
	}
	return line, nil
}
