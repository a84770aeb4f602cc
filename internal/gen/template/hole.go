package template

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// holes stand in texts for values that only the deployment knows. A text with a hole becomes a join of its parts.
type holes struct{ values []any }

// edge is on both sides of a hole. No text of a declaration has the character.
const edge = "\x00"

// hole returns a value as a text: itself, or a hole.
func (h *holes) hole(value any) string {
	if known, ok := value.(string); ok {
		return known
	}
	h.values = append(h.values, value)
	return edge + strconv.Itoa(len(h.values)-1) + edge
}

// filled returns a value with the values in place of its holes.
func (h *holes) filled(v any) any {
	switch v := v.(type) {
	case string:
		return h.joined(v)
	case object:
		for key, inner := range v {
			v[key] = h.filled(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = h.filled(inner)
		}
	}
	return v
}

// joined returns a text with the values in place of its holes.
func (h *holes) joined(text string) any {
	var parts []any
	for {
		before, rest, found := strings.Cut(text, edge)
		number, after, closed := strings.Cut(rest, edge)
		i, err := strconv.Atoi(number)
		if !found || !closed || err != nil || i >= len(h.values) {
			return join(append(parts, text)...)
		}
		parts, text = append(parts, before, h.values[i]), after
	}
}

// script returns a value as the JSON that JavaScript, and so the CDK, writes: numbers as keys come first, in their order, and nothing is
// escaped for HTML.
func script(v any) string {
	switch v := v.(type) {
	case map[string]string:
		entries := object{}
		for key, value := range v {
			entries[key] = value
		}
		return script(entries)
	case object:
		var parts []string
		for _, key := range scriptKeys(v) {
			parts = append(parts, plainJSON(key)+":"+script(v[key]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = script(one)
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return plainJSON(v)
}

// scriptKeys returns the keys of an object in JavaScript's order, if they were added in the order of the alphabet.
func scriptKeys(of object) []string {
	var numbers []int
	var out, texts []string
	for key := range of {
		if n, err := strconv.Atoi(key); err == nil && n >= 0 && strconv.Itoa(n) == key {
			numbers = append(numbers, n)
		} else {
			texts = append(texts, key)
		}
	}
	slices.Sort(numbers)
	slices.Sort(texts)
	for _, n := range numbers {
		out = append(out, strconv.Itoa(n))
	}
	return append(out, texts...)
}

// plainJSON returns a text, a number, a boolean or a list of texts as JSON without escapes that only HTML needs. Holes stay as they are.
func plainJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // Texts, numbers and booleans always encode.
	}
	text := strings.TrimSuffix(b.String(), "\n")
	return strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029", `\u0000`, edge, `\\`, `\\`).Replace(text)
}
