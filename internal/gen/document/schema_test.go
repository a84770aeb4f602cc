package document

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func compiled(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(compiledPattern)
	require.NoError(t, c.AddResource("architecture.schema.json", value))
	out, err := c.Compile("architecture.schema.json")
	require.NoError(t, err)
	return out
}

// patterns are the compiled patterns by their text. The schemas of all files have the same ones, most of them many times.
var patterns sync.Map

func compiledPattern(text string) (jsonschema.Regexp, error) {
	if known, ok := patterns.Load(text); ok {
		return known.(*regexp.Regexp), nil
	}
	pattern, err := regexp.Compile(text)
	if err == nil {
		patterns.Store(text, pattern)
	}
	return pattern, err
}

// value returns a node as an editor sees it.
func (n *node) value() any {
	switch n.kind {
	case mapping:
		out := map[string]any{}
		for _, e := range n.entries {
			out[e.key.text] = e.value.value()
		}
		return out
	case list:
		out := []any{}
		for _, item := range n.items {
			out = append(out, item.value())
		}
		return out
	case null, nothingAt:
		return nil
	}
	switch {
	case n.quoted:
	case n.text == "true" || n.text == "false":
		return n.text == "true"
	case regexp.MustCompile(`^[0-9]+$`).MatchString(n.text):
		return json.Number(n.text)
	}
	return n.text
}

func valid(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	source := &source{name: "x.yaml"}
	root := source.parse(text)
	require.NotNil(t, root, source.problems.Error())
	return s.Validate(root.value())
}

func TestSchemaAcceptsSamples(t *testing.T) {
	t.Parallel()
	general := compiled(t, Schema())
	files, err := filepath.Glob(filepath.Join("testdata", "examples", "*.yaml"))
	require.NoError(t, err)
	for _, name := range samples {
		files = append(files, filepath.Join("testdata", name+".yaml"))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, valid(t, general, data), file)
		d, problems := Parse(file, data)
		require.NotNil(t, d, problems.Error())
		own := compiled(t, SchemaFor(d))
		require.NoError(t, valid(t, own, data), file)
		require.NoError(t, valid(t, own, d.Write()), file)
	}
}

// TestSchemaRefuses: what the schema of any file refuses, and what only that of the shop does.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	d, _ := Parse("shop.yaml", sample(t, "shop"))
	general, shop := compiled(t, Schema()), compiled(t, SchemaFor(d))
	for _, test := range []struct {
		old, new string
		general  bool // refuses it, too
	}{
		{"  Web: web", "  Web: webb", true},
		{"version: 1", "version: one", true},
		{"nat: single", "nat: off", true},
		{"network:\n  cidr", "netwrk:\n  cidr", true},
		{`account: "111111111111"`, "account: 111111111111", true},
		{"block: 6", "block: six", true},
		{"/cart*: [GET, POST]", "/cart*: none", true},
		{"Web -> App tcp/8080", "Web->App tcp/8080", true},
		{"paths: [egress, east-west]", "paths: [outward]", true},
		{"production: true", "production: yes", true},
		{"ips: true", "port: 70000", true},
		{"uploads: bucket", "uploads: buckt", true},
		{"Web -> App tcp/8080", "Web -> Database mysql", false},
		{"internet -> LoadBalancer https", "internet -> Web https", false},
		{"Web -> App tcp/8080", "Webb -> App tcp/8080", false},
		{"Web -> App tcp/8080", "Web -> App HTTPS", false},
		{"sharesWith: App", "sharesWith: Apps", false},
		{"certificates: [certificate]", "certificates: [password]", false},
		{"roles: [appRole]", "roles: [role]", false},
		{"  Worker:\n", "  Workers:\n", false},
		{"from: [office]", "from: [ofice]", false},
		{"resource: Balancer", "resource: Balanser", false},
	} {
		text := strings.Replace(string(sample(t, "shop")), test.old, test.new, 1)
		require.NotEqual(t, string(sample(t, "shop")), text, test.old)
		require.Error(t, valid(t, shop, []byte(text)), test.new)
		assert.Equal(t, test.general, valid(t, general, []byte(text)) != nil, test.new)
		parsed, _ := Parse("shop.yaml", []byte(text))
		tableOnly := strings.Contains(test.new, "Web -> Database") || strings.Contains(test.new, "internet -> Web")
		assert.Equal(t, tableOnly, parsed != nil, "Parse: %s", test.new)
	}
}

// TestSchemaOfChanges: an environment may leave out what is required, and remove with null.
func TestSchemaOfChanges(t *testing.T) {
	t.Parallel()
	general := compiled(t, Schema())
	text := strings.Replace(string(sample(t, "shop")), "network: {cidr: 10.1.0.0/16, nat: single}",
		"network: {nat: null}\n    loadBalancers: {Balancer: {idleTimeout: 90}}", 1)
	require.NoError(t, valid(t, general, []byte(text)))
	d, problems := Parse("shop.yaml", []byte(text))
	require.NotNil(t, d, problems.Error())
	assert.Equal(t, 90, d.Environments[0].Document.LoadBalancers[0].IdleTimeout)
	assert.Zero(t, d.LoadBalancers[0].IdleTimeout)
	require.Error(t, valid(t, general, []byte(strings.Replace(text, "idleTimeout: 90", "idelTimeout: 90", 1))))
}
