package firewall

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// Endpoint returns the id of the firewall's own endpoint in a zone, for routes: a CDK token for "vpce-0123456789abcdef0". A
// zone without one fails the synth.
func (f *Firewall) Endpoint(zone string) *string {
	if id, ok := f.endpoints[zone]; ok {
		return id
	}
	f.problems.Add("firewall-endpoint", "the firewall has no endpoint in zone "+zone, "its zones are "+list(f.endpoints),
		"add a subnet in the zone to VpcSubnets", diag.Caller())
	return new("vpce-00000000000000000")
}

// AddEndpoint makes a further endpoint in a zone where the firewall has one of its own, in a subnet with routes of its own,
// and returns its id for routes. AWS refuses it for a policy that inspects TLS.
func (f *Firewall) AddEndpoint(id string, subnet awsec2.ISubnet) *string {
	return f.addEndpoint(id, subnet, diag.Caller())
}

func (f *Firewall) addEndpoint(id string, subnet awsec2.ISubnet, at diag.Position) *string {
	if f.policy != nil && f.policy.inspectsTLS() {
		f.problems.Add("firewall-endpoint", "an endpoint cannot be added to a firewall that inspects TLS",
			"AWS does not support TLS inspection together with VPC endpoint associations",
			"make a second firewall with a policy without TLS inspection", at)
	}
	if _, ok := f.endpoints[*subnet.AvailabilityZone()]; !ok {
		f.problems.Add("firewall-endpoint", "the firewall has no endpoint of its own in zone "+*subnet.AvailabilityZone(),
			"endpoints can be added in "+list(f.endpoints), "add a subnet in the zone to VpcSubnets", at)
	}
	p := &awsnetworkfirewall.CfnVpcEndpointAssociationProps{
		FirewallArn: f.ARN(), VpcId: f.vpc.VpcId(),
		SubnetMapping: &awsnetworkfirewall.CfnVpcEndpointAssociation_SubnetMappingProperty{SubnetId: subnet.SubnetId()},
	}
	association := awsnetworkfirewall.NewCfnVpcEndpointAssociation(f, &id, p)
	report.Made("firewall endpoint", association, at, func() map[string]any { return report.Properties(p) })
	f.ready = append(f.ready, association)
	return association.AttrEndpointId()
}

// Ready returns what must be there before traffic is led to an endpoint: the firewall, its added endpoints and its logs.
func (f *Firewall) Ready() []constructs.IDependable { return f.ready }

// endpointIn finds the endpoint of a zone in AWS's list of "zone:vpce-id", which is in no order: what stands between the
// zone's name and the next comma.
func endpointIn(cfn awsnetworkfirewall.CfnFirewall, zone string) *string {
	all := awscdk.Fn_Join(new(","), cfn.AttrEndpointIds())
	after := awscdk.Fn_Select(new(1.0), awscdk.Fn_Split(new(zone+":"), all, nil))
	return awscdk.Fn_Select(new(0.0), awscdk.Fn_Split(new(","), after, nil))
}
