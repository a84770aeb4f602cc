package document

import (
	"reflect"
	"strings"
	"sync"
)

// field is a field of a struct that the file can say.
type field struct {
	index    int
	name     string
	optional bool
	hints
}

// hints are the tags of a field beside its key. They hold for the field's text, or for each text of its list or map.
type hints struct {
	is   string   // the name of a form
	enum []string // the allowed words
	ref  []string // what the text may name
}

// ResourceTypes are the types of resources.
var ResourceTypes = []string{
	"bucket", "table", "queue", "topic", "secret", "parameter", "key", "role", "log-group", "repository", "function", "event-bus",
	"state-machine", "stream", "delivery-stream", "model", "cluster", "certificate", "load-balancer", "trust-store",
}

// knownFields are the fields by struct type. Each entry of a list in a file asks for those of its type.
var knownFields sync.Map

// fieldsOf returns the fields of a struct type that have a key, in their order. Nobody may change them.
func fieldsOf(t reflect.Type) []field {
	if known, ok := knownFields.Load(t); ok {
		return known.([]field)
	}
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "-" || name == "" {
			continue
		}
		out = append(out, field{i, name, options == "omitempty", hintsOf(f.Tag)})
	}
	knownFields.Store(t, out)
	return out
}

func hintsOf(tag reflect.StructTag) hints {
	h := hints{is: tag.Get("is")}
	if enum := tag.Get("enum"); enum == "resource types" {
		h.enum = ResourceTypes
	} else if enum != "" {
		h.enum = strings.Split(enum, ",")
	}
	if ref := tag.Get("ref"); ref != "" {
		h.ref = strings.Split(ref, ",")
	}
	return h
}

// names returns the keys of fields.
func names(fields []field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.name
	}
	return out
}
