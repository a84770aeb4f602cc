package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/athena"
)

// usageSQL holds the flags of usage that are for --sql.
type usageSQL struct {
	SQL     string `name:"sql" enum:",text,parquet" default:"" help:"Write SQL for Athena over files in S3: text or parquet."`
	Table   string `placeholder:"NAME" default:"tierwall.flow_logs" help:"Database and table for --sql."`
	PerHour bool   `help:"The logs for --sql have a folder for each hour."`
	Since   string `placeholder:"DAY" help:"First day of the logs to read for --sql, as in 2026-11-01."`
	Until   string `placeholder:"DAY" help:"Last day of the logs to read for --sql."`
}

// checkSQL refuses flags that mean something only with --sql, or only without.
func (u usageCommand) checkSQL() error {
	if u.SQL != "" && u.Interfaces != "" {
		return errors.New("--sql takes no --interfaces: the queries would be wrong as soon as an interface comes or goes")
	}
	for _, flag := range []struct {
		name  string
		given bool
	}{{"--since", u.Since != ""}, {"--until", u.Until != ""}, {"--per-hour", u.PerHour}} {
		if flag.given && u.SQL == "" {
			return fmt.Errorf("%s is for --sql; without --sql, name the folders of the days to read", flag.name)
		}
	}
	return nil
}

// writeSQL writes the definition of the table and the queries.
func (u usageCommand) writeSQL(c console, network *usage.Network) error {
	options, err := u.sqlOptions()
	if err != nil {
		return err
	}
	table, err := athena.Define(options)
	if err != nil {
		return fmt.Errorf("--sql: %w", err)
	}
	queries, err := athena.Queries(network, options)
	if err != nil {
		return fmt.Errorf("--sql: %w", err)
	}
	all := []athena.Query{
		{Name: "database", Description: "The database of the table.", SQL: "CREATE DATABASE IF NOT EXISTS `" + options.Database + "`"},
		{Name: "table", Description: "The table over the logs.", SQL: table.DDL(options.Database)},
	}
	all = append(all, queries...)
	if u.Format == "json" {
		text, err := toJSON(all)
		return c.finish(text, err, false)
	}
	return c.finish(statements(all), nil, false)
}

// statements writes statements one after the other. Athena runs one at a time.
func statements(all []athena.Query) string {
	var b strings.Builder
	for i, q := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString("-- " + q.Name + "\n" + q.SQL + ";\n")
	}
	return b.String()
}

// sqlOptions returns what the flags say of the table.
func (u usageCommand) sqlOptions() (athena.Options, error) {
	out := athena.Options{Parquet: u.SQL == "parquet", PerHour: u.PerHour}
	switch {
	case len(u.Logs) != 1:
		return out, errors.New("--sql takes one folder of logs in S3, as in " +
			"\"s3://BUCKET/AWSLogs/aws-account-id=ACCOUNT/aws-service=vpcflowlogs/aws-region=REGION/\"")
	case u.Format != "text" && u.Format != "json":
		return out, fmt.Errorf("--format: got %q; with --sql, allowed are text and json", u.Format)
	}
	out.Location = u.Logs[0]
	if !strings.HasSuffix(out.Location, "/") {
		out.Location += "/"
	}
	var ok bool
	if out.Database, out.Table, ok = strings.Cut(u.Table, "."); !ok {
		return out, fmt.Errorf("--table: got %q; allowed is a database and a table, as in \"tierwall.flow_logs\"", u.Table)
	}
	for _, name := range strings.Fields(u.LogFormat) {
		out.Fields = append(out.Fields, strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(name, "${"), "}"), "_", "-"))
	}
	var err error
	if out.Since, err = dayFlag("--since", u.Since); err != nil {
		return out, err
	}
	out.Until, err = dayFlag("--until", u.Until)
	return out, err
}

// dayFlag reads a day; the zero time if there is none.
func dayFlag(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fmt.Errorf("%s: got %q; allowed is a day, as in 2026-11-01", name, text)
	}
	return day, nil
}
