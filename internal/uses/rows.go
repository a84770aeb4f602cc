package uses

// rows lists the uses. The minimal sets are chosen by hand from the Service Authorization Reference; they are the actions that
// calls on the data itself need. The sets of the CDK library are those of its grants (aws-cdk-lib 2.270.0, synthesized), without actions on
// other resources.
var rows = []row{
	{
		name:     "s3.read",
		endpoint: "s3",
		minimal:  []part{do("s3:GetObject", "{arn}/{keys}"), do("s3:GetBucketLocation s3:ListBucket", "{arn}")},
		cdk:      []part{do("s3:GetObject*", "{arn}/{keys}"), do("s3:GetBucket*", "{arn}"), do("s3:List*", "{arn} {arn}/{keys}")},
	},
	{
		name:     "s3.write",
		endpoint: "s3",
		minimal:  []part{do("s3:AbortMultipartUpload s3:PutObject", "{arn}/{keys}")},
		cdk: []part{do("s3:Abort* s3:DeleteObject* s3:PutObject s3:PutObjectLegalHold s3:PutObjectRetention s3:PutObjectTagging "+
			"s3:PutObjectVersionTagging", "{arn}/{keys}")},
	},
	{
		name:     "s3.put",
		endpoint: "s3",
		minimal:  []part{do("s3:AbortMultipartUpload s3:PutObject", "{arn}/{keys}")},
		cdk: []part{do("s3:Abort* s3:PutObject s3:PutObjectLegalHold s3:PutObjectRetention s3:PutObjectTagging s3:PutObjectVersionTagging",
			"{arn}/{keys}")},
	},
	{
		name:     "s3.delete",
		endpoint: "s3",
		minimal:  []part{do("s3:DeleteObject", "{arn}/{keys}")},
		cdk:      []part{do("s3:DeleteObject*", "{arn}/{keys}")},
	},

	{
		name:     "dynamodb.read",
		endpoint: "dynamodb",
		minimal:  []part{do("dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query dynamodb:Scan", "{arn} {arn}/index/*")},
		cdk: []part{
			do("dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:DescribeTable dynamodb:GetItem dynamodb:Query dynamodb:Scan",
				"{arn} {arn}/index/*"),
			do("dynamodb:GetRecords dynamodb:GetShardIterator", "{arn}/stream/*").through("dynamodb-streams"),
		},
	},
	{
		name:     "dynamodb.write",
		endpoint: "dynamodb",
		minimal:  []part{do("dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:UpdateItem", "{arn}")},
		cdk: []part{do("dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:DescribeTable dynamodb:PutItem dynamodb:UpdateItem",
			"{arn} {arn}/index/*")},
	},
	{
		name:     "dynamodb.stream",
		endpoint: "dynamodb-streams",
		minimal:  []part{do("dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", "{arn}")},
		cdk:      []part{do("dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", "{arn}"), do("dynamodb:ListStreams", "*")},
	},

	{
		name:     "sqs.consume",
		endpoint: "sqs",
		minimal:  []part{do("sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ReceiveMessage", "{arn}")},
	},
	{
		name:     "sqs.send",
		endpoint: "sqs",
		minimal:  []part{do("sqs:GetQueueUrl sqs:SendMessage", "{arn}")},
		cdk:      []part{do("sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage", "{arn}")}},
	{
		name:     "sqs.purge",
		endpoint: "sqs",
		minimal:  []part{do("sqs:GetQueueUrl sqs:PurgeQueue", "{arn}")},
		cdk:      []part{do("sqs:GetQueueAttributes sqs:GetQueueUrl sqs:PurgeQueue", "{arn}")},
	},

	{
		name:     "sns.publish",
		endpoint: "sns",
		minimal:  []part{do("sns:Publish", "{arn}")},
	},
	{
		name:     "sns.subscribe",
		endpoint: "sns",
		minimal:  []part{do("sns:Subscribe", "{arn}")},
	},

	{
		name:     "secretsmanager.read",
		endpoint: "secretsmanager",
		minimal:  []part{do("secretsmanager:GetSecretValue", "{arn}")},
		cdk:      []part{do("secretsmanager:DescribeSecret secretsmanager:GetSecretValue", "{arn}")},
	},
	{
		name:     "secretsmanager.write",
		endpoint: "secretsmanager",
		minimal:  []part{do("secretsmanager:PutSecretValue", "{arn}")},
		cdk:      []part{do("secretsmanager:PutSecretValue secretsmanager:UpdateSecret secretsmanager:UpdateSecretVersionStage", "{arn}")},
	},

	{
		name:     "ssm.read",
		endpoint: "ssm",
		minimal:  []part{do("ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath", "{arn}")},
		cdk: []part{do("ssm:GetParameter ssm:GetParameterHistory ssm:GetParameters ssm:GetParametersByPath", "{arn}"),
			do("ssm:DescribeParameters", "*")},
	},
	{
		name:     "ssm.write",
		endpoint: "ssm",
		minimal:  []part{do("ssm:PutParameter", "{arn}")},
	},
	// The actions are those of AWS's managed policy AmazonSSMManagedInstanceCore.
	{
		name:     "ssm.session",
		endpoint: "ssm",
		minimal: []part{
			do("ssm:DescribeAssociation ssm:DescribeDocument ssm:GetDeployablePatchSnapshotForInstance ssm:GetDocument ssm:GetManifest "+
				"ssm:GetParameter ssm:GetParameters "+
				"ssm:ListAssociations ssm:ListInstanceAssociations ssm:PutComplianceItems ssm:PutConfigurePackageResult ssm:PutInventory "+
				"ssm:UpdateAssociationStatus "+
				"ssm:UpdateInstanceAssociationStatus ssm:UpdateInstanceInformation", "*"),
			do(messages, "*").through("ssmmessages"),
		},
	},
	{
		name:     "ssm.oldagents",
		endpoint: "ec2messages",
		minimal: []part{do("ec2messages:AcknowledgeMessage ec2messages:DeleteMessage ec2messages:FailMessage ec2messages:GetEndpoint "+
			"ec2messages:GetMessages ec2messages:SendReply", "*")},
	},
	{
		name:     "ecs.exec",
		endpoint: "ssmmessages",
		minimal:  []part{do(messages, "*")},
	},

	{
		name:     "kms.decrypt",
		endpoint: "kms",
		minimal:  []part{do("kms:Decrypt", "{arn}")},
	},
	{
		name:     "kms.encrypt",
		endpoint: "kms",
		minimal:  []part{do("kms:Encrypt kms:GenerateDataKey", "{arn}")},
		cdk:      []part{do("kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt*", "{arn}")}},
	{
		name:     "kms.sign",
		endpoint: "kms",
		minimal:  []part{do("kms:Sign", "{arn}")},
	},
	{
		name:     "kms.verify",
		endpoint: "kms",
		minimal:  []part{do("kms:Verify", "{arn}")},
	},
	{
		name:     "kms.mac",
		endpoint: "kms",
		minimal:  []part{do("kms:GenerateMac kms:VerifyMac", "{arn}")},
	},

	{
		name:     "sts.assume",
		endpoint: "sts",
		minimal:  []part{do("sts:AssumeRole", "{arn}")},
	},
	{
		name:     "sts.webidentity",
		endpoint: "sts",
		companions: []companion{{do("sts:AssumeRoleWithWebIdentity", "{arn}").through("sts"),
			"callers have a token of an identity provider and no credentials yet"}},
	},
	{
		name:     "sts.whoami",
		endpoint: "sts",
		minimal:  []part{do("sts:GetCallerIdentity", "*")},
	},

	{
		name:     "logs.write",
		endpoint: "logs",
		minimal:  []part{do("logs:CreateLogStream logs:PutLogEvents", "{arn}")},
	},
	{
		name:     "logs.read",
		endpoint: "logs",
		minimal:  []part{do("logs:FilterLogEvents logs:GetLogEvents", "{arn}")},
		cdk: []part{do("logs:DescribeLogStreams logs:FilterLogEvents logs:GetLogEvents logs:GetLogGroupFields", "{arn}"),
			do("logs:DescribeLogGroups", "*")},
	},
	{
		name:     "metrics.put",
		endpoint: "monitoring",
		minimal:  []part{do("cloudwatch:PutMetricData", "*")},
	},

	{
		name:     "ecr.pull",
		endpoint: "ecr.api",
		minimal: []part{
			do("ecr:GetAuthorizationToken", "*"),
			do(pull, "{arn}"), do(pull, "{arn}").through("ecr.dkr"),
		},
		companions: imageLayers,
	},
	{
		name:     "ecr.push",
		endpoint: "ecr.api",
		minimal: []part{
			do("ecr:GetAuthorizationToken", "*"),
			do(push, "{arn}"), do(push, "{arn}").through("ecr.dkr"),
		},
		companions: imageLayers,
	},

	{
		name:     "lambda.invoke",
		endpoint: "lambda",
		minimal:  []part{do("lambda:InvokeFunction", "{arn} {arn}:*")},
	},
	{
		name:     "events.put",
		endpoint: "events",
		minimal:  []part{do("events:PutEvents", "{arn}")},
	},
	{
		name:     "states.start",
		endpoint: "states",
		minimal:  []part{do("states:StartExecution", "{arn}")},
	},
	{
		name:     "states.sync",
		endpoint: "sync-states",
		minimal:  []part{do("states:StartSyncExecution", "{arn}")},
	},
	{
		name:     "states.task",
		endpoint: "states",
		minimal:  []part{do("states:SendTaskFailure states:SendTaskHeartbeat states:SendTaskSuccess", "*")},
	},

	{
		name:     "kinesis.read",
		endpoint: "kinesis-streams",
		minimal:  []part{do("kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards", "{arn}")},
		cdk: []part{
			do("kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards", "{arn}"),
			do("kinesis:DescribeStreamConsumer kinesis:SubscribeToShard", "{arn}/consumer/*"), do("kinesis:ListStreams", "*"),
		},
	},
	{
		name:     "kinesis.write",
		endpoint: "kinesis-streams",
		minimal:  []part{do("kinesis:PutRecord kinesis:PutRecords", "{arn}")},
		cdk:      []part{do("kinesis:ListShards kinesis:PutRecord kinesis:PutRecords", "{arn}")},
	},
	{
		name:     "firehose.put",
		endpoint: "kinesis-firehose",
		minimal:  []part{do("firehose:PutRecord firehose:PutRecordBatch", "{arn}")},
	},

	{
		name:     "bedrock.invoke",
		endpoint: "bedrock-runtime",
		minimal:  []part{do("bedrock:InvokeModel bedrock:InvokeModelWithResponseStream", "{arn}")},
		cdk:      []part{do("bedrock:InvokeModel*", "{arn}"), do("bedrock:GetFoundationModel", "{arn}").through("bedrock")},
	},
	{
		name:     "rds.data",
		endpoint: "rds-data",
		minimal: []part{
			do("rds-data:BatchExecuteStatement rds-data:BeginTransaction rds-data:CommitTransaction rds-data:ExecuteStatement "+
				"rds-data:RollbackTransaction", "{arn}"),
		},
	},

	{
		name:     "cloudformation.signal",
		endpoint: "cloudformation",
		minimal:  []part{do("cloudformation:DescribeStackResource cloudformation:SignalResource", "{arn}")},
	},

	// The actions are those of AWS's managed policy AmazonEC2ContainerServiceforEC2Role.
	{
		name:     "ecs.agent",
		endpoint: "ecs",
		minimal: []part{
			do("ecs:DeregisterContainerInstance ecs:RegisterContainerInstance ecs:UpdateContainerInstancesState",
				"{arn} arn:{partition}:ecs:{region}:{account}:container-instance/*"),
			do("ecs:DiscoverPollEndpoint ecs:SubmitAttachmentStateChanges ecs:SubmitContainerStateChange ecs:SubmitTaskStateChange", "*"),
			do("ecs:Poll", "arn:{partition}:ecs:{region}:{account}:container-instance/*").through("ecs-agent"),
			do("ecs:StartTelemetrySession", "arn:{partition}:ecs:{region}:{account}:container-instance/*").through("ecs-telemetry"),
		},
	},
	// The actions are those of AWS's managed policies AmazonEKSWorkerNodeMinimalPolicy and AmazonEKS_CNI_Policy (Amazon EKS User Guide,
	// "Deploy private clusters with limited internet access").
	{
		name:     "eks.node",
		endpoint: "eks",
		minimal: []part{
			do("eks:DescribeCluster", "{arn}"),
			do("eks-auth:AssumeRoleForPodIdentity", "{arn}").through("eks-auth"),
			do("ec2:DescribeInstanceTypes ec2:DescribeInstances ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DescribeTags",
				"*").through("ec2"),
			do("ec2:AssignPrivateIpAddresses ec2:AttachNetworkInterface ec2:CreateNetworkInterface ec2:CreateTags ec2:DeleteNetworkInterface "+
				"ec2:DetachNetworkInterface "+
				"ec2:ModifyNetworkInterfaceAttribute ec2:UnassignPrivateIpAddresses", "arn:{partition}:ec2:{region}:{account}:*").through("ec2"),
			do("ecr:GetAuthorizationToken", "*").through("ecr.api"),
			do(pull, eksImages).through("ecr.api").ofAnyOwner(),
			do(pull, eksImages).through("ecr.dkr").ofAnyOwner(),
		},
		companions: imageLayers,
	},
	// Lambda itself creates the network interfaces of functions and delivers their logs, so none of these calls goes through an endpoint.
	{
		name: "lambda.vpc",
		minimal: []part{do("ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces "+
			"ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses", "*").byAWS()},
	},
	{name: "lambda.logs", minimal: []part{do("logs:CreateLogStream logs:PutLogEvents", "{arn}").byAWS()}},

	// These repositories are read without credentials.
	{
		name:     "packages.al2023",
		endpoint: "s3",
		companions: awsBuckets("arn:{partition}:s3:::al2023-repos-{region}-de612dc2/*",
			"the package repositories of Amazon Linux 2023 are in a bucket of AWS"),
	},
	{
		name:     "packages.al2",
		endpoint: "s3",
		companions: awsBuckets("arn:{partition}:s3:::amazonlinux-2-repos-{region}/* arn:{partition}:s3:::amazonlinux.{region}.amazonaws.com/*",
			"the package repositories of Amazon Linux 2 are in buckets of AWS"),
	},
	{
		name:     "ssm.patch",
		endpoint: "s3",
		companions: awsBuckets("arn:{partition}:s3:::aws-ssm-{region}/* arn:{partition}:s3:::aws-windows-downloads-{region}/* "+
			"arn:{partition}:s3:::amazon-ssm-{region}/* "+
			"arn:{partition}:s3:::amazon-ssm-packages-{region}/* arn:{partition}:s3:::{region}-birdwatcher-prod/* "+
			"arn:{partition}:s3:::aws-ssm-document-attachments-{region}/* "+
			"arn:{partition}:s3:::patch-baseline-snapshot-{region}/*",
			"Systems Manager keeps its documents, agents and patch baselines in buckets of its own"),
	},
	{
		name:     "cloudwatch.agent",
		endpoint: "s3",
		companions: awsBuckets("arn:{partition}:s3:::amazoncloudwatch-agent-{region}/*",
			"the CloudWatch agent is installed from a bucket of AWS"),
	},
	{
		name:       "codedeploy.agent",
		endpoint:   "s3",
		companions: awsBuckets("arn:{partition}:s3:::aws-codedeploy-{region}/*", "the CodeDeploy agent is installed from a bucket of AWS"),
	},
}

// imageLayers is the companion of uses that pull or push images.
var imageLayers = awsBuckets("arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*",
	"Amazon ECR keeps image layers in a bucket of its own, and hands out signed addresses")

// ARNs and actions that several rows have.
const (
	eksImages = "arn:{partition}:ecr:{region}:*:repository/amazon-k8s-cni* " +
		"arn:{partition}:ecr:{region}:*:repository/amazon/aws-network-policy-agent " +
		"arn:{partition}:ecr:{region}:*:repository/eks/*"
	messages = "ssmmessages:CreateControlChannel ssmmessages:CreateDataChannel ssmmessages:OpenControlChannel ssmmessages:OpenDataChannel"
	pull     = "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer"
	push     = "ecr:BatchCheckLayerAvailability ecr:CompleteLayerUpload ecr:InitiateLayerUpload ecr:PutImage ecr:UploadLayerPart"
)
