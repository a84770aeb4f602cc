package webacl

import (
	"fmt"
	"slices"
	"strings"
)

// Logging is what is logged of a web ACL (AWS::WAFv2::LoggingConfiguration).
type Logging struct {
	ResourceArn           string
	LogDestinationConfigs []string
	RedactedFields        []Field        `json:",omitempty"`
	LoggingFilter         *LoggingFilter `json:",omitempty"`
}

// LoggingFilter says which requests are logged.
type LoggingFilter struct {
	DefaultBehavior string // KEEP or DROP
	Filters         []LogFilter
}

// LogFilter is what becomes of requests that meet conditions.
type LogFilter struct {
	Behavior    string // KEEP or DROP
	Requirement string // MEETS_ALL or MEETS_ANY
	Conditions  []LogCondition
}

// LogCondition is something that requests meet: just one member is set.
type LogCondition struct {
	ActionCondition    *ActionCondition    `json:",omitempty"`
	LabelNameCondition *LabelNameCondition `json:",omitempty"`
}

// ActionCondition is what became of a request: ALLOW, BLOCK, COUNT, CAPTCHA, CHALLENGE or EXCLUDED_AS_COUNT.
type ActionCondition struct{ Action string }

// LabelNameCondition is a label of a request, with its prefix.
type LabelNameCondition struct{ LabelName string }

// logPrefix is what the names of all destinations begin with (AWS WAF Developer Guide, "Logging destinations").
const logPrefix = "aws-waf-logs-"

// CheckLogging returns all that AWS refuses about the logging of a web ACL.
func CheckLogging(l Logging, scope string) []Problem {
	c := &checker{acl: true, scope: scope}
	if len(l.LogDestinationConfigs) != 1 {
		c.failAt("log-destination", "LogDestinationConfigs", "the number of destinations is not usable", fmt.Sprintf("got %d; a web ACL has one", len(l.LogDestinationConfigs)), "")
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
			c.failAt("redaction", where, "a field cannot be redacted", "got "+members(f)[0]+"; allowed are UriPath, QueryString, SingleHeader and Method", "hide it with DataProtectionConfig")
		}
	}
	if l.LoggingFilter != nil {
		c.filter(l.LoggingFilter)
	}
	return c.found
}

func (c *checker) destination(arn string) {
	if IsToken(arn) {
		return
	}
	parts := strings.Split(arn, ":")
	name := parts[len(parts)-1]
	switch {
	case len(parts) < 6 || parts[0] != "arn" || !slices.Contains([]string{"logs", "s3", "firehose"}, parts[2]):
		c.failAt("log-destination", "LogDestinationConfigs", "a destination is not usable", fmt.Sprintf("got %.200q; allowed is the ARN of a log group, a bucket or a delivery stream", arn), "")
		return
	case parts[2] == "logs" && name == "*":
		c.failAt("log-destination", "LogDestinationConfigs", "the ARN of a log group ends with :*", "got "+arn, "leave :* out")
		return
	}
	if parts[2] == "firehose" {
		name = strings.TrimPrefix(name, "deliverystream/")
	}
	if !strings.HasPrefix(name, logPrefix) {
		c.failAt("log-destination", "LogDestinationConfigs", "the name of a destination is not usable", fmt.Sprintf("got %q; it begins with %s", name, logPrefix), "")
	}
}

func (c *checker) filter(f *LoggingFilter) {
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
				c.enum("log-filter", where+".Conditions", condition.ActionCondition.Action, "ALLOW", "BLOCK", "COUNT", "CAPTCHA", "CHALLENGE", "EXCLUDED_AS_COUNT")
			case !IsToken(condition.LabelNameCondition.LabelName) && !strings.HasPrefix(condition.LabelNameCondition.LabelName, "awswaf:"):
				c.failAt("log-filter", where+".Conditions", "a label has no prefix", fmt.Sprintf("got %q", condition.LabelNameCondition.LabelName), "write awswaf:<account>:webacl:<name>: in front of it")
			}
		}
	}
}
