package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

var endpointKinds = map[string]kind{
	"AWS::EC2::VPCEndpoint": {
		replacing: "ResourceConfigurationArn ServiceName ServiceNetworkArn ServiceRegion VpcEndpointType VpcId",
		keys: []key{
			{
				of: "VpcId ServiceName", what: "the private DNS name of {ServiceName} in {VpcId}", space: "private DNS", only: hasPrivateDNS,
				answer: "InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain", bridge: "one without private DNS, which the former keeps",
			},
			{
				of: "RouteTableIds* ServiceName", what: "the route to {ServiceName} in {RouteTableIds}", space: "gateway endpoint",
				answer: "RouteAlreadyExists", only: isGatewayEndpoint, bridge: "nothing (the service is then reached another way, or not at all)",
			},
		},
	},
	"AWS::EC2::InstanceConnectEndpoint": {replacing: "ClientToken PreserveClientIp SecurityGroupIds SubnetId"},
	"AWS::Route53Resolver::FirewallRuleGroupAssociation": {
		replacing: "FirewallRuleGroupId VpcId",
		keys: []key{
			{of: "FirewallRuleGroupId VpcId", what: "the association of {FirewallRuleGroupId} with {VpcId}", answer: "ConflictException"},
			{of: "VpcId Priority", what: "priority {Priority} among the DNS firewall rule groups of {VpcId}", space: "DNS firewall priority", answer: "ValidationException", bridge: "the same association with a free priority"},
		},
	},
	"AWS::Route53Resolver::FirewallRuleGroup":  {replacing: "Name"},
	"AWS::Route53Resolver::FirewallDomainList": {replacing: "Name"},
}

func hasPrivateDNS(r *cfn.Resource) bool {
	enabled, ok := r.Get("PrivateDnsEnabled").Bool()
	return ok && enabled
}

// isGatewayEndpoint: Gateway is the type of an endpoint that states none.
func isGatewayEndpoint(r *cfn.Resource) bool {
	v := r.Get("VpcEndpointType")
	kind, ok := v.Literal()
	return v.IsMissing() || ok && strings.EqualFold(kind, "Gateway")
}
