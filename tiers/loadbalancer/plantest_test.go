package loadbalancer_test

import (
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/cdkname"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/waf"
	"github.com/tierwall/tierwall/waf/shield"
)

const second = "arn:aws:acm:eu-west-1:123456789012:certificate/1a1b2c3d-0000-4000-8000-000000000000"

// TestRenderedTemplates compares the load balancers in templates that are written without the CDK with those of the constructs.
func TestRenderedTemplates(t *testing.T) {
	store := map[string]any{"Fn::GetAtt": []any{cdkname.LogicalID("Trust", "Resource"), "TrustStoreArn"}}
	for name, test := range map[string]struct {
		layout tiers.Layout
		props  func(awscdk.Stack, network) *loadbalancer.ApplicationProps
		in     template.Application
	}{
		"few choices": {props: func(_ awscdk.Stack, n network) *loadbalancer.ApplicationProps {
			return &loadbalancer.ApplicationProps{Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.web, Port: 8443}}
		}, in: template.Application{Certificates: []any{certificate}, To: &template.Target{Port: 8443}}},
		"in nested stacks, no target, a bucket": {
			layout: tiers.NestedStacks, props: func(s awscdk.Stack, _ network) *loadbalancer.ApplicationProps {
				bucket := awss3.Bucket_FromBucketName(s, new("Logs"), new("logs"))
				return &loadbalancer.ApplicationProps{
					Certificates: []string{certificate, second}, MutualTLS: &loadbalancer.MutualTLS{},
					Logs: loadbalancer.Logs{To: logs.ToBucket(bucket, "lb")},
				}
			}, in: template.Application{
				Certificates: []any{certificate, second}, MutualTLS: &template.MutualTLS{}, Logs: template.Log{Bucket: "logs", Prefix: "lb"},
			},
		},
		"a bucket whose ARN only the deployment knows": {props: func(s awscdk.Stack, _ network) *loadbalancer.ApplicationProps {
			bucket := awss3.Bucket_FromBucketArn(s, new("Logs"), awscdk.Fn_ImportValue(new("Logs")))
			return &loadbalancer.ApplicationProps{Certificates: []string{certificate}, Logs: loadbalancer.Logs{To: logs.ToBucket(bucket, "")}}
		}, in: template.Application{Certificates: []any{certificate}, Logs: template.Log{
			Bucket: selected(0, "/", selected(5, ":", map[string]any{"Fn::ImportValue": "Logs"})),
		}}},
		"no logs": {props: func(_ awscdk.Stack, _ network) *loadbalancer.ApplicationProps {
			return &loadbalancer.ApplicationProps{
				Certificates: []string{certificate}, Logs: loadbalancer.Logs{To: logs.None}, TLSPolicy: awselasticloadbalancingv2.SslPolicy_TLS13_RES,
			}
		}, in: template.Application{
			Certificates: []any{certificate}, Logs: template.Log{None: true}, TLSPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
		}},
		"everything": {props: everything, in: template.Application{
			Certificates: []any{certificate, second}, RedirectHTTP: true, IdleTimeout: 30, Production: true, Strictest: true,
			To: &template.Target{Port: 8443, IPs: true, HealthPath: "/health", HealthPort: 8081},
			Routes: []template.Route{
				{Hosts: []any{"api.example.com"}, Paths: []any{"/v1/*"}, To: template.Target{Port: 8080, Plain: true}},
				{Paths: []any{"/v2/*", "/v3/*"}, To: template.Target{Port: 8080, Plain: true}},
			},
			BlueGreen: true, TestPort: 9443,
			MutualTLS: &template.MutualTLS{TrustStore: store, Advertise: true},
			OIDC: &template.OIDC{
				Issuer: "https://id.example.com", AuthorizationEndpoint: "https://id.example.com/a", TokenEndpoint: "https://id.example.com/t",
				UserInfoEndpoint: "https://id.example.com/u", ClientID: "shop", ClientSecret: "{{resolve:secretsmanager:oidc:SecretString:::}}",
			},
			Logs: template.Log{Prefix: "shop"}, Retention: 30,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			n := declare(stack, &tiers.NetworkProps{Layout: test.layout})
			n.lb.AllowFrom(tiers.Internet, tiers.Services(tiers.HTTPS, tiers.HTTP))
			n.lb.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.TCP(9443))
			n.lb.AllowTo(n.web, tiers.TCP(8443, 8081))
			n.lb.AllowTo(n.app, tiers.TCP(8080))
			n.Except(tiers.Exception{From: n.lb, To: tiers.Internet, Service: tiers.HTTPS, Reason: "identity provider", Owner: "platform"})
			made := loadbalancer.NewApplication(n.lb, "Balancer", test.props(stack, n))
			waf.Protect(n.lb, "WebACL", &waf.Props{Resource: waf.LoadBalancer(made.LoadBalancer())})
			require.NoError(t, tiers.Synth(app))
			test.in.Tier, test.in.ID = "LoadBalancer", "Balancer"
			plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{
				Applications: []template.Application{test.in}, WebACLs: map[string]template.WebACL{"LoadBalancer": {Application: "Balancer"}},
			}, plantest.Apart{})
		})
	}
}

// selected is a field of a text that only the deployment knows.
func selected(index int, separator string, text any) any {
	return map[string]any{"Fn::Select": []any{index, map[string]any{"Fn::Split": []any{separator, text}}}}
}

// TestRenderedShield does the same for the protections of load balancers, in both layouts.
func TestRenderedShield(t *testing.T) {
	for _, layout := range []tiers.Layout{tiers.OneStack, tiers.NestedStacks} {
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Shop")
		n := declare(stack, &tiers.NetworkProps{Layout: layout, SkipProof: true})
		n.lb.AllowFrom(tiers.Internet, tiers.Services(tiers.HTTPS, tiers.TCP(9443)))
		n.lb.AllowTo(n.web, tiers.HTTPS)
		front := loadbalancer.NewApplication(n.lb, "Front", &loadbalancer.ApplicationProps{
			Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.web},
		})
		plain := loadbalancer.NewNetwork(n.lb, "Plain", &loadbalancer.NetworkProps{Listeners: []loadbalancer.Listener{
			{Port: 9443, To: loadbalancer.Target{Tier: n.web}},
		}})
		acl := waf.Protect(n.lb, "Guard", &waf.Props{ShieldResponse: true})
		association := acl.Associate("Association", waf.LoadBalancer(front.LoadBalancer()))
		shield.Protect(stack, "TierwallFront", &shield.Props{
			Resource: *front.LoadBalancer().LoadBalancerArn(), Response: shield.Block, After: []constructs.IDependable{association},
			HealthCheck: "arn:aws:route53:::healthcheck/a", Name: "Shielded",
		})
		shield.Protect(stack, "TierwallPlain", &shield.Props{Resource: *plain.LoadBalancer().LoadBalancerArn()})
		require.NoError(t, tiers.Synth(app))
		plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{
			Applications: []template.Application{{Tier: "LoadBalancer", ID: "Front", Certificates: []any{certificate}, To: &template.Target{}}},
			NetworkBalancers: []template.NetworkBalancer{
				{Tier: "LoadBalancer", ID: "Plain", Listeners: []template.Listener{{Port: 9443, To: template.Target{}}}},
			},
			WebACLs: map[string]template.WebACL{"LoadBalancer": {ID: "Guard", Application: "Front"}},
			Shields: []template.Shield{
				{
					ID: "TierwallFront", Tier: "LoadBalancer", Balancer: "Front", Response: "Block", HealthCheck: "arn:aws:route53:::healthcheck/a",
					Name: "Shielded",
				},
				{ID: "TierwallPlain", Tier: "LoadBalancer", Balancer: "Plain"},
			},
		}, plantest.Apart{})
	}
}

// everything are all choices of an application load balancer.
func everything(s awscdk.Stack, n network) *loadbalancer.ApplicationProps {
	store := awselasticloadbalancingv2.NewTrustStore(s, new("Trust"), &awselasticloadbalancingv2.TrustStoreProps{
		Bucket: awss3.Bucket_FromBucketName(s, new("Authorities"), new("authorities")), Key: new("bundle.pem"),
	})
	api := loadbalancer.Target{Tier: n.app, Port: 8080, Plain: true}
	return &loadbalancer.ApplicationProps{
		Certificates: []string{certificate, second}, RedirectHTTP: true, IdleTimeout: 30 * time.Second, Production: true, Strictest: true,
		To: loadbalancer.Target{Tier: n.web, Port: 8443, IPs: true, HealthPath: "/health", HealthPort: 8081},
		Routes: []loadbalancer.Route{
			{Hosts: []string{"api.example.com"}, Paths: []string{"/v1/*"}, To: api}, {Paths: []string{"/v2/*", "/v3/*"}, To: api},
		},
		BlueGreen: &loadbalancer.BlueGreen{TestPort: 9443},
		MutualTLS: &loadbalancer.MutualTLS{TrustStore: store, Advertise: true},
		OIDC: &loadbalancer.OIDC{
			Issuer: "https://id.example.com", AuthorizationEndpoint: "https://id.example.com/a", TokenEndpoint: "https://id.example.com/t",
			UserInfoEndpoint: "https://id.example.com/u", ClientID: "shop", ClientSecret: awscdk.SecretValue_SecretsManager(new("oidc"), nil),
		},
		Logs: loadbalancer.Logs{Prefix: "shop", Retention: 30 * 24 * time.Hour},
	}
}

// TestRenderedNetwork does the same for network load balancers.
func TestRenderedNetwork(t *testing.T) {
	for name, test := range map[string]struct {
		props func(network) *loadbalancer.NetworkProps
		in    template.NetworkBalancer
	}{
		"TLS and TCP": {func(n network) *loadbalancer.NetworkProps {
			return &loadbalancer.NetworkProps{CrossZone: true, Production: true, Listeners: []loadbalancer.Listener{
				{Port: 443, Certificates: []string{certificate, second}, To: loadbalancer.Target{Tier: n.web, Port: 8443, HealthPath: "/health"}},
				{Port: 9443, Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.app, Port: 8080, Plain: true, IPs: true}},
				{Port: 80, To: loadbalancer.Target{Tier: n.web, Port: 8081, HealthPort: 8443}},
			}}
		}, template.NetworkBalancer{CrossZone: true, Production: true, Listeners: []template.Listener{
			{Port: 443, Certificates: []any{certificate, second}, To: template.Target{Port: 8443, HealthPath: "/health"}},
			{Port: 9443, Certificates: []any{certificate}, To: template.Target{Port: 8080, Plain: true, IPs: true}},
			{Port: 80, To: template.Target{Port: 8081, HealthPort: 8443}},
		}}},
		"UDP": {func(n network) *loadbalancer.NetworkProps {
			return &loadbalancer.NetworkProps{PreserveClientIP: true, Listeners: []loadbalancer.Listener{
				{Port: 5000, Protocol: loadbalancer.UDP, To: loadbalancer.Target{Tier: n.web, Port: 5001, HealthPort: 8081}},
				{Port: 53, Protocol: loadbalancer.TCPAndUDP, To: loadbalancer.Target{Tier: n.web, Port: 53, IPs: true}},
				{Port: 80, To: loadbalancer.Target{Tier: n.web, Port: 8081}},
			}}
		}, template.NetworkBalancer{PreserveClientIP: true, Listeners: []template.Listener{
			{Port: 5000, Protocol: "UDP", To: template.Target{Port: 5001, HealthPort: 8081}},
			{Port: 53, Protocol: "TCP_UDP", To: template.Target{Port: 53, IPs: true}}, {Port: 80, To: template.Target{Port: 8081}},
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			n := declare(stack, &tiers.NetworkProps{SkipProof: true})
			n.lb.AllowFrom(tiers.Internet, tiers.Services(tiers.HTTPS, tiers.HTTP, tiers.TCP(9443), tiers.UDP(5000), tiers.DNS))
			n.lb.AllowTo(n.web, tiers.Services(tiers.TCP(8443, 8081), tiers.UDP(5001), tiers.DNS))
			n.lb.AllowTo(n.app, tiers.TCP(8080))
			loadbalancer.NewNetwork(n.lb, "Balancer", test.props(n))
			require.NoError(t, tiers.Synth(app))
			test.in.Tier, test.in.ID = "LoadBalancer", "Balancer"
			in := template.Input{NetworkBalancers: []template.NetworkBalancer{test.in}}
			plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), in, plantest.Apart{})
		})
	}
}
