package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesisfirehose"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/iam"
	iamdeployed "github.com/tierwall/tierwall/internal/iam/deployed"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// Grants accept the resources of the CDK library, and OnlyFrom accepts those with policies.
var (
	_ endpoints.Bucket         = awss3.IBucket(nil)
	_ endpoints.Table          = awsdynamodb.ITable(nil)
	_ endpoints.Table          = awsdynamodb.ITableV2(nil)
	_ endpoints.Queue          = awssqs.IQueue(nil)
	_ endpoints.Topic          = awssns.ITopic(nil)
	_ endpoints.SecretValue    = awssecretsmanager.ISecret(nil)
	_ endpoints.ParameterValue = awsssm.IParameter(nil)
	_ endpoints.Key            = awskms.IKey(nil)
	_ endpoints.AssumedRole    = awsiam.IRole(nil)
	_ endpoints.LogGroup       = awslogs.ILogGroup(nil)
	_ endpoints.Repository     = awsecr.IRepository(nil)
	_ endpoints.Function       = awslambda.IFunction(nil)
	_ endpoints.EventBus       = awsevents.IEventBus(nil)
	_ endpoints.Stream         = awskinesis.IStream(nil)
	_ endpoints.DeliveryStream = awskinesisfirehose.IDeliveryStream(nil)
	_ endpoints.Cluster        = awsecs.ICluster(nil)
	_ endpoints.Cluster        = awsrds.IDatabaseCluster(nil)

	_ endpoints.Restrictable = awss3.IBucket(nil)
	_ endpoints.Restrictable = awssqs.IQueue(nil)
	_ endpoints.Restrictable = awssns.ITopic(nil)
	_ endpoints.Restrictable = awssecretsmanager.ISecret(nil)
	_ endpoints.Restrictable = awsdynamodb.Table(nil)
)

// TestAsCDK: a use with AsCDK makes the endpoints allow everything that the CDK library's grant of the same name allows a role.
func TestAsCDK(t *testing.T) {
	stack := tierstest.Stack(t)
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	app := tiers.NewAppTier(network, "App", nil)
	role := awsiam.NewRole(stack, new("Role"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ec2.amazonaws.com"), nil)})
	endpoints.RoleARNs(app, *role.RoleArn())

	bucket := awss3.NewBucket(stack, new("Bucket"), nil)
	bucket.GrantRead(role, "in/*")
	bucket.GrantWrite(role, "out/*", nil)
	bucket.GrantDelete(role, "in/*")
	bucket.GrantPut(role, "put/*")
	table := awsdynamodb.NewTableV2(stack, new("Table"), &awsdynamodb.TablePropsV2{
		PartitionKey: &awsdynamodb.Attribute{Name: new("id"), Type: awsdynamodb.AttributeType_STRING},
	})
	table.GrantReadData(role)
	table.GrantWriteData(role)
	queue := awssqs.NewQueue(stack, new("Queue"), nil)
	queue.GrantConsumeMessages(role)
	queue.GrantSendMessages(role)
	queue.GrantPurge(role)
	topic := awssns.NewTopic(stack, new("Topic"), nil)
	topic.GrantPublish(role)
	topic.GrantSubscribe(role)
	secret := awssecretsmanager.NewSecret(stack, new("Secret"), nil)
	secret.GrantRead(role, nil)
	secret.GrantWrite(role)
	parameter := awsssm.NewStringParameter(stack, new("Parameter"), &awsssm.StringParameterProps{StringValue: new("x")})
	parameter.GrantRead(role)
	parameter.GrantWrite(role)
	key := awskms.NewKey(stack, new("Key"), nil)
	key.GrantEncrypt(role)
	key.GrantDecrypt(role)
	key.GrantGenerateMac(role)
	key.GrantVerifyMac(role)
	group := awslogs.NewLogGroup(stack, new("Logs"), nil)
	group.GrantWrite(role)
	group.GrantRead(role)
	repository := awsecr.NewRepository(stack, new("Repository"), nil)
	repository.GrantPull(role)
	repository.GrantPush(role)
	function := awslambda.Function_FromFunctionName(stack, new("Function"), new("function"))
	bus := awsevents.NewEventBus(stack, new("Bus"), nil)
	bus.GrantPutEventsTo(role, nil)
	stream := awskinesis.NewStream(stack, new("Stream"), nil)
	stream.GrantRead(role)
	stream.GrantWrite(role)
	awscloudwatch.Metric_GrantPutMetricData(role)

	for _, use := range []endpoints.Use{
		endpoints.S3(bucket).Read("in/*"), endpoints.S3(bucket).Write("out/*"), endpoints.S3(bucket).Delete("in/*"),
		endpoints.S3(bucket).Put("put/*"), endpoints.DynamoDB(table).Read(), endpoints.DynamoDB(table).Write(),
		endpoints.SQS(queue).Consume(), endpoints.SQS(queue).Send(), endpoints.SQS(queue).Purge(),
		endpoints.SNS(topic).Publish(), endpoints.SNS(topic).Subscribe(), endpoints.Secret(secret).Read(), endpoints.Secret(secret).Write(),
		endpoints.Parameter(parameter).Read(), endpoints.Parameter(parameter).Write(),
		endpoints.KMS(key).Encrypt(), endpoints.KMS(key).Decrypt(), endpoints.KMS(key).MAC(),
		endpoints.Logs(group).Write(), endpoints.Logs(group).Read(), endpoints.ECR(repository).Pull(), endpoints.ECR(repository).Push(),
		endpoints.InvokeFunction(function), endpoints.PutEvents(bus),
		endpoints.Kinesis(stream).Read(), endpoints.Kinesis(stream).Write(), endpoints.PutMetrics(),
	} {
		endpoints.Grant(app, use.AsCDK())
	}
	tierstest.Template(t, stack)
	assembly, err := cfn.Load([]string{*stack.Node().Root().(awscdk.App).Outdir()}, nil)
	require.NoError(t, err)

	through := map[string]iam.Policy{} // by prefix of actions
	for _, d := range iamdeployed.Read(assembly) {
		e, _ := catalog.EndpointNamed(d.Service)
		prefix := e.IAM
		if d.Gateway {
			prefix = d.Service
		}
		p := through[prefix]
		for _, s := range d.Policy.Statements {
			s.Conditions = nil // Other tests are about callers and owners.
			s.Resources = literal(s.Resources)
			p.Statements = append(p.Statements, s)
		}
		through[prefix] = p
	}
	granted := 0
	for _, s := range assembly.Stacks {
		for _, r := range s.Resources {
			if r.Type != "AWS::IAM::Policy" {
				continue
			}
			p := iamdeployed.PolicyOf(r.Get("PolicyDocument"))
			for _, s := range p.Statements {
				s.Principal, s.Resources = iam.Everybody(), literal(s.Resources)
				for _, action := range s.Actions {
					one := s
					one.Actions = []string{action}
					prefix, _, _ := strings.Cut(action, ":")
					granted++
					for _, beyond := range (iam.Policy{Statements: []iam.Statement{one}}).Beyond(through[prefix]) {
						assert.Fail(t, "the endpoint denies what CDK granted", "%s on %s", beyond.Action, beyond.Resource)
					}
				}
			}
		}
	}
	assert.Greater(t, granted, 60)
}

// literal replaces references to resources with literal ARNs. CDK grants some actions on the wrong resource, actions on objects on the
// bucket and actions on streams on the table, and only literal ARNs show which.
func literal(arns []string) []string {
	out := make([]string, len(arns))
	for i, arn := range arns {
		out[i] = arn
		for resource, written := range map[string]string{
			"/Bucket": "arn:aws:s3:::bucket", "/Table": "arn:aws:dynamodb:eu-west-1:111122223333:table/t",
			"/Stream": "arn:aws:kinesis:eu-west-1:111122223333:stream/s",
		} {
			if strings.Contains(arn, resource) {
				_, rest, _ := strings.Cut(arn, "}")
				out[i] = written + rest
			}
		}
	}
	return out
}
