package batch

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
)

// TestSubnets: subnets are the same in both modes, and stay what they are for CDK.
func TestSubnets(t *testing.T) {
	var templates []string
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		stack := cdktest.Stack(t)
		vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(1.0), NatGateways: new(0.0)})
		range6 := awsec2.NewCfnVPCCidrBlock(vpc, new("Ipv6"), &awsec2.CfnVPCCidrBlockProps{
			VpcId: vpc.VpcId(), AmazonProvidedIpv6CidrBlock: new(true),
		})
		tags := []Tag{{"Name", `"<é>\ ${x} {{y}}`}, {"Tier", "Web"}}
		props := func(block string) *awsec2.SubnetProps {
			return &awsec2.SubnetProps{AvailabilityZone: new("eu-west-1a"), VpcId: vpc.VpcId(), CidrBlock: &block, MapPublicIpOnLaunch: new(false)}
		}
		both := props("10.0.1.0/24")
		whole := awscdk.Fn_Select(new(0.0), vpc.VpcIpv6CidrBlocks())
		both.Ipv6CidrBlock = awscdk.Fn_Select(new(0.0), awscdk.Fn_Cidr(whole, new(256.0), new("64")))
		both.AssignIpv6AddressOnCreation = new(true)
		made, ids := MakeSubnets(stack, []Subnet{{"First", props("10.0.0.0/24"), tags}, {"Second", both, tags}}, range6)
		require.Len(t, made, 2)
		assert.Equal(t, *made[1].SubnetId(), *ids[1])
		assert.Equal(t, "Test/First", *made[0].Node().Path())
		awscdk.Tags_Of(made[0]).Add(new("Tier"), new("mine"), nil)
		made[1].AddRoute(new("Default"), &awsec2.AddRouteOptions{RouterType: awsec2.RouterType_GATEWAY, RouterId: new("igw-0123456789abcdef0")})
		MakeSubnets(stack, []Subnet{{"Third", props("10.0.2.0/24"), nil}}, nil)
		templates = append(templates, string(cdktest.Templates(t, stack)[""]))
	}
	assert.Regexp(t, `"DependsOn": \[\s+"VpcIpv6`, templates[0])
	assert.Equal(t, templates[1], templates[0])
}

// TestRefusedSubnet: what CDK refuses about a subnet reaches Go with CDK's text.
func TestRefusedSubnet(t *testing.T) {
	t.Setenv("TIERWALL_BATCH", "")
	stack := cdktest.Stack(t)
	one := []Subnet{{ID: "Same", Props: &awsec2.SubnetProps{
		AvailabilityZone: new("eu-west-1a"), VpcId: new("vpc-0123456789abcdef0"), CidrBlock: new("10.0.0.0/24"),
	}}}
	MakeSubnets(stack, one, nil)
	assert.Contains(t, recovered(func() { MakeSubnets(stack, one, nil) }), "already a Construct with name 'Same'")
}

// TestSelectSubnets: subnets of an imported VPC are of a class that CDK hides, and still are subnets in Go.
func TestSelectSubnets(t *testing.T) {
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		vpc := awsec2.Vpc_FromVpcAttributes(cdktest.Stack(t), new("Vpc"), &awsec2.VpcAttributes{
			VpcId: new("vpc-0123456789abcdef0"), AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")},
			PrivateSubnetIds: &[]*string{new("subnet-0123456789abcdef0"), new("subnet-0123456789abcdef1")},
		})
		private := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}
		found := SelectSubnets(vpc, private)
		require.Len(t, found, 2, "mode %q", mode)
		assert.Equal(t, "subnet-0123456789abcdef1", *found[1].SubnetId())
		assert.Len(t, SelectSubnets(vpc, nil), 2)
		assert.Equal(t, found[1:], SelectSubnets(vpc, &awsec2.SubnetSelection{Subnets: new(found[1:])}))
	}
}

// TestUnknown: a question about what CDK does not know of an imported construct has no answer.
func TestUnknown(t *testing.T) {
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		subnet := awsec2.Subnet_FromSubnetId(cdktest.Stack(t), new("Subnet"), new("subnet-0123456789abcdef0"))
		b := &Batch{}
		id, zone := Get[string](b, subnet, "subnetId"), Get[string](b, subnet, "availabilityZone")
		table := Get[string](b, subnet, "routeTable.routeTableId")
		b.Run()
		assert.Equal(t, "subnet-0123456789abcdef0", *id, "mode %q", mode)
		assert.Empty(t, *zone+*table, "mode %q", mode)
	}
}
