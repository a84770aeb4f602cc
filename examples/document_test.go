package examples

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// TestDocuments: an architecture.yaml says of each example what its Go code says. The example web-acl has no network.
func TestDocuments(t *testing.T) {
	for _, name := range names {
		file := filepath.Join("..", "internal", "gen", "document", "testdata", "examples", name+".yaml")
		data, err := os.ReadFile(file)
		if name == "web-acl" {
			require.ErrorIs(t, err, os.ErrNotExist)
			continue
		}
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			d, problems := document.Parse(file, data)
			require.Empty(t, problems.Error())
			e := d.Environments[0]
			e.Name = "" // The examples have no stages.
			declared := architectures(t, named(t, name).folder)
			require.Len(t, declared, 1)
			assert.Equal(t, said(t, declared[0]), said(t, e.Document.Architecture(e)))
		})
	}
}

// generated matches symbols, and ARNs with names that CDK generates. A document knows neither.
var generated = regexp.MustCompile(`\$\{[^}]*\.Arn\}|` +
	`arn:\$\{AWS::Partition\}:(s3:::|dynamodb:[^"]*:table/|ecr:[^"]*:repository/|iam::\d+:role/)[a-z0-9]+`)

// said returns what an architecture says, without the lines that say it, and without the Region of its stack: the stacks of the examples
// have none, and a file always has one.
func said(t *testing.T, a arch.Architecture) string {
	t.Helper()
	data, err := json.Marshal(a)
	require.NoError(t, err)
	var value any
	require.NoError(t, json.Unmarshal(data, &value))
	removeLines(value)
	if network, ok := value.(map[string]any)["network"].(map[string]any); ok {
		delete(network, "stackRegion")
	}
	data, err = json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	return generated.ReplaceAllString(string(data), "RESOURCE")
}

func removeLines(value any) {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "at")
		for _, v := range value {
			removeLines(v)
		}
	case []any:
		for _, v := range value {
			removeLines(v)
		}
	}
}
