package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/plan/detail"
)

// plansOnly is a note on comparisons with an app, whose settings are in its code.
const plansOnly = "load balancers, logs and names are compared between files only"

// compare writes what plans change. Plans with the same name are compared, and the only plan of a side with every one.
func (p planCommand) compare(old, now []namedPlan) (string, error) {
	out := planChangesJSON{Changes: []planChangeJSON{}}
	var b strings.Builder
	for _, one := range now {
		before, ok := counterpart(old, one.name)
		if !ok {
			return "", fmt.Errorf("%s has no plan %q to compare with; name one with --environment", p.Changes, one.name)
		}
		was, tables, note := comparedTables(before, one)
		changes := detail.Changes(was, tables)
		switch p.Format {
		case "json":
			out.Changes = append(out.Changes, planChangeOf(one.name, note, tables, changes))
		case "markdown":
			b.WriteString("# " + escapeMarkdown(one.name) + "\n\n" + changesText(tables, changes, columnWords, (*table).markdown) + noteLine(note))
		default:
			b.WriteString(one.name + ": " + changesText(tables, changes, columnHead, (*table).text) + noteLine(note))
		}
	}
	if p.Format == "json" {
		return toJSON(out)
	}
	return b.String(), nil
}

func noteLine(note string) string {
	if note == "" {
		return ""
	}
	return "\nnote: " + note + "\n"
}

// comparedTables returns the tables of two plans. Two files also have settings, of which the plans know only some; otherwise a note says
// so.
func comparedTables(before, now namedPlan) (was, is []detail.Table, note string) {
	was, is = before.tables(), now.tables()
	if before.settings == nil || now.settings == nil {
		return was, is, plansOnly
	}
	return append(was, settingsTable(before)), append(is, settingsTable(now)), ""
}

func settingsTable(p namedPlan) detail.Table {
	t := detail.Table{Name: "settings", Title: "Settings", Columns: []string{"key", "value"}, Keyed: true, Absent: "-"}
	for _, s := range p.settings {
		t.Rows = append(t.Rows, []string{s.Key, s.Value})
	}
	return t
}

// counterpart returns the plan to compare with.
func counterpart(plans []namedPlan, name string) (namedPlan, bool) {
	for _, one := range plans {
		if one.name == name {
			return one, true
		}
	}
	if len(plans) == 1 {
		return plans[0], true
	}
	return namedPlan{}, false
}

// changesText writes changes, one table for each table of the plan.
func changesText(tables []detail.Table, changes []detail.Change, head func(string) string, write func(*table) string) string {
	if len(changes) == 0 {
		return "the plan does not change\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d changes\n", len(changes))
	for _, t := range tables {
		out := &table{head: []string{""}}
		for _, column := range t.Bare() {
			out.head = append(out.head, head(column))
		}
		for _, change := range changes {
			if change.Table == t.Name {
				out.add(append([]string{change.Mark}, change.Row...)...)
			}
		}
		if len(out.rows) > 0 {
			b.WriteString("\n" + t.Title + ":\n\n" + write(out))
		}
	}
	return b.String()
}

// planChangesJSON is the JSON of plan with --changes.
type planChangesJSON struct {
	Changes []planChangeJSON `json:"changes" doc:"one for each environment, or network of an app"`
}

type planChangeJSON struct {
	Name    string          `json:"name"`
	Changes []rowChangeJSON `json:"changes"`
	Note    string          `json:"note,omitempty"`
}

type rowChangeJSON struct {
	In   string `json:"in" doc:"the table"`
	Mark string `json:"mark" doc:"+ for a new row, - for one that is gone, ~ for one that changes"`
	Row  rowMap `json:"row"`
}

func planChangeOf(name, note string, tables []detail.Table, changes []detail.Change) planChangeJSON {
	columns := map[string][]string{}
	for _, t := range tables {
		columns[t.Name] = t.Bare()
	}
	rows := []rowChangeJSON{}
	for _, c := range changes {
		rows = append(rows, rowChangeJSON{c.Table, c.Mark, rowJSON(columns[c.Table], c.Row)})
	}
	return planChangeJSON{name, rows, note}
}
