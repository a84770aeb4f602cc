package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

func endpointTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::EC2::VPCEndpoint": {
			replacing: "ResourceConfigurationArn ServiceName ServiceNetworkArn ServiceRegion VpcEndpointType VpcId",
			keys: []key{
				{
					properties: "VpcId ServiceName", description: "the private DNS name of {ServiceName} in {VpcId}", namespace: "private DNS",
					appliesTo: hasPrivateDNS,
					awsError:  "InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain",
					interim:   "an endpoint without private DNS, which the former one keeps",
				},
				{
					properties: "RouteTableIds* ServiceName", description: "the route to {ServiceName} in {RouteTableIds}", namespace: "gateway endpoint",
					awsError: "RouteAlreadyExists", appliesTo: isGatewayEndpoint, interim: "nothing (the service is then reached in another way, or " +
						"not at all)",
				},
			},
		},
		"AWS::EC2::InstanceConnectEndpoint": {replacing: "ClientToken PreserveClientIp SecurityGroupIds SubnetId"},
		"AWS::EC2::VerifiedAccessEndpoint": {
			replacing: "ApplicationDomain AttachmentType CidrOptions.Cidr CidrOptions.Protocol CidrOptions.SubnetIds DomainCertificateArn " +
				"EndpointDomainPrefix EndpointType LoadBalancerOptions.LoadBalancerArn NetworkInterfaceOptions.NetworkInterfaceId " +
				"RdsOptions.Protocol RdsOptions.RdsDbClusterArn RdsOptions.RdsDbInstanceArn RdsOptions.RdsDbProxyArn SecurityGroupIds",
			loss: &loss{rule: "verified-access-replaced", detail: "the new endpoint has another DNS name: people who use a DNS record of the old " +
				"one lose the application when it is deleted, unless the record is in these templates, and until then if resolvers still have it",
				fix: "deploy twice: first add an endpoint with the change and move the DNS record to it, then remove this one"},
		},
		"AWS::EC2::VerifiedAccessTrustProvider": {
			replacing: "DeviceOptions DeviceTrustProviderType PolicyReferenceName TrustProviderType UserTrustProviderType",
			loss: &loss{rule: "verified-access-replaced", detail: "an instance has one provider of people, so AWS may refuse the new one while " +
				"the old one is attached, and policies that name the old reference let nobody in",
				fix: "deploy twice: first add an instance with the new provider and move the endpoints to it, then remove this one"},
		},
		"AWS::Route53Resolver::FirewallRuleGroupAssociation": {
			replacing: "FirewallRuleGroupId VpcId",
			keys: []key{
				{properties: "FirewallRuleGroupId VpcId", description: "the association of {FirewallRuleGroupId} with {VpcId}",
					awsError: "ConflictException"},
				{properties: "VpcId Priority", description: "priority {Priority} among the DNS firewall rule groups of {VpcId}",
					namespace: "DNS firewall priority", awsError: "ValidationException", interim: "the same association with a free priority"},
			},
		},
		"AWS::Route53Resolver::FirewallRuleGroup":  {replacing: "Name"},
		"AWS::Route53Resolver::FirewallDomainList": {replacing: "Name"},
		"AWS::Route53Resolver::FirewallConfig":     {replacing: "ResourceId"},

		"AWS::Route53Resolver::ResolverQueryLoggingConfig":            {replacing: "DestinationArn Name"},
		"AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation": {replacing: "ResolverQueryLogConfigId ResourceId"},
	}
}

func hasPrivateDNS(r *cfn.Resource) bool {
	enabled, ok := r.Get("PrivateDnsEnabled").Bool()
	return ok && enabled
}

// isGatewayEndpoint reports whether an endpoint is a gateway endpoint, which is the default type.
func isGatewayEndpoint(r *cfn.Resource) bool {
	v := r.Get("VpcEndpointType")
	kind, ok := v.Literal()
	return v.IsMissing() || ok && strings.EqualFold(kind, "Gateway")
}
