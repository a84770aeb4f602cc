package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/filetest"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/proof"
)

var today = time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)

const samples = "../document/testdata"

func parsed(t *testing.T, text string) *document.Document {
	t.Helper()
	d, problems := document.Parse("architecture.yaml", []byte(text))
	require.Empty(t, problems.Error())
	return d
}

// TestSamples makes the stacks of all samples, in both formats, and proves that they carry what is declared.
func TestSamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(samples + "/*.yaml")
	require.NoError(t, err)
	more, err := filepath.Glob(samples + "/examples/*.yaml")
	require.NoError(t, err)
	made := 0
	for _, file := range append(files, more...) {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d := parsed(t, string(data))
		for _, e := range d.Environments {
			for _, extension := range []string{".json", ".yaml"} {
				s, diags := stack.Make(e.Document, e, extension, today)
				require.NotNil(t, s, diags.String())
				made++
				prove(t, s)
			}
		}
	}
	assert.Greater(t, made, 8)
}

// TestValuesOfOtherStacks: what the file imports is imported by the template, and is no parameter.
func TestValuesOfOtherStacks(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(samples + "/shared.yaml")
	require.NoError(t, err)
	d := parsed(t, string(data))
	s, diags := stack.Make(d.Environments[0].Document, d.Environments[0], ".json", today)
	require.NotNil(t, s, diags.String())
	assert.Empty(t, s.Template.Parameters)
	text := string(s.Template.Encode(s.File))
	for _, export := range []string{
		"Base-VpcId", "Base-PrivateSubnetA", "Base-PrivateSubnetB", "Base-DirectoryGroup", "Base-JobsARN", "Base-OrdersARN",
		"Base-PrivateTable",
	} {
		assert.Contains(t, string(data), "import "+export)
		assert.Contains(t, text, `"Fn::ImportValue": "`+export+`"`)
	}
}

// TestImportsAreProven: one imported block, list or gateway at a time leaves nothing of a network unknown.
func TestImportsAreProven(t *testing.T) {
	t.Parallel()
	for _, peer := range []string{
		"{cidr: import Base-Company, via: transit-gateway import Hub-Gateway}", "{cidr: import Base-Company, via: tgw-0123456789abcdef0}",
		"{cidr: 172.16.0.0/12, via: transit-gateway import Hub-Gateway}", "{cidr: import Base-Company, via: peering-connection import Peering}",
		"{cidr: 172.16.0.0/12, via: peering-connection import Peering}",
		"{prefixList: import Base-List, entries: 12}",
	} {
		for _, more := range []string{"", "\n  natAddresses: [import A, import B]"} {
			if strings.HasPrefix(peer, "{cidr: import") && more != "" {
				continue // Whether the block is a part of the internet is known only at deployment.
			}
			d := parsed(t, `version: 1
name: Shop
network:
  cidr: 10.0.0.0/16
  zones: [eu-west-1a, eu-west-1b]`+more+`
environments:
  Production: {account: "222222222222", region: eu-west-1}
tiers:
  Web: web
  App: app
peers:
  company: `+peer+`
flows:
  Web -> App https: pages
  App -> company tcp/1433: stock
`+map[bool]string{true: "  App -> internet https: news\n"}[more != ""])
			s, diags := stack.Make(d.Environments[0].Document, d.Environments[0], ".json", today)
			require.NotNil(t, s, diags.String())
			prove(t, s)
		}
	}
}

// prove proves a stack from its files.
func prove(t *testing.T, s *stack.Stack) {
	t.Helper()
	folder := t.TempDir()
	write := func(name string, data []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
	write(s.File, s.Template.Encode(s.File))
	for name, nested := range s.Template.Nested {
		write(name, nested.Encode(name))
	}
	a, err := cfn.Load([]string{filepath.Join(folder, s.File)}, nil)
	require.NoError(t, err)
	report, err := proof.Prove(a, s.Declaration)
	require.NoError(t, err)
	assert.Empty(t, report.Findings, "%s: %s", s.File, report.Diagnostics())
}

const small = `version: 1
name: Shop
network: {cidr: 10.0.0.0/16, zones: [eu-west-1a, eu-west-1b]}
environments:
  Test: {region: eu-west-1}
  Live: {account: "222222222222", region: eu-west-1, production: true}
tiers: {LoadBalancer: edge, Web: web, App: app}
flows:
  internet -> LoadBalancer https: customers
  LoadBalancer -> Web https: customers
  Web -> App tcp/8080: pages
resources:
  gateway: load-balancer
  origin: secret
  uploads: bucket
  appRole: {type: role, arn: "arn:aws:iam::${account}:role/app"}
grants:
  App: {roles: [appRole], uses: [read uploads pictures/*]}
webACLs:
  Shield: {tier: LoadBalancer, resource: gateway, origin: {header: X-Origin, secrets: [origin]}}
inspection: {paths: [egress], managed: [{MalwareDomains: drop}]}
`

func TestEnvironmentsAndParameters(t *testing.T) {
	t.Parallel()
	d := parsed(t, small)
	test, diags := stack.Make(d.Environments[0].Document, d.Environments[0], ".json", today)
	require.NotNil(t, test, diags.String())
	live, diags := stack.Make(d.Environments[1].Document, d.Environments[1], ".json", today)
	require.NotNil(t, live, diags.String())

	assert.Equal(t, "Live-Shop", live.Name)
	assert.Equal(t, "Live-Shop.template.json", live.File)
	for _, name := range []string{"GatewayArn", "OriginArn", "UploadsArn"} {
		assert.Contains(t, live.Template.Parameters, name)
	}
	assert.Len(t, live.Template.Parameters, 3)
	text := string(live.Template.Encode(live.File))
	assert.Contains(t, text, "{{resolve:secretsmanager:")
	assert.Contains(t, text, "arn:aws:iam::222222222222:role/app")
	assert.Contains(t, text, `"DeleteProtection": true`)
	assert.Contains(t, text, "MalwareDomainsStrictOrder")
	assert.NotContains(t, text, "DROP_TO_ALERT")

	inTest := string(test.Template.Encode(test.File))
	assert.Contains(t, inTest, `"DeleteProtection": false`)
	assert.NotContains(t, inTest, "222222222222")
	prove(t, live)
	prove(t, test)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for what, change := range map[string][2]string{
		"stack-shield": {"resource: gateway, origin: {header: X-Origin, secrets: [origin]}}",
			"resource: gateway}\nloadBalancers:\n  B: {tier: LoadBalancer, certificates: [\"arn:aws:acm:eu-west-1:222222222222:certificate/x\"], " +
				"to: {tier: Web}, shield: {response: count}}"},
		"stack-only-from":      {"uploads: bucket", "uploads: {type: bucket, onlyFrom: true}"},
		"firewall-threat-file": {"[{MalwareDomains: drop}]", "[MalwareDomains], threats: [{id: Feed, ips: feed.txt}]"},
		"stack-label":          {"resource: gateway,", "resource: gateway, logs: {filters: [{labels: [\"known:bot\"]}]},"},
	} {
		d := parsed(t, strings.Replace(small, change[0], change[1], 1))
		s, diags := stack.Make(d.Environments[1].Document, d.Environments[1], ".json", today)
		assert.Nil(t, s, what)
		var rules []string
		for _, problem := range diags {
			rules = append(rules, problem.Rule)
			assert.NotEmpty(t, problem.Fix, what)
			assert.NotZero(t, problem.At[0].Line, what)
		}
		assert.Contains(t, rules, what)
	}
}

const wrapped = `version: 1
name: Orders
network:
  vpc:
    id: vpc-0a1b2c3d4e5f60718
    cidr: 10.42.0.0/16
    subnets:
      private:
        eu-central-1a: {subnet: subnet-0bbbbbbbbbbbbbbb1, routeTable: rtb-0bbbbbbbbbbbbbbb1}
        eu-central-1b: {subnet: subnet-0bbbbbbbbbbbbbbb2, routeTable: rtb-0bbbbbbbbbbbbbbb2}
environments:
  Live: {region: eu-central-1}
tiers:
  App: {kind: app, subnets: private}
  Worker: {kind: app, subnets: private}
flows:
  App -> Worker tcp/8080: jobs
resources:
  uploads: bucket
grants:
  App: {uses: [read uploads]}
  Worker: {uses: [read uploads]}
`

// TestRouteTables: a gateway endpoint in an existing VPC is in each route table of its tiers once. It needs all of them.
func TestRouteTables(t *testing.T) {
	t.Parallel()
	d := parsed(t, wrapped)
	s, diags := stack.Make(d.Environments[0].Document, d.Environments[0], ".json", today)
	require.NotNil(t, s, diags.String())
	prove(t, s)
	var tables any
	for _, r := range s.Template.Resources {
		if r.Properties["VpcEndpointType"] == "Gateway" {
			tables = r.Properties["RouteTableIds"]
		}
	}
	assert.Equal(t, []any{"rtb-0bbbbbbbbbbbbbbb1", "rtb-0bbbbbbbbbbbbbbb2"}, tables)

	const with = "{subnet: subnet-0bbbbbbbbbbbbbbb2, routeTable: rtb-0bbbbbbbbbbbbbbb2}"
	d = parsed(t, strings.Replace(wrapped, with, "subnet-0bbbbbbbbbbbbbbb2", 1))
	s, diags = stack.Make(d.Environments[0].Document, d.Environments[0], ".json", today)
	require.Nil(t, s)
	filetest.CheckText(t, diags.String())
	assert.Contains(t, diags.String(), "the route table of the existing subnet subnet-0bbbbbbbbbbbbbbb2 is not known (architecture.yaml:8)")
	assert.Contains(t, diags.String(), "write for eu-central-1b `{subnet: subnet-0bbbbbbbbbbbbbbb2, routeTable: rtb-...}`")
}
