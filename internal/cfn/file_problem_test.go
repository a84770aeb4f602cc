package cfn

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A file that is not a template is reported in plain words.
func TestFilesThatAreNotText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\x7fELF\x02\x01\x00\x00":           "this is not a template: it is not JSON or YAML text",
		"Resources: {}\nX: \xff\xfe\n":      "this is not a template: it is not JSON or YAML text",
		"just some words\n":                 "this is not a CloudFormation template: it must be an object with Resources, got a string",
		"Resources:\n\tX:\n\t\tType: T\n":   "the indentation contains a tab, which YAML does not allow; indent with spaces (f:2)",
		"Resources:\n  X:\n  \tType: \"T\n": "(f:",
		"Resources: [\n":                    "(f:",
	} {
		_, err := Read("f", []byte(text), nil)
		assert.ErrorContains(t, err, want, "%q", text)
	}
}

func TestLongPathsAreShortened(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Resources.X.Properties.P[0].A", pathText([]string{"Resources", "X", "Properties", "P", "[0]", "A"}))
	path := append([]string{"Resources", "X"}, strings.Split(strings.Repeat("Fn::Sub,[1],a,", 40)+"Fn::Sub", ",")...)
	assert.Equal(t, "Resources.X.Fn::Sub[1].a.Fn::Sub[1].a...Fn::Sub[1].a.Fn::Sub", pathText(path))
	assert.Less(t, len(pathText([]string{strings.Repeat("x", 100_000)})), 100)
}

func TestEmptyDefaultsAreVisible(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `L="", the parameter's default (set another with -p L=...)`, Default{Name: "L", Flag: "-p L=..."}.String())
}
