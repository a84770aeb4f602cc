package proof_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestUndeclaredResources: undeclared resources that weaken the declaration are findings.
func TestUndeclaredResources(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath}
	a.Flows[4].To = arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: ".payments.example"}}
	template, declared := planned(t, a)
	vpc := ref("VpcResource")
	zone := func(name string, of any) map[string]object {
		vpcs := []any{object{"VPCId": of, "VPCRegion": "eu-west-1"}}
		return map[string]object{"X": {"Type": "AWS::Route53::HostedZone", "Properties": object{"Name": name, "VPCs": vpcs}}}
	}
	options := func(server string) map[string]object {
		return map[string]object{
			"X": {"Type": "AWS::EC2::DHCPOptions", "Properties": object{"DomainNameServers": []any{server}}},
			"A": {"Type": "AWS::EC2::VPCDHCPOptionsAssociation", "Properties": object{"VpcId": vpc, "DhcpOptionsId": ref("X")}},
		}
	}
	endpoint := func(properties object) map[string]object {
		properties["VpcId"] = vpc
		return map[string]object{"X": {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}}
	}
	mirror := func(of any) map[string]object {
		return map[string]object{
			"X": {
				"Type":       "AWS::EC2::TrafficMirrorSession",
				"Properties": object{"NetworkInterfaceId": of, "SessionNumber": 1, "TrafficMirrorFilterId": "tmf-1", "TrafficMirrorTargetId": "tmt-1"},
			},
			"E": {
				"Type":       "AWS::EC2::NetworkInterface",
				"Properties": object{"SubnetId": ref("SubnetsBlock3Slot0Subnet"), "GroupSet": []any{groupOf("App")}},
			},
		}
	}
	for name, c := range map[string]struct {
		add  map[string]object
		want string // empty is nothing
	}{
		"a stranger's service": {
			endpoint(object{"VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0123"}),
			"weakened[Shop/Network:Test/X->the network:waytoanothernetwork]",
		},
		"an endpoint of a service network": {
			endpoint(object{"VpcEndpointType": "ServiceNetwork", "ServiceNetworkArn": "arn:x"}),
			"weakened[Shop/Network:Test/X->the network:waytoanothernetwork]",
		},
		"a zone for a name below a flow's":   {zone("api.payments.example", vpc), "weakened[Shop/Network:Test/X->the network:names]"},
		"a zone for a flow's name":           {zone("Payments.Example.", vpc), "weakened[Shop/Network:Test/X->the network:names]"},
		"a zone for a service":               {zone("sqs.eu-west-1.amazonaws.com", vpc), "weakened[Shop/Network:Test/X->the network:names]"},
		"a zone for other names":             {zone("otherpayments.example", vpc), ""},
		"a zone of another VPC":              {zone("payments.example", "vpc-0123456789abcdef0"), ""},
		"another server for names":           {options("203.0.113.5"), "weakened[Shop/Network:Test/X->the network:resolverofnames]"},
		"Amazon's server for names":          {options("AmazonProvidedDNS"), ""},
		"copies of an interface's packets":   {mirror(ref("E")), "weakened[Shop/Network:Test/X->the network:copiesofpackets]"},
		"copies of some interface's packets": {mirror("eni-0123456789abcdef0"), "unknown[Shop/Network:Test/X->the network:copiesofpackets]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := changed(t, template, func(r map[string]object) {
				for id, resource := range c.add {
					r[id] = resource
				}
			})
			found := ids(t, data, declared)
			if c.want != "" {
				assert.Contains(t, found, c.want)
				return
			}
			for _, id := range found {
				assert.NotContains(t, id, "Test/X->the network")
			}
		})
	}
}

// TestCompetingResources: a second resource that configures the same firewall, web ACL or load balancer is a finding, because it may take
// effect instead.
func TestCompetingResources(t *testing.T) {
	t.Parallel()
	of := func(acl string) string {
		return `{"Type": "AWS::WAFv2::LoggingConfiguration", "Properties": {"ResourceArn": "` + acl + `", "LogDestinationConfigs": ["arn:log"]}}`
	}
	logging := of("arn:acl")
	prove := func(more string) []proof.Finding {
		a := read(t, []byte(`{"Resources": {"L": `+logging+more+`}}`))
		report, err := proof.Prove(a, &proof.Declaration{Controls: []proof.Control{{
			Name: "web ACL logging", Path: "Shop/Logging",
			Resource:   proof.Value{Template: a.Stacks[0].File, Expression: json.RawMessage(`{"Ref": "L"}`)},
			Properties: json.RawMessage(`{"ResourceArn": "arn:acl", "LogDestinationConfigs": ["arn:log"]}`),
		}}})
		require.NoError(t, err)
		return report.Findings
	}
	assert.Empty(t, prove(""))
	assert.Empty(t, prove(`, "M": `+of("arn:other")))
	found := prove(`, "M": ` + logging)
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Reason, "deployed last")
}
