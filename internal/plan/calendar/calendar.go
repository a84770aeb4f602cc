// Package calendar derives the messages that remind people of flows before they expire.
//
// It knows the declared architecture. It must not know templates or CDK.
package calendar

import (
	"fmt"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
)

// Schedule is a message that is sent once.
type Schedule struct {
	ID         string // "Web->Cache:tcp/6379 30": the flow and the days; it is identity
	Expression string // when, in the words of EventBridge Scheduler
	Message    string
}

// Zone is the time zone of the expressions.
const Zone = "UTC"

// DefaultDays returns how many days before the last day of a flow a message is sent, if nobody states it.
func DefaultDays() []int { return []int{30, 7} }

// longest is the largest number of days.
const longest = 365

// CheckDays returns an error unless days are different numbers from 0 to 365.
func CheckDays(days []int) error {
	sorted := slices.Sorted(slices.Values(days))
	twice := len(slices.Compact(sorted)) < len(days)
	if twice || slices.ContainsFunc(days, func(d int) bool { return d < 0 || d > longest }) {
		return fmt.Errorf("got %v; allowed are different numbers from 0 to %d", days, longest)
	}
	return nil
}

// Of returns the messages about the flows of a model, in the order of the flows and then of the days.
func Of(m *arch.Model, days []int) []Schedule {
	var out []Schedule
	for _, f := range m.Flows {
		last, err := time.Parse(time.DateOnly, f.Expires)
		if err != nil {
			continue // It has no last day.
		}
		for _, n := range days {
			out = append(out, Schedule{
				ID:         fmt.Sprintf("%s %d", f.SubjectString(), n),
				Expression: "at(" + last.AddDate(0, 0, -n).Format(time.DateOnly) + "T09:00:00)",
				Message:    message(m.Network.Path, f),
			})
		}
	}
	return out
}

// message says which flow expires. It names no line of code, because moving code must not change the template.
func message(network string, f arch.CheckedFlow) string {
	kind, owner, reason := "flow", "nobody is named", "none is given"
	if f.Exception {
		kind = "exception"
	}
	if f.Owner != "" {
		owner = f.Owner
	}
	if f.Reason != "" {
		reason = f.Reason
	}
	return fmt.Sprintf("The %s %s -> %s %s of the network %s expires: its last day is %s. Owner: %s. Reason: %s. "+
		"What to do: remove it, or set a new date. After that day, synthesis fails until somebody does.",
		kind, f.From, f.To, arch.FormatService(f.Ports), network, f.Expires, owner, reason)
}
