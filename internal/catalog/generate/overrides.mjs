// Facts that the names of properties do not show. Every resource type whose properties name groups, subnets, route tables,
// network ACLs or VPCs is either placed by the rules in generate.mjs, with the corrections below, or listed in classes.mjs.
// The generator fails for any other type, and for a path or type here that is not in the specification.

// Paths to add to those found by name, paths to drop, and facts about interfaces without groups:
//   without "default": the service documents that they get the VPC's default group
//   without "service": they get a group that the service creates
//   kind, unfiltered:  the property, and its values for which nothing filters an interface without groups
//   opaque:            the service adds its own groups, rules or routes, whatever the template says
//   holder:            it has no interface of its own; other types refer to it by an indirect path
export const corrections = {
  // Instances, and the types that launch them.
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
  'AWS::AutoScaling::LaunchConfiguration': { indirect: ['InstanceId'], holder: true }, // it copies that instance
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

  // Services at the ends of a network.
  'AWS::EC2::VPCEndpoint': { kind: 'VpcEndpointType', unfiltered: ['GatewayLoadBalancer'], without: 'default' },
  'AWS::EC2::InstanceConnectEndpoint': { without: 'default' },
  'AWS::EC2::VerifiedAccessEndpoint': { indirect: ['NetworkInterfaceOptions.NetworkInterfaceId'] },
  'AWS::EC2::ClientVpnEndpoint': { holder: true }, // each association has its interfaces
  'AWS::EC2::ClientVpnTargetNetworkAssociation': { indirect: ['ClientVpnEndpointId'], without: 'default' },
  'AWS::Transfer::Server': { without: 'default' },

  // Load balancers, and the services in front of them.
  'AWS::ElasticLoadBalancing::LoadBalancer': { without: 'default' },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { kind: 'Type', unfiltered: ['gateway', 'network'], without: 'default' },
  'AWS::GlobalAccelerator::EndpointGroup': { indirect: ['EndpointConfigurations[].EndpointId'], without: 'service', opaque: true },
  'AWS::CloudFront::VpcOrigin': { indirect: ['VpcOriginEndpointConfig.Arn'], without: 'service', opaque: true },

  // Containers and functions.
  'AWS::ECS::Service': { without: 'default' },
  'AWS::ECS::TaskSet': { without: 'default' },
  'AWS::ECS::ExpressGatewayService': { opaque: true }, // it creates a load balancer and its groups
  'AWS::Events::Rule': { without: 'default' },
  'AWS::Pipes::Pipe': { without: 'default' },
  'AWS::Scheduler::Schedule': { without: 'default' },
  'AWS::EKS::Cluster': { without: 'service' }, // the cluster security group is also always attached; the reader of clusters adds it
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
  'AWS::RDS::DBShardGroup': { indirect: ['DBClusterIdentifier'] },
  'AWS::RDS::DBProxyEndpoint': { without: 'default' },
  'AWS::RDS::OptionGroup': { groups: ['OptionConfigurations[].VpcSecurityGroupMemberships[]'], holder: true },
  'AWS::DocDB::DBCluster': { without: 'default' },
  'AWS::DocDB::DBInstance': { indirect: ['DBClusterIdentifier'] },
  'AWS::Neptune::DBCluster': { without: 'default' },
  'AWS::Neptune::DBInstance': { indirect: ['DBClusterIdentifier'] },
  'AWS::DMS::InstanceProfile': { opaque: true }, // each migration peers a VPC and writes its block into the group
  'AWS::DAX::Cluster': { without: 'default' },
  'AWS::Redshift::Cluster': { without: 'default' },
  'AWS::RedshiftServerless::Workgroup': { // read only
    drop: [
      'Workgroup.SecurityGroupIds[]', 'Workgroup.SubnetIds[]', 'Workgroup.Endpoint.VpcEndpoints[].NetworkInterfaces[].SubnetId',
    ],
  },
  'AWS::OpenSearchService::Domain': { without: 'default' },
  'AWS::Elasticsearch::Domain': { without: 'default' },
  'AWS::MSK::Cluster': { without: 'default' },
  'AWS::EFS::MountTarget': { without: 'default' },
  'AWS::FSx::FileSystem': { opaque: true }, // writes routes into OntapConfiguration.RouteTableIds and its like

  // Subnet groups. Their own name is not a reference.
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

// Types that place interfaces but are not in the specification, in the form of an entry of the table.
export const unspecified = {
  // The CDK library creates clusters with a custom resource, whose properties are those of the API.
  'Custom::AWSCDK-EKS-Cluster': {
    groups: ['Config.resourcesVpcConfig.securityGroupIds[]'], subnets: ['Config.resourcesVpcConfig.subnetIds[]'], indirect: [],
    without: 'service',
  },
  'Custom::AWSCDK-EKS-FargateProfile': { groups: [], subnets: ['Config.subnets[]'], indirect: [], without: 'service' },
  'AWS::Serverless::CapacityProvider': { groups: ['VpcConfig.SecurityGroupIds[]'], subnets: ['VpcConfig.SubnetIds[]'], indirect: [] },
};

// Properties of placed types whose names look like groups, subnets or templates, but that are something else.
export const otherwise = [
  /Description$/, /UserData$/, /Version$/,
  /SubnetGroupName$|SubnetGroupIdentifier$|^LaunchTemplateName$/, // dropped above: a holder's own name
  // EC2-Classic, retired.
  /ClassicLinkVPCSecurityGroups|^CacheSecurityGroupNames|^ClusterSecurityGroups|^DBSecurityGroups|DBSecurityGroupMemberships/,
  /^ChannelSecurityGroups|^InputSecurityGroups/, // MediaLive's own lists of addresses
  /PreferredSubnetId$/, // one of SubnetIds
  /AssociateDefaultSecurityGroup|AppSecurityGroupManagement|^EnforceSecurityGroupInboundRules/, // switches
  /^RemoteAccess\.SourceSecurityGroups/, // peers
  /^Workgroup\./, // read only
];
