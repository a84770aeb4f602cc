package webacl

import (
	"fmt"
	"regexp"
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

// LogPrefix is what the names of all destinations begin with (AWS WAF Developer Guide, "Logging destinations").
const LogPrefix = "aws-waf-logs-"

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

// destinations are the kinds of destinations, by the service in their ARNs.
var destinations = map[string]string{"logs": "log group", "s3": "bucket", "firehose": "delivery stream"}

func (c *checker) destination(arn string) {
	parts := strings.Split(tokens.ReplaceAllString(arn, token), ":")
	if len(parts) == 1 && strings.HasPrefix(parts[0], token) {
		return // The whole ARN is known to the deployment alone.
	}
	name := parts[len(parts)-1]
	what, ok := "", false
	if len(parts) >= 6 && parts[0] == "arn" {
		what, ok = destinations[parts[2]]
	}
	switch {
	case len(parts) >= 3 && strings.HasPrefix(parts[2], token):
		return
	case !ok:
		c.failAt("log-destination", "LogDestinationConfigs", "a destination is not usable", fmt.Sprintf("got %.200q; allowed is the ARN of a log group, a bucket or a delivery stream", arn), "")
		return
	case parts[2] == "logs" && name == "*":
		c.failAt("log-destination", "LogDestinationConfigs", "the ARN of a log group ends with :*", "got "+arn, "leave :* out")
		return
	}
	if parts[2] == "firehose" {
		name = strings.TrimPrefix(name, "deliverystream/")
	}
	beginning, whole := KnownBeginning(name)
	c.found = append(c.found, CheckLogName(what, beginning, whole)...)
}

// KnownBeginning is a text up to the first part of it that a deployment alone knows, and whether that is the whole text.
func KnownBeginning(text string) (beginning string, whole bool) {
	beginning, _, cut := strings.Cut(tokens.ReplaceAllString(text, token), token)
	return beginning, !cut
}

// tokens are the parts of a text that a deployment alone knows; token stands for one.
var tokens = regexp.MustCompile(`\$\{[^}]*\}|\{\{resolve:[^}]*\}\}|#\{[^}]*\}`)

const token = "\x00"

// CheckLogName returns what AWS refuses about the name of a destination for logs. Beginning is the name, or what is known of its beginning
// if whole is false; what says what it is: "log group".
func CheckLogName(what, beginning string, whole bool) []Problem {
	if strings.HasPrefix(beginning, LogPrefix) || !whole && strings.HasPrefix(LogPrefix, beginning) {
		return nil
	}
	got := fmt.Sprintf("got %q", beginning)
	if !whole {
		got = fmt.Sprintf("got a name that begins with %q", beginning)
	}
	return []Problem{{
		Kind: "log-destination", Where: "LogDestinationConfigs", Summary: "the name of a " + what + " is not usable", Detail: got +
			"; allowed are names that begin with " + LogPrefix,
		Fix: "name the " + what + " " + LogPrefix + " and something of your own",
	}}
}

// GeneratedLogName is the problem with a destination whose name CloudFormation generates.
func GeneratedLogName(what string) Problem {
	return Problem{
		Kind: "log-destination", Where: "LogDestinationConfigs", Summary: "the name of a " + what + " is not usable",
		Detail: "CloudFormation generates its name, which begins with the stack's; allowed are names that begin with " + LogPrefix,
		Fix:    "name the " + what + " " + LogPrefix + " and something of your own",
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
