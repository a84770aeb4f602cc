package check

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// Logging reports what AWS rejects in the logging configuration of a web ACL.
func Logging(l webacl.Logging, scope string) []webacl.Problem {
	c := &checker{acl: true, scope: scope}
	if len(l.LogDestinationConfigs) != 1 {
		c.failAt("log-destination", "LogDestinationConfigs", "the number of destinations is not usable",
			fmt.Sprintf("got %d; a web ACL has one", len(l.LogDestinationConfigs)), "")
	}
	for _, d := range l.LogDestinationConfigs {
		c.destination(d)
	}
	for i, f := range l.RedactedFields {
		where := fmt.Sprintf("RedactedFields[%d]", i)
		if !c.one("redaction", where, "a redacted field", f) {
			continue
		}
		if f.UriPath == nil && f.QueryString == nil && f.SingleHeader == nil && f.Method == nil {
			c.failAt("redaction", where, "a field cannot be redacted",
				"got "+members(f)[0]+"; allowed are UriPath, QueryString, SingleHeader and Method", "protect it with DataProtectionConfig")
		}
	}
	if l.LoggingFilter != nil {
		c.filter(l.LoggingFilter)
	}
	return c.found
}

// destinations are the kinds of log destinations, by the service in their ARNs.
var destinations = map[string]string{"logs": "log group", "s3": "bucket", "firehose": "delivery stream"}

func (c *checker) destination(arn string) {
	parts := strings.Split(webacl.MaskTokens(arn), ":")
	if len(parts) == 1 && strings.HasPrefix(parts[0], webacl.Hole) {
		return // The whole ARN is known only at deployment.
	}
	name := parts[len(parts)-1]
	what, ok := "", false
	if len(parts) >= 6 && parts[0] == "arn" {
		what, ok = destinations[parts[2]]
	}
	switch {
	case len(parts) >= 3 && strings.HasPrefix(parts[2], webacl.Hole):
		return
	case !ok:
		c.failAt("log-destination", "LogDestinationConfigs", "a destination is not usable",
			fmt.Sprintf("got %.200q; allowed is the ARN of a log group, a bucket or a delivery stream", arn), "")
		return
	case parts[2] == "logs" && name == "*":
		c.failAt("log-destination", "LogDestinationConfigs", "the ARN of a log group ends with :*", "got "+arn, "remove :*")
		return
	}
	if parts[2] == "firehose" {
		name = strings.TrimPrefix(name, "deliverystream/")
	}
	beginning, whole := webacl.KnownBeginning(name)
	c.found = append(c.found, LogName(what, beginning, whole)...)
}

// LogName reports what AWS rejects in the name of a log destination. Beginning is the name or, if whole is false, the known beginning of
// it. what is the kind of destination: "log group".
func LogName(what, beginning string, whole bool) []webacl.Problem {
	prefix := webacl.LogPrefix
	if strings.HasPrefix(beginning, prefix) || !whole && strings.HasPrefix(prefix, beginning) {
		return nil
	}
	got := fmt.Sprintf("got %q", beginning)
	if !whole {
		got = fmt.Sprintf("got a name that begins with %q", beginning)
	}
	return []webacl.Problem{{
		Kind: "log-destination", Where: "LogDestinationConfigs", Summary: "the name of a " + what + " is not usable", Detail: got +
			"; allowed are names that begin with " + webacl.LogPrefix,
		Fix: "name the " + what + " " + webacl.LogPrefix + " and something of your own",
	}}
}

// GeneratedLogName is the problem of a log destination whose name CloudFormation generates.
func GeneratedLogName(what string) webacl.Problem {
	return webacl.Problem{
		Kind: "log-destination", Where: "LogDestinationConfigs", Summary: "the name of a " + what + " is not usable",
		Detail: "CloudFormation generates its name, which begins with the stack's name; allowed are names that begin with " + webacl.LogPrefix,
		Fix:    "name the " + what + " " + webacl.LogPrefix + " and something of your own",
	}
}

func (c *checker) filter(f *webacl.LoggingFilter) {
	c.enum("log-filter", "LoggingFilter.DefaultBehavior", f.DefaultBehavior, "KEEP", "DROP")
	if len(f.Filters) == 0 {
		c.failAt("log-filter", "LoggingFilter.Filters", "a filter is empty", "", "leave LoggingFilter out")
	}
	for i, one := range f.Filters {
		where := fmt.Sprintf("LoggingFilter.Filters[%d]", i)
		c.enum("log-filter", where+".Behavior", one.Behavior, "KEEP", "DROP")
		c.enum("log-filter", where+".Requirement", one.Requirement, "MEETS_ALL", "MEETS_ANY")
		if len(one.Conditions) == 0 {
			c.failAt("log-filter", where+".Conditions", "a filter has no conditions", "", "")
		}
		for _, condition := range one.Conditions {
			if !c.one("log-filter", where+".Conditions", "a condition", condition) {
				continue
			}
			switch {
			case condition.ActionCondition != nil:
				c.enum("log-filter", where+".Conditions", condition.ActionCondition.Action, "ALLOW", "BLOCK", "COUNT", "CAPTCHA", "CHALLENGE",
					"EXCLUDED_AS_COUNT")
			case !webacl.IsToken(condition.LabelNameCondition.LabelName) && !strings.HasPrefix(condition.LabelNameCondition.LabelName, "awswaf:"):
				c.failAt("log-filter", where+".Conditions", "a label lacks its prefix", fmt.Sprintf("got %q", condition.LabelNameCondition.LabelName),
					"write awswaf:<account>:webacl:<name>: in front of it")
			}
		}
	}
}
