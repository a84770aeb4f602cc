package cfn

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// randomConditions draws conditions C0, C1, ... on the parameters P0 to P2. A condition may use earlier ones.
func randomConditions(t *rapid.T) []string {
	value := rapid.SampledFrom([]string{`{"Ref": "P0"}`, `{"Ref": "P1"}`, `{"Ref": "P2"}`, `"a"`, `"b"`, `"x"`, `{"Fn::Sub": "${P0}"}`,
		`{"Fn::FindInMap": ["M", {"Ref": "P1"}, "V"]}`})
	var conditions []string
	for i := range rapid.IntRange(1, 5).Draw(t, "conditions") {
		var condition func(depth int) string
		condition = func(depth int) string {
			kinds := []string{"Equals"}
			if depth > 0 {
				kinds = []string{"Equals", "And", "Or", "Not"}
			}
			if i > 0 {
				kinds = append(kinds, "Condition")
			}
			switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
			case "Equals":
				return fmt.Sprintf(`{"Fn::Equals": [%s, %s]}`, value.Draw(t, "value"), value.Draw(t, "value"))
			case "Not":
				return fmt.Sprintf(`{"Fn::Not": [%s]}`, condition(depth-1))
			case "Condition":
				return fmt.Sprintf(`{"Condition": "C%d"}`, rapid.IntRange(0, i-1).Draw(t, "other"))
			default:
				return fmt.Sprintf(`{"Fn::%s": [%s, %s]}`, kind, condition(depth-1), condition(depth-1))
			}
		}
		conditions = append(conditions, fmt.Sprintf(`"C%d": %s`, i, condition(2)))
	}
	return conditions
}

// The outcome of a condition without given values holds for all values of the parameters. It is unknown if they
// differ.
func TestOpenConditionsAgreeWithAllValues(t *testing.T) {
	t.Parallel()
	allowed := [][]string{{"a", "b"}, {"a", "b", "c"}, {"a"}}
	rapid.Check(t, func(t *rapid.T) {
		conditions := randomConditions(t)
		var resources []string
		for i := range conditions {
			resources = append(resources, fmt.Sprintf(`"X%d": {"Type": "T", "Condition": "C%d", "Properties": {"P": {"Fn::If": ["C%d", 1, 2]}, `+
				`"Q": {"Ref": "P0"}}}`, i, i, i))
		}
		template := `{"Parameters": {"P0": {"Type": "String", "Default": "a", "AllowedValues": ["a", "b"]},
			"P1": {"Type": "String", "AllowedValues": ["a", "b", "c"]},
			"P2": {"Type": "String", "AllowedValues": ["a"]}}, "Mappings": {"M": {"a": {"V": "a"}, "b": {"V": "x"}, "c": {"V": "a"}}},
			"Conditions": {` + strings.Join(conditions, ",") + `}, "Resources": {` + strings.Join(resources, ",") + `}}`
		states := func(parameters map[string]string) []truth {
			a, err := Read("Shop", []byte(template), &Options{Parameters: parameters})
			require.NoError(t, err, template)
			var out []truth
			for i := range conditions {
				x, ok := a.Stacks[0].Resource(fmt.Sprintf("X%d", i))
				switch {
				case !ok:
					out = append(out, no)
				case x.Condition == "":
					out = append(out, yes)
				default:
					out = append(out, maybe)
				}
				if len(parameters) == 3 && ok {
					assert.Empty(t, x.Defaults)
				}
			}
			return out
		}
		open := states(nil)
		seen := make([][]truth, len(open))
		for _, p0 := range allowed[0] {
			for _, p1 := range allowed[1] {
				for i, state := range states(map[string]string{"P0": p0, "P1": p1, "P2": "a"}) {
					require.NotEqual(t, maybe, state, "all values are given")
					if !slices.Contains(seen[i], state) {
						seen[i] = append(seen[i], state)
					}
				}
			}
		}
		for i, state := range open {
			if len(seen[i]) == 2 {
				require.Equal(t, maybe, state, "C%d of %s", i, template)
			} else {
				require.Equal(t, seen[i][0], state, "C%d of %s", i, template)
			}
		}
	})
}
