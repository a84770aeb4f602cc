package waf

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
	"github.com/tierwall/tierwall/tiers/logs"
)

// LoggingProps configures the logs of a web ACL (CloudFormation, AWS::WAFv2::LoggingConfiguration); nil is the zero LoggingProps, which
// logs all requests to a new log group.
type LoggingProps struct {
	// To is the destination. AWS requires that its name begins with aws-waf-logs- and that a bucket has no prefix. AWS adds the statements
	// that it needs to the policy of a bucket. The zero value is a new log group.
	To logs.Destination
	// Retention is how long a new log group keeps its events; empty is THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
	// Key encrypts a new log group. If it is nil, CloudWatch Logs encrypts with a key of its own.
	Key awskms.IKey
	// RedactHeaders are the headers whose values are removed from the logs. nil stands for authorization and cookie; an empty list removes
	// nothing.
	RedactHeaders []string
	// RedactQueryString removes the query string from the logs.
	RedactQueryString bool
	// RedactPath removes the path from the logs.
	RedactPath bool
	// Filters say which requests are logged. The first filter that matches a request decides; nil logs all requests.
	Filters []LogFilter
	// DropRest does not log requests that no filter matches.
	DropRest bool
}

// LogFilter says whether requests with some actions or labels are logged.
type LogFilter struct {
	// Drop does not log the requests. Otherwise they are logged.
	Drop bool
	// Actions are actions that the web ACL applied to the request.
	Actions []LogAction
	// Labels are labels of the request: labels of the web ACL's own rules, such as "known:bot", or full names that begin with "awswaf:".
	Labels []string
	// All matches a request that meets all of Actions and Labels. Otherwise a request matches that meets one of them.
	All bool
}

// LogAction is an action as it appears in logs (AWS WAF API Reference, ActionCondition).
type LogAction string

// The actions in logs.
const (
	LoggedAllow     LogAction = "ALLOW"
	LoggedBlock     LogAction = "BLOCK"
	LoggedCount     LogAction = "COUNT"
	LoggedCaptcha   LogAction = "CAPTCHA"
	LoggedChallenge LogAction = "CHALLENGE"
	// LoggedExcludedAsCount is the match of a rule in a rule group whose action was overridden to count.
	LoggedExcludedAsCount LogAction = "EXCLUDED_AS_COUNT"
)

func (w *WebACL) log(props *LoggingProps) {
	if props == nil {
		props = &LoggingProps{}
	}
	if props.To.IsNone() {
		return
	}
	var ready []constructs.IDependable
	arn := props.To.Firehose()
	switch bucket, prefix := props.To.Bucket(); {
	case bucket != nil:
		arn = *bucket.BucketArn()
		if prefix != "" {
			w.problems.Add("waf-log-destination", "the logs of a web ACL cannot have a prefix in a bucket",
				fmt.Sprintf("got %.200q", prefix), "use an empty prefix", w.problems.At)
		}
	case arn == "":
		group := props.To.LogGroup()
		if group == nil {
			// The name is fixed.
			group = construct.MakeLogGroup(&w.problems.Problems, construct.LogGroup{
				ID: "Logs", Name: webacl.LogPrefix + w.content.Name, Retention: props.Retention, Key: props.Key,
			})
		}
		arn = *construct.LogGroupARN(group)
		ready = append(ready, construct.LetLogsBeDelivered(&w.problems.Problems, group))
	}
	l := webacl.Logging{ResourceArn: *w.arn, LogDestinationConfigs: []string{arn}, RedactedFields: redacted(props),
		LoggingFilter: w.filter(props)}
	w.problems.report(check.Logging(l, string(w.scope)))
	w.checkLoggedNames(props)
	w.checkLogName(props.To)
	b := &batch.Batch{}
	made := b.Make(batch.Resource{
		Scope: w, ID: "Logging", New: awswafv2.NewCfnLoggingConfiguration, Needs: ready,
		Props: &awswafv2.CfnLoggingConfigurationProps{ResourceArn: w.arn, LogDestinationConfigs: &[]any{arn}},
	})
	if len(l.RedactedFields) > 0 {
		b.Override(made, "RedactedFields", l.RedactedFields)
	}
	if l.LoggingFilter != nil {
		b.Override(made, "LoggingFilter", l.LoggingFilter)
	}
	b.Run()
	w.problems.Made("web ACL logging", "Logging", func() map[string]any { return properties(l).(map[string]any) })
}

// checkLoggedNames reports CDK tokens in place of names that the web ACL completes: headers are written in lower case, and labels with the
// namespace of the web ACL.
func (w *WebACL) checkLoggedNames(props *LoggingProps) {
	fail := func(what, name string) {
		if webacl.IsToken(name) {
			w.problems.Add("waf-log-name", what+" of the logs of a web ACL is known only at deployment", "the name must be known at synthesis",
				"write the name as a literal", w.problems.At)
		}
	}
	for _, name := range props.RedactHeaders {
		fail("a redacted header", name)
	}
	for _, f := range props.Filters {
		for _, label := range f.Labels {
			if !strings.HasPrefix(label, "awswaf:") {
				fail("a label in a filter", label)
			}
		}
	}
}

func redacted(props *LoggingProps) []webacl.Field {
	var out []webacl.Field
	if props.RedactHeaders == nil {
		out = webacl.SecretHeaders()
	}
	for _, name := range props.RedactHeaders {
		out = append(out, webacl.Field{SingleHeader: &webacl.Named{Name: strings.ToLower(name)}})
	}
	if props.RedactQueryString {
		out = append(out, QueryString.model)
	}
	if props.RedactPath {
		out = append(out, URIPath.model)
	}
	return out
}

// labelNamespace returns the beginning of the full names of the web ACL's own labels.
func (w *WebACL) labelNamespace() *string {
	b := &batch.Batch{}
	namespace := batch.Get[string](b, b.Child(w, "Resource"), "attrLabelNamespace")
	b.Run()
	return namespace
}

func (w *WebACL) filter(props *LoggingProps) *webacl.LoggingFilter {
	if len(props.Filters) == 0 {
		return nil
	}
	behavior := map[bool]string{false: "KEEP", true: "DROP"}
	out := &webacl.LoggingFilter{DefaultBehavior: behavior[props.DropRest]}
	for _, f := range props.Filters {
		one := webacl.LogFilter{Behavior: behavior[f.Drop], Requirement: "MEETS_ANY"}
		if f.All {
			one.Requirement = "MEETS_ALL"
		}
		for _, a := range f.Actions {
			one.Conditions = append(one.Conditions, webacl.LogCondition{ActionCondition: &webacl.ActionCondition{Action: string(a)}})
		}
		for _, l := range f.Labels {
			if !strings.HasPrefix(l, "awswaf:") {
				l = *w.labelNamespace() + l
			}
			one.Conditions = append(one.Conditions, webacl.LogCondition{LabelNameCondition: &webacl.LabelNameCondition{LabelName: l}})
		}
		out.Filters = append(out.Filters, one)
	}
	return out
}
