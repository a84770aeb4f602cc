package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// names are further types with a name that is unique in an account and Region, and the property with it.
var names = map[string]string{
	"AWS::CloudWatch::Alarm": "AlarmName", "AWS::DynamoDB::Table": "TableName", "AWS::ECR::Repository": "RepositoryName", "AWS::ECS::Cluster": "ClusterName",
	"AWS::Events::Rule": "Name", "AWS::IAM::InstanceProfile": "InstanceProfileName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName", "AWS::IAM::Role": "RoleName",
	"AWS::KMS::Alias": "AliasName", "AWS::Lambda::Function": "FunctionName", "AWS::Logs::LogGroup": "LogGroupName", "AWS::RDS::DBCluster": "DBClusterIdentifier",
	"AWS::RDS::DBInstance": "DBInstanceIdentifier", "AWS::RDS::DBSubnetGroup": "DBSubnetGroupName", "AWS::S3::Bucket": "BucketName", "AWS::SNS::Topic": "TopicName",
	"AWS::SQS::Queue": "QueueName", "AWS::SSM::Parameter": "Name", "AWS::AutoScaling::AutoScalingGroup": "AutoScalingGroupName", "AWS::ElastiCache::SubnetGroup": "CacheSubnetGroupName",
}

func namedKinds() map[string]kind {
	out := map[string]kind{}
	for resourceType, property := range names {
		out[resourceType] = kind{replacing: []string{property}, keys: named(property, "AlreadyExists")}
	}
	return out
}

// named makes the key of a type that has a name people may choose; without one, AWS chooses a new name each time. Stacks
// in different accounts or Regions do not share names, types in different scopes neither.
func named(property, answer string, scope ...string) func(*update, *cfn.Resource, state) []key {
	return func(u *update, r *cfn.Resource, s state) []key {
		name := r.Get(property)
		if name.IsMissing() {
			return nil
		}
		parts := []string{r.Type, r.Stack.Account, r.Stack.Region, u.text(name, s)}
		for _, p := range scope {
			parts = append(parts, u.text(r.Get(p), s))
		}
		short := r.Type[strings.LastIndex(r.Type, "::")+2:]
		return []key{{text: strings.Join(parts, "|"), what: "a " + short + " named " + name.String(), answer: answer, name: true}}
	}
}
