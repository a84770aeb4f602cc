package alarms

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// FirewallLayer is the layer of the network firewall.
const FirewallLayer = "Network firewall"

// firewall watches the network firewall. Metrics: AWS Network Firewall Developer Guide, "Network Firewall metrics in Amazon CloudWatch".
func (b *builder) firewall() {
	i := b.model().Network.Inspection
	if i == nil || b.Firewall == nil {
		return
	}
	if i.Mode == arch.Prepare {
		b.gap("The network firewall is prepared, but no traffic passes it yet, so it has no alarms.")
		return
	}
	b.firewallZones(*i)
	if !b.Firewall.Alerts {
		b.gap("The network firewall's alert log is not in CloudWatch Logs, so no alarm and no query knows which rule dropped a packet.")
		return
	}
	b.firewallQueries()
	b.firewallInsight()
	if i.Mode != arch.Enforce {
		b.gap("The network firewall only observes. It drops nothing, so drops have no alarms. The queries show what it would drop.")
		return
	}
	b.drops(i.Paths&arch.IngressPath != 0)
}

// firewallZones watches the firewall in each zone.
func (b *builder) firewallZones(i arch.Inspection) {
	packets := Graph{Layer: FirewallLayer, Title: "Packets received and dropped"}
	broken := Graph{Layer: FirewallLayer, Title: "Packets of connections that the firewall does not know"}
	for _, s := range b.Plan.Endpoints {
		zone, id := s.Zone.Name, fmt.Sprintf("FirewallSlot%d", s.Zone.Slot)
		metric := func(name string) alarm.Metric {
			return alarm.Metric{Namespace: "AWS/NetworkFirewall", Name: name, Statistic: alarm.Sum, Dimensions: []alarm.Dimension{
				symbol("FirewallName", alarm.Symbol(FirewallName)), text("AvailabilityZone", zone), text("Engine", "Stateful"),
			}}
		}
		packets.Lines = append(packets.Lines, Line{zone + " received", metric("ReceivedPackets")},
			Line{zone + " dropped", metric("DroppedPackets")})
		broken.Lines = append(broken.Lines, Line{zone + " start not seen", metric("StreamExceptionPolicyPackets")},
			Line{zone + " invalid", metric("InvalidDroppedPackets")})
		if i.Mode == arch.Enforce {
			b.alarm(alarm.Alarm{
				ID: id + "Midstream", Layer: FirewallLayer, Title: "The firewall in " + zone + " sees half of some connections",
				Signal: alarm.Of(metric("StreamExceptionPolicyPackets")), Periods: 3, Breaching: 3, Comparison: alarm.AtLeast, Threshold: 100,
				Meaning: "For 15 minutes the firewall in " + zone + " has seen packets of connections whose start it did not see. The usual " +
					"cause is asymmetric routing: requests and answers pass different endpoints. A change of routes causes it for a short time only.",
				Remedy: "Run tierwall why for the two ends, and look for routes that were changed by hand. Both directions must pass the same " +
					"firewall endpoint.",
			})
		}
		if b.Firewall.TLS {
			b.alarm(alarm.Alarm{
				ID: id + "TLS", Layer: FirewallLayer, Title: "More TLS errors than usual at the firewall in " + zone,
				Signal:  alarm.Signal{Metrics: []alarm.Metric{metric("TLSErrors")}, Floor: 10},
				Periods: 3, Breaching: 3, Band: band,
				Meaning: "The firewall in " + zone + " cannot decrypt more connections than usual, and drops them. A certificate has expired, a " +
					"client does not trust the firewall's authority, or a server has changed its TLS versions.",
				Remedy: "Read the firewall's TLS log for the server names and the errors, then renew the certificate or exclude the name.",
			})
		}
	}
	b.graph(packets)
	b.graph(broken)
}

// The SIDs that Network Firewall gives the default actions of a policy.
var defaultSIDs = []int{2, 4, 6, 8}

// dropped is the condition of a filter for packets that were dropped or rejected. The verdict is what happened; the action of the alert is
// what the rule says.
const dropped = `$.event.verdict.action = "drop"`

// maxRules is how many rules have filters of their own. A log group has at most 100 filters (Amazon CloudWatch Logs User Guide, quotas),
// and some are for others.
const maxRules = 80

// drops watches what the firewall drops, by rule. If traffic from the internet is inspected, scanners cause drops all the time: what is
// usual then depends on the network.
func (b *builder) drops(fromInternet bool) {
	var bySID []string
	for _, sid := range defaultSIDs {
		bySID = append(bySID, fmt.Sprintf("$.event.alert.signature_id = %d", sid))
	}
	byDefault := b.filter(Filter{ID: "FirewallDefaultDrops", Log: ofAlerts, Zero: fromInternet,
		Pattern: alarm.Literal("{ (" + strings.Join(bySID, " || ") + ") && " + dropped + " }")})
	b.alarm(compared(fromInternet, 10, alarm.Alarm{
		ID: "FirewallDefaultDrops", Layer: FirewallLayer, Title: "The firewall drops traffic that no flow declares",
		Signal: alarm.Of(byDefault), Periods: 3, Breaching: 3,
		Meaning: "Something keeps sending traffic that no declared flow allows. A flow is missing, or a workload does what it should not do.",
		Remedy:  "Run the saved query with the drops of each tier. If the traffic is wanted, declare the flow; otherwise look at the workload.",
	}))
	graph := Graph{Layer: FirewallLayer, Title: "Drops by rule", Lines: []Line{{"no declared flow", byDefault}}}
	rules := b.stopRules()
	if len(rules) > maxRules {
		b.gap(fmt.Sprintf("A log group has at most 100 metric filters, so only %d of %d rules that drop have an alarm of their own.", maxRules,
			len(rules)))
		rules = rules[:maxRules]
	}
	for _, r := range rules {
		graph.Lines = append(graph.Lines, Line{short(b.Plan.Message(r)), b.dropsBy(r, fromInternet)})
	}
	if b.Firewall.Threats {
		graph.Lines = append(graph.Lines, Line{"threat rules", b.threats(fromInternet)})
	}
	b.graph(graph)
}

// stopRules returns the rules of declared flows that drop packets.
func (b *builder) stopRules() []plan.FirewallRule {
	var out []plan.FirewallRule
	for _, g := range b.Plan.FirewallGroups {
		for _, r := range g.Rules {
			if r.Stop {
				out = append(out, r)
			}
		}
	}
	return out
}

// dropsBy watches the drops of one rule.
func (b *builder) dropsBy(r plan.FirewallRule, fromInternet bool) alarm.Metric {
	id, name := fmt.Sprintf("FirewallDrop%d", r.SID), short(b.Plan.Message(r))
	scanned := fromInternet && r.Match == plan.Undecided // The other rules are about requests of tiers.
	m := b.filter(Filter{ID: id, Log: ofAlerts, Zero: scanned,
		Pattern: alarm.Literal(fmt.Sprintf("{ $.event.alert.signature_id = %d && %s }", r.SID, dropped))})
	b.alarm(compared(scanned, 1, alarm.Alarm{
		ID: id, Layer: FirewallLayer, Title: "The firewall drops: " + name, Signal: alarm.Of(m), Periods: 3, Breaching: 2,
		Meaning: fmt.Sprintf("Rule %d drops connections: %s. A workload asks again and again for something that its flows do not name.", r.SID,
			name),
		Remedy: "Find the client and the host with the saved query. Add the domain to the flows of the tier, or look at the workload.",
	}))
	return m
}

// threats watches the drops of rule groups that are not made from flows, such as feeds and managed groups.
func (b *builder) threats(fromInternet bool) alarm.Metric {
	conditions := []string{fmt.Sprintf("$.event.alert.signature_id > %d", defaultSIDs[len(defaultSIDs)-1]),
		fmt.Sprintf("$.event.alert.signature_id < %d", plan.FirstSID)}
	for _, r := range b.stopRules() {
		if r.SID < plan.FirstSID {
			conditions = append(conditions, fmt.Sprintf("$.event.alert.signature_id != %d", r.SID))
		}
	}
	m := b.filter(Filter{ID: "FirewallThreats", Log: ofAlerts, Zero: fromInternet,
		Pattern: alarm.Literal("{ " + strings.Join(append(conditions, dropped), " && ") + " }")})
	a := compared(fromInternet, 1, alarm.Alarm{
		ID: "FirewallThreats", Layer: FirewallLayer, Title: "A threat rule of the firewall drops traffic", Signal: alarm.Of(m),
		Periods: 1, Breaching: 1,
		Meaning: "A rule about threats has dropped traffic: it comes from or goes to an address or name that is known for attacks.",
		Remedy:  "Find the workload with the saved query. If it opened the connection itself, treat it as compromised until you know more.",
	})
	if fromInternet {
		a.Periods, a.Breaching = 3, 3
	}
	b.alarm(a)
	return m
}

// compared makes an alarm compare with the past if the right threshold cannot be known. The floor is then 100 events.
func compared(withPast bool, threshold float64, a alarm.Alarm) alarm.Alarm {
	if withPast {
		a.Signal.Floor, a.Band = 100, band
		a.Meaning += " Scanners from the internet cause some drops all the time; this is more than usual."
		return a
	}
	a.Comparison, a.Threshold = alarm.AtLeast, threshold
	return a
}
