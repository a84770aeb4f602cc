package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/calendar"
	"github.com/tierwall/tierwall/internal/plan/detail"
	"github.com/tierwall/tierwall/internal/plan/dns"
)

// watchTables returns what watches a network: its parts, what is not watched, the alarms, and the names that tiers may ask DNS for.
func watchTables(d *document.Document, p *plan.Plan) []detail.Table {
	if d == nil || d.Watch == nil {
		return nil
	}
	made, names := stack.Watched(d, p)
	gaps := detail.Table{Name: "notWatched", Title: "Not watched", Columns: []string{"what"}}
	for _, gap := range made.Gaps {
		gaps.Rows = append(gaps.Rows, []string{gap})
	}
	alarmed := detail.Table{Name: "alarms", Title: "Alarms", Columns: []string{"id", "goesOffIf"}}
	for _, a := range made.Alarms {
		alarmed.Rows = append(alarmed.Rows, []string{a.ID, a.Title})
	}
	return []detail.Table{watchParts(d, p, made, names), gaps, alarmed, dnsNames(names)}
}

// watchParts returns the parts of what watches a network.
func watchParts(d *document.Document, p *plan.Plan, made alarms.Watch, names dns.Plan) detail.Table {
	t := detail.Table{Name: "watch", Title: "Watching", Columns: []string{"part", "what"}}
	add := func(part, what string) { t.Rows = append(t.Rows, []string{part, what}) }
	for _, f := range d.Watch.FlowLogs {
		add("flow log "+f.Name(), flowLogText(d, f))
	}
	if a := d.Watch.Alarms; a != nil {
		add("alarms", fmt.Sprintf("%s, %s, %s; messages go to %s", counted(len(made.Alarms), "alarm", "alarms"),
			counted(len(made.Filters), "metric filter", "metric filters"), counted(len(made.Queries), "query", "queries"),
			orNew(a.Topic, "topic")))
	}
	if w := d.Watch.DNS; w != nil {
		add("DNS firewall", dnsText(w, names))
	}
	if c := d.Watch.Calendar; c != nil {
		days := c.Days
		if len(days) == 0 {
			days = calendar.DefaultDays()
		}
		messages := counted(len(calendar.Of(p.Model, days)), "message", "messages")
		add("calendar", messages+" before flows expire, to "+orNew(c.Topic, "topic"))
	}
	return t
}

// flowLogText says what a flow log records, and where.
func flowLogText(d *document.Document, f document.FlowLog) string {
	what, where := "all traffic", "of the whole VPC"
	if f.RejectedOnly {
		what = "rejected traffic"
	}
	if len(f.Tiers) > 0 {
		where = "of " + strings.Join(f.Tiers, ", ")
	}
	kind := "bucket"
	if f.NewLogGroup {
		kind = "log group"
	}
	text := fmt.Sprintf("%s %s, to %s", what, where, orNew(f.To, kind))
	if f.To == "" {
		text += ", kept for " + counted(d.FlowLogChoices(f).Days(), "day", "days")
	}
	return text
}

// dnsText says what a DNS firewall does with queries.
func dnsText(w *document.DNS, names dns.Plan) string {
	allowed := 0
	for _, l := range names.Lists {
		if l.Rule.Action == dnsfirewall.Allow {
			allowed += len(l.Names)
		}
	}
	text := "blocks names that nothing declares"
	if w.Mode == arch.Observe.String() {
		text = "reports names that nothing declares, and blocks none"
	}
	return text + "; allows " + counted(allowed, "domain", "domains")
}

// dnsNames returns the names that tiers may ask DNS for.
func dnsNames(p dns.Plan) detail.Table {
	t := detail.Table{Name: "dnsNames", Title: "Names in DNS", Columns: []string{"domain", "because"}}
	for _, l := range p.Lists {
		for _, n := range l.Names {
			if l.Rule.Action == dnsfirewall.Allow {
				t.Rows = append(t.Rows, []string{n.Domain, strings.Join(n.Because, "; ")})
			}
		}
	}
	return t
}

// orNew returns a name, or words for what is made if there is none.
func orNew(name, kind string) string {
	if name == "" {
		return "a new " + kind
	}
	return name
}
