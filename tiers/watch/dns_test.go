package watch_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53resolver"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// dnsShop wires a network with flows to names, a database and a grant.
func dnsShop(stack awscdk.Stack) *tiers.Network {
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	web, app, db := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Database", nil)
	web.AllowTo(app, tiers.TCP(8080))
	app.AllowTo(db, tiers.MySQL)
	app.AllowTo(tiers.Domain("api.stripe.com"), tiers.HTTPS)
	app.AllowTo(tiers.Domain(".example.org"), tiers.HTTPS)
	firewall.Inspect(n, &firewall.Props{Paths: firewall.Egress})
	endpoints.Grant(app, endpoints.Secret(endpoints.ARN("arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf")).Read())
	return n
}

// dnsWrapped wires a network around a VPC that is not in the app.
func dnsWrapped(stack awscdk.Stack) *tiers.Network {
	subnets := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		Vpc: awsec2.Vpc_FromVpcAttributes(stack, new("Theirs"), &awsec2.VpcAttributes{
			VpcId: new("vpc-0123456789abcdef0"), VpcCidrBlock: new("10.0.0.0/16"), AvailabilityZones: &[]*string{new("eu-west-1a")},
			IsolatedSubnetIds: &[]*string{new("subnet-0123456789abcdef0")},
		}),
	})
	app := tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: subnets})
	db := tiers.NewDataTier(n, "Database", &tiers.TierProps{VpcSubnets: subnets})
	app.AllowTo(db, tiers.PostgreSQL)
	return n
}

// dnsResources returns the properties of the DNS resources in a template, by their ids.
func dnsResources(t *testing.T, stack awscdk.Stack) map[string]map[string]any {
	t.Helper()
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	out := map[string]map[string]any{}
	for id, r := range template.Resources {
		if strings.HasPrefix(r.Type, "AWS::Route53Resolver::") {
			out[strings.TrimPrefix(id, "NetworkDNS")[:len(strings.TrimPrefix(id, "NetworkDNS"))-8]] = r.Properties
		}
	}
	return out
}

// TestDNSOfVPC: everything that DNS creates for a VPC that the network wraps, in a Region that only the deployment knows.
func TestDNSOfVPC(t *testing.T) {
	stack := tierstest.Stack(t)
	watch.DNS(dnsWrapped(stack), &watch.DNSProps{
		Names: []string{"api.example.com", ".example.org"}, PrivateZones: []string{"corp"}, Response: watch.DNSNXDomain, Advanced: watch.DNSHigh,
		Production: true, Priority: 500,
	})
	tierstest.Snapshot(t, stack)
	tierstest.RequireExact(t, stack)
}

// TestDNSFailure: the choice for failures is a resource of its own. The validation of CDK 2.270 does not know its type.
func TestDNSFailure(t *testing.T) {
	stack := tierstest.Stack(t)
	watch.DNS(dnsShop(stack), &watch.DNSProps{Failure: watch.DNSFailOpen})
	tierstest.RequireExact(t, stack)
	assert.Equal(t, map[string]any{"FirewallFailOpen": "ENABLED", "ResourceId": map[string]any{"Ref": "NetworkVpc7FB7348F"}},
		dnsResources(t, stack)["Failure"])
}

// TestDNSOfNetwork: the lists of a network that tierwall makes, and that the mode changes only actions.
func TestDNSOfNetwork(t *testing.T) {
	stack := tierstest.Stack(t)
	d := watch.DNS(dnsShop(stack), nil)
	assert.Nil(t, d.Names(), "nothing is known before synthesis")
	tierstest.RequireExact(t, stack)
	enforced := dnsResources(t, stack)
	assert.Equal(t, []any{"api.stripe.com", "example.org"}, enforced["Names"]["Domains"])
	assert.Equal(t, []any{"*.example.org"}, enforced["Below"]["Domains"])
	assert.Equal(t, []any{"*"}, enforced["Rest"]["Domains"])
	assert.Contains(t, enforced["Services"]["Domains"], "secretsmanager.eu-west-1.amazonaws.com")
	assert.Contains(t, enforced["Services"]["Domains"], "*.eu-west-1.rds.amazonaws.com")
	assert.Equal(t, []any{"*.0.10.in-addr.arpa", "*.compute.internal"}, enforced["Private"]["Domains"])
	assert.NotContains(t, enforced, "Failure")
	assert.Equal(t, watch.DNSName{Domain: "api.stripe.com", Reasons: []string{"App connects to api.stripe.com: tcp/443"}}, d.Names()[0])
	assert.NotNil(t, d.LogGroup())

	other := tierstest.Stack(t)
	watch.DNS(dnsShop(other), &watch.DNSProps{Mode: watch.DNSObserve})
	observed := dnsResources(t, other)
	rules := func(of map[string]map[string]any) []any { return of["RuleGroup"]["FirewallRules"].([]any) }
	last := len(rules(observed)) - 1
	assert.Equal(t, "BLOCK", rules(enforced)[last].(map[string]any)["Action"])
	assert.Equal(t, "NODATA", rules(enforced)[last].(map[string]any)["BlockResponse"])
	assert.Equal(t, "ALERT", rules(observed)[last].(map[string]any)["Action"])
	for _, of := range []map[string]map[string]any{enforced, observed} {
		delete(rules(of)[last].(map[string]any), "Action")
		delete(rules(of)[last].(map[string]any), "BlockResponse")
	}
	assert.Equal(t, enforced, observed)
}

// TestDNSQueryLogs: every destination of the query log.
func TestDNSQueryLogs(t *testing.T) {
	for name, test := range map[string]struct {
		to   func(awscdk.Stack) logs.Destination
		want string
	}{
		"none": {func(awscdk.Stack) logs.Destination { return logs.None }, ""},
		"firehose": {func(awscdk.Stack) logs.Destination {
			return logs.ToFirehose("arn:aws:firehose:eu-west-1:123456789012:deliverystream/q")
		},
			`"arn:aws:firehose:eu-west-1:123456789012:deliverystream/q"`},
		"bucket": {func(s awscdk.Stack) logs.Destination {
			return logs.ToBucket(awss3.NewBucket(s, new("Logs"), nil), "dns")
		},
			`{"Fn::Join":["",[{"Fn::GetAtt":["Logs6819BB44","Arn"]},"/dns"]]}`},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			d := watch.DNS(dnsWrapped(stack), &watch.DNSProps{QueryLogs: test.to(stack)})
			assert.Nil(t, d.LogGroup())
			config, there := dnsResources(t, stack)["QueryLog"]
			require.Equal(t, test.want != "", there)
			if there {
				got, err := json.Marshal(config["DestinationArn"])
				require.NoError(t, err)
				assert.JSONEq(t, test.want, string(got))
			}
		})
	}
}

// TestDNSMistakes: mistakes fail synthesis, all at once, with the line that made DNS.
func TestDNSMistakes(t *testing.T) {
	stack := tierstest.Stack(t)
	n := dnsWrapped(stack)
	watch.DNS(n, &watch.DNSProps{
		Names: []string{"https://example.com", *awscdk.Fn_ImportValue(new("Name"))}, PrivateZones: []string{"a/b"}, Priority: 100,
		Response: "OVERRIDE", Advanced: "SURE", Failure: "MAYBE", Mode: 2,
	})
	watch.DNS(n, nil)
	err := tierstest.Synth(t, stack)
	require.Error(t, err)
	for _, want := range []string{
		"has a scheme", "the domain is a CDK token", "the name of a private zone is not usable", "the priority of the rule group is not usable",
		"the response to blocked queries is unknown", "unknown confidence", "the choice for failures of DNS Firewall is unknown",
		"the mode of DNS is unknown", "the network has a DNS firewall", "tiers/watch/dns_test.go:",
	} {
		assert.ErrorContains(t, err, want)
	}
	defer func() {
		assert.Contains(t, recover(), "error: the network of DNS is nil or was not created by NewNetwork (tiers/watch/dns_test.go:")
	}()
	watch.DNS(nil, nil)
}

// TestDNSRepeated: a synthesis that is repeated makes the same lists again.
func TestDNSRepeated(t *testing.T) {
	stack := tierstest.Stack(t)
	watch.DNS(dnsWrapped(stack), nil)
	first := dnsResources(t, stack)
	stack.Node().Root().(awscdk.App).Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
	assert.Equal(t, first, dnsResources(t, stack))
}

// TestDNSIsProven: what the app changes after DNS was made is a finding with the line of DNS.
func TestDNSIsProven(t *testing.T) {
	child := func(d *watch.DNSFirewall, id string) awscdk.CfnResource {
		return d.Node().FindChild(&id).(awscdk.CfnResource)
	}
	for name, test := range map[string]struct {
		change func(d *watch.DNSFirewall)
		want   string
	}{
		"the VPC is another one": {
			func(d *watch.DNSFirewall) {
				child(d, "Association").AddPropertyOverride(new("VpcId"), "vpc-0123456789abcdef1")
			},
			"weakened[Test/Network/DNS/Association:VpcId]",
		},
		"the association is gone": {
			func(d *watch.DNSFirewall) { d.Node().TryRemoveChild(new("Association")) }, "the DNS firewall has lost a part: Association",
		},
		"the log is gone": {
			func(d *watch.DNSFirewall) {
				child(d, "QueryLog").AddPropertyOverride(new("DestinationArn"), "arn:aws:s3:::other")
			},
			"weakened[Test/Network/DNS/QueryLog:DestinationArn]",
		},
		"the rules are replaced": {
			func(d *watch.DNSFirewall) {
				child(d, "RuleGroup").(awsroute53resolver.CfnFirewallRuleGroup).AddPropertyOverride(new("FirewallRules"), []any{})
			},
			"weakened[Test/Network/DNS/RuleGroup:FirewallRules/900]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			d := watch.DNS(dnsWrapped(stack), nil)
			test.change(d)
			err := tierstest.Synth(t, stack)
			require.Error(t, err)
			if strings.Contains(err.Error(), test.want) {
				return
			}
			report, err := os.ReadFile(filepath.Join(*stack.Node().Root().(awscdk.App).Outdir(), "validation-report.json"))
			require.NoError(t, err)
			assert.Contains(t, string(report), test.want)
			assert.Contains(t, string(report), "tiers/watch/dns_test.go:")
		})
	}
}

// TestDNSIdentity: a new flow changes nothing but the list with its name.
func TestDNSIdentity(t *testing.T) {
	template := func(more func(app *tiers.AppTier)) map[string]map[string]any {
		stack := tierstest.Stack(t)
		n := dnsShop(stack)
		watch.DNS(n, nil)
		more(n.Node().FindChild(new("App")).(*tiers.AppTier))
		return dnsResources(t, stack)
	}
	before := template(func(*tiers.AppTier) {})
	after := template(func(app *tiers.AppTier) { app.AllowTo(tiers.Domain("aaa.example.com"), tiers.HTTPS) })
	assert.Equal(t, []any{"aaa.example.com", "api.stripe.com", "example.org"}, after["Names"]["Domains"])
	after["Names"] = before["Names"]
	assert.Equal(t, before, after)
}

// TestDNSBlocksDeclared: a name that a flow declares and that the app blocks in another rule group is missing.
func TestDNSBlocksDeclared(t *testing.T) {
	stack := tierstest.Stack(t)
	n := dnsShop(stack)
	watch.DNS(n, nil)
	list := awsroute53resolver.NewCfnFirewallDomainList(stack, new("Bad"), &awsroute53resolver.CfnFirewallDomainListProps{
		Domains: &[]*string{new("*.stripe.com")},
	})
	group := awsroute53resolver.NewCfnFirewallRuleGroup(stack, new("Ours"), &awsroute53resolver.CfnFirewallRuleGroupProps{
		FirewallRules: &[]any{&awsroute53resolver.CfnFirewallRuleGroup_FirewallRuleProperty{
			Action: new("BLOCK"), BlockResponse: new("NODATA"), Priority: new(1.0), FirewallDomainListId: list.AttrId(),
		}},
	})
	awsroute53resolver.NewCfnFirewallRuleGroupAssociation(stack, new("First"), &awsroute53resolver.CfnFirewallRuleGroupAssociationProps{
		FirewallRuleGroupId: group.AttrId(), Priority: new(200.0), VpcId: n.Vpc().VpcId(),
	})
	require.Error(t, tierstest.Synth(t, stack))
	report, err := os.ReadFile(filepath.Join(*stack.Node().Root().(awscdk.App).Outdir(), "validation-report.json"))
	require.NoError(t, err)
	assert.Contains(t, string(report), "missing[Test/Network:App->api.stripe.com:DNS]")
	assert.Contains(t, string(report), "blocks the declared name api.stripe.com: rule 1 of Test/Ours")
}
