package app

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// unseen are fields whose removal changes nothing in the code, by their path, with the reason.
var unseen = map[string]string{
	"Version":        "the code does not depend on the version of the format",
	"Resources.Type": "the types of resources with an ARN, of which the code uses the ARN",
}

// TestNothingIsDropped removes each value of two documents that have every key. The code must change, or the generator must refuse.
func TestNothingIsDropped(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"everything", "existing"} {
		data, err := os.ReadFile(filepath.Join("testdata", name, document.FileName))
		require.NoError(t, err)
		d, problems := document.Parse(document.FileName, data)
		require.False(t, problems.HasErrors(), "%s", problems)
		code := func() []byte {
			g := newGenerator(d, options(name, nil))
			body, err := g.generate()
			if g.problems.HasErrors() {
				return []byte(g.problems.String())
			}
			if err != nil {
				return []byte(err.Error())
			}
			return body
		}
		before := code()
		count := 0
		for _, path := range sample(leaves(reflect.ValueOf(d).Elem(), nil)) {
			count++
			if unseen[general(path)] != "" {
				continue
			}
			restore := change(d, path, reflect.Value.SetZero)
			assert.NotEqual(t, string(before), string(code()), "%s: removing %s changes nothing", name, strings.Join(path, "."))
			restore()
		}
		assert.Positive(t, count, name)
		assert.Equal(t, string(before), string(code()), "each value was put back")
	}
}

// sample returns every fifth of many cases. CI takes all.
func sample[T any](cases []T) []T {
	if os.Getenv("TIERWALL_CI") != "" {
		return cases
	}
	var out []T
	for i := 0; i < len(cases); i += 5 {
		out = append(out, cases[i])
	}
	return out
}

// leaves returns the paths of the values in a document: names of fields, and positions in lists.
func leaves(v reflect.Value, path []string) [][]string {
	at := func(step string) []string { return append(append([]string{}, path...), step) }
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return leaves(v.Elem(), path)
	case reflect.Struct:
		var out [][]string
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Type != reflect.TypeFor[diag.Position]() && f.Type != reflect.TypeFor[[]document.Environment]() {
				out = append(out, leaves(v.Field(i), at(f.Name))...)
			}
		}
		return out
	case reflect.Slice:
		var out [][]string
		for i := range v.Len() {
			out = append(out, leaves(v.Index(i), at(strconv.Itoa(i)))...)
		}
		return out
	}
	if v.IsZero() {
		return nil
	}
	return [][]string{path}
}

// change sets the value at a path of a document and of its environments. It returns a function that puts back what was there.
func change(d *document.Document, path []string, set func(reflect.Value)) (restore func()) {
	documents := []*document.Document{d}
	for _, e := range d.Environments {
		documents = append(documents, e.Document)
	}
	var undo []func()
	for _, d := range documents {
		if v, ok := valueAt(d, path); ok {
			old := reflect.New(v.Type()).Elem()
			old.Set(v)
			undo = append(undo, func() { v.Set(old) })
			set(v)
		}
	}
	return func() {
		for _, f := range undo {
			f()
		}
	}
}

// valueAt returns the value at a path, if the document has one there.
func valueAt(d *document.Document, path []string) (reflect.Value, bool) {
	v := reflect.ValueOf(d).Elem()
	for _, step := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		i, err := strconv.Atoi(step)
		switch {
		case err != nil:
			v = v.FieldByName(step)
		case i >= v.Len():
			return v, false
		default:
			v = v.Index(i)
		}
	}
	return v, true
}

// general returns a path without positions.
func general(path []string) string {
	var out []string
	for _, step := range path {
		if _, err := strconv.Atoi(step); err != nil {
			out = append(out, step)
		}
	}
	return strings.Join(out, ".")
}
