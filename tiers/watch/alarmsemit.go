package watch

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/plan/alarms"
)

// group makes a construct for the children of one kind, so that the ids of different kinds cannot collide.
func (a *NetworkAlarms) group(id string) constructs.Construct {
	a.made = append(a.made, id)
	return constructs.NewConstruct(a, &id)
}

// emit makes the resources.
func (a *NetworkAlarms) emit() {
	if a.recorder != nil && len(a.watch.Selectors) > 0 {
		a.emitTrail(a.group("Trail"))
	}
	b := &batch.Batch{}
	filters, queries, rules := a.group("Filters"), a.group("Queries"), a.group("Contributors")
	for _, f := range a.watch.Filters {
		a.emitFilter(b, filters, f)
	}
	arns, scope, topic := map[string]*string{}, a.group("Of"), a.topic.TopicArn()
	for _, x := range a.watch.Alarms {
		made := b.Make(batch.Resource{Scope: scope, ID: x.ID, New: awscloudwatch.NewCfnAlarm, Props: a.alarm(x, topic)})
		arns[x.ID] = batch.Get[string](b, made, "attrArn")
	}
	for _, q := range a.watch.Queries {
		b.Make(batch.Resource{Scope: queries, ID: q.ID, New: awslogs.NewCfnQueryDefinition, Props: &awslogs.CfnQueryDefinitionProps{
			Name: new(*a.problems.Name("") + "/" + q.Name), QueryString: new(q.Text.Resolve(a.value)),
			LogGroupNames: &[]any{new(a.value(q.Log))},
		}})
	}
	b.Run()
	for _, i := range a.watch.Insights {
		scope := constructs.NewConstruct(rules, &i.ID)
		awscloudwatch.NewCfnInsightRule(scope, new("Resource"), &awscloudwatch.CfnInsightRuleProps{
			RuleName: construct.Name(scope, ""), RuleState: new("ENABLED"), RuleBody: a.json(i.RuleBody(a.value(i.Log))),
		})
	}
	if !a.props.NoDashboard {
		a.emitDashboard(arns)
	}
}

// json writes a value that may have tokens in it.
func (a *NetworkAlarms) json(v any) *string { return a.problems.Stack.ToJsonString(v, nil) }

func (a *NetworkAlarms) emitFilter(b *batch.Batch, scope constructs.Construct, f alarms.Filter) {
	transformation := &awslogs.CfnMetricFilter_MetricTransformationProperty{
		MetricNamespace: new("Tierwall/" + *a.problems.Name("")), MetricName: &f.ID, MetricValue: new("1"),
	}
	if f.Zero {
		transformation.DefaultValue = new(0.0)
	}
	b.Make(batch.Resource{Scope: scope, ID: f.ID, New: awslogs.NewCfnMetricFilter, Props: &awslogs.CfnMetricFilterProps{
		LogGroupName: new(a.value(f.Log)), FilterPattern: new(f.Pattern.Resolve(a.value)), MetricTransformations: []any{transformation},
	}})
}

// alarm returns an alarm that sends its messages to the topic with an ARN.
func (a *NetworkAlarms) alarm(x alarm.Alarm, arn *string) *awscloudwatch.CfnAlarmProps {
	topic := &[]any{arn}
	p := &awscloudwatch.CfnAlarmProps{
		AlarmDescription: new(x.Description()), ComparisonOperator: new(string(x.Comparison)), TreatMissingData: new(string(x.Missing)),
		EvaluationPeriods: new(float64(x.Periods)), DatapointsToAlarm: new(float64(x.Breaching)), AlarmActions: topic, OkActions: topic,
	}
	if x.ReportsSilence {
		p.InsufficientDataActions = topic
	}
	if x.Band > 0 {
		p.ThresholdMetricId = new("band")
	} else {
		p.Threshold = &x.Threshold
	}
	if x.Signal.IsOneMetric() && x.Band == 0 {
		m := x.Signal.Metrics[0]
		p.Namespace, p.MetricName, p.Statistic, p.Period = &m.Namespace, &m.Name, new(string(m.Statistic)), new(float64(x.Period))
		p.Dimensions = a.dimensions(m)
	} else {
		p.Metrics = a.metrics(x)
	}
	return p
}

// metrics returns the queries of an alarm: its metrics, the expression over them, and the band around it.
func (a *NetworkAlarms) metrics(x alarm.Alarm) []any {
	var out []any
	add := func(q awscloudwatch.CfnAlarm_MetricDataQueryProperty) { out = append(out, &q) }
	judged := "signal"
	switch {
	case x.Signal.Query != nil:
		add(awscloudwatch.CfnAlarm_MetricDataQueryProperty{
			Id: &judged, Expression: new(x.Signal.Query.Resolve(a.value)), Period: new(float64(x.Period)), ReturnData: new(true),
		})
	case x.Signal.IsOneMetric():
		judged = alarm.Variable(0)
	default:
		add(awscloudwatch.CfnAlarm_MetricDataQueryProperty{
			Id: &judged, Expression: new(x.Signal.Expression(x.Period)), Label: &x.Title, ReturnData: new(true),
		})
	}
	for i, m := range x.Signal.Metrics {
		id := alarm.Variable(i)
		add(awscloudwatch.CfnAlarm_MetricDataQueryProperty{
			Id: &id, ReturnData: new(id == judged),
			MetricStat: &awscloudwatch.CfnAlarm_MetricStatProperty{
				Metric: &awscloudwatch.CfnAlarm_MetricProperty{Namespace: &m.Namespace, MetricName: &m.Name, Dimensions: a.dimensions(m)},
				Period: new(float64(x.Period)), Stat: new(string(m.Statistic)),
			},
		})
	}
	if x.Band > 0 {
		add(awscloudwatch.CfnAlarm_MetricDataQueryProperty{
			Id: new("band"), Expression: new(fmt.Sprintf("ANOMALY_DETECTION_BAND(%s, %g)", judged, x.Band)), Label: new("expected"),
			ReturnData: new(true),
		})
	}
	return out
}

// dimensions returns the dimensions of a metric, or nil if it has none.
func (a *NetworkAlarms) dimensions(m alarm.Metric) any {
	if len(m.Dimensions) == 0 {
		return nil
	}
	var out []any
	for _, d := range m.Dimensions {
		out = append(out, &awscloudwatch.CfnAlarm_DimensionProperty{Name: &d.Name, Value: new(a.value(d.Value))})
	}
	return out
}
