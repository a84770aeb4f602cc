package watch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// check records the mistakes in props. It reports whether the destination is usable.
func (f *FlowLog) check() (usable bool) {
	f.checkFields()
	if i := f.props.Interval; i != 0 && i != time.Minute && i != 10*time.Minute {
		f.problems.Add("flow-log-interval", "the interval of flow logs is not valid", fmt.Sprintf("got %s; allowed are 1 and 10 minutes", i),
			"write time.Minute, or leave it out for 10 minutes", f.problems.At)
	}
	f.checkKept()
	return f.checkDestination()
}

const day = 24 * time.Hour

// checkKept reports mistakes in what concerns a new bucket or log group.
func (f *FlowLog) checkKept() {
	p := &f.props
	given := !p.To.IsNew()
	bucket, _ := p.To.Bucket()
	if given && (p.Retention != 0 || p.Key != nil) {
		f.problems.Add("flow-log-destination", "flow logs with a destination have a Retention or Key",
			"these are for the bucket or log group that FlowLogs makes", "set them where the destination is made, or leave To out", f.problems.At)
	}
	if p.PlainText && (p.NewLogGroup || given && bucket == nil) {
		f.problems.Add("flow-log-destination", "PlainText is set, but the flow logs do not go to a bucket", "they are always text elsewhere",
			"leave out PlainText", f.problems.At)
	}
	switch kept := int(p.Retention / day); {
	case p.Retention < 0 || p.Retention%day != 0:
		f.problems.Add("flow-log-retention", "the retention of flow logs is not valid",
			fmt.Sprintf("got %s; allowed are whole days", p.Retention), "write it in days: 30 * 24 * time.Hour", f.problems.At)
	case p.NewLogGroup && kept != 0 && calls.Retention(kept) == "":
		allowed := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(calls.RetentionDays())), ", "), "[]")
		f.problems.Add("flow-log-retention", "CloudWatch Logs does not accept the retention of flow logs",
			fmt.Sprintf("got %d days; allowed are %s", kept, allowed), "choose one of these: 90 * 24 * time.Hour", f.problems.At)
	}
}

// days returns the days that a new destination keeps logs. It is the default if the stated retention is not valid.
func (f *FlowLog) days() int {
	kept := int(f.props.Retention / day)
	if kept <= 0 || f.props.NewLogGroup && calls.Retention(kept) == "" {
		return 90
	}
	return kept
}

var (
	streamARN = lazyregexp.New(`^arn:[a-z-]+:firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/[A-Za-z0-9_.-]{1,64}$`)
	// keyPrefix leaves out what has a meaning in a policy: wildcards and variables.
	keyPrefix = lazyregexp.New(`^[A-Za-z0-9!_.'()=-]+(/[A-Za-z0-9!_.'()=-]+)*/?$`)
)

// checkDestination reports whether the destination is usable.
func (f *FlowLog) checkDestination() bool {
	to := f.props.To
	_, prefix := to.Bucket()
	stream := to.Firehose()
	fail := func(summary, detail, fix string) bool {
		f.problems.Add("flow-log-destination", summary, detail, fix, f.problems.At)
		return false
	}
	switch {
	case to.IsNone():
		return fail("the flow logs have no destination", "logs.None keeps no logs",
			"leave To out to make a bucket, or remove the call of watch.FlowLogs")
	case f.props.NewLogGroup && !to.IsNew():
		return fail("NewLogGroup and To are both set", "flow logs have one destination", "remove one of them")
	case stream != "" && !arch.IsToken(stream) && !streamARN.MatchString(stream):
		return fail("the destination of flow logs is not the ARN of a delivery stream", fmt.Sprintf("got %.200q", stream),
			`write it in the form "arn:aws:firehose:eu-west-1:123456789012:deliverystream/name"`)
	case prefix != "" && !arch.IsToken(prefix) && !keyPrefix.MatchString(prefix):
		return fail("the prefix of flow logs in their bucket is not valid",
			fmt.Sprintf("got %.200q; allowed are letters, digits and !_.'()=- between slashes", prefix), `write it in the form "network/shop"`)
	case slices.Contains(strings.Split(prefix, "/"), "AWSLogs"):
		return fail("the prefix of flow logs in their bucket has the name AWSLogs", "AWS reserves it, and adds it to each key itself",
			"leave AWSLogs out of the prefix")
	}
	return true
}
