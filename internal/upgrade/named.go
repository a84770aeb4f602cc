package upgrade

// namedKinds are types of which only the physical name matters here.
var namedKinds = map[string]kind{
	"AWS::AutoScaling::AutoScalingGroup": {replacing: "AutoScalingGroupName InstanceId", keys: named("AutoScalingGroupName")},
	"AWS::CloudWatch::Alarm":             {replacing: "AlarmName", keys: named("AlarmName")},
	"AWS::EC2::KeyPair":                  {replacing: "KeyFormat KeyName KeyType PublicKeyMaterial Tags", keys: named("KeyName")},
	"AWS::ECS::Cluster":                  replaceableName("ClusterName"),
	"AWS::ECS::Service": {replacing: "Cluster DeploymentController LaunchType Role SchedulingStrategy ServiceName",
		keys: []key{{of: "Cluster= ServiceName", what: "the name {ServiceName}", answer: "AlreadyExists", within: parent}}},
	"AWS::IAM::InstanceProfile":            iamNamed("InstanceProfileName", ""),
	"AWS::IAM::ManagedPolicy":              iamNamed("ManagedPolicyName", "Description"),
	"AWS::IAM::Role":                       iamNamed("RoleName", ""),
	"AWS::KMS::Alias":                      replaceableName("AliasName"),
	"AWS::KinesisFirehose::DeliveryStream": {replacing: firehose, keys: named("DeliveryStreamName")},
	"AWS::Lambda::Function":                {replacing: "FunctionName PackageType TenancyConfig", keys: named("FunctionName")},
	"AWS::Logs::LogGroup": {
		replacing: "LogGroupName", keys: named("LogGroupName"),
		fixed: []fixed{{of: "LogGroupClass=STANDARD", detail: "AWS sets the class of a log group when it is made, and CloudFormation refuses " +
			"another one", by: "LogGroupName"}},
	},
	"AWS::Logs::ResourcePolicy": replaceableName("PolicyName"),
	"AWS::RDS::DBCluster":       {replacing: clusterReplacing, keys: named("DBClusterIdentifier~")},
	"AWS::RDS::DBInstance":      {replacing: instanceReplacing, keys: named("DBInstanceIdentifier~")},
	"AWS::RDS::DBSubnetGroup":   {replacing: "DBSubnetGroupName", keys: named("DBSubnetGroupName~")},
	"AWS::S3::Bucket": {replacing: "BucketName BucketNamePrefix BucketNamespace ObjectLockEnabled", keys: []key{{of: "BucketName",
		what: "the bucket name {BucketName}", answer: "BucketAlreadyExists", within: world}}},
	"AWS::SNS::Topic":             {replacing: "FifoTopic TopicName", keys: named("TopicName")},
	"AWS::SQS::Queue":             {replacing: "FifoQueue QueueName", keys: named("QueueName")},
	"AWS::SSM::Parameter":         replaceableName("Name"),
	"AWS::SecretsManager::Secret": replaceableName("Name"),
}

// Long lists of what replaces a resource.
const (
	firehose = "DatabaseSourceConfiguration DeliveryStreamName DeliveryStreamType DirectPutSourceConfiguration " +
		"KinesisStreamSourceConfiguration MSKSourceConfiguration"
	clusterReplacing = "AvailabilityZones ClusterScalabilityType DBClusterIdentifier DBSubnetGroupName DBSystemId DatabaseName EngineMode " +
		"KmsKeyId PubliclyAccessible RestoreToTime RestoreType SnapshotIdentifier SourceDBClusterIdentifier SourceDbClusterResourceId " +
		"SourceRegion StorageEncrypted UseLatestRestorableTime"
	instanceReplacing = "BackupTarget CharacterSetName CustomIAMInstanceProfile DBClusterIdentifier DBInstanceIdentifier DBName " +
		"DBSubnetGroupName DBSystemId KmsKeyId MasterUsername NcharCharacterSetName Port SourceRegion StorageEncrypted Timezone"
)

func iamNamed(property, further string) kind {
	return kind{
		replacing: "Path " + property + " " + further,
		keys:      []key{{of: property + "~", what: "the name {" + property + "}", answer: "EntityAlreadyExists", within: account}},
	}
}
