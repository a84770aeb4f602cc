package catalog

var interfaces = map[string]Interfaces{
	"AWS::EC2::Instance": {
		Groups:   []string{"SecurityGroupIds", "SecurityGroups", "NetworkInterfaces[].GroupSet"},
		Subnets:  []string{"SubnetId", "NetworkInterfaces[].SubnetId"},
		Indirect: []string{"LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName"},
	},
	"AWS::EC2::NetworkInterface": {Groups: []string{"GroupSet"}, Subnets: []string{"SubnetId"}},
	"AWS::EC2::LaunchTemplate": {
		Groups:  []string{"LaunchTemplateData.SecurityGroupIds", "LaunchTemplateData.SecurityGroups", "LaunchTemplateData.NetworkInterfaces[].Groups"},
		Subnets: []string{"LaunchTemplateData.NetworkInterfaces[].SubnetId"}, Holder: true,
	},
	"AWS::EC2::VPCEndpoint":                 {Groups: []string{"SecurityGroupIds"}, Subnets: []string{"SubnetIds"}},
	"AWS::EC2::InstanceConnectEndpoint":     {Groups: []string{"SecurityGroupIds"}, Subnets: []string{"SubnetId"}},
	"AWS::AutoScaling::LaunchConfiguration": {Groups: []string{"SecurityGroups"}, Holder: true},
	"AWS::AutoScaling::AutoScalingGroup": {
		Subnets: []string{"VPCZoneIdentifier"},
		Indirect: []string{
			"LaunchConfigurationName", "LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName",
			"MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
			"MixedInstancesPolicy.LaunchTemplate.Overrides[].LaunchTemplateSpecification.LaunchTemplateId",
		},
	},
	"AWS::ElasticLoadBalancing::LoadBalancer":   {Groups: []string{"SecurityGroups"}, Subnets: []string{"Subnets"}},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {Groups: []string{"SecurityGroups"}, Subnets: []string{"Subnets", "SubnetMappings[].SubnetId"}},
	"AWS::ECS::Service": {
		Groups:  []string{"NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"},
		Subnets: []string{"NetworkConfiguration.AwsvpcConfiguration.Subnets"},
	},
	"AWS::EKS::Cluster":              {Groups: []string{"ResourcesVpcConfig.SecurityGroupIds"}, Subnets: []string{"ResourcesVpcConfig.SubnetIds"}},
	"AWS::Lambda::Function":          {Groups: []string{"VpcConfig.SecurityGroupIds"}, Subnets: []string{"VpcConfig.SubnetIds"}},
	"AWS::RDS::DBInstance":           {Groups: []string{"VPCSecurityGroups"}, Indirect: []string{"DBSubnetGroupName", "DBClusterIdentifier"}},
	"AWS::RDS::DBCluster":            {Groups: []string{"VpcSecurityGroupIds"}, Indirect: []string{"DBSubnetGroupName"}},
	"AWS::RDS::DBProxy":              {Groups: []string{"VpcSecurityGroupIds"}, Subnets: []string{"VpcSubnetIds"}},
	"AWS::RDS::DBSubnetGroup":        {Subnets: []string{"SubnetIds"}, Holder: true},
	"AWS::ElastiCache::SubnetGroup":  {Subnets: []string{"SubnetIds"}, Holder: true},
	"AWS::ElastiCache::CacheCluster": {Groups: []string{"VpcSecurityGroupIds"}, Indirect: []string{"CacheSubnetGroupName"}},
	"AWS::ElastiCache::ReplicationGroup": {
		Groups: []string{"SecurityGroupIds"}, Indirect: []string{"CacheSubnetGroupName"},
	},
	"AWS::ElastiCache::ServerlessCache": {Groups: []string{"SecurityGroupIds"}, Subnets: []string{"SubnetIds"}},
	"AWS::Redshift::Cluster":            {Groups: []string{"VpcSecurityGroupIds"}, Indirect: []string{"ClusterSubnetGroupName"}},
	"AWS::Redshift::ClusterSubnetGroup": {Subnets: []string{"SubnetIds"}, Holder: true},
	"AWS::DocDB::DBCluster":             {Groups: []string{"VpcSecurityGroupIds"}, Indirect: []string{"DBSubnetGroupName"}},
	"AWS::DocDB::DBSubnetGroup":         {Subnets: []string{"SubnetIds"}, Holder: true},
	"AWS::Neptune::DBCluster":           {Groups: []string{"VpcSecurityGroupIds"}, Indirect: []string{"DBSubnetGroupName"}},
	"AWS::Neptune::DBSubnetGroup":       {Subnets: []string{"SubnetIds"}, Holder: true},
	"AWS::EFS::MountTarget":             {Groups: []string{"SecurityGroups"}, Subnets: []string{"SubnetId"}},
	"AWS::MSK::Cluster":                 {Groups: []string{"BrokerNodeGroupInfo.SecurityGroups"}, Subnets: []string{"BrokerNodeGroupInfo.ClientSubnets"}},
	"AWS::AmazonMQ::Broker":             {Groups: []string{"SecurityGroups"}, Subnets: []string{"SubnetIds"}},
	"AWS::OpenSearchService::Domain":    {Groups: []string{"VPCOptions.SecurityGroupIds"}, Subnets: []string{"VPCOptions.SubnetIds"}},
	"AWS::CodeBuild::Project":           {Groups: []string{"VpcConfig.SecurityGroupIds"}, Subnets: []string{"VpcConfig.Subnets"}},
}

var inert = map[string]bool{
	"AWS::EC2::FlowLog": true, "AWS::EC2::EIP": true, "AWS::EC2::EIPAssociation": true, "AWS::EC2::DHCPOptions": true,
	"AWS::EC2::VPCDHCPOptionsAssociation": true, "AWS::EC2::KeyPair": true, "AWS::EC2::Volume": true,
	"AWS::ElasticLoadBalancingV2::TargetGroup": true, "AWS::ElasticLoadBalancingV2::Listener": true, "AWS::ElasticLoadBalancingV2::ListenerRule": true,
	"AWS::RDS::DBInstanceParameterGroup": true, "AWS::SSM::Parameter": true, "AWS::Logs::LogGroup": true, "AWS::IAM::Role": true, "AWS::IAM::Policy": true,
	"AWS::IAM::InstanceProfile": true, "AWS::SecretsManager::SecretTargetAttachment": true, "AWS::SecretsManager::Secret": true,
	"AWS::CloudWatch::Alarm": true, "AWS::CDK::Metadata": true, "AWS::EC2::IPAMPool": true, "AWS::Route53::HostedZone": true, "AWS::Route53::RecordSet": true,
	"AWS::ServiceDiscovery::PrivateDnsNamespace": true, "AWS::RAM::ResourceShare": true,
}
