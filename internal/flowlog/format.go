package flowlog

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/flowlog/fieldname"
)

// Format is the order of the fields in the lines of a log.
type Format struct {
	fields []*field
	text   string
}

// DefaultFormat is the format of flow logs that state none: version 2.
const DefaultFormat = fieldname.Default

// names holds the names of all fields, those that records do not hold too, so that a header is told from a record.
var names = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, name := range fieldname.All() {
		out[name] = true
	}
	return out
})

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
