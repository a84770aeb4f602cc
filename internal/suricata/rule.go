package suricata

import (
	"fmt"
	"strconv"
	"strings"
)

// Action is what a rule does with what it matches.
type Action string

// The actions that AWS Network Firewall takes (AWS document "Suricata limitations and caveats").
const (
	Pass   Action = "pass"
	Drop   Action = "drop"
	Reject Action = "reject"
	Alert  Action = "alert"
)

// Decides reports whether the action ends the evaluation of what it matches. An alert does not.
func (a Action) Decides() bool { return a == Pass || a == Drop || a == Reject }

// Option is one option of a rule, as in `msg:"web to app";`.
type Option struct {
	// Keyword is the part before the colon: "msg", "flow", "tls.sni".
	Keyword string
	// Value is the part after the colon as written, quotes and escapes included. It is empty if the keyword has none.
	Value string
}

// Rule is a rule as it is written. Addresses and ports are not resolved: see Group.Addresses and Group.Ports.
type Rule struct {
	Action Action
	// Protocol is in lower case: "tcp", "ip", "tls".
	Protocol string
	// Source and SourcePort are as written: "any", "10.0.0.0/8", "[10.0.1.0/24,!10.0.1.5]", "$HOME_NET", "@LIST".
	Source, SourcePort string
	// Bidirectional is true for "<>", false for "->".
	Bidirectional bool
	// Destination and DestinationPort are written like source and source port.
	Destination, DestinationPort string
	// Options are in the order in which they are written, which matters: some act on the one before them.
	Options []Option
}

// Get returns the value of the first option with a keyword, and whether there is one. Keywords are written in lower case.
func (r Rule) Get(keyword string) (string, bool) {
	for _, o := range r.Options {
		if o.Keyword == keyword {
			return o.Value, true
		}
	}
	return "", false
}

// has reports whether the rule has an option with one of the keywords.
func (r Rule) has(keywords ...string) bool {
	for _, k := range keywords {
		if _, ok := r.Get(k); ok {
			return true
		}
	}
	return false
}

// SID returns the id of the rule; false if it has none, or one that is no number.
func (r Rule) SID() (int, bool) {
	value, ok := r.Get("sid")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(value)
	return n, err == nil
}

// Msg returns the text of the rule's message without quotes and escapes; empty if there is none.
func (r Rule) Msg() string {
	value, _ := r.Get("msg")
	return unquote(value)
}

// String writes the rule in one line. Parse reads it back as the same rule, if Parse made it.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString(r.header())
	b.WriteString(" (")
	for i, o := range r.Options {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(o.String())
	}
	b.WriteByte(')')
	return b.String()
}

func (r Rule) header() string {
	direction := "->"
	if r.Bidirectional {
		direction = "<>"
	}
	return fmt.Sprintf("%s %s %s %s %s %s %s", r.Action, r.Protocol, r.Source, r.SourcePort, direction, r.Destination, r.DestinationPort)
}

// String writes the option as in a rule, with its semicolon.
func (o Option) String() string {
	if o.Value == "" {
		return o.Keyword + ";"
	}
	return o.Keyword + ":" + o.Value + ";"
}
