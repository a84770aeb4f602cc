package review

import (
	"fmt"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/usage"
)

// noLogs is why nothing is known of the traffic.
const noLogs = "no flow logs were given"

// item returns an item about a flow.
func item(f arch.CheckedFlow, why string) Item {
	return Item{What: f.From.String() + " -> " + f.To.String() + " " + arch.FormatService(f.Ports), Why: why, Owner: f.Owner, At: f.At}
}

// daysLeft returns how many days a flow may still be used; ok is false if it does not expire.
func (in Input) daysLeft(f arch.CheckedFlow) (days int, ok bool) {
	last, err := time.Parse(time.DateOnly, f.Expires)
	if err != nil {
		return 0, false
	}
	today := time.Date(in.Today.Year(), in.Today.Month(), in.Today.Day(), 0, 0, 0, 0, time.UTC)
	return int(last.Sub(today).Hours() / 24), true
}

func (in Input) expired() Topic {
	t := Topic{Title: "Expired flows", Do: "remove them, or set a new date", Overdue: true}
	for _, f := range in.Model.Flows {
		if days, ok := in.daysLeft(f); ok && days < 0 {
			t.Items = append(t.Items, item(f, "its last day was "+f.Expires))
		}
	}
	return t
}

func (in Input) expiring() Topic {
	t := Topic{Title: fmt.Sprintf("Flows that expire within %d days", in.Within), Do: "plan their removal, or set a new date"}
	for _, f := range in.Model.Flows {
		if days, ok := in.daysLeft(f); ok && days >= 0 && days <= in.Within {
			t.Items = append(t.Items, item(f, fmt.Sprintf("its last day is %s, %s", f.Expires, in.seen(f))))
		}
	}
	return t
}

// seen says whether logs show the use of a flow.
func (in Input) seen(f arch.CheckedFlow) string {
	if in.Usage == nil {
		return "and whether it is used is not known: " + noLogs
	}
	for _, u := range in.Usage.Flows {
		if in.Model.Flows[u.Flow].Compare(f) == 0 {
			return "and it was " + string(u.Verdict)
		}
	}
	return "and whether it is used is not known"
}

func (in Input) exceptions() Topic {
	t := Topic{Title: "Exceptions from the table of who may reach whom", Do: "ask their owners whether the reasons still hold"}
	for _, f := range in.Model.Flows {
		switch {
		case f.Exception && f.Expires == "":
			t.Items = append(t.Items, item(f, "it never expires: "+f.Reason))
		case f.Exception:
			t.Items = append(t.Items, item(f, "until "+f.Expires+": "+f.Reason))
		}
	}
	return t
}

func (in Input) unused() Topic {
	t := Topic{Title: "Flows that nothing used", Do: "remove them, if the period of the logs is long enough"}
	if in.Usage == nil {
		t.Unknown = noLogs
		return t
	}
	for _, u := range in.Usage.Flows {
		switch u.Verdict {
		case usage.Unused:
			t.Items = append(t.Items, item(in.Model.Flows[u.Flow], fmt.Sprintf("no traffic from %s to %s", day(in.Usage.From), day(in.Usage.To))))
		case usage.NotSeen:
			t.Items = append(t.Items, item(in.Model.Flows[u.Flow], "no traffic in the logs, which may lack it: "+strings.Join(u.Doubts, "; ")))
		case usage.Used, usage.PerhapsUsed:
		}
	}
	return t
}

func (in Input) undeclared() Topic {
	t := Topic{Title: "Accepted traffic that no flow declares", Do: "find out which control let it through", Overdue: true}
	if in.Usage == nil {
		t.Unknown = noLogs
		return t
	}
	for _, r := range in.Usage.Undeclared {
		t.Items = append(t.Items, Item{
			What: r.From + " -> " + r.To + " " + r.Service,
			Why:  fmt.Sprintf("first on %s, from %s to %s", day(r.Traffic.First), r.Source, r.Destination),
		})
	}
	return t
}

func day(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.DateOnly) }
