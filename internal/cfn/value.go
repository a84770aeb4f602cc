package cfn

import (
	"iter"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Kind is the kind of a Value.
type Kind uint8

// The kinds. The zero Kind is Missing.
const (
	Missing   Kind = iota // no value: the property is absent or AWS::NoValue
	Text                  // a string, number or boolean, which CloudFormation converts into each other
	List                  // an array
	Map                   // an object
	Reference             // a resource of the assembly (Ref) or one of its attributes (Fn::GetAtt)
	Symbol                // a value that is known only at deployment, under a stable name
	Choice                // Fn::If on a condition whose outcome is unknown
)

// Value is the value of a property, as far as it is known without a deployment. Values do not change after a template
// is read.
type Value struct {
	Kind Kind
	// joined says that a Symbol is the text of its Items in sequence.
	joined bool
	// Text is the literal of a Text, the stable name of a Symbol, the attribute of a Reference ("" for Ref), or the
	// unique name of the condition of a Choice, as in Resource.Condition.
	Text string
	// Items are the elements of a List; the two outcomes of a Choice, first for a true condition; or the values that a
	// Symbol is made of: the parts of a joined text, the arguments of a function, or the list of which it is an item.
	Items []Value
	// Fields are the fields of a Map.
	Fields Fields
	// Resource is what a Reference refers to.
	Resource *Resource
	// Line is the line in the template, 0 if unknown.
	Line int

	hint *hint // nil for most values, which keeps them small
}

// hint is what is known about a Symbol or a Choice beside its name.
type hint struct {
	block *Block
	entry *ListEntry
	// cause is why a Symbol is unknown, unless it is made of other Symbols, or why the condition of a Choice is open. It
	// may be nil.
	cause *cause
	// possible lists the texts that a Symbol can have, if it is looked up in a mapping by an unknown key. It may be nil.
	possible []string
}

// known returns what is known beside the name.
func (v *Value) known() hint {
	if v.hint == nil {
		return hint{}
	}
	return *v.hint
}

// Block is a block of a symbolic range of addresses.
type Block struct {
	// Base is the stable name of the range: "Shop/Vpc.CidrBlock".
	Base string
	// Prefix is the block, as if the range started at 0.0.0.0 or ::.
	Prefix netip.Prefix
}

// Value returns the Symbol of that name for the block.
func (b Block) Value(name string) Value {
	return Value{Kind: Symbol, Text: name, hint: &hint{block: &b}}
}

// Get returns the named field of a Map. It returns Missing if there is none, or if v is not a Map.
func (v Value) Get(name string) Value {
	if v.Kind != Map {
		return Value{}
	}
	return v.Fields.Get(name)
}

// Block returns the block that a Symbol is, if it is one of a range known only at deployment (Fn::Select of Fn::Cidr). It returns nil for
// any other value.
func (v Value) Block() *Block { return v.known().block }

// Entry returns the entry that a Symbol is, if it is one of a resource's list attribute. It returns nil for any other value.
func (v Value) Entry() *ListEntry { return v.known().entry }

// PossibleTexts returns all texts that a Symbol can have, if it is looked up in a mapping of the template by a key that
// is known only at deployment. It returns nil for any other value.
func (v Value) PossibleTexts() []string { return v.known().possible }

// IsMissing reports whether there is no value.
func (v Value) IsMissing() bool { return v.Kind == Missing }

// Literal returns the text of a Text.
func (v Value) Literal() (string, bool) {
	if v.Kind != Text {
		return "", false
	}
	return v.Text, true
}

// Int returns the integer that a Text represents: "80", 80 and 80.0 are 80.
func (v Value) Int() (int, bool) {
	if v.Kind != Text {
		return 0, false
	}
	if n, err := strconv.Atoi(v.Text); err == nil {
		return n, true
	}
	if strings.Trim(v.Text, "+-.0123456789eE") != "" {
		return 0, false // "inf", "0x1p4" and "1_0" are numbers in Go, but not in CloudFormation.
	}
	const exact = 1 << 53 // A float64 represents every integer up to here exactly.
	f, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return 0, false
	}
	return int(f), true
}

// Bool returns the boolean that a Text represents: "true", true and "True" are true.
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

// References yields every Reference and Symbol in v, including v itself, in a stable order. A Symbol is followed by
// what it is made of.
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
	return v.Fields.walk(yield)
}

// equal reports whether a and b are the same value, regardless of their lines.
func equal(a, b *Value) bool {
	return a.Kind == b.Kind && a.Text == b.Text && a.Resource == b.Resource &&
		slices.EqualFunc(a.Items, b.Items, func(a, b Value) bool { return equal(&a, &b) }) &&
		slices.EqualFunc(a.Fields, b.Fields, func(a, b Field) bool { return a.Name == b.Name && equal(&a.Value, &b.Value) })
}

// IsJoined reports whether v is a Symbol that is the text of its Items in sequence. Its Text has the notation of
// Fn::Sub.
func (v Value) IsJoined() bool { return v.joined }
