package verifiedaccess_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"
	cedargo "github.com/cedar-policy/cedar-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/verifiedaccess"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

const (
	certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
	finance     = "c242c5b0-6081-1845-6fa8-6e0d9513c107"
	admins      = "0a1b2c3d-0000-4000-8000-000000000000"
)

type network struct {
	*tiers.Network
	people *tiers.BastionTier
	edge   *tiers.EdgeTier
	web    *tiers.WebTier
	portal *loadbalancer.Application
}

// declare makes a network with an internal load balancer for the staff.
func declare(stack awscdk.Stack, props *tiers.NetworkProps) network {
	if props == nil {
		props = &tiers.NetworkProps{}
	}
	props.CIDR, props.AvailabilityZones = "10.0.0.0/16", []string{"eu-west-1a", "eu-west-1b"}
	n := network{Network: tiers.NewNetwork(stack, "Network", props)}
	n.people = tiers.NewBastionTier(n.Network, "People", nil)
	n.edge, n.web = tiers.NewEdgeTier(n.Network, "Portal", &tiers.EdgeTierProps{Internal: true}), tiers.NewWebTier(n.Network, "Web", nil)
	n.edge.AllowTo(n.web, tiers.HTTPS, tiers.Because("pages"))
	return n
}

func (n *network) balancer() elb.ApplicationLoadBalancer {
	n.portal = loadbalancer.NewApplication(n.edge, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.web}, Logs: loadbalancer.Logs{To: logs.None},
	})
	return n.portal.LoadBalancer()
}

// report returns the severities of what synthesis reports, by finding.
func report(t *testing.T, stack awscdk.Stack) (text string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(*awscdk.Stage_Of(stack).Outdir(), "*validation-report.json"))
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		text += string(content)
	}
	return text
}

// TestAccess: people reach the load balancer through the endpoints alone, and the proof is exact.
func TestAccess(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	access := verifiedaccess.New(n.people, "Access", nil)
	app := access.Publish(n.edge, "Portal", &verifiedaccess.ApplicationProps{
		Domain: "Portal.example.com", Certificate: certificate, LoadBalancer: n.balancer(),
	})
	app.Allow(verifiedaccess.People{Groups: []string{finance}}, tiers.Because("monthly closing"), tiers.Owner("finance-it"))
	app.Allow(verifiedaccess.People{Groups: []string{admins}, Paths: []string{"/admin/"}}, tiers.Because("operations"))
	awscdk.NewCfnOutput(stack, new("Endpoint"), &awscdk.CfnOutputProps{Value: app.EndpointDomain()})
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
	_, err := cedargo.NewPolicyListFromBytes("policy", []byte(app.Policy()))
	require.NoError(t, err)

	for _, r := range resources(t, stack) {
		if r.Type == "AWS::EC2::VerifiedAccessGroup" {
			assert.Equal(t, app.Policy(), r.Properties["PolicyDocument"])
		}
		assert.NotEqual(t, "AWS::EC2::InternetGateway", r.Type, "nothing of this network faces the internet")
	}
}

// TestProvider: people of an OpenID Connect provider, through a firewall between tiers.
func TestProvider(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	firewall.Inspect(n.Network, &firewall.Props{Paths: firewall.EastWest})
	access := verifiedaccess.New(n.people, "Access", &verifiedaccess.Props{LogTrustData: true, OIDC: &verifiedaccess.OIDC{
		Issuer: "https://login.example.com", AuthorizationEndpoint: "https://login.example.com/authorize",
		TokenEndpoint: "https://login.example.com/token", UserInfoEndpoint: "https://login.example.com/userinfo",
		ClientID: "tierwall", ClientSecret: awscdk.SecretValue_SecretsManager(new("login"), nil), Scope: "openid  groups",
		Claim: "cognito:groups",
	}})
	app := access.Publish(n.edge, "Portal", &verifiedaccess.ApplicationProps{
		Domain: "portal.example.com", Certificate: certificate, LoadBalancer: n.balancer(),
	})
	app.Allow(verifiedaccess.People{Groups: []string{"finance", `"); permit(principal, action, resource); //`}})
	tierstest.RequireExact(t, stack)
	template := string(tierstest.Template(t, stack))
	assert.Contains(t, template, `"ClientSecret": "{{resolve:secretsmanager:login:SecretString:::}}"`)
	assert.Contains(t, template, `"Scope": "openid groups"`)
	assert.Contains(t, template, `"IncludeTrustContext": true`)
	list, err := cedargo.NewPolicyListFromBytes("policy", []byte(app.Policy()))
	require.NoError(t, err)
	assert.Len(t, list, 1)
}

// TestChanged: if another part of the app changes a rule, the policy, the group or the log, the proof finds that.
func TestChanged(t *testing.T) {
	for name, c := range map[string]struct {
		construct, property string
		value               any
		want                string
	}{
		"policy":    {"Access/Portal/Group", "PolicyDocument", "permit(principal, action, resource);", "policy of Verified Access"},
		"no policy": {"Access/Portal/Group", "PolicyEnabled", false, "policy of Verified Access"},
		"an endpoint's policy": {"Access/Portal/Endpoint", "PolicyDocument", "permit(principal, action, resource);",
			"endpoint of Verified Access"},
		"group of the load balancer": {"Access/Portal/Endpoint", "SecurityGroupIds.0", "sg-0123456789abcdef0", "Verified Access"},
		"log":                        {"Access/Instance", "LoggingConfigurations.CloudWatchLogs.Enabled", false, "instance of Verified Access"},
		"trust data in the log":      {"Access/Instance", "LoggingConfigurations.IncludeTrustContext", true, "instance of Verified Access"},
		"a rule of the endpoints":    {"SecurityGroup/Resource", "SecurityGroupEgress.0", anyTraffic, "excess"},
		"a rule to the endpoints":    {"SecurityGroup/Resource", "SecurityGroupIngress", []any{anyTraffic}, "excess"},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			n := declare(stack, nil)
			app := n.publish(verifiedaccess.New(n.people, "Access", nil))
			app.Allow(verifiedaccess.People{Groups: []string{finance}})
			resource := constructs.IConstruct(n.people)
			for id := range strings.SplitSeq(c.construct, "/") {
				resource = resource.Node().FindChild(&id)
			}
			resource.(awscdk.CfnResource).AddPropertyOverride(&c.property, c.value)
			require.Error(t, tierstest.Synth(t, stack))
			assert.Contains(t, report(t, stack), c.want)
		})
	}
}

// anyTraffic is a rule for HTTPS with everybody.
var anyTraffic = map[string]any{"CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}

// TestForeign: an endpoint that the app makes without this package, with the group of a tier, is a finding: people of Verified Access act
// as members of the tier.
func TestForeign(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	n.people.AllowTo(n.web, tiers.HTTPS)
	n.edge.AllowFrom(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
	awsec2.NewCfnVerifiedAccessEndpoint(stack, new("Endpoint"), &awsec2.CfnVerifiedAccessEndpointProps{
		VerifiedAccessGroupId: new("vagr-0123456789abcdef0"), AttachmentType: new("vpc"), EndpointType: new("load-balancer"),
		SecurityGroupIds: &[]*string{n.people.SecurityGroup().SecurityGroupId()},
		LoadBalancerOptions: &awsec2.CfnVerifiedAccessEndpoint_LoadBalancerOptionsProperty{
			LoadBalancerArn: n.balancer().LoadBalancerArn(), Port: new(443.0), Protocol: new("https"),
			SubnetIds: n.people.Vpc().SelectSubnets(n.people.Subnets()).SubnetIds,
		},
	})
	err := tierstest.Synth(t, stack)
	require.Error(t, err)
	assert.Contains(t, err.Error()+report(t, stack), "users of Verified Access act as members of People")
}

// TestNestedStacks: the endpoint needs the load balancer of another nested stack, and no circle of stacks arises, whatever their order.
func TestNestedStacks(t *testing.T) {
	for _, id := range []string{"Admin", "Staff"} {
		t.Run(id, func(t *testing.T) {
			stack := tierstest.Stack(t)
			n := declare(stack, &tiers.NetworkProps{Layout: tiers.NestedStacks})
			n.people = tiers.NewBastionTier(n.Network, id, &tiers.TierProps{Block: 7})
			n.publish(verifiedaccess.New(n.people, "Access", nil)).Allow(verifiedaccess.People{Groups: []string{finance}})
			tierstest.RequireExact(t, stack)
			nested := map[string]string{}
			for id, r := range resources(t, stack) {
				if r.Type == "AWS::CloudFormation::Stack" {
					text, err := json.Marshal(r.Properties)
					require.NoError(t, err)
					nested[id] = string(text)
				}
			}
			require.Greater(t, len(nested), 3)
			for a, text := range nested {
				for b, other := range nested {
					assert.False(t, a < b && strings.Contains(text, b) && strings.Contains(other, a), "%s and %s need each other", a, b)
				}
			}
		})
	}
}

type resource struct {
	Type       string
	Properties map[string]any
}

// resources returns the resources of a stack's template.
func resources(t *testing.T, stack awscdk.Stack) map[string]resource {
	t.Helper()
	var template struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	return template.Resources
}

// TestWrapped: in an existing VPC, the endpoints are in the subnets that the bastion tier is given.
func TestWrapped(t *testing.T) {
	stack := tierstest.Stack(t)
	vpc := awsec2.NewVpc(stack, new("Theirs"), &awsec2.VpcProps{AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")}})
	n := network{Network: tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})}
	private := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}
	n.people = tiers.NewBastionTier(n.Network, "People", &tiers.TierProps{VpcSubnets: private})
	n.edge = tiers.NewEdgeTier(n.Network, "Portal", &tiers.EdgeTierProps{Internal: true, VpcSubnets: private})
	n.web = tiers.NewWebTier(n.Network, "Web", &tiers.TierProps{VpcSubnets: private})
	n.edge.AllowTo(n.web, tiers.HTTPS)
	n.publish(verifiedaccess.New(n.people, "Access", nil)).Allow(verifiedaccess.People{Groups: []string{finance}})
	tierstest.RequireExact(t, stack)
}
