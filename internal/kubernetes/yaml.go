package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// writeMap writes a mapping. The first entry begins where out ends.
func writeMap(out *bytes.Buffer, m map[string]any, depth int) {
	for i, key := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			indent(out, depth)
		}
		out.WriteString(text(key) + ":")
		writeValue(out, m[key], depth)
	}
}

// writeValue writes what stands behind a key.
func writeValue(out *bytes.Buffer, value any, depth int) {
	switch v := value.(type) {
	case map[string]any:
		if len(v) > 0 {
			out.WriteByte('\n')
			indent(out, depth+1)
			writeMap(out, v, depth+1)
			return
		}
	case []any:
		if len(v) > 0 {
			out.WriteByte('\n')
			writeList(out, v, depth)
			return
		}
	}
	out.WriteString(" " + scalar(value) + "\n")
}

// writeList writes the items of a list, which stand below the key.
func writeList(out *bytes.Buffer, list []any, depth int) {
	for _, item := range list {
		indent(out, depth)
		out.WriteString("- ")
		if m, ok := item.(map[string]any); ok && len(m) > 0 {
			writeMap(out, m, depth+1)
			continue
		}
		out.WriteString(scalar(item) + "\n")
	}
}

func indent(out *bytes.Buffer, depth int) { out.WriteString(strings.Repeat("  ", depth)) }

// scalar writes what stands on one line.
func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return text(v)
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	case map[string]any:
		return "{}"
	case []any:
		return "[]"
	}
	panic(fmt.Sprintf("kubernetes: a policy holds a %T", value))
}

var (
	plain = lazyregexp.New(`^[A-Za-z](?:[A-Za-z0-9./_-]*[A-Za-z0-9])?$`)
	// words are texts that some version of YAML takes for something else.
	words = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null"}
)

// text writes a text, in quotes unless every version of YAML takes it for a text.
func text(s string) string {
	if plain.MatchString(s) && !slices.Contains(words, strings.ToLower(s)) {
		return s
	}
	quoted, err := json.Marshal(s) // A text of JSON is a text of YAML.
	if err != nil {
		panic(fmt.Sprintf("kubernetes: %q is no JSON: %v", s, err))
	}
	return string(quoted)
}
