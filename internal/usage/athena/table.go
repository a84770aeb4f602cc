package athena

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/flowlog"
)

// Table is the definition of a table in the Glue catalog, in the terms of the property TableInput of AWS::Glue::Table.
type Table struct {
	Name          string
	Columns       []Column
	PartitionKeys []Column
	Location      string
	InputFormat   string
	OutputFormat  string
	// SerDe is the serialization library, SerDeParameters are its parameters.
	SerDe           string
	SerDeParameters map[string]string
	Parameters      map[string]string
}

// Column is a column with its type in Hive: "string", "int" or "bigint".
type Column struct{ Name, Type string }

// The first and the last year that the table has folders of. AWS delivers flow logs to S3 since 2018.
const (
	firstYear = 2018
	lastYear  = 2060
)

// numbers are the types of the fields that are numbers. They are those of AWS's Parquet files. All other fields are texts.
func typeOf(field string) string {
	switch field {
	case "version", "srcport", "dstport", "protocol", "tcp-flags", "traffic-path":
		return "int"
	case "packets", "bytes", "start", "end":
		return "bigint"
	}
	return "string"
}

// columnName returns the name of a field's column: AWS's Parquet files have underscores.
func columnName(field string) string { return strings.ReplaceAll(field, "-", "_") }

var partitions = []Column{{"year", "int"}, {"month", "int"}, {"day", "int"}, {"hour", "int"}}

func isPartition(field string) bool {
	return slices.ContainsFunc(partitions, func(c Column) bool { return c.Name == field })
}

// withDefaults fills in the format.
func (o Options) withDefaults() Options {
	if o.Fields == nil {
		o.Fields = strings.Fields(flowlog.DefaultFormat)
	}
	return o
}

// Define returns the definition of the table.
func Define(o Options) (*Table, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	t := &Table{
		Name: o.Table, Location: o.Location, PartitionKeys: partitions[:3:3],
		InputFormat:     "org.apache.hadoop.mapred.TextInputFormat",
		OutputFormat:    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
		SerDe:           "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
		SerDeParameters: map[string]string{"field.delim": " ", "serialization.format": " "},
		Parameters:      map[string]string{"EXTERNAL": "TRUE", "projection.enabled": "true"},
	}
	if o.PerHour {
		t.PartitionKeys = partitions
	}
	for _, field := range o.Fields {
		t.Columns = append(t.Columns, Column{columnName(field), typeOf(field)})
	}
	if o.Parquet {
		t.InputFormat = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
		t.OutputFormat = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
		t.SerDe, t.SerDeParameters = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", map[string]string{"serialization.format": "1"}
	} else {
		t.Parameters["skip.header.line.count"] = "1"
	}
	t.project()
	return t, nil
}

// project says which folders there are, so that Athena need not be told of each: "year=2026/month=03/day=01/".
func (t *Table) project() {
	template := t.Location
	for _, key := range t.PartitionKeys {
		digits, ranges := "2", map[string]string{"month": "1,12", "day": "1,31", "hour": "0,23"}[key.Name]
		if key.Name == "year" {
			digits, ranges = "4", fmt.Sprintf("%d,%d", firstYear, lastYear)
		}
		prefix := "projection." + key.Name
		t.Parameters[prefix+".type"], t.Parameters[prefix+".range"], t.Parameters[prefix+".digits"] = "integer", ranges, digits
		template += key.Name + "=${" + key.Name + "}/"
	}
	t.Parameters["storage.location.template"] = template
}
