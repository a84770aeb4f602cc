package alarms

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/alarm"
)

// NATLayer is the layer of the NAT gateways.
const NATLayer = "NAT gateways"

// nat watches the NAT gateways. Metrics and their meaning: Amazon VPC User Guide, "Monitor NAT gateways with Amazon CloudWatch".
func (b *builder) nat() {
	if b.model().Network.Wrapped {
		b.gap("The NAT gateways of an existing VPC are not in the plan, so they have no alarms.")
	}
	var bytes, connections Graph
	bytes.Layer, bytes.Title = NATLayer, "Bytes to the internet"
	connections.Layer, connections.Title = NATLayer, "Connections that were attempted and established"
	for _, s := range b.Plan.NAT {
		id, zone := fmt.Sprintf("NATSlot%d", s.Zone.Slot), s.Zone.Name
		metric := func(name string) alarm.Metric {
			return alarm.Metric{Namespace: "AWS/NATGateway", Name: name, Statistic: alarm.Sum,
				Dimensions: []alarm.Dimension{symbol("NatGatewayId", alarm.Symbol(NATGateway+s.Key))}}
		}
		b.alarm(alarm.Alarm{
			ID: id + "Ports", Layer: NATLayer, Title: "NAT gateway in " + zone + " has no free port",
			Signal: alarm.Of(metric("ErrorPortAllocation")), Periods: 3, Breaching: 2, Comparison: alarm.AtLeast, Threshold: 1,
			Meaning: "The NAT gateway in " + zone + " had no free source port for new connections, so these connections failed. " +
				"Too many connections to one destination are open at the same time.",
			Remedy: "Find the tier that opens them with the flow log. Reuse connections there, add addresses to the NAT gateway, or reach AWS " +
				"services through VPC endpoints.",
		})
		b.alarm(alarm.Alarm{
			ID: id + "Loss", Layer: NATLayer, Title: "NAT gateway in " + zone + " loses packets",
			Signal: alarm.Signal{
				Metrics: []alarm.Metric{metric("PacketsDropCount"), metric("PacketsInFromSource"), metric("PacketsInFromDestination")},
				Formula: alarm.Percent, Floor: 10,
			},
			Periods: 3, Breaching: 3, Comparison: alarm.Above, Threshold: 0.01,
			Meaning: "The NAT gateway in " + zone + " has dropped more than 0.01 percent of the packets for 15 minutes. AWS gives this as the " +
				"sign of a problem of the NAT gateway itself.",
			Remedy: "Look at the AWS Health dashboard. If it says nothing, open a case with AWS Support.",
		})
		b.alarm(alarm.Alarm{
			ID: id + "Bandwidth", Layer: NATLayer, Title: "NAT gateway in " + zone + " nears its bandwidth",
			Signal: alarm.Signal{
				Metrics: []alarm.Metric{metric("BytesInFromSource"), metric("BytesInFromDestination"), metric("BytesOutToSource"),
					metric("BytesOutToDestination")},
				Formula: alarm.Gigabits,
			},
			Periods: 3, Breaching: 3, Comparison: alarm.AtLeast, Threshold: 80,
			Meaning: "The NAT gateway in " + zone + " has carried 80 Gbit/s for 15 minutes. It scales to 100 Gbit/s and drops packets beyond.",
			Remedy:  "Give tiers with much traffic VPC endpoints, or spread the traffic over more zones.",
		})
		b.alarm(alarm.Alarm{
			ID: id + "Bytes", Layer: NATLayer, Title: "More data than usual leaves through the NAT gateway in " + zone,
			Signal: alarm.Signal{Metrics: []alarm.Metric{metric("BytesOutToDestination")}, Floor: 1e9},
			Period: hour, Periods: 3, Breaching: 2, Band: band,
			Meaning: "Tiers in " + zone + " send far more data to the internet than in the weeks before, and more than 1 GB an hour. It can be " +
				"a new version, a backup or stolen data. AWS charges for each GB.",
			Remedy: "Find the sender and the destination with the flow log. If the traffic is wanted and goes to AWS, add a VPC endpoint.",
		})
		bytes.Lines = append(bytes.Lines, Line{zone, metric("BytesOutToDestination")})
		connections.Lines = append(connections.Lines, Line{zone + " attempted", metric("ConnectionAttemptCount")},
			Line{zone + " established", metric("ConnectionEstablishedCount")})
	}
	b.graph(bytes)
	b.graph(connections)
}
