package proof_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

type object = map[string]any

// changed returns the template after a change of its resources.
func changed(t *testing.T, template []byte, change func(resources map[string]object)) []byte {
	t.Helper()
	var parsed struct{ Resources map[string]object }
	require.NoError(t, json.Unmarshal(template, &parsed))
	change(parsed.Resources)
	out, err := json.Marshal(parsed)
	require.NoError(t, err)
	return out
}

func put(id, kind string, properties object) func(map[string]object) {
	return func(resources map[string]object) {
		resources[id] = object{"Type": kind, "Properties": properties}
	}
}

func groupOf(tier string) object {
	return object{"Fn::GetAtt": []string{tier + "SecurityGroupResource", "GroupId"}}
}

func ref(id string) object { return object{"Ref": id} }

// TestVerdicts changes the template of a proven architecture and checks the findings, with the witness and the rules.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	for name, c := range map[string]struct {
		change func(map[string]object)
		id     string   // of a finding
		says   []string // in it
	}{
		"a hole from addresses": {
			put("Hole", "AWS::EC2::SecurityGroupIngress",
				object{"GroupId": groupOf("Data"), "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.32.0/20"}),
			"excess[Shop/Network:10.0.32.0/20->Data:tcp/22]",
			[]string{"witness: tcp/22 from 10.0.32.4 to Data at 10.0.64.4", "ingress tcp/22 from 10.0.32.0/20 [Test/Hole, Test.template.json:",
				"remove the rule"},
		},
		"a hole of one port between tiers": {
			func(r map[string]object) {
				put("In", "AWS::EC2::SecurityGroupIngress",
					object{"GroupId": groupOf("Data"), "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "SourceSecurityGroupId": groupOf("Web")})(r)
				put("Out", "AWS::EC2::SecurityGroupEgress",
					object{"GroupId": groupOf("Web"), "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "DestinationSecurityGroupId": groupOf("Data")})(r)
			},
			"excess[Shop/Network:Web->Data:tcp/1]", []string{"Test/Out", "Test/In", "(shop.go:4, shop.go:2)"},
		},
		"a rule is gone": {
			func(r map[string]object) { delete(r, "DataAppEgresstcp3306") },
			"missing[Shop/Network:App->Data:tcp/3306]",
			[]string{"witness: tcp/3306 from App at 10.0.48.4 to Data at 10.0.64.4", "no egress rule matches", "(shop.go:8)"},
		},
		"a route is gone": {
			func(r map[string]object) { delete(r, "SubnetsBlock1Slot1DefaultRoute") },
			"missing[Shop/Network:0.0.0.0/0 except 10.0.0.0/16->Edge:tcp/443]", []string{"to Edge at 10.0.20.4", "no route"},
		},
		"the gateway is not attached": {
			func(r map[string]object) { delete(r, "InternetGatewayAttachment") },
			"missing[Shop/Network:App->0.0.0.0/0 except 10.0.0.0/16:tcp/443]", []string{"which is not attached"},
		},
		"a NACL keeps the replies": {
			func(r map[string]object) {
				put("Acl", "AWS::EC2::NetworkAcl", object{"VpcId": ref("VpcResource")})(r)
				put("In", "AWS::EC2::NetworkAclEntry", object{"NetworkAclId": ref("Acl"), "RuleNumber": 1, "Egress": false, "RuleAction": "allow",
					"Protocol": -1, "CidrBlock": "0.0.0.0/0"})(r)
				put("Of", "AWS::EC2::SubnetNetworkAclAssociation", object{"NetworkAclId": ref("Acl"), "SubnetId": ref("SubnetsBlock4Slot0Subnet")})(r)
			},
			"missing[Shop/Network:App->Data:tcp/3306]", []string{"network ACL Test/Acl stops it: no outbound entry for replies tcp/1024-65535"},
		},
		"a rule on a condition": {
			func(r map[string]object) {
				r["DataAppEgresstcp3306"]["Condition"] = "Sometimes"
			},
			"unknown[Shop/Network:App->Data:tcp/3306]", []string{"condition Sometimes of Test is not known"},
		},
		"a type nobody knows": {
			put("Robot", "AWS::New::Robot", object{"Hands": []any{groupOf("Data")}}),
			"unknown[Shop/Network:Test/Robot->the network:alltraffic]",
			[]string{"AWS::New::Robot is not in the specification of resource types that this version knows"},
		},
		"an interface of two tiers": {
			put("Host", "AWS::EC2::Instance", object{"SubnetId": ref("SubnetsBlock2Slot0Subnet"),
				"SecurityGroupIds": []any{groupOf("Web"), groupOf("App")}}),
			"excess[Shop/Network:App+Web (Test/Host)->Data:tcp/3306]", []string{"Test/Host has the groups of App and Web"},
		},
		"an interface with a group of its own": {
			func(r map[string]object) {
				put("Open", "AWS::EC2::SecurityGroup", object{"VpcId": ref("VpcResource"), "GroupDescription": "x",
					"SecurityGroupIngress": []any{object{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}}})(r)
				put("Host", "AWS::EC2::Instance", object{"SubnetId": ref("SubnetsBlock4Slot0Subnet"),
					"SecurityGroupIds": []any{groupOf("Data"), ref("Open")}})(r)
			},
			"excess[Shop/Network:App->Data (Test/Host):tcp/443]", []string{"ingress all traffic from 0.0.0.0/0 [Test/Open"},
		},
		"an interface in another subnet": {
			put("Host", "AWS::EC2::Instance", object{"SubnetId": ref("SubnetsBlock1Slot0Subnet"), "SecurityGroupIds": []any{groupOf("Data")}}),
			"excess[Shop/Network:App->Data (Test/Host):tcp/3306]",
			[]string{"Test/Host has the group of Data but is outside the subnets of this tier"},
		},
		"an appliance on the way": {
			put("Detour", "AWS::EC2::Route", object{"RouteTableId": ref("SubnetsBlock3Slot0RouteTable"), "DestinationCidrBlock": "10.0.64.0/20",
				"NetworkInterfaceId": "eni-1"}),
			"unknown[Shop/Network:App->Data:tcp/3306]", []string{"where packets go from eni-1 is not in the templates"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := changed(t, template, c.change)
			if name == "a rule on a condition" {
				const conditions = `,"Conditions":{"Sometimes":{"Fn::Equals":[{"Ref":"AWS::AccountId"},"123456789012"]}}}`
				data = slices.Concat(data[:len(data)-1], []byte(conditions))
			}
			report, err := proof.Prove(read(t, data), declared)
			require.NoError(t, err)
			texts := map[string]string{}
			for _, d := range report.Diagnostics() {
				texts[d.ID()] = d.String()
			}
			require.Contains(t, slices.Collect(maps.Keys(texts)), c.id)
			for _, says := range c.says {
				assert.Contains(t, texts[c.id], says)
			}
		})
	}
}

// TestFailures: if a single NAT gateway or its zone fails, no zone reaches the internet.
func TestFailures(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	require.True(t, report.Exact(), report.Diagnostics())
	got := map[string][]string{}
	for _, f := range report.Failures {
		got[f.Part] = f.Stops
	}
	out := func(zone string) string { return "App->the internet:tcp/443 in zone " + zone }
	assert.Equal(t, map[string][]string{
		"zone eu-west-1a":                  {out("eu-west-1b")},
		"zone eu-west-1b":                  nil,
		"NAT gateway Test/NATSlot0Gateway": {out("eu-west-1a"), out("eu-west-1b")},
	}, got)

	a := shop()
	a.Network.NAT = arch.NATPerZone
	template, declared = planned(t, a)
	report, err = proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	for _, f := range report.Failures {
		if f.Part == "NAT gateway Test/NATSlot1Gateway" {
			assert.Equal(t, []string{out("eu-west-1b")}, f.Stops)
		} else if f.Part != "NAT gateway Test/NATSlot0Gateway" {
			assert.Empty(t, f.Stops, f.Part)
		}
	}
}

// TestEmptyPartsAreDropped: the part of a block outside both of its halves is empty and is not compared. Otherwise it would be an excess
// without a witness, because the declaration allows nothing there and the template everything.
func TestEmptyPartsAreDropped(t *testing.T) {
	t.Parallel()
	half := func(cidr string) arch.Flow {
		return arch.Flow{From: arch.TierPeer(arch.App, "App"), To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: cidr}},
			Service: "https"}
	}
	whole := func(r map[string]object) {
		r["AppSecurityGroupResource"]["Properties"].(object)["SecurityGroupEgress"] = []any{
			object{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "198.51.100.0/24"},
			object{"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "DestinationSecurityGroupId": groupOf("Data")},
		}
	}
	a := shop()
	a.Flows = append(a.Flows[:4], half("198.51.100.0/25"), half("198.51.100.128/25"))
	template, declared := planned(t, a)
	report, err := proof.Prove(read(t, changed(t, template, func(r map[string]object) {
		whole(r)
		delete(r, "DataAppEgresstcp3306")
	})), declared)
	require.NoError(t, err)
	assert.Empty(t, report.Diagnostics().String())

	a.Flows = a.Flows[:5]
	template, declared = planned(t, a)
	report, err = proof.Prove(read(t, changed(t, template, func(r map[string]object) {
		whole(r)
		delete(r, "DataAppEgresstcp3306")
	})), declared)
	require.NoError(t, err)
	require.Len(t, report.Findings, 1)
	assert.Equal(t, "excess[Shop/Network:App->198.51.100.128/25:tcp/443]", report.Findings[0].ID())
	assert.Equal(t, "198.51.100.132", report.Findings[0].Witness.To)
}

// TestInspection: an inspected flow must pass the same firewall endpoint in both directions.
func TestInspection(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Flows = a.Flows[:4]
	a.Flows[3].Path = arch.Path{Kind: arch.Inspected}
	template, declared := planned(t, a)
	report, err := proof.Prove(read(t, template), declared)
	require.NoError(t, err)
	texts := report.Diagnostics().String()
	assert.Contains(t, texts, "App -> Data: tcp/3306 bypasses the declared inspection (shop.go:8)")

	// One endpoint for all pairs of zones, in both tiers' route tables.
	inspected := func(r map[string]object) {
		put("Inspection", "AWS::EC2::Subnet", object{"VpcId": ref("VpcResource"), "CidrBlock": "10.0.255.0/28",
			"AvailabilityZone": "eu-west-1a"})(r)
		put("Endpoint", "AWS::EC2::VPCEndpoint", object{"VpcEndpointType": "GatewayLoadBalancer", "VpcId": ref("VpcResource"),
			"SubnetIds": []any{ref("Inspection")}, "ServiceName": "x"})(r)
		for _, block := range []struct{ from, to string }{{"3", "10.0.64.0/20"}, {"4", "10.0.48.0/20"}} {
			for _, slot := range []string{"0", "1"} {
				put("Way"+block.from+slot, "AWS::EC2::Route", object{
					"RouteTableId": ref("SubnetsBlock" + block.from + "Slot" + slot + "RouteTable"), "DestinationCidrBlock": block.to,
					"VpcEndpointId": ref("Endpoint"),
				})(r)
			}
		}
	}
	report, err = proof.Prove(read(t, changed(t, template, inspected)), declared)
	require.NoError(t, err)
	texts = report.Diagnostics().String()
	assert.NotContains(t, texts, "bypasses the declared inspection")
	assert.Contains(t, texts, "App -> Data: unknown whether tcp/3306 is carried", "what the endpoint lets through is not evaluated yet")
	for _, f := range report.Failures {
		assert.Empty(t, f.Bypasses, "a route to an endpoint that has failed leads nowhere")
		if f.Part == "endpoint Test/Endpoint" {
			assert.Equal(t, []string{"App->Data:tcp/3306 in zone eu-west-1a", "App->Data:tcp/3306 in zone eu-west-1b"}, f.Stops)
		}
	}
}
