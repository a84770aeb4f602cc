package upgrade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
)

// base is the state before every update of these tests.
const base = `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: eu-west-1a}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1b}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Route: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  TableOfA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref A, RouteTableId: !Ref Table}}
  Acl: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  Second: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  Entry: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !Ref Acl, RuleNumber: 100, RuleAction: allow, Protocol: -1, CidrBlock: 0.0.0.0/0}}
  AclOfA: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref A, NetworkAclId: !Ref Acl}}
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: web
      GroupName: web
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 203.0.113.0/24, Description: customers}
  Db: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: db}}
  WebToDb: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt Db.GroupId, IpProtocol: tcp, FromPort: 3306, ToPort: 3306, SourceSecurityGroupId: !GetAtt Web.GroupId}}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Name: shop, Scheme: internet-facing, Subnets: [!Ref A, !Ref B]}}
  WebAcl: {Type: AWS::WAFv2::WebACL, Properties: {Name: shop, Scope: REGIONAL}}
  Protection: {Type: AWS::WAFv2::WebACLAssociation, Properties: {ResourceArn: !Ref Balancer, WebACLArn: !GetAtt WebAcl.Arn}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: shop}}
  S3: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.s3, RouteTableIds: [!Ref Table]}}
  Address: {Type: AWS::EC2::EIP}
  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref A, AllocationId: !GetAtt Address.AllocationId}}
`

// edit replaces texts of base, pair by pair.
func edit(t *testing.T, pairs ...string) string {
	t.Helper()
	out := base
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, out, pairs[i])
		out = strings.Replace(out, pairs[i], pairs[i+1], 1)
	}
	return out
}

func read(t *testing.T, yaml string) *cfn.Assembly {
	t.Helper()
	a, err := cfn.Read("shop.yaml", []byte(yaml), nil)
	require.NoError(t, err)
	return a
}

// ids lists what an update is warned of.
func ids(t *testing.T, before, after string) []string {
	t.Helper()
	var out []string
	for _, d := range Check(read(t, before), read(t, after)) {
		assert.NotEmpty(t, d.Fix, "a recipe")
		assert.NotEmpty(t, d.Where())
		out = append(out, d.ID())
	}
	return out
}

func TestBadUpdates(t *testing.T) {
	t.Parallel()
	const inline = `        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 203.0.113.0/24, Description: customers}`
	for name, c := range map[string]struct {
		edits []string
		want  []string
	}{
		"route under another id":          {[]string{"  Route:", "  Default:"}, []string{"key-collision[shop/Default]"}},
		"attachment under another id":     {[]string{"  Attachment:", "  Attached:"}, []string{"key-collision[shop/Attached]"}},
		"table association, another id":   {[]string{"  TableOfA:", "  ATable:"}, []string{"key-collision[shop/ATable]"}},
		"entry under another id":          {[]string{"  Entry:", "  Line:"}, []string{"key-collision[shop/Line]"}},
		"ACL association, another id":     {[]string{"  AclOfA:", "  AAcl:"}, []string{"detaches[shop/AAcl]"}},
		"another ACL for a subnet":        {[]string{"SubnetId: !Ref A, NetworkAclId: !Ref Acl", "SubnetId: !Ref A, NetworkAclId: !Ref Second"}, []string{"detaches[shop/AclOfA]"}},
		"rule under another id":           {[]string{"  WebToDb:", "  Mysql:"}, []string{"key-collision[shop/Mysql]"}},
		"endpoint under another id":       {[]string{"  S3:", "  Storage:"}, []string{"key-collision[shop/Storage]"}},
		"NAT gateway in another subnet":   {[]string{"NatGateway, Properties: {SubnetId: !Ref A", "NatGateway, Properties: {SubnetId: !Ref B"}, []string{"key-collision[shop/Nat]"}},
		"name under another id":           {[]string{"  Logs:", "  Log:"}, []string{"name-clash[shop/Log]"}},
		"replaced with its name":          {[]string{"GroupDescription: web", "GroupDescription: the web", "GroupName: web", "GroupName: Web"}, []string{"group-replaced[shop/Web]", "name-clash[shop/Web]"}},
		"a group is replaced":             {[]string{"GroupDescription: db", "GroupDescription: database"}, []string{"group-replaced[shop/Db]"}},
		"web ACL association, another id": {[]string{"  Protection:", "  Protected:"}, []string{"detaches[shop/Protected]"}},
		"web ACL is replaced":             {[]string{"WebACL, Properties: {Name: shop", "WebACL, Properties: {Name: shop2"}, []string{"detaches[shop/Protection]"}},
		"load balancer is replaced":       {[]string{"Scheme: internet-facing", "Scheme: internal"}, []string{"name-clash[shop/Balancer]", "replaced[shop/Balancer]"}},
		"a subnet of the same block":      {[]string{"  B:", "  C:", "!Ref B]", "!Ref C]"}, []string{"key-collision[shop/C]"}},
		"a subnet over another's block":   {[]string{"  B:", "  C:", "!Ref B]", "!Ref C]", "10.0.1.0/24", "10.0.1.128/25"}, []string{"key-collision[shop/C]"}},
		"a subnet in another zone":        {[]string{"eu-west-1b", "eu-west-1c"}, []string{"key-collision[shop/B]", "replaced[shop/B]"}},
		"the VPC is replaced":             {[]string{"CidrBlock: 10.0.0.0/16", "CidrBlock: 10.0.0.0/15"}, nil}, // see below
		"another description":             {[]string{"Description: customers", "Description: clients"}, []string{"rule-gap[shop/Web]"}},
		"inline becomes standalone": {[]string{inline, "        - {IpProtocol: tcp, FromPort: 1, ToPort: 1, CidrIp: 203.0.113.0/24}", "  Db:", `  Customers: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt Web.GroupId, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 203.0.113.0/24}}
  Db:`}, []string{"rule-gap[shop/Customers]"}},
		"standalone becomes inline": {[]string{"GroupDescription: db}", "GroupDescription: db, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 3306, ToPort: 3306, SourceSecurityGroupId: !GetAtt Web.GroupId}]}", "  WebToDb: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt Db.GroupId, IpProtocol: tcp, FromPort: 3306, ToPort: 3306, SourceSecurityGroupId: !GetAtt Web.GroupId}}", ""},
			[]string{"key-collision[shop/Db]"}},
		"a block is split in one update": {[]string{inline, `        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 203.0.113.0/25}
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 203.0.113.128/25}`}, []string{"rule-gap[shop/Web]", "rule-gap[shop/Web]"}},
		"a port range grows in one update": {[]string{"ToPort: 443", "ToPort: 444"}, []string{"rule-gap[shop/Web]"}},
		"another type":                     {[]string{"  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: shop}}", "  Logs: {Type: AWS::SNS::Topic}"}, []string{"type-changed[shop/Logs]"}},
		"an ACL before its entries": {[]string{"  Second:", `  EntryOfB: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !Ref AclB, RuleNumber: 100, RuleAction: allow, Protocol: -1, CidrBlock: 0.0.0.0/0}}
  AclB: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  AclOfB: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref B, NetworkAclId: !Ref AclB}}
  Second:`}, []string{"acl-before-entries[shop/AclOfB]"}},
		"a second route to the same": {[]string{"  Route:", "  Twice: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}\n  Route:"}, []string{"key-collision[shop/Twice]"}},
		"two new ones of one key": {[]string{"  Route:", `  One: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 192.0.2.0/24, GatewayId: !Ref Gateway}}
  Two: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 192.0.2.0/24, GatewayId: !Ref Gateway}}
  Route:`}, []string{"key-collision[shop/Two]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ids(t, base, edit(t, c.edits...))
			if c.want == nil { // Everything in it is replaced as well: that is said of the VPC first of all.
				assert.Contains(t, got, "replaced[shop/Vpc]")
				return
			}
			assert.ElementsMatch(t, c.want, got)
		})
	}
}

func TestGoodUpdates(t *testing.T) {
	t.Parallel()
	for name, edits := range map[string][]string{
		"nothing":                {},
		"another target":         {"DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway", "DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat"},
		"another table":          {"SubnetId: !Ref A, RouteTableId: !Ref Table", "SubnetId: !Ref A, RouteTableId: !Ref Other", "  Table:", "  Other: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}\n  Table:"},
		"another entry":          {"RuleAction: allow", "RuleAction: deny"},
		"tags":                   {"GroupDescription: db", "GroupDescription: db, Tags: [{Key: a, Value: b}]"},
		"a rule more":            {"      SecurityGroupIngress:\n", "      SecurityGroupIngress:\n        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 203.0.113.0/24, Description: customers}\n"},
		"a rule less":            {"        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 203.0.113.0/24, Description: customers}", "        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 203.0.113.0/24}"},
		"a standalone rule less": {"  WebToDb:", "  Other:", "FromPort: 3306, ToPort: 3306", "FromPort: 3307, ToPort: 3307"},
		"a wider standalone":     {"FromPort: 3306, ToPort: 3306", "FromPort: 3306, ToPort: 3307"},
		"everything goes":        {base[strings.Index(base, "  A:"):], ""},
		"a subnet beside":        {"  B:", "  C: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24}}\n  B:"},
		"an entry first": {"  Second:", `  EntryOfB: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !Ref AclB, RuleNumber: 100, RuleAction: allow, Protocol: -1, CidrBlock: 0.0.0.0/0}}
  AclB: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  AclOfB: {Type: AWS::EC2::SubnetNetworkAclAssociation, DependsOn: [EntryOfB], Properties: {SubnetId: !Ref B, NetworkAclId: !Ref AclB}}
  Second:`},
		"an unknown type": {"  Logs:", "  Thing: {Type: AWS::New::Thing, Properties: {Name: shop}}\n  Logs:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, ids(t, base, edit(t, edits...)))
			assert.Empty(t, ids(t, edit(t, edits...), edit(t, edits...)), "and nothing changes after it")
		})
	}
}

// TestRecipes follows the recipes for associations.
func TestRecipes(t *testing.T) {
	t.Parallel()
	const association, ending = "SubnetId: !Ref A, NetworkAclId: !Ref Acl}", "SubnetId: !Ref A, NetworkAclId: !Ref Second}"
	first := edit(t, association, association+", UpdateReplacePolicy: Retain")
	assert.Empty(t, ids(t, base, first))
	assert.Empty(t, ids(t, first, edit(t, association, ending+", UpdateReplacePolicy: Retain")))
	assert.NotEmpty(t, ids(t, first, edit(t, association, ending)), "which of the two policies counts is not documented")
	first = edit(t, association, association+", DeletionPolicy: Retain")
	assert.Empty(t, ids(t, base, first))
	assert.Empty(t, ids(t, first, edit(t, "  AclOfA:", "  Other:", association, ending)))
}
