package upgrade

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// quota is how many things of one kind AWS allows together, unless the account's quota is raised.
type quota struct {
	rule, name string // the finding's rule, and what AWS calls the quota
	limit      int
	counting   string // what counts how; empty if every one counts once
	answer     string
	merge      string // how to do with fewer
}

// counts is how many there are before an update, at most on the way, and after it.
type counts struct{ before, peak, after int }

// exceeds reports whether an update exceeds a quota. If there were too many already, the quota was raised, and only a peak on the way
// is the update's doing.
func (c counts) exceeds(limit int) bool {
	return c.peak > limit && (c.before <= limit || c.peak > max(c.before, c.after))
}

// isTemporary reports whether there are too many on the way only, or more than there were when there were too many already.
func (c counts) isTemporary(limit int) bool { return c.after <= limit || c.before > limit }

// reportQuota reports that there are too many of what: "inbound IPv4 rules". holder is what holds them.
func (u *update) reportQuota(q quota, c counts, at *cfn.Resource, line int, holder, what string) {
	summary := fmt.Sprintf("%s gets %d %s, and AWS allows %d", holder, c.after, what, q.limit)
	why, fix := fmt.Sprintf("there are %d before the update", c.before), q.merge+", or have the quota raised"
	if c.isTemporary(q.limit) {
		summary = fmt.Sprintf("%s has %d %s during the update, and AWS allows %d", holder, c.peak, what, q.limit)
		why = fmt.Sprintf("there are %d before and %d after it, and CloudFormation creates before it deletes", c.before, c.after)
		fix = "deploy in parts that each add no more than the quota leaves free; or have the quota raised"
	}
	doubt := "unless the quota was raised"
	if c.before > q.limit {
		doubt = "unless the quota, which was raised, is as high as that"
	}
	d := diag.Diagnostic{
		Subject: holder + ":" + what,
		Summary: summary,
		Detail:  fmt.Sprintf("%s; %sAWS answers %s, %s (quota %q)", why, q.counting, q.answer, doubt, q.name),
		Fix:     fix,
	}
	if line > 0 && line != at.Line {
		d.At = []diag.Position{u.line(at, line)}
	}
	u.report(q.rule, at, d)
}
