package byhand

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53resolver"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
)

// classes are CDK's functions that make resources, by type.
var classes = map[string]any{
	"AWS::CloudWatch::Alarm":                                      awscloudwatch.NewCfnAlarm,
	"AWS::CloudWatch::Dashboard":                                  awscloudwatch.NewCfnDashboard,
	"AWS::EC2::EIP":                                               awsec2.NewCfnEIP,
	"AWS::EC2::FlowLog":                                           awsec2.NewCfnFlowLog,
	"AWS::EC2::InternetGateway":                                   awsec2.NewCfnInternetGateway,
	"AWS::EC2::NatGateway":                                        awsec2.NewCfnNatGateway,
	"AWS::EC2::NetworkAcl":                                        awsec2.NewCfnNetworkAcl,
	"AWS::EC2::NetworkAclEntry":                                   awsec2.NewCfnNetworkAclEntry,
	"AWS::EC2::Route":                                             awsec2.NewCfnRoute,
	"AWS::EC2::RouteTable":                                        awsec2.NewCfnRouteTable,
	"AWS::EC2::SecurityGroup":                                     awsec2.NewCfnSecurityGroup,
	"AWS::EC2::SecurityGroupEgress":                               awsec2.NewCfnSecurityGroupEgress,
	"AWS::EC2::SecurityGroupIngress":                              awsec2.NewCfnSecurityGroupIngress,
	"AWS::EC2::Subnet":                                            awsec2.NewCfnSubnet,
	"AWS::EC2::SubnetNetworkAclAssociation":                       awsec2.NewCfnSubnetNetworkAclAssociation,
	"AWS::EC2::SubnetRouteTableAssociation":                       awsec2.NewCfnSubnetRouteTableAssociation,
	"AWS::EC2::VPC":                                               awsec2.NewCfnVPC,
	"AWS::EC2::VPCEndpoint":                                       awsec2.NewCfnVPCEndpoint,
	"AWS::EC2::VPCGatewayAttachment":                              awsec2.NewCfnVPCGatewayAttachment,
	"AWS::ElasticLoadBalancingV2::Listener":                       awselasticloadbalancingv2.NewCfnListener,
	"AWS::ElasticLoadBalancingV2::LoadBalancer":                   awselasticloadbalancingv2.NewCfnLoadBalancer,
	"AWS::ElasticLoadBalancingV2::TargetGroup":                    awselasticloadbalancingv2.NewCfnTargetGroup,
	"AWS::IAM::Policy":                                            awsiam.NewCfnPolicy,
	"AWS::IAM::Role":                                              awsiam.NewCfnRole,
	"AWS::KMS::Key":                                               awskms.NewCfnKey,
	"AWS::Logs::LogGroup":                                         awslogs.NewCfnLogGroup,
	"AWS::Logs::MetricFilter":                                     awslogs.NewCfnMetricFilter,
	"AWS::Logs::QueryDefinition":                                  awslogs.NewCfnQueryDefinition,
	"AWS::Logs::ResourcePolicy":                                   awslogs.NewCfnResourcePolicy,
	"AWS::NetworkFirewall::Firewall":                              awsnetworkfirewall.NewCfnFirewall,
	"AWS::NetworkFirewall::FirewallPolicy":                        awsnetworkfirewall.NewCfnFirewallPolicy,
	"AWS::NetworkFirewall::LoggingConfiguration":                  awsnetworkfirewall.NewCfnLoggingConfiguration,
	"AWS::NetworkFirewall::RuleGroup":                             awsnetworkfirewall.NewCfnRuleGroup,
	"AWS::Route53Resolver::FirewallDomainList":                    awsroute53resolver.NewCfnFirewallDomainList,
	"AWS::Route53Resolver::FirewallRuleGroup":                     awsroute53resolver.NewCfnFirewallRuleGroup,
	"AWS::Route53Resolver::FirewallRuleGroupAssociation":          awsroute53resolver.NewCfnFirewallRuleGroupAssociation,
	"AWS::Route53Resolver::ResolverQueryLoggingConfig":            awsroute53resolver.NewCfnResolverQueryLoggingConfig,
	"AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation": awsroute53resolver.NewCfnResolverQueryLoggingConfigAssociation,
	"AWS::S3::Bucket":                                             awss3.NewCfnBucket,
	"AWS::S3::BucketPolicy":                                       awss3.NewCfnBucketPolicy,
	"AWS::SNS::Topic":                                             awssns.NewCfnTopic,
	"AWS::SNS::TopicPolicy":                                       awssns.NewCfnTopicPolicy,
	"AWS::Scheduler::Schedule":                                    awsscheduler.NewCfnSchedule,
	"AWS::WAFv2::IPSet":                                           awswafv2.NewCfnIPSet,
	"AWS::WAFv2::LoggingConfiguration":                            awswafv2.NewCfnLoggingConfiguration,
	"AWS::WAFv2::WebACL":                                          awswafv2.NewCfnWebACL,
	"AWS::WAFv2::WebACLAssociation":                               awswafv2.NewCfnWebACLAssociation,
}
