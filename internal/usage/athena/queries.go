package athena

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/tierwall/tierwall/internal/usage"
)

//go:embed sql
var sqlFiles embed.FS

// MaxQueryBytes is the length of the longest query that Athena takes.
const MaxQueryBytes = 262_144

// Query is one question about the logs of a network.
type Query struct {
	// Name is lower-case letters and underscores.
	Name        string `json:"name"`
	Description string `json:"description"`
	// SQL is one statement without a semicolon.
	SQL string `json:"sql"`
}

// question says of which files a query consists.
type question struct {
	name, description string
	only              string // a condition on records
	tables            func(*declaration) []*values
	files             []string
}

var questions = []question{
	{
		name: "flows", description: "Which declared flows were used, by how many sources, when, and which were not.",
		tables: func(d *declaration) []*values {
			return []*values{&d.flows, &d.ends, &d.tiers, &d.peers, &d.ports, &d.services, &d.areas, &d.areaTiers, &d.narrows, &d.ranges}
		},
		only:  " AND action = 'ACCEPT'",
		files: []string{"records", "interfaces", "talks", "matches", "gaps", "verdicts", "flows"},
	},
	{
		name: "undeclared", description: "Accepted traffic that no flow declares.", tables: rowTables,
		only: " AND action = 'ACCEPT'", files: []string{"records", "interfaces", "talks", "matches", "rows"},
	},
	{
		name: "rejected", description: "Rejected traffic by tiers, whether a flow declares it or not.", tables: rowTables,
		only: " AND action = 'REJECT'", files: []string{"records", "interfaces", "talks", "matches", "rows"},
	},
	{
		name: "coverage", description: "Which part of the time the logs cover, tier by tier.",
		tables: func(d *declaration) []*values { return []*values{&d.tiers, &d.areas, &d.areaTiers, &d.ranges} },
		files:  []string{"records", "interfaces", "gaps", "coverage"},
	},
	{
		name: "skipped", description: "Records that say nothing about the flows of the network.",
		tables: func(d *declaration) []*values { return []*values{&d.services, &d.areas, &d.narrows, &d.ranges} },
		files:  []string{"records", "interfaces", "talks", "skipped"},
	},
}

func rowTables(d *declaration) []*values {
	return []*values{&d.flows, &d.peers, &d.ports, &d.services, &d.areas, &d.narrows, &d.ranges}
}

// Queries returns the questions about the logs of a network. Its list of interfaces is not part of them.
func Queries(n *usage.Network, o Options) ([]Query, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	d := declare(n)
	var out []Query
	for _, q := range questions {
		sql, err := q.write(d, n, o)
		if err != nil {
			return nil, err
		}
		if len(sql) > MaxQueryBytes {
			return nil, fmt.Errorf("the query %s has %d bytes, and Athena takes up to %d: the network has %d flows, %d ranges of addresses and "+
				"%d ports of flows; read the logs with \"tierwall usage\", or declare fewer blocks and ports", q.name, len(sql), MaxQueryBytes,
				len(d.flows.rows), len(d.ranges.rows), len(d.ports.rows))
		}
		out = append(out, Query{Name: q.name, Description: q.description, SQL: sql})
	}
	return out, nil
}

// write writes a query: its comment, the declaration, and the steps.
func (q question) write(d *declaration, n *usage.Network, o Options) (string, error) {
	var steps []string
	for _, table := range q.tables(d) {
		steps = append(steps, table.String())
	}
	data := map[string]any{
		"Table": `"` + o.Database + `"."` + o.Table + `"`, "VPC": n.VPC, "Period": o.period(), "Only": q.only, "UnknownIPv6": d.unknownIPv6,
	}
	last := len(q.files) - 1
	for _, file := range q.files[:last] {
		step, err := fill(file, data, o)
		if err != nil {
			return "", err
		}
		steps = append(steps, step)
	}
	end, err := fill(q.files[last], data, o)
	if err != nil {
		return "", err
	}
	// The last file has steps of its own, and then the statement.
	between := ",\n"
	if strings.HasPrefix(end, "SELECT") {
		between = "\n"
	}
	head := "-- " + q.description + "\n-- Network: " + printable(n.Model.Network.Path) + "\nWITH\n"
	return head + strings.Join(steps, ",\n") + between + end, nil
}

// fill fills a file of SQL in.
func fill(file string, data any, o Options) (string, error) {
	source, err := sqlFiles.ReadFile("sql/" + file + ".sql")
	if err != nil {
		return "", err
	}
	t, err := template.New(file).Funcs(template.FuncMap{
		"text": text, "isAddress": isAddress, "family": familyOf, "expand": expand, "pad": pad,
		"column": func(field string) string {
			if slices.Contains(o.Fields, field) {
				return columnName(field)
			}
			return ""
		},
	}).Parse(string(source))
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return "", err
	}
	return strings.TrimRight(b.String(), "\n"), nil
}
