package response

import (
	"fmt"
	"strings"
	"time"
)

// Decision is a line of the audit trail.
type Decision struct {
	// ID is the same whenever the same decision is announced again.
	ID string `json:"id"`
	// Decision is one of the words below.
	Decision string    `json:"decision"`
	Subject  string    `json:"subject"`
	Findings []string  `json:"findings,omitempty"`
	Reason   string    `json:"reason"`
	Expires  time.Time `json:"expires,omitzero"`
	// Note says what the decision does not do.
	Note string `json:"note,omitempty"`
	// Times is how often the same was refused in one call of the function.
	Times int `json:"times,omitempty"`
	// Undo are the commands that undo the decision.
	Undo []string `json:"undo,omitempty"`
}

// The words of decisions.
const (
	Blocked      = "blocked"
	WouldBlock   = "would block"
	Unblocked    = "unblocked"
	Isolated     = "isolated"
	WouldIsolate = "would isolate"
	Released     = "released"
	Refused      = "refused"
	FeedRefused  = "feed refused"
	FeedTaken    = "feed taken"
	Lapsed       = "lapsed" // before it could take effect
)

// Decide returns the decision that a record is about to announce. surviving says whether connections that run are not cut.
func (r Record) Decide(table string, now time.Time, surviving bool) Decision {
	d := Decision{Subject: r.Subject, Findings: r.Findings, Reason: r.Reason, Expires: r.Expires}
	switch {
	case r.Over(now):
		d.Decision = Unblocked
		switch {
		case r.DryRun || r.Announced.IsZero():
			d.Decision = Lapsed
		case r.Action == Isolate:
			d.Decision = Released
		}
		d.Reason = "its time is over: " + r.Expires.Format(time.RFC3339)
		if !r.Undone.IsZero() {
			d.Reason = "a person undid it at " + r.Undone.Format(time.RFC3339)
		}
		d.Expires = time.Time{}
	case r.DryRun && r.Action == Isolate:
		d.Decision = WouldIsolate
	case r.DryRun:
		d.Decision = WouldBlock
	case r.Action == Isolate:
		d.Decision, d.Undo = Isolated, r.Undo(table)
		d.Note = "Connections that run survive until they end or time out."
	default:
		d.Decision, d.Undo = Blocked, r.Undo(table)
		if surviving {
			d.Note = "Connections that run through a network firewall survive until they end."
		}
	}
	d.ID = fmt.Sprintf("%s %s %s", d.Decision, r.Key, r.First.Format(time.RFC3339))
	return d
}

// Undo returns the commands that undo what a record does. The first is enough: the function does the rest within a few minutes, and it does
// not act on the same finding again. The others restore an instance at once, if the function does not work.
func (r Record) Undo(table string) []string {
	out := []string{fmt.Sprintf("aws dynamodb update-item --table-name %s --key %s --condition-expression 'attribute_exists(#k)' "+
		"--update-expression 'SET Undone = :now ADD Version :one' --expression-attribute-names '{\"#k\":\"Key\"}' "+
		"--expression-attribute-values \"{\\\":now\\\":{\\\"N\\\":\\\"$(date +%%s)\\\"},\\\":one\\\":{\\\"N\\\":\\\"1\\\"}}\"",
		quote(table), quote(fmt.Sprintf(`{"Key":{"S":"%s"}}`, r.Key)))}
	for _, i := range r.Interfaces {
		out = append(out, fmt.Sprintf("aws ec2 modify-network-interface-attribute --network-interface-id %s --groups %s", quote(i.ID),
			quoted(i.Groups)))
	}
	return out
}

// quote writes a text as one word of a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func quoted(all []string) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = quote(s)
	}
	return strings.Join(words, " ")
}
