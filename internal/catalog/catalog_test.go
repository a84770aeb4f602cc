package catalog_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/catalog"
)

type paths = []string

func TestInterfacesOf(t *testing.T) {
	t.Parallel()
	for resourceType, want := range map[string]catalog.Interfaces{
		"AWS::Lambda::Function": {Groups: paths{"VpcConfig.SecurityGroupIds[]"}, Subnets: paths{"VpcConfig.SubnetIds[]"}},
		"AWS::EC2::Instance": {
			Groups:        paths{"NetworkInterfaces[].GroupSet[]", "SecurityGroupIds[]", "SecurityGroups[]"},
			Subnets:       paths{"NetworkInterfaces[].SubnetId", "SubnetId"},
			Indirect:      paths{"LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName", "NetworkInterfaces[].NetworkInterfaceId"},
			WithoutGroups: catalog.DefaultGroup,
		},
		"AWS::EC2::NetworkInterface": {Groups: paths{"GroupSet[]"}, Subnets: paths{"SubnetId"}, WithoutGroups: catalog.DefaultGroup},
		"AWS::EC2::LaunchTemplate": {
			Groups: paths{
				"LaunchTemplateData.NetworkInterfaces[].Groups[]", "LaunchTemplateData.SecurityGroupIds[]", "LaunchTemplateData.SecurityGroups[]",
			},
			Subnets:  paths{"LaunchTemplateData.NetworkInterfaces[].SubnetId"},
			Indirect: paths{"LaunchTemplateData.NetworkInterfaces[].NetworkInterfaceId"},
			Holder:   true,
		},
		"AWS::EC2::SpotFleet": {
			Groups: paths{
				"SpotFleetRequestConfigData.LaunchSpecifications[].NetworkInterfaces[].Groups[]",
				"SpotFleetRequestConfigData.LaunchSpecifications[].SecurityGroups[].GroupId",
			},
			Subnets: paths{
				"SpotFleetRequestConfigData.LaunchSpecifications[].NetworkInterfaces[].SubnetId",
				"SpotFleetRequestConfigData.LaunchSpecifications[].SubnetId",
				"SpotFleetRequestConfigData.LaunchTemplateConfigs[].Overrides[].SubnetId",
			},
			Indirect: paths{
				"SpotFleetRequestConfigData.LaunchSpecifications[].NetworkInterfaces[].NetworkInterfaceId",
				"SpotFleetRequestConfigData.LaunchTemplateConfigs[].LaunchTemplateSpecification.LaunchTemplateId",
				"SpotFleetRequestConfigData.LaunchTemplateConfigs[].LaunchTemplateSpecification.LaunchTemplateName",
			},
			WithoutGroups: catalog.DefaultGroup,
		},
		"AWS::EC2::VPCEndpoint": {
			Groups: paths{"SecurityGroupIds[]"}, Subnets: paths{"SubnetIds[]"}, WithoutGroups: catalog.DefaultGroup,
			Kind: "VpcEndpointType", Unfiltered: []string{"GatewayLoadBalancer"},
		},
		"AWS::EC2::ClientVpnEndpoint": {Groups: paths{"SecurityGroupIds[]"}, Holder: true},
		"AWS::EC2::ClientVpnTargetNetworkAssociation": {Subnets: paths{"SubnetId"}, Indirect: paths{"ClientVpnEndpointId"},
			WithoutGroups: catalog.DefaultGroup},
		"AWS::AutoScaling::AutoScalingGroup": {
			Subnets: paths{"VPCZoneIdentifier[]"},
			Indirect: paths{
				"InstanceId", "LaunchConfigurationName", "LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName",
				"MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
				"MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName",
				"MixedInstancesPolicy.LaunchTemplate.Overrides[].LaunchTemplateSpecification.LaunchTemplateId",
				"MixedInstancesPolicy.LaunchTemplate.Overrides[].LaunchTemplateSpecification.LaunchTemplateName",
			},
			WithoutGroups: catalog.DefaultGroup,
		},
		"AWS::AutoScaling::LaunchConfiguration": {Groups: paths{"SecurityGroups[]"}, Indirect: paths{"InstanceId"}, Holder: true},
		"AWS::ElasticLoadBalancing::LoadBalancer": {Groups: paths{"SecurityGroups[]"}, Subnets: paths{"Subnets[]"},
			WithoutGroups: catalog.DefaultGroup},
		"AWS::ElasticLoadBalancingV2::LoadBalancer": {
			Groups: paths{"SecurityGroups[]"}, Subnets: paths{"SubnetMappings[].SubnetId", "Subnets[]"}, WithoutGroups: catalog.DefaultGroup,
			Kind: "Type", Unfiltered: []string{"gateway", "network"},
		},
		"AWS::ECS::Service": {
			Groups:        paths{"NetworkConfiguration.AwsvpcConfiguration.SecurityGroups[]"},
			Subnets:       paths{"NetworkConfiguration.AwsvpcConfiguration.Subnets[]"},
			WithoutGroups: catalog.DefaultGroup,
		},
		"AWS::EKS::Cluster": {
			Groups: paths{"ResourcesVpcConfig.SecurityGroupIds[]"}, Subnets: paths{"ResourcesVpcConfig.SubnetIds[]"},
			WithoutGroups: catalog.ServiceGroup,
		},
		"Custom::AWSCDK-EKS-Cluster": {
			Groups: paths{"Config.resourcesVpcConfig.securityGroupIds[]"}, Subnets: paths{"Config.resourcesVpcConfig.subnetIds[]"},
			WithoutGroups: catalog.ServiceGroup,
		},
		"AWS::EKS::Nodegroup": {Subnets: paths{"Subnets[]"}, Indirect: paths{"LaunchTemplate.Id", "LaunchTemplate.Name"},
			WithoutGroups: catalog.ServiceGroup},
		"AWS::RDS::DBInstance": {
			Groups: paths{"VPCSecurityGroups[]"}, Indirect: paths{"DBClusterIdentifier", "DBSubnetGroupName", "OptionGroupName"},
			WithoutGroups: catalog.DefaultGroup,
		},
		"AWS::RDS::DBCluster": {Groups: paths{"VpcSecurityGroupIds[]"}, Indirect: paths{"DBSubnetGroupName"},
			WithoutGroups: catalog.DefaultGroup},
		"AWS::RDS::DBProxy":                  {Groups: paths{"VpcSecurityGroupIds[]"}, Subnets: paths{"VpcSubnetIds[]"}},
		"AWS::RDS::DBSubnetGroup":            {Subnets: paths{"SubnetIds[]"}, Holder: true},
		"AWS::ElastiCache::CacheCluster":     {Groups: paths{"VpcSecurityGroupIds[]"}, Indirect: paths{"CacheSubnetGroupName"}},
		"AWS::ElastiCache::ReplicationGroup": {Groups: paths{"SecurityGroupIds[]"}, Indirect: paths{"CacheSubnetGroupName"}},
		"AWS::Redshift::Cluster": {Groups: paths{"VpcSecurityGroupIds[]"}, Indirect: paths{"ClusterSubnetGroupName"},
			WithoutGroups: catalog.DefaultGroup},
		"AWS::RedshiftServerless::Workgroup": {Groups: paths{"SecurityGroupIds[]"}, Subnets: paths{"SubnetIds[]"}},
		"AWS::EFS::MountTarget": {Groups: paths{"SecurityGroups[]"}, Subnets: paths{"SubnetId"},
			WithoutGroups: catalog.DefaultGroup},
		"AWS::FSx::FileSystem":          {Groups: paths{"SecurityGroupIds[]"}, Subnets: paths{"SubnetIds[]"}, Opaque: true},
		"AWS::DMS::ReplicationInstance": {Groups: paths{"VpcSecurityGroupIds[]"}, Indirect: paths{"ReplicationSubnetGroupIdentifier"}},
		"AWS::DMS::InstanceProfile":     {Groups: paths{"VpcSecurityGroups[]"}, Indirect: paths{"SubnetGroupIdentifier"}, Opaque: true},
		"AWS::MSK::Cluster": {Groups: paths{"BrokerNodeGroupInfo.SecurityGroups[]"},
			Subnets: paths{"BrokerNodeGroupInfo.ClientSubnets[]"}, WithoutGroups: catalog.DefaultGroup},
		"AWS::OpenSearchService::Domain": {Groups: paths{"VPCOptions.SecurityGroupIds[]"}, Subnets: paths{"VPCOptions.SubnetIds[]"},
			WithoutGroups: catalog.DefaultGroup},
		"AWS::Synthetics::Canary": {Groups: paths{"Replicas[].VpcConfig.SecurityGroupIds[]", "VPCConfig.SecurityGroupIds[]"},
			Subnets: paths{"Replicas[].VpcConfig.SubnetIds[]", "VPCConfig.SubnetIds[]"}},
		"AWS::Route53Resolver::ResolverEndpoint": {Groups: paths{"SecurityGroupIds[]"}, Subnets: paths{"IpAddresses[].SubnetId"}},
		"AWS::EMR::Cluster": {
			Groups: paths{
				"Instances.AdditionalMasterSecurityGroups[]", "Instances.AdditionalSlaveSecurityGroups[]",
				"Instances.EmrManagedMasterSecurityGroup", "Instances.EmrManagedSlaveSecurityGroup", "Instances.ServiceAccessSecurityGroup",
			},
			Subnets:       paths{"Instances.Ec2SubnetId", "Instances.Ec2SubnetIds[]"},
			WithoutGroups: catalog.ServiceGroup,
			Opaque:        true,
		},
		"AWS::Scheduler::Schedule": {
			Groups:        paths{"Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups[]"},
			Subnets:       paths{"Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.Subnets[]"},
			WithoutGroups: catalog.DefaultGroup,
		},
	} {
		got, ok := catalog.InterfacesOf(resourceType)
		assert.True(t, ok, resourceType)
		got.Public = catalog.Public{} // tested in public_test.go
		assert.Equal(t, want, got, resourceType)
	}
}

// Every type of the services that people use in networks is known.
func TestCoverage(t *testing.T) {
	t.Parallel()
	for _, resourceType := range []string{
		"AWS::ApiGatewayV2::VpcLink", "AWS::AppRunner::VpcConnector", "AWS::AmazonMQ::Broker", "AWS::Batch::ComputeEnvironment",
		"AWS::Cloud9::EnvironmentEC2", "AWS::CodeBuild::Project", "AWS::DAX::Cluster", "AWS::DMS::ReplicationConfig",
		"AWS::DirectoryService::MicrosoftAD", "AWS::DirectoryService::SimpleAD", "AWS::DocDB::DBCluster", "AWS::DocDB::DBInstance",
		"AWS::DocDBElastic::Cluster", "AWS::EC2::EC2Fleet", "AWS::EC2::InstanceConnectEndpoint", "AWS::EC2::VerifiedAccessEndpoint",
		"AWS::ECS::CapacityProvider", "AWS::ECS::ExpressGatewayService", "AWS::ECS::TaskSet", "AWS::EKS::FargateProfile",
		"AWS::ElastiCache::ServerlessCache", "AWS::Elasticsearch::Domain", "AWS::EMR::Studio", "AWS::EMRServerless::Application",
		"AWS::Events::Rule", "AWS::FSx::FileCache", "AWS::GlobalAccelerator::EndpointGroup", "AWS::Glue::Connection",
		"AWS::KafkaConnect::Connector", "AWS::KinesisFirehose::DeliveryStream", "AWS::Lambda::CapacityProvider",
		"AWS::MSK::ServerlessCluster", "AWS::MWAA::Environment", "AWS::MemoryDB::Cluster", "AWS::Neptune::DBCluster",
		"AWS::OpenSearchServerless::VpcEndpoint", "AWS::Pipes::Pipe", "AWS::RDS::DBProxyEndpoint", "AWS::Redshift::EndpointAccess",
		"AWS::SageMaker::Domain", "AWS::SageMaker::Model", "AWS::SageMaker::NotebookInstance", "AWS::Transfer::Server",
		"AWS::VpcLattice::ResourceGateway", "AWS::WorkSpaces::Workspace",
	} {
		_, ok := catalog.InterfacesOf(resourceType)
		assert.True(t, ok, resourceType)
	}
}

func TestNotPlacement(t *testing.T) {
	t.Parallel()
	for _, resourceType := range []string{
		"AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::Route", "AWS::EC2::NatGateway", "AWS::EC2::SecurityGroup",
		"AWS::EC2::SecurityGroupIngress", "AWS::EC2::NetworkAclEntry", "AWS::EC2::TransitGatewayAttachment",
		"AWS::NetworkFirewall::Firewall", "AWS::RDS::DBSecurityGroup", "AWS::VpcLattice::ServiceNetworkVpcAssociation",
		"AWS::ElasticBeanstalk::Environment", "AWS::Lambda::EventSourceMapping", "AWS::CloudFormation::CustomResource",
		"Custom::VpcRestrictDefaultSG", "",
	} {
		_, ok := catalog.InterfacesOf(resourceType)
		assert.False(t, ok, resourceType)
		assert.False(t, catalog.IsHarmless(resourceType), "%q: a verifier knows it or fails closed", resourceType)
	}
}

func TestInert(t *testing.T) {
	t.Parallel()
	for _, resourceType := range []string{
		"AWS::EC2::FlowLog", "AWS::SSM::Parameter", "AWS::Logs::LogGroup", "AWS::IAM::Role", "AWS::CDK::Metadata",
		"AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::Route53::HostedZone", "AWS::ECS::TaskDefinition",
	} {
		assert.True(t, catalog.IsHarmless(resourceType), resourceType)
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	balancer, _ := catalog.InterfacesOf("AWS::ElasticLoadBalancingV2::LoadBalancer")
	assert.Equal(t, catalog.DefaultGroup, balancer.Without("application"))
	assert.Equal(t, catalog.DefaultGroup, balancer.Without(""))
	assert.Equal(t, catalog.NoFilter, balancer.Without("network"))
	assert.Equal(t, catalog.NoFilter, balancer.Without("gateway"))
	function, _ := catalog.InterfacesOf("AWS::Lambda::Function")
	assert.Equal(t, catalog.Unstated, function.Without(""))
}

func TestTablesAreWellFormed(t *testing.T) {
	t.Parallel()
	types := catalog.Types()
	require.Greater(t, len(types), 100)
	assert.True(t, slices.IsSorted(types))
	typeName := regexp.MustCompile(`^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$|^Custom::[A-Za-z0-9-]+$`)
	path := regexp.MustCompile(`^[A-Za-z0-9]+(\[\])?(\.[A-Za-z0-9]+(\[\])?)*$`)
	for _, resourceType := range types {
		assert.Regexp(t, typeName, resourceType)
		assert.False(t, catalog.IsHarmless(resourceType), resourceType)
		found, _ := catalog.InterfacesOf(resourceType)
		all := slices.Concat(found.Groups, found.Subnets, found.Indirect)
		assert.NotEmpty(t, all, resourceType)
		for _, each := range all {
			assert.Regexp(t, path, each, resourceType)
		}
		for _, list := range [][]string{found.Groups, found.Subnets, found.Indirect, found.Unfiltered} {
			assert.True(t, slices.IsSorted(list), resourceType)
		}
		assert.Len(t, slices.Compact(slices.Sorted(slices.Values(all))), len(all), "%s: a path is one thing", resourceType)
		assert.Equal(t, found.Kind == "", found.Unfiltered == nil, resourceType)
	}
}
