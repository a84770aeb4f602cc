package flowlog

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Format is the order of the fields in the lines of a log.
type Format struct {
	fields []*field
	text   string
}

// DefaultFormat is the format of flow logs that state none: version 2.
const DefaultFormat = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

// names holds the names of all fields, those that records do not hold too, so that a header is told from a record.
var names = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for name := range fields() {
		out[name] = true
	}
	for name := range strings.FieldsSeq("version account-id subnet-id instance-id type region az-id sublocation-type sublocation-id " +
		"pkt-src-aws-service pkt-dst-aws-service traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn " +
		"ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn " +
		"ecs-task-id encryption-status instance-tag instance-tag-2 interface-tag-2 asg-tag asg-tag-2 interface-type " +
		"next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type") {
		out[name] = true
	}
	return out
})

// FieldNames returns the names of all fields, sorted, those that records do not hold too.
func FieldNames() []string { return slices.Sorted(maps.Keys(names())) }

// UsedFields returns the names of the fields that records hold, sorted.
func UsedFields() []string { return slices.Sorted(maps.Keys(fields())) }

// ParseFormat reads a format: the names of fields with spaces between them, as in a header line or in a LogFormat property with ${srcaddr}.
func ParseFormat(text string) (Format, error) {
	out := Format{text: text}
	seen := map[string]bool{}
	for name := range strings.FieldsSeq(text) {
		name = fieldName(name)
		if seen[name] {
			return Format{}, fmt.Errorf("the format names the field %s twice", name)
		}
		seen[name] = true
		f, ok := fields()[name]
		if !ok {
			if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || name[0] < 'a' {
				return Format{}, fmt.Errorf("%q is not the name of a field; write names as in %q", name, "${srcaddr} ${dstaddr}")
			}
			f = skipped
		}
		out.fields = append(out.fields, f)
	}
	if missing := missingFields(out.fields); len(missing) > 0 {
		return Format{}, fmt.Errorf("the format has no %s; a flow cannot be told without", strings.Join(missing, ", "))
	}
	return out, nil
}

// fieldName returns the name of a field that is written as "srcaddr", "${srcaddr}" or, in Parquet, "pkt_srcaddr".
func fieldName(written string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(written, "${"), "}")
	return strings.ReplaceAll(name, "_", "-")
}

// missingFields returns the names of needed fields that are not there.
func missingFields(have []*field) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(fields())) {
		if f := fields()[name]; f.needed && !slices.Contains(have, f) {
			out = append(out, name)
		}
	}
	return out
}

// isHeader reports whether a line consists of names of fields. Fields that newer versions add may be among them.
func isHeader(line []byte) bool {
	if c := line[0]; c < 'a' || c > 'z' { // Names begin with a letter, and most records with a digit.
		return false
	}
	first, _, _ := bytes.Cut(line, []byte(" "))
	if !names()[string(first)] {
		return false
	}
	known, all := 0, 0
	for name := range strings.FieldsSeq(string(line)) {
		all++
		if names()[name] {
			known++
		}
	}
	return known*2 > all
}
