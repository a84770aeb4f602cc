package upgrade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// in writes a second subnet of the base, C, and the resources in it.
func in(block, zone, further string) string {
	return resource("C", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: "+block+", AvailabilityZone: "+zone) + further
}

// The finding about a replaced subnet says what happens to everything in it.
func TestSubnetsInUse(t *testing.T) {
	t.Parallel()
	database := resource("Db", "RDS::DBSubnetGroup", "SubnetIds: [!Ref C, !Ref Subnet]") + resource("Instance", "RDS::DBInstance",
		"DBSubnetGroupName: !Ref Db")
	balancer := func(kind string) string {
		return resource("Lb", "ElasticLoadBalancingV2::LoadBalancer", "Type: "+kind+", Subnets: [!Ref C]")
	}
	for name, c := range map[string]struct {
		further, zone string
		detail, fix   string
	}{
		"nothing": {"", "eu-west-1a", "everything with a network interface in it must move", "first add a second subnet"},
		"a route table": {resource("Of", "EC2::SubnetRouteTableAssociation", "SubnetId: !Ref C, RouteTableId: rtb-1"),
			"eu-west-1a", "everything with a network interface in it must move", "first add a second subnet"},
		"a database": {database, "eu-west-1a", "Db (AWS::RDS::DBSubnetGroup) is in it: AWS removes a subnet from the group " +
			"only if it contains no instance", "create in it what cannot move (Db, with its data)"},
		"a group of subnets for nothing": {resource("Db", "RDS::DBSubnetGroup", "SubnetIds: [!Ref C]"), "eu-west-1a",
			"everything with a network interface in it must move", "first add a second subnet"},
		"a cache": {resource("Cache", "ElastiCache::SubnetGroup", "SubnetIds: [!Ref C]") + resource("Nodes",
			"ElastiCache::ReplicationGroup", "CacheSubnetGroupName: !Ref Cache"), "eu-west-1a", "SubnetInUse", "(Cache, with its data)"},
		"a load balancer":                       {balancer("application"), "eu-west-1a", "it moves in place", "first add a second subnet"},
		"a network load balancer":               {balancer("network"), "eu-west-1a", "InvalidConfigurationRequest", "(Lb, with its data)"},
		"a balancer that moves to another zone": {balancer("network"), "eu-west-1b", "it moves in place", "first add a second subnet"},
		"an endpoint": {resource("E", "EC2::VPCEndpoint",
			"VpcEndpointType: Interface, VpcId: !Ref Vpc, ServiceName: s, SubnetIds: [!Ref C]"), "eu-west-1a", "it moves in place", "first add"},
		"an endpoint of a gateway": {resource("E", "EC2::VPCEndpoint",
			"VpcEndpointType: GatewayLoadBalancer, VpcId: !Ref Vpc, ServiceName: s, SubnetIds: [!Ref C]"), "eu-west-1a", "cannot change its subnet",
			"(E, "},
		"a function": {resource("F", "Lambda::Function", "VpcConfig: {SubnetIds: [!Ref C]}"), "eu-west-1a",
			"up to 40 minutes", "first add"},
		"a mount target, to another zone": {
			resource("M", "EFS::MountTarget", "FileSystemId: fs-1, SubnetId: !Ref C, SecurityGroups: []"), "eu-west-1b",
			"it is replaced: the new one", "first add",
		},
		"a mount target": {resource("M", "EFS::MountTarget",
			"FileSystemId: fs-1, SubnetId: !GetAtt C.SubnetId, SecurityGroups: []"), "eu-west-1a", "MountTargetConflict", "(M, "},
		"a type of which only its interfaces are known": {resource("S", "SageMaker::NotebookInstance", "SubnetId: !Ref C"), "eu-west-1a",
			"it must leave the subnet", "first add"},
		"a firewall": {resource("F", "NetworkFirewall::Firewall",
			"FirewallName: f, VpcId: !Ref Vpc, FirewallPolicyArn: a, SubnetMappings: [{SubnetId: !Ref C}]"), "eu-west-1a",
			"one endpoint of its own in a zone", "(F, "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, in("10.0.2.0/24", "eu-west-1a", c.further)), add(t, in("10.0.3.0/24", c.zone, c.further)))
			require.Equal(t, []string{"subnet-replaced[Shop/C]"}, ids(found), "%s", found)
			assert.Contains(t, found[0].Detail, c.detail)
			assert.Contains(t, found[0].Fix, c.fix)
		})
	}
	gone := Check(add(t, in("10.0.2.0/24", "eu-west-1a", database)), add(t, in("10.0.3.0/24", "eu-west-1a", "")))
	assert.NotContains(t, gone[0].Detail, "is in it", "a resource that is removed with the subnet does not prevent its removal")
}

// A subnet cannot be removed while a resource in it cannot move.
func TestRemovedSubnets(t *testing.T) {
	t.Parallel()
	group := func(subnets string) string {
		return resource("Db", "RDS::DBSubnetGroup", "SubnetIds: ["+subnets+"]")
	}
	instance, second := resource("Instance", "RDS::DBInstance", "DBSubnetGroupName: !Ref Db"), in("10.0.2.0/24", "eu-west-1b", "")
	balancer := func(subnet string) string {
		return resource("Lb", "ElasticLoadBalancingV2::LoadBalancer", "Type: network, SubnetMappings: [{SubnetId: "+subnet+"}]")
	}
	beside := resource("D", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.9.0/24, AvailabilityZone: eu-west-1b")
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"from under a database": {second + group("!Ref C, !Ref Subnet") + instance, group("!Ref Subnet") + instance,
			[]string{"subnet-in-use[Shop/Db:C]"}},
		"with its database":        {second + group("!Ref C") + instance, "", nil},
		"from a group for nothing": {second + group("!Ref C, !Ref Subnet"), group("!Ref Subnet"), nil},
		"after the database":       {second + group("!Ref Subnet") + instance, group("!Ref Subnet") + instance, nil},
		"from under a balancer":    {second + balancer("!Ref C"), balancer("!Ref Subnet"), nil},
		"a balancer moves in its zone": {second + beside + balancer("!Ref C"), second + beside + balancer("!Ref D"),
			[]string{"balancer-moves[Shop/Lb:eu-west-1b]"}},
		"another balancer moves": {second + beside + strings.Replace(balancer("!Ref C"), "network", "application", 1), second +
			beside + strings.Replace(balancer("!Ref D"), "network", "application", 1), nil},
		"a balancer moves to another zone": {second + beside + balancer("!Ref C"), second + beside + balancer("!Ref Subnet"), nil},
		"a balancer gets a further zone": {second + balancer("!Ref C"), second + strings.Replace(balancer("!Ref C"), "[{",
			"[{SubnetId: !Ref Subnet}, {", 1), nil},
		"a balancer leaves a zone and back": {second + balancer("!Ref Subnet"), second + strings.Replace(balancer("!Ref C"), "[{",
			"[{SubnetId: !Ref Subnet}, {", 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}

// TestSubnetRecipe follows the recommended fix.
func TestSubnetRecipe(t *testing.T) {
	t.Parallel()
	standing := func(id, subnet, further string) string {
		return resource("Db"+id, "RDS::DBSubnetGroup", "SubnetIds: [!Ref "+subnet+"]") + resource("I"+id, "RDS::DBInstance",
			"DBSubnetGroupName: !Ref Db"+id) +
			resource("E", "EC2::VPCEndpoint", "VpcEndpointType: Interface, VpcId: !Ref Vpc, ServiceName: s, SubnetIds: ["+further+"]")
	}
	beside := resource("D", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.9.0/24, AvailabilityZone: eu-west-1a")
	first := in("10.0.2.0/24", "eu-west-1a", standing("", "C", "!Ref C"))
	between := in("10.0.2.0/24", "eu-west-1a", beside+standing("New", "D", "!Ref D"))
	for i, states := range [][2]string{{first, between}, {between, beside + standing("New", "D", "!Ref D")}} {
		assert.Empty(t, Check(add(t, states[0]), add(t, states[1])), "step %d", i+1)
	}
}

func TestNetworkReplacedWithDatabases(t *testing.T) {
	t.Parallel()
	further := in("10.0.2.0/24", "eu-west-1b", resource("Db", "RDS::DBSubnetGroup", "SubnetIds: [!Ref C]")+resource("I", "RDS::DBInstance",
		"DBSubnetGroupName: !Ref Db"))
	after := strings.Replace(base+indent(further), "CidrBlock: 10.0.0.0/16", "CidrBlock: 10.0.0.0/15", 1)
	for _, d := range Check(add(t, further), read(t, after)) {
		if d.Rule == "vpc-replaced" {
			assert.Contains(t, d.Detail, "; Db cannot move")
			return
		}
	}
	t.Fatal("the VPC is replaced")
}
