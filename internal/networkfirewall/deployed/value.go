package deployed

import (
	"fmt"
	"iter"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

func resources(a *cfn.Assembly, kind string) iter.Seq[*cfn.Resource] {
	return func(yield func(*cfn.Resource) bool) {
		for _, s := range a.Stacks {
			for _, r := range s.Resources {
				if r.Type == kind && !yield(r) {
					return
				}
			}
		}
	}
}

// nameOf is what messages call a resource.
func nameOf(r *cfn.Resource) string {
	if r.Path != "" {
		return r.Path
	}
	return r.String()
}

// token stands for a value that only a deployment knows.
func token(v cfn.Value) string {
	text := v.String()
	if v.IsJoined() {
		return text // It has tokens in it.
	}
	return "${" + text + "}"
}

// at is what stands at the end of a way. Where the way leads through something that only a deployment knows, it is that.
func at(v cfn.Value, way ...string) cfn.Value {
	for _, name := range way {
		if v.Kind != cfn.Map {
			return v
		}
		v = v.Get(name)
	}
	return v
}

// text is a value as a text, empty if there is none.
func text(v cfn.Value) string {
	if v.IsMissing() {
		return ""
	}
	if t, ok := v.Literal(); ok {
		return t
	}
	return token(v)
}

// item is an element of a list, with its place in it.
type item struct {
	cfn.Value
	index int
}

// items are the elements of a list that are surely there, and whether there may be others.
func items(v cfn.Value) (out []item, open bool) {
	switch v.Kind {
	case cfn.Missing:
		return nil, false
	case cfn.List:
	case cfn.Text, cfn.Map:
		return []item{{v, 0}}, false
	default:
		return nil, true
	}
	for i, e := range v.Items {
		switch e.Kind {
		case cfn.Missing:
		case cfn.Choice:
			open = true
		default:
			out = append(out, item{e, i})
		}
	}
	return out, open
}

// texts are the elements of a list as texts, with a token for those that may be there.
func texts(v cfn.Value) []string {
	all, open := items(v)
	var out []string
	for _, e := range all {
		out = append(out, text(e.Value))
	}
	if open {
		out = append(out, token(v))
	}
	return out
}

// operand is a value as an address or port of a rule: its tokens have nothing in them that rules and lists are made of.
func operand(v cfn.Value) string {
	if t, ok := rules(v); ok || v.IsMissing() {
		return t
	}
	return "${" + strings.Map(plain, v.String()) + "}"
}

// operands are the elements of a list as operands, with a token for those that may be there.
func operands(v cfn.Value) []string {
	all, open := items(v)
	var out []string
	for _, e := range all {
		out = append(out, operand(e.Value))
	}
	if open {
		out = append(out, operand(v))
	}
	return out
}

// number is a whole number; known is false if a deployment alone knows it, or it is none.
func number(v cfn.Value) (n int, known bool) { return v.Int() }

// rules are rules as a text, in which tokens have no spaces and nothing that rules are made of; false if nothing of it is known.
func rules(v cfn.Value) (string, bool) {
	if t, ok := v.Literal(); ok {
		return t, true
	}
	if !v.IsJoined() {
		return "", false
	}
	var b strings.Builder
	for _, part := range v.Items {
		if t, ok := part.Literal(); ok {
			b.WriteString(t)
		} else if t, ok := rules(part); ok {
			b.WriteString(t)
		} else {
			b.WriteString("${" + strings.Map(plain, part.String()) + "}")
		}
	}
	return b.String(), true
}

// plain keeps what tokens in rules may have.
func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == ':' || r == '/' {
		return r
	}
	return '_'
}

// unknown says that a property is known only at deployment.
func unknown(property string, v cfn.Value) string { return fmt.Sprintf("%s is %s", property, v) }
