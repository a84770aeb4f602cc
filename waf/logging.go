package waf

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
	"github.com/tierwall/tierwall/tiers/logs"
)

// LoggingProps say where a web ACL's logs go, and what is in them; nil is the zero LoggingProps.
type LoggingProps struct {
	// To is where logs go; its name begins with aws-waf-logs-, and in a bucket there is no prefix. The zero value is a log group that is
	// made. AWS adds to a bucket's policy what it needs.
	To logs.Destination
	// Retention is how long a log group that is made keeps its events; empty is THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
	// Key encrypts a log group that is made; nil leaves it encrypted by CloudWatch Logs' own key.
	Key awskms.IKey
	// RedactHeaders are headers whose values are left out; nil is authorization and cookie, an empty list none.
	RedactHeaders []string
	// RedactQueryString leaves the query string out, RedactPath the path.
	RedactQueryString, RedactPath bool
	// Filters say which requests are logged, the first that fits; nil logs all.
	Filters []LogFilter
	// DropRest leaves out what no filter fits.
	DropRest bool
}

// LogFilter is what becomes of some requests.
type LogFilter struct {
	Drop bool // or else they are kept
	// Actions are what became of them.
	Actions []LogAction
	// Labels are those that they have: the web ACL's own, or with AWS's prefix those of groups.
	Labels []string
	// All asks for all of Actions and Labels, not one of them.
	All bool
}

// LogAction is what became of a request, as logs say it.
type LogAction string

// The actions.
const (
	LoggedAllow           LogAction = "ALLOW"
	LoggedBlock           LogAction = "BLOCK"
	LoggedCount           LogAction = "COUNT"
	LoggedCaptcha         LogAction = "CAPTCHA"
	LoggedChallenge       LogAction = "CHALLENGE"
	LoggedExcludedAsCount LogAction = "EXCLUDED_AS_COUNT" // a rule of a group that was told to count
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
			w.problems.Add("waf-log-destination", "the logs of a web ACL have no prefix in a bucket", "got "+prefix, "leave it empty", w.problems.At)
		}
	case arn == "":
		group := props.To.LogGroup()
		if group == nil {
			group = w.makeLogGroup(props)
		}
		arn = groupARN(group)
		ready = append(ready, construct.LetLogsBeDelivered(w, group))
	}
	l := webacl.Logging{ResourceArn: *w.arn, LogDestinationConfigs: []string{arn}, RedactedFields: redacted(props),
		LoggingFilter: w.filter(props)}
	w.problems.report(check.Logging(l, string(w.scope)))
	w.checkLogName(props.To)
	cfn := awswafv2.NewCfnLoggingConfiguration(w, new("Logging"), &awswafv2.CfnLoggingConfigurationProps{ResourceArn: w.arn,
		LogDestinationConfigs: &[]any{arn}})
	report.Made("web ACL logging", cfn, w.problems.At, func() map[string]any {
		return properties(l).(map[string]any)
	})
	if len(l.RedactedFields) > 0 {
		cfn.AddPropertyOverride(new("RedactedFields"), properties(l.RedactedFields))
	}
	if l.LoggingFilter != nil {
		cfn.AddPropertyOverride(new("LoggingFilter"), properties(l.LoggingFilter))
	}
	cfn.Node().AddDependency(ready...)
}

// groupARN is the ARN of a log group as WAF takes it: CDK's ends with :*.
func groupARN(group awslogs.ILogGroup) string {
	return *group.Stack().FormatArn(&awscdk.ArnComponents{
		Service: new("logs"), Resource: new("log-group"), ResourceName: group.LogGroupName(), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

func (w *WebACL) makeLogGroup(props *LoggingProps) awslogs.ILogGroup {
	retention := props.Retention
	if retention == "" {
		retention = awslogs.RetentionDays_THREE_MONTHS
	}
	// The name is fixed: a first deployment that fails takes the group away again, so that the next one can make it.
	p := &awslogs.LogGroupProps{LogGroupName: new(webacl.LogPrefix + w.content.Name), Retention: retention,
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE}
	if props.Key != nil {
		p.EncryptionKey = props.Key
		construct.LetLogsUse(props.Key)
	}
	group := awslogs.NewLogGroup(w, new("Logs"), p)
	report.MadeLogGroup(group, w.problems.At)
	return group
}

func redacted(props *LoggingProps) []webacl.Field {
	names := props.RedactHeaders
	if names == nil {
		names = []string{"authorization", "cookie"}
	}
	var out []webacl.Field
	for _, name := range names {
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
				l = *w.cfn.AttrLabelNamespace() + l
			}
			one.Conditions = append(one.Conditions, webacl.LogCondition{LabelNameCondition: &webacl.LabelNameCondition{LabelName: l}})
		}
		out.Filters = append(out.Filters, one)
	}
	return out
}
