package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/page"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/firewalllog"
	"github.com/tierwall/tierwall/internal/usage/firewalluse"
	"github.com/tierwall/tierwall/internal/usage/webacluse"
)

// usageResult writes what flow logs say about a network.
type usageResult struct {
	model  *arch.Model
	result *usage.Result
	judge  *usageJudge
	other  otherLogs
}

func (u usageResult) render(format string) (string, error) {
	switch format {
	case "json":
		return u.json()
	case "csv":
		return u.csv()
	case "markdown":
		return u.write("## ", "\n\n", "; ", (*table).markdown, func(text string) string { return "- " + escapeMarkdown(text) + "\n" }), nil
	}
	return u.write("", ":\n", "\n    ", (*table).narrow, func(text string) string { return prose(text + "\n") }), nil
}

// write writes the result as headings, tables and lines.
func (u usageResult) write(before, after, between string, tableText func(*table) string, line func(string) string) string {
	var b strings.Builder
	b.WriteString(line(u.headline()))
	for _, p := range u.parts() {
		b.WriteString("\n" + before + p.title + after)
		if p.table != nil {
			b.WriteString(tableText(p.table))
		}
		for _, texts := range p.lines {
			all := ""
			if len(texts) > 1 {
				all = strings.TrimPrefix(between, ";") + strings.Join(texts[1:], between)
			}
			b.WriteString(line(texts[0] + all))
		}
	}
	b.WriteString("\n")
	for _, text := range u.notes() {
		b.WriteString(line(printable(newlines.Replace(text)))) // Names in logs may have line breaks that look like other notes.
	}
	return b.String()
}

// usagePart is a part of the result: a table, or lines. Each line is a text with what follows it.
type usagePart struct {
	title string
	table *table
	lines [][]string
}

// parts returns the parts that have something to say, in the order of the output.
func (u usageResult) parts() []usagePart {
	r := u.result
	all := []usagePart{
		{title: "Accepted, but no flow declares it", table: u.rows(r.Undeclared)},
		{title: "Rejected, and no flow declares it", table: u.rows(r.Rejected)},
		{title: "Rejected, although a flow declares it", table: u.rows(r.Refused)},
		{title: "Why it is rejected", lines: u.causes()},
		{title: "Stopped by network firewalls", table: u.rows(r.Stopped)},
		{title: "To let pass what firewalls stopped", lines: u.declarations()},
		{title: "Rules of network firewalls", table: u.other.firewallRules()},
		{title: "Connections in flow logs of network firewalls", table: u.sessions()},
		{title: "Rules of web ACLs", table: u.other.aclRules()},
	}
	if u.hasFlowLogs() {
		all = append([]usagePart{{title: "Flows", table: u.flows(briefTime)}}, all...)
		all = append(all, usagePart{title: "Covered by the logs", table: u.tiers()})
	}
	return slices.DeleteFunc(all, func(p usagePart) bool { return len(p.lines) == 0 && (p.table == nil || len(p.table.rows) == 0) })
}

// sections returns the result as parts of a report.
func (u usageResult) sections() []page.Section {
	out := []page.Section{{Lines: []string{u.headline()}}}
	for _, p := range u.parts() {
		s := page.Section{Title: p.title}
		if p.table != nil {
			s.Head, s.Rows = p.table.head, p.table.rows
		}
		for _, texts := range p.lines {
			s.Lines = append(s.Lines, texts[0]+" "+strings.Join(texts[1:], "; "))
		}
		out = append(out, s)
	}
	return append(out, page.Section{Title: "Notes", Lines: u.notes()})
}

// hasFlowLogs reports whether flow logs were read, or nothing was.
func (u usageResult) hasFlowLogs() bool {
	return u.result.Logs.Records > 0 || u.result.Logs.Objects == 0
}

// headline says what was read.
func (u usageResult) headline() string {
	logs := u.result.Logs
	text := counted(logs.Files, "file", "files") + " with "
	if u.hasFlowLogs() {
		text += fmt.Sprintf("%s of flow logs, from %s to %s", counted(int(logs.Records), "record", "records"), moment(u.result.From),
			moment(u.result.To))
	}
	if logs.Records > 0 && logs.Objects > 0 {
		text += ", and "
	}
	if logs.Objects > 0 {
		text += counted(int(logs.Objects), "record", "records") + " of network firewalls and web ACLs"
	}
	return text
}

// flows lists the flows, with times as a function writes them.
func (u usageResult) flows(timeText func(int64) string) *table {
	t := &table{head: []string{"FROM", "TO", "SERVICE", "VERDICT", "RECORDS", "OPENED", "BYTES", "FIRST", "LAST", "SOURCES", "OWNER",
		"EXPIRES", "DECLARED"}}
	for _, f := range u.result.Flows {
		declared := u.model.Flows[f.Flow]
		ways := f.Alone.Best()
		if f.Verdict == usage.PerhapsUsed {
			ways = f.Shared.Best()
		}
		both := ways.Requests.Bytes + ways.Replies.Bytes
		t.add(declared.From.String(), declared.To.String(), arch.FormatService(declared.Ports), string(f.Verdict), number(ways.Requests.Records),
			number(ways.Requests.Opened), number(both), timeText(ways.Requests.First), timeText(ways.Requests.Last), sourcesText(f.Sources),
			declared.Owner, declared.Expires, where(declared))
	}
	return t
}

// sourcesText writes how many sources there are; nothing for none.
func sourcesText(s usage.Sources) string {
	if s.Estimated {
		return "about " + strconv.Itoa(s.Count)
	}
	return number(int64(s.Count))
}

// where names the line that declares a flow.
func where(f arch.CheckedFlow) string {
	if len(f.At) == 0 {
		return ""
	}
	return f.At[0].String()
}

// number writes a count; nothing for 0.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// moment and briefTime write a time; nothing for 0.
func moment(at int64) string { return timeIn(at, time.RFC3339) }

func briefTime(at int64) string { return timeIn(at, "2006-01-02 15:04") }

func timeIn(at int64, layout string) string {
	if at == 0 {
		return ""
	}
	return time.Unix(at, 0).UTC().Format(layout)
}

// mostRows is how many rows of traffic the text shows; JSON and CSV have all.
const mostRows = 30

// rows lists traffic that is not both declared and accepted.
func (u usageResult) rows(rows []usage.Row) *table {
	t := &table{head: []string{"FROM", "TO", "SERVICE", "RECORDS", "FIRST", "SOURCES", "EXAMPLE", "INTERFACE", "NOTE"}}
	for i, r := range rows {
		if i == mostRows {
			t.more = fmt.Sprintf("and %d more; --format json and csv show them", len(rows)-i)
			break
		}
		t.add(r.From, r.To, r.Service, number(r.Traffic.Records), briefTime(r.Traffic.First), sourcesText(r.Sources),
			r.Source.String()+" -> "+r.Destination.String(), r.Interface, rowNote(r))
	}
	return t
}

// rowNote says what is special about a row.
func rowNote(r usage.Row) string {
	switch {
	case r.Name != "" && len(r.Flows) > 0:
		return "a flow declares it; asks for " + r.Name
	case r.Name != "":
		return "asks for " + r.Name
	case r.Guessed:
		return "who opened it is not known"
	case r.Reply:
		return "replies; a network ACL stops them"
	case r.Late:
		return "opens nothing; probably after the end of a connection"
	}
	return ""
}

// tiers lists how far the logs cover the tiers.
func (u usageResult) tiers() *table {
	t := &table{head: []string{"TIER", "INTERFACES", "COVERED", "GAPS"}}
	for _, tier := range u.result.Tiers {
		t.add(tier.ID, strconv.Itoa(tier.Interfaces), percent(tier.Covered), number(int64(len(tier.Gaps))))
	}
	return t
}

// percent writes a share. It never rounds up to 100 %.
func percent(share float64) string {
	if share >= 1 {
		return "100 %"
	}
	return fmt.Sprintf("%.1f %%", min(share*100, 99.9))
}

// notes returns the reasons behind verdicts, the problems of the logs, and what is assumed.
func (u usageResult) notes() []string {
	out := u.generalNotes()
	for _, f := range u.result.Flows {
		if !u.hasFlowLogs() {
			break
		}
		name := u.model.Flows[f.Flow].SubjectString()
		for _, text := range u.flowNotes(f) {
			out = append(out, name+": "+text)
		}
	}
	out = append(out, u.otherNotes()...)
	return append(out, u.readNotes()...)
}

// generalNotes returns what concerns the whole answer.
func (u usageResult) generalNotes() []string {
	var out []string
	if !u.hasFlowLogs() {
		out = append(out, "no records of flow logs were read, so nothing is said about flows")
	}
	if u.judge.problem != "" {
		out = append(out, "problem: which control rejects traffic is not known: "+u.judge.problem)
	}
	return out
}

// flowNotes returns the reasons behind the verdict of a flow.
func (u usageResult) flowNotes(f usage.FlowUse) []string {
	var out []string
	switch expires := u.model.Flows[f.Flow].Expires; {
	case f.Verdict == usage.NotSeen:
		out = append(out, "not seen: "+strings.Join(f.Doubts, "; "))
	case f.Verdict == usage.PerhapsUsed:
		out = append(out, "perhaps used: its traffic may also be of "+u.subjects(f.With))
	case f.Verdict == usage.Unused && expires != "":
		out = append(out, "never used, and it expires on "+expires+": it need not be renewed")
	}
	if f.Undelivered {
		out = append(out, "packets left their source, but no interface of the destination recorded them")
	}
	return out
}

// readNotes returns what was not counted, what could not be read, and what is assumed.
func (u usageResult) readNotes() []string {
	var out []string
	s := u.result.Skipped
	for _, skipped := range []struct {
		count int64
		what  string
	}{
		{s.NoData, "of idle interfaces"}, {s.Lost, "stand for records that AWS lost (SKIPDATA)"},
		{s.Foreign, "of other VPCs, or without an address of the network"},
		{s.Own, "of the network's own NAT gateways, firewall endpoints and attachments"},
		{s.UnknownIPv6, "with IPv6 addresses; name the network's block with --ipv6"},
	} {
		if skipped.count > 0 {
			out = append(out, fmt.Sprintf("not counted: %s %s", counted(int(skipped.count), "record", "records"), skipped.what))
		}
	}
	for _, p := range u.result.Logs.Problems {
		out = append(out, "problem: "+p.String())
	}
	if u.judge.isMade {
		out = append(out, "assumed: the deployed controls are those that \"tierwall generate\" makes of the file")
	}
	for _, a := range u.result.Assumptions {
		if !u.hasFlowLogs() {
			break
		}
		out = append(out, "assumed: "+a)
	}
	return out
}

// subjects names flows, a few of many.
func (u usageResult) subjects(flows []int) string {
	const most = 3
	var out []string
	for i, f := range flows {
		if i == most {
			out = append(out, fmt.Sprintf("%d more", len(flows)-i))
			break
		}
		out = append(out, u.model.Flows[f].SubjectString())
	}
	return strings.Join(out, ", ")
}

// usageJSON is the JSON of usage without --sql.
type usageJSON struct {
	Network string `json:"network" doc:"construct path"`
	*usage.Result
	Flows    []flowUseJSON  `json:"flows" doc:"all declared flows"`
	Rejected []rejectedJSON `json:"rejected,omitempty"`
	Refused  []rejectedJSON `json:"refused,omitempty"`

	Stopped       []stoppedJSON       `json:"stopped,omitempty"`
	FirewallRules []firewalluse.Rule  `json:"firewallRules,omitempty"`
	FirewallLogs  firewalllog.Summary `json:"firewallLogs,omitzero"`
	WebACLs       []webacluse.ACL     `json:"webACLs,omitempty"`
}

type flowUseJSON struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Service string `json:"service"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"`
	At      string `json:"at,omitempty" doc:"FILE:LINE of the declaration"`
	usage.FlowUse
}

// json writes the result with the names of flows.
func (u usageResult) json() (string, error) {
	out := usageJSON{
		Network: u.model.Network.Path, Result: u.result, Flows: []flowUseJSON{},
		Rejected: u.rejectedJSON(u.result.Rejected), Refused: u.rejectedJSON(u.result.Refused),
		Stopped: u.stoppedJSON(), FirewallRules: u.other.rules, FirewallLogs: u.other.firewall, WebACLs: u.other.webACLs,
	}
	for _, f := range u.result.Flows {
		d := u.model.Flows[f.Flow]
		out.Flows = append(out.Flows, flowUseJSON{
			d.From.String(), d.To.String(), arch.FormatService(d.Ports), d.Owner, d.Expires, where(d), f,
		})
	}
	return toJSON(out)
}
