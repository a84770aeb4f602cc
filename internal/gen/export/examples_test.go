package export

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/apptest"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// example is an example of this module that becomes a file, and an app of that file. TestExports of package examples holds that
// testdata/NAME.yaml is the file. The user's own constructs are in testdata/workloads. The example web-acl has no network.
//
// The user keeps the stack of the example, as its main.go makes it: that of a generated app is in a stage, whose name is in tags and in the
// numbers of firewall rules, and has a Region. An export says so.
type example struct {
	name   string
	typ    string   // of the generated app
	wire   string   // declares the example in app
	stacks []string // the first is the network's
	env    string   // of the network's stack
	// differs removes what cannot be equal, each with its reason.
	differs func(resources map[string]any)
}

var examples = []example{
	{name: "shop", typ: "Shop", stacks: []string{"Shop"}, wire: `shop(awscdk.NewStack(app, new("Shop"), nil), environment{
		cidr: "10.0.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, production: true, roles: "arn:aws:iam::123456789012:role/",
		password: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf",
		certificate: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000", dns: 1, // DNSObserve
	})`},
	{name: "vpc-endpoints", typ: "Endpoints", stacks: []string{"Endpoints"}, wire: `workloads(awscdk.NewStack(app, new("Endpoints"), nil))`},
	{name: "layered-security-groups", typ: "LayeredSecurityGroups", stacks: []string{"LayeredSecurityGroups"},
		wire: `layers(awscdk.NewStack(app, new("LayeredSecurityGroups"), nil))`},
	{name: "network-firewall", typ: "NetworkFirewall", stacks: []string{"NetworkFirewall"},
		wire: `inspected(awscdk.NewStack(app, new("NetworkFirewall"), nil))`,
		differs: func(resources map[string]any) { // The export says that a file has no name for the policy.
			for _, r := range resources {
				delete(r.(map[string]any)["Properties"].(map[string]any), "FirewallPolicyName")
			}
		}},
	{name: "eks", typ: "Cluster", stacks: []string{"Cluster"}, env: `Region: new("eu-west-1")`, wire: `
	stack := awscdk.NewStack(app, new("Cluster"), &awscdk.StackProps{Env: &awscdk.Environment{Region: new("eu-west-1")}})
	p := declare(stack)
	attach(stack, p)`},
	{name: "workloads", typ: "Workloads", stacks: []string{"Workloads"}, env: `Region: new("eu-west-1")`, wire: `
	stack := awscdk.NewStack(app, new("Workloads"), &awscdk.StackProps{Env: &awscdk.Environment{Region: new("eu-west-1")}})
	n := declare(stack)
	attach(stack, n)`},
	{name: "several-stacks", typ: "Platform", stacks: []string{"Platform", "Orders", "Reports"},
		env: `Account: new("123456789012"), Region: new("eu-west-1")`, wire: `declare(app, nil)`},
}

// byHand returns the example as it is.
func (x example) byHand(t *testing.T) apptest.App {
	t.Helper()
	code, err := os.ReadFile(filepath.Join(apptest.Root(), "examples", x.name, "main.go"))
	require.NoError(t, err)
	return apptest.App{Files: map[string][]byte{"main.go": code}, Declare: x.wire}
}

// fromFile returns the app that is generated of the exported example.
func (x example) fromFile(t *testing.T) apptest.App {
	t.Helper()
	file := filepath.Join("testdata", x.name+".yaml")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	d, problems := document.Parse(file, data)
	require.Empty(t, problems.Error())
	app := generated(t, d)
	if app.Files["workloads.go"], err = os.ReadFile(filepath.Join("testdata", "workloads", x.name+".go.txt")); err != nil {
		t.Fatal(err)
	}
	app.Declare = fmt.Sprintf("stack := awscdk.NewStack(app, new(%q), &awscdk.StackProps{Env: &awscdk.Environment{%s}})\n"+
		"workloads(stack, New%s(stack, environments[0]))", x.stacks[0], x.env, x.typ)
	return app
}

// compare: the templates are equal, but for what differs says.
func (x example) compare(t *testing.T, hand, made string) {
	t.Helper()
	for _, stack := range x.stacks {
		want, got := x.template(t, hand, stack), x.template(t, made, stack)
		assert.Equal(t, want, got, stack)
		assert.Greater(t, len(want), 2000, stack)
	}
}

func (x example) template(t *testing.T, folder, stack string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, stack+".template.json"))
	require.NoError(t, err)
	var template map[string]any // The order of resources is that of calls, and means nothing.
	require.NoError(t, json.Unmarshal(data, &template))
	if x.differs != nil {
		x.differs(template["Resources"].(map[string]any))
	}
	out, err := json.MarshalIndent(template, "", "  ")
	require.NoError(t, err)
	return string(out)
}
