package report

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIsLiteral(t *testing.T) {
	t.Parallel()
	const token = "${Token[TOKEN.1]}"
	type properties = map[string]any
	for name, test := range map[string]struct {
		value any
		want  bool
	}{
		"scalars":              {properties{"a": "x", "b": 1, "c": 1.5, "d": true}, true},
		"nested":               {properties{"a": []any{properties{"b": []string{"x"}}}}, true},
		"a pointer":            {properties{"a": new("x"), "b": &[]*string{new("y")}}, true},
		"a token":              {properties{"a": []any{properties{"b": token}}}, false},
		"a token behind text":  {properties{"a": new("arn:" + token)}, false},
		"a token as a key":     {properties{token: "x"}, false},
		"a list as a token":    {properties{"a": []string{"#{Token[TOKEN.1]}"}}, false},
		"a number as a token":  {properties{"a": -1.8881545897087626e+289}, false},
		"nothing":              {properties{"a": nil}, false},
		"a nil pointer":        {properties{"a": (*string)(nil)}, false},
		"no list":              {properties{"a": []string(nil)}, false},
		"an object of the CDK": {properties{"a": &struct{}{}}, false},
	} {
		assert.Equal(t, test.want, isLiteral(reflect.ValueOf(test.value)), name)
	}
}
