package cli

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/usage"
)

// usageColumns are the columns of CSV. KIND says what a line is: a line has what its kind has, and other cells are empty.
var usageColumns = []string{
	"KIND", "FROM", "TO", "SERVICE", "VERDICT", "RECORDS", "RAN", "OPENED", "BYTES", "FIRST", "LAST", "SOURCES", "OWNER", "EXPIRES",
	"DECLARED", "NAME", "CONTROL", "EXAMPLE", "INTERFACE", "NOTE",
}

// usageLine holds the cells of one line of CSV by column.
type usageLine map[string]string

// csv writes the whole result, one answer in each line.
func (u usageResult) csv() (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(usageColumns) // Errors of a strings.Builder do not exist.
	for _, line := range u.lines() {
		var cells []string
		for _, column := range usageColumns {
			cells = append(cells, plainCell(line[column]))
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.String(), w.Error()
}

// lines returns the lines of CSV, by kind.
func (u usageResult) lines() []usageLine {
	var out []usageLine
	if u.hasFlowLogs() {
		out = append(out, u.flowLines()...)
	}
	for _, part := range []struct {
		kind    string
		rows    []usage.Row
		comment func(usage.Row) string
	}{
		{"undeclared", u.result.Undeclared, func(usage.Row) string { return "" }},
		{"rejected", u.result.Rejected, u.causeText}, {"refused", u.result.Refused, u.causeText},
		{"stopped by firewall", u.result.Stopped, u.judge.Declare},
	} {
		for i, r := range part.rows {
			comment := "only the first " + strconv.Itoa(mostCauses) + " rows of each kind are explained"
			if i < mostCauses {
				comment = part.comment(r)
			}
			out = append(out, rowLine(part.kind, r, comment))
		}
	}
	out = append(out, u.controlLines()...)
	if u.hasFlowLogs() {
		out = append(out, u.coverageLines()...)
	}
	return append(out, u.readLines()...)
}

// flowLines are the declared flows.
func (u usageResult) flowLines() []usageLine {
	var out []usageLine
	t := u.flows(moment)
	for i, row := range t.rows {
		f := u.result.Flows[i]
		line := usageLine{"KIND": "flow", "NOTE": strings.Join(u.flowNotes(f), "; ")}
		if u.model.Flows[f.Flow].Exception {
			line["KIND"] = "exception"
		}
		for at, column := range t.head {
			line[column] = row[at]
		}
		out = append(out, line)
	}
	return out
}

// rowLine is one line of traffic that is not both declared and accepted.
func rowLine(kind string, r usage.Row, comment string) usageLine {
	return usageLine{
		"KIND": kind, "FROM": r.From, "TO": r.To, "SERVICE": r.Service, "RECORDS": number(r.Traffic.Records),
		"OPENED": number(r.Traffic.Opened), "BYTES": number(r.Traffic.Bytes), "FIRST": moment(r.Traffic.First), "LAST": moment(r.Traffic.Last),
		"SOURCES": sourcesText(r.Sources), "NAME": r.Name, "EXAMPLE": r.Source.String() + " -> " + r.Destination.String(),
		"INTERFACE": r.Interface, "NOTE": joinTexts(rowNote(r), comment),
	}
}

func (u usageResult) causeText(r usage.Row) string { return strings.Join(u.causeTexts(r), "; ") }

// controlLines are what logs of firewalls and web ACLs show.
func (u usageResult) controlLines() []usageLine {
	var out []usageLine
	for _, r := range u.other.rules {
		var alerts int64
		for _, n := range r.Verdicts {
			alerts += n
		}
		action := ""
		if r.Action != "" {
			action = "action " + r.Action
		}
		out = append(out, usageLine{
			"KIND": "firewall rule", "VERDICT": string(r.State), "RECORDS": number(alerts), "FIRST": moment(r.First), "LAST": moment(r.Last),
			"NAME": number(int64(r.SID)), "CONTROL": r.Group, "EXAMPLE": r.Example,
			"NOTE": joinTexts(action, servesText(r), countsText(r.Verdicts), r.Note),
		})
	}
	for _, f := range u.result.Flows {
		if s := f.Firewall; s.Records > 0 {
			d := u.model.Flows[f.Flow]
			out = append(out, usageLine{
				"KIND": "firewall connections", "FROM": d.From.String(), "TO": d.To.String(), "SERVICE": arch.FormatService(d.Ports),
				"RECORDS": number(s.Records), "BYTES": number(s.Bytes), "FIRST": moment(s.First), "LAST": moment(s.Last),
				"NOTE": "a flow log of a firewall does not show whether the packets passed",
			})
		}
	}
	for _, a := range u.other.webACLs {
		for _, r := range a.Rules {
			out = append(out, usageLine{
				"KIND": "web ACL rule", "VERDICT": string(r.State), "RECORDS": number(r.Matched), "RAN": number(r.Ran),
				"FIRST": moment(a.First), "LAST": moment(a.Last), "NAME": r.Name, "CONTROL": a.Name, "NOTE": r.Note,
			})
		}
	}
	return out
}

// coverageLines say how far the logs cover the tiers, and where they have gaps.
func (u usageResult) coverageLines() []usageLine {
	var out []usageLine
	for _, t := range u.result.Tiers {
		out = append(out, usageLine{
			"KIND": "coverage", "VERDICT": percent(t.Covered), "FIRST": moment(u.result.From), "LAST": moment(u.result.To), "NAME": t.ID,
			"NOTE": joinTexts(counted(t.Interfaces, "interface", "interfaces"), strings.Join(t.Doubts, "; ")),
		})
		for _, g := range t.Gaps {
			out = append(out, usageLine{"KIND": "gap", "FIRST": moment(g.From), "LAST": moment(g.To), "NAME": t.ID})
		}
	}
	return out
}

// readLines say what was read, what could not be read, and what is assumed.
func (u usageResult) readLines() []usageLine {
	out := []usageLine{{"KIND": "read", "FIRST": moment(u.result.From), "LAST": moment(u.result.To), "NOTE": u.headline()}}
	for _, text := range slices.Concat(u.generalNotes(), u.otherNotes(), u.readNotes()) {
		kind, rest, ok := strings.Cut(text, ": ")
		if !ok || !slices.Contains([]string{"problem", "assumed", "not counted"}, kind) {
			kind, rest = "note", text
		}
		out = append(out, usageLine{"KIND": kind, "NOTE": rest})
	}
	return out
}

// joinTexts joins the texts that are not empty.
func joinTexts(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), "; ")
}

// formulaStart matches what a spreadsheet reads as the begin of a formula: at the begin of a cell, or after a semicolon, which separates
// cells in some countries.
var formulaStart = lazyregexp.New(`(^|;)( *[=+\-@\t\r＝＋－＠])`)

// plainCell keeps spreadsheets from reading a text as a formula.
func plainCell(text string) string {
	return formulaStart.ReplaceAllString(printable(newlines.Replace(text)), "$1'$2")
}
