package template

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode"
)

// record is a mapping in the order in which it is written.
type record []field

type field struct {
	name  string
	value any
}

// record returns the template as both formats write it.
func (t *Template) record() record {
	return record{
		{"Description", t.Description},
		{"Parameters", section(t.Parameters, Parameter.record)},
		{"Resources", section(t.Resources, (*Resource).record)},
		{"Outputs", section(t.Outputs, Output.record)},
	}.filled()
}

func (p Parameter) record() record {
	return record{{"Type", p.Type}, {"Description", p.Description}}.filled()
}

func (r *Resource) record() record {
	return record{
		{"Type", r.Type}, {"DependsOn", r.DependsOn}, {"DeletionPolicy", r.DeletionPolicy}, {"UpdateReplacePolicy", r.UpdateReplacePolicy},
		{"Properties", r.Properties}, {"Metadata", r.Metadata},
	}.filled()
}

func (o Output) record() record {
	return record{{"Description", o.Description}, {"Value", o.Value}, {"Export", o.Export}}.filled()
}

// section returns entries by their names.
func section[V any](entries map[string]V, of func(V) record) record {
	var out record
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		out = append(out, field{name, of(entries[name])})
	}
	return out
}

// filled leaves out fields that are empty.
func (r record) filled() record {
	return slices.DeleteFunc(r, func(f field) bool { return f.value == nil || isEmpty(f.value) })
}

// isEmpty reports whether a value is an empty text, list or mapping.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	entries, ok := entriesOf(v)
	return ok && len(entries) == 0
}

// entriesOf returns the entries of a mapping in their order.
func entriesOf(v any) (entries record, isMapping bool) {
	switch v := v.(type) {
	case record:
		return v, true
	case object:
		return sorted(v), true
	case map[string]string:
		return sorted(v), true
	}
	return nil, false
}

func sorted[V any](entries map[string]V) record {
	out := make(record, 0, len(entries))
	for name, value := range entries {
		out = append(out, field{name, value})
	}
	slices.SortFunc(out, func(a, b field) int { return compareNames(a.name, b.name) })
	return out
}

func compareNames(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// appendNumber appends a number, a boolean or nothing. Both formats spell them alike.
func appendNumber(to []byte, v any) (out []byte, ok bool) {
	switch v := v.(type) {
	case nil:
		return append(to, "null"...), true
	case bool:
		return strconv.AppendBool(to, v), true
	case int:
		return strconv.AppendInt(to, int64(v), 10), true
	case float64:
		return strconv.AppendFloat(to, v, 'f', -1, 64), true
	}
	return to, false
}

// appendQuoted appends a text in quotes. JSON and YAML read the same text from it. Characters that cannot be seen are escaped, except those
// beyond 16 bits, whose escapes the formats spell differently.
func appendQuoted(to []byte, text string) []byte {
	to = append(to, '"')
	plain := plainLength(text)
	to = append(to, text[:plain]...)
	for _, r := range text[plain:] {
		switch {
		case r == '"' || r == '\\':
			to = append(to, '\\', byte(r))
		case r == '\n':
			to = append(to, `\n`...)
		case r == '\t':
			to = append(to, `\t`...)
		case r >= ' ' && r < 0x7f || r > 0x7f && unicode.IsPrint(r) || r > 0xffff:
			to = append(to, string(r)...)
		default:
			to = fmt.Appendf(to, `\u%04x`, r)
		}
	}
	return append(to, '"')
}

// plainLength returns how many bytes at the start of a text need no escape, which are almost always all of it.
func plainLength(text string) int {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return i
		}
	}
	return len(text)
}
