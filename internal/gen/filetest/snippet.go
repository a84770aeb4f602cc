package filetest

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// checkSnippet checks YAML: the name of a key, some keys of one type of the file, or a part of the whole file.
func checkSnippet(t assert.TestingT, text string) {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		assert.Fail(t, "a message has YAML that does not parse", "%q: %v", text, err)
		return
	}
	fitting := func(of reflect.Type) bool { return fits(value, of) }
	if key, ok := value.(string); ok {
		fitting = func(of reflect.Type) bool { _, ok := keys(of)[key]; return ok }
	}
	assert.True(t, slices.ContainsFunc(fileTypes(), fitting), "the file has no place for `%s`", text)
}

// fits reports whether the file may have a value where it has a type. A value that is no map may be the short form of one.
func fits(value any, of reflect.Type) bool {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch value := value.(type) {
	case map[string]any:
		return fitsMap(value, of)
	case []any:
		return of.Kind() == reflect.Slice && !slices.ContainsFunc(value, func(v any) bool { return !fits(v, of.Elem()) })
	case string:
		return of.Kind() == reflect.String || of == reflect.TypeFor[document.Texts]() || of.Kind() == reflect.Struct
	case bool:
		return of.Kind() == reflect.Bool
	case uint64, int64:
		return of.Kind() == reflect.Int
	}
	return false
}

func fitsMap(value map[string]any, of reflect.Type) bool {
	fields := keys(of)
	for key, v := range value {
		element, ok := fields[key]
		if of.Kind() != reflect.Struct { // A map by names.
			if ok = of.Kind() == reflect.Map || of.Kind() == reflect.Slice; ok {
				element, ok = of.Elem(), of.Elem() != reflect.TypeFor[document.Flow]() || flowKey.MatchString(key)
			}
		}
		if !ok || !fits(v, element) {
			return false
		}
	}
	return true
}

// flowKey matches the key of a flow.
var flowKey = regexp.MustCompile(`^\S+ -> \S+ \S+$`)

// keys returns the keys of a type of the file, with what each holds.
func keys(of reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	if of.Kind() != reflect.Struct {
		return out
	}
	for field := range of.Fields() {
		if key, _, _ := strings.Cut(field.Tag.Get("yaml"), ","); key != "" && key != "-" {
			out[key] = field.Type
		}
	}
	return out
}

// fileTypes are all types of the file.
var fileTypes = sync.OnceValue(func() []reflect.Type {
	var all []reflect.Type
	var add func(reflect.Type)
	add = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || slices.Contains(all, of) {
			return
		}
		all = append(all, of)
		for _, element := range keys(of) {
			add(element)
		}
	}
	add(reflect.TypeFor[document.Document]())
	add(reflect.TypeFor[document.ZoneSubnet]()) // Its set is a map without keys of the file's own.
	return all
})
