// The effect of each resource type on the traffic of a network. Every type of the specification is in exactly one class:
//   evaluated  the engine that evaluates traffic reads it
//   places     it has interfaces, or holds their groups and subnets; generate.mjs finds these, and overrides.mjs corrects them
//   harmless   it cannot change the traffic of a network; the reason says why
//   unknown    it may change the traffic in a way that no template shows; the reason says how, and the reach how far
// 'AWS::S3::*' stands for all types of a service that are in no other list and place no interfaces. Types whose properties
// name groups, subnets, route tables, network ACLs or VPCs are not included: each of them must be listed by name. The
// generator fails if a type is in no list or in two, and if a list names a type that does not exist.

export const evaluated = [
  'AWS::CloudFormation::Stack', 'AWS::EC2::EIP', 'AWS::EC2::EIPAssociation', 'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::GatewayRouteTableAssociation', 'AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::NetworkAcl',
  'AWS::EC2::NetworkAclEntry', 'AWS::EC2::PrefixList', 'AWS::EC2::Route', 'AWS::EC2::RouteTable', 'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupVpcAssociation',
  'AWS::EC2::Subnet', 'AWS::EC2::SubnetCidrBlock', 'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::TransitGateway', 'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::TransitGatewayVpcAttachment', 'AWS::EC2::VPC', 'AWS::EC2::VPCBlockPublicAccessExclusion',
  'AWS::EC2::VPCBlockPublicAccessOptions', 'AWS::EC2::VPCCidrBlock', 'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection', 'AWS::EC2::VPNGateway', 'AWS::EC2::VPNGatewayRoutePropagation',
  'AWS::NetworkFirewall::Firewall', 'AWS::NetworkFirewall::FirewallPolicy', 'AWS::NetworkFirewall::LoggingConfiguration',
  'AWS::NetworkFirewall::RuleGroup', 'AWS::NetworkFirewall::TLSInspectionConfiguration',
  'AWS::NetworkFirewall::VpcEndpointAssociation', 'Custom::VpcRestrictDefaultSG',
];

export const harmless = {
  'keeps data': [
    'AWS::APS::*', 'AWS::Athena::*', 'AWS::Backup::*', 'AWS::BackupGateway::*', 'AWS::Cassandra::*', 'AWS::CleanRooms::*',
    'AWS::CleanRoomsML::*', 'AWS::CodeArtifact::*', 'AWS::CodeCommit::*', 'AWS::DLM::*', 'AWS::DSQL::*', 'AWS::DataBrew::*',
    'AWS::DataExchange::*', 'AWS::DataZone::*', 'AWS::DynamoDB::*', 'AWS::EC2::SnapshotBlockPublicAccess', 'AWS::EC2::Volume',
    'AWS::EC2::VolumeAttachment', 'AWS::ECR::*', 'AWS::EFS::*', 'AWS::EntityResolution::*', 'AWS::FinSpace::*',
    'AWS::HealthImaging::*', 'AWS::HealthLake::*', 'AWS::KinesisVideo::*', 'AWS::LakeFormation::*', 'AWS::Omics::*',
    'AWS::QLDB::*', 'AWS::Rbin::*', 'AWS::S3::*', 'AWS::S3::AccessPoint', 'AWS::S3Express::*', 'AWS::S3Express::AccessPoint',
    'AWS::S3Files::*', 'AWS::S3ObjectLambda::*', 'AWS::S3Outposts::*', 'AWS::S3Outposts::AccessPoint', 'AWS::S3Tables::*',
    'AWS::S3Vectors::*', 'AWS::SDB::*', 'AWS::SSM::Parameter', 'AWS::SSM::ResourceDataSync', 'AWS::SecurityLake::*',
    'AWS::Serverless::SimpleTable', 'AWS::StorageGateway::*', 'AWS::StorageGateway::Volume', 'AWS::Timestream::*',
    'AWS::WorkspacesInstances::*', 'Custom::CDKBucketDeployment', 'Custom::DynamoDBReplica', 'Custom::ECRAutoDeleteImages',
    'Custom::GluePartitionIndex', 'Custom::S3AutoDeleteObjects', 'Custom::SyntheticsAutoDeleteUnderlyingResources',
  ],
  'queues, streams or delivers messages': [
    'AWS::Chatbot::*', 'AWS::EventSchemas::*', 'AWS::Events::*', 'AWS::EventsV2::*', 'AWS::Kinesis::*', 'AWS::Notifications::*',
    'AWS::NotificationsContacts::*', 'AWS::Pinpoint::*', 'AWS::PinpointEmail::*', 'AWS::SES::*', 'AWS::SMSVOICE::*',
    'AWS::SNS::*', 'AWS::SQS::*', 'Custom::S3BucketNotifications',
  ],
  'holds permissions, identities, keys or certificates': [
    'AWS::ACMPCA::*', 'AWS::AccountAccess::*', 'AWS::CertificateManager::*', 'AWS::Cognito::*',
    'AWS::EC2::EnclaveCertificateIamRoleAssociation', 'AWS::EC2::IpamExternalResourceVerificationToken', 'AWS::EC2::KeyPair',
    'AWS::EC2::VPCEndpointServicePermissions', 'AWS::EC2::VerifiedAccessGroup', 'AWS::EC2::VerifiedAccessInstance',
    'AWS::EC2::VerifiedAccessTrustProvider', 'AWS::EKS::AccessEntry', 'AWS::EKS::CertificateAuthority',
    'AWS::EKS::IdentityProviderConfig', 'AWS::EKS::PodIdentityAssociation', 'AWS::FSx::S3AccessPointAttachment', 'AWS::IAM::*',
    'AWS::IdentityStore::*', 'AWS::KMS::*', 'AWS::Lambda::CodeSigningConfig', 'AWS::Lambda::LayerVersionPermission',
    'AWS::Lambda::Permission', 'AWS::Lambda::ResourcePolicy', 'AWS::LicenseManager::*', 'AWS::MPA::*', 'AWS::PCAConnectorAD::*',
    'AWS::PCAConnectorSCEP::*', 'AWS::PaymentCryptography::*', 'AWS::RAM::Permission', 'AWS::RolesAnywhere::*', 'AWS::SSO::*',
    'AWS::SecretsManager::*', 'AWS::Signer::*', 'AWS::SupportAuthZ::*', 'AWS::VerifiedPermissions::*',
    'Custom::AWSCDKOpenIdConnectProvider', 'Custom::CloudwatchLogResourcePolicy', 'Custom::ElasticsearchAccessPolicy',
    'Custom::OpenSearchAccessPolicy',
  ],
  'sets up accounts and restricts what is allowed in them': ['AWS::ControlTower::*', 'AWS::Organizations::*'],
  'observes, records or reports': [
    'AWS::AIOps::*', 'AWS::AccessAnalyzer::*', 'AWS::ApplicationInsights::*', 'AWS::ApplicationSignals::*',
    'AWS::AuditManager::*', 'AWS::BCM::*', 'AWS::BCMDataExports::*', 'AWS::BcmPricingCalculator::*', 'AWS::Billing::*',
    'AWS::BillingConductor::*', 'AWS::Budgets::*', 'AWS::CE::*', 'AWS::CUR::*', 'AWS::CloudTrail::*', 'AWS::CloudTrail::Trail',
    'AWS::CloudWatch::*', 'AWS::CodeGuruProfiler::*', 'AWS::CodeGuruReviewer::*', 'AWS::CodeStarNotifications::*',
    'AWS::ComputeOptimizer::*', 'AWS::Config::*', 'AWS::Detective::*', 'AWS::DevOpsAgent::*', 'AWS::DevOpsGuru::*',
    'AWS::EC2::CapacityManagerDataExport', 'AWS::EC2::FlowLog', 'AWS::EC2::NetworkInsightsAccessScope',
    'AWS::EC2::NetworkInsightsAccessScopeAnalysis', 'AWS::EC2::NetworkInsightsAnalysis', 'AWS::EC2::NetworkInsightsPath',
    'AWS::EC2::NetworkPerformanceMetricSubscription', 'AWS::EC2::SqlHaStandbyDetectedInstance',
    'AWS::EC2::VPCEndpointConnectionNotification', 'AWS::FraudDetector::*', 'AWS::GuardDuty::*', 'AWS::HealthAgent::*',
    'AWS::Inspector::*', 'AWS::InspectorV2::*', 'AWS::InternetMonitor::Monitor', 'AWS::Invoicing::*',
    'AWS::Logs::*', 'AWS::LookoutEquipment::*', 'AWS::LookoutMetrics::*', 'AWS::LookoutVision::*', 'AWS::Macie::*',
    'AWS::NetworkFlowMonitor::*', 'AWS::NetworkMonitor::*', 'AWS::Oam::*', 'AWS::ObservabilityAdmin::*', 'AWS::PI::*',
    'AWS::RUM::*', 'AWS::ResilienceHub::*', 'AWS::ResilienceHubV2::*', 'AWS::ResourceExplorer2::*',
    'AWS::Route53RecoveryReadiness::*', 'AWS::Route53RecoveryReadiness::ResourceSet', 'AWS::SSMContacts::*',
    'AWS::SSMIncidents::*', 'AWS::SecurityAgent::*', 'AWS::SecurityHub::*', 'AWS::SupportApp::*', 'AWS::Synthetics::*',
    'AWS::WellArchitected::*', 'AWS::XRay::*', 'Custom::LogRetention',
  ],
  'observes; an endpoint that it adds to a VPC serves only its own agents': ['AWS::GuardDuty::Detector'],
  'runs outside the VPCs of the account': [
    'AWS::AWSExternalAnthropic::*', 'AWS::AgentRegistry::*', 'AWS::Amplify::*', 'AWS::AmplifyUIBuilder::*',
    'AWS::ApiGateway::*', 'AWS::ApiGatewayV2::*', 'AWS::AppFlow::*', 'AWS::AppIntegrations::*', 'AWS::AppSync::*',
    'AWS::AppTest::*', 'AWS::B2BI::*', 'AWS::Bedrock::*', 'AWS::BedrockAgentCore::*', 'AWS::BedrockMantle::*', 'AWS::Braket::*',
    'AWS::Cases::*', 'AWS::Chime::*', 'AWS::CloudFront::*', 'AWS::CodeConnections::*', 'AWS::CodeStar::*',
    'AWS::CodeStarConnections::*', 'AWS::Comprehend::*', 'AWS::Connect::*', 'AWS::ConnectCampaigns::*',
    'AWS::ConnectCampaignsV2::*', 'AWS::CustomerProfiles::*', 'AWS::Deadline::*', 'AWS::DeviceFarm::*',
    'AWS::ElementalInference::*', 'AWS::Evidently::*', 'AWS::Forecast::*', 'AWS::GameLift::*', 'AWS::GameLiftStreams::*',
    'AWS::GroundStation::*', 'AWS::IVS::*', 'AWS::IVSChat::*', 'AWS::IoT::*', 'AWS::IoTAnalytics::*',
    'AWS::IoTCoreDeviceAdvisor::*', 'AWS::IoTEvents::*', 'AWS::IoTFleetHub::*', 'AWS::IoTFleetWise::*',
    'AWS::IoTSecureTunneling::*', 'AWS::IoTSiteWise::*', 'AWS::IoTThingsGraph::*', 'AWS::IoTTwinMaker::*',
    'AWS::IoTWireless::*', 'AWS::Kendra::*', 'AWS::KendraRanking::*', 'AWS::KinesisAnalytics::*', 'AWS::Lambda::Url',
    'AWS::Lex::*', 'AWS::Location::*', 'AWS::ManagedBlockchain::*', 'AWS::MediaConvert::*', 'AWS::MediaPackage::*',
    'AWS::MediaPackageV2::*', 'AWS::MediaStore::*', 'AWS::MediaTailor::*', 'AWS::NovaAct::*', 'AWS::Personalize::*',
    'AWS::PricingPlanManager::*', 'AWS::QBusiness::*', 'AWS::QuickSight::*', 'AWS::Rekognition::*', 'AWS::RoboMaker::*',
    'AWS::SCN::*', 'AWS::Serverless::Api', 'AWS::Serverless::GraphQLApi', 'AWS::Serverless::HttpApi', 'AWS::SimSpaceWeaver::*',
    'AWS::Textract::*', 'AWS::Transcribe::*', 'AWS::Translate::*', 'AWS::UXC::*', 'AWS::VoiceID::*', 'AWS::Wickr::*',
    'AWS::Wisdom::*', 'Alexa::ASK::*', 'Custom::DescribeCognitoUserPoolClient',
  ],
  "runs in a network of the service, outside of VPCs": ['AWS::Lightsail::*', 'AWS::ODB::*'],
  'is or describes equipment outside of AWS': [
    'AWS::EC2::CustomerGateway', 'AWS::Greengrass::*', 'AWS::GreengrassV2::*', 'AWS::MediaConnect::Bridge',
    'AWS::MediaConnect::BridgeOutput', 'AWS::MediaConnect::BridgeSource', 'AWS::MediaConnect::Gateway',
    'AWS::MediaLive::Cluster', 'AWS::MediaLive::Network', 'AWS::MediaLive::Node', 'AWS::MediaLive::SdiSource',
    'AWS::NetworkManager::Connection', 'AWS::NetworkManager::CustomerGatewayAssociation', 'AWS::NetworkManager::Device',
    'AWS::NetworkManager::GlobalNetwork', 'AWS::NetworkManager::Link', 'AWS::NetworkManager::LinkAssociation',
    'AWS::NetworkManager::Site', 'AWS::NetworkManager::TransitGatewayRegistration', 'AWS::Outposts::*', 'AWS::Panorama::*',
    'AWS::WorkSpacesThinClient::*',
  ],
  'resolves names': [
    'AWS::EC2::DHCPOptions', 'AWS::EC2::VPCDHCPOptionsAssociation', 'AWS::Route53::*', 'AWS::Route53::HealthCheck',
    'AWS::Route53::HostedZone', 'AWS::Route53::RecordSet', 'AWS::Route53::RecordSetGroup', 'AWS::Route53GlobalResolver::*',
    'AWS::Route53GlobalResolver::DnsView', 'AWS::Route53Profiles::*', 'AWS::Route53Profiles::ProfileAssociation',
    'AWS::Route53RecoveryControl::*', 'AWS::Route53Resolver::*',
    'AWS::Route53Resolver::ResolverConfig', 'AWS::Route53Resolver::ResolverDNSSECConfig',
    'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AWS::Route53Resolver::ResolverRuleAssociation',
    'AWS::ServiceDiscovery::*', 'AWS::ServiceDiscovery::PrivateDnsNamespace', 'Custom::CrossAccountZoneDelegation',
    'Custom::DeleteExistingRecordSet', 'Custom::UserPoolCloudFrontDomainName',
  ],
  'filters queries for names, not packets; the proof asks it for the declared names': [
    'AWS::Route53Resolver::FirewallConfig', 'AWS::Route53Resolver::FirewallDomainList', 'AWS::Route53Resolver::FirewallRuleGroup',
    'AWS::Route53Resolver::FirewallRuleGroupAssociation',
  ],
  'plans addresses, which matter only where a VPC, subnet or interface uses them': [
    'AWS::EC2::IPAM', 'AWS::EC2::IPAMAllocation', 'AWS::EC2::IPAMPool', 'AWS::EC2::IPAMPoolCidr',
    'AWS::EC2::IPAMPrefixListResolver', 'AWS::EC2::IPAMResourceDiscovery', 'AWS::EC2::IPAMResourceDiscoveryAssociation',
    'AWS::EC2::IPAMScope', 'AWS::EC2::IPv4Pool', 'AWS::EC2::SubnetCidrReservation',
  ],
  'spreads traffic over interfaces that are placed elsewhere': [
    'AWS::ARCRegionSwitch::*', 'AWS::ARCZonalShift::*', 'AWS::ApiGatewayV2::Integration', 'AWS::AppMesh::*',
    'AWS::CodeDeploy::*', 'AWS::ElasticLoadBalancingV2::*', 'AWS::ElasticLoadBalancingV2::TargetGroup',
    'AWS::GlobalAccelerator::Accelerator', 'AWS::GlobalAccelerator::Listener', 'AWS::RDS::DBProxyTargetGroup',
    'AWS::VpcLattice::*', 'AWS::VpcLattice::TargetGroup',
  ],
  'filters requests to web applications, not packets': ['AWS::WAF::*', 'AWS::WAFRegional::*', 'AWS::WAFv2::*', 'AWS::Shield::*'],
  'uses interfaces that other resources place, if any': [
    'AWS::AmazonMQ::*', 'AWS::AppRunner::*', 'AWS::AppRunner::Service', 'AWS::AppRunner::VpcIngressConnection',
    'AWS::AppStream::*', 'AWS::AppStream::Stack', 'AWS::CodeBuild::*', 'AWS::DAX::*', 'AWS::DMS::*', 'AWS::DataSync::*',
    'AWS::DeviceFarm::VPCEConfiguration', 'AWS::DocDB::*', 'AWS::DocDBElastic::*', 'AWS::EMR::*', 'AWS::ElastiCache::*',
    'AWS::FSx::*', 'AWS::Glue::*', 'AWS::KafkaConnect::*', 'AWS::KinesisAnalyticsV2::*', 'AWS::Lambda::*', 'AWS::M2::*',
    'AWS::MSK::*', 'AWS::MediaConnect::*', 'AWS::MediaConnect::RouterInput', 'AWS::MediaConnect::RouterOutput',
    'AWS::MediaLive::*', 'AWS::MemoryDB::*', 'AWS::Neptune::*', 'AWS::NeptuneGraph::*', 'AWS::NimbleStudio::*',
    'AWS::OpenSearch::*', 'AWS::OpenSearchServerless::*', 'AWS::OpenSearchService::*', 'AWS::QuickSight::ActionConnector',
    'AWS::QuickSight::DataSource', 'AWS::QuickSight::OAuthClientApplication', 'AWS::RDS::*', 'AWS::RTBFabric::*',
    'AWS::Redshift::*', 'AWS::RedshiftServerless::*', 'AWS::SageMaker::*', 'AWS::SystemsManagerSAP::*', 'AWS::Transfer::*',
    'AWS::WorkSpaces::*', 'AWS::WorkSpacesWeb::*', 'Custom::Trigger',
  ],
  'attaches interfaces that are placed elsewhere, or permits it': [
    'AWS::EC2::NetworkInterfaceAttachment', 'AWS::EC2::NetworkInterfacePermission',
  ],
  'reserves or scales what is placed elsewhere': [
    'AWS::ApplicationAutoScaling::*', 'AWS::AutoScaling::*', 'AWS::AutoScalingPlans::*', 'AWS::EC2::CapacityReservation',
    'AWS::EC2::CapacityReservationFleet', 'AWS::EC2::Host', 'AWS::EC2::InstanceEventWindow', 'AWS::EC2::PlacementGroup',
  ],
  'describes what other resources run': [
    'AWS::AppConfig::*', 'AWS::Batch::*', 'AWS::EC2::FpgaImage', 'AWS::ECS::*', 'AWS::EKS::Addon', 'AWS::EMRContainers::*',
    'AWS::ElasticBeanstalk::Application', 'AWS::ElasticBeanstalk::ApplicationVersion', 'AWS::ImageBuilder::*',
    'AWS::ImageBuilder::DistributionConfiguration', 'AWS::PCS::*', 'AWS::ResourceGroups::*', 'AWS::SSM::*',
    'AWS::SSMGuiConnect::*', 'AWS::Scheduler::*', 'AWS::Serverless::Connector', 'AWS::Serverless::LayerVersion',
    'AWS::ServiceCatalogAppRegistry::*', 'AWS::StepFunctions::*', 'Custom::AWSCDK-EKS-KubernetesObjectValue',
  ],
  'registers types, hooks, templates or applications; resources created from them are evaluated separately': [
    'AWS::CloudFormation::GeneratedTemplate', 'AWS::CloudFormation::GuardHook', 'AWS::CloudFormation::HookDefaultVersion',
    'AWS::CloudFormation::HookTypeConfig', 'AWS::CloudFormation::HookVersion', 'AWS::CloudFormation::LambdaHook',
    'AWS::CloudFormation::Macro', 'AWS::CloudFormation::ModuleDefaultVersion', 'AWS::CloudFormation::ModuleVersion',
    'AWS::CloudFormation::PublicTypeVersion', 'AWS::CloudFormation::Publisher', 'AWS::CloudFormation::ResourceDefaultVersion',
    'AWS::CloudFormation::ResourceVersion', 'AWS::CloudFormation::TypeActivation', 'AWS::OpsWorks::App',
    'AWS::OpsWorks::UserProfile', 'AWS::OpsWorks::Volume', 'AWS::Proton::*', 'AWS::ServerlessRepo::*', 'AWS::ServiceCatalog::*',
  ],
  'only passes on values, or waits, while stacks are deployed': [
    'AWS::CDK::Metadata', 'AWS::CloudFormation::WaitCondition', 'AWS::CloudFormation::WaitConditionHandle',
    'Custom::AWSCDKCfnJson', 'Custom::AWSCDKCfnJsonStringify', 'Custom::CrossRegionExportReader',
    'Custom::CrossRegionExportWriter', 'Custom::CrossRegionStringParameterReader',
  ],
  'decides what a transit gateway or core network carries between its attachments, which is treated as unknown anyway': [
    'AWS::EC2::TransitGatewayConnect', 'AWS::EC2::TransitGatewayConnectPeer', 'AWS::EC2::TransitGatewayMeteringPolicy',
    'AWS::EC2::TransitGatewayMeteringPolicyEntry', 'AWS::EC2::TransitGatewayPeeringAttachment',
    'AWS::EC2::TransitGatewayPolicyTable', 'AWS::EC2::TransitGatewayPolicyTableAssociation',
    'AWS::EC2::TransitGatewayPolicyTableEntry', 'AWS::EC2::TransitGatewayRoute', 'AWS::EC2::TransitGatewayRouteTable',
    'AWS::EC2::TransitGatewayRouteTableAssociation', 'AWS::EC2::TransitGatewayRouteTablePropagation',
    'AWS::NetworkManager::ConnectAttachment', 'AWS::NetworkManager::CoreNetwork',
    'AWS::NetworkManager::CoreNetworkPrefixListAssociation', 'AWS::NetworkManager::DirectConnectGatewayAttachment',
    'AWS::NetworkManager::SiteToSiteVpnAttachment', 'AWS::NetworkManager::TransitGatewayPeering',
    'AWS::NetworkManager::TransitGatewayRouteTableAttachment',
  ],
  'connects another network to a gateway; it matters only where routes lead to that gateway': [
    'AWS::DirectConnect::*', 'AWS::EC2::VPNConcentrator', 'AWS::EC2::VPNConnection', 'AWS::EC2::VPNConnectionRoute',
    'AWS::Interconnect::*',
  ],
  'limits what VPN clients may reach; the VPN itself is evaluated by the groups and subnets of its interfaces': [
    'AWS::EC2::ClientVpnAuthorizationRule', 'AWS::EC2::ClientVpnRoute',
  ],
  'belongs to a route server, which changes only the route tables that propagations name': [
    'AWS::EC2::RouteServer', 'AWS::EC2::RouteServerAssociation', 'AWS::EC2::RouteServerPeer',
  ],
  'describes the traffic that mirror sessions copy': ['AWS::EC2::TrafficMirrorFilter', 'AWS::EC2::TrafficMirrorFilterRule'],
  'is a list or setting that policies of Firewall Manager name': [
    'AWS::FMS::ApplicationsList', 'AWS::FMS::NotificationChannel', 'AWS::FMS::ProtocolsList', 'AWS::FMS::ResourceSet',
  ],
};

// The reach of an unknown: 'refs' means the parts of a network that its properties refer to, 'interfaces' also the interfaces
// of all resources that they refer to, 'vpc' the VPC that it is in or names, and 'region' everything in the account's Region.
export const unknown = [
  {
    reach: 'refs', reason: 'is a custom resource, and no template shows what its code does',
    types: ['AWS::CloudFormation::CustomResource'],
  },
  {
    reach: 'refs', reason: 'calls any operation of an AWS service', types: ['Custom::AWS'],
  },
  {
    reach: 'interfaces', reason: 'changes objects of a Kubernetes cluster, whose controllers may create load balancers, groups and rules',
    types: [
      'AWS::EKS::Capability', 'AWS::EMRContainers::Endpoint', 'Custom::AWSCDK-EKS-HelmChart',
      'Custom::AWSCDK-EKS-KubernetesPatch', 'Custom::AWSCDK-EKS-KubernetesResource',
    ],
  },
  {
    reach: 'refs', reason: 'deploys a template that was not read',
    types: [
      'AWS::CloudFormation::ChangeSet', 'AWS::CloudFormation::StackSet', 'AWS::CodePipeline::*', 'AWS::DataZone::Environment',
      'AWS::DataZone::EnvironmentBlueprintConfiguration', 'AWS::DataZone::EnvironmentProfile', 'AWS::DataZone::Project',
      'AWS::DataZone::ProjectProfile', 'AWS::LaunchWizard::*', 'AWS::SSMQuickSetup::*', 'AWS::SageMaker::Project',
      'AWS::Serverless::Application', 'AWS::ServiceCatalog::CloudFormationProvisionedProduct',
    ],
  },
  {
    reach: 'refs', reason: 'runs an automation, which may change any resource that its parameters name',
    types: ['AWS::SSM::Association', 'AWS::SSM::MaintenanceWindowTask'],
  },
  {
    reach: 'region', reason: 'may correct any resource that breaks a rule, security groups and network ACLs included',
    types: ['AWS::Config::ConformancePack', 'AWS::Config::OrganizationConformancePack', 'AWS::Config::RemediationConfiguration'],
  },
  {
    reach: 'region', reason: 'may write security groups, network ACLs, firewalls and routes into all VPCs',
    types: ['AWS::FMS::Policy'],
  },
  {
    reach: 'region', reason: 'may be a declarative policy for EC2, which can block public access to all VPCs',
    types: ['AWS::Organizations::Policy'],
  },
  {
    reach: 'refs',
    reason: 'shares subnets, prefix lists and gateways with other accounts, which may place or change things that no template shows',
    types: ['AWS::RAM::ResourceShare'],
  },
  {
    reach: 'refs', reason: 'may start tasks or jobs in subnets that its definition names',
    types: ['AWS::DataPipeline::*', 'AWS::SageMaker::Pipeline', 'AWS::Serverless::StateMachine', 'AWS::StepFunctions::StateMachine'],
  },
  {
    reach: 'refs', reason: 'may read from brokers in a VPC through its own interfaces',
    types: ['AWS::Lambda::EventSourceMapping'],
  },
  {
    reach: 'refs', reason: 'launches instances in subnets and groups that its settings name, and creates its own groups',
    types: ['AWS::ElasticBeanstalk::ConfigurationTemplate', 'AWS::ElasticBeanstalk::Environment'],
  },
  {
    reach: 'refs', reason: 'may launch instances or databases in subnets and groups that its settings name',
    types: ['AWS::Backup::RestoreTestingSelection', 'AWS::DRS::LaunchConfigurationTemplate', 'AWS::MGN::*'],
  },
  {
    reach: 'refs', reason: 'may disconnect networks while an experiment runs', types: ['AWS::FIS::*'],
  },
  {
    reach: 'interfaces',
    reason: 'lets others reach the load balancer, cluster or address that it names, over a connection that no route shows',
    types: [
      'AWS::ApiGateway::VpcLink', 'AWS::EC2::VPCEndpointService', 'AWS::GlobalAccelerator::CrossAccountAttachment',
      'AWS::MSK::ClusterPolicy', 'AWS::Redshift::EndpointAuthorization',
    ],
  },
  {
    reach: 'refs', reason: 'writes entries into the prefix list that it names',
    types: ['AWS::EC2::IPAMPrefixListResolverTarget'],
  },
  {
    reach: 'refs', reason: 'adds routes that are known only at run time',
    types: ['AWS::EC2::RouteServerPropagation'],
  },
  {
    reach: 'refs', reason: 'places an interface whose groups are not documented',
    types: ['AWS::EC2::ApplicationStatusCheck', 'AWS::EC2::RouteServerEndpoint'],
  },
  {
    reach: 'refs', reason: 'routes traffic for addresses of a public pool through a route table',
    types: ['AWS::EC2::IpPoolRouteTableAssociation'],
  },
  {
    reach: 'vpc', reason: 'connects a VPC with the local network of an Outpost or a carrier',
    types: ['AWS::EC2::CarrierGateway', 'AWS::EC2::LocalGatewayRouteTableVPCAssociation'],
  },
  {
    reach: 'refs', reason: 'belongs to the local gateway of an Outpost, whose routes are not evaluated',
    types: [
      'AWS::EC2::LocalGatewayRoute', 'AWS::EC2::LocalGatewayRouteTable',
      'AWS::EC2::LocalGatewayRouteTableVirtualInterfaceGroupAssociation', 'AWS::EC2::LocalGatewayVirtualInterface',
      'AWS::EC2::LocalGatewayVirtualInterfaceGroup',
    ],
  },
  {
    reach: 'interfaces', reason: 'copies traffic past routes and network ACLs',
    types: ['AWS::EC2::TrafficMirrorSession', 'AWS::EC2::TrafficMirrorTarget'],
  },
  {
    reach: 'interfaces', reason: 'carries multicast between interfaces',
    types: [
      'AWS::EC2::TransitGatewayMulticastDomain', 'AWS::EC2::TransitGatewayMulticastDomainAssociation',
      'AWS::EC2::TransitGatewayMulticastGroupMember', 'AWS::EC2::TransitGatewayMulticastGroupSource',
    ],
  },
  {
    reach: 'vpc', reason: 'may stop traffic that is not encrypted', types: ['AWS::EC2::VPCEncryptionControl'],
  },
  {
    reach: 'vpc', reason: 'connects a VPC with a core network, whose routes are not evaluated',
    types: ['AWS::NetworkManager::ConnectPeer', 'AWS::NetworkManager::VpcAttachment'],
  },
  {
    reach: 'vpc', reason: 'connects a VPC with services of other VPCs and accounts',
    types: ['AWS::VpcLattice::ServiceNetworkVpcAssociation'],
  },
  {
    reach: 'vpc', reason: 'connects a VPC with a network of the service',
    types: [
      'AWS::GameLift::Fleet', 'AWS::GameLiftStreams::StreamGroup', 'AWS::ODB::OdbNetwork', 'AWS::ODB::OdbPeeringConnection',
      'AWS::RefactorSpaces::*', 'AWS::RefactorSpaces::Application', 'AWS::RefactorSpaces::Service',
    ],
  },
  {
    reach: 'vpc', reason: 'creates its own subnets or networks',
    types: ['AWS::DRS::SourceNetwork', 'AWS::EVS::Environment', 'AWS::MGN::NetworkMigrationDefinition'],
  },
  {
    reach: 'refs', reason: 'names containers whose addresses firewall rules use',
    types: ['AWS::NetworkFirewall::ContainerAssociation'],
  },
  {
    reach: 'refs', reason: 'belongs to a service or platform that AWS has retired',
    types: [
      'AWS::ElastiCache::SecurityGroup', 'AWS::ElastiCache::SecurityGroupIngress',
      'AWS::OpsWorks::ElasticLoadBalancerAttachment', 'AWS::OpsWorks::Instance', 'AWS::OpsWorks::Layer', 'AWS::OpsWorks::Stack',
      'AWS::OpsWorksCM::Server', 'AWS::RDS::DBSecurityGroup', 'AWS::RDS::DBSecurityGroupIngress',
      'AWS::Redshift::ClusterSecurityGroup', 'AWS::Redshift::ClusterSecurityGroupIngress',
    ],
  },
];
