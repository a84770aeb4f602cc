package alarms

import (
	"github.com/tierwall/tierwall/internal/alarm"
)

// TransitLayer is the layer of the transit gateways.
const TransitLayer = "Transit gateways"

// transit watches the attachments to transit gateways. Metrics: Amazon VPC Transit Gateways Guide, "CloudWatch metrics".
func (b *builder) transit() {
	for _, id := range b.Attachments {
		metric := func(name string) alarm.Metric {
			return alarm.Metric{Namespace: "AWS/TransitGateway", Name: name, Statistic: alarm.Sum, Dimensions: []alarm.Dimension{
				symbol("TransitGateway", alarm.Symbol(TransitID+id)), symbol("TransitGatewayAttachment", alarm.Symbol(AttachmentID+id)),
			}}
		}
		dropped := alarm.Alarm{Layer: TransitLayer, Periods: 3, Breaching: 3, Comparison: alarm.AtLeast, Threshold: 100}
		a := dropped
		a.ID, a.Title, a.Signal = "Transit."+id+".NoRoute", "The transit gateway has no route", alarm.Of(metric("PacketDropCountNoRoute"))
		a.Meaning = "For 15 minutes the transit gateway has dropped packets of this network, because its route table has no route for them."
		a.Remedy = "Look at the route table that the attachment is associated with. Add the route, or remove the flow if its peer is gone."
		b.alarm(a)
		a = dropped
		a.ID, a.Title, a.Signal = "Transit."+id+".Blackhole", "The transit gateway drops into a blackhole",
			alarm.Of(metric("PacketDropCountBlackhole"))
		a.Meaning = "For 15 minutes the transit gateway has dropped packets of this network at a blackhole route: a static one, or one to an " +
			"attachment that is gone."
		a.Remedy = "Look for blackhole routes in the route table that the attachment is associated with."
		b.alarm(a)
		b.graph(Graph{Layer: TransitLayer, Title: id, Lines: []Line{
			{"bytes in", metric("BytesIn")}, {"bytes out", metric("BytesOut")},
			{"dropped without a route", metric("PacketDropCountNoRoute")}, {"dropped at a blackhole", metric("PacketDropCountBlackhole")}}})
	}
}
