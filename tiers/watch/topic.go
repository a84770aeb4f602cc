package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/tierwall/tierwall/internal/batch"
)

// makeTopic makes a topic for the alarms of this account and Region. It has a key of its own, because the policy of alias/aws/sns does not
// let CloudWatch use it (Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics").
func (a *NetworkAlarms) makeTopic() awssns.ITopic {
	stack := a.problems.Stack
	cloudWatch := map[string]any{"Service": "cloudwatch.amazonaws.com"}
	key := awskms.NewKey(a, new("Key"), &awskms.KeyProps{
		EnableKeyRotation: new(true), Description: new("Messages of the alarms of " + a.core.Path()),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY, // It encrypts messages only while they wait for their delivery.
	})
	// AWS documents no condition for this statement, and one that CloudWatch did not meet would silence all alarms. The topic's policy says
	// which alarms may publish.
	use := &batch.Batch{}
	use.Allow(key, map[string]any{
		"Sid": "AlarmsEncrypt", "Effect": "Allow", "Principal": cloudWatch, "Action": []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		"Resource": "*",
	})
	use.Run()
	topic := awssns.NewTopic(a, new("Topic"), &awssns.TopicProps{MasterKey: key, EnforceSSL: new(true)})
	b := &batch.Batch{}
	arn, account := batch.Get[string](b, topic, "topicArn"), batch.Get[string](b, stack, "account")
	b.Run()
	b.Allow(topic, map[string]any{
		"Sid": "AlarmsPublish", "Effect": "Allow", "Principal": cloudWatch, "Action": "sns:Publish", "Resource": arn,
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": account},
			"ArnLike": map[string]any{"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
				Service: new("cloudwatch"), Resource: new("alarm"), ResourceName: new("*"), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
			})},
		},
	})
	b.Run()
	return topic
}
