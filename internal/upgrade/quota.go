package upgrade

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// quota is a limit that AWS sets for things of one kind, unless the account's quota is raised.
type quota struct {
	rule, name string // the finding's rule, and AWS's name for the quota
	limit      int
	counting   string // how things are counted; empty if each counts once
	answer     string
	merge      string // how to need fewer
}

// counts holds the number of things before an update, their highest number during it, and the number after it.
type counts struct{ before, peak, after int }

// exceeds reports whether an update exceeds a quota. If the number was too high before, the quota was raised, and only
// a peak during the update counts.
func (c counts) exceeds(limit int) bool {
	return c.peak > limit && (c.before <= limit || c.peak > max(c.before, c.after))
}

// isTemporary reports whether the number is too high only during the update.
func (c counts) isTemporary(limit int) bool { return c.after <= limit || c.before > limit }

// reportQuota reports that holder has too many things, such as "inbound IPv4 rules".
func (u *update) reportQuota(q quota, c counts, at *cfn.Resource, line int, holder, what string) {
	summary := fmt.Sprintf("%s gets %d %s, but AWS allows %d", holder, c.after, what, q.limit)
	why, fix := fmt.Sprintf("there are %d before the update", c.before), q.merge+", or request a higher quota"
	if c.isTemporary(q.limit) {
		summary = fmt.Sprintf("%s has %d %s during the update, but AWS allows %d", holder, c.peak, what, q.limit)
		why = fmt.Sprintf("there are %d before and %d after the update, and CloudFormation creates before it deletes", c.before, c.after)
		fix = "deploy in several steps that each stay within the quota; or request a higher quota"
	}
	doubt := "unless the quota was raised"
	if c.before > q.limit {
		doubt = "unless the raised quota is as high as that"
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
