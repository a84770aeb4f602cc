package template_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/template"
)

// traps are texts that YAML takes for something else if they are not quoted.
var traps = []string{
	"22:22", "on", "Off", "yes", "NO", "y", "n", "true", "null", "~", "", " ", "0123", "012345678901", "111122223333", "0x1F", "1_000",
	"1e3", "1.5", ".inf", "NaN", "2027-03-31", "2012-10-17", "a: b", "a:", ": a", "a #b", "#a", "- a", "-", "? a", "[a]", "{a}", "*a", "&a",
	"!a", "|", ">", "%a", "@a", "`a`", "'a'", `"a"`, `\n`, "a\nb", "a\n", "\na", "a\n\nb", " a\nb", "a \nb", "a\n b", "a\tb", "a\r\nb",
	"<<", "=", "---", "...", "é", "\u202e", "\x00", "\x7f", "\u0085", "\u2028", "\ufeff", "\uffff", "\U0001f600", "\U000e0001", "\xff",
	strings.Repeat("long ", 100), strings.Repeat("x", 10_000), "AWS::EC2::VPC", "aws:cdk:path", "a::b", "a:::b", "arn:aws:s3:::b/*",
	"${AWS::Region}",
}

// TestTexts checks that every text is the same text in both formats, also as a key.
func TestTexts(t *testing.T) {
	t.Parallel()
	for _, text := range traps {
		requireSame(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		if rapid.Bool().Draw(t, "any") {
			requireSame(t, rapid.String().Draw(t, "text"))
		} else {
			requireSame(t, rapid.StringMatching(`[-a0-9:._~#\n "'{\[]{0,8}`).Draw(t, "text"))
		}
	})
}

func requireSame(t require.TestingT, text string) {
	made := &template.Template{Resources: map[string]*template.Resource{"A": {
		Type: "AWS::X::Y", Properties: map[string]any{"Text": text, "List": []any{text, 1, true, 0.5}, "Map": map[string]any{"k" + text: text}},
	}}}
	var got any
	require.NoError(t, yaml.Unmarshal(made.YAML(), &got), "%q\n%s", text, made.YAML())
	want := decoded(t, made.JSON())
	plainNumbers(got)
	require.Equal(t, want, got, "%q", text)
}

// plainNumbers makes numbers what they are in JSON.
func plainNumbers(v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if n, ok := inner.(int); ok {
				v[key] = float64(n)
			}
			plainNumbers(inner)
		}
	case []any:
		for i, inner := range v {
			if n, ok := inner.(int); ok {
				v[i] = float64(n)
			}
			plainNumbers(inner)
		}
	}
}

// TestFormats checks that both formats of a whole template say the same, and that the reader of templates reads both.
func TestFormats(t *testing.T) {
	t.Parallel()
	main, _ := made(t, shop(), template.Input{})
	var got any
	require.NoError(t, yaml.Unmarshal(main.YAML(), &got))
	plainNumbers(got)
	assert.Equal(t, decoded(t, main.JSON()), got)
	for _, file := range []string{"Shop.json", "Shop.yaml"} {
		a, err := cfn.Read(file, main.Encode(file), nil)
		require.NoError(t, err)
		assert.Len(t, a.Stacks[0].Resources, len(main.Resources))
	}
}
