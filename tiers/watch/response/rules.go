package response

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// makeRules makes the rules of EventBridge that send events to the queue.
func (r *Response) makeRules() {
	if len(r.props.Findings) > 0 {
		var types []any
		for _, f := range r.props.Findings {
			if start, open := strings.CutSuffix(f.Type, "*"); open {
				types = append(types, map[string]any{"prefix": start})
			} else {
				types = append(types, f.Type)
			}
		}
		r.rule("Findings", nil, map[string]any{
			"source": []any{"aws.guardduty"}, "detail-type": []any{"GuardDuty Finding"},
			"detail": map[string]any{"type": types, "service": map[string]any{"archived": []any{false}}},
		})
	}
	if len(r.props.Alarms) > 0 {
		var names []any
		for _, a := range r.props.Alarms {
			names = append(names, a.Name)
		}
		r.rule("Alarms", nil, map[string]any{
			"source": []any{"aws.cloudwatch"}, "detail-type": []any{"CloudWatch Alarm State Change"},
			"detail": map[string]any{"alarmName": names, "state": map[string]any{"value": []any{"ALARM"}}},
		})
	}
	r.rule("EveryMinute", new("rate(1 minute)"), nil)
	// CloudFormation may have written a set. Only the end of a change is of interest.
	r.rule("Stack", nil, map[string]any{
		"source": []any{"aws.cloudformation"}, "detail-type": []any{"CloudFormation Stack Status Change"},
		"detail": map[string]any{
			"stack-id":       []any{awscdk.Stack_Of(r).StackId()},
			"status-details": map[string]any{"status": []any{map[string]any{"suffix": "_COMPLETE"}}},
		},
	})
}

// rule makes a rule that sends events to the queue. What cannot be sent goes to the dead letters.
func (r *Response) rule(id string, schedule *string, pattern any) {
	rule := awsevents.NewCfnRule(r, &id, &awsevents.CfnRuleProps{
		ScheduleExpression: schedule, EventPattern: pattern, State: new("ENABLED"),
		Description: new(fmt.Sprintf("Automated response of %s: %s", r.core.Path(), id)),
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Id: new("Queue"), Arn: r.queue.QueueArn(), DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: r.dead.QueueArn()},
		}},
	})
	r.rules = append(r.rules, rule)
	for _, queue := range []awssqs.Queue{r.queue, r.dead} {
		queue.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(new("events.amazonaws.com"), nil)},
			Actions:    &[]*string{new("sqs:SendMessage")}, Resources: &[]*string{queue.QueueArn()},
			Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": rule.AttrArn()}},
		}))
	}
}

// ruleName is the name of a web ACL or of a rule in it.
var ruleName = lazyregexp.New(`^[A-Za-z0-9_-]{1,128}$`)

// makeSubscriptions lets the logs of web ACLs call the function. Each log group gets one subscription, for the records that name a rule.
func (r *Response) makeSubscriptions() {
	filters := map[string][]string{} // rules, by the path of the log group
	var groups []awslogs.ILogGroup
	for _, w := range r.props.WebACLRules {
		if w.Log == nil {
			r.problems.Add("response", "a rule of a web ACL has no log group", fmt.Sprintf("the rule is %.100q", w.Rule),
				"set Log to the log group of the web ACL", r.problems.At)
			continue
		}
		if !ruleName.MatchString(w.Rule) || !ruleName.MatchString(w.WebACL) {
			r.problems.Add("response", "the name of a web ACL or of its rule is not valid", fmt.Sprintf("got %.100q and %.100q", w.WebACL, w.Rule),
				"set Name in the props of the web ACL, and use it: 1 to 128 letters, digits, hyphens and underscores", r.problems.At)
			continue
		}
		path := *w.Log.Node().Path()
		if filters[path] == nil {
			groups = append(groups, w.Log)
		}
		filters[path] = append(filters[path], w.Rule)
	}
	for i, group := range groups {
		arn := awscdk.Stack_Of(r).FormatArn(&awscdk.ArnComponents{
			Service: new("logs"), Resource: new("log-group"), ResourceName: new(*group.LogGroupName() + ":*"),
			ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})
		permission := awslambda.NewCfnPermission(r, new(fmt.Sprintf("Logs%dPermission", i+1)), &awslambda.CfnPermissionProps{
			Action: new("lambda:InvokeFunction"), FunctionName: r.function.Ref(), Principal: new("logs.amazonaws.com"), SourceArn: arn,
			SourceAccount: awscdk.Stack_Of(r).Account(),
		})
		subscription := awslogs.NewCfnSubscriptionFilter(r, new(fmt.Sprintf("Logs%d", i+1)), &awslogs.CfnSubscriptionFilterProps{
			LogGroupName: group.LogGroupName(), DestinationArn: r.function.AttrArn(), FilterPattern: new(anyOf(filters[*group.Node().Path()])),
		})
		subscription.Node().AddDependency(permission)
	}
}

// anyOf is a filter pattern for records with one of some texts.
func anyOf(texts []string) string {
	var terms []string
	for _, t := range texts {
		term := fmt.Sprintf("%q", t)
		if len(texts) > 1 {
			term = "?" + term
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, " ")
}
