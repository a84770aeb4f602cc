package verifiedaccess_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/verifiedaccess"
)

// publish makes an application that nobody may reach yet.
func (n *network) publish(access *verifiedaccess.Access) *verifiedaccess.Application {
	return access.Publish(n.edge, "Portal", &verifiedaccess.ApplicationProps{
		Domain: "portal.example.com", Certificate: certificate, LoadBalancer: n.balancer(),
	})
}

// TestMistakes: each mistake fails synthesis with its reason and its line.
func TestMistakes(t *testing.T) {
	var all mistakes.Cases
	allow := func(people verifiedaccess.People, options ...tiers.FlowOption) func(n network) {
		return func(n network) { n.publish(verifiedaccess.New(n.people, "Access", nil)).Allow(people, options...) }
	}
	staff := verifiedaccess.People{Groups: []string{finance}}
	for name, test := range map[string]struct {
		make func(n network)
		want []string
	}{
		"all of an application": {func(n network) {
			verifiedaccess.New(n.people, "Access", nil).Publish(n.edge, "2nd", &verifiedaccess.ApplicationProps{
				Domain: "https://portal", Certificate: "portal", Port: 70000})
		}, []string{`got "2nd"`, `"https://portal"`, `Certificate is "portal"`, "LoadBalancer is nil", "got 70000"}},
		"nil props": {func(n network) { verifiedaccess.New(n.people, "Access", nil).Publish(n.edge, "Portal", nil) },
			[]string{"the domain of an application is not usable", "has no certificate", "has no load balancer"}},
		"a domain with all names": {func(n network) {
			verifiedaccess.New(n.people, "Access", nil).Publish(n.edge, "Portal", &verifiedaccess.ApplicationProps{Domain: ".example.com"})
		}, []string{"allowed is one name"}},
		"one domain twice": {func(n network) {
			access := verifiedaccess.New(n.people, "Access", nil)
			n.publish(access)
			access.Publish(n.edge, "Again", &verifiedaccess.ApplicationProps{
				Domain: "PORTAL.example.com", Certificate: certificate, LoadBalancer: n.portal.LoadBalancer()})
		}, []string{"two applications have one domain"}},
		"a public edge tier": {func(n network) {
			edge := tiers.NewEdgeTier(n.Network, "Public", &tiers.EdgeTierProps{Block: 7})
			edge.AllowFrom(tiers.Internet, tiers.HTTPS)
			verifiedaccess.New(n.people, "Access", nil).Publish(edge, "Portal", &verifiedaccess.ApplicationProps{
				Domain: "portal.example.com", Certificate: certificate, LoadBalancer: n.balancer()})
		}, []string{"a public edge tier behind Verified Access", "set Internal: true in the EdgeTierProps of Public"}},
		"the internet beside it": {func(n network) {
			n.publish(verifiedaccess.New(n.people, "Access", nil))
			n.edge.AllowFrom(tiers.Internet, tiers.HTTPS)
		}, []string{"internet may not reach Portal"}},
		"a flow to the endpoints": {func(n network) {
			n.publish(verifiedaccess.New(n.people, "Access", nil))
			n.people.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.HTTPS)
		}, []string{"a flow to endpoints of Verified Access"}},
		"an Instance Connect endpoint, too": {func(n network) {
			n.publish(verifiedaccess.New(n.people, "Access", nil))
			n.people.InstanceConnect()
		}, []string{"is an EC2 Instance Connect endpoint, too"}},
		"pods": {func(n network) {
			pods := tiers.NewBastionTier(n.Network, "Pods", &tiers.TierProps{Block: 7, Kubernetes: &tiers.Kubernetes{Namespace: "x"}})
			n.publish(verifiedaccess.New(pods, "Access", nil))
		}, []string{"endpoints of Verified Access are no pods"}},
		"an imported tier": {func(n network) {
			theirs := tiers.ImportBastionTier(n.Network, "Theirs", &tiers.ImportProps{
				SecurityGroupID: "sg-0123456789abcdef0", Egress: tiers.EgressRestricted})
			app := n.publish(verifiedaccess.New(theirs, "Access", nil))
			app.Allow(staff)
			if app.EndpointDomain() != nil {
				panic("an endpoint in an imported tier")
			}
		}, []string{"only a bastion tier of the network itself"}},
		"another network": {func(n network) {
			other := tiers.NewNetwork(awscdk.Stack_Of(n.Network), "Other", &tiers.NetworkProps{CIDR: "10.1.0.0/16", AvailabilityZones: []string{
				"eu-west-1a", "eu-west-1b"}})
			edge := tiers.NewEdgeTier(other, "Edge", &tiers.EdgeTierProps{Internal: true})
			verifiedaccess.New(n.people, "Access", nil).Publish(edge, "Portal", &verifiedaccess.ApplicationProps{
				Domain: "portal.example.com", Certificate: certificate, LoadBalancer: n.balancer()})
		}, []string{"network"}},
		"no groups": {allow(verifiedaccess.People{}), []string{"an application is allowed to nobody"}},
		"a group's name": {allow(verifiedaccess.People{Groups: []string{"finance"}}),
			[]string{`got "finance"`, "the id of a group in IAM Identity Center"}},
		"a path":          {allow(verifiedaccess.People{Groups: staff.Groups, Paths: []string{"/a/*"}}), []string{`got "/a/*"`}},
		"a date":          {allow(staff, tiers.Expires("soon")), []string{"an expiry is not a date"}},
		"a rule's number": {allow(staff, tiers.SID(1_000_000)), []string{"has no firewall rules"}},
		"a token":         {allow(staff, tiers.Because(*awscdk.Aws_REGION())), []string{"a reason or owner is a CDK token"}},
		"a dynamic reference": {allow(staff, tiers.Owner("{{resolve:ssm:x}}")),
			[]string{"a reason or owner has a dynamic reference"}},
		"a provider": {func(n network) {
			verifiedaccess.New(n.people, "Access", &verifiedaccess.Props{OIDC: &verifiedaccess.OIDC{
				Issuer: "http://login.example.com", Scope: "{{resolve:ssm:x}}",
				Claim: "a\n", ClientSecret: awscdk.SecretValue_UnsafePlainText(new("secret"))}})
		}, []string{`Issuer: got "http://login.example.com"`, `TokenEndpoint: got ""`, "ClientID: it is empty",
			"a text has a dynamic reference", `Claim: got "a\n"`,
			"ClientSecret: it is missing, or a text that the template would show"}},
	} {
		all.Add(name, func(s awscdk.Stack) { test.make(declare(s, nil)) }, test.want...)
	}
	all.Require(t, "tiers/verifiedaccess/")
	assert.Panics(t, func() { verifiedaccess.New(nil, "Access", nil) })
	assert.Panics(t, func() { (&verifiedaccess.Access{}).Publish(nil, "Portal", nil) })
	assert.Panics(t, func() { (&verifiedaccess.Application{}).Allow(verifiedaccess.People{}) })
	assert.Panics(t, func() {
		n := declare(tierstest.Stack(t), nil)
		verifiedaccess.New(n.people, "Access", nil).Publish(nil, "Portal", nil)
	})
}

// TestPastDay: a permission whose last day is over is a finding with its owner.
func TestPastDay(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	staff := verifiedaccess.People{Groups: []string{finance}}
	n.publish(verifiedaccess.New(n.people, "Access", nil)).Allow(staff, tiers.Expires("2020-01-31"), tiers.Owner("finance-it"))
	require.Error(t, tierstest.Synth(t, stack))
	text := report(t, stack)
	for _, want := range []string{"its last day was 2020-01-31", "owner: finance-it", "tiers/verifiedaccess/"} {
		assert.Contains(t, text, want)
	}
}

// TestWarnings: an application that nobody may reach, and a way past Verified Access.
func TestWarnings(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	n.publish(verifiedaccess.New(n.people, "Access", nil))
	n.edge.AllowFrom(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS, tiers.Because("office"))
	require.NoError(t, tierstest.Synth(t, stack))
	text := report(t, stack)
	assert.Contains(t, text, "nobody may reach an application")
	assert.Contains(t, text, "192.168.0.0/16 may reach Portal directly, and no policy asks who sends its requests")
}
