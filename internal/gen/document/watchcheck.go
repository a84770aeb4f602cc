package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/plan/calendar"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
)

// checkWatch reports what the parts of watch cannot have. The ids of alarms are checked with the plan, which has the alarms.
func (d *decoder) checkWatch(doc *Document) {
	w := doc.Watch
	if w == nil {
		return
	}
	for i, f := range w.FlowLogs {
		d.checkFlowLog(doc, f)
		d.checkFlowLogTwice(doc, f, w.FlowLogs[:i])
	}
	for _, part := range w.parts() {
		if t, taken := find(doc.Tiers, func(t Tier) bool { return strings.EqualFold(t.ID, part.id) }); taken {
			d.failAt(part.at, "the id "+part.id+" is taken", fmt.Sprintf("the tier %s is on line %d", t.ID, t.At.Line), "rename the tier")
		}
	}
	if w.Alarms != nil {
		d.checkAlarms(doc, *w.Alarms)
	}
	if w.DNS != nil {
		d.checkDNS(doc, *w.DNS)
	}
	if w.Calendar != nil {
		d.checkARN(doc, w.Calendar.At, "calendar.topic", w.Calendar.Topic, "topic")
		if err := calendar.CheckDays(w.Calendar.Days); err != nil {
			d.failAt(w.Calendar.At, "the days of the calendar are not valid", err.Error(), "write them as in days: [30, 7]")
		}
	}
}

// watchPart is a construct that watches the network.
type watchPart struct {
	id string
	at diag.Position
}

// parts returns the constructs that watch the network.
func (w *Watch) parts() []watchPart {
	var out []watchPart
	for _, f := range w.FlowLogs {
		out = append(out, watchPart{f.Name(), f.At})
	}
	if w.Alarms != nil {
		out = append(out, watchPart{"Alarms", w.Alarms.At})
	}
	if w.DNS != nil {
		out = append(out, watchPart{"DNS", w.DNS.At})
	}
	if w.Calendar != nil {
		out = append(out, watchPart{"Calendar", w.Calendar.At})
	}
	return out
}

// checkARN reports an ARN of another kind of resource.
func (d *decoder) checkARN(doc *Document, at diag.Position, what, text string, types ...string) {
	if strings.HasPrefix(text, arnPrefix) && !contains(types, doc.LogType(text)) {
		d.failAt(at, what+" is the ARN of something else", fmt.Sprintf("got %.120q; allowed is %s", text, strings.Join(types, " or ")), "")
	}
}

func (d *decoder) checkFlowLog(doc *Document, f FlowLog) {
	if err := arch.CheckTierID(f.Name()); err != nil {
		d.failAt(f.At, "the id of flow logs is not valid", err.Error(), "choose another id")
	}
	d.checkARN(doc, f.At, "flowLogs.to", f.To, "bucket", "log-group", "delivery-stream")
	d.checkARN(doc, f.At, "flowLogs.key", f.Key, "key")
	problems, _ := doc.FlowLogChoices(f).Check(arch.FileDialect)
	for _, p := range problems {
		if p.Rule == "flow-log-interval" {
			continue // Reported where it stands.
		}
		d.failAt(f.At, p.Summary, p.Detail, p.Fix)
	}
	if f.Prefix != "" && doc.LogType(f.To) != "bucket" {
		d.failAt(f.At, "the flow logs have a prefix and no bucket", "the prefix is of the keys in the bucket that to names",
			"add to, or remove prefix")
	}
	for _, id := range f.Tiers {
		if t, ok := doc.tier(id); ok && t.Import != nil {
			d.failAt(f.At, "a tier of the flow logs is imported", "the subnets of "+id+" are not known here",
				"remove it from tiers, or remove tiers to log the whole VPC")
		}
	}
}

// checkFlowLogTwice reports a flow log with the id of another one, and one that AWS rejects because it is the same as another one.
func (d *decoder) checkFlowLogTwice(doc *Document, f FlowLog, others []FlowLog) {
	for _, other := range others {
		where := fmt.Sprintf("the other one is on line %d", other.At.Line)
		switch {
		case strings.EqualFold(other.Name(), f.Name()):
			d.failAt(f.At, "two flow logs have the id "+f.Name(), where, "give one an id of its own")
		case doc.sameFlowLog(f, other):
			d.failAt(f.At, "two flow logs are the same", where+"; AWS rejects a second flow log of a resource with the same traffic, format, "+
				"interval and destination", "remove one, or give it another destination")
		}
	}
}

// sameFlowLog reports whether two flow logs have a resource, the format, the traffic, the interval and the destination in common.
func (d *Document) sameFlowLog(f, other FlowLog) bool {
	a, b := d.FlowLogChoices(f), d.FlowLogChoices(other)
	if f.To == "" || f.To != other.To || f.Prefix != other.Prefix || a.TrafficType() != b.TrafficType() || a.Format() != b.Format() ||
		a.Longest() != b.Longest() {
		return false
	}
	return len(f.Tiers)+len(other.Tiers) == 0 || slices.ContainsFunc(f.Tiers, func(id string) bool {
		return slices.ContainsFunc(other.Tiers, func(theirs string) bool { return d.subnetsOf(id) == d.subnetsOf(theirs) })
	})
}

// subnetsOf returns the tier whose subnets a tier uses.
func (d *Document) subnetsOf(id string) string {
	t, _ := d.tier(id)
	return cmp.Or(t.SharesWith, id)
}

func (d *decoder) checkAlarms(doc *Document, a Alarms) {
	at := a.At
	d.checkARN(doc, at, "alarms.topic", a.Topic, "topic")
	d.checkARN(doc, at, "alarms.flowLog", a.FlowLog, "log-group")
	d.checkARN(doc, at, "alarms.deniedCalls", a.DeniedCalls, "log-group")
	if f, own := doc.OwnFlowLog(); own {
		d.checkAlarmsFlowLog(doc, a, f)
	} else if problem := flowlogs.CheckNames(a.FlowLogFields); len(a.FlowLogFields) > 0 && problem != "" {
		d.failAt(at, "the fields of a flow log are not valid", problem, "copy the fields from the format of the flow log")
	}
	if a.FlowLog == "" && len(a.FlowLogFields) > 0 {
		d.failAt(at, "alarms have the fields of a flow log, but no flow log", "", "add flowLog, or remove flowLogFields")
	}
	if a.DeniedCalls != "" && a.RecordDeniedCalls {
		d.failAt(at, "alarms have deniedCalls and recordDeniedCalls", "one of them says where the events are",
			"remove recordDeniedCalls to use your trail, or remove deniedCalls")
	}
}

// checkAlarmsFlowLog checks the flow log of the file that the alarms use.
func (d *decoder) checkAlarmsFlowLog(doc *Document, a Alarms, f FlowLog) {
	if !doc.isLogGroup(f) {
		d.failAt(a.At, "the alarms use the flow log "+f.Name()+", which goes to no log group",
			"CloudWatch makes metrics from the events of log groups only",
			"add newLogGroup: true to the flow log, or a second flow log with {id: Rejected, rejectedOnly: true, newLogGroup: true, interval: 60}")
	}
	if len(f.Tiers) > 0 {
		d.failAt(a.At, "the alarms use the flow log "+f.Name()+", which is not of the whole network",
			"they would say that nothing is rejected elsewhere", "use a flow log without tiers")
	}
	if len(a.FlowLogFields) > 0 {
		d.failAt(a.At, "alarms have the fields of the flow log "+f.Name(),
			"the file knows the fields of its own flow logs", "remove flowLogFields")
	}
}

func (d *decoder) checkDNS(doc *Document, dns DNS) {
	if err := dnsfirewall.CheckPriority(dns.Priority); dns.Priority != 0 && err != nil {
		d.failAt(dns.At, "the priority of the DNS firewall is not usable", err.Error(), "choose another one, or leave it out for 1000")
	}
	for _, zone := range dns.PrivateZones {
		name := dnsfirewall.Canonical(zone)
		if err := dnsfirewall.CheckDomain(name); err != nil || strings.HasPrefix(name, dnsfirewall.Everything) {
			d.failAt(dns.At, "the name of a private zone is not usable", fmt.Sprintf("got %.80q", zone),
				"write the name of the hosted zone, as in corp.example.com")
		}
	}
	l := dns.Logs
	if l == nil {
		return
	}
	d.checkARN(doc, dns.At, "dns.logs.to", l.To, "log-group", "bucket", "delivery-stream")
	d.checkARN(doc, dns.At, "dns.logs.key", l.Key, "key")
	if l.Prefix != "" && doc.LogType(l.To) != "bucket" {
		d.failAt(dns.At, "the query log has a prefix and no bucket", "the prefix is of the keys in the bucket that to names",
			"add to, or remove prefix")
	}
	if kept := int(l.Retention); kept > 0 && !isLogRetention(kept) {
		d.failAt(dns.At, "CloudWatch Logs does not accept the retention of the query log",
			fmt.Sprintf("got %d days; allowed are %s, and unlimited", kept, numbers(catalog.LogRetentionDays)), "write one of these")
	}
}

func isLogRetention(days int) bool {
	_, ok := find(catalog.LogRetentionDays, func(n int) bool { return n == days })
	return ok
}

// numbers lists numbers in a message.
func numbers(list []int) string {
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(list)), ", "), "[]")
}
