package endpoints_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func network(scope awscdk.Stack) *tiers.Network {
	return tiers.NewNetwork(scope, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
}

func role(scope awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(scope, &id, &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ecs-tasks.amazonaws.com"), nil)})
}

// platform declares a network whose tiers use services in every way.
func platform(stack awscdk.Stack) (*tiers.Network, awsiam.Role) {
	n := network(stack)
	app := tiers.NewAppTier(n, "App", nil)
	worker := tiers.NewAppTier(n, "Worker", &tiers.TierProps{SharesWith: app})
	web := tiers.NewWebTier(n, "Web", nil)
	web.AllowTo(app, tiers.TCP(8080))

	key := awskms.NewKey(stack, new("Key"), nil)
	uploads := awss3.NewBucket(stack, new("Uploads"), &awss3.BucketProps{EncryptionKey: key})
	orders := awssqs.NewQueue(stack, new("Orders"), nil)
	logs := awslogs.NewLogGroup(stack, new("Logs"), nil)
	task, execution := role(stack, "Task"), role(stack, "Execution")

	endpoints.Grant(app, endpoints.S3(uploads).Read("uploads/*"), endpoints.SQS(orders).Send())
	endpoints.Roles(app, task)
	endpoints.Grant(app,
		endpoints.Fargate(&endpoints.FargateProps{
			Images:        []endpoints.Repository{endpoints.ARN("arn:aws:ecr:eu-west-1:123456789012:repository/app")},
			Logs:          []endpoints.LogGroup{logs},
			Secrets:       []endpoints.SecretValue{endpoints.ARN("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf")},
			ExecutionRole: execution,
		}),
		endpoints.KMS(key).Encrypt().AsCDK(),
		endpoints.DynamoDB(endpoints.ARN("arn:aws:dynamodb:eu-west-1:123456789012:table/orders")).Read(),
		endpoints.Service("xray").Actions("PutTraceSegments", "PutTelemetryRecords").On("*"),
	)
	endpoints.RoleARNs(worker, "arn:aws:iam::123456789012:role/worker")
	endpoints.Grant(worker, endpoints.SQS(orders).Consume(), endpoints.S3(uploads).Write())
	endpoints.Grant(web,
		endpoints.AutoScalingGroup(endpoints.AmazonLinux2023), endpoints.PutMetrics(),
		endpoints.AssumeRoleWithWebIdentity(endpoints.ARN("arn:aws:iam::123456789012:role/pod")),
		endpoints.InvokeModel(endpoints.ARN("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0")),
		endpoints.Service("s3").Actions("PutObject").On("arn:aws:s3:::cloudformation-custom-resource-response-euwest1/*").Unsigned(),
	)
	return n, task
}

func TestGranted(t *testing.T) {
	stack := tierstest.Stack(t)
	platform(stack)
	tierstest.Snapshot(t, stack)
}

// TestCalls asks the derived policies call by call.
func TestCalls(t *testing.T) {
	stack := tierstest.Stack(t)
	n, task := platform(stack)
	as := *task.RoleArn()
	bucket := stack.Node().FindChild(new("Uploads")).(awss3.Bucket)
	arn := *bucket.BucketArn()
	const worker = "arn:aws:iam::123456789012:role/worker"
	const other = "arn:aws:iam::123456789012:role/other"
	ownAccount := map[string]string{"aws:ResourceAccount": *stack.Account()}
	otherAccount := map[string]string{"aws:ResourceAccount": "somebody else"}
	regional := func(name string) string { // the ARN of what AWS keeps in a bucket of each Region
		return "arn:" + *awscdk.Aws_PARTITION() + ":s3:::" + strings.ReplaceAll(name, "{region}", *awscdk.Aws_REGION())
	}
	tierstest.RequireCalls(t, stack, "s3", []tierstest.Call{
		{As: as, Action: "s3:GetObject", Resource: arn + "/uploads/a"},
		{As: as, Action: "s3:GetObject", Resource: arn + "/private/a", Denied: true},
		{As: as, Action: "s3:PutObject", Resource: arn + "/uploads/a", Denied: true},
		{As: worker, Action: "s3:PutObject", Resource: arn + "/anything", Keys: ownAccount},
		{As: worker, Action: "s3:GetObject", Resource: arn + "/uploads/a", Denied: true},
		{As: as, Action: "s3:GetObject", Resource: arn + "/uploads/a", Keys: otherAccount, Denied: true},
		{As: other, Action: "s3:GetObject", Resource: "arn:aws:s3:::elsewhere/uploads/a", Denied: true, Keys: otherAccount},
		// Image layers and packages of Amazon Linux are read without credentials.
		{Action: "s3:GetObject", Resource: regional("prod-{region}-starport-layer-bucket/layer")},
		{Action: "s3:GetObject", Resource: regional("al2023-repos-{region}-de612dc2/x")},
		{Action: "s3:PutObject", Resource: "arn:aws:s3:::cloudformation-custom-resource-response-euwest1/answer"},
		{Action: "s3:PutObject", Resource: regional("prod-{region}-starport-layer-bucket/layer"), Denied: true},
	})
	tierstest.RequireCalls(t, stack, "sts", []tierstest.Call{
		{Action: "sts:AssumeRoleWithWebIdentity", Resource: "arn:aws:iam::123456789012:role/pod"},
		{Action: "sts:AssumeRoleWithWebIdentity", Resource: "arn:aws:iam::123456789012:role/admin", Denied: true},
		{As: as, Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/pod", Denied: true},
	})
	account := map[string]string{"aws:PrincipalAccount": *stack.Account()}
	const profile = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"
	const model = "arn:aws:bedrock:eu-central-1::foundation-model/"
	tierstest.RequireCalls(t, stack, "bedrock-runtime", []tierstest.Call{
		{As: as, Keys: account, Action: "bedrock:InvokeModel", Resource: profile},
		{As: as, Keys: account, Action: "bedrock:InvokeModel", Resource: model + "amazon.nova-lite-v1:0"},
		{As: as, Keys: account, Action: "bedrock:InvokeModel", Resource: model + "amazon.nova-pro-v1:0", Denied: true},
	})
	tierstest.RequireNoOtherCalls(t, stack, "sqs", []tierstest.Call{
		{As: as, Action: "sqs:SendMessage", Resource: "*"},
		{As: as, Action: "sqs:GetQueueUrl", Resource: "*"},
		{As: worker, Action: "sqs:*", Resource: "*"},
	})
	assert.Equal(t, "sqs", endpoints.Of(n, "sqs").Service())
	assert.NotNil(t, endpoints.GatewayOf(n, "s3").ID())
	assert.Nil(t, endpoints.Of(n, "sns"))
}

// TestRolesGetStatements: a role gets the statements for its grants, including those on the key of an encrypted resource.
func TestRolesGetStatements(t *testing.T) {
	stack := tierstest.Stack(t)
	platform(stack)
	policies := map[string]string{}
	for id, r := range resources(t, stack) {
		if r.Type == "AWS::IAM::Policy" {
			text, err := json.Marshal(r.Properties["PolicyDocument"])
			require.NoError(t, err)
			policies[id] = string(text)
		}
	}
	require.Len(t, policies, 2)
	for id, text := range policies {
		if strings.HasPrefix(id, "Task") {
			for _, action := range []string{
				"s3:GetObject", "sqs:SendMessage", "kms:Decrypt", "dynamodb:Query", "xray:PutTraceSegments", "kms:ReEncrypt*",
			} {
				assert.Contains(t, text, action)
			}
			for _, action := range []string{"ecr:", "secretsmanager:", "logs:", "starport", "sqs:ReceiveMessage"} {
				assert.NotContains(t, text, action, "only the execution role needs what tasks start with")
			}
			continue
		}
		for _, action := range []string{"ecr:BatchGetImage", "logs:PutLogEvents", "secretsmanager:GetSecretValue"} {
			assert.Contains(t, text, action)
		}
		assert.NotContains(t, text, "s3:")
	}
}

// TestExecutionRole: if the role with which ECS starts tasks is also among the tasks' own roles, a warning says so.
func TestExecutionRole(t *testing.T) {
	for name, own := range map[string]bool{"named by the profile": false, "among the roles": true} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			app := tiers.NewAppTier(network(stack), "App", nil)
			roles := []awsiam.IRole{role(stack, "Task")}
			execution := role(stack, "Execution")
			if own {
				roles = append(roles, execution)
			}
			endpoints.Roles(app, roles...)
			images := []endpoints.Repository{endpoints.ARN("arn:aws:ecr:eu-west-1:123456789012:repository/app")}
			start := endpoints.Fargate(&endpoints.FargateProps{Images: images, ExecutionRole: execution})
			endpoints.Grant(app, endpoints.WhoAmI(), endpoints.PutMetrics().And(start))
			require.NoError(t, tierstest.Synth(t, stack), "a warning fails nothing")
			report, err := os.ReadFile(filepath.Join(*stack.Node().Root().(awscdk.App).Outdir(), "validation-report.json"))
			require.NoError(t, err)
			assert.Equal(t, own, strings.Contains(string(report), "a role that starts workloads is among their own roles"), string(report))
		})
	}
}

type resource struct {
	Type       string
	Properties map[string]any
	DependsOn  any
}

func resources(t *testing.T, stack awscdk.Stack) map[string]resource {
	t.Helper()
	var template struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &template))
	return template.Resources
}

// TestStandalone compares single endpoints with every choice with the snapshot of their template.
func TestStandalone(t *testing.T) {
	stack := tierstest.Stack(t)
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{
		MaxAzs: new(2.0), NatGateways: new(0.0), RestrictDefaultSecurityGroup: new(false),
	})
	const appRole = "arn:aws:iam::123456789012:role/app"
	const partner = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
	isolated := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
	client := awsec2.NewSecurityGroup(stack, new("Client"), &awsec2.SecurityGroupProps{Vpc: vpc, AllowAllOutbound: new(false)})
	gateway := endpoints.NewGateway(stack, "S3", &endpoints.GatewayProps{
		Vpc: vpc, Service: "s3", Subnets: isolated, RouteTableIDs: []string{"rtb-0123456789abcdef0"},
		Policy: endpoints.Allow(readUploads).To(appRole).
			And(endpoints.Statement{Deny: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::uploads/secret/*"}}),
	})
	endpoints.NewGateway(stack, "Layers", &endpoints.GatewayProps{
		Vpc: vpc, Service: "s3", RouteTableIDs: []string{"rtb-0fedcba9876543210"},
		// To does not limit who reads layers, because ECR signs their addresses.
		Policy: endpoints.Allow(endpoints.ECR(endpoints.ARN("arn:aws:ecr:eu-west-1:123456789012:repository/app")).Pull()).To(appRole),
	})
	endpoints.NewInterface(stack, "S3ForOthers", &endpoints.InterfaceProps{
		Vpc: vpc, Service: "s3", Subnets: isolated, Gateway: gateway, DualStack: true,
		Policy: endpoints.Statements(endpoints.Statement{
			Sid: "Ours", Actions: []string{"s3:*"}, Resources: []string{"*"}, Principals: []string{appRole},
			Conditions: map[string]map[string][]string{"StringEquals": {"aws:ResourceOrgID": {"o-a1b2c3d4e5"}}},
		}),
	})
	ssm := endpoints.NewInterface(stack, "Ssm", &endpoints.InterfaceProps{
		Vpc: vpc, Service: "ssm", Subnets: isolated, Policy: endpoints.Allow(endpoints.SessionManager()).To(appRole),
	})
	ssm.AllowFrom(client)
	endpoints.NewInterface(stack, "Kms", &endpoints.InterfaceProps{
		Vpc: vpc, Service: "kms", Subnets: isolated, NoPrivateDNS: true, SecurityGroups: []awsec2.ISecurityGroup{client},
		Policy: endpoints.Document(`{"Version": "2012-10-17", "Statement": {
			"Effect": "Allow", "Principal": {"AWS": "123456789012"},
			"Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:123456789012:key/*"
		}}`),
	})
	endpoints.NewInterface(stack, "Second", &endpoints.InterfaceProps{
		Vpc: vpc, Service: "ssm", Subnets: isolated, NoPrivateDNS: true, Policy: endpoints.Allow(endpoints.SessionManager()),
	})
	endpoints.NewInterface(stack, "Partner", &endpoints.InterfaceProps{Vpc: vpc, Service: partner, Subnets: isolated})
	tierstest.Snapshot(t, stack)
}

// TestWrapped: in a wrapped VPC, endpoints have no policies unless Derived is set, and use the given subnets.
func TestWrapped(t *testing.T) {
	wrapped := func(t *testing.T, props *endpoints.Props) (awscdk.Stack, *tiers.Network) {
		stack := tierstest.Stack(t)
		vpc := awsec2.NewVpc(stack, new("Theirs"), &awsec2.VpcProps{
			AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")}, NatGateways: new(0.0),
		})
		isolated := &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
		app := tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: isolated})
		props.VpcSubnets = isolated
		props.PrefixLists = map[string]string{"s3": "pl-6da54004"}
		endpoints.Configure(n, props)
		password := endpoints.ARN("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf")
		endpoints.Grant(app, readUploads, endpoints.Secret(password).Read())
		return stack, n
	}
	policies := func(stack awscdk.Stack) (found, stated int) {
		for _, r := range resources(t, stack) {
			if r.Type == "AWS::EC2::VPCEndpoint" {
				found++
				if r.Properties["PolicyDocument"] != nil {
					stated++
				}
				if r.Properties["VpcEndpointType"] == "Gateway" {
					assert.Len(t, r.Properties["RouteTableIds"], 2)
				} else {
					assert.Len(t, r.Properties["SubnetIds"], 2)
				}
			}
		}
		return found, stated
	}
	stack, n := wrapped(t, &endpoints.Props{})
	found, stated := policies(stack)
	assert.Equal(t, []int{2, 0}, []int{found, stated})
	assert.Contains(t, n.Summary(), "the VPC's other workloads are not known")
	stack, _ = wrapped(t, &endpoints.Props{Policies: endpoints.Derived})
	found, stated = policies(stack)
	assert.Equal(t, []int{2, 2}, []int{found, stated})
}

// TestImported: an imported endpoint gets rules in its security group, and no second endpoint is made.
func TestImported(t *testing.T) {
	stack := tierstest.Stack(t)
	n := network(stack)
	app := tiers.NewAppTier(n, "App", nil)
	endpoints.Configure(n, &endpoints.Props{
		Imported: []endpoints.Existing{{Service: "ssm", SecurityGroupID: "sg-0123456789abcdef0"}, {Service: "s3"}},
	})
	endpoints.Grant(app, endpoints.SessionManager(), readUploads)
	endpoints.NewGateway(stack, "Theirs", &endpoints.GatewayProps{
		Vpc: n.Vpc(), Service: "s3", Subnets: app.Subnets(), Policy: endpoints.Allow(readUploads),
	})
	var made []any
	rules := 0
	for _, r := range resources(t, stack) {
		switch {
		case r.Type == "AWS::EC2::VPCEndpoint":
			made = append(made, r.Properties["ServiceName"])
		case r.Type == "AWS::EC2::SecurityGroupIngress" && r.Properties["GroupId"] == "sg-0123456789abcdef0":
			rules++
		}
	}
	gateway := map[string]any{"Fn::Join": []any{"", []any{"com.amazonaws.", map[string]any{"Ref": "AWS::Region"}, ".s3"}}}
	assert.ElementsMatch(t, []any{"com.amazonaws.eu-west-1.ssmmessages", gateway}, made)
	assert.Equal(t, 1, rules)
}

// TestReady: a workload that depends on Ready is created after the tier's endpoints, whether the grants come before or after.
func TestReady(t *testing.T) {
	stack := tierstest.Stack(t)
	n := network(stack)
	app, other := tiers.NewAppTier(n, "App", nil), tiers.NewAppTier(n, "Other", &tiers.TierProps{Block: 7})
	endpoints.Grant(app, endpoints.SessionManager())
	for _, id := range []string{"Workload", "Second"} {
		workload := awscdk.NewCfnResource(stack, &id, &awscdk.CfnResourceProps{Type: new("Test::Work::Load")})
		workload.Node().AddDependency(endpoints.Ready(app))
	}
	endpoints.Grant(app, endpoints.PutMetrics())
	endpoints.Grant(other, endpoints.WhoAmI())
	made := resources(t, stack)
	assert.Len(t, made["Workload"].DependsOn, 3)
	assert.Equal(t, made["Workload"].DependsOn, made["Second"].DependsOn)
}
