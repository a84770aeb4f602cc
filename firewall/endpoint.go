package firewall

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// Endpoint returns the id of the firewall's own endpoint in a zone such as "eu-west-1a", for use in routes. The id is a CDK token for a
// value such as "vpce-0123456789abcdef0". If the firewall has no endpoint in the zone, the synthesis fails.
func (f *Firewall) Endpoint(zone string) *string {
	if id, ok := f.endpoints[zone]; ok {
		return id
	}
	f.problems.Add("firewall-endpoint", "the firewall has no endpoint in zone "+zone,
		"zones with an endpoint: "+list(f.endpoints), "add a subnet of the zone to VpcSubnets", diag.Caller())
	return new("vpce-00000000000000000")
}

// AddEndpoint creates a second endpoint in a zone where the firewall already has one, and returns its id for use in routes. The subnet
// needs its own route table. If the policy inspects TLS, AWS rejects further endpoints and the synthesis fails.
func (f *Firewall) AddEndpoint(id string, subnet awsec2.ISubnet) *string {
	return f.addEndpoint(id, subnet, diag.Caller())
}

func (f *Firewall) addEndpoint(id string, subnet awsec2.ISubnet, at diag.Position) *string {
	if f.policy != nil && f.policy.inspectsTLS() {
		f.problems.Add("firewall-endpoint", "an endpoint cannot be added to a firewall that inspects TLS",
			"AWS does not support TLS inspection together with VPC endpoint associations",
			"create a second firewall with a policy that does not inspect TLS", at)
	}
	if _, ok := f.endpoints[*subnet.AvailabilityZone()]; !ok {
		f.problems.Add("firewall-endpoint", "the firewall has no endpoint of its own in zone "+*subnet.AvailabilityZone(),
			"AWS adds an endpoint only to a zone with an endpoint of the firewall's own: "+list(f.endpoints),
			"add a subnet of the zone to VpcSubnets", at)
	}
	p := &awsnetworkfirewall.CfnVpcEndpointAssociationProps{
		FirewallArn: f.ARN(), VpcId: f.vpc.VpcId(),
		SubnetMapping: &awsnetworkfirewall.CfnVpcEndpointAssociation_SubnetMappingProperty{SubnetId: subnet.SubnetId()},
	}
	association := awsnetworkfirewall.NewCfnVpcEndpointAssociation(f, &id, p)
	f.problems.Declare(report.Control{Name: "firewall endpoint", Of: association, At: at,
		Properties: func() map[string]any { return report.Properties(p) }})
	f.ready = append(f.ready, association)
	return association.AttrEndpointId()
}

// Ready returns the resources that must exist before traffic is routed to an endpoint: the firewall, its added endpoints and its logging.
// Make routes to the endpoints depend on them.
func (f *Firewall) Ready() []constructs.IDependable { return f.ready }

// endpointIn returns the endpoint of a zone from AWS's unordered list of "zone:vpce-id", joined with commas. It takes the text between the
// zone's name and the next comma.
func endpointIn(all *string, zone string) *string {
	after := awscdk.Fn_Select(new(1.0), awscdk.Fn_Split(new(zone+":"), all, nil))
	return awscdk.Fn_Select(new(0.0), awscdk.Fn_Split(new(","), after, nil))
}
