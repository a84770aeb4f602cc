package report

import (
	"reflect"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/diag"
)

func TestMain(m *testing.M) { cdktest.Main(m) }

// TestDeclarations: a later declaration with the same path replaces the first, and what is not in the app is left out.
func TestDeclarations(t *testing.T) {
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		scope := constructs.NewConstruct(cdktest.Stack(t), new("Control"))
		eip := awsec2.NewCfnEIP(scope, new("Resource"), nil)
		awsec2.NewCfnEIP(scope, new("Removed"), nil)
		p := &Problems{}
		p.Attach(scope, diag.Position{File: "main.go", Line: 1})
		p.Made("first", "Resource", func() map[string]any { return nil })
		p.Made("absent", "Absent", func() map[string]any { panic("not asked") })
		p.Made("removed", "Removed", func() map[string]any { panic("not asked") })
		p.Made("second", "Resource", func() map[string]any { return map[string]any{"Of": eip.Ref(), "Pool": "x"} })
		scope.Node().TryRemoveChild(new("Removed"))
		for range 2 {
			got := p.register.declarations()
			require.Len(t, got, 1)
			assert.Equal(t, "second", got[0].Name)
			assert.Equal(t, "Test/Control", got[0].Path)
			assert.JSONEq(t, `{"Of": {"Ref": "Control42E771B2"}, "Pool": "x"}`, string(got[0].Properties))
			assert.JSONEq(t, `{"Ref": "Control42E771B2"}`, string(got[0].Resource.Expression))
			assert.Equal(t, "Test.template.json", got[0].Resource.Template)
		}
		assert.Equal(t, "Test-Control-BB984D2C", *p.Name(""))
		assert.Equal(t, "given", *p.Name("given"))
	}
}

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
