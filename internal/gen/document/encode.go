package document

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// unkeyed is an element of a list that is a map in the file.
type unkeyed interface{ keyText() string }

// written is a type with a form of its own.
type written interface{ write() *node }

// encode returns a value of this package as the file has it.
func encode(v reflect.Value) *node {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if w, ok := v.Interface().(written); ok {
		return w.write()
	}
	switch v.Kind() {
	case reflect.String:
		return textNode(v.String())
	case reflect.Int:
		return &node{kind: scalar, text: strconv.FormatInt(v.Int(), 10)}
	case reflect.Float64:
		return &node{kind: scalar, text: strconv.FormatFloat(v.Float(), 'f', -1, 64)}
	case reflect.Bool:
		return &node{kind: scalar, text: strconv.FormatBool(v.Bool())}
	case reflect.Struct:
		return shortened(v.Type(), encodeStruct(v))
	case reflect.Map:
		return encodeMap(v)
	case reflect.Slice:
		return encodeSlice(v)
	}
	panic("document: a type that no file can say: " + v.Type().String())
}

// encodeValue is encode for a value.
func encodeValue(value any) *node { return encode(reflect.ValueOf(value)) }

// encodeStruct returns the long form of a struct.
func encodeStruct(v reflect.Value) *node {
	out := &node{kind: mapping}
	for _, f := range fieldsOf(v.Type()) {
		if value := v.Field(f.index); !f.optional || !isEmpty(value) {
			out.entries = append(out.entries, entry{textNode(f.name), encode(value)})
		}
	}
	return out
}

func isEmpty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		return v.Len() == 0
	}
	return v.IsZero()
}

func encodeMap(v reflect.Value) *node {
	out := &node{kind: mapping}
	for _, key := range slices.SortedFunc(maps.Keys(stringKeys(v)), compareTexts) {
		out.entries = append(out.entries, entry{textNode(key), encode(v.MapIndex(reflect.ValueOf(key)))})
	}
	return out
}

func stringKeys(v reflect.Value) map[string]bool {
	out := map[string]bool{}
	for _, key := range v.MapKeys() {
		out[key.String()] = true
	}
	return out
}

func compareTexts(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func encodeSlice(v reflect.Value) *node {
	if (v.Type() == textList || v.Type() == flowLogList) && v.Len() == 1 {
		return encode(v.Index(0))
	}
	if v.Type().Elem().Implements(reflect.TypeFor[unkeyed]()) {
		out := &node{kind: mapping}
		for i := range v.Len() {
			out.entries = append(out.entries, entry{textNode(v.Index(i).Interface().(unkeyed).keyText()), encode(v.Index(i))})
		}
		return out
	}
	out := &node{kind: list}
	for i := range v.Len() {
		out.items = append(out.items, encode(v.Index(i)))
	}
	return out
}

func (t Tier) keyText() string             { return t.ID }
func (p Peer) keyText() string             { return p.Name }
func (r Resource) keyText() string         { return r.Name }
func (g Grant) keyText() string            { return g.Tier }
func (l LoadBalancer) keyText() string     { return l.ID }
func (w WebACL) keyText() string           { return w.ID }
func (e Environment) keyText() string      { return e.Name }
func (e ExistingEndpoint) keyText() string { return e.Service }
func (r Rate) keyText() string             { return r.Name }
func (s SubnetSet) keyText() string        { return s.Name }
func (z ZoneSubnet) keyText() string       { return z.Zone }
func (r WebRoute) keyText() string         { return r.Path }
func (r CountedRule) keyText() string      { return r.Group + " " + r.Rule }

// Key returns the flow's key in the file: "Web -> App tcp/8080".
func (f Flow) Key() string     { return f.From + arrow + f.To + " " + f.Service }
func (f Flow) keyText() string { return f.Key() }

func (l Limit) write() *node {
	if l < 0 {
		return &node{kind: scalar, text: none}
	}
	return &node{kind: scalar, text: strconv.Itoa(int(l))}
}

func (l Days) write() *node {
	if l < 0 {
		return &node{kind: scalar, text: unlimited}
	}
	return &node{kind: scalar, text: strconv.Itoa(int(l))}
}

func (r CountedRule) write() *node { return textNode(r.Reason) }

func (r WebRoute) write() *node {
	if r.Methods == nil {
		return textNode("any")
	}
	out := &node{kind: list}
	for _, m := range r.Methods {
		out.items = append(out.items, textNode(m))
	}
	return out
}

func (s SubnetSet) write() *node { return encodeSlice(reflect.ValueOf(s.Subnets)) }

// shortKeys are the keys that a value written short stands for.
var shortKeys = map[reflect.Type][]string{
	reflect.TypeFor[Tier](): {"kind"}, reflect.TypeFor[Flow](): {"because"}, reflect.TypeFor[Use](): {"use"},
	reflect.TypeFor[Peer](): {"cidr", "domain"}, reflect.TypeFor[Resource](): {"type"}, reflect.TypeFor[ManagedGroup](): {"name"},
	reflect.TypeFor[ZoneSubnet](): {"subnet"},
}

// shortened returns the short form of a value, if it is read as the same.
func shortened(t reflect.Type, n *node) *node {
	if t == reflect.TypeFor[OnlyFrom]() && len(n.entries) == 0 {
		return &node{kind: scalar, text: "true"}
	}
	if t == reflect.TypeFor[ManagedGroup]() && len(n.entries) == 2 && n.entries[1].key.text == "drop" && n.entries[0].value.text != "name" {
		return &node{kind: mapping, entries: []entry{{n.entries[0].value, textNode("drop")}}}
	}
	if len(n.entries) != 1 || n.entries[0].value.kind != scalar || n.entries[0].value.text == "" {
		return n
	}
	if short := n.entries[0].value; contains(shortKeys[t], n.entries[0].key.text) && expanded(t, short).equal(n) {
		return short
	}
	return n
}
