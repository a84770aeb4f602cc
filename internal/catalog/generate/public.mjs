// The types with interfaces that have a public IPv4 address. Elastic IPs that other resources associate are not included. The
// generator fails if a type is in no list or in two. A holder needs an entry only if one of its properties decides.

// AWS documents the interfaces as private, or creates them without a public address.
export const never = [
  'AWS::APS::Scraper', 'AWS::ApiGatewayV2::VpcLink', 'AWS::AppRunner::VpcConnector', 'AWS::BedrockAgentCore::BrowserCustom',
  'AWS::BedrockAgentCore::CodeInterpreterCustom', 'AWS::BedrockAgentCore::Gateway', 'AWS::BedrockAgentCore::GatewayTarget',
  'AWS::BedrockAgentCore::Harness', 'AWS::BedrockAgentCore::OAuth2CredentialProvider', 'AWS::BedrockAgentCore::Runtime',
  'AWS::CloudFront::VpcOrigin', 'AWS::CloudHSM::Cluster', 'AWS::CodeBuild::Fleet', 'AWS::CodeBuild::Project',
  'AWS::CodeConnections::Host', 'AWS::Comprehend::DocumentClassifier', 'AWS::Comprehend::EntityRecognizer',
  'AWS::Comprehend::Flywheel', 'AWS::DAX::Cluster', 'AWS::DataSync::Agent', 'AWS::DataSync::LocationEFS',
  'AWS::DataSync::LocationFSxLustre', 'AWS::DataSync::LocationFSxONTAP', 'AWS::DataSync::LocationFSxOpenZFS',
  'AWS::DataSync::LocationFSxWindows', 'AWS::DataZone::Connection', 'AWS::Deadline::LicenseEndpoint',
  'AWS::DevOpsAgent::PrivateConnection', 'AWS::DeviceFarm::Project', 'AWS::DeviceFarm::TestGridProject',
  'AWS::DirectoryService::MicrosoftAD', 'AWS::DirectoryService::SimpleAD', 'AWS::DocDB::DBCluster', 'AWS::DocDB::DBInstance',
  'AWS::DocDBElastic::Cluster', 'AWS::EC2::InstanceConnectEndpoint', 'AWS::EC2::VPCEndpoint', 'AWS::EC2::VerifiedAccessEndpoint',
  'AWS::EFS::MountTarget', 'AWS::EKS::Cluster', 'AWS::EKS::FargateProfile', 'AWS::EMRServerless::Application',
  'AWS::ElastiCache::CacheCluster', 'AWS::ElastiCache::ReplicationGroup', 'AWS::ElastiCache::ServerlessCache',
  'AWS::Elasticsearch::Domain', 'AWS::FSx::FileCache', 'AWS::FSx::FileSystem', 'AWS::Glue::Connection', 'AWS::Glue::DevEndpoint',
  'AWS::Grafana::Workspace', 'AWS::IoT::TopicRuleDestination', 'AWS::KafkaConnect::Connector', 'AWS::Kendra::DataSource',
  'AWS::KinesisAnalyticsV2::Application', 'AWS::KinesisFirehose::DeliveryStream', 'AWS::Lambda::Function',
  'AWS::MSK::Replicator', 'AWS::MSK::ServerlessCluster', 'AWS::MSK::VpcConnection', 'AWS::MWAA::Environment',
  'AWS::MediaConnect::Flow', 'AWS::MediaConnect::FlowVpcInterface', 'AWS::MediaLive::Input', 'AWS::MemoryDB::Cluster',
  'AWS::Neptune::DBCluster', 'AWS::NeptuneGraph::PrivateGraphEndpoint', 'AWS::OSIS::Pipeline', 'AWS::Omics::Configuration',
  'AWS::OpenSearchServerless::VpcEndpoint', 'AWS::OpenSearchService::Domain', 'AWS::PCAConnectorAD::Connector',
  'AWS::QBusiness::DataSource', 'AWS::QuickSight::VPCConnection', 'AWS::RDS::DBProxy', 'AWS::RDS::DBProxyEndpoint',
  'AWS::Redshift::EndpointAccess', 'AWS::Route53Resolver::ResolverEndpoint', 'AWS::S3Files::MountTarget',
  'AWS::S3Outposts::Endpoint', 'AWS::SageMaker::DataQualityJobDefinition', 'AWS::SageMaker::Domain',
  'AWS::SageMaker::EndpointConfig', 'AWS::SageMaker::Model', 'AWS::SageMaker::ModelBiasJobDefinition',
  'AWS::SageMaker::ModelExplainabilityJobDefinition', 'AWS::SageMaker::ModelQualityJobDefinition',
  'AWS::SageMaker::MonitoringSchedule', 'AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::ProcessingJob',
  'AWS::SageMaker::UserProfile', 'AWS::SageMaker::Workforce', 'AWS::SecretsManager::RotationSchedule', 'AWS::Serverless::Function',
  'AWS::Synthetics::Canary', 'AWS::Transfer::WebApp', 'AWS::VpcLattice::ResourceGateway', 'AWS::WorkSpacesWeb::NetworkSettings',
  'Custom::AWSCDK-EKS-Cluster', 'Custom::AWSCDK-EKS-FargateProfile',
];

// AWS does not document it, or it depends on more than the template shows.
export const unsure = [
  'AWS::Batch::ComputeEnvironment', // the subnet decides for instances, and the job on Fargate
  'AWS::BedrockAgentCore::CapacityProvider', 'AWS::DMS::ReplicationConfig', 'AWS::EC2::ClientVpnTargetNetworkAssociation',
  'AWS::ECS::ExpressGatewayService', 'AWS::EMR::Studio',
  'AWS::GlobalAccelerator::EndpointGroup', // none, but the accelerator sends traffic from the internet to them
  'AWS::GroundStation::DataflowEndpointGroup', 'AWS::Lambda::CapacityProvider', 'AWS::Lambda::NetworkConnector',
  'AWS::LookoutMetrics::AnomalyDetector', 'AWS::MWAAServerless::Workflow', 'AWS::MediaConnect::RouterNetworkInterface',
  'AWS::NimbleStudio::LaunchProfile', 'AWS::PCS::Cluster', 'AWS::RTBFabric::RequesterGateway', 'AWS::RTBFabric::ResponderGateway',
  'AWS::SageMaker::Cluster', 'AWS::SecurityAgent::AgentSpace', 'AWS::SecurityAgent::Pentest', 'AWS::Serverless::CapacityProvider',
  'AWS::WorkSpaces::Workspace', 'AWS::WorkSpaces::WorkspacesPool',
];

// MapPublicIpOnLaunch of the subnet decides, unless the property of the type or of its launch template decides otherwise.
export const bySubnet = {
  'AWS::AutoScaling::AutoScalingGroup': '',
  'AWS::AutoScaling::LaunchConfiguration': 'AssociatePublicIpAddress',
  'AWS::Cloud9::EnvironmentEC2': '',
  'AWS::EC2::EC2Fleet': 'LaunchTemplateConfigs[].Overrides[].NetworkInterfaces[].AssociatePublicIpAddress',
  'AWS::EC2::Instance': 'NetworkInterfaces[].AssociatePublicIpAddress',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.NetworkInterfaces[].AssociatePublicIpAddress',
  'AWS::EC2::NetworkInterface': '', // it follows the subnet; an instance gets the address if it is launched with the interface
  'AWS::EC2::SpotFleet': 'SpotFleetRequestConfigData.LaunchSpecifications[].NetworkInterfaces[].AssociatePublicIpAddress',
  'AWS::ECS::CapacityProvider': '',
  'AWS::EKS::Nodegroup': '',
  'AWS::EMR::Cluster': '',
  'AWS::GameLift::GameServerGroup': '',
  'AWS::ImageBuilder::InfrastructureConfiguration': '',
  'AWS::PCS::ComputeNodeGroup': '',
  'AWS::WorkspacesInstances::WorkspaceInstance': '',
};

// A property decides: there is an address for the values in when, or for any value if when is missing. If the property is
// absent, the field absent decides: 'always', 'never' or 'unsure'. For the values in private of the property kind, there is
// never an address.
const task = { when: ['ENABLED'], absent: 'never' };
const whenTrue = { property: 'PubliclyAccessible', when: ['true'] };
const internet = { property: 'EnableDefaultInternetAccess', when: ['true'], absent: 'never' };
export const byProperty = {
  'AWS::AmazonMQ::Broker': { ...whenTrue, absent: 'never' },
  'AWS::AppStream::AppBlockBuilder': internet,
  'AWS::AppStream::Fleet': internet,
  'AWS::AppStream::ImageBuilder': internet,
  'AWS::DMS::InstanceProfile': { ...whenTrue, absent: 'unsure' }, // its documentation and its schema disagree
  'AWS::DMS::ReplicationInstance': { ...whenTrue, absent: 'always' },
  'AWS::DRS::ReplicationConfigurationTemplate': { property: 'CreatePublicIP', when: ['true'], absent: 'unsure' },
  'AWS::ECS::Service': { property: 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', ...task },
  'AWS::ECS::TaskSet': { property: 'NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp', ...task },
  'AWS::ElasticLoadBalancing::LoadBalancer': { property: 'Scheme', when: ['internet-facing'], absent: 'always' },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    property: 'Scheme', when: ['internet-facing'], absent: 'always', kind: 'Type', private: ['gateway'],
  },
  'AWS::Events::Rule': { property: 'Targets[].EcsParameters.NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp', ...task },
  'AWS::M2::Environment': { ...whenTrue, absent: 'unsure' },
  'AWS::MSK::Cluster': {
    property: 'BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type', when: ['SERVICE_PROVIDED_EIPS'], absent: 'never',
  },
  'AWS::MediaLive::Channel': { property: 'Vpc.PublicAddressAllocationIds[]', absent: 'never' },
  'AWS::Neptune::DBInstance': { ...whenTrue, absent: 'never' },
  'AWS::Pipes::Pipe': {
    property: 'TargetParameters.EcsTaskParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', ...task,
  },
  // Only clusters with their own instances have addresses. With a subnet group, the default is no address.
  'AWS::RDS::DBCluster': { ...whenTrue, absent: 'never', kind: 'Engine', private: ['aurora', 'aurora-mysql', 'aurora-postgresql'] },
  'AWS::RDS::DBInstance': { ...whenTrue, absent: 'unsure' }, // AWS documents two different defaults
  'AWS::RDS::DBShardGroup': { ...whenTrue, absent: 'unsure' },
  'AWS::Redshift::Cluster': { ...whenTrue, absent: 'never' },
  'AWS::RedshiftServerless::Workgroup': { ...whenTrue, absent: 'never' },
  'AWS::Scheduler::Schedule': { property: 'Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', ...task },
  'AWS::Timestream::InfluxDBCluster': { ...whenTrue, absent: 'never' },
  'AWS::Timestream::InfluxDBInstance': { ...whenTrue, absent: 'never' },
  'AWS::Transfer::Server': { property: 'EndpointDetails.AddressAllocationIds[]', absent: 'never' },
};
