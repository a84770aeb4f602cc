package athena

import (
	"maps"
	"slices"
	"strings"
)

// DDL returns the statement that creates the table in Athena, for those who do not create it with CloudFormation. The database must exist.
func (t *Table) DDL(database string) string {
	var b strings.Builder
	b.WriteString("CREATE EXTERNAL TABLE IF NOT EXISTS `" + database + "`.`" + t.Name + "` (\n")
	writeColumns(&b, t.Columns)
	b.WriteString(")\nPARTITIONED BY (\n")
	writeColumns(&b, t.PartitionKeys)
	b.WriteString(")\nROW FORMAT SERDE " + hiveText(t.SerDe) + "\nWITH SERDEPROPERTIES (\n")
	writeProperties(&b, t.SerDeParameters)
	b.WriteString(")\nSTORED AS INPUTFORMAT " + hiveText(t.InputFormat) + "\nOUTPUTFORMAT " + hiveText(t.OutputFormat) + "\n")
	b.WriteString("LOCATION " + hiveText(t.Location) + "\nTBLPROPERTIES (\n")
	properties := maps.Clone(t.Parameters)
	delete(properties, "EXTERNAL") // The statement says it.
	writeProperties(&b, properties)
	b.WriteString(")")
	return b.String()
}

func writeColumns(b *strings.Builder, columns []Column) {
	for i, c := range columns {
		b.WriteString("  `" + c.Name + "` " + c.Type)
		endItem(b, i, len(columns))
	}
}

func writeProperties(b *strings.Builder, properties map[string]string) {
	for i, key := range slices.Sorted(maps.Keys(properties)) {
		b.WriteString("  " + hiveText(key) + " = " + hiveText(properties[key]))
		endItem(b, i, len(properties))
	}
}

func endItem(b *strings.Builder, i, of int) {
	if i+1 < of {
		b.WriteString(",")
	}
	b.WriteString("\n")
}

// hiveText quotes a text that has neither quotes nor backslashes: options are checked, and the rest is this package's own.
func hiveText(text string) string { return "'" + text + "'" }
