package export

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// notExported are keys and words of the format that an export never writes, each with the reason. "key=word" is a word of a key.
var notExported = map[string]string{
	"inspection.threats.suricata": "the rules are in Go then, which TestRulesInGoAreSaid says",
	"inspection.threats.ips":      "as suricata",
	"inspection.threats.domains":  "as suricata",

	"peers.domain":                         "an end is written as its name",
	"exceptions.sid":                       "an exception has none",
	"network.blocks=16":                    "the default",
	"network.nat=per-zone":                 "the default",
	"network.layout=one-stack":             "the default",
	"network.networkACLs=derived":          "the default",
	"endpoints.policies=by-owner":          "the default",
	"webACLs.mode=enforce":                 "the default",
	"webACLs.sql=by-flows":                 "the default",
	"inspection.mode=enforce":              "the default",
	"inspection.midstream=reject":          "the default",
	"loadBalancers.shield.response=off":    "the default",
	"loadBalancers.listeners.protocol=tcp": "the default",
	"watch.dns.mode=enforce":               "the default",
}

// TestFilesSayEverything: the files in testdata/roundtrip have every key and every word of the format that an export can write.
func TestFilesSayEverything(t *testing.T) {
	t.Parallel()
	all, said := map[string]bool{}, map[string]bool{}
	collect(reflect.TypeFor[document.Document](), "", all)
	for _, d := range roundTrips(t) {
		for _, e := range d.Environments {
			note(reflect.ValueOf(*e.Document), "", said)
		}
		note(reflect.ValueOf(*d), "", said)
	}
	for key := range all {
		assert.True(t, said[key] != (notExported[key] != ""), "%s: said %v, not exported because %q", key, said[key], notExported[key])
	}
	for key := range notExported {
		assert.True(t, all[key], "%s is no key of the format", key)
	}
}

// keys returns the fields of a type that the file can say, with their paths.
func keys(t reflect.Type, path string, yield func(reflect.StructField, string)) {
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "-" {
			yield(f, strings.TrimPrefix(path+"."+name, "."))
		}
	}
}

func wordsOf(f reflect.StructField) []string {
	switch enum := f.Tag.Get("enum"); enum {
	case "":
		return nil
	case "resource types":
		return document.ResourceTypes
	default:
		return strings.Split(enum, ",")
	}
}

// collect adds the paths of all keys without keys of their own, and of all words.
func collect(t reflect.Type, path string, to map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		to[path] = true
		return
	}
	keys(t, path, func(f reflect.StructField, key string) {
		collect(f.Type, key, to)
		for _, word := range wordsOf(f) {
			to[key+"="+word] = true
		}
	})
}

// note adds the paths of the keys and words that a value says.
func note(v reflect.Value, path string, to map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if v.Elem().Kind() == reflect.Bool {
			to[path] = true // false is said, too.
		}
		note(v.Elem(), path, to)
	case reflect.Slice:
		for i := range v.Len() {
			note(v.Index(i), path, to)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			note(v.MapIndex(key), path, to)
		}
	case reflect.Struct:
		keys(v.Type(), path, func(f reflect.StructField, key string) {
			value := v.FieldByIndex(f.Index)
			note(value, key, to)
			for _, word := range wordsOf(f) {
				if saysWord(value, word) {
					to[key+"="+word] = true
				}
			}
		})
	default:
		if !v.IsZero() {
			to[path] = true
		}
	}
}

func saysWord(v reflect.Value, word string) bool {
	switch value := v.Interface().(type) {
	case string:
		return value == word
	case []string:
		return slices.Contains(value, word)
	}
	return v.CanInt() && strconv.FormatInt(v.Int(), 10) == word
}
