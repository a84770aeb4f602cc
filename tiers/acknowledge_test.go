package tiers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseks"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
)

// openFindings synthesizes the app and returns the findings that fail synthesis: construct paths by rule id.
func openFindings(t *testing.T, app awscdk.App) (map[string][]string, error) {
	t.Helper()
	synthError := tiers.Synth(app)
	data, err := os.ReadFile(filepath.Join(*app.Outdir(), "validation-report.json"))
	require.NoError(t, err)
	var parsed struct {
		PluginReports []struct {
			PluginName string
			Violations []struct {
				RuleName, Severity  string
				ViolatingConstructs []struct{ ConstructPath string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(data, &parsed))
	out := map[string][]string{}
	for _, p := range parsed.PluginReports {
		for _, v := range p.Violations {
			if v.Severity == "warning" {
				continue
			}
			for _, c := range v.ViolatingConstructs {
				out[p.PluginName+"::"+v.RuleName] = append(out[p.PluginName+"::"+v.RuleName], c.ConstructPath)
			}
		}
	}
	return out, synthError
}

// TestEveryFindingCanBeAcknowledged: the printed id acknowledges a finding on the stack of the reported construct.
func TestEveryFindingCanBeAcknowledged(t *testing.T) {
	for name, test := range map[string]struct {
		rules []string
		make  func(app awscdk.App)
	}{
		"an expired flow": {[]string{"expired["}, func(app awscdk.App) {
			props := twoZones()
			props.Today = time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC)
			n := tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", props)
			tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.NewAppTier(n, "App", nil), tiers.TCP(8080), tiers.Expires("2027-02-15"))
		}},
		"a hole from the internet": {[]string{"excess[Shop/Network:0.0.0.0/0->Edge:tcp/22]"}, func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			props := twoZones()
			props.NetworkACLs = tiers.NetworkACLsOff
			n := tiers.NewNetwork(stack, "Network", props)
			edge := tiers.NewEdgeTier(n, "Edge", nil)
			edge.AllowFrom(tiers.Internet, tiers.HTTPS)
			awsec2.NewCfnSecurityGroupIngress(stack, new("Hole"), &awsec2.CfnSecurityGroupIngressProps{
				GroupId: edge.SecurityGroup().SecurityGroupId(), CidrIp: new("0.0.0.0/0"),
				IpProtocol: new("tcp"), FromPort: new(22.0), ToPort: new(22.0),
			})
		}},
		"a group without the rule for the internet": {[]string{"missing[Shop/Network:0.0.0.0/0-except-10.0.0.0/16->Edge:"}, func(app awscdk.App) {
			edge := tiers.NewEdgeTier(tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", twoZones()), "Edge", nil)
			edge.AllowFrom(tiers.Internet, tiers.HTTPS)
			edge.SecurityGroup().Node().DefaultChild().(awscdk.CfnResource).AddPropertyDeletionOverride(new("SecurityGroupIngress"))
		}},
		"a load balancer without a web ACL": {[]string{"unprotected[Shop/Network:the-internet->Edge:tcp/80]"}, func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			edge := tiers.NewEdgeTier(tiers.NewNetwork(stack, "Network", twoZones()), "Edge", nil)
			edge.AllowFrom(tiers.Internet, tiers.HTTP)
			balancer := awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("Balancer"),
				&awselasticloadbalancingv2.ApplicationLoadBalancerProps{
					Vpc: edge.Vpc(), VpcSubnets: edge.Subnets(), SecurityGroup: edge.SecurityGroup(), InternetFacing: new(true),
				})
			servers := awselasticloadbalancingv2.NewApplicationTargetGroup(stack, new("Servers"),
				&awselasticloadbalancingv2.ApplicationTargetGroupProps{
					Vpc: edge.Vpc(), Port: new(8080.0), TargetType: awselasticloadbalancingv2.TargetType_IP,
				})
			balancer.AddListener(new("HTTP"), &awselasticloadbalancingv2.BaseApplicationListenerProps{
				Port: new(80.0), Open: new(false), DefaultTargetGroups: &[]awselasticloadbalancingv2.IApplicationTargetGroup{servers},
			})
		}},
		"a cluster of EKS": {[]string{"excess["}, func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			_, services, _ := layers(stack, twoZones())
			var subnets []*string
			for _, s := range *services.Subnets().Subnets {
				subnets = append(subnets, s.SubnetId())
			}
			cluster := awseks.NewCfnCluster(stack, new("Cluster"), &awseks.CfnClusterProps{
				RoleArn:            new("arn:aws:iam::111122223333:role/cluster"),
				ResourcesVpcConfig: &awseks.CfnCluster_ResourcesVpcConfigProperty{SubnetIds: &subnets},
			})
			awsec2.NewCfnSecurityGroupIngress(stack, new("Hole"), &awsec2.CfnSecurityGroupIngressProps{
				GroupId: services.SecurityGroup().SecurityGroupId(), IpProtocol: new("tcp"), FromPort: new(22.0), ToPort: new(22.0),
				SourceSecurityGroupId: cluster.AttrClusterSecurityGroupId(),
			})
		}},
		"a flow without a route": {[]string{"missing["}, func(app awscdk.App) {
			n := tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", twoZones())
			tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.CIDR("192.168.0.0/24"), tiers.HTTPS)
		}},
		"an endpoint that lets everything through": {[]string{"excess[Shop/Network:anybody->the-s3-gateway-endpoint:"}, func(app awscdk.App) {
			stack := awscdk.NewStack(app, new("Shop"), &awscdk.StackProps{
				Env: &awscdk.Environment{Region: new("eu-west-1"), Account: new("111122223333")},
			})
			n := tiers.NewNetwork(stack, "Network", twoZones())
			endpoints.Grant(tiers.NewAppTier(n, "App", nil), endpoints.S3(endpoints.ARN("arn:aws:s3:::uploads")).Read())
			endpoints.GatewayOf(n, "s3").Node().DefaultChild().(awscdk.CfnResource).AddPropertyDeletionOverride(new("PolicyDocument"))
		}},
		"a rule that decides nothing": {[]string{"rule-shadowed["}, func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			policy := firewall.NewPolicy(stack, "Policy", nil)
			const rule = "%s tcp 10.0.0.0/8 any -> 10.0.1.0/24 443 (flow: to_server; sid: %d;)\n"
			policy.Add(firewall.NewRuleGroup(stack, "Group", &firewall.RuleGroupProps{
				Rules: firewall.Suricata(fmt.Sprintf(rule+rule, "pass", 1, "alert", 2)),
			}), 100)
		}},
		"templates that cannot be read": {[]string{"proof"}, func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			layers(stack, twoZones())
			condition := awscdk.NewCfnCondition(stack, new("Circle"), nil)
			condition.SetExpression(awscdk.Fn_ConditionNot(condition))
		}},
		"a template that is too large": {[]string{"template-size["}, func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			tiers.NewNetwork(stack, "Network", twoZones())
			stack.TemplateOptions().SetMetadata(&map[string]any{"Text": strings.Repeat("x", 1<<20)})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			test.make(app)
			open, err := openFindings(t, app)
			require.Error(t, err)
			for _, rule := range test.rules {
				begins := func(id string) bool { return strings.HasPrefix(id, "tierwall::"+rule) }
				assert.True(t, slices.ContainsFunc(slices.Collect(maps.Keys(open)), begins), "%s in %v", rule, open)
			}
			for id, paths := range open {
				for _, path := range paths {
					stack, _, _ := strings.Cut(path, "/")
					awscdk.Validations_Of(app.Node().FindChild(&stack)).Acknowledge(&awscdk.Acknowledgment{Id: &id, Reason: new("a test")})
				}
			}
			open, err = openFindings(t, app)
			require.NoError(t, err)
			assert.Empty(t, open)
		})
	}
}
