package firewall_test

import (
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
)

// TestRenderedTemplates compares the templates with inspection that are written without the CDK with the templates of the constructs.
func TestRenderedTemplates(t *testing.T) {
	for name, props := range map[string]*firewall.Props{
		"all paths":         {Paths: firewall.Egress | firewall.Ingress | firewall.EastWest},
		"egress, observed":  {Paths: firewall.Egress, Mode: firewall.Observe},
		"egress, dropped":   {Paths: firewall.Egress, Midstream: firewall.MidstreamDrop},
		"observed, dropped": {Paths: firewall.Egress, Mode: firewall.Observe, Midstream: firewall.MidstreamDrop},
		"ingress, strict":   {Paths: firewall.Ingress, Strict: true},
		"east-west":         {Paths: firewall.EastWest},
		"prepared":          {Paths: firewall.Egress | firewall.EastWest, Mode: firewall.Prepare},
		"all paths, strict": {Paths: firewall.Egress | firewall.Ingress | firewall.EastWest, Strict: true},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			firewall.Inspect(shop(stack), props)
			require.NoError(t, tiers.Synth(app))
			compare(t, app, stack)
			if props.Mode != firewall.Prepare {
				requireEndpoints(t, resources(t, stack), props.Paths)
			}
		})
	}
	t.Run("ingress, and no tier that faces the internet", func(t *testing.T) {
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Shop")
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
		tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.NewAppTier(n, "App", nil), tiers.TCP(8080))
		firewall.Inspect(n, &firewall.Props{Paths: firewall.Ingress})
		require.NoError(t, tiers.Synth(app))
		compare(t, app, stack)
	})
	t.Run("in a stage", func(t *testing.T) {
		app := cdktest.App(t)
		stack := awscdk.NewStack(awscdk.NewStage(app, new("Production"), nil), new("Shop"), &awscdk.StackProps{
			Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{GenerateBootstrapVersionRule: new(false)}),
		})
		firewall.Inspect(shop(stack), &firewall.Props{Paths: firewall.Egress})
		require.NoError(t, tiers.Synth(app))
		plantest.Compare(t, *app.Outdir(), "assembly-Production/"+*stack.TemplateFile(), template.Input{}, plantest.Apart{})
	})
	t.Run("addresses from IPAM", func(t *testing.T) {
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Shop")
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
			IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"},
		})
		web, worker := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
		web.AllowTo(worker, tiers.TCP(8080))
		worker.AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS)
		firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest})
		require.NoError(t, tiers.Synth(app))
		compare(t, app, stack)
	})
}

// requireEndpoints: the firewall has endpoints of its own in each zone, and associated ones for what comes from the internet, if it has
// others, too.
func requireEndpoints(t *testing.T, all map[string]map[string]any, paths firewall.Paths) {
	t.Helper()
	associated := 0
	if paths == firewall.Egress|firewall.Ingress|firewall.EastWest {
		associated = 2
	}
	require.Len(t, of(all, "NetworkFirewall::Firewall"), 1)
	assert.Len(t, of(all, "NetworkFirewall::Firewall")[0]["SubnetMappings"], 2)
	assert.Len(t, of(all, "NetworkFirewall::VpcEndpointAssociation"), associated)
}

// threatRules are rules as people write them.
const threatRules = `# known hosts
drop tcp any any -> 198.51.100.7 any (msg:"known"; sid:7;)

drop udp any any -> 198.51.100.7 any (msg:"known"; sid:8;)
`

// TestRenderedChoices does the same for everything that an architecture does not say.
func TestRenderedChoices(t *testing.T) {
	const key = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
	const threats = "arn:aws:network-firewall:eu-west-1:123456789012:stateful-rulegroup/threats"
	const decryption = "arn:aws:network-firewall:eu-west-1:123456789012:tls-configuration/inbound"
	const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
	const stream = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/flows"
	for name, test := range map[string]struct {
		props func(awscdk.Stack, *tiers.Network) *firewall.Props
		in    template.Firewall
	}{
		"threats, managed groups, production, retention, key": {func(s awscdk.Stack, _ *tiers.Network) *firewall.Props {
			return &firewall.Props{
				Paths: firewall.Egress, Production: true, Name: "Guard",
				Threats: []*firewall.RuleGroup{firewall.ImportRuleGroup(s, "Threats", threats, 100)},
				Managed: []firewall.ManagedGroup{firewall.MalwareDomains, firewall.ThreatSignaturesDoS.Dropping()},
				Logging: &firewall.LoggingProps{Retention: awslogs.RetentionDays_ONE_YEAR, Key: awskms.Key_FromKeyArn(s, new("Key"), new(key))},
			}
		}, template.Firewall{
			Production: true, Name: "Guard", Threats: []template.RuleGroup{{ARN: threats}}, Retention: 365, Key: key,
			Managed: []template.ManagedGroup{{Name: "MalwareDomains"}, {Name: "ThreatSignaturesDoS", Drops: true}},
		}},
		"a policy, a bucket, a stream": {func(s awscdk.Stack, n *tiers.Network) *firewall.Props {
			return &firewall.Props{
				Paths: firewall.EastWest,
				Policy: firewall.NewPolicy(n, "Own", &firewall.PolicyProps{
					Name: "Own", Description: "Of the shop", HomeNet: []string{"10.0.0.0/8"}, IdleTimeout: 600 * time.Second,
					Midstream: firewall.MidstreamDrop,
				}),
				Logging: &firewall.LoggingProps{
					Alert: logs.ToBucket(awss3.Bucket_FromBucketName(s, new("Bucket"), new("alerts")), "shop"), Flow: logs.ToFirehose(stream),
				},
			}
		}, template.Firewall{
			Policy: template.Policy{
				Path: "Own", Name: "Own", Description: "Of the shop", HomeNet: []any{"10.0.0.0/8"}, IdleTimeout: 600, Midstream: "DROP",
			},
			Alert: template.Log{Bucket: "alerts", Prefix: "shop"}, Flow: template.Log{Stream: stream},
		}},
		"TLS, a log group, no logs": {func(s awscdk.Stack, n *tiers.Network) *firewall.Props {
			return &firewall.Props{
				Paths: firewall.Egress, Strict: true,
				Policy: firewall.NewPolicy(n, "Own", &firewall.PolicyProps{
					TLSInspection: firewall.ImportTLSInspection(s, "TLS", decryption), HoldTLSSessions: true,
				}),
				Logging: &firewall.LoggingProps{
					Alert: logs.ToLogGroup(awslogs.LogGroup_FromLogGroupName(s, new("Their"), new("alerts"))), Flow: logs.None,
				},
			}
		}, template.Firewall{
			Policy: template.Policy{Path: "Own", TLSInspection: decryption, HoldTLSSessions: true},
			Alert:  template.Log{Group: "alerts"}, Flow: template.Log{None: true},
		}},
		"new TLS inspection": {func(_ awscdk.Stack, n *tiers.Network) *firewall.Props {
			inspection := firewall.NewTLSInspection(n, "TLS", &firewall.TLSInspectionProps{
				ServerCertificates: []string{certificate}, Description: "Of the shop",
				Scopes: []firewall.TLSScope{
					{Destinations: []string{"10.0.0.0/16"}, DestinationPorts: []firewall.Ports{{From: 443, To: 443}}},
					{Sources: []string{"192.0.2.0/24"}, SourcePorts: []firewall.Ports{{From: 1024, To: 65535}}},
				},
			})
			return &firewall.Props{Paths: firewall.Ingress, Policy: firewall.NewPolicy(n, "Own", &firewall.PolicyProps{TLSInspection: inspection})}
		}, template.Firewall{Policy: template.Policy{Path: "Own", TLS: &template.TLSInspection{
			Path: "TLS", ServerCertificates: []any{certificate}, Description: "Of the shop",
			Scopes: []template.TLSScope{
				{Destinations: []string{"10.0.0.0/16"}, DestinationPorts: [][2]int{{443, 443}}},
				{Sources: []string{"192.0.2.0/24"}, SourcePorts: [][2]int{{1024, 65535}}},
			},
		}}}},
		"outbound TLS inspection": {func(_ awscdk.Stack, n *tiers.Network) *firewall.Props {
			inspection := firewall.NewTLSInspection(n, "TLS", &firewall.TLSInspectionProps{
				CertificateAuthority: certificate, RejectRevoked: true, Scopes: []firewall.TLSScope{{}}, Name: "Outbound",
			})
			return &firewall.Props{Paths: firewall.Egress, Policy: firewall.NewPolicy(n, "Own", &firewall.PolicyProps{TLSInspection: inspection})}
		}, template.Firewall{Policy: template.Policy{Path: "Own", TLS: &template.TLSInspection{
			Path: "TLS", CertificateAuthority: certificate, RejectRevoked: true, Scopes: []template.TLSScope{{}}, Name: "Outbound",
		}}}},
		"threats of the app": {func(_ awscdk.Stack, n *tiers.Network) *firewall.Props {
			return &firewall.Props{Paths: firewall.Egress, Threats: []*firewall.RuleGroup{
				firewall.NewRuleGroup(n, "First", &firewall.RuleGroupProps{Rules: firewall.Suricata(threatRules), Description: "The office's"}),
				firewall.NewRuleGroup(n, "Second", &firewall.RuleGroupProps{
					Rules: firewall.Suricata(`drop tcp any any -> 198.51.100.8 any (sid:9;)`), Name: "Second", Capacity: 7,
				}),
			}}
		}, template.Firewall{Threats: []template.RuleGroup{
			{Path: "First", Rules: threatRules, Description: "The office's"},
			{Path: "Second", Rules: `drop tcp any any -> 198.51.100.8 any (sid:9;)`, Name: "Second", Capacity: 7},
		}}},
		"logs whose ARNs only the deployment knows": {func(s awscdk.Stack, _ *tiers.Network) *firewall.Props {
			group := awslogs.LogGroup_FromLogGroupArn(s, new("Their"), awscdk.Fn_ImportValue(new("Group")))
			bucket := awss3.Bucket_FromBucketArn(s, new("Bucket"), awscdk.Fn_ImportValue(new("Bucket")))
			return &firewall.Props{Paths: firewall.Egress, Logging: &firewall.LoggingProps{
				Alert: logs.ToLogGroup(group), Flow: logs.ToBucket(bucket, ""),
			}}
		}, template.Firewall{
			Alert: template.Log{
				Group:    selected(6, ":", map[string]any{"Fn::ImportValue": "Group"}),
				GroupARN: map[string]any{"Fn::Join": []any{"", []any{map[string]any{"Fn::ImportValue": "Group"}, ":*"}}},
			},
			Flow: template.Log{Bucket: selected(0, "/", selected(5, ":", map[string]any{"Fn::ImportValue": "Bucket"}))},
		}},
		"no logs at all": {func(awscdk.Stack, *tiers.Network) *firewall.Props {
			return &firewall.Props{Paths: firewall.Egress, Logging: &firewall.LoggingProps{Alert: logs.None, Flow: logs.None}}
		}, template.Firewall{Alert: template.Log{None: true}, Flow: template.Log{None: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			network := small(stack)
			firewall.Inspect(network, test.props(stack, network))
			if err := tiers.Synth(app); err != nil { // What is imported is not in the templates, so its traffic is unknown.
				require.Contains(t, err.Error(), "found in: ", err)
			}
			plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{Firewall: test.in}, plantest.Apart{})
		})
	}
}

// selected is a field of a text that only the deployment knows.
func selected(index int, separator string, text any) any {
	return map[string]any{"Fn::Select": []any{index, map[string]any{"Fn::Split": []any{separator, text}}}}
}

func compare(t *testing.T, app awscdk.App, stack awscdk.Stack) {
	t.Helper()
	plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{IPAMPool: "ipam-pool-0123456789abcdef0"}, plantest.Apart{})
}
