package alarms

import (
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/arch"
)

// Insight is a rule of Contributor Insights: it ranks what causes the most events. AWS charges for each rule and each event that matches.
type Insight struct {
	ID   string
	Log  arch.Operand
	Body map[string]any // without the log group
}

// RuleBody returns the body of the rule for a log group.
func (i Insight) RuleBody(logGroup string) map[string]any {
	out := map[string]any{"Schema": map[string]any{"Name": "CloudWatchLogRule", "Version": 1}, "LogGroupNames": []string{logGroup}}
	for k, v := range i.Body {
		out[k] = v
	}
	return out
}

// firewallInsight ranks the connections that the firewall drops most.
func (b *builder) firewallInsight() {
	if !b.Insights {
		return
	}
	b.watch.Insights = append(b.watch.Insights, Insight{ID: "TopDropped", Log: ofAlerts, Body: map[string]any{
		"LogFormat": "JSON", "AggregateOn": "Count",
		"Contribution": map[string]any{
			"Keys":    []string{"$.event.src_ip", "$.event.dest_ip", "$.event.dest_port"},
			"Filters": []any{map[string]any{"Match": "$.event.verdict.action", "In": []string{"drop"}}},
		},
	}})
}

// flowInsight ranks the connections that are rejected most. Fields of a line count from 1.
func (b *builder) flowInsight() {
	if !b.Insights {
		return
	}
	fields := map[string]string{}
	for _, field := range []string{"srcaddr", "dstaddr", "dstport", "action"} {
		i := slices.Index(b.Fields, field)
		if i < 0 {
			b.gap("The flow log has no field " + field + ", so Contributor Insights has no rule for it.")
			return
		}
		fields[strconv.Itoa(i+1)] = field
	}
	b.watch.Insights = append(b.watch.Insights, Insight{ID: "TopRejected", Log: ofFlows, Body: map[string]any{
		"LogFormat": "CLF", "Fields": fields, "AggregateOn": "Count",
		"Contribution": map[string]any{
			"Keys":    []string{"srcaddr", "dstaddr", "dstport"},
			"Filters": []any{map[string]any{"Match": "action", "EqualTo": "REJECT"}},
		},
	}})
}
