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
		parse := func() *document.Document {
			d, problems := document.Parse(document.FileName, data)
			require.False(t, problems.HasErrors(), "%s", problems)
			return d
		}
		code := func(d *document.Document) []byte {
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
		before := code(parse())
		count := 0
		for _, path := range sample(leaves(reflect.ValueOf(parse()).Elem(), nil)) {
			d := parse()
			remove := func(d *document.Document) { zero(reflect.ValueOf(d).Elem(), path) }
			remove(d)
			for _, e := range d.Environments {
				remove(e.Document)
			}
			count++
			if why := unseen[general(path)]; why == "" {
				assert.NotEqual(t, string(before), string(code(d)), "%s: removing %s changes nothing", name, strings.Join(path, "."))
			}
		}
		assert.Positive(t, count, name)
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

// zero removes a value.
func zero(v reflect.Value, path []string) {
	for _, step := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return
			}
			v = v.Elem()
		}
		if i, err := strconv.Atoi(step); err == nil {
			if i >= v.Len() {
				return
			}
			v = v.Index(i)
			continue
		}
		v = v.FieldByName(step)
	}
	v.SetZero()
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
