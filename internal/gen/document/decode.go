package document

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// decoder fills the types of this package from nodes.
type decoder struct {
	*source
	partial bool // what is missing may stand in an environment
	refs    []reference
}

// reference is a text that names something else in the file.
type reference struct {
	*node
	to []string
}

// keyed is an element of a list that is a map in the file.
type keyed interface{ setKey(d *decoder, key *node) }

// special is a type with a form of its own.
type special interface{ read(d *decoder, n *node) }

var (
	position = reflect.TypeFor[diag.Position]()
	// A list of these types with one element is written without brackets.
	textList    = reflect.TypeFor[Texts]()
	flowLogList = reflect.TypeFor[FlowLogs]()
)

// value fills v from n. what names the value in messages: "tiers.Web".
func (d *decoder) value(what string, n *node, v reflect.Value, h hints) {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		d.value(what, n, v.Elem(), h)
		return
	}
	if n.kind == null || n.kind == nothingAt {
		d.fail(n.place, what+" has no value", "got "+n.kind.String(), "write the value, or remove the key")
		return
	}
	if s, ok := v.Addr().Interface().(special); ok {
		s.read(d, n)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(d.word(what, n, h))
	case reflect.Int:
		v.SetInt(int64(d.number(what, n, h)))
	case reflect.Float64:
		v.SetFloat(d.decimal(what, n))
	case reflect.Bool:
		v.SetBool(d.boolean(what, n))
	case reflect.Struct:
		d.structure(what, n, v)
	case reflect.Map:
		d.dictionary(what, n, v, h)
	case reflect.Slice:
		d.slice(what, n, v, h)
	default:
		panic("document: a type that no file can say: " + v.Type().String())
	}
}

// wants reports whether n is of a kind.
func (d *decoder) wants(what string, n *node, kind nodeKind) bool {
	if n.kind == kind {
		return true
	}
	fix := map[nodeKind]string{scalar: "write one text", mapping: "write {key: value}", list: "write [a, b]"}[kind]
	d.fail(n.place, what+" is not "+kind.String(), "got "+n.kind.String(), fix)
	return false
}

// word reads a text.
func (d *decoder) word(what string, n *node, h hints) string {
	if !d.wants(what, n, scalar) {
		return ""
	}
	switch {
	case n.text == "":
		d.fail(n.place, what+" is empty", "", "write the value, or remove the key")
	case h.enum != nil && !slices.Contains(h.enum, n.text):
		d.unknown(n, what+" has an unknown value", h.enum)
	case h.ref != nil:
		d.refs = append(d.refs, reference{n, h.ref})
	case h.is != "":
		f := forms()[h.is]
		if f.quoted && !n.quoted && !isImport(n.text) {
			d.fail(n.place, what+" is not quoted", "readers of YAML take it for a number, and some drop its zeros", fmt.Sprintf("write %q", n.text))
		} else if err := f.is(n.text); err != nil {
			d.fail(n.place, what+" is not usable", err.Error(), "")
		}
	}
	return n.text
}

// unknown reports a word that is none of the candidates.
func (d *decoder) unknown(n *node, summary string, candidates []string) {
	fix := ""
	if near := nearest(n.text, candidates); near != "" {
		fix = "write " + near
	}
	d.fail(n.place, summary, fmt.Sprintf("got %.80q; allowed are %s", n.text, strings.Join(candidates, ", ")), fix)
}

// nearest returns the candidate that a word was meant to be, or "". Short words may have one wrong letter.
func nearest(text string, candidates []string) string {
	if near := catalog.Nearest(text, candidates); near != "" || len(text) > 2 {
		return near
	}
	return ""
}

// number reads a number of decimal digits.
func (d *decoder) number(what string, n *node, h hints) int {
	if !d.wants(what, n, scalar) {
		return 0
	}
	number, err := strconv.Atoi(n.text)
	switch {
	case err != nil || n.quoted && n.line > 0 || n.text != strconv.Itoa(number) || number < 0:
		d.fail(n.place, what+" is not a number", fmt.Sprintf("got %.40q; allowed are digits", n.text), "write the number without quotes or signs")
	case h.enum != nil && !slices.Contains(h.enum, n.text):
		d.unknown(n, what+" has an unknown value", h.enum)
	case h.is == "port" && (number < 1 || number > 65535):
		d.fail(n.place, what+" is not a port", fmt.Sprintf("got %d; allowed are 1 to 65535", number), "")
	}
	return number
}

// decimal reads a number above 0, which may have a fraction.
func (d *decoder) decimal(what string, n *node) float64 {
	if !d.wants(what, n, scalar) {
		return 0
	}
	if n.quoted && n.line > 0 || !decimals.MatchString(n.text) {
		d.fail(n.place, what+" is not a number", fmt.Sprintf("got %.40q; allowed are numbers above 0, as in 20 and 0.5", n.text),
			"write the number without quotes or signs")
		return 0
	}
	number, err := strconv.ParseFloat(n.text, 64)
	if err != nil || number <= 0 {
		d.fail(n.place, what+" is not above 0", fmt.Sprintf("got %.40q", n.text), "write a number above 0")
	}
	return number
}

// decimals are the numbers that every reader of YAML reads as this one does.
var decimals = lazyregexp.New(`^(0|[1-9][0-9]{0,15})(\.[0-9]+)?$`)

// boolean reads true or false. YAML's other words for them are texts.
func (d *decoder) boolean(what string, n *node) bool {
	if n.kind != scalar || n.quoted && n.line > 0 || n.text != "true" && n.text != "false" {
		d.fail(n.place, what+" is neither true nor false", fmt.Sprintf("got %s", n.shown()), "write true or false, without quotes")
		return false
	}
	return n.text == "true"
}

// shown returns a node in a message.
func (n *node) shown() string {
	if n.kind == scalar {
		return fmt.Sprintf("%.80q", n.text)
	}
	return n.kind.String()
}

// structure reads a map with known keys.
func (d *decoder) structure(what string, n *node, v reflect.Value) {
	n = expanded(v.Type(), n)
	if at := v.FieldByName("At"); at.IsValid() && at.Type() == position && at.IsZero() {
		at.Set(reflect.ValueOf(diag.Position{File: d.name, Line: n.line}))
	}
	if !d.wants(what, n, mapping) {
		return
	}
	fields := fieldsOf(v.Type())
	named := func(name string) int { return slices.IndexFunc(fields, func(f field) bool { return f.name == name }) }
	var meant []string
	for _, e := range n.entries {
		i := named(e.key.text)
		if i < 0 {
			d.unknown(e.key, what+" has an unknown key", names(fields))
			// A key that is misspelt is not missing as well.
			if i = named(nearest(e.key.text, names(fields))); i < 0 || n.get(fields[i].name) != nil {
				continue
			}
			meant = append(meant, fields[i].name)
		}
		d.value(join(what, fields[i].name), e.value, v.Field(fields[i].index), fields[i].hints)
	}
	for _, f := range fields {
		if !f.optional && n.get(f.name) == nil && !slices.Contains(meant, f.name) && !d.partial {
			d.fail(n.place, what+" lacks "+f.name, "", "add "+f.name+": ...")
		}
	}
}

func join(what, key string) string {
	if what == theFile {
		return key
	}
	return what + "." + key
}

// theFile names the whole file in messages.
const theFile = "the file"

// dictionary reads a map with keys of the user's own.
func (d *decoder) dictionary(what string, n *node, v reflect.Value, h hints) {
	if !d.wants(what, n, mapping) {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range n.entries {
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(join(what, e.key.text), e.value, value, h)
		v.SetMapIndex(reflect.ValueOf(e.key.text), value)
	}
}

// slice reads a list, or a map whose keys are the elements' keys.
func (d *decoder) slice(what string, n *node, v reflect.Value, h hints) {
	element := v.Type().Elem()
	if _, ok := reflect.New(element).Interface().(keyed); ok {
		d.entries(what, n, v)
		return
	}
	if v.Type() == textList && n.kind == scalar || v.Type() == flowLogList && n.kind == mapping {
		n = &node{kind: list, items: []*node{n}, place: n.place}
	}
	if !d.wants(what, n, list) {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.value(fmt.Sprintf("%s[%d]", what, i), item, v.Index(i), h)
	}
}

// entries reads a map whose keys are the elements' keys.
func (d *decoder) entries(what string, n *node, v reflect.Value) {
	if !d.wants(what, n, mapping) {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.entries), len(n.entries)))
	for i, e := range n.entries {
		one := v.Index(i)
		if at := one.FieldByName("At"); at.IsValid() {
			at.Set(reflect.ValueOf(diag.Position{File: d.name, Line: e.key.line}))
		}
		one.Addr().Interface().(keyed).setKey(d, e.key)
		value := e.value
		if value.kind == mapping && len(value.entries) == 0 {
			value.place = e.key.place
		}
		d.value(join(what, e.key.text), value, one, hints{})
	}
}
