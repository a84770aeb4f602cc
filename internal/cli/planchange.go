package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/plan/detail"
)

// compare writes what plans change. Plans with the same name are compared, and the only plan of a side with every one.
func (p planCommand) compare(old, now []namedPlan) (string, error) {
	out := []any{}
	var b strings.Builder
	for _, one := range now {
		before, ok := counterpart(old, one.name)
		if !ok {
			return "", fmt.Errorf("%s has no plan %q to compare with; name one with --environment", p.Changes, one.name)
		}
		tables := detail.Of(one.Plan)
		changes := detail.Changes(detail.Of(before.Plan), tables)
		switch p.Format {
		case "json":
			out = append(out, planChangesJSON(one.name, tables, changes))
		case "markdown":
			b.WriteString("# " + escapeMarkdown(one.name) + "\n\n" + changesText(tables, changes, (*table).markdown))
		default:
			b.WriteString(one.name + ": " + changesText(tables, changes, (*table).text))
		}
	}
	if p.Format == "json" {
		return toJSON(map[string]any{"changes": out})
	}
	return b.String(), nil
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
func changesText(tables []detail.Table, changes []detail.Change, write func(*table) string) string {
	if len(changes) == 0 {
		return "the plan does not change\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d changes\n", len(changes))
	for _, t := range tables {
		out := &table{head: []string{""}}
		for _, column := range t.Bare() {
			out.head = append(out.head, columnWords(column))
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

func planChangesJSON(name string, tables []detail.Table, changes []detail.Change) any {
	columns := map[string][]string{}
	for _, t := range tables {
		columns[t.Name] = t.Bare()
	}
	rows := []any{}
	for _, c := range changes {
		rows = append(rows, map[string]any{"in": c.Table, "mark": c.Mark, "row": rowJSON(columns[c.Table], c.Row)})
	}
	return map[string]any{"name": name, "changes": rows}
}
