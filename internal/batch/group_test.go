package batch

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
)

// ear is a visitor that writes down what it is told.
type ear struct {
	requests []Request
	visits   int
}

func (e *ear) Record(request string)       { e.requests = append(e.requests, ReadRequest(request)) }
func (e *ear) Visit(constructs.IConstruct) { e.visits++ }
func (e *ear) Validate() *[]*string        { return &[]*string{} }

// brokenPeer is a peer of a user that cannot be read.
type brokenPeer struct{ connections awsec2.Connections }

func (b *brokenPeer) CanInlineRule() *bool                           { return new(true) }
func (b *brokenPeer) UniqueId() *string                              { return new("broken") } //nolint:staticcheck // CDK's name
func (b *brokenPeer) Connections() awsec2.Connections                { return b.connections }
func (b *brokenPeer) ToIngressRuleConfig() *awsec2.IngressRuleConfig { return nil }
func (b *brokenPeer) ToEgressRuleConfig() *awsec2.EgressRuleConfig   { return nil }

// TestGroups: groups tell their recorder the same in both modes, make no rules, and stay security groups for CDK.
func TestGroups(t *testing.T) {
	var (
		heard     [][]Request
		templates []string
	)
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		stack := cdktest.Stack(t)
		vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(1.0), NatGateways: new(0.0)})
		e := &ear{}
		MakeVisited(stack, "Plan", e)
		made := map[string]awsec2.SecurityGroup{}
		for _, tier := range []string{"App", "Data"} {
			scope := constructs.NewConstruct(stack, &tier)
			made[tier], _ = MakeGroup(Group{scope, "SecurityGroup", vpc, "a group", tier, "Test/Network", e})
		}
		_, id := MakeGroup(Group{stack, "Third", vpc, "a group", "Third", "Test/Other", e})
		assert.True(t, *awscdk.Token_IsUnresolved(id))
		app, data := made["App"], made["Data"]
		foreign := awsec2.SecurityGroup_FromSecurityGroupId(stack, new("Foreign"), new("sg-0123456789abcdef0"), nil)

		app.Connections().AllowTo(data, awsec2.Port_Tcp(new(3306.0)), new("one"))
		app.AddIngressRule(awsec2.Peer_Ipv4(new("10.0.0.0/8")), awsec2.Port_AllTraffic(), nil, nil)
		app.AddEgressRule(awsec2.Peer_Ipv6(new("::/0")), awsec2.Port_UdpRange(new(1.0), new(2.0)), new(`"<é>`), nil)
		app.AddEgressRule(awsec2.Peer_PrefixList(new("pl-0123456789abcdef0")), awsec2.Port_AllIcmp(), nil, nil)
		app.AddIngressRule(foreign, awsec2.Port_Tcp(awscdk.Token_AsNumber(awscdk.Fn_ImportValue(new("port")))), nil, nil)
		data.AddIngressRule(awsec2.Peer_SecurityGroupId(new("sg-0123456789abcdef1"), nil), awsec2.Port_Esp(), nil, nil)
		data.AddIngressRule(&brokenPeer{awsec2.NewConnections(nil)}, awsec2.Port_Esp(), nil, nil)

		templates = append(templates, string(cdktest.Templates(t, stack)[""]))
		assert.Equal(t, 1, e.visits)
		heard = append(heard, e.requests)
	}
	assert.NotContains(t, templates[0], "3306", "no rules")
	assert.Equal(t, templates[1], templates[0])
	require.Len(t, heard[0], 8)
	for _, requests := range heard { // Tokens have other numbers in each app.
		assert.Less(t, *requests[5].Ports.FromPort, -1.0)
		requests[5].Ports = requests[0].Ports
		for i := range requests[:2] {
			assert.True(t, *awscdk.Token_IsUnresolved(requests[i].Peer.SourceSecurityGroupID))
			requests[i].Peer.SourceSecurityGroupID = "token"
		}
	}
	assert.Equal(t, heard[1][:7], heard[0][:7])
	assert.NotEmpty(t, heard[0][7].Problem)
	assert.NotEmpty(t, heard[1][7].Problem)
	assert.Equal(t, "Test/Foreign", heard[0][5].Path)
}
