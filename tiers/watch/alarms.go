package watch

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// AlarmsProps configures [Alarms]; nil is the zero AlarmsProps. It makes a topic, a dashboard, and the alarms that need no log of another
// construct.
type AlarmsProps struct {
	// Topic gets a message when an alarm goes off and when it is over. nil makes an encrypted topic. If the topic is yours, its policy, and
	// the policy of its key, must let cloudwatch.amazonaws.com publish; CloudWatch cannot publish to a topic with the key alias/aws/sns.
	Topic awssns.ITopic
	// FlowLog is the log group of a VPC flow log of the whole network, with rejected traffic. nil makes no alarms and queries about rejected
	// connections. If it has nothing but rejected traffic, it may be silent on a healthy network: a log of [FlowLogs] then has no alarm
	// about silence; for another one, put FlowLogSilence into Off.
	FlowLog awslogs.ILogGroup
	// FlowLogFields are the fields of the flow log in their order, in AWS's words: "subnet-id". nil is AWS's default format, version 2.
	// It has no subnet-id, so rejected connections are then counted for the network and not for each tier.
	FlowLogFields []string
	// DeniedCalls is the log group of a CloudTrail trail with network activity events of the services that have VPC endpoints, errorCode
	// VpceAccessDenied. nil makes no alarm about calls that policies of VPC endpoints deny, unless RecordDeniedCalls is set.
	DeniedCalls awslogs.ILogGroup
	// RecordDeniedCalls makes such a trail, for the VPC endpoints of the network alone, with a log group and a bucket that keep the events for
	// 90 days. AWS charges for each event; without denied calls there are none. DeniedCalls must be nil.
	RecordDeniedCalls bool
	// Contributors makes rules of CloudWatch Contributor Insights, which rank what the firewall drops and what is rejected most. AWS charges
	// for each rule and for each event that matches, so a scan from the internet can become expensive.
	Contributors bool
	// NoDashboard makes no dashboard.
	NoDashboard bool
	// Off are alarms that are left out, by the ids that [NetworkAlarms.IDs] returns. An unknown id fails synthesis.
	Off []string
	// Thresholds replace thresholds, by the ids of alarms. If an alarm compares with the past, the number is the floor below which it never
	// goes off. Numbers must be above 0. An unknown id fails synthesis.
	Thresholds map[string]float64
}

// NetworkAlarms are the alarms of a network, with their topic, dashboard, metric filters and queries.
type NetworkAlarms struct {
	constructs.Construct
	core     *wiring.Network
	props    AlarmsProps
	topic    awssns.ITopic
	denied   awslogs.ILogGroup // nil without
	recorder *recorder         // of denied calls; nil without
	watch    alarms.Watch
	nested   bool              // whether the alarms are in a nested stack
	used     map[string]string // values of the symbols that the last synthesis used
	made     []string          // ids of children, from the last synthesis
	wrong    []string          // what is wrong with the settings
	size     string            // what is too large for CloudFormation
	problems report.Problems
}

// alarmsID is the construct id of the alarms in the network.
const alarmsID = "Alarms"

// Alarms makes alarms for everything that a network has: its load balancers, web ACLs, network firewall, NAT gateways, VPC endpoints and
// tiers. No alarm goes off on a network that is healthy and quiet. The description of each alarm says what it means and what to do. Where
// the right threshold depends on the network, the alarm compares with the network's own past, above a floor.
//
// Alarms also makes metric filters on the logs that it knows, saved queries that name the tiers, and one dashboard with a row for each
// layer. The dashboard says what is not watched, and so does [NetworkAlarms.NotWatched].
//
// Call it once for a network; the order of the calls does not matter. Subscribe to the topic: without a subscription nobody gets the
// messages. Mistakes in props fail synthesis. A nil network panics, and so does a call after synthesis.
func Alarms(network *tiers.Network, props *AlarmsProps) *NetworkAlarms {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of alarms is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	a := &NetworkAlarms{core: wiring.NetworkOf(network)}
	if props != nil {
		a.props = *props
	}
	id, free := take(network, alarmsID, at)
	a.core.Watch(a.fill)
	scope, nested := a.core.WatchScope(id)
	a.nested = nested
	constructs.NewConstruct_Override(a, scope, &id)
	a.problems.Attach(a, at)
	if !free {
		addTaken(&a.problems, alarmsID, "alarms", at)
	}
	a.problems.Later = append(a.problems.Later, a.check)
	if a.topic = a.props.Topic; a.topic == nil {
		a.topic = a.makeTopic()
	}
	if a.denied = a.props.DeniedCalls; a.denied == nil && a.props.RecordDeniedCalls {
		a.recorder = a.makeRecorder()
		a.denied = a.recorder.group
	}
	a.record(network)
	return a
}

// Topic returns the topic that gets the messages.
func (a *NetworkAlarms) Topic() awssns.ITopic { return a.topic }

// IDs returns the ids of the alarms, sorted. It returns nil before the first synthesis. The ids do not change when other tiers, zones or
// flows are added.
func (a *NetworkAlarms) IDs() []string {
	var out []string
	for _, x := range a.watch.Alarms {
		out = append(out, x.ID)
	}
	return out
}

// NotWatched returns sentences about what has no alarm, and why. It returns nil before the first synthesis.
func (a *NetworkAlarms) NotWatched() []string { return slices.Clone(a.watch.Gaps) }

// check reports what is wrong with the props.
func (a *NetworkAlarms) check() {
	for _, wrong := range a.wrong {
		a.problems.Add("alarms", "the settings of the alarms do not fit the network", wrong, "correct Off and Thresholds", a.problems.At)
	}
	if a.size != "" {
		a.problems.Add("stack-size", "the alarms do not fit into a stack", a.size,
			"leave out FlowLog, which has an alarm, a filter and a query for each tier; or before the first deployment, set the network's Layout "+
				"to tiers.NestedStacks", a.problems.At)
	}
	if a.props.FlowLog == nil && a.props.FlowLogFields != nil {
		a.problems.Add("alarms", "the fields of a flow log are given, but no flow log", "", "set FlowLog, or remove FlowLogFields", a.problems.At)
	}
	if a.props.DeniedCalls != nil && a.props.RecordDeniedCalls {
		a.problems.Add("alarms", "DeniedCalls and RecordDeniedCalls are both set", "one of them says where the events are",
			"remove RecordDeniedCalls to use your trail, or remove DeniedCalls", a.problems.At)
	}
	if problem := flowlogs.CheckNames(a.props.FlowLogFields); problem != "" {
		a.problems.Add("alarms", "the fields of a flow log are not valid", problem, "copy the fields from the format of the flow log",
			a.problems.At)
	}
}

// fill makes the alarms for a plan, in place of those for the previous one.
func (a *NetworkAlarms) fill(p *plan.Plan) {
	for _, id := range a.made {
		a.Node().TryRemoveChild(&id)
	}
	a.made = nil
	n := alarms.Network{
		Plan: p, Namespace: "Tierwall/" + *a.problems.Name(""), Fields: a.fields(), Denials: a.denied != nil,
		Insights: a.props.Contributors, RejectedOnly: a.props.FlowLog != nil && a.core.IsRejectedLog(a.props.FlowLog.LogGroupName()),
	}
	if f, ok := a.core.WatchedFirewall(); ok {
		n.Firewall = &alarms.Firewall{Alerts: f.AlertLog != nil, Threats: f.Threats, TLS: f.TLS}
	}
	for _, b := range a.core.Balancers() {
		n.Balancers = append(n.Balancers, alarms.Balancer{Tier: b.Tier, ID: b.ID, Application: b.Application})
	}
	for _, t := range a.core.Attachments() {
		n.Attachments = append(n.Attachments, t.ID)
	}
	a.watch = alarms.Of(n)
	a.wrong = a.watch.Apply(alarms.Settings{Off: a.props.Off, Thresholds: a.props.Thresholds})
	a.used = map[string]string{}
	a.emit()
	a.size = alarms.TooLarge("alarms", a.nested, p.Resources(), a.watch.Resources()+alarms.OtherResources, len(a.used))
}

// fields returns the fields of the flow log, or nil if there is none or its fields are not valid.
func (a *NetworkAlarms) fields() []string {
	if a.props.FlowLog == nil {
		return nil
	}
	return flowlogs.GivenNames(a.props.FlowLogFields)
}

// value returns the value of a symbol. It panics if there is none; the wiring reports that as a defect.
func (a *NetworkAlarms) value(o arch.Operand) string {
	if !o.Symbolic {
		return o.Text
	}
	if _, known := a.used[o.Text]; !known {
		v := a.symbol(alarms.SplitSymbol(o))
		if v == nil {
			panic("no value for " + o.Text)
		}
		a.used[o.Text] = *v
	}
	return a.used[o.Text]
}

// symbol returns the value of a symbol by its kind and key, or nil if there is none.
func (a *NetworkAlarms) symbol(kind, key string) *string {
	switch kind {
	case alarms.VPC:
		return a.core.Vpc().VpcId()
	case alarms.Region:
		return a.problems.Stack.Region()
	case alarms.FlowLog:
		return a.props.FlowLog.LogGroupName()
	case alarms.DenialLog:
		return a.denied.LogGroupName()
	case alarms.FirewallName, alarms.AlertLog:
		f, _ := a.core.WatchedFirewall()
		if kind == alarms.AlertLog {
			return f.AlertLog
		}
		return f.Name
	case alarms.NATGateway:
		return a.core.NATGatewayID(key)
	case alarms.SubnetID:
		return a.core.SubnetID(key)
	case alarms.SubnetRange:
		return a.core.SubnetRange(key)
	case alarms.WebACLName:
		return a.core.WebACLMetric(key)
	case alarms.EndpointID:
		return a.core.EndpointID(endpointKey(key))
	case alarms.TransitID, alarms.AttachmentID:
		return a.transit(kind, key)
	case alarms.BalancerName:
		for _, b := range a.core.Balancers() {
			if b.Tier+"/"+b.ID == key {
				return b.Name
			}
		}
	}
	return nil
}

// transit returns the id of a transit gateway or of the attachment to it, by the id of the attachment's construct; nil if there is none.
func (a *NetworkAlarms) transit(kind, id string) *string {
	for _, t := range a.core.Attachments() {
		switch {
		case t.ID != id:
		case kind == alarms.TransitID:
			return t.Gateway
		default:
			return t.By
		}
	}
	return nil
}

// endpointKey returns the endpoint of a symbol's key: "ssm", or "/s3" for a gateway endpoint.
func endpointKey(key string) arch.EndpointKey {
	if key[0] == '/' {
		return arch.EndpointKey{Service: key[1:], Gateway: true}
	}
	return arch.EndpointKey{Service: key}
}
