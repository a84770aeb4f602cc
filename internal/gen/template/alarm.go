package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/plan/alarms"
)

// alarmsScope is the path of the alarms. With nested stacks, they are in one of their own.
const alarmsScope = "Alarms"

// alarmMaker makes alarms.
type alarmMaker struct {
	*renderer
	Alarms
	holes
	watch  alarms.Watch
	topics []any // what the alarms notify
	name   string
}

// alarms makes the alarms of the network, and what they need. What is wrong with the settings is reported with the plan.
func (r *renderer) alarms(choices Alarms) {
	a := &alarmMaker{renderer: r, Alarms: choices, name: r.name(alarmsScope, "")}
	n := choices.Network
	n.Plan, n.Namespace, n.Attachments = r.p, "Tierwall/"+a.name, slices.Sorted(maps.Keys(r.p.TransitGateways(r.in.stage())))
	a.watch = alarms.Of(n)
	a.watch.Apply(choices.Settings)
	a.topics = []any{r.topic(choices.Topic, alarmsScope, "Messages of the alarms of "+r.network.Path, []any{object{
		"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey*"}, "Principal": object{"Service": cloudWatch},
		"Resource": "*", "Sid": "AlarmsEncrypt",
	}}, func(arn any) []any {
		return []any{object{
			"Effect": "Allow", "Action": "sns:Publish", "Principal": object{"Service": cloudWatch}, "Resource": arn, "Sid": "AlarmsPublish",
			"Condition": object{
				"StringEquals": object{"aws:SourceAccount": r.account()}, "ArnLike": object{"aws:SourceArn": r.arn("cloudwatch", "alarm:*")},
			},
		}}
	})}
	if choices.Record {
		a.trail()
	}
	a.filters()
	for _, x := range a.watch.Alarms {
		a.put("Of/"+x.ID, "CloudWatch::Alarm", a.alarm(x))
	}
	if !choices.NoDashboard {
		body := a.watch.Dashboard(r.network.Path, a.value, func(id string) string { return a.hole(r.attribute(alarmsScope+"/Of/"+id, "Arn")) })
		a.put("Dashboard", "CloudWatch::Dashboard", object{"DashboardBody": script(body)})
	}
}

// cloudWatch is CloudWatch as a principal.
const cloudWatch = "cloudwatch.amazonaws.com"

// put adds a resource by its path under the alarms, with values in place of its holes.
func (a *alarmMaker) put(path, kind string, properties object) *Resource {
	return a.renderer.put(alarmsScope+"/"+path, kind, a.filled(properties).(object))
}

// filters makes the metric filters, the saved queries and the rules of Contributor Insights.
func (a *alarmMaker) filters() {
	for _, f := range a.watch.Filters {
		metric := object{"MetricNamespace": "Tierwall/" + a.name, "MetricName": f.ID, "MetricValue": "1"}
		if f.Zero {
			metric["DefaultValue"] = 0
		}
		a.put("Filters/"+f.ID, "Logs::MetricFilter", object{
			"LogGroupName": a.value(f.Log), "FilterPattern": f.Pattern.Resolve(a.value), "MetricTransformations": []any{metric},
		})
	}
	for _, q := range a.watch.Queries {
		a.put("Queries/"+q.ID, "Logs::QueryDefinition", object{
			"Name": a.name + "/" + q.Name, "QueryString": q.Text.Resolve(a.value), "LogGroupNames": []any{a.value(q.Log)},
		})
	}
	for _, i := range a.watch.Insights {
		a.put("Contributors/"+i.ID+"/Resource", "CloudWatch::InsightRule", object{
			"RuleName": a.renderer.name(alarmsScope+"/Contributors/"+i.ID, ""), "RuleState": "ENABLED",
			"RuleBody": script(i.RuleBody(a.value(i.Log))),
		})
	}
}

// alarm returns the properties of an alarm.
func (a *alarmMaker) alarm(x alarm.Alarm) object {
	out := object{
		"AlarmDescription": x.Description(), "ComparisonOperator": string(x.Comparison), "TreatMissingData": string(x.Missing),
		"EvaluationPeriods": x.Periods, "DatapointsToAlarm": x.Breaching, "AlarmActions": a.topics, "OKActions": slices.Clone(a.topics),
	}
	if x.ReportsSilence {
		out["InsufficientDataActions"] = slices.Clone(a.topics)
	}
	if x.Band > 0 {
		out["ThresholdMetricId"] = "band"
	} else {
		out["Threshold"] = x.Threshold
	}
	if !x.Signal.IsOneMetric() || x.Band > 0 {
		out["Metrics"] = a.metrics(x)
		return out
	}
	m := x.Signal.Metrics[0]
	out["Namespace"], out["MetricName"], out["Statistic"], out["Period"] = m.Namespace, m.Name, string(m.Statistic), x.Period
	if len(m.Dimensions) > 0 {
		out["Dimensions"] = a.dimensions(m)
	}
	return out
}

// metrics returns the queries of an alarm: its metrics, the expression over them, and the band around it.
func (a *alarmMaker) metrics(x alarm.Alarm) []any {
	var out []any
	judged := "signal"
	switch {
	case x.Signal.Query != nil:
		out = append(out, object{"Id": judged, "Expression": x.Signal.Query.Resolve(a.value), "Period": x.Period, "ReturnData": true})
	case x.Signal.IsOneMetric():
		judged = alarm.Variable(0)
	default:
		out = append(out, object{"Id": judged, "Expression": x.Signal.Expression(x.Period), "Label": x.Title, "ReturnData": true})
	}
	for i, m := range x.Signal.Metrics {
		metric := object{"Namespace": m.Namespace, "MetricName": m.Name}
		if len(m.Dimensions) > 0 {
			metric["Dimensions"] = a.dimensions(m)
		}
		id := alarm.Variable(i)
		out = append(out, object{
			"Id": id, "ReturnData": id == judged, "MetricStat": object{"Metric": metric, "Period": x.Period, "Stat": string(m.Statistic)},
		})
	}
	if x.Band > 0 {
		out = append(out, object{
			"Id": "band", "Expression": fmt.Sprintf("ANOMALY_DETECTION_BAND(%s, %g)", judged, x.Band), "Label": "expected", "ReturnData": true,
		})
	}
	return out
}

func (a *alarmMaker) dimensions(m alarm.Metric) []any {
	var out []any
	for _, d := range m.Dimensions {
		out = append(out, object{"Name": d.Name, "Value": a.value(d.Value)})
	}
	return out
}

// value returns an operand as a text, which may be a hole.
func (a *alarmMaker) value(o arch.Operand) string {
	if !o.Symbolic {
		return o.Text
	}
	return a.hole(a.symbolOf(alarms.SplitSymbol(o)))
}

// symbolOf returns the value of a symbol by its kind and key.
func (a *alarmMaker) symbolOf(kind, key string) any {
	switch kind {
	case alarms.VPC:
		return a.vpcID()
	case alarms.Region:
		return a.region()
	case alarms.FlowLog:
		return a.flowLogGroup()
	case alarms.DenialLog:
		if a.Record {
			return a.ref(recorderScope + "/LogGroup/Resource")
		}
		return given(a.Denied, "")
	case alarms.FirewallName:
		return a.renderer.name(firewallScope, a.in.Firewall.Name)
	case alarms.AlertLog:
		if group := a.in.Firewall.Alert.Group; group != nil {
			return given(group, "")
		}
		return a.ref(alertLogs + "/Resource")
	case alarms.NATGateway:
		return a.ref(natPath(a.natSubnet(key)))
	case alarms.SubnetID:
		return a.ref(subnetPath(key))
	case alarms.SubnetRange:
		return a.blocks[key]
	case alarms.WebACLName:
		return a.renderer.name(a.in.webACLPath(key), a.in.WebACLs[key].Name)
	case alarms.EndpointID:
		return a.ref(a.endpointPath(key))
	case alarms.AttachmentID:
		return a.attribute("Transit/"+key, "Id")
	case alarms.TransitID:
		return a.operand(a.p.TransitGateways(a.in.stage())[key].Operand)
	case alarms.BalancerName:
		tier, id, _ := strings.Cut(key, "/")
		return a.attribute(balancerPath(tier, id), "LoadBalancerFullName")
	}
	panic("template: no value for the symbol " + kind + key) // A defect: every kind is above.
}

func (a *alarmMaker) flowLogGroup() any {
	if a.FlowLog != "" {
		return a.ref(a.FlowLog + "/LogGroup/Resource")
	}
	return given(a.FlowLogGroup, "")
}

// natSubnet returns the subnet of a NAT gateway by its key.
func (r *renderer) natSubnet(key string) (found address.Subnet) {
	for _, s := range r.p.NAT {
		if s.Key == key {
			found = s
		}
	}
	return found
}

// endpointPath returns the path of an endpoint by its key in a symbol: "ssm", or "/s3" for a gateway endpoint.
func (r *renderer) endpointPath(key string) string {
	service, gateway := strings.CutPrefix(key, "/")
	for _, e := range r.p.VPCEndpoints {
		if e.Service == service && e.Gateway == gateway && !e.Imported {
			return endpointScope(e) + "/Resource"
		}
	}
	return ""
}
