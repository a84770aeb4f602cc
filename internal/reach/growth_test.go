package reach_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// resource writes a resource of EC2, in JSON.
func resource(id, kind string, properties map[string]any) string {
	text, err := json.Marshal(map[string]any{"Type": "AWS::EC2::" + kind, "Properties": properties})
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%q: %s", id, text)
}

func ref(id string) map[string]any { return map[string]any{"Ref": id} }

func template(resources []string) []byte {
	return []byte(`{"Resources": {` + strings.Join(resources, ",\n") + `}}`)
}

// manyVPCs returns n VPCs with a subnet, an instance and a group each. The group accepts connections from all of them. No route leads
// from one VPC to another.
func manyVPCs(n int) []byte {
	var out []string
	for i := range n {
		vpc, subnet, group := fmt.Sprintf("V%d", i), fmt.Sprintf("S%d", i), fmt.Sprintf("G%d", i)
		block := fmt.Sprintf("10.%d.%d", i/256, i%256)
		rule := map[string]any{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
		out = append(out,
			resource(vpc, "VPC", map[string]any{"CidrBlock": block + ".0/24"}),
			resource(subnet, "Subnet", map[string]any{"VpcId": ref(vpc), "CidrBlock": block + ".0/25"}),
			resource(group, "SecurityGroup", map[string]any{"VpcId": ref(vpc), "GroupDescription": "g", "SecurityGroupIngress": []any{rule}}),
			resource(fmt.Sprintf("I%d", i), "Instance", map[string]any{"ImageId": "ami-1", "SubnetId": ref(subnet),
				"SecurityGroupIds": []any{ref(group)}}))
	}
	return template(out)
}

// manyNATs returns the VPCs of manyVPCs, each with the internet and a NAT gateway.
func manyNATs(n int) []byte {
	var out []string
	route := func(i int, table, subnet string, properties map[string]any) {
		id := func(kind string) string { return fmt.Sprintf("%s%s%d", kind, table, i) }
		properties["RouteTableId"], properties["DestinationCidrBlock"] = ref(id("T")), "0.0.0.0/0"
		out = append(out,
			resource(id("T"), "RouteTable", map[string]any{"VpcId": ref(fmt.Sprintf("V%d", i))}),
			resource(id("R"), "Route", properties),
			resource(id("A"), "SubnetRouteTableAssociation", map[string]any{"SubnetId": ref(subnet), "RouteTableId": ref(id("T"))}))
	}
	for i := range n {
		vpc, gateway, nat, subnet := fmt.Sprintf("V%d", i), fmt.Sprintf("W%d", i), fmt.Sprintf("N%d", i), fmt.Sprintf("P%d", i)
		out = append(out,
			resource(gateway, "InternetGateway", map[string]any{}),
			resource(fmt.Sprintf("A%d", i), "VPCGatewayAttachment", map[string]any{"VpcId": ref(vpc), "InternetGatewayId": ref(gateway)}),
			resource(subnet, "Subnet", map[string]any{"VpcId": ref(vpc), "CidrBlock": fmt.Sprintf("10.%d.%d.128/25", i/256, i%256)}),
			resource(nat, "NatGateway", map[string]any{"SubnetId": ref(subnet), "AllocationId": "eipalloc-1"}))
		route(i, "Public", subnet, map[string]any{"GatewayId": ref(gateway)})
		route(i, "Private", fmt.Sprintf("S%d", i), map[string]any{"NatGatewayId": ref(nat)})
	}
	vpcs := manyVPCs(n)
	return append(vpcs[:len(vpcs)-len("}}")], ",\n"+strings.Join(out, ",\n")+"}}"...)
}

// TestSecluded: if nothing joins networks, only pairs within each network are compared. NAT gateways do not join networks.
func TestSecluded(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"alone": manyVPCs(5), "with NAT gateways": manyNATs(5)} {
		top := buildTemplate(t, string(data))
		require.Len(t, top.Classes, 5, name)
		require.Len(t, reach.Pairs(top.Classes), 5, name)
	}
	joined := strings.Replace(string(manyNATs(5)), `"GatewayId":{"Ref":"W0"}`, `"TransitGatewayId":"tgw-1"`, 1)
	require.Len(t, reach.Pairs(buildTemplate(t, joined).Classes), 13,
		"the network behind one NAT gateway may be joined to all others, both ways")
}

// manyRules returns n rules, each with a block and a port of its own, with a number of rules to a group.
func manyRules(n, perGroup int) []byte {
	out := []string{
		resource("V", "VPC", map[string]any{"CidrBlock": "10.0.0.0/16"}),
		resource("S", "Subnet", map[string]any{"VpcId": ref("V"), "CidrBlock": "10.0.0.0/24"}),
	}
	var rules []any
	for i := range n {
		port, block := 1+i%60000, fmt.Sprintf("%d.%d.%d.0/24", 20+i/65536, i/256%256, i%256)
		rules = append(rules, map[string]any{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": block})
		if len(rules) == perGroup || i == n-1 {
			out = append(out, resource(fmt.Sprintf("G%d", i), "SecurityGroup", map[string]any{"VpcId": ref("V"), "GroupDescription": "g",
				"SecurityGroupIngress": rules}))
			rules = nil
		}
	}
	return template(out)
}

// show reads a template and computes all of its rows.
func show(t testing.TB, data []byte) reach.Matrix {
	a, err := cfn.Read("t.json", data, nil)
	require.NoError(t, err)
	return reach.Build(a).Matrix()
}

func benchmarkShow(b *testing.B, name string, sizes []int, write func(int) []byte) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("%s=%d", name, n), func(b *testing.B) {
			data := write(n)
			b.ReportAllocs()
			for b.Loop() {
				require.NotEmpty(b, show(b, data).Rows)
			}
		})
	}
}

// BenchmarkVPCs: many VPCs that are not connected.
func BenchmarkVPCs(b *testing.B) { benchmarkShow(b, "vpcs", []int{100, 1000, 8000}, manyVPCs) }

// BenchmarkNATs: many VPCs that are not connected, with NAT gateways.
func BenchmarkNATs(b *testing.B) { benchmarkShow(b, "vpcs", []int{100, 1000, 8000}, manyNATs) }

// BenchmarkRules: many different rules, fifty to a group.
func BenchmarkRules(b *testing.B) {
	benchmarkShow(b, "rules", []int{1000, 10_000, 100_000}, func(n int) []byte { return manyRules(n, 50) })
}

// BenchmarkOneGroup: many different rules in one group.
func BenchmarkOneGroup(b *testing.B) {
	benchmarkShow(b, "rules", []int{1000, 10_000, 100_000}, func(n int) []byte { return manyRules(n, n) })
}

// manyConditions returns n groups in a subnet each. Their rules and instances depend on conditions of their own.
func manyConditions(n int) []byte {
	var parameters, conditions []string
	out := []string{resource("V", "VPC", map[string]any{"CidrBlock": "10.0.0.0/8"})}
	for i := range n {
		parameters = append(parameters, fmt.Sprintf(`"P%d": {"Type": "String", "Default": "a", "AllowedValues": ["a", "b"]}`, i))
		conditions = append(conditions, fmt.Sprintf(`"C%d": {"Fn::Equals": [{"Ref": "P%d"}, "a"]}`, i, i))
		subnet, group := fmt.Sprintf("S%d", i), fmt.Sprintf("G%d", i)
		port := map[string]any{"Fn::If": []any{fmt.Sprintf("C%d", i), 443, 80}}
		rule := map[string]any{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "SourceSecurityGroupId": ref(fmt.Sprintf("G%d", (i+1)%n))}
		out = append(out,
			resource(subnet, "Subnet", map[string]any{"VpcId": ref("V"), "CidrBlock": fmt.Sprintf("10.%d.%d.0/24", i/256, i%256)}),
			resource(group, "SecurityGroup", map[string]any{"VpcId": ref("V"), "GroupDescription": "g", "SecurityGroupIngress": []any{rule}}),
			resource(fmt.Sprintf("I%d", i), "Instance", map[string]any{"ImageId": "ami-1", "SubnetId": ref(subnet),
				"SecurityGroupIds": []any{ref(group)}}))
	}
	return fmt.Appendf(nil, `{"Parameters": {%s}, "Conditions": {%s}, "Resources": {%s}}`,
		strings.Join(parameters, ","), strings.Join(conditions, ","), strings.Join(out, ","))
}

// BenchmarkConditions: many rules that each depend on a condition of their own.
func BenchmarkConditions(b *testing.B) {
	benchmarkShow(b, "conditions", []int{10, 100, 1000}, manyConditions)
}
