package cli

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/usage/athena"
)

// outputs are the forms of what each command writes with --format json.
var outputs = map[string][]reflect.Type{
	"diff":      {reflect.TypeFor[diffJSON]()},
	"endpoints": {reflect.TypeFor[[]endpointJSON](), reflect.TypeFor[[]answer]()},
	"firewall":  {reflect.TypeFor[firewallJSON]()},
	"plan":      {reflect.TypeFor[plansJSON](), reflect.TypeFor[planChangesJSON]()},
	"prove":     {reflect.TypeFor[proveJSON]()},
	"review":    {reflect.TypeFor[reviewResult]()},
	"show":      {reflect.TypeFor[showJSON]()},
	"upgrade":   {reflect.TypeFor[upgradeJSON]()},
	"usage":     {reflect.TypeFor[usageJSON](), reflect.TypeFor[[]athena.Query]()},
	"waf":       {reflect.TypeFor[wafJSON](), reflect.TypeFor[[]requestJSON]()},
	"why":       {reflect.TypeFor[whyJSON]()},
}

// outputSchema returns the JSON Schema of what a command writes. It comes from the types that are written, so it cannot differ from them.
// A closed schema allows no other properties; what is published is open, because a later version may add some.
func outputSchema(command string, closed bool) (map[string]any, error) {
	forms, ok := outputs[command]
	if !ok {
		names := strings.Join(slices.Sorted(maps.Keys(outputs)), ", ")
		return nil, fmt.Errorf("--output: %q writes no JSON; allowed are %s", command, names)
	}
	s := schemaMaker{closed}
	out := map[string]any{}
	if len(forms) == 1 {
		out = s.of(forms[0])
	} else {
		var all []any
		for _, form := range forms {
			all = append(all, s.of(form))
		}
		out["anyOf"] = all
	}
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["title"] = "tierwall " + command + " --format json"
	return out, nil
}

// schemaMaker makes schemas of Go types, as encoding/json writes them.
type schemaMaker struct{ closed bool }

// of returns the schema of a type. Types that contain themselves have none.
func (s schemaMaker) of(t reflect.Type) map[string]any {
	if t.Kind() != reflect.Interface && t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.ofStruct(t)
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": "integer"}
}

func (s schemaMaker) ofStruct(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range jsonFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		one := s.of(f.Type)
		if doc := f.Tag.Get("doc"); doc != "" {
			one["description"] = doc
		}
		properties[name] = one
		if options == "" {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	out := map[string]any{"type": "object", "properties": properties, "required": required}
	if s.closed {
		out["additionalProperties"] = false
	}
	return out
}

// jsonFields returns the fields that are written. Of fields with the same name, the one that is embedded least deep is written.
func jsonFields(t reflect.Type) []reflect.StructField {
	depth := map[string]int{}
	var out []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		if f.Anonymous && name == "" || !f.IsExported() || tag == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		known, ok := depth[name]
		if ok && known <= len(f.Index) {
			continue
		}
		if ok {
			out = slices.DeleteFunc(out, func(o reflect.StructField) bool {
				other, _, _ := strings.Cut(o.Tag.Get("json"), ",")
				return other == name
			})
		}
		depth[name] = len(f.Index)
		out = append(out, f)
	}
	return out
}
