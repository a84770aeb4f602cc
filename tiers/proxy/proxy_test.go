package proxy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/proxy"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

var digest = "sha256:" + strings.Repeat("0a", 32)

type network struct {
	*tiers.Network
	web      *tiers.WebTier
	app, out *tiers.AppTier
	images   awsecr.Repository
}

func declare(stack awscdk.Stack, props *tiers.NetworkProps) network {
	if props == nil {
		props = &tiers.NetworkProps{CIDR: "10.0.0.0/16"}
	}
	props.AvailabilityZones = []string{"eu-west-1a", "eu-west-1b"}
	n := network{Network: tiers.NewNetwork(stack, "Network", props)}
	n.web, n.app = tiers.NewWebTier(n.Network, "Web", nil), tiers.NewAppTier(n.Network, "App", nil)
	n.out = tiers.NewAppTier(n.Network, "Egress", &tiers.TierProps{Block: 6})
	n.images = awsecr.NewRepository(stack, new("Images"), nil)
	n.web.AllowTo(n.app, tiers.TCP(8080), tiers.Because("orders"))
	return n
}

func (n network) proxy(props proxy.Props) *proxy.Proxy {
	props.Repository, props.Digest = n.images, digest
	p := proxy.New(n.out, "Proxy", &props)
	if p.LogGroup() != nil && props.Repository != nil {
		endpoints.Grant(n.out, endpoints.Fargate(&endpoints.FargateProps{
			Images: []endpoints.Repository{n.images}, Logs: []endpoints.LogGroup{p.LogGroup()}, ExecutionRole: p.ExecutionRole(),
		}))
	}
	return p
}

// TestInspected: two clients with different names, a firewall that checks the names again, and a client with the environment of the proxy.
// The proof is exact: clients reach the proxy's port alone, and the proxy the names alone.
func TestInspected(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	p := n.proxy(proxy.Props{Direct: []string{".internal"}})
	p.Ready(endpoints.Ready(n.out))
	p.Allow([]tiers.AppSource{n.app}, tiers.Domain("api.stripe.com"), tiers.HTTPS, tiers.Because("payments"), tiers.Owner("payments"))
	p.Allow([]tiers.AppSource{n.app, n.web}, tiers.Domain(".example.org"), tiers.TCP(443, 8443), tiers.Because("partners"))
	p.Allow([]tiers.AppSource{n.web}, tiers.Domain("mirror.example.com"), tiers.HTTP, tiers.Because("packages"))
	firewall.Inspect(n.Network, &firewall.Props{Paths: firewall.Egress})
	endpoints.Grant(n.app, endpoints.PutMetrics()) // Its endpoint is in NO_PROXY.

	task := awsecs.NewFargateTaskDefinition(stack, new("Client"), nil)
	task.AddContainer(new("app"), &awsecs.ContainerDefinitionOptions{
		Image: awsecs.ContainerImage_FromRegistry(new("app"), nil), Environment: p.Environment(n.app),
	})
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)

	assert.Equal(t, "http://squid.proxy.internal:3128", p.URL())
	for _, want := range []string{
		"# App\nacl client1 src 10.0.48.0/22 10.0.52.0/22\n", "# Web\nacl client2 src 10.0.32.0/22 10.0.36.0/22\n", " ff00::/8 10.0.0.0/16\n",
		"acl name1 dstdomain -n .example.org\n",
	} {
		assert.Contains(t, p.Configuration(), want)
	}
}

// TestUninspected: without a firewall the flows lead to the internet, on the declared ports, and Squid alone checks the names.
func TestUninspected(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	p := n.proxy(proxy.Props{Uninspected: true, Port: 8080, Tasks: 3, Namespace: "out.corp.example"})
	p.Allow([]tiers.AppSource{n.app}, tiers.Domain("api.stripe.com"), tiers.HTTPS, tiers.Because("payments"))
	p.Allow([]tiers.AppSource{n.app}, tiers.Domain("api.example.net"), tiers.TCP(443, 8443), tiers.Because("mail"))
	tierstest.RequireExact(t, stack)
	assert.Equal(t, "http://squid.out.corp.example:8080", p.URL())
	template := string(tierstest.Template(t, stack))
	assert.Contains(t, template, "acl name2 dstdomain -n api.stripe.com")
	assert.Contains(t, template, `"DesiredCount": 3`)
}

// TestSymbolic: a range that only the deployment knows is in the configuration as a reference.
func TestSymbolic(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, &tiers.NetworkProps{IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, IPv6: true})
	p := n.proxy(proxy.Props{Uninspected: true})
	p.Allow([]tiers.AppSource{n.app}, tiers.Domain("api.stripe.com"), tiers.HTTPS)
	require.NoError(t, tierstest.Synth(t, stack))
	template := string(tierstest.Template(t, stack))
	assert.Contains(t, template, `acl client1 src `)
	assert.Contains(t, template, `"Ipv6CidrBlocks"`)
	assert.Contains(t, template, `"CidrBlock"`)
}

// TestMistakes: each mistake fails synthesis with its reason.
func TestMistakes(t *testing.T) {
	var all mistakes.Cases
	https := func(p *proxy.Proxy, clients ...tiers.AppSource) {
		p.Allow(clients, tiers.Domain("api.stripe.com"), tiers.HTTPS)
	}
	tests := map[string]struct {
		make func(n network)
		want []string
	}{
		"the firewall's proxy": {func(n network) { n.proxy(proxy.Props{Engine: proxy.NetworkFirewall}) },
			[]string{"the proxy of AWS Network Firewall (NAT/Proxy) has no resource type and no property in CloudFormation"}},
		"all of props": {func(n network) {
			proxy.New(n.out, "Proxy", &proxy.Props{Engine: 9, Digest: "latest", Port: 80, Tasks: -1, Namespace: "x y", Direct: []string{"a,b"},
				Uninspected: true})
		}, []string{"Engine(9)", "has no image", `Digest is "latest"`, "got 80", "got -1", `got "x y"`, `got "a,b"`}},
		"nil props":  {func(n network) { proxy.New(n.out, "Proxy", nil) }, []string{"has no image", "not pinned"}},
		"no clients": {func(n network) { https(n.proxy(proxy.Props{Uninspected: true})) }, []string{"a name is allowed to nobody"}},
		"a nil client": {func(n network) { https(n.proxy(proxy.Props{Uninspected: true}), (*tiers.AppTier)(nil)) },
			[]string{"a client of the proxy is not usable"}},
		"the proxy itself": {func(n network) { https(n.proxy(proxy.Props{Uninspected: true}), n.out) },
			[]string{"a client of the proxy is not usable"}},
		"a name": {func(n network) {
			n.proxy(proxy.Props{Uninspected: true}).Allow([]tiers.AppSource{n.app}, tiers.Domain("*.example.com"), tiers.HTTPS)
		}, []string{"has a wildcard"}},
		"a service": {func(n network) {
			n.proxy(proxy.Props{Uninspected: true}).Allow([]tiers.AppSource{n.app}, tiers.Domain("a.example.com"), tiers.UDP(443))
		}, []string{"the proxy carries only HTTP and TLS over tcp"}},
		"a service that is none": {func(n network) {
			n.proxy(proxy.Props{Uninspected: true}).Allow([]tiers.AppSource{n.app}, tiers.Domain("a.example.com"), "htps")
		}, []string{"the service of a name is not usable"}},
		"no firewall": {func(n network) { https(n.proxy(proxy.Props{}), n.app) },
			[]string{"a flow to a domain name, but no firewall inspects its path"}},
		"an expiry without a firewall": {func(n network) {
			p := n.proxy(proxy.Props{Uninspected: true})
			p.Allow([]tiers.AppSource{n.app}, tiers.Domain("a.example.com"), tiers.HTTPS, tiers.Expires("2031-01-01"))
		}, []string{"a name cannot expire in a proxy without a firewall"}},
		"shared subnets": {func(n network) {
			twin := tiers.NewAppTier(n.Network, "Twin", &tiers.TierProps{SharesWith: n.app})
			https(n.proxy(proxy.Props{Uninspected: true}), n.app, twin)
		}, []string{"App and Twin have addresses in common"}},
		"one namespace for two proxies": {func(n network) {
			n.proxy(proxy.Props{Uninspected: true, Namespace: "out.example"})
			other := tiers.NewAppTier(n.Network, "Other", &tiers.TierProps{Block: 7})
			proxy.New(other, "Second", &proxy.Props{Repository: n.images, Digest: digest, Uninspected: true, Namespace: "OUT.example"})
		}, []string{"two proxies of the network have the same namespace", `both have "out.example"`, ", tiers/proxy/proxy_test.go:"}},
		"an imported client": {func(n network) {
			other := tiers.ImportAppTier(n.Network, "Other", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0", Egress: tiers.EgressOpen})
			https(n.proxy(proxy.Props{Uninspected: true}), other)
		}, []string{"Other: no addresses are known"}},
	}
	for name, test := range tests {
		all.Add(name, func(s awscdk.Stack) { test.make(declare(s, nil)) }, test.want...)
	}
	all.Require(t, "tiers/proxy/proxy_test.go:")
	assert.Panics(t, func() { (&proxy.Proxy{}).Allow(nil, tiers.Domain("a.example.com"), tiers.HTTPS) })
	assert.Panics(t, func() { proxy.New(nil, "Proxy", nil) })
}

// TestWarnings: a client with a second way out, and a proxy that cannot start.
func TestWarnings(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	p := proxy.New(n.out, "Proxy", &proxy.Props{Repository: n.images, Digest: digest})
	p.Allow([]tiers.AppSource{n.app}, tiers.Domain("api.stripe.com"), tiers.HTTPS, tiers.Because("payments"))
	n.app.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS, tiers.Because("old way"))
	firewall.Inspect(n.Network, &firewall.Props{Paths: firewall.Egress})
	require.NoError(t, tierstest.Synth(t, stack))
	report := reportOf(t, stack)
	for _, want := range []string{
		"a client of the proxy has a way past it", "App may reach", "a task must pull its image", "a task must write its log",
	} {
		assert.Contains(t, report, want)
	}
}

// reportOf returns the report of the last synthesis.
func reportOf(t *testing.T, stack awscdk.Stack) string {
	t.Helper()
	report, err := os.ReadFile(filepath.Join(*awscdk.Stage_Of(stack).Outdir(), "validation-report.json"))
	require.NoError(t, err)
	return string(report)
}
