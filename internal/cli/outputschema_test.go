package cli

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compiled returns a schema of a command's JSON, read by a validator that is not ours.
func compiled(command string, closed bool) (*jsonschema.Schema, error) {
	schema, err := outputSchema(command, closed)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", document); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
}

// validated returns what is wrong with the JSON of a command.
func validated(command string, output []byte, closed bool) error {
	schema, err := compiled(command, closed)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(output))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// writesJSON reports whether a command with these arguments writes JSON that has a schema.
func writesJSON(args []string) bool {
	at := slices.Index(args, "--format")
	isJSON := at >= 0 && at+1 < len(args) && args[at+1] == "json" || slices.Contains(args, "--format=json")
	return isJSON && !slices.Contains([]string{"generate", "completion", "help"}, args[0])
}

// TestEveryJSONHasASchema: a command with --format json has a schema, and no other has one.
func TestEveryJSONHasASchema(t *testing.T) {
	t.Parallel()
	var parsed commands
	parser, err := kong.New(&parsed, kong.Vars{"templates": ""})
	require.NoError(t, err)
	for _, node := range parser.Model.Children {
		writes := slices.ContainsFunc(node.Flags, func(f *kong.Flag) bool {
			return f.Name == "format" && f.EnumMap()["json"] && node.Name != "generate" // Its templates are no answer.
		})
		_, has := outputs[node.Name]
		assert.Equal(t, writes, has, node.Name)
		if has {
			_, err := compiled(node.Name, false)
			assert.NoError(t, err, node.Name)
		}
	}
}

// jsonOf runs a command and returns its JSON.
func jsonOf(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, problems bytes.Buffer
	code := Main(append(args, "--format", "json"), strings.NewReader(""), &out, &problems)
	require.Contains(t, []int{exitSuccess, exitFindings}, code, problems.String())
	return out.Bytes()
}

// TestSchemaNoticesChanges: an answer of which one property is missing, renamed or of another type does not fit its schema.
func TestSchemaNoticesChanges(t *testing.T) {
	t.Parallel()
	assembly := filepath.Join("testdata", "assembly")
	folder := filepath.Join("..", "docs", "testdata", "folder")
	for _, args := range [][]string{
		{"show", assembly}, {"prove", assembly}, {"why", "App", "Data", "ssh", assembly}, {"plan", assembly}, {"firewall", assembly},
		{"review", assembly}, {"diff", filepath.Join(folder, "before.yaml"), filepath.Join(folder, "after.yaml")},
		{"upgrade", filepath.Join(folder, "before.yaml"), filepath.Join(folder, "after.yaml")}, {"waf", assembly},
	} {
		text := jsonOf(t, args...)
		require.NoError(t, validated(args[0], text, true), args)
		changed := 0
		for _, at := range keyPlaces(text) {
			renamed := slices.Concat(text[:at], []byte("x"), text[at:])
			if args[0] != "plan" || changed < 4 { // The tables and columns of a plan have any names.
				assert.Error(t, validated(args[0], renamed, true), "%s: renamed: %s", args, text[at:min(at+30, len(text))])
				changed++
			}
		}
		assert.NotZero(t, changed, args)
	}
}

// keyPlaces returns where the names of properties begin, a few of them.
func keyPlaces(text []byte) []int {
	var out []int
	for at, line := 0, ""; at < len(text) && len(out) < 40; at += len(line) + 1 {
		line, _, _ = strings.Cut(string(text[at:]), "\n")
		if before, _, ok := strings.Cut(line, `": `); ok && strings.TrimLeft(before, " ")[0] == '"' {
			out = append(out, at+strings.Index(line, `"`)+1)
		}
	}
	return out
}
