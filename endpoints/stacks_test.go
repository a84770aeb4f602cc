package endpoints_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// service makes a network in one stack and a function in another one, which depends on the network's stack. wire makes the grants of the
// function's tier.
func service(t *testing.T, env *awscdk.Environment, wire func(awscdk.Stack, *tiers.AppTier, awslambda.Function)) awscdk.App {
	app := tierstest.App(t)
	zones := []string{"eu-west-1a", "eu-west-1b"}
	n := tiers.NewNetwork(awscdk.NewStack(app, new("Platform"), &awscdk.StackProps{Env: env}), "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: zones,
	})
	tier := tiers.NewAppTier(n, "App", nil)
	stack := awscdk.NewStack(app, new("Service"), &awscdk.StackProps{Env: env})
	function := awslambda.NewFunction(stack, new("Function"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_PYTHON_3_13(), Handler: new("index.handler"), Code: awslambda.Code_FromInline(new("pass")),
		Vpc: tier.Vpc(), VpcSubnets: tier.Subnets(), SecurityGroups: tier.SecurityGroups(),
	})
	wire(stack, tier, function)
	return app
}

// TestServiceStacks: the network's stack names the resources that a service in a stack of its own was granted, whether CDK or the app chose
// their names, and the proof is exact.
func TestServiceStacks(t *testing.T) {
	known := &awscdk.Environment{Account: new("123456789012"), Region: new("eu-west-1")}
	generated := awscdk.PhysicalName_GENERATE_IF_NEEDED()
	named := func(stack awscdk.Stack, name *string) awsiam.IRole {
		return awsiam.NewRole(stack, new("Role"), &awsiam.RoleProps{
			RoleName: name, AssumedBy: awsiam.NewServicePrincipal(new("lambda.amazonaws.com"), nil),
		})
	}
	for name, test := range map[string]struct {
		env  *awscdk.Environment
		make func(awscdk.Stack, *tiers.AppTier, awslambda.Function)
		want []string
	}{
		"names that CDK makes up": {known, func(s awscdk.Stack, app *tiers.AppTier, _ awslambda.Function) {
			endpoints.Roles(app, named(s, generated))
			endpoints.Grant(app,
				endpoints.S3(awss3.NewBucket(s, new("Bucket"), &awss3.BucketProps{BucketName: generated})).Read(),
				endpoints.DynamoDB(awsdynamodb.NewTable(s, new("Table"), &awsdynamodb.TableProps{
					TableName: generated, PartitionKey: &awsdynamodb.Attribute{Name: new("id"), Type: awsdynamodb.AttributeType_STRING},
				})).Read(),
				endpoints.SQS(awssqs.NewQueue(s, new("Queue"), &awssqs.QueueProps{QueueName: generated})).Send(),
				endpoints.SNS(awssns.NewTopic(s, new("Topic"), &awssns.TopicProps{TopicName: generated})).Publish(),
				endpoints.Secret(awssecretsmanager.NewSecret(s, new("Secret"), &awssecretsmanager.SecretProps{SecretName: generated})).Read())
		}, []string{
			":role/serviceservicerole", ":s3:::serviceservicebucket", ":table/serviceservicetable",
			":secret:serviceservicesecret", "-??????",
		}},
		"names of one's own, in stacks for any account": {nil, func(s awscdk.Stack, app *tiers.AppTier, _ awslambda.Function) {
			endpoints.Roles(app, named(s, new("app")))
			endpoints.Grant(app, endpoints.SQS(awssqs.NewQueue(s, new("Queue"), &awssqs.QueueProps{QueueName: new("orders")})).Send())
		}, []string{":role/app", ":orders"}},
		"ARNs": {nil, func(_ awscdk.Stack, app *tiers.AppTier, _ awslambda.Function) {
			endpoints.RoleARNs(app, "arn:aws:iam::123456789012:role/app")
			endpoints.Grant(app, endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:123456789012:orders")).Send())
		}, []string{":role/app", ":orders"}},
	} {
		t.Run(name, func(t *testing.T) {
			app := service(t, test.env, test.make)
			platform := app.Node().FindChild(new("Platform")).(awscdk.Stack)
			tierstest.RequireExact(t, platform)
			text := string(tierstest.Template(t, platform))
			assert.NotContains(t, text, "Fn::ImportValue")
			for _, want := range test.want {
				assert.Contains(t, text, want)
			}
			for _, child := range *app.Node().Children() {
				assert.NotContains(t, *child.Node().Id(), "Elsewhere", "the stack that asked for names is gone")
			}
		})
	}
}

// TestCirclesOfStacks: if stacks refer to each other in a circle, each declaration in the circle is reported with its line and a fix.
func TestCirclesOfStacks(t *testing.T) {
	for name, test := range map[string]struct {
		make func(awscdk.Stack, *tiers.AppTier, awslambda.Function)
		want []string
	}{
		"a role that a construct made": {func(_ awscdk.Stack, app *tiers.AppTier, f awslambda.Function) {
			endpoints.Roles(app, f.Role())
			endpoints.Grant(app, endpoints.WhoAmI())
		}, []string{"tiers.App: a role makes the network's stack depend", "RoleName: awscdk.PhysicalName_GENERATE_IF_NEEDED()"}},
		"a bucket and a queue": {func(s awscdk.Stack, app *tiers.AppTier, _ awslambda.Function) {
			endpoints.Grant(app, endpoints.S3(awss3.NewBucket(s, new("Bucket"), nil)).Read())
			endpoints.Grant(app, endpoints.SQS(awssqs.NewQueue(s, new("Queue"), nil)).Send())
		}, []string{
			"tiers.App grants read s3: a grant makes the network's stack depend", "BucketName: awscdk.PhysicalName_GENERATE_IF_NEEDED()",
			"tiers.App grants send sqs: a grant makes the network's stack depend", "QueueName: awscdk.PhysicalName_GENERATE_IF_NEEDED()",
		}},
		"a key, which has no name": {func(s awscdk.Stack, app *tiers.AppTier, _ awslambda.Function) {
			endpoints.Grant(app, endpoints.KMS(awskms.NewKey(s, new("Key"), nil)).Decrypt())
		}, []string{"a grant makes the network's stack depend", "fix: make it in the network's stack, or in a stack that does not depend on"}},
		"a name that CDK cannot make up": {func(s awscdk.Stack, app *tiers.AppTier, _ awslambda.Function) {
			bucket := awss3.NewBucket(s, new("Bucket"), &awss3.BucketProps{BucketName: awscdk.PhysicalName_GENERATE_IF_NEEDED()})
			endpoints.Grant(app, endpoints.S3(bucket).Read())
		}, []string{"in a stack whose Env has an account and a Region"}},
		"a group": {func(s awscdk.Stack, app *tiers.AppTier, _ awslambda.Function) {
			group := awsec2.NewSecurityGroup(s, new("Group"), &awsec2.SecurityGroupProps{Vpc: app.Vpc()})
			network := app.Node().Scope().(*tiers.Network)
			cache := tiers.ImportDataTier(network, "Cache", &tiers.ImportProps{SecurityGroupID: *group.SecurityGroupId()})
			app.AllowTo(cache, tiers.Redis)
		}, []string{"tiers.Cache: an imported group makes the network's stack depend", "fix: make it in the network's stack"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := tiers.Synth(service(t, nil, test.make))
			require.Error(t, err)
			ours, _, _ := strings.Cut(err.Error(), "DependencyCycle")
			assert.Equal(t, strings.Count(ours, "error: "), strings.Count(ours, "stacks_test.go:"), err)
			for _, want := range test.want {
				assert.Contains(t, ours, want)
			}
		})
	}
}

// TestServiceStacksInAStage: in a stage, the names that CDK chooses begin with the stage's name.
func TestServiceStacksInAStage(t *testing.T) {
	app := tierstest.App(t)
	env := &awscdk.Environment{Account: new("123456789012"), Region: new("eu-west-1")}
	stage := awscdk.NewStage(app, new("Prod"), &awscdk.StageProps{Env: env})
	platform, data := awscdk.NewStack(stage, new("Platform"), nil), awscdk.NewStack(stage, new("Service"), nil)
	tier := tiers.NewAppTier(network(platform), "App", nil)
	queue := awssqs.NewQueue(data, new("Queue"), &awssqs.QueueProps{QueueName: awscdk.PhysicalName_GENERATE_IF_NEEDED()})
	endpoints.Grant(tier, endpoints.SQS(queue).Send())
	data.AddDependency(platform, nil)
	tierstest.RequireExact(t, platform)
	assert.Contains(t, string(tierstest.Template(t, platform)), ":sqs:eu-west-1:123456789012:prod-serviceprodservicequeue")
}
