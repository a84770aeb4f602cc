package document

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

// placeless returns a copy of a value without the lines of the file.
func placeless[T any](v T) T {
	out := reflect.New(reflect.TypeFor[T]()).Elem()
	copyPlaceless(out, reflect.ValueOf(&v).Elem())
	return out.Interface().(T)
}

func copyPlaceless(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyPlaceless(to.Elem(), from.Elem())
		}
	case reflect.Struct:
		for i := range from.NumField() {
			if from.Type().Field(i).Type != reflect.TypeFor[diag.Position]() {
				copyPlaceless(to.Field(i), from.Field(i))
			}
		}
	case reflect.Slice:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			copyPlaceless(to.Index(i), from.Index(i))
		}
	default:
		to.Set(from)
	}
}

func TestSamplesComeBack(t *testing.T) {
	t.Parallel()
	for _, name := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, problems := Parse(name+".yaml", sample(t, name))
			require.Empty(t, problems.Error())
			text := d.Write()
			again, problems := Parse(name+".yaml", text)
			require.Empty(t, problems.Error(), "%s", text)
			assert.Equal(t, placeless(*d), placeless(*again), "%s", text)
			assert.Equal(t, string(text), string(again.Write()))
		})
	}
}
