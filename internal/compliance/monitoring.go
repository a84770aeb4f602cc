package compliance

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

const flowLogType = "AWS::EC2::FlowLog"

// flowLogs says for each VPC which traffic its flow logs record.
func (c *collector) flowLogs() {
	logged := map[*cfn.Resource]bool{}
	for _, r := range c.ofType(flowLogType) {
		of := r.Get("ResourceId")
		kind, traffic := literal(r.Get("ResourceType")), literal(r.Get("TrafficType"))
		whole := kind == "VPC" && of.Kind != cfn.Choice
		if whole && traffic == "ALL" && of.Resource != nil {
			logged[of.Resource] = true
		}
		switch {
		case traffic == "" && !strings.HasPrefix(kind, "Transit"):
			c.resource(Unknown, r, "which traffic it records is known only at deployment")
		case !whole:
			c.resource(Idle, r, "it records one "+strings.ToLower(kind)+" only")
		case traffic == "ALL":
			c.resource(Acts, r, "it records all traffic of "+nameOf(of))
		default:
			c.resource(Idle, r, "it records only "+map[string]string{"ACCEPT": "accepted", "REJECT": "rejected"}[traffic]+" traffic")
		}
	}
	c.supplementary(logged)
	for _, v := range c.Topology.VPCs {
		if v.Resource != nil && !logged[v.Resource] {
			c.resource(Lacks, v.Resource, "no flow log of these templates records all of its traffic")
		}
	}
}

// nameOf names what a value refers to.
func nameOf(v cfn.Value) string {
	if v.Resource != nil {
		return pathOf(v.Resource)
	}
	if text, ok := v.Literal(); ok {
		return text
	}
	return v.String()
}

// supplementary takes what does not count back, for VPCs all of whose traffic is recorded by another log.
func (c *collector) supplementary(logged map[*cfn.Resource]bool) {
	for _, r := range c.ofType(flowLogType) {
		if !logged[r.Get("ResourceId").Resource] {
			continue
		}
		for i, e := range c.rows {
			if e.ID == r.ID && e.At == lineOf(r) && e.State == Idle {
				c.rows[i].State, c.rows[i].Shows = Acts, e.Shows+", beside a log of all traffic"
			}
		}
	}
}

// watched are the namespaces of metrics about traffic.
var watched = []string{
	"AWS/NetworkFirewall", "AWS/WAFV2", "AWS/NATGateway", "AWS/ApplicationELB", "AWS/NetworkELB", "AWS/PrivateLinkEndpoints", "AWS/VPN",
	"AWS/TransitGateway", "AWS/Route53Resolver", "AWS/DDoSProtection",
}

// alarms lists alarms about traffic that tell somebody.
func (c *collector) alarms() {
	own := map[string]bool{} // the namespaces of metrics that are made from logs
	for _, r := range c.ofType("AWS::Logs::MetricFilter") {
		for _, m := range r.Get("MetricTransformations").Items {
			own[literal(m.Get("MetricNamespace"))] = true
		}
	}
	for _, r := range c.ofType("AWS::CloudWatch::Alarm") {
		namespace := watchedBy(r, own)
		if namespace == "" {
			continue
		}
		state, shows := Acts, "it tells somebody about metrics of "+namespace
		switch {
		case len(r.Get("AlarmActions").Items) == 0 && r.Get("AlarmActions").IsMissing():
			state, shows = Idle, "it has no action: nobody is told"
		case strings.EqualFold(r.Get("ActionsEnabled").String(), "false"):
			state, shows = Idle, "its actions are off: nobody is told"
		}
		c.resource(state, r, shows)
	}
	for _, r := range c.ofType("AWS::GuardDuty::Detector") {
		c.resource(Idle, r, "its findings reach nobody by themselves")
	}
}

// watchedBy returns the namespace of the metrics about traffic that an alarm watches; empty if it watches none.
func watchedBy(r *cfn.Resource, own map[string]bool) string {
	namespaces := []string{literal(r.Get("Namespace"))}
	for _, m := range r.Get("Metrics").Items {
		namespaces = append(namespaces, literal(m.Get("MetricStat").Get("Metric").Get("Namespace")))
		for _, n := range watched {
			if strings.Contains(m.Get("Expression").String(), n) {
				return n
			}
		}
	}
	for _, n := range namespaces {
		if slices.Contains(watched, n) || n != "" && own[n] {
			return n
		}
	}
	return ""
}

// analysis lists what answers questions about traffic.
func (c *collector) analysis() {
	for _, kind := range []struct{ kind, shows string }{
		{"AWS::Athena::NamedQuery", "a query of Athena"}, {"AWS::CloudWatch::InsightRule", "Contributor Insights"},
		{"AWS::EC2::NetworkInsightsAnalysis", "an analysis of Reachability Analyzer"}, {"AWS::EC2::NetworkInsightsAccessScope",
			"an access scope of Network Access Analyzer"},
		{"AWS::Logs::QueryDefinition", "a saved query of CloudWatch Logs Insights"},
	} {
		for _, r := range c.ofType(kind.kind) {
			c.resource(Acts, r, kind.shows)
		}
	}
}

// findingSources are the sources of events about suspicious traffic.
var findingSources = []string{"aws.guardduty", "aws.cloudwatch", "aws.network-firewall", "aws.securityhub", "aws.wafv2"}

// response lists rules of EventBridge that hand findings to something that acts.
func (c *collector) response() {
	for _, r := range c.ofType("AWS::Events::Rule") {
		var sources []string
		for _, s := range r.Get("EventPattern").Get("source").Items {
			if slices.Contains(findingSources, literal(s)) {
				sources = append(sources, literal(s))
			}
		}
		if len(sources) == 0 {
			continue
		}
		handler, events := c.handler(r), "events of "+strings.Join(sources, ", ")+" reach "
		switch {
		case literal(r.Get("State")) == "DISABLED":
			c.resource(Idle, r, "it is switched off")
		case handler == "dry run":
			c.resource(Idle, r, events+"the response, which is a dry run: it decides and does nothing")
		case handler == "":
			c.resource(Idle, r, events+"no function and no state machine: people are told, and nothing responds")
		default:
			c.resource(Acts, r, events+handler)
		}
	}
}

// handler names what a rule of EventBridge starts. It is "dry run" for a response that only says what it would do.
func (c *collector) handler(rule *cfn.Resource) string {
	name := ""
	for _, t := range rule.Get("Targets").Items {
		target := t.Get("Arn").Resource
		if target == nil {
			continue
		}
		if target.Type == "AWS::SQS::Queue" {
			for _, m := range c.ofType("AWS::Lambda::EventSourceMapping") {
				if m.Get("EventSourceArn").Resource == target && m.Get("FunctionName").Resource != nil {
					target = m.Get("FunctionName").Resource
					break
				}
			}
		}
		switch target.Type {
		case "AWS::Lambda::Function":
			name = pathOf(target)
			if isDryRun(target) {
				return "dry run"
			}
		case "AWS::StepFunctions::StateMachine", "AWS::SSM::Document":
			name = pathOf(target)
		}
	}
	return name
}

// isDryRun reports whether a function is a response of tierwall that does not enforce.
func isDryRun(r *cfn.Resource) bool {
	text := r.Get("Environment").Get("Variables").Get("RESPONSE").String()
	return strings.Contains(strings.ReplaceAll(text, `\"`, `"`), `"Enforce":false`)
}

// review lists what reminds people of a review, or checks what is deployed. Whether somebody reviews, no template shows.
func (c *collector) review() {
	for _, r := range c.ofType("AWS::Config::ConfigRule") {
		c.resource(Acts, r, "AWS Config checks what is deployed")
	}
	for _, r := range c.ofType("AWS::EC2::NetworkInsightsAccessScope") {
		c.resource(Acts, r, "an access scope, if somebody starts its analysis")
	}
	for _, r := range c.ofType("AWS::Scheduler::Schedule") {
		if target := r.Get("Target").Get("Arn").Resource; target != nil && target.Type == "AWS::SNS::Topic" {
			c.resource(Acts, r, "a message at a set time: "+literal(r.Get("ScheduleExpression")))
		}
	}
	c.attach("the dated minutes of reviews, for example with the output of \"tierwall review\"")
}
