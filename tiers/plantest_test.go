package tiers_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/policy"
)

// typical declares networks with everything that tiers can say.
var typical = map[string]func(awscdk.Stack){
	"layers": func(s awscdk.Stack) { layers(s, twoZones()) },
	"a group of another stack": func(s awscdk.Stack) {
		base := cdktest.StackIn(s.Node().Root().(awscdk.App), "Base")
		vpc := awsec2.NewVpc(base, new("Vpc"), &awsec2.VpcProps{NatGateways: new(0.0), MaxAzs: new(1.0)})
		group := awsec2.NewSecurityGroup(base, new("Group"), &awsec2.SecurityGroupProps{Vpc: vpc})
		n := tiers.NewNetwork(s, "Network", twoZones())
		theirs := tiers.ImportDataTier(n, "Theirs", &tiers.ImportProps{SecurityGroupID: *group.SecurityGroupId()})
		tiers.NewAppTier(n, "App", nil).AllowTo(theirs, tiers.MySQL)
	},
	"nested stacks": func(s awscdk.Stack) {
		props := twoZones()
		props.Layout, props.IPv6 = tiers.NestedStacks, true
		layers(s, props)
	},
	"nested stacks, addresses from IPAM": func(s awscdk.Stack) {
		layers(s, &tiers.NetworkProps{
			IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"},
			Layout: tiers.NestedStacks,
		})
	},
	"dual stack, one NAT gateway": func(s awscdk.Stack) {
		props := twoZones()
		props.IPv6, props.NAT = true, tiers.NATSingle
		layers(s, props)
	},
	"entries whose numbers collide": func(s awscdk.Stack) {
		n := tiers.NewNetwork(s, "Network", twoZones())
		tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.NewAppTier(n, "App", nil), tiers.TCP(2240))
	},
	"no network ACLs": func(s awscdk.Stack) {
		props := twoZones()
		props.NetworkACLs = tiers.NetworkACLsOff
		layers(s, props)
	},
	"the whole range in place of tiers": func(s awscdk.Stack) {
		props := twoZones()
		props.IPv6, props.EntriesPerNetworkACL = true, 7
		layers(s, props)
	},
	"the whole range from IPAM": func(s awscdk.Stack) {
		layers(s, &tiers.NetworkProps{
			IPAM:              &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 18},
			AvailabilityZones: []string{"eu-west-1a"}, EntriesPerNetworkACL: 4,
		})
	},
	"addresses from IPAM": func(s awscdk.Stack) {
		layers(s, &tiers.NetworkProps{
			IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"},
		})
	},
	"other networks": func(s awscdk.Stack) {
		props := twoZones()
		props.DefaultRoute = tiers.TransitGateway("tgw-0123456789abcdef0")
		n := tiers.NewNetwork(s, "Network", props)
		app, bastion := tiers.NewAppTier(n, "App", nil), tiers.NewBastionTier(n, "Bastion", nil)
		app.AllowTo(tiers.Internet, tiers.HTTPS, tiers.Because("by the company's own firewall"))
		app.AllowTo(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
		app.AllowTo(tiers.CIDR("172.16.0.0/16").Via(tiers.PeeringConnection("pcx-0123456789abcdef0")), tiers.MySQL)
		bastion.AllowFrom(tiers.CIDR("192.168.7.0/24").Via(tiers.VPNGateway("vgw-0123456789abcdef0")), tiers.SSH)
		bastion.AllowTo(app, tiers.SSH)
	},
	"addresses as they exist": func(s awscdk.Stack) {
		props := twoZones()
		props.NATSubnets, props.TransitSubnets = []string{"10.0.0.0/27", "10.0.0.32/27"}, []string{"10.0.0.64/28", "10.0.0.80/28"}
		n := tiers.NewNetwork(s, "Network", props)
		edge := tiers.NewEdgeTier(n, "Edge", &tiers.EdgeTierProps{Subnets: []string{"10.0.1.0/24", "10.0.2.0/24"}})
		app := tiers.NewAppTier(n, "App", &tiers.TierProps{Subnets: []string{"10.0.11.0/24", "10.0.12.0/24"}})
		db, web := tiers.NewDataTier(n, "Data", nil), tiers.NewWebTier(n, "Web", nil)
		edge.AllowFrom(tiers.Internet, tiers.HTTPS)
		edge.AllowTo(web, tiers.HTTPS)
		web.AllowTo(app, tiers.TCP(8080))
		app.AllowTo(db, tiers.MySQL)
		app.AllowTo(tiers.Internet, tiers.HTTPS)
		app.AllowTo(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
	},
	"an EC2 Instance Connect endpoint": func(s awscdk.Stack) { operated(s, twoZones()) },
	"an EC2 Instance Connect endpoint in a nested stack": func(s awscdk.Stack) {
		props := twoZones()
		props.Layout = tiers.NestedStacks
		operated(s, props)
	},
	"classes and policies": func(s awscdk.Stack) {
		n := tiers.NewNetwork(s, "Network", twoZones())
		app, db := tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Data", &tiers.TierProps{Holds: tiers.Personal + ",health"})
		app.AllowTo(db, tiers.MySQL)
		n.Require(policy.NoInternetNextToData())
	},
	"all traffic": func(s awscdk.Stack) {
		n := tiers.NewNetwork(s, "Network", twoZones())
		app, web, db := tiers.NewAppTier(n, "App", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewDataTier(n, "Data", nil)
		app.AllowTo(tiers.Internet, tiers.AllTraffic)
		app.AllowTo(db, tiers.MySQL)
		n.Except(tiers.Exception{From: web, To: db, Service: tiers.AllTraffic, Reason: "migration", Owner: "web team"})
	},
	"shared subnets, imported group, exception, list": func(s awscdk.Stack) {
		n := tiers.NewNetwork(s, "Network", twoZones())
		edge, web := tiers.NewEdgeTier(n, "Edge", nil), tiers.NewWebTier(n, "Web", nil)
		app := tiers.NewAppTier(n, "App", nil)
		worker := tiers.NewAppTier(n, "Worker", &tiers.TierProps{SharesWith: app})
		theirs := tiers.ImportDataTier(n, "Theirs", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"})
		edge.AllowFrom(tiers.PrefixList("pl-12345678", 5), tiers.HTTPS)
		edge.AllowTo(web, tiers.HTTP, tiers.Because("customers"))
		web.AllowTo(app, tiers.TCP(8080))
		app.AllowTo(worker, tiers.TCPRange(9000, 9010))
		worker.AllowTo(theirs, tiers.MySQL)
		worker.AllowTo(tiers.CIDR("203.0.113.0/24"), tiers.HTTPS)
		n.Except(tiers.Exception{From: web, To: theirs, Service: tiers.MySQL, Reason: "migration", Owner: "web team"})
	},
}

// TestRenderedInStage compares the templates that are written without the CDK with those of a stack in a stage, in both layouts. A second
// synthesis writes the same files.
func TestRenderedInStage(t *testing.T) {
	for _, layout := range []tiers.Layout{tiers.OneStack, tiers.NestedStacks} {
		app := cdktest.App(t)
		stage := awscdk.NewStage(app, new("Production"), nil)
		stack := awscdk.NewStack(stage, new("Shop"), &awscdk.StackProps{
			Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{GenerateBootstrapVersionRule: new(false)}),
		})
		props := twoZones()
		props.Layout = layout
		layers(stack, props)
		require.NoError(t, tiers.Synth(app))
		plantest.Compare(t, *app.Outdir(), "assembly-Production/"+*stack.TemplateFile(), template.Input{}, plantest.Apart{})
		requireSameAgain(t, app, files(t, app))
	}
}
