package cfn

import (
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
	circle := "Conditions: {C: {Condition: C}}\nResources: {A: {Type: AWS::SNS::Topic}}"
	_, err := Read("T.yaml", []byte(circle), nil)
	require.Error(t, err)
}
