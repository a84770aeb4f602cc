package flowlogs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/flowlog/fieldname"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Problem is a mistake in choices.
type Problem struct{ Rule, Summary, Detail, Fix string }

// checker collects problems.
type checker struct {
	Choices
	arch.Dialect
	problems []Problem
}

func (c *checker) fail(rule, summary, detail, fix string) {
	c.problems = append(c.problems, Problem{"flow-log-" + rule, summary, detail, fix})
}

// Check returns the mistakes in choices, in the words of a dialect. usable says whether the destination can be made.
func (c Choices) Check(d arch.Dialect) (problems []Problem, usable bool) {
	k := &checker{c, d, nil}
	k.fields()
	if i := c.Interval; i != 0 && i != shortInterval && i != longInterval {
		k.fail("interval", "the interval of flow logs is not valid", fmt.Sprintf("got %s; allowed are 1 and 10 minutes", i),
			k.Say("write time.Minute, or leave it out for 10 minutes", "write interval: 60, or leave it out for 600 seconds"))
	}
	k.kept()
	usable = k.destination()
	return k.problems, usable
}

// fields reports fields that AWS rejects.
func (c *checker) fields() {
	known := fieldname.All()
	for _, name := range c.Fields {
		switch _, ofTag := slices.BinarySearch(tagFields, name); {
		case ofTag:
			c.fail("field", "the field "+name+" needs the key of a tag", "AWS rejects a format with it without one",
				c.Say("set TierTag for interface-tag with the tag Tier, and remove the field from Fields",
					"write tierTag: true for interface-tag with the tag Tier, and remove the field from fields"))
		case !slices.Contains(known, name):
			fix := "write a name of the VPC User Guide, \"Flow log records\", without ${}"
			if near := catalog.Nearest(name, known); near != "" {
				fix = "write " + near
			}
			c.fail("field", "a field of flow logs is unknown", fmt.Sprintf("got %.60q", name), fix)
		}
	}
}

// tagFields are the fields with values of tags.
var tagFields = []string{"asg-tag", "asg-tag-2", "instance-tag", "instance-tag-2", tagField, "interface-tag-2"}

// kept reports mistakes in what concerns a new bucket or log group.
func (c *checker) kept() {
	given := c.To != New
	if given && (c.Retention != 0 || c.Key) {
		c.fail("destination",
			c.Say("flow logs with a destination have a Retention or Key", "flow logs with a destination have a retention or key"),
			c.Say("these are for the bucket or log group that FlowLogs makes", "these are for a new bucket or log group"),
			c.Say("set them where the destination is made, or leave To out", "set them where the destination is made, or remove to"))
	}
	if c.PlainText && (c.NewLogGroup || given && c.To != Bucket) {
		c.fail("destination", c.Say("PlainText is set, but the flow logs do not go to a bucket",
			"plainText is set, but the flow logs do not go to a bucket"),
			"they are always text elsewhere", c.Say("leave out PlainText", "remove plainText"))
	}
	switch kept := int(c.Retention / day); {
	case c.Retention < 0 || c.Retention%day != 0:
		c.fail("retention", "the retention of flow logs is not valid", fmt.Sprintf("got %s; allowed are whole days", c.Retention),
			c.Say("write it in days: 30 * 24 * time.Hour", "write it in days, as in retention: 30"))
	case c.NewLogGroup && kept != 0 && !slices.Contains(catalog.LogRetentionDays, kept):
		allowed := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(catalog.LogRetentionDays)), ", "), "[]")
		c.fail("retention", "CloudWatch Logs does not accept the retention of flow logs",
			fmt.Sprintf("got %d days; allowed are %s", kept, allowed),
			c.Say("choose one of these: 90 * 24 * time.Hour", "choose one of these, as in retention: 90"))
	}
}

var (
	streamARN = lazyregexp.New(`^arn:[a-z-]+:firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/[A-Za-z0-9_.-]{1,64}$`)
	// keyPrefix leaves out what has a meaning in a policy: wildcards and variables.
	keyPrefix = lazyregexp.New(`^[A-Za-z0-9!_.'()=-]+(/[A-Za-z0-9!_.'()=-]+)*/?$`)
)

// IsKeyPrefix reports whether a text can be the prefix of the keys of logs in a bucket.
func IsKeyPrefix(text string) bool { return keyPrefix.MatchString(text) }

// destination reports whether the destination is usable.
func (c *checker) destination() bool {
	fail := func(summary, detail, fix string) bool {
		c.fail("destination", summary, detail, fix)
		return false
	}
	switch {
	case c.To == None:
		return fail("the flow logs have no destination", c.Say("logs.None keeps no logs", "none keeps no logs"),
			c.Say("leave To out to make a bucket, or remove the call of watch.FlowLogs", "remove to for a new bucket, or remove flowLogs"))
	case c.NewLogGroup && c.To != New:
		return fail(c.Say("NewLogGroup and To are both set", "newLogGroup and to are both set"), "flow logs have one destination",
			"remove one of them")
	case c.ARN != "" && !arch.IsToken(c.ARN) && !streamARN.MatchString(c.ARN):
		return fail("the destination of flow logs is not the ARN of a delivery stream", fmt.Sprintf("got %.200q", c.ARN),
			`write it in the form "arn:aws:firehose:eu-west-1:123456789012:deliverystream/name"`)
	case c.Prefix != "" && !arch.IsToken(c.Prefix) && !IsKeyPrefix(c.Prefix):
		return fail("the prefix of flow logs in their bucket is not valid",
			fmt.Sprintf("got %.200q; allowed are letters, digits and !_.'()=- between slashes", c.Prefix), `write it in the form "network/shop"`)
	case slices.Contains(strings.Split(c.Prefix, "/"), "AWSLogs"):
		return fail("the prefix of flow logs in their bucket has the name AWSLogs", "AWS reserves it, and adds it to each key itself",
			"leave AWSLogs out of the prefix")
	}
	return true
}
