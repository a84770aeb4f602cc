package alarms

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/alarm"
)

// BalancerLayer is the layer of the load balancers.
const BalancerLayer = "Load balancers"

// balancers watches the load balancers of edge tiers. Metrics: Elastic Load Balancing User Guides, "CloudWatch metrics".
func (b *builder) balancers() {
	balancers := slices.SortedFunc(slices.Values(b.Balancers), func(x, y Balancer) int {
		return cmp.Or(cmp.Compare(x.Tier, y.Tier), cmp.Compare(x.ID, y.ID))
	})
	for _, l := range balancers {
		namespace := "AWS/NetworkELB"
		if l.Application {
			namespace = "AWS/ApplicationELB"
		}
		id, name := "Balancer."+l.Tier+"."+l.ID, "load balancer "+l.ID+" of "+l.Tier
		metric := func(metric string) alarm.Metric {
			return alarm.Metric{Namespace: namespace, Name: metric, Statistic: alarm.Sum,
				Dimensions: []alarm.Dimension{symbol("LoadBalancer", alarm.Symbol(BalancerName+l.Tier+"/"+l.ID))}}
		}
		sustained := alarm.Alarm{Layer: BalancerLayer, Periods: 3, Breaching: 2, Comparison: alarm.AtLeast, Threshold: 1}
		if l.Application {
			a := sustained
			a.ID, a.Title, a.Signal = id+".Rejected", "The "+name+" rejects connections", alarm.Of(metric("RejectedConnectionCount"))
			a.Meaning = "The " + name + " has rejected connections because it had reached its maximum number of connections."
			a.Remedy = "If the dashboard of requests shows a flood, block its sources in the web ACL. Otherwise ask AWS to scale the load balancer."
			b.alarm(a)
			b.graph(Graph{Layer: BalancerLayer, Title: l.Tier + "/" + l.ID, Lines: []Line{
				{"requests", metric("RequestCount")}, {"rejected connections", metric("RejectedConnectionCount")}}})
			continue
		}
		a := sustained
		a.ID, a.Title, a.Signal = id+".Ports", "The "+name+" has no free port", alarm.Of(metric("PortAllocationErrorCount"))
		a.Meaning = "The " + name + " had no free source port for connections to its targets, so these connections failed."
		a.Remedy = "Add targets, because each one has its own ports."
		b.alarm(a)
		a = sustained
		a.ID, a.Title, a.Signal = id+".Rejected", "The "+name+" rejects flows", alarm.Of(metric("RejectedFlowCount"))
		a.Meaning = "The " + name + " has rejected flows. AWS reports this if it cannot accept more, or if its targets are not reachable."
		a.Remedy = "Look at the health of the targets and at the number of flows."
		b.alarm(a)
		b.graph(Graph{Layer: BalancerLayer, Title: l.Tier + "/" + l.ID, Lines: []Line{
			{"new flows", metric("NewFlowCount")}, {"rejected flows", metric("RejectedFlowCount")},
			{"blocked TCP from clients", metric("SecurityGroupBlockedFlowCount_Inbound_TCP")},
			{"blocked TCP to targets", metric("SecurityGroupBlockedFlowCount_Outbound_TCP")}}})
	}
}
