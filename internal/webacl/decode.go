package webacl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Decode reads a part of the model from CloudFormation's JSON. It reports members that are unknown or have the wrong case, which
// encoding/json would ignore or accept. What it has read is then incomplete.
func Decode(data []byte, into any) []Problem {
	fail := func(where, summary, detail, fix string) []Problem {
		return []Problem{{Kind: "json", Where: where, Summary: summary, Detail: detail, Fix: fix}}
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return fail("", "a text is not JSON", err.Error(), "")
	}
	if found := unknown("", tree, reflect.TypeOf(into).Elem()); len(found) > 0 {
		return found
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return fail(kind.Field, "a value has the wrong type", fmt.Sprintf("got a %s; allowed is %s", kind.Value, words(kind.Type)), "")
		}
		return fail("", "a text cannot be read", err.Error(), "")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fail("", "there is more text after the JSON", "", "")
	}
	return nil
}

func words(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "an object"
	}
	return "a text"
}

// unknown finds members that a type does not have. Names are case-sensitive.
func unknown(where string, tree any, t reflect.Type) []Problem {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var out []Problem
	switch v := tree.(type) {
	case map[string]any:
		for _, name := range sortedKeys(v) {
			at := strings.TrimPrefix(where+"."+name, ".")
			switch t.Kind() {
			case reflect.Struct:
				fields := map[string]reflect.Type{}
				fieldsOf(t, fields)
				f, ok := fields[name]
				if !ok {
					out = append(out, misnamed(at, name, fields))
					continue
				}
				out = append(out, unknown(at, v[name], f)...)
			case reflect.Map:
				out = append(out, unknown(at, v[name], t.Elem())...)
			}
		}
	case []any:
		for i := range v {
			if t.Kind() == reflect.Slice {
				out = append(out, unknown(fmt.Sprintf("%s[%d]", where, i), v[i], t.Elem())...)
			}
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// fieldsOf adds the fields of a structure to out, with those of embedded structures.
func fieldsOf(t reflect.Type, out map[string]reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous:
			fieldsOf(f.Type, out)
			continue
		case f.Tag.Get("json") == "-":
			continue
		}
		out[f.Name] = f.Type
	}
}

// NotKnown is the summary of problems with unknown members.
const NotKnown = "a member is unknown"

func misnamed(where, name string, fields map[string]reflect.Type) Problem {
	var names []string
	for n := range fields {
		names = append(names, n)
	}
	p := Problem{Kind: "json", Where: where, Summary: NotKnown,
		Detail: fmt.Sprintf("got %.80q; allowed are %s", name, strings.Join(sortedKeys(fields), ", "))}
	if near := catalog.Nearest(name, names); near != "" {
		p.Fix = "write " + near
	}
	return p
}

var numeric = lazyregexp.New(`^-?[0-9]+$`)

// Normalize turns texts that CloudFormation accepts as numbers and booleans into those, where a type has them. It changes tree in place.
func Normalize(tree any, of any) any { return normalize(tree, reflect.TypeOf(of)) }

func normalize(tree any, t reflect.Type) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := tree.(type) {
	case map[string]any:
		fields := map[string]reflect.Type{}
		if t.Kind() == reflect.Struct {
			fieldsOf(t, fields)
		}
		for name := range v {
			if f, ok := fields[name]; ok {
				v[name] = normalize(v[name], f)
			} else if t.Kind() == reflect.Map {
				v[name] = normalize(v[name], t.Elem())
			}
		}
	case []any:
		if t.Kind() == reflect.Slice {
			for i := range v {
				v[i] = normalize(v[i], t.Elem())
			}
		}
	case string:
		switch {
		case t.Kind() == reflect.Int && numeric.MatchString(v):
			return json.Number(v)
		case t.Kind() == reflect.Bool && (v == "true" || v == "false"):
			return v == "true"
		}
	}
	return tree
}
