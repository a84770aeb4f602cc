package cfn

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConditionSource(t *testing.T) {
	t.Parallel()
	source := func(template string, o *Options) string {
		a, err := Read("T.yaml", []byte(template+"\nResources: {A: {Type: AWS::SNS::Topic, Condition: C}}\n"), o)
		require.NoError(t, err)
		return a.ConditionSource("T/Conditions.C")
	}
	base := source("Parameters: {P: {Type: String, Default: a}}\nConditions: {C: !Equals [!Ref P, a]}", nil)
	assert.NotEmpty(t, base)
	for name, c := range map[string]struct {
		template string
		same     bool
	}{
		"written otherwise":    {"Conditions: {'C': {'Fn::Equals': [{Ref: P}, 'a']}}\nParameters: {P: {Default: a, Type: String}}", true},
		"another default":      {"Parameters: {P: {Type: String, Default: b}}\nConditions: {C: !Equals [!Ref P, a]}", false},
		"no default":           {"Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, a]}", false},
		"another expression":   {"Parameters: {P: {Type: String, Default: a}}\nConditions: {C: !Equals [!Ref P, b]}", false},
		"by another condition": {"Parameters: {P: {Type: String, Default: a}}\nConditions: {C: {Condition: D}, D: !Equals [!Ref P, a]}", false},
	} {
		assert.Equal(t, c.same, source(c.template, nil) == base, name)
	}
	nested := func(value string) string {
		return source("Parameters: {P: {Type: String, Default: "+value+"}}\nConditions: {C: !Not [{Condition: D}], D: !Equals [!Ref P, a]}", nil)
	}
	assert.NotEqual(t, nested("a"), nested("b"), "the default of a condition that it names")
	mapped := func(value string) string {
		return source("Mappings: {M: {a: {b: "+value+"}}}\nConditions: {C: !Equals [!FindInMap [M, a, b], !Ref AWS::Region]}", nil)
	}
	assert.NotEqual(t, mapped("x"), mapped("y"), "the mapping that it looks into")
	circle := "Conditions: {C: {Condition: C}}\nResources: {A: {Type: AWS::SNS::Topic}}"
	_, err := Read("T.yaml", []byte(circle), nil)
	require.Error(t, err)
}

// The value that a nested stack is given is written, not its default.
func TestConditionSourceOfNestedStack(t *testing.T) {
	t.Parallel()
	source := func(given, standard string) string {
		dir := t.TempDir()
		write := func(name, text string) string {
			file := filepath.Join(dir, name)
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			return file
		}
		write("N.yaml", "Parameters: {P: {Type: String, Default: "+standard+"}}\nConditions: {C: !Equals [!Ref P, a]}\n"+
			"Resources: {A: {Type: AWS::SNS::Topic, Condition: C}}\n")
		file := write("T.yaml", "Parameters: {Q: {Type: String, Default: "+given+"}}\nResources:\n  N: {Type: AWS::CloudFormation::Stack, "+
			"Properties: {TemplateURL: N.yaml, Parameters: {P: !Ref Q}}}\n")
		a, err := Load([]string{file}, nil)
		require.NoError(t, err)
		return a.ConditionSource("T/N/Conditions.C")
	}
	assert.NotEmpty(t, source("a", "a"))
	assert.NotEqual(t, source("a", "a"), source("b", "a"))
	assert.Equal(t, source("a", "a"), source("a", "b"))
}
