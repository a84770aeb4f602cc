// What names alone cannot tell. Every resource type whose properties speak of groups, subnets, route tables, network ACLs
// or VPCs is either placed by the rules in generate.mjs, with the corrections below, or listed here as inert or as
// unmodelled. The generator fails on any other, and on every path or type here that the specification does not have.

// Paths to add to what the names say, paths to drop, and what is known of interfaces without groups:
//   without "default": the service documents that they get the VPC's default group
//   without "service": they get a group that the service makes itself
//   kind, unfiltered:  the property, and its values for which nothing filters an interface without groups
//   opaque:            the service adds groups, rules or routes of its own whatever the template says
//   holder:            no interface of its own, others reach it by an indirect path
export const corrections = {
  // Instances and what launches them.
  'AWS::EC2::Instance': { indirect: ['NetworkInterfaces[].NetworkInterfaceId'], without: 'default' },
  'AWS::EC2::NetworkInterface': { groups: ['GroupSet[]'], without: 'default' },
  'AWS::EC2::LaunchTemplate': {
    drop: ['LaunchTemplateName'], // its own
    indirect: ['LaunchTemplateData.NetworkInterfaces[].NetworkInterfaceId'],
    holder: true,
  },
  'AWS::EC2::EC2Fleet': { indirect: ['LaunchTemplateConfigs[].Overrides[].NetworkInterfaces[].NetworkInterfaceId'], without: 'default' },
  'AWS::EC2::SpotFleet': {
    groups: ['SpotFleetRequestConfigData.LaunchSpecifications[].SecurityGroups[].GroupId'],
    indirect: ['SpotFleetRequestConfigData.LaunchSpecifications[].NetworkInterfaces[].NetworkInterfaceId'],
    without: 'default',
  },
  'AWS::AutoScaling::LaunchConfiguration': { indirect: ['InstanceId'], holder: true }, // made like that instance
  'AWS::AutoScaling::AutoScalingGroup': {
    subnets: ['VPCZoneIdentifier[]'],
    indirect: ['InstanceId', 'LaunchConfigurationName'],
    without: 'default',
  },
  'AWS::WorkspacesInstances::WorkspaceInstance': { without: 'default' },
  'AWS::ImageBuilder::InfrastructureConfiguration': { without: 'default' },
  'AWS::GameLift::GameServerGroup': { without: 'default' },
  'AWS::DRS::ReplicationConfigurationTemplate': {
    groups: ['ReplicationServersSecurityGroupsIDs[]'],
    subnets: ['StagingAreaSubnetId'],
    opaque: true, // AssociateDefaultSecurityGroup adds a group of the service's own
  },
  'AWS::PCS::ComputeNodeGroup': { indirect: ['CustomLaunchTemplate.TemplateId'] },
  'AWS::Cloud9::EnvironmentEC2': { without: 'service' },

  // Ends of the network that are services.
  'AWS::EC2::VPCEndpoint': { kind: 'VpcEndpointType', unfiltered: ['GatewayLoadBalancer'], without: 'default' },
  'AWS::EC2::InstanceConnectEndpoint': { without: 'default' },
  'AWS::EC2::VerifiedAccessEndpoint': { indirect: ['NetworkInterfaceOptions.NetworkInterfaceId'] },
  'AWS::EC2::ClientVpnEndpoint': { holder: true }, // its interfaces come with each association
  'AWS::EC2::ClientVpnTargetNetworkAssociation': { indirect: ['ClientVpnEndpointId'], without: 'default' },
  'AWS::Transfer::Server': { without: 'default' },

  // Load balancers and what stands in front of them.
  'AWS::ElasticLoadBalancing::LoadBalancer': { without: 'default' },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { kind: 'Type', unfiltered: ['gateway', 'network'], without: 'default' },
  'AWS::GlobalAccelerator::EndpointGroup': { indirect: ['EndpointConfigurations[].EndpointId'], without: 'service', opaque: true },
  'AWS::CloudFront::VpcOrigin': { indirect: ['VpcOriginEndpointConfig.Arn'], without: 'service', opaque: true },

  // Containers and functions.
  'AWS::ECS::Service': { without: 'default' },
  'AWS::ECS::TaskSet': { without: 'default' },
  'AWS::ECS::ExpressGatewayService': { opaque: true }, // makes a load balancer and its groups
  'AWS::Events::Rule': { without: 'default' },
  'AWS::Pipes::Pipe': { without: 'default' },
  'AWS::Scheduler::Schedule': { without: 'default' },
  'AWS::EKS::Cluster': { without: 'service', opaque: true }, // the cluster security group is always attached too
  'AWS::EKS::FargateProfile': { without: 'service' },
  'AWS::EKS::Nodegroup': {
    // RemoteAccess.SourceSecurityGroups says who may connect by SSH.
    drop: ['RemoteAccess.SourceSecurityGroups[]'],
    indirect: ['LaunchTemplate.Id', 'LaunchTemplate.Name'],
    without: 'service',
  },
  'AWS::AppRunner::VpcConnector': { without: 'default' },
  'AWS::EMR::Cluster': {
    groups: [
      'Instances.AdditionalMasterSecurityGroups[]', 'Instances.AdditionalSlaveSecurityGroups[]',
      'Instances.EmrManagedMasterSecurityGroup', 'Instances.EmrManagedSlaveSecurityGroup', 'Instances.ServiceAccessSecurityGroup',
    ],
    without: 'service',
    opaque: true, // writes rules into the managed groups
  },
  'AWS::EMR::Studio': { groups: ['EngineSecurityGroupId', 'WorkspaceSecurityGroupId'] },
  'AWS::SageMaker::Domain': { without: 'service', opaque: true }, // makes groups for its file system
  'AWS::SageMaker::UserProfile': { indirect: ['DomainId'] },

  // Databases and caches. An instance of a cluster has the cluster's groups.
  'AWS::RDS::DBCluster': { without: 'default' },
  'AWS::RDS::DBInstance': { indirect: ['DBClusterIdentifier', 'OptionGroupName'], without: 'default' },
  'AWS::RDS::DBProxyEndpoint': { without: 'default' },
  'AWS::RDS::OptionGroup': { groups: ['OptionConfigurations[].VpcSecurityGroupMemberships[]'], holder: true },
  'AWS::DocDB::DBCluster': { without: 'default' },
  'AWS::DocDB::DBInstance': { indirect: ['DBClusterIdentifier'] },
  'AWS::Neptune::DBCluster': { without: 'default' },
  'AWS::Neptune::DBInstance': { indirect: ['DBClusterIdentifier'] },
  'AWS::DAX::Cluster': { without: 'default' },
  'AWS::Redshift::Cluster': { without: 'default' },
  'AWS::RedshiftServerless::Workgroup': { drop: ['Workgroup.SecurityGroupIds[]', 'Workgroup.SubnetIds[]', 'Workgroup.Endpoint.VpcEndpoints[].NetworkInterfaces[].SubnetId'] }, // read only
  'AWS::OpenSearchService::Domain': { without: 'default' },
  'AWS::Elasticsearch::Domain': { without: 'default' },
  'AWS::MSK::Cluster': { without: 'default' },
  'AWS::EFS::MountTarget': { without: 'default' },
  'AWS::FSx::FileSystem': { opaque: true }, // writes routes into OntapConfiguration.RouteTableIds and its like

  // Subnet groups: their own name is no reference.
  'AWS::DAX::SubnetGroup': { drop: ['SubnetGroupName'], holder: true },
  'AWS::DMS::ReplicationSubnetGroup': { drop: ['ReplicationSubnetGroupIdentifier'], holder: true },
  'AWS::DocDB::DBSubnetGroup': { drop: ['DBSubnetGroupName'], holder: true },
  'AWS::ElastiCache::SubnetGroup': { drop: ['CacheSubnetGroupName'], holder: true },
  'AWS::MemoryDB::SubnetGroup': { drop: ['SubnetGroupName'], holder: true },
  'AWS::Neptune::DBSubnetGroup': { drop: ['DBSubnetGroupName'], holder: true },
  'AWS::RDS::DBSubnetGroup': { drop: ['DBSubnetGroupName'], holder: true },
  'AWS::Redshift::ClusterSubnetGroup': { holder: true },

  // Directories, desktops, media.
  'AWS::DirectoryService::MicrosoftAD': { without: 'service' },
  'AWS::DirectoryService::SimpleAD': { without: 'service' },
  'AWS::WorkSpaces::Workspace': { indirect: ['DirectoryId'], without: 'service' },
  'AWS::WorkSpaces::WorkspacesPool': { indirect: ['DirectoryId'], without: 'service' },
  'AWS::CloudHSM::Cluster': { without: 'service' },
  'AWS::NimbleStudio::LaunchProfile': { indirect: ['StudioComponentIds[]'], opaque: true },
  'AWS::NimbleStudio::StudioComponent': { groups: ['Ec2SecurityGroupIds[]'], holder: true },
  'AWS::MediaLive::Channel': { without: 'default' },
  'AWS::MediaLive::Input': { without: 'default' },
};

// Properties of placed types that sound like groups, subnets or templates and are something else.
export const otherwise = [
  /Description$/, /UserData$/, /Version$/,
  /SubnetGroupName$|SubnetGroupIdentifier$|^LaunchTemplateName$/, // dropped above: a holder's own name
  /ClassicLinkVPCSecurityGroups|^CacheSecurityGroupNames|^ClusterSecurityGroups|^DBSecurityGroups|DBSecurityGroupMemberships/, // EC2-Classic, retired
  /^ChannelSecurityGroups|^InputSecurityGroups/, // MediaLive's own lists of addresses
  /PreferredSubnetId$/, // one of SubnetIds
  /AssociateDefaultSecurityGroup|AppSecurityGroupManagement|^EnforceSecurityGroupInboundRules/, // switches
  /^RemoteAccess\.SourceSecurityGroups/, // peers
  /^Workgroup\./, // read only
];

// Types without interfaces that change nothing of what a network carries, although they may refer to parts of it.
export const inert = {
  'addresses and names only': [
    'AWS::EC2::EIP', 'AWS::EC2::EIPAssociation', 'AWS::EC2::SubnetCidrReservation', 'AWS::EC2::DHCPOptions',
    'AWS::EC2::VPCDHCPOptionsAssociation', 'AWS::Route53::HealthCheck', 'AWS::Route53::HostedZone', 'AWS::Route53::RecordSet',
    'AWS::Route53::RecordSetGroup', 'AWS::Route53Profiles::ProfileAssociation',
    'AWS::Route53Resolver::FirewallRuleGroupAssociation', 'AWS::Route53Resolver::ResolverConfig',
    'AWS::Route53Resolver::ResolverDNSSECConfig', 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
    'AWS::Route53Resolver::ResolverRuleAssociation', 'AWS::ServiceDiscovery::HttpNamespace', 'AWS::ServiceDiscovery::Instance',
    'AWS::ServiceDiscovery::PrivateDnsNamespace', 'AWS::ServiceDiscovery::PublicDnsNamespace', 'AWS::ServiceDiscovery::Service',
  ],
  'attach interfaces that are placed elsewhere': [
    'AWS::EC2::NetworkInterfaceAttachment', 'AWS::EC2::NetworkInterfacePermission', 'AWS::EC2::Volume', 'AWS::EC2::VolumeAttachment',
  ],
  'observe': [
    'AWS::CloudTrail::Trail', 'AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm', 'AWS::CloudWatch::Dashboard',
    'AWS::Config::ConfigRule', 'AWS::EC2::FlowLog', 'AWS::EC2::NetworkInsightsAccessScope',
    'AWS::EC2::NetworkInsightsAccessScopeAnalysis', 'AWS::EC2::NetworkInsightsAnalysis', 'AWS::EC2::NetworkInsightsPath',
    'AWS::InternetMonitor::Monitor', 'AWS::Logs::LogGroup', 'AWS::Logs::LogStream', 'AWS::Logs::MetricFilter',
    'AWS::Logs::ResourcePolicy', 'AWS::Logs::SubscriptionFilter', 'AWS::NetworkManager::Device',
    'AWS::Route53RecoveryReadiness::ResourceSet',
  ],
  'permissions, keys and stored values': [
    'AWS::DynamoDB::Table', 'AWS::ECR::Repository', 'AWS::IAM::Group', 'AWS::IAM::GroupPolicy', 'AWS::IAM::InstanceProfile',
    'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::RolePolicy', 'AWS::IAM::ServiceLinkedRole',
    'AWS::IAM::User', 'AWS::IAM::UserPolicy', 'AWS::KMS::Alias', 'AWS::KMS::Key', 'AWS::Lambda::LayerVersion',
    'AWS::Lambda::Permission', 'AWS::S3::AccessPoint', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::S3Express::AccessPoint',
    'AWS::S3Outposts::AccessPoint', 'AWS::FSx::S3AccessPointAttachment', 'AWS::SNS::Subscription', 'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::SSM::Parameter',
    'AWS::SecretsManager::ResourcePolicy', 'AWS::SecretsManager::Secret', 'AWS::SecretsManager::SecretTargetAttachment',
    'AWS::Redshift::EndpointAuthorization',
  ],
  'spread traffic over interfaces that are placed elsewhere': [
    'AWS::ApiGateway::VpcLink', 'AWS::ApiGatewayV2::Integration', 'AWS::ElasticLoadBalancingV2::Listener',
    'AWS::ElasticLoadBalancingV2::ListenerCertificate', 'AWS::ElasticLoadBalancingV2::ListenerRule',
    'AWS::ElasticLoadBalancingV2::TargetGroup', 'AWS::VpcLattice::TargetGroup', 'AWS::WAFv2::WebACL', 'AWS::WAFv2::WebACLAssociation',
  ],
  'use interfaces of a connector, endpoint or instance that is placed elsewhere': [
    'AWS::AppRunner::Service', 'AWS::AppRunner::VpcIngressConnection', 'AWS::AppStream::Stack',
    'AWS::DeviceFarm::VPCEConfiguration', 'AWS::EKS::Capability', 'AWS::MediaConnect::RouterInput', 'AWS::MediaConnect::RouterOutput', 'AWS::QuickSight::ActionConnector', 'AWS::QuickSight::DataSource',
    'AWS::QuickSight::OAuthClientApplication', 'AWS::StorageGateway::Volume',
  ],
  'describe what others run': [
    'AWS::AutoScaling::LifecycleHook', 'AWS::AutoScaling::ScalingPolicy', 'AWS::AutoScaling::ScheduledAction',
    'AWS::AutoScaling::WarmPool', 'AWS::CloudFormation::WaitCondition', 'AWS::CloudFormation::WaitConditionHandle',
    'AWS::ECS::Cluster', 'AWS::ECS::ClusterCapacityProviderAssociations', 'AWS::ECS::TaskDefinition',
    'AWS::ImageBuilder::DistributionConfiguration', 'AWS::Lambda::Alias', 'AWS::Lambda::Version', 'AWS::MediaLive::Node',
    'AWS::Route53GlobalResolver::DnsView',
  ],
};

// Types that CloudFormation has and the specification lacks.
export const beyondSpecification = ['AWS::CDK::Metadata'];

// Types that speak of parts of a network and are in no table: a verifier knows them itself or fails closed.
export const unmodelled = {
  'the network itself, its routes and filters': [
    'AWS::EC2::CarrierGateway', 'AWS::EC2::ClientVpnRoute', 'AWS::EC2::EgressOnlyInternetGateway',
    'AWS::EC2::GatewayRouteTableAssociation', 'AWS::EC2::IpPoolRouteTableAssociation', 'AWS::EC2::LocalGatewayRoute',
    'AWS::EC2::LocalGatewayRouteTableVPCAssociation', 'AWS::EC2::LocalGatewayRouteTableVirtualInterfaceGroupAssociation',
    'AWS::EC2::NatGateway', 'AWS::EC2::NetworkAcl', 'AWS::EC2::NetworkAclEntry', 'AWS::EC2::Route',
    'AWS::EC2::RouteServerAssociation', 'AWS::EC2::RouteServerEndpoint', 'AWS::EC2::RouteServerPropagation',
    'AWS::EC2::RouteTable', 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress',
    'AWS::EC2::SecurityGroupVpcAssociation', 'AWS::EC2::Subnet', 'AWS::EC2::SubnetCidrBlock',
    'AWS::EC2::SubnetNetworkAclAssociation', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::TransitGateway',
    'AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayMulticastDomainAssociation',
    'AWS::EC2::TransitGatewayMulticastGroupMember', 'AWS::EC2::TransitGatewayMulticastGroupSource',
    'AWS::EC2::TransitGatewayPolicyTableEntry', 'AWS::EC2::TransitGatewayRoute', 'AWS::EC2::TransitGatewayRouteTableAssociation',
    'AWS::EC2::TransitGatewayRouteTablePropagation', 'AWS::EC2::TransitGatewayVpcAttachment', 'AWS::EC2::VPC',
    'AWS::EC2::VPCBlockPublicAccessExclusion', 'AWS::EC2::VPCCidrBlock', 'AWS::EC2::VPCEncryptionControl',
    'AWS::EC2::VPCGatewayAttachment', 'AWS::EC2::VPCPeeringConnection', 'AWS::EC2::VPNGatewayRoutePropagation',
    'AWS::NetworkFirewall::Firewall', 'AWS::NetworkFirewall::VpcEndpointAssociation', 'AWS::NetworkManager::ConnectPeer',
    'AWS::NetworkManager::TransitGatewayRouteTableAttachment', 'AWS::NetworkManager::VpcAttachment',
  ],
  'connect networks or copy traffic past their filters': [
    'AWS::DRS::SourceNetwork', 'AWS::EC2::TrafficMirrorSession', 'AWS::EC2::TrafficMirrorTarget', 'AWS::GameLift::Fleet',
    'AWS::GameLiftStreams::StreamGroup', 'AWS::ODB::OdbNetwork', 'AWS::ODB::OdbPeeringConnection',
    'AWS::RefactorSpaces::Application', 'AWS::RefactorSpaces::Service', 'AWS::VpcLattice::ServiceNetworkVpcAssociation',
  ],
  'make subnets': ['AWS::EVS::Environment'],
  'not documented well enough to say which end is an interface': ['AWS::EC2::ApplicationStatusCheck'],
  'services or platforms that are retired': [
    'AWS::ElastiCache::SecurityGroupIngress', 'AWS::OpsWorks::Instance', 'AWS::OpsWorks::Layer', 'AWS::OpsWorks::Stack',
    'AWS::OpsWorksCM::Server', 'AWS::RDS::DBSecurityGroup', 'AWS::RDS::DBSecurityGroupIngress',
    'AWS::Redshift::ClusterSecurityGroupIngress',
  ],
};
