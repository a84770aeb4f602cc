package calls

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// JSON returns c as JSON without zero values. symbolic returns a text with symbols in place of CDK tokens, so that equal calls give equal
// bytes.
func (c *Calls) JSON(symbolic func(string) string) (json.RawMessage, error) {
	out := *c
	named := c.nameResources(symbolic)
	out.Resources = distinct(named)
	text := func(s string) string {
		s = mark.ReplaceAllStringFunc(s, func(m string) string {
			i, _ := strconv.Atoi(strings.Trim(m, "\x00"))
			return named[i].Name
		})
		if strings.Contains(s, "${Token[") {
			return symbolic(s)
		}
		return s
	}
	value := compact(reflect.ValueOf(out), text)
	if len(value.(map[string]any)) == 0 {
		return nil, nil
	}
	return json.Marshal(value)
}

// Read reads the output of JSON. An empty text is that of an app without such calls, or of an older app.
func Read(data json.RawMessage) (*Calls, error) {
	c := &Calls{}
	if len(data) == 0 {
		return c, nil
	}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("the recorded calls cannot be read: %w; synthesize the app again with this version of tierwall", err)
	}
	return c, nil
}

// compact returns a value as maps and lists, without fields that are zero. Pointers to zero values stay.
func compact(v reflect.Value, text func(string) string) any {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		out, _ := m.MarshalText()
		return string(out)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return compact(v.Elem(), text)
	case reflect.String:
		return text(v.String())
	case reflect.Struct:
		out := map[string]any{}
		compactFields(v, text, out)
		return out
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = compact(v.Index(i), text)
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			out[key.String()] = compact(v.MapIndex(key), text)
		}
		return out
	}
	return v.Interface()
}

func compactFields(v reflect.Value, text func(string) string, out map[string]any) {
	for field, value := range v.Fields() {
		switch {
		case field.Anonymous:
			compactFields(value, text, out)
		case field.IsExported() && !value.IsZero():
			out[field.Name] = compact(value, text)
		}
	}
}
