package verifiedaccess_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	cedargo "github.com/cedar-policy/cedar-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	for _, r := range template.Resources {
		if r.Type == "AWS::EC2::VerifiedAccessGroup" {
			assert.Equal(t, app.Policy(), r.Properties["PolicyDocument"])
		}
		assert.NotEqual(t, "AWS::EC2::InternetGateway", r.Type, "nothing of this network faces the internet")
	}
}
