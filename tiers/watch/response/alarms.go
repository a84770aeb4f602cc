package response

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// makeAlarms makes the alarms about the response itself.
func (r *Response) makeAlarms() {
	queue := func(name *string) []any { return []any{dimension("QueueName", name)} }
	r.alarm("DeadLettersAlarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", queue(r.dead.QueueName()), 1, 1,
		"Events could not be delivered or handled, so something may not be blocked. What to do: read the messages in the queue and the log of "+
			"the function, remove the cause, and start a redrive of the queue.")
	r.alarm("QueueAlarm", "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", queue(r.queue.QueueName()), 900, 3,
		"Events wait longer than 15 minutes. What to do: read the log of the function.")
	r.alarm("ErrorsAlarm", "AWS/Lambda", "Errors", "Sum", []any{dimension("FunctionName", r.function.Ref())}, 1, 3,
		"The function fails again and again. What to do: read its log.")
	namespace := new("Tierwall/" + *r.problems.Name(""))
	awslogs.NewCfnMetricFilter(r, new("Incomplete"), &awslogs.CfnMetricFilterProps{
		LogGroupName: r.logs.LogGroupName(),
		FilterPattern: new(`{ $.msg = "set incomplete" || $.msg = "the rate limit lets records wait" || $.msg = "malformed item" || ` +
			`$.msg = "feed without a list" }`),
		MetricTransformations: []any{&awslogs.CfnMetricFilter_MetricTransformationProperty{
			MetricNamespace: namespace, MetricName: new("Incomplete"), MetricValue: new("1"), DefaultValue: new(0.0),
		}},
	})
	r.alarm("IncompleteAlarm", *namespace, "Incomplete", "Sum", nil, 1, 3,
		"Not everything that should be blocked is blocked: a set is full, more was found than PerHour allows, or a feed has had no good "+
			"list for 7 days. What to do: read the log of the function; raise PerHour, or correct or leave out a feed.")
}

func dimension(name string, value *string) any {
	return &awscloudwatch.CfnAlarm_DimensionProperty{Name: &name, Value: value}
}

// alarm makes an alarm that goes off if a metric reaches a threshold in some periods of five minutes.
func (r *Response) alarm(id, namespace, metric, statistic string, dimensions []any, threshold, periods float64, meaning string) {
	p := &awscloudwatch.CfnAlarmProps{
		AlarmDescription: &meaning, Namespace: &namespace, MetricName: &metric, Statistic: &statistic, Period: new(300.0),
		EvaluationPeriods: &periods, Threshold: &threshold, ComparisonOperator: new("GreaterThanOrEqualToThreshold"),
		TreatMissingData: new("notBreaching"),
	}
	if dimensions != nil {
		p.Dimensions = dimensions
	}
	if r.props.Topic != nil {
		p.AlarmActions, p.OkActions = &[]any{r.props.Topic.TopicArn()}, &[]any{r.props.Topic.TopicArn()}
	}
	awscloudwatch.NewCfnAlarm(r, &id, p)
}
