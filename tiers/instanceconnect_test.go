package tiers_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
)

// operated makes a network whose app is administered through an EC2 Instance Connect endpoint.
func operated(s awscdk.Stack, props *tiers.NetworkProps) (*tiers.Network, *tiers.BastionTier, *tiers.AppTier) {
	n := tiers.NewNetwork(s, "Network", props)
	admins, app := tiers.NewBastionTier(n, "Admins", nil), tiers.NewAppTier(n, "App", nil)
	admins.InstanceConnect()
	admins.AllowTo(app, tiers.SSH, tiers.Because("operations"))
	return n, admins, app
}

// TestInstanceConnect: the endpoint needs no port that is open to the internet, and the proof is exact.
func TestInstanceConnect(t *testing.T) {
	app := cdktest.App(t)
	operated(cdktest.StackIn(app, "Shop"), twoZones())
	require.NoError(t, tiers.Synth(app))
	assert.Empty(t, report(t, app))
}

// TestBadInstanceConnect: mistakes are errors, with their lines.
func TestBadInstanceConnect(t *testing.T) {
	for name, test := range map[string]struct {
		wire func(*tiers.Network, *tiers.BastionTier, *tiers.AppTier)
		want string
	}{
		"twice": {func(_ *tiers.Network, b *tiers.BastionTier, _ *tiers.AppTier) { b.InstanceConnect() }, "InstanceConnect is called twice"},
		"two of them": {func(n *tiers.Network, _ *tiers.BastionTier, app *tiers.AppTier) {
			other := tiers.NewBastionTier(n, "Other", &tiers.TierProps{Block: 9})
			other.InstanceConnect()
			other.AllowTo(app, tiers.RDP)
		}, "a second EC2 Instance Connect endpoint"},
		"an imported tier": {func(n *tiers.Network, _ *tiers.BastionTier, _ *tiers.AppTier) {
			tiers.ImportBastionTier(n, "Theirs", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"}).InstanceConnect()
		}, "or on an imported tier"},
		"a flow to it": {func(_ *tiers.Network, b *tiers.BastionTier, _ *tiers.AppTier) {
			b.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.SSH)
		}, "a flow to an EC2 Instance Connect endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			test.wire(operated(cdktest.StackIn(app, "Shop"), twoZones()))
			assert.ErrorContains(t, tiers.Synth(app), test.want)
		})
	}
	app := cdktest.App(t)
	_, admins, services := operated(cdktest.StackIn(app, "Shop"), twoZones())
	admins.AllowTo(services, tiers.TCP(8080))
	assert.Equal(t, map[string]string{"instance-connect-port[Shop/Network:Admins->App:tcp/8080]": "warning"}, report(t, app))
}

// TestOpenAdministration: a port of administration that is open to the internet is a warning that names the better ways.
func TestOpenAdministration(t *testing.T) {
	app := cdktest.App(t)
	n := tiers.NewNetwork(cdktest.StackIn(app, "Shop"), "Network", twoZones())
	bastion, services := tiers.NewBastionTier(n, "Bastion", nil), tiers.NewAppTier(n, "App", nil)
	bastion.AllowTo(services, tiers.SSH)
	bastion.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.SSH)
	bastion.AllowFrom(tiers.CIDR("0.0.0.0/1"), tiers.SSH)
	bastion.AllowFrom(tiers.CIDR("128.0.0.0/1"), tiers.TCPRange(3000, 6000))
	bastion.AllowFrom(tiers.CIDR("198.18.0.0/15"), tiers.HTTPS)
	bastion.AllowFrom(tiers.CIDR("10.9.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.SSH)
	assert.Equal(t, map[string]string{
		"open-administration[Shop/Network:0.0.0.0/1->Bastion:tcp/22]":          "warning",
		"open-administration[Shop/Network:128.0.0.0/1->Bastion:tcp/3000-6000]": "warning",
	}, report(t, app))
}
