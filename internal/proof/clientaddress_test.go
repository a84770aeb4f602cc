package proof_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestClientAddresses: a network load balancer in front of a firewall must not preserve the addresses of its clients.
func TestClientAddresses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target    map[string]any
		inspected bool
		found     bool
	}{
		"instances, by default": {map[string]any{"Protocol": "TCP"}, true, true},
		"instances, off": {
			map[string]any{"Protocol": "TCP", "TargetGroupAttributes": []any{map[string]any{"Key": "preserve_client_ip.enabled", "Value": "false"}}},
			true, false,
		},
		"addresses, by default": {map[string]any{"Protocol": "TCP", "TargetType": "ip"}, true, false},
		"addresses, on": {
			map[string]any{
				"Protocol": "TCP", "TargetType": "ip",
				"TargetGroupAttributes": []any{map[string]any{"Key": "preserve_client_ip.enabled", "Value": "true"}},
			},
			true, true,
		},
		"UDP":                   {map[string]any{"Protocol": "TCP_UDP", "TargetType": "ip"}, true, true},
		"nothing on the way":    {map[string]any{"Protocol": "TCP"}, false, false},
		"another load balancer": {map[string]any{"Protocol": "TCP", "TargetType": "alb"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := arch.Architecture{
				Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
				Tiers:   []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}},
				Flows:   []arch.Flow{{From: arch.TierPeer(arch.Edge, "Edge"), To: arch.TierPeer(arch.Web, "Web"), Service: "https"}},
			}
			if test.inspected {
				a.Network.Inspection = &arch.Inspection{Paths: arch.EastWestPath}
			}
			p, diags := plan.Make(a, plantest.Today)
			require.NotNil(t, p, diags.String())
			template, declared := plantest.Template(p)
			var parsed struct{ Resources map[string]any }
			require.NoError(t, json.Unmarshal(template, &parsed))
			add := func(id, kind string, properties map[string]any) {
				parsed.Resources[id] = map[string]any{"Type": "AWS::ElasticLoadBalancingV2::" + kind, "Properties": properties}
			}
			add("Target", "TargetGroup", test.target)
			add("Balancer", "LoadBalancer", map[string]any{"Type": "network", "Subnets": []any{map[string]any{"Ref": "SubnetsBlock1Slot0Subnet"}},
				"SecurityGroups": []any{map[string]any{"Fn::GetAtt": []any{"EdgeSecurityGroupResource", "GroupId"}}}})
			add("Listener", "Listener", map[string]any{"LoadBalancerArn": map[string]any{"Ref": "Balancer"},
				"DefaultActions": []any{map[string]any{"Type": "forward", "TargetGroupArn": map[string]any{"Ref": "Target"}}}})
			template, err := json.Marshal(parsed)
			require.NoError(t, err)
			report, err := proof.Prove(read(t, template), declared)
			require.NoError(t, err)
			if !test.found {
				assert.Empty(t, report.Findings, report.Diagnostics())
				return
			}
			require.Len(t, report.Findings, 1)
			assert.Contains(t, report.Diagnostics().String(), "preserve_client_ip.enabled")
		})
	}
}

// TestClientsBeforeNetworkACLs: targets that see the addresses of clients need network ACLs that allow these addresses, even if groups
// refer to the load balancer.
func TestClientsBeforeNetworkACLs(t *testing.T) {
	t.Parallel()
	preserve := func(value string) []any { return []any{object{"Key": "preserve_client_ip.enabled", "Value": value}} }
	for name, test := range map[string]struct {
		target object
		acls   arch.NetworkACLs
		change func(map[string]object)
		found  string
	}{
		"instances, by default": {object{"Protocol": "TCP", "Port": 443}, arch.NetworkACLsOn, nil,
			"no inbound entry for tcp/443 from 0.0.0.0/0"},
		"addresses, on": {object{"Protocol": "TLS", "Port": 443, "TargetType": "ip", "TargetGroupAttributes": preserve("true")},
			arch.NetworkACLsOn, nil, "no inbound entry"},
		"QUIC, off is not possible": {object{"Protocol": "TCP_QUIC", "Port": 443, "TargetGroupAttributes": preserve("false")},
			arch.NetworkACLsOn, nil, "no inbound entry"},
		"a port not known":      {object{"Protocol": "TCP"}, arch.NetworkACLsOn, nil, "no inbound entry"},
		"addresses, by default": {object{"Protocol": "TCP", "Port": 443, "TargetType": "ip"}, arch.NetworkACLsOn, nil, ""},
		"instances, off": {object{"Protocol": "TCP", "Port": 443, "TargetGroupAttributes": preserve("false")}, arch.NetworkACLsOn,
			nil, ""},
		"another port":    {object{"Protocol": "TCP", "Port": 80}, arch.NetworkACLsOn, nil, ""},
		"no network ACLs": {object{"Protocol": "TCP", "Port": 443}, arch.NetworkACLsOff, nil, ""},
		"clients without an answer": {object{"Protocol": "TCP", "Port": 443}, arch.NetworkACLsOn, put("In", "AWS::EC2::NetworkAclEntry",
			object{"NetworkAclId": ref("NetworkACLsBlock2"), "RuleNumber": 1, "RuleAction": "allow", "Protocol": 6, "CidrBlock": "0.0.0.0/0",
				"PortRange": object{"From": 443, "To": 443}}), "no outbound entry for replies to 0.0.0.0/0"},
		"clients that are kept away": {object{"Protocol": "TCP", "Port": 443}, arch.NetworkACLsOff, keptAway,
			"no inbound entry for tcp/443 from 0.0.0.0/0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, declared := planned(t, arch.Architecture{
				Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"},
					NetworkACLs: test.acls},
				Tiers: []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}},
				Flows: []arch.Flow{
					{From: arch.Peer{Kind: arch.Internet}, To: arch.TierPeer(arch.Edge, "Edge"), Service: "tcp/443"},
					{From: arch.TierPeer(arch.Edge, "Edge"), To: arch.TierPeer(arch.Web, "Web"), Service: "https"},
				},
			})
			report, err := proof.Prove(read(t, changed(t, template, func(r map[string]object) {
				balance(r, test.target)
				if test.change != nil {
					test.change(r)
				}
			})), declared)
			require.NoError(t, err)
			var missing []string
			for _, f := range report.Findings {
				if f.Verdict == proof.Missing {
					missing = append(missing, f.Diagnostic().String())
				}
			}
			if test.found == "" {
				assert.Empty(t, missing)
				return
			}
			require.NotEmpty(t, missing)
			assert.Contains(t, missing[0], test.found)
		})
	}
}

// TestClientsWithNetworkACLs: if the addresses of clients are declared to be preserved, the network ACLs of the targets allow them, and the
// groups allow only the load balancer.
func TestClientsWithNetworkACLs(t *testing.T) {
	t.Parallel()
	declare := func(kept ...arch.ClientAddresses) arch.Architecture {
		return arch.Architecture{
			Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}, IPv6: true},
			Tiers:   []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}},
			Flows: []arch.Flow{
				{From: arch.Peer{Kind: arch.Internet}, To: arch.TierPeer(arch.Edge, "Edge"), Service: "udp/5000"},
				{From: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "203.0.113.0/24"}}, To: arch.TierPeer(arch.Edge, "Edge"),
					Service: "tcp/8883"},
				{From: arch.TierPeer(arch.Edge, "Edge"), To: arch.TierPeer(arch.Web, "Web"), Service: "udp/5001,tcp/8883"},
			},
			ClientAddresses: kept,
		}
	}
	udp, tcp := arch.ClientAddresses{From: "Edge", Listener: "udp/5000", To: "Web", Service: "udp/5001"}, arch.ClientAddresses{From: "Edge",
		Listener: "tcp/8883", To: "Web", Service: "tcp/8883"}
	for name, test := range map[string]struct {
		listener int
		target   object
		kept     []arch.ClientAddresses
		found    []string
	}{
		"UDP": {5000, object{"Protocol": "UDP", "Port": 5001}, []arch.ClientAddresses{udp}, nil},
		"UDP, not declared": {5000, object{"Protocol": "UDP", "Port": 5001}, []arch.ClientAddresses{tcp},
			[]string{"missing[Test/Network:Edge->Web:udp/5001]"}},
		"TCP":               {8883, object{"Protocol": "TCP", "Port": 8883}, []arch.ClientAddresses{tcp}, nil},
		"TCP, not declared": {8883, object{"Protocol": "TCP", "Port": 8883}, nil, []string{"missing[Test/Network:Edge->Web:tcp/8883]"}},
		"both":              {8883, object{"Protocol": "TCP", "Port": 8883}, []arch.ClientAddresses{tcp, udp}, nil},
	} {
		template, declared := planned(t, declare(test.kept...))
		template = changed(t, template, func(r map[string]object) {
			balance(r, test.target)
			r["Listener"]["Properties"].(object)["Port"] = test.listener
		})
		assert.Equal(t, test.found, ids(t, template, declared), name)
	}
}

// balance adds a network load balancer that has the group of the edge, with a target group.
func balance(r map[string]object, target object) {
	const elb = "AWS::ElasticLoadBalancingV2::"
	put("Target", elb+"TargetGroup", target)(r)
	put("Balancer", elb+"LoadBalancer", object{"Type": "network", "Subnets": []any{ref("SubnetsBlock1Slot0Subnet")},
		"SecurityGroups": []any{groupOf("Edge")}})(r)
	put("Listener", elb+"Listener", object{"LoadBalancerArn": ref("Balancer"), "DefaultActions": []any{object{
		"Type": "forward", "ForwardConfig": object{"TargetGroups": []any{object{"TargetGroupArn": ref("Target")}}},
	}}})(r)
}

// keptAway gives the subnet of the targets a network ACL that allows only the load balancer.
func keptAway(r map[string]object) {
	put("Acl", "AWS::EC2::NetworkAcl", object{"VpcId": ref("VpcResource")})(r)
	put("AclOf", "AWS::EC2::SubnetNetworkAclAssociation", object{"NetworkAclId": ref("Acl"), "SubnetId": ref("SubnetsBlock2Slot0Subnet")})(r)
	put("In", "AWS::EC2::NetworkAclEntry", object{"NetworkAclId": ref("Acl"), "RuleNumber": 1, "RuleAction": "allow", "Protocol": -1,
		"CidrBlock": "10.0.0.0/16"})(r)
	put("Out", "AWS::EC2::NetworkAclEntry", object{"NetworkAclId": ref("Acl"), "RuleNumber": 1, "Egress": true, "RuleAction": "allow",
		"Protocol": -1, "CidrBlock": "0.0.0.0/0"})(r)
}
