package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/plan/detail"
	"github.com/tierwall/tierwall/internal/plan/summary"
)

// show writes plans.
func (p planCommand) show(plans []namedPlan) (string, error) {
	if p.Format == "json" {
		out := plansJSON{Plans: []planJSON{}}
		for _, one := range plans {
			out.Plans = append(out.Plans, planJSON{one.name, one.Model.Network.Path, tablesJSON(one.tables())})
		}
		return toJSON(out)
	}
	var b strings.Builder
	for i, one := range plans {
		if i > 0 {
			b.WriteString("\n")
		}
		if p.Format == "markdown" {
			b.WriteString("# " + escapeMarkdown(one.name) + "\n")
			writeMarkdown(&b, one.tables())
			continue
		}
		if len(plans) > 1 {
			b.WriteString(one.name + ":\n\n")
		}
		b.WriteString(summary.Text(one.Plan))
		for _, t := range one.tables() {
			if !inSummary[t.Name] && len(t.Rows) > 0 {
				b.WriteString("\n" + textOf(t))
			}
		}
	}
	return b.String(), nil
}

// inSummary are the tables that the summary has, and those that are too long for a text: the table of what watches the network counts them.
var inSummary = map[string]bool{
	"totals": true, "flows": true, "dataClasses": true, "policies": true, "firewallRules": true, "webACLRules": true,
	"endpoints": true, "widenings": true, "alarms": true, "dnsNames": true,
}

func textOf(t detail.Table) string {
	out := &table{}
	for _, column := range t.Columns {
		out.head = append(out.head, columnHead(column))
	}
	out.rows = t.Rows
	text := t.Title + ":\n\n" + out.fit()
	if t.Note != "" {
		text += prose("note: "+t.Note) + "\n"
	}
	return text
}

// columnHead writes the name of a column as the head of a text table.
func columnHead(name string) string { return strings.ToUpper(columnWords(name)) }

// columnWords writes the name of a column in words: "declared at".
func columnWords(name string) string {
	if name == "networkACL" {
		return "network ACL"
	}
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteString(" " + strings.ToLower(string(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func writeMarkdown(b *strings.Builder, tables []detail.Table) {
	for _, t := range tables {
		if len(t.Rows) == 0 {
			continue
		}
		out := &table{rows: t.Rows}
		for _, column := range t.Columns {
			out.head = append(out.head, columnWords(column))
		}
		fmt.Fprintf(b, "\n## %s\n\n%s", t.Title, out.markdown())
		if t.Note != "" {
			b.WriteString("\n" + escapeMarkdown(t.Note) + "\n")
		}
	}
}

// plansJSON is the JSON of plan without --changes.
type plansJSON struct {
	Plans []planJSON `json:"plans" doc:"one for each environment, or network of an app"`
}

type planJSON struct {
	Name    string              `json:"name"`
	Network string              `json:"network" doc:"construct path"`
	Plan    map[string][]rowMap `json:"plan" doc:"the rows of each table, by the name of the table"`
}

// rowMap is a row of a table of the plan: values by the names of columns. An empty value is left out.
type rowMap map[string]string

// tablesJSON returns tables as lists of objects, by the names of the tables.
func tablesJSON(tables []detail.Table) map[string][]rowMap {
	out := map[string][]rowMap{}
	for _, t := range tables {
		rows := []rowMap{}
		for _, row := range t.Rows {
			rows = append(rows, rowJSON(t.Columns, row))
		}
		out[t.Name] = rows
	}
	return out
}

func rowJSON(columns, row []string) rowMap {
	out := rowMap{}
	for i, cell := range row {
		if cell != "" {
			out[columns[i]] = cell
		}
	}
	return out
}
