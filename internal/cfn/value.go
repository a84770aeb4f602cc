package cfn

import (
	"iter"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Kind says what a Value is.
type Kind uint8

// The kinds. The zero Kind is Missing.
const (
	Missing   Kind = iota // there is no such property, or it is AWS::NoValue
	Text                  // a string, number or boolean: CloudFormation takes one for the other
	List                  // an array
	Map                   // an object
	Reference             // a resource of the assembly, by Ref, or an attribute of one, by Fn::GetAtt
	Symbol                // a value that only a deployment knows, under a stable name
	Choice                // Fn::If on a condition that only a deployment knows
)

// Value is a property as far as it can be known without a deployment. Values are not changed after a template is read.
type Value struct {
	Kind Kind
	// joined says that a Symbol is the text of its Items one after the other.
	joined bool
	// Text is the literal of a Text, the stable name of a Symbol, the name of a Choice's condition as in
	// Resource.Condition, the attribute of a Reference ("" for Ref).
	Text string
	// Items are the elements of a List, both outcomes of a Choice, if it holds and if not, or the values that a Symbol is
	// made of: the parts of a joined text, the arguments of a function, the resource whose list it is an item of.
	Items []Value
	// Fields are the properties of a Map.
	Fields map[string]Value
	// Resource is what a Reference refers to.
	Resource *Resource
	// Block is set on a Symbol that is one block of a range known at deployment: Fn::Select of Fn::Cidr.
	Block *Block
	// Entry is set on a Symbol that is one entry of a list attribute of a resource.
	Entry *ListEntry
	// Line is where it stands in its template, 0 if that is not known.
	Line int

	// cause is what would tell a Symbol that is no other's part, or the condition of a Choice. It may be nil.
	cause *cause
	// possible are the texts that a Symbol can be, where a mapping holds them under a key that is not known. It may be nil.
	possible *[]string
}

// Block is a part of a symbolic range of addresses.
type Block struct {
	// Base is the stable name of the range: "Shop/Vpc.CidrBlock".
	Base string
	// Prefix is the part, as if the range started at 0.0.0.0 or ::.
	Prefix netip.Prefix
}

// Get returns the field of a Map, Missing if there is none or v is no Map.
func (v Value) Get(name string) Value {
	if v.Kind != Map {
		return Value{}
	}
	return v.Fields[name]
}

// PossibleTexts are all texts that a Symbol can be whose mapping is in the template and whose key in it is only known at
// deployment; nil of any other value.
func (v Value) PossibleTexts() []string {
	if v.possible == nil {
		return nil
	}
	return *v.possible
}

// IsMissing reports whether there is no value.
func (v Value) IsMissing() bool { return v.Kind == Missing }

// Literal returns the text of a Text.
func (v Value) Literal() (string, bool) {
	if v.Kind != Text {
		return "", false
	}
	return v.Text, true
}

// Int returns the whole number that a Text is: "80", 80 and 80.0 are 80.
func (v Value) Int() (int, bool) {
	if v.Kind != Text {
		return 0, false
	}
	if n, err := strconv.Atoi(v.Text); err == nil {
		return n, true
	}
	if strings.Trim(v.Text, "+-.0123456789eE") != "" {
		return 0, false // "inf", "0x1p4" and "1_0" are floats to Go only.
	}
	const exact = 1 << 53 // Up to here a float holds every whole number.
	f, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return 0, false
	}
	return int(f), true
}

// Bool returns the boolean that a Text is: "true", true and "True" are true.
func (v Value) Bool() (value, ok bool) {
	if v.Kind != Text {
		return false, false
	}
	switch {
	case strings.EqualFold(v.Text, "true"):
		return true, true
	case strings.EqualFold(v.Text, "false"):
		return false, true
	}
	return false, false
}

// References yields every Reference and Symbol in v, itself included, in a stable order. What a Symbol is made of follows it.
func (v Value) References() iter.Seq[Value] {
	return func(yield func(Value) bool) { v.walk(yield) }
}

func (v *Value) walk(yield func(Value) bool) bool {
	if (v.Kind == Reference || v.Kind == Symbol) && !yield(*v) {
		return false
	}
	for i := range v.Items {
		if !v.Items[i].walk(yield) {
			return false
		}
	}
	return walkFields(v.Fields, yield)
}

func walkFields(fields map[string]Value, yield func(Value) bool) bool {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		field := fields[name]
		if !field.walk(yield) {
			return false
		}
	}
	return true
}

// equal reports whether a and b are the same value, wherever they stand.
func equal(a, b *Value) bool {
	return a.Kind == b.Kind && a.Text == b.Text && a.Resource == b.Resource &&
		slices.EqualFunc(a.Items, b.Items, func(a, b Value) bool { return equal(&a, &b) }) &&
		maps.EqualFunc(a.Fields, b.Fields, func(a, b Value) bool { return equal(&a, &b) })
}

// IsJoined reports whether v is a Symbol that is the text of its Items one after the other; its Text writes them as Fn::Sub does.
func (v Value) IsJoined() bool { return v.joined }
