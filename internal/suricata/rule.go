package suricata

import (
	"fmt"
	"strconv"
	"strings"
)

// Action is what a rule does with the packets it matches.
type Action string

// The actions that AWS Network Firewall supports (AWS document "Suricata limitations and caveats").
const (
	Pass   Action = "pass"
	Drop   Action = "drop"
	Reject Action = "reject"
	Alert  Action = "alert"
)

// Decides reports whether the action ends the evaluation of the packets it matches. An alert does not end it.
func (a Action) Decides() bool { return a == Pass || a == Drop || a == Reject }

// Option is one option of a rule, for example `msg:"web to app";`.
type Option struct {
	// Keyword is the part before the colon: "msg", "flow", "tls.sni".
	Keyword string
	// Value is the part after the colon as written, quotes and escapes included. It is empty if the keyword has none.
	Value string
}

// Rule is a rule as written. Addresses and ports are not resolved: see Group.Addresses and Group.Ports.
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
	// Options are in the order of the text. The order matters: some options act on the one before them.
	Options []Option
}

// Get returns the value of the first option with a keyword, and whether there is one. The keyword must be in lower case.
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

// SID returns the id of the rule. It reports false if the rule has none, or one that is not a number.
func (r Rule) SID() (int, bool) {
	value, ok := r.Get("sid")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(value)
	return n, err == nil
}

// Msg returns the rule's message without quotes and escapes. It is empty if the rule has none.
func (r Rule) Msg() string {
	value, _ := r.Get("msg")
	return unquote(value)
}

// String writes the rule on one line. If Parse made the rule, Parse reads this line as the same rule.
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

// header writes the part of the rule before its options.
func (r Rule) header() string {
	direction := "->"
	if r.Bidirectional {
		direction = "<>"
	}
	return fmt.Sprintf("%s %s %s %s %s %s %s", r.Action, r.Protocol, r.Source, r.SourcePort, direction, r.Destination, r.DestinationPort)
}

// String writes the option as it stands in a rule, with its semicolon.
func (o Option) String() string {
	if o.Value == "" {
		return o.Keyword + ";"
	}
	return o.Keyword + ":" + o.Value + ";"
}
