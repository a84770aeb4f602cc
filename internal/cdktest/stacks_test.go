package cdktest_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodebuild"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecspatterns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsefs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticache"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2targets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3deployment"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctionstasks"
	"github.com/aws/aws-cdk-go/awscdk/v2/customresources"
)

func fargate(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{
		MaxAzs: new(2.0), NatGateways: new(1.0), RestrictDefaultSecurityGroup: new(true),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{
			{Name: new("public"), SubnetType: awsec2.SubnetType_PUBLIC},
			{Name: new("app"), SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS},
			{Name: new("data"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		},
		FlowLogs: &map[string]*awsec2.FlowLogOptions{"all": {}},
	})
	awsecspatterns.NewApplicationLoadBalancedFargateService(stack, new("Service"), &awsecspatterns.ApplicationLoadBalancedFargateServiceProps{
		Vpc: vpc, MinHealthyPercent: new(100.0),
		TaskImageOptions: &awsecspatterns.ApplicationLoadBalancedTaskImageOptions{Image: nginx()},
	})
}

func autoScaling(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0)})
	group := awsautoscaling.NewAutoScalingGroup(stack, new("Servers"), &awsautoscaling.AutoScalingGroupProps{
		Vpc: vpc, InstanceType: small(), MachineImage: awsec2.MachineImage_LatestAmazonLinux2023(nil), MaxCapacity: new(4.0),
	})
	balancer := awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("Balancer"),
		&awselasticloadbalancingv2.ApplicationLoadBalancerProps{Vpc: vpc, InternetFacing: new(true)})
	balancer.AddListener(new("HTTP"), &awselasticloadbalancingv2.BaseApplicationListenerProps{Port: new(80.0)}).
		AddTargets(new("Servers"), &awselasticloadbalancingv2.AddApplicationTargetsProps{
			Port: new(8080.0), Protocol: awselasticloadbalancingv2.ApplicationProtocol_HTTP,
			Targets: &[]awselasticloadbalancingv2.IApplicationLoadBalancerTarget{group},
		})
	database := postgres(stack, vpc, awsec2.SubnetType_PRIVATE_WITH_EGRESS)
	database.AddRotationSingleUser(nil)
	database.Connections().AllowDefaultPortFrom(group, nil)
}

func httpAPI(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0)})
	cluster := awsrds.NewDatabaseCluster(stack, new("Database"), &awsrds.DatabaseClusterProps{
		Engine: awsrds.DatabaseClusterEngine_AuroraPostgres(&awsrds.AuroraPostgresClusterEngineProps{
			Version: awsrds.AuroraPostgresEngineVersion_VER_16_4(),
		}),
		Writer: awsrds.ClusterInstance_ServerlessV2(new("writer"), nil), Vpc: vpc,
		Credentials: awsrds.Credentials_FromGeneratedSecret(new("admin1"), nil),
	})
	proxy := cluster.AddProxy(new("Proxy"), &awsrds.DatabaseProxyOptions{Vpc: vpc, Secrets: &[]awssecretsmanager.ISecret{cluster.Secret()}})
	function := lambda(stack, "Handler", &awslambda.FunctionProps{Vpc: vpc})
	proxy.Connections().AllowFrom(function, awsec2.Port_Tcp(new(5432.0)), nil)
	awsapigatewayv2.NewHttpApi(stack, new("API"), &awsapigatewayv2.HttpApiProps{
		DefaultIntegration: awsapigatewayv2integrations.NewHttpLambdaIntegration(new("Handler"), function, nil),
	})
}

func staticSite(stack awscdk.Stack) {
	bucket := awss3.NewBucket(stack, new("Site"), &awss3.BucketProps{
		AutoDeleteObjects: new(true), RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	distribution := awscloudfront.NewDistribution(stack, new("CDN"), &awscloudfront.DistributionProps{
		DefaultBehavior: &awscloudfront.BehaviorOptions{Origin: awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(bucket, nil)},
	})
	awss3deployment.NewBucketDeployment(stack, new("Deployment"), &awss3deployment.BucketDeploymentProps{
		Sources:           &[]awss3deployment.ISource{awss3deployment.Source_Data(new("index.html"), new("hello"), nil)},
		DestinationBucket: bucket, Distribution: distribution,
	})
}

func events(stack awscdk.Stack) {
	table := awsdynamodb.NewTable(stack, new("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: new("id"), Type: awsdynamodb.AttributeType_STRING},
	})
	queue := awssqs.NewQueue(stack, new("Queue"), nil)
	topic := awssns.NewTopic(stack, new("Topic"), nil)
	topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, nil))
	function := lambda(stack, "Handler", &awslambda.FunctionProps{
		LogRetention: awslogs.RetentionDays_ONE_WEEK, //nolint:staticcheck // Apps still have its custom resource.
	})
	function.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	table.GrantReadWriteData(function)
	awsevents.NewRule(stack, new("Nightly"), &awsevents.RuleProps{
		Schedule: awsevents.Schedule_Rate(awscdk.Duration_Days(new(1.0))),
		Targets:  &[]awsevents.IRuleTarget{awseventstargets.NewLambdaFunction(function, nil)},
	})
}

func containers(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0)})
	machines := awsautoscaling.NewAutoScalingGroup(stack, new("Machines"), &awsautoscaling.AutoScalingGroupProps{
		Vpc: vpc, InstanceType: small(), MachineImage: awsecs.EcsOptimizedImage_AmazonLinux2023(awsecs.AmiHardwareType_ARM, nil),
	})
	cluster := awsecs.NewCluster(stack, new("Cluster"), &awsecs.ClusterProps{Vpc: vpc})
	provider := awsecs.NewAsgCapacityProvider(stack, new("Provider"), &awsecs.AsgCapacityProviderProps{AutoScalingGroup: machines})
	cluster.AddAsgCapacityProvider(provider, nil)
	task := awsecs.NewEc2TaskDefinition(stack, new("Task"), &awsecs.Ec2TaskDefinitionProps{NetworkMode: awsecs.NetworkMode_AWS_VPC})
	task.AddContainer(new("web"), &awsecs.ContainerDefinitionOptions{Image: nginx(), MemoryLimitMiB: new(256.0)})
	service := awsecs.NewEc2Service(stack, new("Service"), &awsecs.Ec2ServiceProps{
		Cluster: cluster, TaskDefinition: task, MinHealthyPercent: new(100.0),
		CapacityProviderStrategies: &[]*awsecs.CapacityProviderStrategy{{CapacityProvider: provider.CapacityProviderName(), Weight: new(1.0)}},
	})
	group := awsec2.NewSecurityGroup(stack, new("CacheGroup"), &awsec2.SecurityGroupProps{Vpc: vpc})
	group.Connections().AllowFrom(service, awsec2.Port_Tcp(new(6379.0)), nil)
	var subnets []any
	for _, s := range *vpc.PrivateSubnets() {
		subnets = append(subnets, s.SubnetId())
	}
	places := awselasticache.NewCfnSubnetGroup(stack, new("CacheSubnets"), &awselasticache.CfnSubnetGroupProps{
		Description: new("cache"), SubnetIds: &subnets,
	})
	awselasticache.NewCfnReplicationGroup(stack, new("Cache"), &awselasticache.CfnReplicationGroupProps{
		ReplicationGroupDescription: new("cache"), Engine: new("valkey"), CacheNodeType: new("cache.t4g.small"), NumCacheClusters: new(2.0),
		CacheSubnetGroupName: places.Ref(), SecurityGroupIds: &[]*string{group.SecurityGroupId()},
	})
}

func elasticAddress(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0)})
	for id, service := range map[string]awsec2.InterfaceVpcEndpointAwsService{
		"Ssm": awsec2.InterfaceVpcEndpointAwsService_SSM(), "SsmMessages": awsec2.InterfaceVpcEndpointAwsService_SSM_MESSAGES(),
		"Ec2Messages": awsec2.InterfaceVpcEndpointAwsService_EC2_MESSAGES(),
	} {
		vpc.AddInterfaceEndpoint(&id, &awsec2.InterfaceVpcEndpointOptions{Service: service})
	}
	public := awsec2.NewInstance(stack, new("Public"), &awsec2.InstanceProps{
		Vpc: vpc, InstanceType: small(), MachineImage: image(), VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PUBLIC},
	})
	public.Connections().AllowFromAnyIpv4(awsec2.Port_Tcp(new(443.0)), nil)
	awsec2.NewCfnEIP(stack, new("Address"), &awsec2.CfnEIPProps{InstanceId: public.InstanceId()})
	private := awsec2.NewInstance(stack, new("Private"), &awsec2.InstanceProps{
		Vpc: vpc, InstanceType: small(), MachineImage: image(), SsmSessionPermissions: new(true),
	})
	private.Connections().AllowFromAnyIpv4(awsec2.Port_Tcp(new(8443.0)), nil)
	balancer := awselasticloadbalancingv2.NewNetworkLoadBalancer(stack, new("Balancer"), &awselasticloadbalancingv2.NetworkLoadBalancerProps{
		Vpc: vpc, InternetFacing: new(true),
	})
	balancer.AddListener(new("TLS"), &awselasticloadbalancingv2.BaseNetworkListenerProps{Port: new(443.0)}).
		AddTargets(new("Private"), &awselasticloadbalancingv2.AddNetworkTargetsProps{
			Port: new(8443.0),
			Targets: &[]awselasticloadbalancingv2.INetworkLoadBalancerTarget{
				awselasticloadbalancingv2targets.NewInstanceTarget(private, new(8443.0)),
			},
		})
}

func bastion(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{
		MaxAzs: new(2.0), NatGateways: new(0.0),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{
			{Name: new("public"), SubnetType: awsec2.SubnetType_PUBLIC}, {Name: new("data"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		},
		GatewayEndpoints: &map[string]*awsec2.GatewayVpcEndpointOptions{
			"S3": {Service: awsec2.GatewayVpcEndpointAwsService_S3()}, "Table": {Service: awsec2.GatewayVpcEndpointAwsService_DYNAMODB()},
		},
	})
	vpc.AddInterfaceEndpoint(new("Secrets"), &awsec2.InterfaceVpcEndpointOptions{
		Service: awsec2.InterfaceVpcEndpointAwsService_SECRETS_MANAGER(),
	})
	host := awsec2.NewBastionHostLinux(stack, new("Bastion"), &awsec2.BastionHostLinuxProps{
		Vpc: vpc, SubnetSelection: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PUBLIC},
	})
	host.AllowSshAccessFrom(awsec2.Peer_Ipv4(new("198.51.100.0/24")))
	postgres(stack, vpc, awsec2.SubnetType_PRIVATE_ISOLATED).Connections().AllowDefaultPortFrom(host, nil)
}

func batch(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0)})
	environment := awsbatch.NewFargateComputeEnvironment(stack, new("Environment"), &awsbatch.FargateComputeEnvironmentProps{Vpc: vpc})
	queue := awsbatch.NewJobQueue(stack, new("Queue"), nil)
	queue.AddComputeEnvironment(environment, new(1.0))
	job := awsbatch.NewEcsJobDefinition(stack, new("Job"), &awsbatch.EcsJobDefinitionProps{
		Container: awsbatch.NewEcsFargateContainerDefinition(stack, new("Container"), &awsbatch.EcsFargateContainerDefinitionProps{
			Image: nginx(), Cpu: new(1.0), Memory: awscdk.Size_Mebibytes(new(2048.0)),
		}),
	})
	project := awscodebuild.NewProject(stack, new("Build"), &awscodebuild.ProjectProps{
		Vpc: vpc, BuildSpec: awscodebuild.BuildSpec_FromObject(&map[string]any{"version": "0.2"}),
	})
	submit := awsstepfunctionstasks.NewBatchSubmitJob(stack, new("Submit"), &awsstepfunctionstasks.BatchSubmitJobProps{
		JobName: new("job"), JobDefinitionArn: job.JobDefinitionArn(), JobQueueArn: queue.JobQueueArn(),
	})
	build := awsstepfunctionstasks.NewCodeBuildStartBuild(stack, new("Start"), &awsstepfunctionstasks.CodeBuildStartBuildProps{
		Project: project,
	})
	awsstepfunctions.NewStateMachine(stack, new("Machine"), &awsstepfunctions.StateMachineProps{
		DefinitionBody: awsstepfunctions.DefinitionBody_FromChainable(submit.Next(build)),
	})
}

func fileSystem(stack awscdk.Stack) {
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0)})
	files := awsefs.NewFileSystem(stack, new("Files"), &awsefs.FileSystemProps{Vpc: vpc})
	point := files.AddAccessPoint(new("Point"), &awsefs.AccessPointOptions{
		Path: new("/data"), PosixUser: &awsefs.PosixUser{Uid: new("1000"), Gid: new("1000")},
		CreateAcl: &awsefs.Acl{OwnerUid: new("1000"), OwnerGid: new("1000"), Permissions: new("750")},
	})
	function := lambda(stack, "Handler", &awslambda.FunctionProps{
		Vpc: vpc, Filesystem: awslambda.FileSystem_FromEfsAccessPoint(point, new("/mnt/data")),
	})
	provider := customresources.NewProvider(stack, new("Provider"), &customresources.ProviderProps{
		OnEventHandler: lambda(stack, "OnEvent", &awslambda.FunctionProps{}),
	})
	awscdk.NewCustomResource(stack, new("Seed"), &awscdk.CustomResourceProps{
		ServiceToken: provider.ServiceToken(), Properties: &map[string]any{"Function": function.FunctionName()},
	})
	customresources.NewAwsCustomResource(stack, new("Call"), &customresources.AwsCustomResourceProps{
		OnUpdate: &customresources.AwsSdkCall{
			Service: new("SSM"), Action: new("getParameter"), Parameters: map[string]any{"Name": "/site/name"},
			PhysicalResourceId: customresources.PhysicalResourceId_Of(new("name")),
		},
		Policy: customresources.AwsCustomResourcePolicy_FromSdkCalls(&customresources.SdkCallsPolicyOptions{
			Resources: customresources.AwsCustomResourcePolicy_ANY_RESOURCE(),
		}),
	})
}

func importedVpc(stack awscdk.Stack) {
	vpc := awsec2.Vpc_FromVpcAttributes(stack, new("Vpc"), &awsec2.VpcAttributes{
		VpcId: new("vpc-0123456789abcdef0"), AvailabilityZones: &[]*string{new("eu-west-1a"), new("eu-west-1b")},
		PrivateSubnetIds: &[]*string{new("subnet-0123456789abcdef0"), new("subnet-0123456789abcdef1")},
	})
	function := lambda(stack, "Handler", &awslambda.FunctionProps{Vpc: vpc})
	postgres(stack, vpc, awsec2.SubnetType_PRIVATE_WITH_EGRESS).Connections().AllowFrom(function, awsec2.Port_Tcp(new(5432.0)), nil)
}

func postgres(stack awscdk.Stack, vpc awsec2.IVpc, where awsec2.SubnetType) awsrds.DatabaseInstance {
	return awsrds.NewDatabaseInstance(stack, new("Database"), &awsrds.DatabaseInstanceProps{
		Engine: awsrds.DatabaseInstanceEngine_Postgres(&awsrds.PostgresInstanceEngineProps{Version: awsrds.PostgresEngineVersion_VER_16()}),
		Vpc:    vpc, VpcSubnets: &awsec2.SubnetSelection{SubnetType: where},
	})
}

func lambda(stack awscdk.Stack, id string, props *awslambda.FunctionProps) awslambda.Function {
	props.Runtime, props.Handler = awslambda.Runtime_PYTHON_3_13(), new("index.handler")
	props.Code = awslambda.Code_FromInline(new("def handler(event, context): pass"))
	return awslambda.NewFunction(stack, &id, props)
}

func nginx() awsecs.ContainerImage {
	return awsecs.ContainerImage_FromRegistry(new("public.ecr.aws/nginx/nginx"), nil)
}

func small() awsec2.InstanceType { return awsec2.NewInstanceType(new("t4g.small")) }

func image() awsec2.IMachineImage { return awsec2.MachineImage_LatestAmazonLinux2023(nil) }
