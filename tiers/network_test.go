package tiers_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestNoInternetNoGateways(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", twoZones())
	app := tiers.NewAppTier(n, "App", nil)
	app.AllowTo(tiers.NewDataTier(n, "Data", nil), tiers.MySQL)
	all := resources(t, stack)
	for _, kind := range []string{"EC2::InternetGateway", "EC2::NatGateway", "EC2::EIP", "EC2::Route"} {
		assert.Zero(t, count(all, kind), kind)
	}
	assert.Equal(t, 4, count(all, "EC2::Subnet"))
}

func TestNAT(t *testing.T) {
	tests := map[string]struct {
		change              func(*tiers.NetworkProps)
		gateways, addresses int
	}{
		"per zone": {func(*tiers.NetworkProps) {}, 2, 2},
		"single":   {func(p *tiers.NetworkProps) { p.NAT = tiers.NATSingle }, 1, 1},
		"given addresses": {func(p *tiers.NetworkProps) {
			p.NATAllocationIDs = []string{"eipalloc-0123456789abcdef0", "eipalloc-0123456789abcdef1"}
		}, 2, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			props := twoZones()
			test.change(props)
			n := tiers.NewNetwork(stack, "Network", props)
			tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.Internet, tiers.HTTPS)
			all := resources(t, stack)
			assert.Equal(t, test.gateways, count(all, "EC2::NatGateway"))
			assert.Equal(t, test.addresses, count(all, "EC2::EIP"))
			assert.Equal(t, 2+test.gateways, count(all, "EC2::Route"), "one for each web subnet, one for each NAT subnet")
		})
	}
}

// TestPublicTierNeedsNoNAT: the tier opens connections to the internet, so wiring makes a NAT gateway. Then an exception makes the tier
// public, and its subnets reach the internet without NAT.
func TestPublicTierNeedsNoNAT(t *testing.T) {
	stack := tierstest.Stack(t)
	props := twoZones()
	props.IPv6 = true
	n := tiers.NewNetwork(stack, "Network", props)
	web := tiers.NewWebTier(n, "Web", nil)
	web.AllowTo(tiers.Internet, tiers.HTTPS)
	n.Except(tiers.Exception{From: tiers.Internet, To: web, Service: tiers.HTTPS, Reason: "no balancer", Owner: "web"})
	all := resources(t, stack)
	assert.Zero(t, count(all, "EC2::NatGateway"))
	assert.Zero(t, count(all, "EC2::EgressOnlyInternetGateway"))
	assert.Equal(t, 2, count(all, "EC2::Subnet"))
	assert.Equal(t, 4, count(all, "EC2::Route"))
}

func TestDualStack(t *testing.T) {
	stack := tierstest.Stack(t)
	props := twoZones()
	props.IPv6 = true
	n := tiers.NewNetwork(stack, "Network", props)
	lb := tiers.NewEdgeTier(n, "LoadBalancer", nil)
	web := tiers.NewWebTier(n, "Web", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	lb.AllowFrom(tiers.CIDR("2001:db8::/32"), tiers.HTTP)
	web.AllowTo(tiers.Internet, tiers.HTTPS)
	web.AllowTo(tiers.Internet, tiers.Ping)
	tierstest.Snapshot(t, stack)
}

func TestIPAM(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		IPAM:              &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 18},
		AvailabilityZones: []string{"eu-west-1a"}, NAT: tiers.NATSingle,
	})
	tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.Internet, tiers.HTTPS)
	tierstest.Snapshot(t, stack)
}

func TestNestedStacks(t *testing.T) {
	stack := tierstest.Stack(t)
	props := twoZones()
	props.Layout = tiers.NestedStacks
	n := tiers.NewNetwork(stack, "Network", props)
	web := tiers.NewWebTier(n, "Web", nil)
	app := tiers.NewAppTier(n, "App", nil)
	db := tiers.NewDataTier(n, "Database", nil)
	web.AllowTo(app, tiers.TCP(8080))
	app.AllowTo(app, tiers.TCP(7946))
	app.AllowTo(db, tiers.MySQL)
	tierstest.Snapshot(t, stack)
}

func TestWrappedVpc(t *testing.T) {
	stack := tierstest.Stack(t)
	awsec2.NewVpc(stack, new("Theirs"), &awsec2.VpcProps{AvailabilityZones: &[]*string{new("eu-west-1a")}})
	before := count(resources(t, stack), "EC2::Subnet")

	stack = tierstest.Stack(t)
	vpc := awsec2.NewVpc(stack, new("Theirs"), &awsec2.VpcProps{AvailabilityZones: &[]*string{new("eu-west-1a")}})
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
	private := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}
	web := tiers.NewWebTier(n, "Web", &tiers.TierProps{VpcSubnets: private})
	app := tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: private})
	web.AllowTo(app, tiers.TCP(8080))
	web.AllowTo(tiers.Internet, tiers.HTTPS)
	all := resources(t, stack)
	assert.Equal(t, before, count(all, "EC2::Subnet"), "no subnet is added")
	assert.Equal(t, 2, count(all, "EC2::SecurityGroup"))
	assert.Same(t, private, web.Subnets())
	assert.Contains(t, n.Summary(), "an existing VPC")
}

// TestSeveralEnvironments: one wiring function makes two networks in one app, each with its own plan.
func TestSeveralEnvironments(t *testing.T) {
	app := tierstest.App(t)
	for _, env := range []struct{ name, cidr string }{{"Test", "10.1.0.0/16"}, {"Production", "10.2.0.0/16"}} {
		stack := awscdk.NewStack(app, &env.name, nil)
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: env.cidr, AvailabilityZones: []string{"eu-west-1a"}})
		tiers.NewAppTier(n, "App", nil).AllowTo(tiers.NewDataTier(n, "Data", nil), tiers.Redis)
		defer func() {
			all := resources(t, stack)
			assert.Equal(t, env.cidr, only(t, all, "EC2::VPC")["CidrBlock"])
			assert.Equal(t, 2, count(all, "EC2::SecurityGroup"))
		}()
	}
}

func TestPurposeSubnets(t *testing.T) {
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", twoZones())
	tiers.NewAppTier(n, "App", nil).AllowTo(tiers.NewDataTier(n, "Data", nil), tiers.Redis)
	assert.Len(t, *n.TransitSubnets().Subnets, 2)
	assert.Len(t, *n.FirewallSubnets().Subnets, 2)
	n.TransitSubnets()
	var blocks []string
	for _, r := range resources(t, stack) {
		if r["Type"] == "AWS::EC2::Subnet" {
			blocks = append(blocks, r["Properties"].(map[string]any)["CidrBlock"].(string))
		}
	}
	assert.ElementsMatch(t, []string{
		"10.0.48.0/22", "10.0.52.0/22", "10.0.64.0/22", "10.0.68.0/22", // App, Data
		"10.0.4.0/24", "10.0.5.0/24", // firewall
		"10.0.8.0/24", "10.0.9.0/24", // transit
	}, blocks)
}

// TestImportedTier: the network owns the rules at both ends, and refers to the imported group by its id.
func TestImportedTier(t *testing.T) {
	app := tierstest.App(t)
	base := awscdk.NewStack(app, new("Base"), nil)
	upstream := twoZones()
	upstream.NetworkACLs = tiers.NetworkACLsOff // They would know nothing of the flows of the network around it.
	theirs := tiers.NewNetwork(base, "Network", upstream)
	orders := tiers.NewDataTier(theirs, "Orders", nil)
	orders.AllowFrom(tiers.NewBastionTier(theirs, "Bastion", nil), tiers.MySQL)

	stack := awscdk.NewStack(app, new("Downstream"), nil)
	ours := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: theirs.Vpc()})
	web := tiers.NewAppTier(ours, "App", &tiers.TierProps{VpcSubnets: orders.Subnets()})
	imported := tiers.ImportDataTier(ours, "Orders", &tiers.ImportProps{SecurityGroupID: *orders.SecurityGroup().SecurityGroupId()})
	open := tiers.ImportAppTier(ours, "Legacy", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0", Egress: tiers.EgressOpen})
	closed := tiers.ImportAppTier(ours, "Partner", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef1", Egress: tiers.EgressRestricted})
	web.AllowTo(imported, tiers.MySQL)
	web.AllowFrom(open, tiers.TCP(8080))
	web.AllowFrom(closed, tiers.TCP(8080))

	all := resources(t, stack)
	require.Equal(t, 1, count(all, "EC2::SecurityGroupIngress"), "at the imported database")
	require.Equal(t, 1, count(all, "EC2::SecurityGroupEgress"), "at the partner, not at the open group")
	assert.Equal(t, "sg-0123456789abcdef1", only(t, all, "EC2::SecurityGroupEgress")["GroupId"])
	ids := []string{}
	for id := range all {
		ids = append(ids, id)
	}
	assert.Contains(t, strings.Join(ids, " "), "Importedsg0123456789abcdef1Egresstcp8080")
	assert.Zero(t, count(resources(t, base), "EC2::SecurityGroupIngress"), "upstream is left alone")
}

func TestTokenPeers(t *testing.T) {
	stack := tierstest.Stack(t)
	partner := awscdk.NewCfnParameter(stack, new("PartnerRange"), &awscdk.CfnParameterProps{Type: new("String")})
	list := awscdk.NewCfnParameter(stack, new("PartnerList"), &awscdk.CfnParameterProps{Type: new("String")})
	n := tiers.NewNetwork(stack, "Network", twoZones())
	web := tiers.NewWebTier(n, "Web", nil)
	web.AllowTo(tiers.CIDR(*partner.ValueAsString()), tiers.HTTPS)
	web.AllowTo(tiers.PrefixList(*list.ValueAsString(), 5), tiers.HTTPS)
	egress := only(t, resources(t, stack), "EC2::SecurityGroup")["SecurityGroupEgress"].([]any)
	require.Len(t, egress, 3)
	assert.Equal(t, map[string]any{"Ref": "PartnerRange"}, egress[1].(map[string]any)["CidrIp"])
	assert.Equal(t, map[string]any{"Ref": "PartnerList"}, egress[2].(map[string]any)["DestinationPrefixListId"])
	assert.Contains(t, n.Summary(), "PartnerRange")
	assert.NotContains(t, n.Summary(), "Token")
}
