package alarms

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Query is a saved query of CloudWatch Logs Insights.
type Query struct {
	ID   string
	Name string // as people see it: "Rejected: Web"
	Log  arch.Operand
	Text alarm.Text
}

func (b *builder) query(q Query) { b.watch.Queries = append(b.watch.Queries, q) }

// firewallQueries asks the alert log, for the network and for each tier.
func (b *builder) firewallQueries() {
	verdict := `event.verdict.action = "drop"`
	if b.model().Network.Inspection.Mode != arch.Enforce {
		verdict = "ispresent(event.alert.signature_id)" // What an observing firewall would drop, it reports.
	}
	const by = "| stats count(*) as packets by event.alert.signature_id, event.alert.signature, event.src_ip, event.dest_ip, " +
		"event.dest_port, event.proto, event.tls.sni, event.http.hostname\n| sort packets desc\n| limit 100"
	b.query(Query{ID: "DropsQuery", Name: "Dropped by the firewall", Log: ofAlerts, Text: alarm.Literal("filter " + verdict + "\n" + by)})
	for _, p := range b.places() {
		text := alarm.Text{{Text: "filter " + verdict + " and ("}}
		text = append(text, inRanges("event.src_ip", p.subnets)...)
		b.query(Query{ID: "DropsQuery" + p.id, Name: "Dropped by the firewall: from " + p.name, Log: ofAlerts,
			Text: append(text, arch.Operand{Text: ")\n" + by})})
	}
}

// inRanges is the condition that a field has an address of some subnets.
func inRanges(field string, subnets []address.Subnet) alarm.Text {
	var out alarm.Text
	for i, s := range subnets {
		if i > 0 {
			out = append(out, arch.Operand{Text: " or "})
		}
		block := alarm.Symbol(SubnetRange + s.Key)
		if s.Prefix.IsValid() {
			block = arch.Operand{Text: s.Prefix.String()}
		}
		out = append(out, arch.Operand{Text: "isIpv4InSubnet(" + field + `, "`}, block, arch.Operand{Text: `")`})
	}
	return out
}

// flowQueries asks the flow log.
func (b *builder) flowQueries() {
	needed := []string{"srcaddr", "dstaddr", "dstport", "protocol", "action", "bytes"}
	for _, field := range needed {
		if !slices.Contains(b.Fields, field) {
			b.gap("The flow log has no field " + field + ", so there are no saved queries for it.")
			return
		}
	}
	columns := make([]string, len(b.Fields))
	for i, field := range b.Fields {
		columns[i] = Column(field)
	}
	parse := `parse @message "` + strings.TrimSuffix(strings.Repeat("* ", len(columns)), " ") + `" as ` + strings.Join(columns, ", ") + "\n"
	const by = "| stats count(*) as records, sum(bytes) as total_bytes by srcaddr, dstaddr, dstport, protocol\n| sort records desc\n" +
		"| limit 100"
	rejected := alarm.Literal(parse + `| filter action = "REJECT"` + "\n" + by)
	b.query(Query{ID: "RejectedQuery", Name: "Rejected: all tiers", Log: ofFlows, Text: rejected})
	b.query(Query{ID: "BytesQuery", Name: "Most bytes", Log: ofFlows, Text: alarm.Literal(parse +
		"| stats sum(bytes) as total_bytes by srcaddr, dstaddr, dstport, protocol\n| sort total_bytes desc\n| limit 100")})
	for _, p := range b.places() {
		text := alarm.Text{{Text: parse + `| filter action = "REJECT" and (`}}
		text = append(append(text, inRanges("dstaddr", p.subnets)...), arch.Operand{Text: " or "})
		text = append(append(text, inRanges("srcaddr", p.subnets)...), arch.Operand{Text: ")\n" + by})
		b.query(Query{ID: "RejectedQuery" + p.id, Name: "Rejected: " + p.name, Log: ofFlows, Text: text})
	}
}
