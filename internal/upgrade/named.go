package upgrade

// namedKinds are types of which only the physical name matters here.
var namedKinds = map[string]kind{
	"AWS::AutoScaling::AutoScalingGroup":   replaceableName("AutoScalingGroupName"),
	"AWS::CloudWatch::Alarm":               {replacing: "AlarmName", keys: named("AlarmName")},
	"AWS::EC2::KeyPair":                    {replacing: "KeyFormat KeyName KeyType PublicKeyMaterial", keys: named("KeyName")},
	"AWS::ECS::Cluster":                    replaceableName("ClusterName"),
	"AWS::ECS::Service":                    {replacing: "Cluster Role SchedulingStrategy ServiceName", keys: []key{{of: "Cluster= ServiceName", what: "the name {ServiceName}", answer: "AlreadyExists", within: parent}}},
	"AWS::IAM::InstanceProfile":            iamNamed("InstanceProfileName", ""),
	"AWS::IAM::ManagedPolicy":              iamNamed("ManagedPolicyName", "Description"),
	"AWS::IAM::Role":                       iamNamed("RoleName", ""),
	"AWS::KMS::Alias":                      replaceableName("AliasName"),
	"AWS::KinesisFirehose::DeliveryStream": {replacing: "DeliveryStreamName DeliveryStreamType", keys: named("DeliveryStreamName")},
	"AWS::Lambda::Function":                {replacing: "FunctionName PackageType", keys: named("FunctionName")},
	"AWS::Logs::LogGroup":                  replaceableName("LogGroupName"),
	"AWS::Logs::ResourcePolicy":            replaceableName("PolicyName"),
	"AWS::RDS::DBCluster":                  {replacing: "DBClusterIdentifier", keys: named("DBClusterIdentifier~")},
	"AWS::RDS::DBInstance":                 {replacing: "DBInstanceIdentifier", keys: named("DBInstanceIdentifier~")},
	"AWS::RDS::DBSubnetGroup":              {replacing: "DBSubnetGroupName", keys: named("DBSubnetGroupName~")},
	"AWS::S3::Bucket":                      {replacing: "BucketName", keys: []key{{of: "BucketName", what: "the bucket name {BucketName}", answer: "BucketAlreadyExists", within: world}}},
	"AWS::SNS::Topic":                      {replacing: "FifoTopic TopicName", keys: named("TopicName")},
	"AWS::SQS::Queue":                      {replacing: "FifoQueue QueueName", keys: named("QueueName")},
	"AWS::SSM::Parameter":                  replaceableName("Name"),
	"AWS::SecretsManager::Secret":          replaceableName("Name"),
}

func iamNamed(property, further string) kind {
	return kind{
		replacing: "Path " + property + " " + further,
		keys:      []key{{of: property + "~", what: "the name {" + property + "}", answer: "EntityAlreadyExists", within: account}},
	}
}
