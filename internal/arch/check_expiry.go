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
	last, err := time.Parse(dateLayout, f.Expires)
	if err != nil {
		c.failFlow(f.Flow, "expires", "an expiry is not a date",
			fmt.Sprintf("got %q, allowed is year-month-day, as in \"2027-01-31\"", f.Expires), "")
		return
	}
	d := diag.Diagnostic{Subject: c.m.Network.Subject(f.SubjectString())}
	days := int(last.Sub(c.today).Hours() / 24)
	switch {
	case days < 0:
		d.Severity, d.Rule = diag.Finding, "expired"
		d.Summary = fmt.Sprintf("the flow has expired: its last day was %s", f.Expires)
		d.Fix = "remove it, or set a new date"
	case days <= soon:
		d.Severity, d.Rule = diag.Warning, "expires-soon"
		d.Summary = fmt.Sprintf("the flow expires in %d days: its last day is %s", days, f.Expires)
		d.Fix = "plan its removal, or set a new date"
	default:
		return
	}
	if f.Owner != "" {
		d.Detail = "owner: " + f.Owner
	}
	c.add(c.m.Network.FlowPath(f.Flow), f.At, d)
}
