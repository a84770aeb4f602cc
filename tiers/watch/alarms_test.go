package watch_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
	"github.com/tierwall/tierwall/waf"
)

// watched declares a network with two zones and some tiers, and everything that alarms can watch.
func watched(stack awscdk.Stack) *tiers.Network {
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}})
	lb, web, app := tiers.NewEdgeTier(n, "LoadBalancer", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	web.AllowTo(app, tiers.TCP(8080))
	app.AllowTo(tiers.Domain("api.stripe.com"), tiers.HTTPS)
	app.AllowTo(tiers.Domain("packages.example.com"), tiers.HTTP)
	firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress | firewall.EastWest, Managed: []firewall.ManagedGroup{firewall.MalwareDomains}})
	public := loadbalancer.NewApplication(lb, "Public", &loadbalancer.ApplicationProps{
		Certificates: []string{"arn:aws:acm:eu-west-1:123456789012:certificate/a1b2c3"}, To: loadbalancer.Target{Tier: web},
	})
	waf.Protect(lb, "Protection", &waf.Props{Resource: waf.LoadBalancer(public.LoadBalancer())})
	endpoints.Configure(n, &endpoints.Props{AnyRole: true})
	endpoints.Grant(app, endpoints.S3(endpoints.ARN("arn:aws:s3:::uploads")).Read(),
		endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:111122223333:orders")).Send())
	return n
}

// everything are props with everything.
func everything(stack awscdk.Stack) *watch.AlarmsProps {
	return &watch.AlarmsProps{
		FlowLog:       awslogs.NewLogGroup(stack, new("FlowLog"), nil),
		FlowLogFields: strings.Fields("version interface-id subnet-id srcaddr dstaddr srcport dstport protocol packets bytes action log-status"),
		DeniedCalls:   awslogs.LogGroup_FromLogGroupName(stack, new("Trail"), new("network-activity")), Contributors: true,
	}
}

type resource struct {
	Type       string
	Properties map[string]any
	DependsOn  []string `json:",omitempty"`
}

// resourcesOf returns the resources of a template whose logical ids have a prefix.
func resourcesOf(t *testing.T, template []byte, prefix string) map[string]resource {
	t.Helper()
	var decoded struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal(template, &decoded))
	for id := range decoded.Resources {
		if !strings.HasPrefix(id, prefix) {
			delete(decoded.Resources, id)
		}
	}
	return decoded.Resources
}

// goldenOf compares the resources with some prefixes with a file.
func goldenOf(t *testing.T, template []byte, prefixes ...string) {
	t.Helper()
	found := map[string]resource{}
	for _, p := range prefixes {
		maps.Copy(found, resourcesOf(t, template, p))
	}
	got, err := json.MarshalIndent(found, "", "  ")
	require.NoError(t, err)
	file := filepath.Join("testdata", strings.ReplaceAll(t.Name(), "/", "_")+".json")
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))
}

// golden compares the resources of the alarms with a file, because the template of the whole network is long.
func golden(t *testing.T, template []byte) {
	t.Helper()
	goldenOf(t, template, "NetworkAlarms")
}

// TestAlarms: the alarms of a network with everything. A second synthesis makes the same ones.
func TestAlarms(t *testing.T) {
	t.Run("everything", func(t *testing.T) {
		stack := tierstest.Stack(t)
		a := watch.Alarms(watched(stack), everything(stack))
		template := tierstest.Template(t, stack)
		golden(t, template)
		tierstest.RequireExact(t, stack)
		requireSameAgain(t, stack, template)
		assert.True(t, slices.IsSorted(a.IDs()))
		assert.Contains(t, a.IDs(), "RejectedWeb")
		assert.Empty(t, a.NotWatched())
		assert.NotNil(t, a.Topic())
		documented(t, a.IDs())
	})
	t.Run("trail", func(t *testing.T) {
		stack := tierstest.Stack(t)
		watch.Alarms(watched(stack), &watch.AlarmsProps{RecordDeniedCalls: true, NoDashboard: true})
		template := tierstest.Template(t, stack)
		goldenOf(t, template, "NetworkAlarmsTrail", "NetworkAlarmsRecorder", "NetworkAlarmsFiltersEndpoint", "NetworkAlarmsOfEndpointDenials")
	})
	t.Run("default", func(t *testing.T) {
		stack := tierstest.Stack(t)
		a := watch.Alarms(watched(stack), nil)
		golden(t, tierstest.Template(t, stack))
		assert.Len(t, a.NotWatched(), 2)
	})
}

// requireSameAgain synthesizes once more, and requires the same template.
func requireSameAgain(t *testing.T, stack awscdk.Stack, first []byte) {
	t.Helper()
	awscdk.Stage_Of(stack).Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
	assert.Equal(t, string(first), string(tierstest.Template(t, stack)))
}

// documented checks that ALARMS.md has a row for each alarm.
func documented(t *testing.T, ids []string) {
	t.Helper()
	page, err := os.ReadFile("ALARMS.md")
	require.NoError(t, err)
	for _, id := range ids {
		for pattern, placeholder := range map[string]string{
			`Slot\d`: "SlotN", `Drop\d+`: "DropSID", `(Rejected|WebACL\.|Balancer\.)(LoadBalancer|Web|App)`: "${1}TIER", `TIER\.Public`: "TIER.ID",
			`Limit\..*`: "Limit.RULE", `tgw-\w+`: "ID",
		} {
			id = regexp.MustCompile(pattern).ReplaceAllString(id, placeholder)
		}
		id = strings.ReplaceAll(id, "TIER.Public", "TIER.ID")
		assert.Contains(t, string(page), "| `"+id+"` |")
	}
}

// TestTransit: the alarms of a transit gateway name it and the attachment.
func TestTransit(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}, DefaultRoute: tiers.TransitGateway("tgw-0123456789abcdef0"),
	})
	tiers.NewAppTier(n, "App", nil).AllowTo(tiers.Internet, tiers.HTTPS)
	a := watch.Alarms(n, &watch.AlarmsProps{NoDashboard: true})
	template := tierstest.Template(t, stack)
	assert.Equal(t, []string{"Transit.tgw-0123456789abcdef0.Blackhole", "Transit.tgw-0123456789abcdef0.NoRoute"}, a.IDs())
	documented(t, a.IDs())
	for _, r := range resourcesOf(t, template, "NetworkAlarmsOfTransit") {
		dimensions, ok := r.Properties["Dimensions"].([]any)
		require.True(t, ok)
		assert.Equal(t, map[string]any{"Name": "TransitGateway", "Value": "tgw-0123456789abcdef0"}, dimensions[0])
		assert.Contains(t, fmt.Sprint(dimensions[1]), "NetworkTransittgw0123456789abcdef0")
	}
}

// TestUnknownAddresses: queries name the ranges of subnets that only a deployment knows.
func TestUnknownAddresses(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"},
	})
	tiers.NewAppTier(n, "App", nil).AllowTo(tiers.Internet, tiers.HTTPS)
	watch.Alarms(n, everything(stack))
	for _, r := range resourcesOf(t, tierstest.Template(t, stack), "NetworkAlarmsQueriesRejectedQueryApp") {
		assert.Contains(t, fmt.Sprint(r.Properties["QueryString"]), "isIpv4InSubnet(dstaddr, \" map[Fn::Select:[12 map[Fn::Cidr:[")
	}
}

// TestWrapped: rejected connections of an existing VPC are counted for all of it, and that is said.
func TestWrapped(t *testing.T) {
	stack := tierstest.Stack(t)
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{AvailabilityZones: &[]*string{new("eu-west-1a")}})
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
	app := tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}})
	app.AllowTo(tiers.Internet, tiers.HTTPS)
	a := watch.Alarms(n, everything(stack))
	found := resourcesOf(t, tierstest.Template(t, stack), "NetworkAlarms")
	assert.Equal(t, []string{"RejectedVPC"}, a.IDs())
	said := strings.Join(a.NotWatched(), " ")
	assert.Contains(t, said, "The subnets of an existing VPC are not in the plan")
	assert.Contains(t, said, "The NAT gateways of an existing VPC")
	for id, r := range found {
		if r.Type == "AWS::Logs::MetricFilter" {
			assert.NotContains(t, r.Properties["FilterPattern"], "subnet_id=", id)
		}
	}
}

// TestHostile: ids with characters of JSON, Markdown and CloudWatch's languages stay texts.
func TestHostile(t *testing.T) {
	stack := tierstest.Stack(t)
	const hostile = `"}]<b>*|[x](y) && '${z}`
	n := tiers.NewNetwork(stack, hostile, &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}})
	lb, app := tiers.NewEdgeTier(n, "LoadBalancer", nil), tiers.NewAppTier(n, "App", nil)
	lb.AllowFrom(tiers.Internet, tiers.TCP(8883))
	lb.AllowTo(app, tiers.TCP(8883))
	loadbalancer.NewNetwork(lb, hostile, &loadbalancer.NetworkProps{Listeners: []loadbalancer.Listener{{
		Port: 8883, To: loadbalancer.Target{Tier: app, Port: 8883},
	}}})
	watch.Alarms(n, &watch.AlarmsProps{FlowLog: awslogs.NewLogGroup(stack, new("Log"), nil), Contributors: true})
	dashboards := 0
	for _, r := range resourcesOf(t, tierstest.Template(t, stack), "") {
		switch r.Type {
		case "AWS::CloudWatch::Dashboard":
			dashboards++
			var body struct {
				Widgets []struct{ Properties map[string]any }
			}
			require.NoError(t, json.Unmarshal([]byte(joined(t, r.Properties["DashboardBody"])), &body))
			assert.Equal(t, `# Test/"\}\]\<b\>\*\|\[x\]\(y\) \&\& '\$\{z\}`, body.Widgets[0].Properties["markdown"])
		case "AWS::CloudWatch::InsightRule":
			assert.True(t, json.Valid([]byte(joined(t, r.Properties["RuleBody"]))))
		case "AWS::Logs::MetricFilter":
			assert.NotContains(t, fmt.Sprint(r.Properties), "<b>")
		}
	}
	assert.Equal(t, 1, dashboards)
}

// joined spells a text with references in it.
func joined(t *testing.T, text any) string {
	t.Helper()
	if s, ok := text.(string); ok {
		return s
	}
	join, ok := text.(map[string]any)["Fn::Join"].([]any)
	require.True(t, ok)
	var b strings.Builder
	parts, ok := join[1].([]any)
	require.True(t, ok)
	for _, part := range parts {
		if s, ok := part.(string); ok {
			b.WriteString(s)
		} else {
			b.WriteString("reference")
		}
	}
	return b.String()
}

// TestOrder: alarms that are declared before everything else are the same.
func TestOrder(t *testing.T) {
	template := func(first bool) map[string]resource {
		stack := tierstest.Stack(t)
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
		if first {
			watch.Alarms(n, nil)
		}
		tiers.NewAppTier(n, "App", nil).AllowTo(tiers.Internet, tiers.HTTPS)
		if !first {
			watch.Alarms(n, nil)
		}
		return resourcesOf(t, tierstest.Template(t, stack), "NetworkAlarms")
	}
	assert.Equal(t, template(false), template(true))
	assert.Len(t, template(true), 4+4, "four alarms of the NAT gateway; a key, a topic, its policy and a dashboard")
}

// TestOwnTopic: alarms can use a topic of the app, and have no key then.
func TestOwnTopic(t *testing.T) {
	stack := tierstest.Stack(t)
	topic := awssns.NewTopic(stack, new("Pager"), nil)
	watch.Alarms(watched(stack), &watch.AlarmsProps{Topic: topic, NoDashboard: true, Off: []string{"EndpointLoss"},
		Thresholds: map[string]float64{"FirewallDefaultDrops": 42}})
	found := resourcesOf(t, tierstest.Template(t, stack), "NetworkAlarms")
	for id, r := range found {
		assert.Contains(t, []string{"AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter", "AWS::Logs::QueryDefinition"}, r.Type)
		assert.NotContains(t, id, "EndpointLoss")
		if strings.HasPrefix(id, "NetworkAlarmsOfFirewallDefaultDrops") {
			assert.InDelta(t, 42, r.Properties["Threshold"], 0)
			assert.Equal(t, []any{stack.Resolve(topic.TopicArn())}, r.Properties["AlarmActions"])
		}
	}
}

// TestNestedStacks: alarms find what is in nested stacks.
func TestNestedStacks(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}, Layout: tiers.NestedStacks,
	})
	lb, app := tiers.NewEdgeTier(n, "LoadBalancer", nil), tiers.NewAppTier(n, "App", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(app, tiers.HTTPS)
	public := loadbalancer.NewApplication(lb, "Public", &loadbalancer.ApplicationProps{
		Certificates: []string{"arn:aws:acm:eu-west-1:123456789012:certificate/a1b2c3"}, To: loadbalancer.Target{Tier: app},
	})
	waf.Protect(lb, "Protection", &waf.Props{Resource: waf.LoadBalancer(public.LoadBalancer())})
	endpoints.Configure(n, &endpoints.Props{AnyRole: true})
	endpoints.Grant(app, endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:111122223333:orders")).Send())
	a := watch.Alarms(n, everything(stack))
	found := resourcesOf(t, tierstest.Template(t, stack), "NetworkAlarms")
	require.Len(t, found, 1, "only the nested stack is in the stack of the network")
	for _, r := range found {
		assert.Equal(t, "AWS::CloudFormation::Stack", r.Type)
	}
	assert.Equal(t, []string{
		"Balancer.LoadBalancer.Public.Rejected", "EndpointDenials", "EndpointLoss", "FlowLogSilence", "Rejected.Endpoints", "RejectedApp",
		"RejectedLoadBalancer", "WebACL.LoadBalancer.Blocks", "WebACL.LoadBalancer.Limit.RateLimit",
	}, a.IDs())
}

// TestAlarmsMistakes: each mistake fails synthesis, with the line that made it.
func TestAlarmsMistakes(t *testing.T) {
	var all mistakes.Cases
	for want, call := range map[string]func(awscdk.Stack, *tiers.Network){
		"the id Alarms is taken": func(_ awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, nil)
			watch.Alarms(n, nil)
			watch.Alarms(n, nil)
		},
		"tiers.alarms: the id is taken by what watches the network": func(_ awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, nil)
			tiers.NewAppTier(n, "alarms", &tiers.TierProps{Block: 9})
		},
		"tiers.Alarms: the id is taken by what watches the network": func(_ awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, nil)
			tiers.NewAppTier(n, "Alarms", &tiers.TierProps{Block: 9})
		},
		`no alarm "Unknown"; it has `: func(_ awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, &watch.AlarmsProps{Off: []string{"Unknown"}})
		},
		"allowed are numbers above 0": func(_ awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, &watch.AlarmsProps{Thresholds: map[string]float64{"EndpointLoss": 0}})
		},
		"the fields of a flow log are given, but no flow log": func(_ awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, &watch.AlarmsProps{FlowLogFields: []string{"action"}})
		},
		`got "${action}"; names have lower-case letters`: func(s awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, &watch.AlarmsProps{FlowLog: awslogs.NewLogGroup(s, new("Log"), nil), FlowLogFields: []string{"${action}"}})
		},
		`got "action" twice`: func(s awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, &watch.AlarmsProps{FlowLog: awslogs.NewLogGroup(s, new("Log"), nil), FlowLogFields: []string{"action", "action"}})
		},
		"DeniedCalls and RecordDeniedCalls are both set": func(s awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, &watch.AlarmsProps{DeniedCalls: awslogs.NewLogGroup(s, new("Log"), nil), RecordDeniedCalls: true})
		},
		"got 0 fields": func(s awscdk.Stack, n *tiers.Network) {
			watch.Alarms(n, &watch.AlarmsProps{FlowLog: awslogs.NewLogGroup(s, new("Log"), nil), FlowLogFields: []string{}})
		},
	} {
		all.Add(want, func(s awscdk.Stack) {
			n := declare(s, nil)
			endpoints.Grant(n.app, endpoints.WhoAmI())
			call(s, n.Network)
		}, want)
	}
	all.Require(t, "alarms_test.go:")
	assert.Panics(t, func() { watch.Alarms(nil, nil) })
}
