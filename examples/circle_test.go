package examples

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoCircle: in no template do references between resources form a circle.
func TestNoCircle(t *testing.T) {
	forEach(t, func(t *testing.T, e *example) {
		for _, text := range templates(t, e.folder) {
			assert.Positive(t, withoutCircle(t, text))
		}
	})
}

// withoutCircle walks all references between resources, and returns how many resources there are.
func withoutCircle(t *testing.T, text string) int {
	t.Helper()
	var template struct{ Resources map[string]any }
	require.NoError(t, json.Unmarshal([]byte(text), &template))
	const walking, done = 1, 2
	state := map[string]int{}
	var walk func(id string, trail []string)
	walk = func(id string, trail []string) {
		if state[id] == walking {
			t.Fatalf("a circle: %s", strings.Join(append(trail, id), " -> "))
		}
		if state[id] == done {
			return
		}
		state[id] = walking
		for _, to := range references(template.Resources[id]) {
			if _, ok := template.Resources[to]; ok {
				walk(to, append(trail, id))
			}
		}
		state[id] = done
	}
	for id := range template.Resources {
		walk(id, nil)
	}
	return len(state)
}

func references(v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, references(e)...)
		}
	case map[string]any:
		for key, e := range v {
			switch to := e.(type) {
			case string:
				if key == "Ref" || key == "DependsOn" {
					out = append(out, to)
				}
			case []any:
				if key == "Fn::GetAtt" {
					out = append(out, fmt.Sprint(to[0]))
				}
				if key == "DependsOn" {
					for _, d := range to {
						out = append(out, fmt.Sprint(d))
					}
				}
			}
			out = append(out, references(e)...)
		}
	}
	return out
}
