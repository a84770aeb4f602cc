package upgrade

// namedTypes holds the types of which only the physical name matters here.
func namedTypes() map[string]typeFacts {
	return map[string]typeFacts{
		"AWS::AutoScaling::AutoScalingGroup": {replacing: "AutoScalingGroupName InstanceId", keys: nameKey("AutoScalingGroupName")},
		"AWS::CloudWatch::Alarm":             {replacing: "AlarmName", keys: nameKey("AlarmName")},
		"AWS::EC2::KeyPair":                  {replacing: "KeyFormat KeyName KeyType PublicKeyMaterial Tags", keys: nameKey("KeyName")},
		"AWS::ECS::Cluster":                  namedType("ClusterName"),
		"AWS::ECS::Service": {replacing: "Cluster DeploymentController LaunchType Role SchedulingStrategy ServiceName",
			keys: []key{{properties: "Cluster= ServiceName", description: "the name {ServiceName}", awsError: "AlreadyExists", uniqueIn: parent}}},
		"AWS::IAM::InstanceProfile":            iamType("InstanceProfileName", ""),
		"AWS::IAM::ManagedPolicy":              iamType("ManagedPolicyName", "Description"),
		"AWS::IAM::Role":                       iamType("RoleName", ""),
		"AWS::KMS::Alias":                      namedType("AliasName"),
		"AWS::KinesisFirehose::DeliveryStream": {replacing: firehose, keys: nameKey("DeliveryStreamName")},
		"AWS::Lambda::Function":                {replacing: "FunctionName PackageType TenancyConfig", keys: nameKey("FunctionName")},
		"AWS::Logs::LogGroup": {
			replacing: "LogGroupName", keys: nameKey("LogGroupName"),
			fixed: []fixedProperty{{path: "LogGroupClass=STANDARD", detail: "AWS fixes the class of a log group when it is created, and " +
				"CloudFormation rejects " +
				"a change", nameProperty: "LogGroupName"}},
		},
		"AWS::Logs::ResourcePolicy": namedType("PolicyName"),
		"AWS::RDS::DBCluster":       {replacing: clusterReplacing, keys: nameKey("DBClusterIdentifier~")},
		"AWS::RDS::DBInstance":      {replacing: instanceReplacing, keys: nameKey("DBInstanceIdentifier~")},
		"AWS::RDS::DBSubnetGroup":   {replacing: "DBSubnetGroupName", keys: nameKey("DBSubnetGroupName~")},
		"AWS::S3::Bucket": {replacing: "BucketName BucketNamePrefix BucketNamespace ObjectLockEnabled", keys: []key{{properties: "BucketName",
			description: "the bucket name {BucketName}", awsError: "BucketAlreadyExists", uniqueIn: world}}},
		"AWS::SNS::Topic":             {replacing: "FifoTopic TopicName", keys: nameKey("TopicName")},
		"AWS::SQS::Queue":             {replacing: "FifoQueue QueueName", keys: nameKey("QueueName")},
		"AWS::SSM::Parameter":         namedType("Name"),
		"AWS::SecretsManager::Secret": namedType("Name"),
	}
}

// These are long lists of properties that replace a resource.
const (
	firehose = "DatabaseSourceConfiguration DeliveryStreamName DeliveryStreamType DirectPutSourceConfiguration " +
		"KinesisStreamSourceConfiguration MSKSourceConfiguration"
	clusterReplacing = "AvailabilityZones ClusterScalabilityType DBClusterIdentifier DBSubnetGroupName DBSystemId DatabaseName EngineMode " +
		"KmsKeyId PubliclyAccessible RestoreToTime RestoreType SnapshotIdentifier SourceDBClusterIdentifier SourceDbClusterResourceId " +
		"SourceRegion StorageEncrypted UseLatestRestorableTime"
	instanceReplacing = "BackupTarget CharacterSetName CustomIAMInstanceProfile DBClusterIdentifier DBInstanceIdentifier DBName " +
		"DBSubnetGroupName DBSystemId KmsKeyId MasterUsername NcharCharacterSetName Port SourceRegion StorageEncrypted Timezone"
)

func iamType(property, further string) typeFacts {
	return typeFacts{
		replacing: "Path " + property + " " + further,
		keys: []key{{properties: property + "~", description: "the name {" + property + "}", awsError: "EntityAlreadyExists",
			uniqueIn: account}},
	}
}
