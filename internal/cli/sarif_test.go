package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

// TestSARIFIsComplete checks that results have locations and rules have descriptions, as code hosts require.
func TestSARIFIsComplete(t *testing.T) {
	t.Parallel()
	text, err := sarif(diag.List{
		{Rule: "excess", Subject: "a", Summary: "x"}, {Rule: "excess", Subject: "b", Summary: "x"},
		{Rule: "endpoint-twice", Summary: "y", At: []diag.Position{{File: "main.go", Line: 3}}},
	}, "cdk.out/Shop.template.json")
	require.NoError(t, err)
	type message struct{ Text string }
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID               string
						ShortDescription message
						Help             message
					}
				}
			}
			Results []struct {
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &log))
	var places []string
	for _, r := range log.Runs[0].Results {
		require.NotEmpty(t, r.Locations)
		places = append(places, r.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		assert.Positive(t, r.Locations[0].PhysicalLocation.Region.StartLine)
	}
	assert.Equal(t, []string{"cdk.out/Shop.template.json", "cdk.out/Shop.template.json", "main.go"}, places)
	rules := log.Runs[0].Tool.Driver.Rules
	require.Len(t, rules, 2)
	assert.Equal(t, "Endpoint twice", rules[0].ShortDescription.Text)
	assert.Equal(t, "Traffic is carried but not declared", rules[1].ShortDescription.Text)
	assert.NotEmpty(t, rules[1].Help.Text)
}

func TestLongNamesAreShortened(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	text := (&table{head: []string{"A"}, rows: [][]string{{long + " tcp/1"}}}).text()
	assert.Less(t, len(text), 200)
	assert.Contains(t, text, "x...x")
	assert.Contains(t, text, " tcp/1", "words that are short stay")
	data, err := toJSON(long)
	require.NoError(t, err)
	assert.Greater(t, len(data), 100_000)
}

// TestSARIFIsValid checks results of every kind against the schema that OASIS publishes (SARIF 2.1.0, errata 01).
func TestSARIFIsValid(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	require.NoError(t, err)
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	const name = "sarif-schema-2.1.0.json"
	require.NoError(t, compiler.AddResource(name, schema))
	compiled, err := compiler.Compile(name)
	require.NoError(t, err)
	for _, list := range []diag.List{
		nil,
		{{Rule: "excess", Subject: "a", Summary: "x\x1b[31m", Detail: "y", Fix: "z"}, {Severity: diag.Warning, Rule: "expired", Summary: "x"}},
		{{Rule: "endpoint-twice", Summary: "y", At: []diag.Position{{File: "a b/main.go", Line: 3}, {File: "other.go"}}}},
	} {
		text, err := sarif(list, "cdk.out/Shop.template.json")
		require.NoError(t, err)
		log, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
		assert.NoError(t, compiled.Validate(log))
	}
	broken, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"version": "2.1.0", "runs": [{}]}`))
	require.NoError(t, err)
	assert.Error(t, compiled.Validate(broken), "the schema asks for a tool")
}
