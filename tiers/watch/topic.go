package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
)

// makeTopic makes a topic for the alarms of this account and Region. It has a key of its own, because the policy of alias/aws/sns does not
// let CloudWatch use it (Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics").
func (a *NetworkAlarms) makeTopic() awssns.ITopic {
	stack := awscdk.Stack_Of(a)
	cloudWatch := &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(new("cloudwatch.amazonaws.com"), nil)}
	key := awskms.NewKey(a, new("Key"), &awskms.KeyProps{
		EnableKeyRotation: new(true), Description: new("Messages of the alarms of " + a.core.Path()),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY, // It encrypts messages only while they wait for their delivery.
	})
	// AWS documents no condition for this statement, and one that CloudWatch did not meet would silence all alarms. The topic's policy says
	// which alarms may publish.
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("AlarmsEncrypt"), Principals: cloudWatch, Actions: &[]*string{new("kms:Decrypt"), new("kms:GenerateDataKey*")},
		Resources: &[]*string{new("*")},
	}), nil)
	topic := awssns.NewTopic(a, new("Topic"), &awssns.TopicProps{MasterKey: key, EnforceSSL: new(true)})
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("AlarmsPublish"), Principals: cloudWatch, Actions: &[]*string{new("sns:Publish")}, Resources: &[]*string{topic.TopicArn()},
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()},
			"ArnLike": map[string]any{"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
				Service: new("cloudwatch"), Resource: new("alarm"), ResourceName: new("*"), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
			})},
		},
	}))
	return topic
}
