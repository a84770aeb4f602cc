package endpoints

import (
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
)

// ARN is the ARN of a resource, a literal or a CDK token. Use it in place of a construct of the CDK library:
// endpoints.S3(endpoints.ARN("arn:aws:s3:::uploads")).
type ARN string

// The resources that tiers use. The constructs of the CDK library implement these interfaces, and so does ARN.
type (
	// Bucket is an awss3.IBucket, or an ARN.
	Bucket interface{ BucketArn() *string }
	// Table is an awsdynamodb.ITable, or an ARN.
	Table interface{ TableArn() *string }
	// Queue is an awssqs.IQueue, or an ARN.
	Queue interface{ QueueArn() *string }
	// Topic is an awssns.ITopic, or an ARN.
	Topic interface{ TopicArn() *string }
	// SecretValue is an awssecretsmanager.ISecret, or an ARN.
	SecretValue interface{ SecretArn() *string }
	// ParameterValue is an awsssm.IParameter, or an ARN. The ARN may end in "/*" for all parameters below a path.
	ParameterValue interface{ ParameterArn() *string }
	// Key is an awskms.IKey, or an ARN.
	Key interface{ KeyArn() *string }
	// AssumedRole is an awsiam.IRole, or an ARN.
	AssumedRole interface{ RoleArn() *string }
	// LogGroup is an awslogs.ILogGroup, or an ARN that ends in ":*".
	LogGroup interface{ LogGroupArn() *string }
	// Repository is an awsecr.IRepository, or an ARN.
	Repository interface{ RepositoryArn() *string }
	// Function is an awslambda.IFunction, or an ARN.
	Function interface{ FunctionArn() *string }
	// EventBus is an awsevents.IEventBus, or an ARN.
	EventBus interface{ EventBusArn() *string }
	// StateMachine is an awsstepfunctions.IStateMachine, or an ARN.
	StateMachine interface{ StateMachineArn() *string }
	// Stream is an awskinesis.IStream, or an ARN.
	Stream interface{ StreamArn() *string }
	// DeliveryStream is an awskinesisfirehose.IDeliveryStream, or an ARN.
	DeliveryStream interface{ DeliveryStreamArn() *string }
	// Model is an awsbedrock.IModel, or an ARN of a foundation model or an inference profile.
	Model interface{ ModelArn() *string }
	// Cluster is an awsecs.ICluster, an awseks.ICluster, an awsrds.IDatabaseCluster, or an ARN.
	Cluster interface{ ClusterArn() *string }
)

func (a ARN) text() *string { return new(string(a)) }

// BucketArn returns the ARN.
func (a ARN) BucketArn() *string { return a.text() }

// TableArn returns the ARN.
func (a ARN) TableArn() *string { return a.text() }

// QueueArn returns the ARN.
func (a ARN) QueueArn() *string { return a.text() }

// TopicArn returns the ARN.
func (a ARN) TopicArn() *string { return a.text() }

// SecretArn returns the ARN.
func (a ARN) SecretArn() *string { return a.text() }

// ParameterArn returns the ARN.
func (a ARN) ParameterArn() *string { return a.text() }

// KeyArn returns the ARN.
func (a ARN) KeyArn() *string { return a.text() }

// RoleArn returns the ARN.
func (a ARN) RoleArn() *string { return a.text() }

// LogGroupArn returns the ARN.
func (a ARN) LogGroupArn() *string { return a.text() }

// RepositoryArn returns the ARN.
func (a ARN) RepositoryArn() *string { return a.text() }

// FunctionArn returns the ARN.
func (a ARN) FunctionArn() *string { return a.text() }

// EventBusArn returns the ARN.
func (a ARN) EventBusArn() *string { return a.text() }

// StateMachineArn returns the ARN.
func (a ARN) StateMachineArn() *string { return a.text() }

// StreamArn returns the ARN.
func (a ARN) StreamArn() *string { return a.text() }

// DeliveryStreamArn returns the ARN.
func (a ARN) DeliveryStreamArn() *string { return a.text() }

// ModelArn returns the ARN.
func (a ARN) ModelArn() *string { return a.text() }

// ClusterArn returns the ARN.
func (a ARN) ClusterArn() *string { return a.text() }

// isNil reports whether a resource is nil or an interface that holds a nil pointer.
func isNil(resource any) bool {
	v := reflect.ValueOf(resource)
	return resource == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

// keyOf returns the customer managed key with which a construct of the CDK library is encrypted; nil if there is none or it is unknown.
func keyOf(resource any) awskms.IKey {
	switch r := resource.(type) {
	case interface{ EncryptionKey() awskms.IKey }:
		return r.EncryptionKey()
	case interface{ EncryptionMasterKey() awskms.IKey }:
		return r.EncryptionMasterKey()
	case interface{ MasterKey() awskms.IKey }:
		return r.MasterKey()
	}
	return nil
}
