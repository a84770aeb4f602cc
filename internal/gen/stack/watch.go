package stack

import (
	"strings"

	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/calendar"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"

	"github.com/tierwall/tierwall/internal/arch"
)

// watch returns the choices for what watches the network.
func (v values) watch() template.Watch {
	w := v.d.Watch
	if w == nil {
		return template.Watch{}
	}
	var out template.Watch
	for _, f := range w.FlowLogs {
		to := v.log(f.To)
		if f.Prefix != "" {
			to.Prefix = f.Prefix
		}
		out.FlowLogs = append(out.FlowLogs, template.FlowLog{
			ID: f.Name(), Tiers: f.Tiers, Choices: v.d.FlowLogChoices(f), To: to, Key: v.arn(f.Key),
		})
	}
	if w.Alarms != nil {
		out.Alarms = v.alarms(*w.Alarms)
	}
	if w.DNS != nil {
		out.DNS = v.dns(*w.DNS)
	}
	if w.Calendar != nil {
		out.Calendar = &template.Calendar{Topic: v.arn(w.Calendar.Topic), Days: calendarDays(w.Calendar)}
	}
	return out
}

// calendarDays returns how many days before the last day of a flow a message is sent.
func calendarDays(c *document.Calendar) []int {
	if len(c.Days) == 0 {
		return calendar.DefaultDays()
	}
	return c.Days
}

func (v values) alarms(a document.Alarms) *template.Alarms {
	out := &template.Alarms{
		Network: alarmNetwork(v.d), Settings: alarms.Settings{Off: a.Off, Thresholds: a.Thresholds}, Topic: v.arn(a.Topic),
		Record: a.RecordDeniedCalls, NoDashboard: a.NoDashboard,
	}
	if a.DeniedCalls != "" {
		out.Denied = v.log(a.DeniedCalls).Group
	}
	switch own, isOwn := v.d.OwnFlowLog(); {
	case isOwn && own.NewLogGroup:
		out.FlowLog = own.Name()
	case isOwn:
		out.FlowLogGroup = v.log(own.To).Group
	case a.FlowLog != "":
		out.FlowLogGroup = v.log(a.FlowLog).Group
	}
	return out
}

// alarmNetwork returns what the alarms of a document watch, beside the plan.
func alarmNetwork(d *document.Document) alarms.Network {
	a := d.Watch.Alarms
	n := alarms.Network{Fields: alarmFields(d), Denials: a.DeniedCalls != "" || a.RecordDeniedCalls, Insights: a.Contributors}
	own, ok := d.OwnFlowLog()
	n.RejectedOnly = ok && own.RejectedOnly
	for _, l := range d.LoadBalancers {
		n.Balancers = append(n.Balancers, alarms.Balancer{Tier: l.Tier, ID: l.ID, Application: len(l.Listeners) == 0})
	}
	if i := d.Inspection; i != nil {
		alerts := ""
		if i.Logs != nil {
			alerts = i.Logs.Alert
		}
		n.Firewall = &alarms.Firewall{
			Alerts: alerts == "" || d.LogType(alerts) == "log-group", Threats: len(i.Threats)+len(i.Managed) > 0,
			TLS: i.Policy != nil && i.Policy.TLS != "",
		}
	}
	return n
}

// alarmFields returns the fields of the flow log that the alarms use; none without a flow log.
func alarmFields(d *document.Document) []string {
	a := d.Watch.Alarms
	if own, ok := d.OwnFlowLog(); ok {
		return d.FlowLogChoices(own).Names()
	}
	if a.FlowLog == "" {
		return nil
	}
	return flowlogs.GivenNames(a.FlowLogFields)
}

func (v values) dns(d document.DNS) *template.DNS {
	out := &template.DNS{
		Choices: dnsChoices(d), Failure: map[string]string{"open": "ENABLED", "closed": "DISABLED"}[d.Failure], Priority: d.Priority,
		Production: v.production(d.Production),
	}
	if l := d.Logs; l != nil {
		out.Log, out.Retention, out.Key = v.log(l.To), int(l.Retention), v.arn(l.Key)
		if l.Prefix != "" {
			out.Log.Prefix = l.Prefix
		}
	}
	return out
}

// dnsChoices returns the choices for the names of a DNS firewall.
func dnsChoices(d document.DNS) dns.Choices {
	mode := arch.Enforce
	if d.Mode == "observe" {
		mode = arch.Observe
	}
	return dns.Choices{
		Mode: mode, Names: d.Names, Zones: d.PrivateZones, Response: dnsfirewall.Response(strings.ToUpper(d.Response)),
		Advanced: dnsfirewall.Confidence(strings.ToUpper(d.Advanced)), At: d.At,
	}
}
