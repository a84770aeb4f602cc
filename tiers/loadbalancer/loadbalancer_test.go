package loadbalancer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
	"github.com/tierwall/tierwall/waf/shield"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"

type network struct {
	*tiers.Network
	lb  *tiers.EdgeTier
	web *tiers.WebTier
	app *tiers.AppTier
}

func declare(stack awscdk.Stack, props *tiers.NetworkProps) network {
	if props == nil {
		props = &tiers.NetworkProps{}
	}
	props.CIDR, props.AvailabilityZones = "10.0.0.0/16", []string{"eu-west-1a", "eu-west-1b"}
	n := network{Network: tiers.NewNetwork(stack, "Network", props)}
	n.lb, n.web = tiers.NewEdgeTier(n.Network, "LoadBalancer", nil), tiers.NewWebTier(n.Network, "Web", nil)
	n.app = tiers.NewAppTier(n.Network, "App", nil)
	n.web.AllowTo(n.app, tiers.TCP(8080))
	return n
}

// TestApplication uses every property of an application load balancer, with a web ACL and Shield in front of it. The proof is exact.
func TestApplication(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	n.lb.AllowFrom(tiers.Internet, tiers.Services(tiers.HTTPS, tiers.HTTP), tiers.Because("customers, and redirects"))
	n.lb.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.TCP(9443), tiers.Because("testers"))
	n.lb.AllowTo(n.web, tiers.TCP(8443, 8081), tiers.Because("requests, and health checks"))
	n.lb.AllowTo(n.app, tiers.TCP(8080), tiers.Because("the API"))
	n.Except(tiers.Exception{From: n.lb, To: tiers.Internet, Service: tiers.HTTPS, Reason: "identity provider", Owner: "platform"})
	store := awselasticloadbalancingv2.NewTrustStore(stack, new("Trust"), &awselasticloadbalancingv2.TrustStoreProps{
		Bucket: awss3.Bucket_FromBucketName(stack, new("Authorities"), new("authorities")), Key: new("bundle.pem"),
	})
	alb := loadbalancer.NewApplication(n.lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, RedirectHTTP: true, IdleTimeout: 30 * time.Second, Production: true, Strictest: true,
		To: loadbalancer.Target{Tier: n.web, Port: 8443, IPs: true, HealthPath: "/health", HealthPort: 8081},
		Routes: []loadbalancer.Route{{
			Hosts: []string{"api.example.com"}, Paths: []string{"/v1/*"}, To: loadbalancer.Target{Tier: n.app, Port: 8080, Plain: true},
		}},
		BlueGreen: &loadbalancer.BlueGreen{TestPort: 9443},
		MutualTLS: &loadbalancer.MutualTLS{TrustStore: store, Advertise: true},
		OIDC: &loadbalancer.OIDC{
			Issuer: "https://id.example.com", AuthorizationEndpoint: "https://id.example.com/a", TokenEndpoint: "https://id.example.com/t",
			UserInfoEndpoint: "https://id.example.com/u", ClientID: "shop", ClientSecret: awscdk.SecretValue_SecretsManager(new("oidc"), nil),
		},
		Logs: loadbalancer.Logs{Prefix: "shop"},
	})
	acl := waf.Protect(n.lb, "WebACL", &waf.Props{ShieldResponse: true})
	shield.Protect(stack, "Shield", &shield.Props{
		Resource: *alb.LoadBalancer().LoadBalancerArn(), Response: shield.Block,
		After: []constructs.IDependable{acl.Associate("Balancer", waf.LoadBalancer(alb.LoadBalancer()))},
	})
	shield.NewGroup(stack, "Shields", &shield.GroupProps{ID: "balancers", Type: "APPLICATION_LOAD_BALANCER", Aggregation: "MAX"})
	require.NotNil(t, alb.Targets())
	require.NotNil(t, alb.NextTargets())
	require.NotNil(t, alb.TestListener())
	require.Len(t, alb.RouteTargets(), 1)
	require.NotNil(t, alb.Listener())
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
}

// TestNetwork: a network load balancer has a security group and keeps the clients' addresses. The proof is exact.
func TestNetwork(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, &tiers.NetworkProps{NetworkACLs: tiers.NetworkACLsOff})
	n.lb.AllowFrom(tiers.Internet, tiers.TCP(8883, 1883), tiers.Because("devices"))
	n.lb.AllowTo(n.web, tiers.TCP(8883, 1883), tiers.Because("devices"))
	nlb := loadbalancer.NewNetwork(n.lb, "Balancer", &loadbalancer.NetworkProps{
		PreserveClientIP: true, CrossZone: true,
		Listeners: []loadbalancer.Listener{
			{Port: 8883, Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.web, Port: 8883, HealthPath: "/health"}},
			{Port: 1883, To: loadbalancer.Target{Tier: n.web, Port: 1883, IPs: true}},
		},
	})
	require.Len(t, nlb.Targets(), 2)
	require.NotNil(t, nlb.LoadBalancer())
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
}

// TestUDP: a load balancer for UDP keeps the clients' addresses, and network ACLs and groups allow them. The proof is exact.
func TestUDP(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	n.lb.AllowFrom(tiers.Internet, tiers.Services(tiers.UDP(5000), tiers.DNS), tiers.Because("players"))
	n.lb.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.TCP(8883), tiers.Because("devices"))
	n.lb.AllowTo(n.web, tiers.Services(tiers.UDP(5001), tiers.DNS, tiers.TCP(8080, 8883)), tiers.Because("players, devices and health checks"))
	loadbalancer.NewNetwork(n.lb, "Balancer", &loadbalancer.NetworkProps{PreserveClientIP: true, Listeners: []loadbalancer.Listener{
		{Port: 5000, Protocol: loadbalancer.UDP, To: loadbalancer.Target{Tier: n.web, Port: 5001, HealthPort: 8080, HealthPath: "/health",
			Plain: true}},
		{Port: 53, Protocol: loadbalancer.TCPAndUDP, To: loadbalancer.Target{Tier: n.web, Port: 53, IPs: true}},
		{Port: 8883, To: loadbalancer.Target{Tier: n.web, Port: 8883, IPs: true}},
	}})
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
	assert.Contains(t, n.Summary(), "a load balancer of LoadBalancer keeps its clients' addresses")
}

// TestInternal: an internal tier's load balancer is internal.
func TestInternal(t *testing.T) {
	stack := tierstest.Stack(t)
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	lb, web := tiers.NewEdgeTier(network, "Inner", &tiers.EdgeTierProps{Internal: true}), tiers.NewWebTier(network, "Web", nil)
	lb.AllowFrom(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	loadbalancer.NewApplication(lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, To: loadbalancer.Target{Tier: web}, Logs: loadbalancer.Logs{To: logs.None},
	})
	assert.Contains(t, string(tierstest.Template(t, stack)), `"Scheme": "internal"`)
}

// TestOneZone: an application load balancer needs at least two zones.
func TestOneZone(t *testing.T) {
	stack := tierstest.Stack(t)
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	lb := tiers.NewEdgeTier(network, "Inner", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	loadbalancer.NewApplication(lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, Logs: loadbalancer.Logs{To: logs.None},
	})
	assert.ErrorContains(t, tierstest.Synth(t, stack), "an application load balancer has subnets in only one zone")
}

// TestBadInput: one error reports every mistake and every missing flow, each with its line.
func TestBadInput(t *testing.T) {
	var all mistakes.Cases
	application := func(change func(network, *loadbalancer.ApplicationProps)) func(network) {
		return func(n network) {
			n.lb.AllowFrom(tiers.Internet, tiers.HTTPS)
			n.lb.AllowTo(n.web, tiers.HTTPS)
			p := &loadbalancer.ApplicationProps{
				Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.web}, Logs: loadbalancer.Logs{To: logs.None},
			}
			change(n, p)
			loadbalancer.NewApplication(n.lb, "Balancer", p)
		}
	}
	connections := func(change func(network, *loadbalancer.NetworkProps)) func(network) {
		return func(n network) {
			n.lb.AllowFrom(tiers.Internet, tiers.TCP(8883))
			n.lb.AllowTo(n.web, tiers.TCP(8883))
			p := &loadbalancer.NetworkProps{Listeners: []loadbalancer.Listener{{Port: 8883, To: loadbalancer.Target{Tier: n.web, Port: 8883}}}}
			change(n, p)
			loadbalancer.NewNetwork(n.lb, "Balancer", p)
		}
	}
	for name, test := range map[string]struct {
		make func(network)
		want []string
	}{
		"nothing": {func(n network) { loadbalancer.NewApplication(n.lb, "Balancer", nil) }, []string{
			"an application load balancer has no certificate",
			"it listens on 443, and no flow leads to LoadBalancer on tcp/443",
			"LoadBalancer.AllowFrom(tiers.Internet, tiers.TCP(443))",
		}},
		"no flows": {func(n network) {
			loadbalancer.NewApplication(n.lb, "Balancer", &loadbalancer.ApplicationProps{
				Certificates: []string{certificate}, RedirectHTTP: true,
				To:        loadbalancer.Target{Tier: n.web, Port: 8443, HealthPort: 8081},
				BlueGreen: &loadbalancer.BlueGreen{TestPort: 9443},
			})
		}, []string{
			"it listens on 443,", "it listens on 80 to redirect to HTTPS", "it listens on 9443 for tests",
			"LoadBalancer.AllowTo(Web, tiers.TCP(8443))", "LoadBalancer.AllowTo(Web, tiers.TCP(8081))",
		}},
		"port 80": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.Port = 80 }),
			[]string{"the port of the HTTPS listener is not valid"}},
		"another port": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.Port = 8443 }),
			[]string{"it listens on 8443, and no flow leads to LoadBalancer on tcp/8443"}},
		"idle": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.IdleTimeout = 5000 * time.Second }),
			[]string{"got 5000; allowed are 1 to 4,000 seconds"}},
		"idle, no unit": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.IdleTimeout = 30 }),
			[]string{"got 30ns; allowed are whole seconds"}},
		"logs to a stream": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.Logs.To = logs.ToFirehose("arn") }),
			[]string{"the destination of a load balancer's access logs is not a bucket"}},
		"retention": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.Logs = loadbalancer.Logs{Retention: 30} }),
			[]string{"got 30ns; allowed are whole days"}},
		"target port": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.To.Port = 70000 }),
			[]string{"the port of a target is not valid"}},
		"target of nobody": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.To = loadbalancer.Target{Port: 80} }),
			[]string{"a target of a load balancer has no tier"}},
		"empty route": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.Routes = []loadbalancer.Route{{To: p.To}} }),
			[]string{"the number of hosts and paths of a route is not valid"}},
		"long route": {application(func(_ network, p *loadbalancer.ApplicationProps) {
			p.Routes = []loadbalancer.Route{{Paths: strings.Split("/a /b /c /d /e /f", " "), To: p.To}}
		}), []string{"got 6; allowed are 1 to 5"}},
		"route's flow": {application(func(n network, p *loadbalancer.ApplicationProps) {
			p.Routes = []loadbalancer.Route{{Paths: []string{"/api"}, To: loadbalancer.Target{Tier: n.app, Port: 8080, Plain: true}}}
		}), []string{"LoadBalancer.AllowTo(App, tiers.TCP(8080))"}},
		"blue of nothing": {application(func(_ network, p *loadbalancer.ApplicationProps) {
			p.To, p.BlueGreen = loadbalancer.Target{}, &loadbalancer.BlueGreen{}
		}), []string{"BlueGreen needs a target"}},
		"test port": {application(func(_ network, p *loadbalancer.ApplicationProps) {
			p.BlueGreen = &loadbalancer.BlueGreen{TestPort: -1}
		}), []string{"the port of the listener for tests is not valid"}},
		"unchecked": {application(func(_ network, p *loadbalancer.ApplicationProps) {
			p.MutualTLS = &loadbalancer.MutualTLS{Advertise: true}
		}), []string{"passed on unchecked"}},
		"no provider": {application(func(_ network, p *loadbalancer.ApplicationProps) { p.OIDC = &loadbalancer.OIDC{} }),
			[]string{"the identity provider is incomplete"}},
		"no way to the provider": {application(func(_ network, p *loadbalancer.ApplicationProps) {
			p.OIDC = &loadbalancer.OIDC{
				Issuer: "i", AuthorizationEndpoint: "https://a", TokenEndpoint: "https://t", UserInfoEndpoint: "https://u",
				ClientID: "c", ClientSecret: awscdk.SecretValue_SecretsManager(new("oidc"), nil),
			}
		}), []string{"a load balancer cannot connect to the identity provider"}},
		"no listener": {connections(func(_ network, p *loadbalancer.NetworkProps) { p.Listeners = nil }),
			[]string{"a network load balancer has no listener"}},
		"listener's port": {connections(func(_ network, p *loadbalancer.NetworkProps) { p.Listeners[0].Port = 0 }),
			[]string{"the port of a listener is not valid"}},
		"listener twice": {connections(func(_ network, p *loadbalancer.NetworkProps) { p.Listeners = append(p.Listeners, p.Listeners[0]) }),
			[]string{"two listeners have the same port"}},
		"no such protocol": {connections(func(_ network, p *loadbalancer.NetworkProps) { p.Listeners[0].Protocol = 7 }),
			[]string{"got 7; allowed are TCP, UDP and TCPAndUDP"}},
		"UDP with TLS": {connections(func(_ network, p *loadbalancer.NetworkProps) {
			p.Listeners[0].Protocol, p.Listeners[0].Certificates = loadbalancer.UDP, []string{certificate}
		}), []string{"a listener with certificates does not use TCP"}},
		"UDP that is not declared": {connections(func(_ network, p *loadbalancer.NetworkProps) {
			p.Listeners[0].Protocol = loadbalancer.UDP
		}), []string{
			"no flow leads to LoadBalancer on udp/8883", "LoadBalancer.AllowFrom(tiers.Internet, tiers.UDP(8883))",
			"udp/8883 from LoadBalancer to Web",
		}},
		"UDP and half of it declared": {connections(func(_ network, p *loadbalancer.NetworkProps) {
			p.Listeners[0].Protocol = loadbalancer.TCPAndUDP
		}), []string{"no flow leads to LoadBalancer on tcp/8883,udp/8883", "tiers.Services(tiers.TCP(8883), tiers.UDP(8883))"}},
	} {
		all.Add(name, func(s awscdk.Stack) { test.make(declare(s, nil)) }, test.want...)
	}
	all.Require(t, "loadbalancer_test.go:")
	assert.Panics(t, func() { loadbalancer.NewApplication(nil, "Balancer", nil) })
	assert.Panics(t, func() { loadbalancer.NewNetwork(nil, "Balancer", nil) })
}

// TestShield: mistakes in the use of Shield are reported.
func TestShield(t *testing.T) {
	const (
		alb = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/a1"
		nlb = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/shop/a1"
	)
	protect := func(p *shield.Props) func(awscdk.Stack) {
		return func(s awscdk.Stack) { shield.Protect(s, "Shield", p) }
	}
	group := func(p *shield.GroupProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) { shield.NewGroup(s, "Group", p) }
	}
	for want, make := range map[string]func(awscdk.Stack){
		"the protection has no resource":                     protect(nil),
		"the resource of a protection is not an ARN":         protect(&shield.Props{Resource: "shop"}),
		"the resource does not accept an automatic response": protect(&shield.Props{Resource: nlb, Response: shield.Count}),
		"the response is unknown":                            protect(&shield.Props{Resource: alb, Response: "Drop"}),
		"the automatic response does not wait for a web ACL": protect(&shield.Props{Resource: alb, Response: shield.Block}),
		"the name of a protection is invalid":                protect(&shield.Props{Resource: alb, Name: "a/b"}),
		"the id of a protection group is invalid":            group(nil),
		"exactly one of All, Type and Members":               group(&shield.GroupProps{ID: "a"}),
		"it sets 2 of them":                                  group(&shield.GroupProps{ID: "a", All: true, Members: []string{alb}}),
		"a type of resources is unknown":                     group(&shield.GroupProps{ID: "a", Type: "ALB"}),
		"an aggregation is unknown":                          group(&shield.GroupProps{ID: "a", All: true, Aggregation: "AVG"}),
	} {
		stack := tierstest.Stack(t)
		make(stack)
		assert.ErrorContains(t, tierstest.Synth(t, stack), want)
	}
	stack := tierstest.Stack(t)
	assert.Zero(t, shield.Protect(stack, "Plain", &shield.Props{Resource: nlb}).WCU())
	assert.NoError(t, tierstest.Synth(t, stack))
}
