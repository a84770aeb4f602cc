package byhand

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Template is a template that is ready to be made.
type Template struct {
	resources []*resource // each after those that it refers to
	outputs   []output
}

// resource is a resource with the props of its class.
type resource struct {
	id        string
	create    reflect.Value
	props     reflect.Value
	blanks    []blank
	dependsOn []string
	removal   string // DeletionPolicy
}

// output is an output with its export.
type output struct {
	id, description string
	value, export   any
}

// blank is a place in the props for the value of an intrinsic function.
type blank struct {
	value any // the function, as in the template
	fill  func(value any)
}

// Read prepares a template.
func Read(text []byte) (*Template, error) {
	var in struct {
		Resources map[string]struct {
			Type, DeletionPolicy string
			Properties           map[string]any
			DependsOn            any
		}
		Outputs map[string]struct {
			Description string
			Value       any
			Export      struct{ Name any }
		}
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, err
	}
	all := map[string]*resource{}
	for id, r := range in.Resources {
		create := reflect.ValueOf(classes[r.Type])
		if !create.IsValid() {
			return nil, fmt.Errorf("%s: no class for %s", id, r.Type)
		}
		made := &resource{id: id, create: create, removal: r.DeletionPolicy, dependsOn: texts(r.DependsOn)}
		if err := made.fill(r.Properties); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		all[id] = made
	}
	t := &Template{}
	t.sort(all)
	for _, id := range slices.Sorted(maps.Keys(in.Outputs)) {
		o := in.Outputs[id]
		t.outputs = append(t.outputs, output{id, o.Description, o.Value, o.Export.Name})
	}
	return t, nil
}

func texts(value any) []string {
	var out []string
	list, _ := value.([]any)
	for _, v := range list {
		out = append(out, v.(string))
	}
	return out
}

// fill makes the props for the properties of a template.
func (r *resource) fill(properties map[string]any) error {
	var functions []any
	data, err := json.Marshal(withBlanks(properties, "", &functions))
	if err != nil {
		return err
	}
	r.props = reflect.New(r.create.Type().In(2).Elem())
	if err := json.Unmarshal(data, r.props.Interface()); err != nil { // The names of fields differ in case only.
		return err
	}
	r.blanks = make([]blank, len(functions))
	r.find(r.props, nil, functions)
	for i, b := range r.blanks {
		if b.fill == nil {
			return fmt.Errorf("no property for %v", functions[i])
		}
	}
	return nil
}

// mark begins a text that stands for a function.
const mark = "\x00"

// withBlanks returns a value of a template in the names of CDK, with a text in place of each function, which it appends to functions.
func withBlanks(value any, name string, functions *[]any) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withBlanks(v[i], name, functions)
		}
		return out
	case map[string]any:
		if isFunction(v) {
			*functions = append(*functions, value)
			return fmt.Sprint(mark, len(*functions)-1)
		}
		out := map[string]any{}
		for key, member := range v {
			inner := key
			switch {
			case isJSON(name):
				inner = name // Nothing below it has names of CDK.
			case !isMap(name):
				key = camel(key)
			}
			out[key] = withBlanks(member, inner, functions)
		}
		return out
	}
	return value
}

// isJSON reports whether CDK leaves a property of CloudFormation as it is.
func isJSON(property string) bool {
	return strings.HasSuffix(property, "PolicyDocument") ||
		slices.Contains([]string{"KeyPolicy", "DestinationOptions", "SingleHeader", "LogDestination"}, property)
}

// isMap reports whether the app chooses the names of the members of a property.
func isMap(property string) bool { return property == "IPSets" || property == "RuleVariables" }

func isFunction(v map[string]any) bool {
	for key := range v {
		return len(v) == 1 && (key == "Ref" || strings.HasPrefix(key, "Fn::"))
	}
	return false
}

// camel returns the name in CDK of a property of CloudFormation: kmsMasterKeyId for KMSMasterKeyID.
func camel(name string) string {
	runes := []rune(name)
	out := make([]rune, len(runes))
	for i, r := range runes {
		begins := unicode.IsUpper(r) && i > 0 &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		out[i] = r
		if !begins {
			out[i] = unicode.ToLower(r)
		}
	}
	return string(out)
}

// find finds the texts that stand for functions in a value, which set replaces.
func (r *resource) find(v reflect.Value, set func(any), functions []any) {
	switch v.Kind() {
	case reflect.String:
		var i int
		if _, err := fmt.Sscanf(v.String(), mark+"%d", &i); err == nil {
			r.blanks[i] = blank{functions[i], set}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			r.find(v.Elem(), func(value any) { v.Elem().Set(reflect.ValueOf(value)) }, functions)
		}
	case reflect.Interface:
		if !v.IsNil() {
			r.find(v.Elem(), func(value any) { v.Set(reflect.ValueOf(value)) }, functions)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			r.find(v.Field(i), func(value any) { v.Field(i).Set(reflect.ValueOf(value)) }, functions)
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.find(v.Index(i), func(value any) { v.Index(i).Set(reflect.ValueOf(value)) }, functions)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			member := v.MapIndex(key)
			if member.Kind() == reflect.Interface {
				member = member.Elem()
			}
			r.find(member, func(value any) { v.SetMapIndex(key, reflect.ValueOf(value)) }, functions)
		}
	}
}

// sort puts each resource after those that it refers to.
func (t *Template) sort(all map[string]*resource) {
	done := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		r := all[id]
		if r == nil || done[id] {
			return
		}
		done[id] = true
		for _, b := range r.blanks {
			referred(b.value, visit)
		}
		for _, d := range r.dependsOn {
			visit(d)
		}
		t.resources = append(t.resources, r)
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		visit(id)
	}
}

// referred calls f with the ids that a value refers to.
func referred(value any, f func(id string)) {
	switch v := value.(type) {
	case []any:
		for _, member := range v {
			referred(member, f)
		}
	case map[string]any:
		if id, ok := v["Ref"].(string); ok {
			f(id)
		}
		if attribute, ok := v["Fn::GetAtt"].([]any); ok {
			f(attribute[0].(string))
		}
		for _, member := range v {
			referred(member, f)
		}
	}
}
