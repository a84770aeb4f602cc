package alarms

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
)

// EndpointLayer is the layer of the VPC endpoints.
const EndpointLayer = "VPC endpoints"

// endpoints watches the VPC endpoints and the endpoints of the firewall. Metrics: AWS PrivateLink Guide, "CloudWatch metrics for AWS
// PrivateLink".
func (b *builder) endpoints() {
	interfaces := len(b.Plan.Endpoints) > 0
	for _, e := range b.Plan.VPCEndpoints {
		interfaces = interfaces || !e.Gateway
	}
	if interfaces {
		b.alarm(alarm.Alarm{
			ID: "EndpointLoss", Layer: EndpointLayer, Title: "Endpoints in the VPC lose packets",
			Signal: alarm.Signal{Query: privateLink("PacketsDropped")}, Periods: 3, Breaching: 3, Comparison: alarm.AtLeast, Threshold: 100,
			Meaning: "Interface endpoints or firewall endpoints of the VPC have dropped at least 100 packets in 5 minutes, for 15 minutes. AWS " +
				"gives this as the sign that an endpoint or the service behind it is not healthy or overloaded.",
			Remedy: "Find the endpoint in the metrics of AWS/PrivateLinkEndpoints, then look at the AWS Health dashboard.",
		})
		b.graph(Graph{Layer: EndpointLayer, Title: "Packets dropped at endpoints", Query: privateLink("PacketsDropped")})
		b.graph(Graph{Layer: EndpointLayer, Title: "Bytes through endpoints", Query: privateLink("BytesProcessed")})
	}
	if len(b.Plan.VPCEndpoints) > 0 {
		b.denials()
	}
}

// privateLink returns a query for the total of a metric over all endpoints in the VPC. One query needs no list of the endpoints, and the
// endpoints of a firewall have service names that nobody knows before the deployment.
func privateLink(metric string) alarm.Text {
	return alarm.Text{
		{Text: "SELECT SUM(" + metric + `) FROM SCHEMA("AWS/PrivateLinkEndpoints", "Endpoint Type", "Service Name", "VPC Endpoint Id", ` +
			`"VPC Id") WHERE "VPC Id" = '`}, vpcID, {Text: "'"},
	}
}

// maxPattern is the maximum length of a filter's pattern (Amazon CloudWatch Logs API Reference, PutMetricFilter).
const maxPattern = 1024

// isTooLong reports whether a pattern can be too long when the deployment knows its symbols, which are ids.
func isTooLong(pattern alarm.Text) bool {
	longest := pattern.Resolve(func(arch.Operand) string { return strings.Repeat("x", len("subnet-0123456789abcdef0")) })
	return len(longest) > maxPattern
}

// denials watches the calls that policies of endpoints deny.
func (b *builder) denials() {
	if !b.Denials {
		b.gap("No log group of a trail with network activity events is given, so calls that the policies of VPC endpoints deny have no alarm.")
		return
	}
	b.watch.Selectors = b.selectors()
	var conditions []string
	pattern := alarm.Text{{Text: `{ $.errorCode = "VpceAccessDenied" && (`}}
	for _, e := range b.Plan.VPCEndpoints {
		if e.Imported {
			b.gap("The VPC endpoint for " + e.Service + " is imported, so the calls that its policy denies have no alarm.")
			continue
		}
		if len(conditions) > 0 {
			pattern = append(pattern, arch.Operand{Text: " || "})
		}
		key := endpointKey(e.EndpointKey)
		conditions = append(conditions, key)
		pattern = append(pattern, arch.Operand{Text: `$.vpcEndpointId = "`}, alarm.Symbol(EndpointID+key), arch.Operand{Text: `"`})
	}
	if len(conditions) == 0 {
		return
	}
	pattern = append(pattern, arch.Operand{Text: ") }"})
	if isTooLong(pattern) { // The log group then should have the events of this VPC alone.
		pattern = alarm.Literal(`{ $.errorCode = "VpceAccessDenied" }`)
		b.gap(fmt.Sprintf("A filter can name at most %d characters, so the alarm on denied calls counts those of all VPC endpoints in the "+
			"trail, also of other VPCs.", maxPattern))
	}
	m := b.filter(Filter{ID: "EndpointDenials", Log: ofDenials, Pattern: pattern})
	b.alarm(alarm.Alarm{
		ID: "EndpointDenials", Layer: EndpointLayer, Title: "A VPC endpoint denies calls", Signal: alarm.Of(m),
		Periods: 1, Breaching: 1, Comparison: alarm.AtLeast, Threshold: 1,
		Meaning: "A workload has called an AWS service in a way that the policy of the VPC endpoint denies. A grant is missing, or somebody " +
			"tries to reach resources of others, for example to move data out.",
		Remedy: "Read the event in the trail's log group: it names the role, the action and the resource. Grant the use, or look at the " +
			"workload.",
	})
	b.graph(Graph{Layer: EndpointLayer, Title: "Calls that endpoint policies deny", Lines: []Line{{"denied", m}}})
}
