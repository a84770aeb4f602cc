package document

import (
	"reflect"
	"strconv"
	"strings"
)

// Setting is a value of the file.
type Setting struct {
	Key   string // "loadBalancers.Balancer.to.healthPath"
	Value string
}

// notSettings are the parts of the file that are no settings.
var notSettings = []string{"environments", "flows", "exceptions", "grants", "acknowledged"}

// Settings returns all values of the file as it reads in the environment, in the order of the keys' types. It leaves out flows, exceptions,
// grants and what is acknowledged.
func (e Environment) Settings() []Setting {
	var out []Setting
	settings(&out, "environments."+e.Name, encodeStruct(reflect.ValueOf(e)))
	for _, part := range encodeStruct(reflect.ValueOf(e.Document).Elem()).long().entries {
		switch {
		case contains(notSettings, part.key.text):
		case part.key.text == "tiers":
			for _, tier := range part.value.entries {
				settings(&out, "tiers."+tier.key.text, expanded(reflect.TypeFor[Tier](), tier.value))
			}
		default:
			settings(&out, part.key.text, part.value)
		}
	}
	return out
}

// settings adds the values below a key.
func settings(out *[]Setting, key string, n *node) {
	switch {
	case n.kind == mapping:
		for _, e := range n.entries {
			settings(out, key+"."+e.key.text, e.value)
		}
	case n.kind == list && n.isTexts():
		*out = append(*out, Setting{key, "[" + strings.Join(n.texts(), ", ") + "]"})
	case n.kind == list:
		for i, item := range n.items {
			settings(out, key+"["+strconv.Itoa(i)+"]", item)
		}
	default:
		*out = append(*out, Setting{key, n.text})
	}
}

// isTexts reports whether all items of a list are texts.
func (n *node) isTexts() bool { return len(n.texts()) == len(n.items) }

// texts returns the items of a list that are texts.
func (n *node) texts() []string {
	var out []string
	for _, item := range n.items {
		if item.kind == scalar {
			out = append(out, item.text)
		}
	}
	return out
}
