package document

import (
	"encoding/json"
	"go/ast"
	"go/doc/comment"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/packed"
)

// schemaMaker makes the schema from the types, their tags and their comments.
type schemaMaker struct {
	comments    map[string]string // by "Type" and "Type.Field"
	definitions map[string]any
	change      bool // of environments: nothing is required, and null removes
}

// TestSchemaIsThatOfTheTypes writes the schema with -update.
func TestSchemaIsThatOfTheTypes(t *testing.T) {
	t.Parallel()
	m := schemaMaker{comments: comments(t), definitions: map[string]any{}}
	root := m.object(reflect.TypeFor[Document]())
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "architecture.yaml"
	root["definitions"] = m.definitions
	text := string(schemaText(root))
	golden(t, "architecture.schema.json", text)
	if *update {
		require.NoError(t, os.WriteFile("architecture.schema.json.gz", packed.Pack(text), 0o644))
		return // The program still holds the old one.
	}
	assert.Equal(t, text, string(Schema()), "the compressed schema is an old one; -update writes it")
}

// comments returns the comments of the package's types and fields, in one line each.
func comments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, file := range sources(t, ".") {
		for _, d := range file.Decls {
			if general, ok := d.(*ast.GenDecl); ok && general.Tok == token.TYPE {
				for _, spec := range general.Specs {
					commentsOf(general.Doc, spec.(*ast.TypeSpec), out)
				}
			}
		}
	}
	return out
}

func commentsOf(doc *ast.CommentGroup, s *ast.TypeSpec, out map[string]string) {
	out[s.Name.Name] = oneLine(doc)
	fields, ok := s.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range fields.Fields.List {
		for _, name := range f.Names {
			out[s.Name.Name+"."+name.Name] = oneLine(f.Doc) + oneLine(f.Comment)
		}
	}
}

func oneLine(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	var p comment.Parser
	text := strings.Join(strings.Fields(string((&comment.Printer{TextWidth: -1}).Text(p.Parse(c.Text())))), " ")
	return strings.NewReplacer("[", "", "]", "").Replace(text)
}

func described(schema map[string]any, text string) map[string]any {
	if text != "" {
		if _, isRef := schema["$ref"]; isRef {
			schema = map[string]any{"allOf": []any{schema}}
		}
		schema["description"] = text
	}
	return schema
}

// object returns the schema of the long form of a struct.
func (m *schemaMaker) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []any{}
	for _, f := range fieldsOf(t) {
		field := t.Field(f.index)
		var value map[string]any
		switch {
		case field.Type == reflect.TypeFor[[]Environment]():
			value = m.environments()
		case t == reflect.TypeFor[Document]() && (f.name == "flows" || f.name == "exceptions" || f.name == "grants"):
			m.definitions[f.name] = m.value(field.Type, f.hints)
			value = map[string]any{"$ref": "#/definitions/" + f.name}
		default:
			value = m.value(field.Type, f.hints)
		}
		about := m.comments[t.Name()+"."+field.Name]
		if field.Type.Kind() == reflect.Slice && field.Type.Elem().Implements(reflect.TypeFor[unkeyed]()) {
			about = m.comments[field.Type.Elem().Name()]
		}
		properties[f.name] = described(value, about)
		if !f.optional && !m.change && !inEnvironments[t.Name()+"."+f.name] {
			required = append(required, f.name)
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// inEnvironments are keys that the file may leave to its environments.
var inEnvironments = map[string]bool{"Resource.type": true}

// environments returns the schema of the environments, which may change some sections.
func (m *schemaMaker) environments() map[string]any {
	one := m.object(reflect.TypeFor[Environment]())
	properties := one["properties"].(map[string]any)
	change := schemaMaker{comments: m.comments, definitions: m.definitions, change: true}
	for _, f := range fieldsOf(reflect.TypeFor[Document]()) {
		if contains(sections, f.name) {
			properties[f.name] = change.value(reflect.TypeFor[Document]().Field(f.index).Type, f.hints)
		}
	}
	m.definitions["Environment"] = described(one, m.comments["Environment"])
	return map[string]any{
		"type": "object", "minProperties": 1, "propertyNames": pattern("id"),
		"additionalProperties": map[string]any{"$ref": "#/definitions/Environment"},
	}
}

func pattern(form string) map[string]any {
	out := map[string]any{"type": "string"}
	if p := forms()[form].pattern; p != "" {
		out["pattern"] = "^(?:" + p + ")$"
	}
	return out
}

// value returns the schema of a value.
func (m *schemaMaker) value(t reflect.Type, h hints) map[string]any {
	out := m.plain(t, h)
	if m.change {
		return map[string]any{"anyOf": []any{out, map[string]any{"type": "null"}}}
	}
	return out
}

func (m *schemaMaker) plain(t reflect.Type, h hints) map[string]any {
	switch {
	case t.Kind() == reflect.Pointer:
		return m.plain(t.Elem(), h)
	case t == reflect.TypeFor[Limit]():
		return map[string]any{"anyOf": []any{map[string]any{"type": "integer", "minimum": 1}, map[string]any{"enum": []any{none}}}}
	case t == reflect.TypeFor[Days]():
		return map[string]any{"anyOf": []any{map[string]any{"type": "integer", "minimum": 0}, map[string]any{"enum": []any{unlimited}}}}
	case t == textList || t == flowLogList:
		one := m.plain(t.Elem(), h)
		return map[string]any{"anyOf": []any{one, map[string]any{"type": "array", "items": one}}}
	}
	switch t.Kind() {
	case reflect.String:
		return m.text(h)
	case reflect.Int:
		return integer(h)
	case reflect.Float64:
		return map[string]any{"type": "number", "exclusiveMinimum": 0}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": m.plain(t.Elem(), h)}
	case reflect.Slice:
		if t.Elem().Implements(reflect.TypeFor[unkeyed]()) {
			return m.entries(t.Elem())
		}
		return map[string]any{"type": "array", "items": m.plain(t.Elem(), h)}
	}
	return m.named(t)
}

func (m *schemaMaker) text(h hints) map[string]any {
	switch {
	case h.enum != nil:
		values := []any{}
		for _, word := range h.enum {
			values = append(values, word)
		}
		return map[string]any{"enum": values}
	case h.ref != nil:
		name := namesPrefix + strings.Join(h.ref, namesOr)
		m.definitions[name] = map[string]any{"type": "string", "minLength": 1}
		return map[string]any{"$ref": "#/definitions/" + name}
	}
	return pattern(h.is)
}

func integer(h hints) map[string]any {
	out := map[string]any{"type": "integer", "minimum": 0}
	if h.is == "port" {
		out["minimum"], out["maximum"] = 1, 65535
	}
	if h.enum != nil {
		values := []any{}
		for _, word := range h.enum {
			values = append(values, json.Number(word))
		}
		return map[string]any{"enum": values}
	}
	return out
}

// entries returns the schema of a map whose keys are the elements' keys.
func (m *schemaMaker) entries(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[Flow]():
		return keysLike(`\S+ -> \S+ \S+`, "FROM -> TO SERVICE: why", m.named(t))
	case reflect.TypeFor[CountedRule]():
		return keysLike(`\S+ \S+`, "GROUP RULE: why", map[string]any{"type": "string"})
	case reflect.TypeFor[Acknowledgment]():
		return keysLike(`\S+`, "the id of a finding: why it is accepted", map[string]any{"type": "string"})
	case reflect.TypeFor[SubnetSet]():
		zone := m.named(reflect.TypeFor[ZoneSubnet]())
		subnets := map[string]any{"type": "object", "propertyNames": pattern("zone"), "additionalProperties": zone}
		return map[string]any{"type": "object", "propertyNames": pattern("id"), "additionalProperties": subnets}
	case reflect.TypeFor[WebRoute]():
		methods := map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"type": "string"}}
		value := map[string]any{"anyOf": []any{map[string]any{"enum": []any{"any"}}, methods}}
		return map[string]any{"type": "object", "additionalProperties": value}
	}
	return map[string]any{"type": "object", "additionalProperties": m.named(t)}
}

// named returns a reference to the schema of a struct, which also has its short form.
func (m *schemaMaker) named(t reflect.Type) map[string]any {
	name := t.Name()
	if m.change {
		name += "Change"
	}
	if _, done := m.definitions[name]; !done {
		m.definitions[name] = nil
		long := m.object(t)
		if short := m.short(t, long); short != nil {
			long = map[string]any{"anyOf": append(short, long)}
		}
		m.definitions[name] = described(long, m.comments[t.Name()])
	}
	return map[string]any{"$ref": "#/definitions/" + name}
}

// short returns the schemas of the short forms of a type.
func (m *schemaMaker) short(t reflect.Type, long map[string]any) []any {
	properties := long["properties"].(map[string]any)
	text := map[string]any{"type": "string", "minLength": 1}
	switch t {
	case reflect.TypeFor[OnlyFrom]():
		return []any{map[string]any{"enum": []any{true}}}
	case reflect.TypeFor[Tier](), reflect.TypeFor[Flow](), reflect.TypeFor[Use](), reflect.TypeFor[ZoneSubnet]():
		return []any{properties[shortKeys[t][0]]}
	case reflect.TypeFor[Resource]():
		return []any{properties["type"], pattern("resource")}
	case reflect.TypeFor[Peer]():
		return []any{map[string]any{"type": "string", "pattern": "^(?:" + forms()["block"].literal + ")$"}, pattern("domain")}
	case reflect.TypeFor[ManagedGroup]():
		drop := map[string]any{
			"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": map[string]any{"enum": []any{"drop"}},
		}
		return []any{text, drop}
	}
	return nil
}
