package alarms

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// TierLayer is the layer of the tiers.
const TierLayer = "Tiers"

// tiers watches what security groups and network ACLs reject, by the flow log.
func (b *builder) tiers() {
	if len(b.Fields) == 0 {
		b.gap("No VPC flow log in CloudWatch Logs is given, so rejected connections of tiers have no alarms.")
		return
	}
	b.silence()
	b.flowQueries()
	b.flowInsight()
	graph := Graph{Layer: TierLayer, Title: "Rejected flow records"}
	places := b.places()
	switch {
	case !slices.Contains(b.Fields, "action"):
		b.gap("The flow log has no field action, so rejected connections have no alarms.")
		return
	case !slices.Contains(b.Fields, "subnet-id"):
		b.gap("The flow log has no field subnet-id, so rejected connections are counted for the whole VPC and not for each tier.")
		places = []place{{id: "VPC", name: "the VPC"}}
	case b.model().Network.Wrapped:
		b.gap("The subnets of an existing VPC are not in the plan, so rejected connections are counted for the whole VPC and not for each tier.")
		places = []place{{id: "VPC", name: "the VPC"}}
	}
	for _, p := range places {
		pattern := b.rejected(p)
		if isTooLong(pattern) {
			b.gap("The flow log has so many fields that a filter cannot name them, so rejected connections at " + p.name + " have no alarm.")
			continue
		}
		m := b.filter(Filter{ID: "Rejected" + p.id, Log: ofFlows, Pattern: pattern, Zero: true})
		b.alarm(alarm.Alarm{
			ID: "Rejected" + p.id, Layer: TierLayer, Title: "More rejected connections than usual at " + p.name,
			Signal:  alarm.Signal{Metrics: []alarm.Metric{m}, Floor: 100},
			Periods: 3, Breaching: 3, Band: band,
			Meaning: "Security groups or network ACLs have rejected more connections at " + p.name + " than usual for 15 minutes. Somebody " +
				"scans, a flow is missing after a change, or a workload does what it should not do.",
			Remedy: "Run the saved query Rejected: " + p.name + " for the addresses and ports. If the traffic is wanted, declare the flow.",
		})
		graph.Lines = append(graph.Lines, Line{p.name, m})
	}
	b.graph(graph)
}

// place is a set of subnets, which one tier uses or several share.
type place struct {
	id, name string
	subnets  []address.Subnet
}

// endpointSubnets identifies the subnets of interface endpoints. No tier can have a dot in its id.
const endpointSubnets = ".Endpoints"

// places returns the sets of subnets of all tiers, by id.
func (b *builder) places() []place {
	byFirst := map[string]*place{}
	for _, t := range b.model().Tiers {
		subnets := b.Plan.Subnets[t.ID]
		if len(subnets) == 0 {
			continue
		}
		p := byFirst[subnets[0].Key]
		if p == nil {
			p = &place{id: t.SubnetOwner(), subnets: subnets}
			byFirst[subnets[0].Key] = p
		}
		switch {
		case t.Kind == arch.Endpoint:
			if p.name == "" {
				p.id, p.name = endpointSubnets, "Endpoints"
			}
		case p.name == "" || p.id == endpointSubnets:
			p.id, p.name = t.SubnetOwner(), t.ID
		default:
			p.name += ", " + t.ID
		}
	}
	for _, p := range byFirst {
		p.name = short(p.name)
	}
	var out []place
	for _, p := range byFirst {
		out = append(out, *p)
	}
	slices.SortStableFunc(out, func(x, y place) int { return strings.Compare(x.id, y.id) })
	return out
}

// rejected is the pattern of a filter for the rejected records of a place, or of the VPC if it has no subnets. Such a pattern names every
// field of a line.
func (b *builder) rejected(p place) alarm.Text {
	pattern := alarm.Text{{Text: "["}}
	for i, field := range b.Fields {
		name := Column(field)
		if i > 0 {
			pattern = append(pattern, arch.Operand{Text: ", "})
		}
		switch {
		case field == "action":
			pattern = append(pattern, arch.Operand{Text: name + "=REJECT"})
		case field == "subnet-id" && len(p.subnets) > 0:
			for j, s := range p.subnets {
				if j > 0 {
					pattern = append(pattern, arch.Operand{Text: " || "})
				}
				pattern = append(pattern, arch.Operand{Text: name + `="`}, alarm.Symbol(SubnetID+s.Key), arch.Operand{Text: `"`})
			}
		default:
			pattern = append(pattern, arch.Operand{Text: name})
		}
	}
	return append(pattern, arch.Operand{Text: "]"})
}

// Column is the name of a field of a flow log in patterns and queries.
func Column(field string) string { return strings.ReplaceAll(field, "-", "_") }

// silence watches that the flow log is delivered. Every network interface writes records, also without traffic, so a VPC with an interface
// that is always there has a log that is never silent. AWS does not say so of a log with rejected traffic only: where all traffic is
// accepted, it may have no records.
func (b *builder) silence() {
	if b.RejectedOnly {
		b.gap("The flow log has rejected traffic only and may be silent on a healthy network, so its silence has no alarm.")
		return
	}
	always := len(b.Plan.NAT) > 0 || len(b.Plan.Endpoints) > 0 || len(b.Balancers) > 0 || len(b.Attachments) > 0
	for _, e := range b.Plan.VPCEndpoints {
		always = always || !e.Gateway
	}
	if !always {
		b.gap("The network has no interface that is always there, so silence of its flow log has no alarm.")
		return
	}
	b.alarm(alarm.Alarm{
		ID: "FlowLogSilence", Layer: TierLayer, Title: "The flow log has stopped",
		Signal: alarm.Of(alarm.Metric{Namespace: "AWS/Logs", Name: "IncomingLogEvents", Statistic: alarm.Sum,
			Dimensions: []alarm.Dimension{symbol("LogGroupName", ofFlows)}}),
		Period: 900, Periods: 4, Breaching: 4, Comparison: alarm.Below, Threshold: 1,
		Missing: alarm.MissingIsMissing, ReportsSilence: true,
		Meaning: "No record of the VPC flow log has arrived for an hour, although interfaces without traffic write records too. What happens " +
			"in the network is not recorded now.",
		Remedy: "Look at the flow log's status in the VPC console. The usual causes are its role, the log group's key, or a deleted log group.",
	})
}
