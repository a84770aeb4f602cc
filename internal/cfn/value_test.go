package cfn

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestScalars(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"80": 80, "80.0": 80, "-1": -1, "8e1": 80, "+5": 5, "007": 7} {
		n, ok := Value{Kind: Text, Text: text}.Int()
		assert.True(t, ok, text)
		assert.Equal(t, want, n, text)
	}
	for _, text := range []string{"", "x", "80.5", "1e99", "NaN", "inf", "0x10", "1_000", " 80", "80 "} {
		_, ok := Value{Kind: Text, Text: text}.Int()
		assert.False(t, ok, text)
	}
	for text, want := range map[string]bool{"true": true, "True": true, "false": false, "FALSE": false} {
		b, ok := Value{Kind: Text, Text: text}.Bool()
		assert.True(t, ok, text)
		assert.Equal(t, want, b, text)
	}
	for _, v := range []Value{{Kind: Text, Text: "yes"}, {Kind: Text, Text: "1"}, {}, {Kind: Symbol, Text: "true"}} {
		_, ok := v.Bool()
		assert.False(t, ok, v)
	}
	_, ok := Value{Kind: Symbol, Text: "80"}.Int()
	assert.False(t, ok)
	_, ok = Value{Kind: Symbol, Text: "x"}.Literal()
	assert.False(t, ok)
	text, ok := Value{Kind: Text, Text: "x"}.Literal()
	assert.True(t, ok)
	assert.Equal(t, "x", text)
}

func TestGet(t *testing.T) {
	t.Parallel()
	v := Value{Kind: Map, Fields: Fields{{"A", Value{Kind: Text, Text: "x"}}}}
	assert.Equal(t, "x", v.Get("A").Text)
	assert.True(t, v.Get("B").IsMissing())
	assert.True(t, Value{Kind: Choice, Items: []Value{v, v}}.Get("A").IsMissing())
	r := &Resource{Properties: v.Fields}
	assert.Equal(t, "x", r.Get("A").Text)
	assert.True(t, r.Get("B").IsMissing())
}

func TestReferences(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop", []byte(`{
	  "Parameters": {"P": {"Type": "String"}},
	  "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
	  "Resources": {
	    "A": {"Type": "T"}, "B": {"Type": "T"}, "D": {"Type": "T"}, "E": {"Type": "T"},
	    "X": {"Type": "T", "Properties": {
	      "Z": {"Ref": "A"},
	      "L": [{"Fn::Sub": "x-${B.Id}-${P}"}, {"Fn::If": ["C", {"Ref": "D"}, "text"]}],
	      "K": {"Fn::Select": [1, {"Fn::Cidr": [{"Fn::GetAtt": ["E", "Cidr"]}, 2, 8]}]}}}
	  }}`), nil)
	require.NoError(t, err)
	x, _ := a.Stacks[0].Resource("X")
	var got []string
	for v := range x.References() {
		got = append(got, v.String())
	}
	assert.Equal(t, []string{
		"Cidr(Shop/E.Cidr, 8)[1]", "Shop/E.Cidr",
		"x-${Shop/B.Id}-${Shop/Parameters.P}", "Shop/B.Id", "Shop/Parameters.P",
		"Shop/D", "Shop/A",
	}, got)
	for range x.References() {
		break
	}
	assert.Len(t, slices.Collect(x.Get("Z").References()), 1)

	block := x.Get("K").Block()
	require.NotNil(t, block)
	assert.Equal(t, "Shop/E.Cidr", block.Base)
	assert.Equal(t, "0.0.1.0/24", block.Prefix.String())
	six, err := a.Evaluate("Shop", []byte(`{"Fn::Select": [3, {"Fn::Cidr": [{"Fn::GetAtt": ["E", "Cidr"]}, 256, 64]}]}`))
	require.NoError(t, err)
	assert.Equal(t, "0:0:0:3::/64", six.Block().Prefix.String())
}

func TestResourcesMadeByHand(t *testing.T) {
	t.Parallel()
	s := &Stack{Name: "Shop"}
	s.Resources = []*Resource{{Stack: s, ID: "A"}}
	r, ok := s.Resource("A")
	assert.True(t, ok)
	assert.Equal(t, "Shop/A", r.String())
	_, ok = s.Resource("B")
	assert.False(t, ok)
	_, err := (&Assembly{Stacks: []*Stack{s}}).Evaluate("Shop", []byte("1"))
	assert.ErrorContains(t, err, "there is no stack")
}

// anyValue draws values as the reader makes them. It uses few names, so that values often resemble each other.
func anyValue(resources []*Resource) *rapid.Generator[Value] {
	literal := rapid.OneOf(
		rapid.SampledFrom([]string{"", "a", "a, b", "Shop/A", "Shop/A.Id", "[a]", "{a: b}", "AWS::Region", "AWS::NoValue", "10.0.0.0/8",
			"fd00::/8", `"a"`, "If(a, b)", "a]", "${Shop/A}", "Import(x)", "{{resolve:ssm:x}}"}),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	text := rapid.Map(literal, func(s string) Value { return Value{Kind: Text, Text: s} })
	leaf := rapid.OneOf(
		text, rapid.Just(Value{}),
		rapid.Custom(func(t *rapid.T) Value {
			return Value{Kind: Reference, Resource: rapid.SampledFrom(resources).Draw(t, "resource"),
				Text: rapid.SampledFrom([]string{"", "Id", "Outputs.X"}).Draw(t, "attribute")}
		}),
		rapid.Map(rapid.SampledFrom([]string{"AWS::Region", "Shop/Parameters.P", "Import(x)"}),
			func(s string) Value { return Value{Kind: Symbol, Text: s} }),
	)
	var value *rapid.Generator[Value]
	value = rapid.OneOf(leaf, leaf, rapid.Deferred(func() *rapid.Generator[Value] {
		return rapid.Custom(func(t *rapid.T) Value {
			items := rapid.SliceOfN(value, 0, 3).Draw(t, "items")
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				v := Value{Kind: Map}
				for name, field := range rapid.MapOfN(literal, value, 0, 3).Draw(t, "fields") {
					v.Fields = append(v.Fields, Field{name, field})
				}
				v.Fields.sort()
				return v
			case 1:
				return Value{Kind: Choice, Text: "Shop/Conditions.C", Items: []Value{value.Draw(t, "one"), value.Draw(t, "other")}}
			case 2:
				return (&resolver{}).call(&node{}, "F", items...)
			case 3:
				parts := rapid.SliceOfN(rapid.OneOf(text, leaf), 0, 3).Draw(t, "parts")
				return (&resolver{}).concat(&node{}, parts)
			}
			return Value{Kind: List, Items: items}
		})
	}))
	return value
}

func TestTextIdentifiesValues(t *testing.T) {
	t.Parallel()
	s := &Stack{Name: "Shop"}
	resources := []*Resource{{Stack: s, ID: "A"}, {Stack: s, ID: "B"}}
	value := anyValue(resources)
	rapid.Check(t, func(t *rapid.T) {
		differ := func(a, b Value) {
			require.Equal(t, equal(&a, &b), a.String() == b.String(), "%s\n%s", a, b)
		}
		list := func(items ...Value) Value { return Value{Kind: List, Items: items} }
		a, b := value.Draw(t, "a"), value.Draw(t, "b")
		require.True(t, equal(&a, &a))
		differ(a, b)
		differ(list(a, b), list(b, a))
		// The text of a value differs from the value, by itself and as a part of other values.
		text := func(v Value) Value { return Value{Kind: Text, Text: v.String()} }
		differ(a, text(a))
		differ(list(a), list(text(a)))
		inner := func(v Value) string { s := v.String(); return s[1 : len(s)-1] }
		differ(list(a, b), list(Value{Kind: Text, Text: inner(list(a, b))}))
		region := Value{Kind: Symbol, Text: "AWS::Region"}
		joined := func(text string) Value {
			return (&resolver{}).concat(&node{}, []Value{{Kind: Text, Text: text}, region})
		}
		differ(list(a, joined(text(b).Text)), list(joined(inner(list(a, b)))))
		field := func(name string, v Value) Value { return Value{Kind: Map, Fields: Fields{{name, v}}} }
		differ(field("x", list(a, b)), field("x: "+inner(list(a, b)), b))
		differ(field("x", a), field("x: "+a.String(), a))
	})
}
