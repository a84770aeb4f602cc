package app

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// The ids of what watches a network once.
const (
	alarmsID   = "Alarms"
	dnsID      = "DNS"
	calendarID = "Calendar"
)

// nameWatches gives what watches the network its fields.
func (g *generator) nameWatches(fields names) {
	w := g.doc.Watch
	if w == nil {
		return
	}
	name := func(id string) { g.watches[id] = fields.unique(exported(id), "Watch") }
	for _, f := range w.FlowLogs {
		name(f.Name())
	}
	if w.DNS != nil {
		name(dnsID)
	}
	if w.Alarms != nil {
		name(alarmsID)
	}
	if w.Calendar != nil {
		name(calendarID)
	}
}

// watchFields returns the fields of the type of the app for what watches the network.
func (g *generator) watchFields() string {
	w := g.doc.Watch
	if w == nil {
		return ""
	}
	var b strings.Builder
	for _, f := range w.FlowLogs {
		b.WriteString(g.watches[f.Name()] + " *watch.FlowLog\n")
	}
	for _, one := range []struct {
		is      bool
		id, typ string
	}{{w.DNS != nil, dnsID, "DNSFirewall"}, {w.Alarms != nil, alarmsID, "NetworkAlarms"}, {w.Calendar != nil, calendarID, "NetworkCalendar"}} {
		if one.is {
			b.WriteString(g.watches[one.id] + " *watch." + one.typ + "\n")
		}
	}
	return b.String()
}

// watch writes what watches the network. What needs a resource of workloads.go is deferred.
func (g *generator) watch(deferred bool) {
	w := g.doc.Watch
	if w == nil {
		return
	}
	for i, f := range w.FlowLogs {
		if g.anyMade(f.To, f.Key) == deferred {
			g.flowLog(i, f)
		}
	}
	if w.DNS != nil && (w.DNS.Logs != nil && g.anyMade(w.DNS.Logs.To, w.DNS.Logs.Key)) == deferred {
		g.dns()
	}
	if w.Alarms != nil && g.alarmsUseMade(w.Alarms) == deferred {
		g.alarms()
	}
	if w.Calendar != nil && g.anyMade(w.Calendar.Topic) == deferred {
		g.calendar()
	}
}

// alarmsUseMade reports whether the alarms need a resource of workloads.go, perhaps for their flow log.
func (g *generator) alarmsUseMade(a *document.Alarms) bool {
	own, _ := g.doc.OwnFlowLog()
	return g.anyMade(a.Topic, a.FlowLog, a.DeniedCalls, own.To, own.Key)
}

// watchCall assigns the result of a function of package watch.
func (g *generator) watchCall(field, function string, l *literal, props string) string {
	return "s." + field + " = " + call("watch."+function, "s.Network", l.of("&watch."+props))
}

func (g *generator) flowLog(i int, f document.FlowLog) {
	same := g.fixed(f.At, "the list of flow logs", func(d *document.Document) string {
		var ids []string
		for _, one := range d.Watch.FlowLogs {
			ids = append(ids, one.Name())
		}
		return strings.Join(ids, ", ")
	})
	if g.problems.HasErrors() || same == "" {
		return
	}
	of := func(d *document.Document) document.FlowLog { return d.Watch.FlowLogs[i] }
	name := exported(f.Name())
	var l literal
	v := leaf[document.FlowLog]{g, name, of, &l}
	fixed := func(what string, get func(document.FlowLog) string) string {
		return g.fixed(f.At, what+" of the flow log "+f.Name(), func(d *document.Document) string { return get(of(d)) })
	}
	l.set("ID", text(f.ID))
	ids := fixed("the tiers", func(f document.FlowLog) string { return strings.Join(f.Tiers, " ") })
	var tiers []string
	for id := range strings.FieldsSeq(ids) {
		tiers = append(tiers, g.tier(id))
	}
	if len(tiers) > 0 {
		l.set("Tiers", slice("tiers.Tier", tiers))
	}
	v.set("RejectedOnly", "bool", func(f document.FlowLog) string { return truth(f.RejectedOnly) })
	v.set("Interval", "time.Duration", func(f document.FlowLog) string { return seconds(f.Interval) })
	v.set("Fields", "[]string", func(f document.FlowLog) string { return texts(f.Fields) })
	v.set("TierTag", "bool", func(f document.FlowLog) string { return truth(f.TierTag) })
	prefix := g.value(name+"Prefix", "string", func(d *document.Document) string { return text(of(d).Prefix) })
	l.set("To", g.destination(fixed("the destination", func(f document.FlowLog) string { return f.To }), prefix))
	v.set("NewLogGroup", "bool", func(f document.FlowLog) string { return truth(f.NewLogGroup) })
	v.set("PlainText", "bool", func(f document.FlowLog) string { return truth(f.PlainText) })
	v.set("Retention", "time.Duration", func(f document.FlowLog) string { return days(f.Retention) })
	if key := fixed("the key", func(f document.FlowLog) string { return f.Key }); key != "" {
		l.set("Key", g.construct(key, "key"))
	}
	g.current.blank()
	g.current.do(f.At, g.watchCall(g.watches[f.Name()], "FlowLogs", &l, "FlowLogsProps"))
}

func (g *generator) alarms() {
	a := g.doc.Watch.Alarms
	var l literal
	v := leaf[*document.Alarms]{g, alarmsID, func(d *document.Document) *document.Alarms { return d.Watch.Alarms }, &l}
	fixed := func(what string, get func(*document.Alarms) string) string {
		return g.fixed(a.At, what+" of the alarms", func(d *document.Document) string { return get(d.Watch.Alarms) })
	}
	if topic := fixed("the topic", func(a *document.Alarms) string { return a.Topic }); topic != "" {
		l.set("Topic", g.construct(topic, "topic"))
	}
	log := fixed("the flow log", func(a *document.Alarms) string { return a.FlowLog })
	if own, ok := g.doc.OwnFlowLog(); ok {
		field := "s." + g.watches[own.Name()]
		l.set("FlowLog", field+".LogGroup()")
		l.set("FlowLogFields", field+".Fields()")
	} else if log != "" {
		l.set("FlowLog", g.construct(log, "log-group"))
	}
	v.set("FlowLogFields", "[]string", func(a *document.Alarms) string { return texts(a.FlowLogFields) })
	if denied := fixed("deniedCalls", func(a *document.Alarms) string { return a.DeniedCalls }); denied != "" {
		l.set("DeniedCalls", g.construct(denied, "log-group"))
	}
	v.set("RecordDeniedCalls", "bool", func(a *document.Alarms) string { return truth(a.RecordDeniedCalls) })
	v.set("Contributors", "bool", func(a *document.Alarms) string { return truth(a.Contributors) })
	v.set("NoDashboard", "bool", func(a *document.Alarms) string { return truth(a.NoDashboard) })
	v.set("Off", "[]string", func(a *document.Alarms) string { return texts(a.Off) })
	v.set("Thresholds", "map[string]float64", func(a *document.Alarms) string { return thresholds(a.Thresholds) })
	g.current.blank()
	g.current.do(a.At, g.watchCall(g.watches[alarmsID], "Alarms", &l, "AlarmsProps"))
}

func thresholds(of map[string]float64) string {
	var l []string
	for _, id := range slices.Sorted(maps.Keys(of)) {
		l = append(l, strconv.Quote(id)+": "+strconv.FormatFloat(of[id], 'f', -1, 64))
	}
	if len(l) == 0 {
		return ""
	}
	return list("map[string]float64{", l, "}")
}

func (g *generator) dns() {
	in := g.doc.Watch.DNS
	var l literal
	v := leaf[*document.DNS]{g, dnsID, func(d *document.Document) *document.DNS { return d.Watch.DNS }, &l}
	v.set("Mode", "watch.DNSMode", func(d *document.DNS) string {
		return g.word(d.Mode, map[string]string{"enforce": "watch.DNSEnforce", "observe": "watch.DNSObserve"})
	})
	v.set("Names", "[]string", func(d *document.DNS) string { return texts(d.Names) })
	v.set("PrivateZones", "[]string", func(d *document.DNS) string { return texts(d.PrivateZones) })
	v.set("Response", "watch.DNSResponse", func(d *document.DNS) string {
		return g.word(d.Response, map[string]string{"nodata": "watch.DNSNoData", "nxdomain": "watch.DNSNXDomain"})
	})
	v.set("Advanced", "watch.DNSConfidence", func(d *document.DNS) string {
		return g.word(d.Advanced, map[string]string{"low": "watch.DNSLow", "medium": "watch.DNSMedium", "high": "watch.DNSHigh"})
	})
	v.set("Failure", "watch.DNSFailure", func(d *document.DNS) string {
		return g.word(d.Failure, map[string]string{"open": "watch.DNSFailOpen", "closed": "watch.DNSFailClosed"})
	})
	v.set("Priority", "int", func(d *document.DNS) string { return number(d.Priority) })
	g.dnsLogs(&l, in)
	l.set("Production", g.production("DNSProduction", func(d *document.Document) *bool { return d.Watch.DNS.Production }))
	g.current.blank()
	g.current.do(in.At, g.watchCall(g.watches[dnsID], "DNS", &l, "DNSProps"))
}

// dnsLogs sets the destination of the query log.
func (g *generator) dnsLogs(l *literal, in *document.DNS) {
	of := func(d *document.Document) document.DNSLogs {
		if logs := d.Watch.DNS.Logs; logs != nil {
			return *logs
		}
		return document.DNSLogs{}
	}
	to := g.fixed(in.At, "the destination of the query log", func(d *document.Document) string { return of(d).To })
	prefix := g.value("DNSLogPrefix", "string", func(d *document.Document) string { return text(of(d).Prefix) })
	l.set("QueryLogs", g.destination(to, prefix))
	leaf[document.DNSLogs]{g, "DNSLog", of, l}.set("Retention", "awslogs.RetentionDays", func(l document.DNSLogs) string {
		return g.retention(in.At, l.Retention)
	})
	if key := g.fixed(in.At, "the key of the query log", func(d *document.Document) string { return of(d).Key }); key != "" {
		l.set("Key", g.construct(key, "key"))
	}
}

func (g *generator) calendar() {
	in := g.doc.Watch.Calendar
	var l literal
	of := func(d *document.Document) *document.Calendar { return d.Watch.Calendar }
	if topic := g.fixed(in.At, "the topic of the calendar", func(d *document.Document) string { return of(d).Topic }); topic != "" {
		l.set("Topic", g.construct(topic, "topic"))
	}
	leaf[*document.Calendar]{g, calendarID, of, &l}.set("Days", "[]int", func(c *document.Calendar) string {
		if len(c.Days) == 0 {
			return ""
		}
		var all []string
		for _, n := range c.Days {
			all = append(all, fmt.Sprint(n))
		}
		return slice("int", all)
	})
	g.current.blank()
	g.current.do(in.At, g.watchCall(g.watches[calendarID], "Calendar", &l, "CalendarProps"))
}
