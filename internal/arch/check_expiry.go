package arch

import (
	"fmt"
	"time"

	"github.com/tierwall/tierwall/internal/diag"
)

const (
	dateLayout = "2006-01-02"
	// soon is how many days before a flow expires its end is announced.
	soon = 30
)

func (c *checker) expiry(f CheckedFlow) {
	if f.Expires == "" {
		return
	}
	d, report, err := Expiry("the flow", f.Expires, c.today)
	if err != nil {
		c.failFlow(f.Flow, "expires", "an expiry is not a date", err.Error(), "")
	}
	if !report {
		return
	}
	d.Subject = c.m.Network.Subject(f.SubjectString())
	if f.Owner != "" {
		d.Detail = "owner: " + f.Owner
	}
	c.add(c.m.Network.FlowPath(f.Flow), f.At, d)
}

// Expiry says what is to be reported about something with a last day: that it has expired, or that it expires soon. It reports false if
// neither is so.
func Expiry(what, last string, today time.Time) (d diag.Diagnostic, report bool, err error) {
	end, err := time.Parse(dateLayout, last)
	if err != nil {
		return d, false, fmt.Errorf("got %q, allowed is year-month-day, as in \"2027-01-31\"", last)
	}
	days := int(end.Sub(today).Hours() / 24)
	switch {
	case days < 0:
		d.Severity, d.Rule = diag.Finding, "expired"
		d.Summary = fmt.Sprintf("%s has expired: its last day was %s", what, last)
		d.Fix = "remove it, or set a new date"
	case days <= soon:
		d.Severity, d.Rule = diag.Warning, "expires-soon"
		d.Summary = fmt.Sprintf("%s expires in %d days: its last day is %s", what, days, last)
		d.Fix = "plan its removal, or set a new date"
	default:
		return d, false, nil
	}
	return d, true, nil
}
