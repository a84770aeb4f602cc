package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// byHand are the examples of this module that a document can say, with the call that wires them by hand. With holds what else they do
// to the stack of the generated app.
var byHand = []struct{ name, wire, typ, with string }{
	{
		name: "shop", typ: "Shop",
		wire: `shop(stack, environment{
			cidr: "10.0.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, production: true, roles: "arn:aws:iam::123456789012:role/",
			password: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf",
			certificate: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000",
		})`,
	},
	{name: "vpc-endpoints", typ: "Endpoints", wire: "workloads(stack)"},
	{
		name: "layered-security-groups", typ: "Layers", wire: "layers(stack)",
		with: `for _, x := range []struct { tier tiers.Tier; name, layer string }{
			{made.Web, "Web-Tier-SG", "Web"}, {made.App, "App-Tier-SG", "Application"}, {made.Database, "Database-Tier-SG", "Database"},
		} {
			tags := awscdk.Tags_Of(x.tier.SecurityGroup())
			tags.Add(new("Name"), &x.name, nil)
			tags.Add(new("Layer"), &x.layer, nil)
		}`,
	},
}

// templateTest is a test that writes the template of a stack.
const templateTest = `package main

import (
	"os"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

var (
	_ tiers.Tier
	_ = awscdk.Tags_Of
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestTemplate(t *testing.T) {
	stack := tierstest.Stack(t)
	WIRE
	if err := os.WriteFile("template.json", tierstest.Template(t, stack), 0o644); err != nil {
		t.Fatal(err)
	}
}
`

// TestTemplatesAreThoseOfTheExamples synthesizes generated apps and the examples, which have the same wiring by hand: their templates are
// equal, with all logical ids.
func TestTemplatesAreThoseOfTheExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("synthesizes with CDK")
	}
	t.Parallel()
	dir := t.TempDir()
	oneModule(t, dir, nil)
	write := func(name, file, text string) {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, file), []byte(text), 0o644))
	}
	for _, x := range sample(byHand) {
		code, err := os.ReadFile(filepath.Join(root(t), "examples", x.name, "main.go"))
		require.NoError(t, err)
		write("hand-"+x.name, "main.go", string(code))
		write("hand-"+x.name, "template_test.go", strings.Replace(templateTest, "WIRE", x.wire, 1))
		for _, f := range generated(t, filepath.Join("testdata", "example-"+x.name)) {
			if f.Path == NetworkFile || f.Path == "workloads.go" || f.Path == "main.go" {
				write("made-"+x.name, f.Path, string(f.Data))
			}
		}
		write("made-"+x.name, "template_test.go", strings.Replace(templateTest, "WIRE",
			"made := New"+x.typ+"(stack, environments[0])\nworkloads(stack, made)\n"+x.with, 1))
	}
	out, err := goTool(t, dir, "test", "-p=1", "./...")
	require.NoError(t, err, "%s", out)
	for _, x := range sample(byHand) {
		want, err := os.ReadFile(filepath.Join(dir, "hand-"+x.name, "template.json"))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(dir, "made-"+x.name, "template.json"))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), x.name)
		assert.Greater(t, len(want), 10_000, x.name)
	}
}
