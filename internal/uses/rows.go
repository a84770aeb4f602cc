package uses

// rows are the uses. The minimal sets are chosen by hand from the Service Authorization Reference: what calls of the data take. Those of
// the CDK library are what its grants give (aws-cdk-lib 2.270.0, synthesised), without what is for other resources than they name.
var rows = map[string]row{
	"s3.read": {
		"s3", []part{{"s3:GetObject", "{arn}/{keys}"}, {"s3:GetBucketLocation s3:ListBucket", "{arn}"}},
		[]part{{"s3:GetObject*", "{arn}/{keys}"}, {"s3:GetBucket*", "{arn}"}, {"s3:List*", "{arn} {arn}/{keys}"}}, nil,
	},
	"s3.write": {
		"s3", []part{{"s3:AbortMultipartUpload s3:PutObject", "{arn}/{keys}"}},
		[]part{{"s3:Abort* s3:DeleteObject* s3:PutObject s3:PutObjectLegalHold s3:PutObjectRetention s3:PutObjectTagging s3:PutObjectVersionTagging", "{arn}/{keys}"}}, nil,
	},
	"s3.put": {
		"s3", []part{{"s3:AbortMultipartUpload s3:PutObject", "{arn}/{keys}"}},
		[]part{{"s3:Abort* s3:PutObject s3:PutObjectLegalHold s3:PutObjectRetention s3:PutObjectTagging s3:PutObjectVersionTagging", "{arn}/{keys}"}}, nil,
	},
	"s3.delete": {"s3", []part{{"s3:DeleteObject", "{arn}/{keys}"}}, []part{{"s3:DeleteObject*", "{arn}/{keys}"}}, nil},

	"dynamodb.read": {
		"dynamodb", []part{{"dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query dynamodb:Scan", "{arn} {arn}/index/*"}},
		[]part{
			{"dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:DescribeTable dynamodb:GetItem dynamodb:Query dynamodb:Scan", "{arn} {arn}/index/*"},
			{"dynamodb-streams@dynamodb:GetRecords dynamodb:GetShardIterator", "{arn}/stream/*"},
		}, nil,
	},
	"dynamodb.write": {
		"dynamodb", []part{{"dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:UpdateItem", "{arn}"}},
		[]part{{"dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:DescribeTable dynamodb:PutItem dynamodb:UpdateItem", "{arn} {arn}/index/*"}}, nil,
	},
	"dynamodb.stream": {
		"dynamodb-streams", []part{{"dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", "{arn}"}},
		[]part{{"dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", "{arn}"}, {"dynamodb:ListStreams", "*"}}, nil,
	},

	"sqs.consume": {"sqs", []part{{"sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ReceiveMessage", "{arn}"}}, nil, nil},
	"sqs.send":    {"sqs", []part{{"sqs:GetQueueUrl sqs:SendMessage", "{arn}"}}, []part{{"sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage", "{arn}"}}, nil},
	"sqs.purge":   {"sqs", []part{{"sqs:GetQueueUrl sqs:PurgeQueue", "{arn}"}}, []part{{"sqs:GetQueueAttributes sqs:GetQueueUrl sqs:PurgeQueue", "{arn}"}}, nil},

	"sns.publish":   {"sns", []part{{"sns:Publish", "{arn}"}}, nil, nil},
	"sns.subscribe": {"sns", []part{{"sns:Subscribe", "{arn}"}}, nil, nil},

	"secretsmanager.read": {
		"secretsmanager", []part{{"secretsmanager:GetSecretValue", "{arn}"}}, []part{{"secretsmanager:DescribeSecret secretsmanager:GetSecretValue", "{arn}"}}, nil,
	},
	"secretsmanager.write": {
		"secretsmanager", []part{{"secretsmanager:PutSecretValue", "{arn}"}},
		[]part{{"secretsmanager:PutSecretValue secretsmanager:UpdateSecret secretsmanager:UpdateSecretVersionStage", "{arn}"}}, nil,
	},

	"ssm.read": {
		"ssm", []part{{"ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath", "{arn}"}},
		[]part{{"ssm:GetParameter ssm:GetParameterHistory ssm:GetParameters ssm:GetParametersByPath", "{arn}"}, {"ssm:DescribeParameters", "*"}}, nil,
	},
	"ssm.write": {"ssm", []part{{"ssm:PutParameter", "{arn}"}}, nil, nil},
	// The agent's own calls are those of AWS's managed policy AmazonSSMManagedInstanceCore.
	"ssm.session": {
		"ssm", []part{
			{
				"ssm:DescribeAssociation ssm:DescribeDocument ssm:GetDeployablePatchSnapshotForInstance ssm:GetDocument ssm:GetManifest ssm:GetParameter ssm:GetParameters " +
					"ssm:ListAssociations ssm:ListInstanceAssociations ssm:PutComplianceItems ssm:PutConfigurePackageResult ssm:PutInventory ssm:UpdateAssociationStatus " +
					"ssm:UpdateInstanceAssociationStatus ssm:UpdateInstanceInformation", "*",
			},
			{"ssmmessages@" + messages, "*"},
		}, nil, nil,
	},
	"ssm.oldagents": {
		"ec2messages", []part{{
			"ec2messages:AcknowledgeMessage ec2messages:DeleteMessage ec2messages:FailMessage ec2messages:GetEndpoint ec2messages:GetMessages ec2messages:SendReply", "*",
		}}, nil, nil,
	},
	"ecs.exec": {"ssmmessages", []part{{messages, "*"}}, nil, nil},

	"kms.decrypt": {"kms", []part{{"kms:Decrypt", "{arn}"}}, nil, nil},
	"kms.encrypt": {"kms", []part{{"kms:Encrypt kms:GenerateDataKey", "{arn}"}}, []part{{"kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt*", "{arn}"}}, nil},
	"kms.sign":    {"kms", []part{{"kms:Sign", "{arn}"}}, nil, nil},
	"kms.verify":  {"kms", []part{{"kms:Verify", "{arn}"}}, nil, nil},
	"kms.mac":     {"kms", []part{{"kms:GenerateMac kms:VerifyMac", "{arn}"}}, nil, nil},

	"sts.assume":      {"sts", []part{{"sts:AssumeRole", "{arn}"}}, nil, nil},
	"sts.webidentity": {"sts", nil, nil, []companion{{"sts", "sts:AssumeRoleWithWebIdentity", "{arn}", true, "callers have a token of an identity provider and no credentials yet"}}},
	"sts.whoami":      {"sts", []part{{"sts:GetCallerIdentity", "*"}}, nil, nil},

	"logs.write": {"logs", []part{{"logs:CreateLogStream logs:PutLogEvents", "{arn}"}}, nil, nil},
	"logs.read": {
		"logs", []part{{"logs:FilterLogEvents logs:GetLogEvents", "{arn}"}},
		[]part{{"logs:DescribeLogStreams logs:FilterLogEvents logs:GetLogEvents logs:GetLogGroupFields", "{arn}"}, {"logs:DescribeLogGroups", "*"}}, nil,
	},
	"metrics.put": {"monitoring", []part{{"cloudwatch:PutMetricData", "*"}}, nil, nil},

	"ecr.pull": {
		"ecr.api", []part{
			{"ecr:GetAuthorizationToken", "*"},
			{pull, "{arn}"}, {"ecr.dkr@" + pull, "{arn}"},
		}, nil,
		[]companion{{"s3", "s3:GetObject", "arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*", true, "Amazon ECR keeps image layers in a bucket of its own, and hands out signed addresses"}},
	},
	"ecr.push": {
		"ecr.api", []part{
			{"ecr:GetAuthorizationToken", "*"},
			{push, "{arn}"}, {"ecr.dkr@" + push, "{arn}"},
		}, nil,
		[]companion{{"s3", "s3:GetObject", "arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*", true, "Amazon ECR keeps image layers in a bucket of its own, and hands out signed addresses"}},
	},

	"lambda.invoke": {"lambda", []part{{"lambda:InvokeFunction", "{arn} {arn}:*"}}, nil, nil},
	"events.put":    {"events", []part{{"events:PutEvents", "{arn}"}}, nil, nil},
	"states.start":  {"states", []part{{"states:StartExecution", "{arn}"}}, nil, nil},
	"states.sync":   {"sync-states", []part{{"states:StartSyncExecution", "{arn}"}}, nil, nil},
	"states.task":   {"states", []part{{"states:SendTaskFailure states:SendTaskHeartbeat states:SendTaskSuccess", "*"}}, nil, nil},

	"kinesis.read": {
		"kinesis-streams", []part{{"kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards", "{arn}"}},
		[]part{
			{"kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards", "{arn}"},
			{"kinesis:DescribeStreamConsumer kinesis:SubscribeToShard", "{arn}/consumer/*"}, {"kinesis:ListStreams", "*"},
		}, nil,
	},
	"kinesis.write": {
		"kinesis-streams", []part{{"kinesis:PutRecord kinesis:PutRecords", "{arn}"}}, []part{{"kinesis:ListShards kinesis:PutRecord kinesis:PutRecords", "{arn}"}}, nil,
	},
	"firehose.put": {"kinesis-firehose", []part{{"firehose:PutRecord firehose:PutRecordBatch", "{arn}"}}, nil, nil},

	"bedrock.invoke": {
		"bedrock-runtime", []part{{"bedrock:InvokeModel bedrock:InvokeModelWithResponseStream", "{arn}"}},
		[]part{{"bedrock:InvokeModel*", "{arn}"}, {"bedrock@bedrock:GetFoundationModel", "{arn}"}}, nil,
	},
	"rds.data": {
		"rds-data", []part{
			{"rds-data:BatchExecuteStatement rds-data:BeginTransaction rds-data:CommitTransaction rds-data:ExecuteStatement rds-data:RollbackTransaction", "{arn}"},
		}, nil, nil,
	},

	"cloudformation.signal": {"cloudformation", []part{{"cloudformation:DescribeStackResource cloudformation:SignalResource", "{arn}"}}, nil, nil},

	// What the ECS agent calls is in AWS's managed policy AmazonEC2ContainerServiceforEC2Role.
	"ecs.agent": {
		"ecs", []part{
			{"ecs:DeregisterContainerInstance ecs:RegisterContainerInstance ecs:UpdateContainerInstancesState", "{arn} arn:{partition}:ecs:{region}:{account}:container-instance/*"},
			{"ecs:DiscoverPollEndpoint ecs:SubmitAttachmentStateChanges ecs:SubmitContainerStateChange ecs:SubmitTaskStateChange", "*"},
			{"ecs-agent@ecs:Poll", "arn:{partition}:ecs:{region}:{account}:container-instance/*"},
			{"ecs-telemetry@ecs:StartTelemetrySession", "arn:{partition}:ecs:{region}:{account}:container-instance/*"},
		}, nil, nil,
	},
	// What nodes of EKS call is in AWS's managed policies AmazonEKSWorkerNodeMinimalPolicy and AmazonEKS_CNI_Policy (Amazon EKS User Guide, "Deploy
	// private clusters with limited internet access").
	"eks.node": {
		"eks", []part{
			{"eks:DescribeCluster", "{arn}"},
			{"eks-auth@eks-auth:AssumeRoleForPodIdentity", "{arn}"},
			{"ec2@ec2:DescribeInstanceTypes ec2:DescribeInstances ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DescribeTags", "*"},
			{
				"ec2@ec2:AssignPrivateIpAddresses ec2:AttachNetworkInterface ec2:CreateNetworkInterface ec2:CreateTags ec2:DeleteNetworkInterface ec2:DetachNetworkInterface " +
					"ec2:ModifyNetworkInterfaceAttribute ec2:UnassignPrivateIpAddresses", "arn:{partition}:ec2:{region}:{account}:*",
			},
			{"ecr.api@ecr:GetAuthorizationToken", "*"},
			{"ecr.api@" + pull, eksImages},
			{"ecr.dkr@" + pull, eksImages},
		}, nil,
		[]companion{{"s3", "s3:GetObject", "arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*", true, "Amazon ECR keeps image layers in a bucket of its own, and hands out signed addresses"}},
	},
	// Lambda makes and uses the interfaces of functions, and delivers their logs, itself: none of it comes through an endpoint.
	"lambda.vpc": {
		"", []part{{
			"role@ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses", "*",
		}}, nil, nil,
	},
	"lambda.logs": {"", []part{{"role@logs:CreateLogStream logs:PutLogEvents", "{arn}"}}, nil, nil},

	// Repositories that are read without credentials.
	"packages.al2023": {
		"s3", nil, nil,
		[]companion{{"s3", "s3:GetObject", "arn:{partition}:s3:::al2023-repos-{region}-de612dc2/*", true, "the package repositories of Amazon Linux 2023 are in a bucket of AWS"}},
	},
	"packages.al2": {
		"s3", nil, nil,
		[]companion{{"s3", "s3:GetObject", "arn:{partition}:s3:::amazonlinux-2-repos-{region}/* arn:{partition}:s3:::amazonlinux.{region}.amazonaws.com/*", true, "the package repositories of Amazon Linux 2 are in buckets of AWS"}},
	},
	"ssm.patch": {
		"s3", nil, nil,
		[]companion{{
			"s3", "s3:GetObject",
			"arn:{partition}:s3:::aws-ssm-{region}/* arn:{partition}:s3:::aws-windows-downloads-{region}/* arn:{partition}:s3:::amazon-ssm-{region}/* " +
				"arn:{partition}:s3:::amazon-ssm-packages-{region}/* arn:{partition}:s3:::{region}-birdwatcher-prod/* arn:{partition}:s3:::aws-ssm-document-attachments-{region}/* " +
				"arn:{partition}:s3:::patch-baseline-snapshot-{region}/*", true, "Systems Manager keeps its documents, agents and patch baselines in buckets of its own",
		}},
	},
	"cloudwatch.agent": {
		"s3", nil, nil,
		[]companion{{"s3", "s3:GetObject", "arn:{partition}:s3:::amazoncloudwatch-agent-{region}/*", true, "the CloudWatch agent is installed from a bucket of AWS"}},
	},
	"codedeploy.agent": {
		"s3", nil, nil,
		[]companion{{"s3", "s3:GetObject", "arn:{partition}:s3:::aws-codedeploy-{region}/*", true, "the CodeDeploy agent is installed from a bucket of AWS"}},
	},
}

// What several uses have in common.
const (
	eksImages = anyOwner + "arn:{partition}:ecr:{region}:*:repository/amazon-k8s-cni* arn:{partition}:ecr:{region}:*:repository/amazon/aws-network-policy-agent " +
		"arn:{partition}:ecr:{region}:*:repository/eks/*"
	messages = "ssmmessages:CreateControlChannel ssmmessages:CreateDataChannel ssmmessages:OpenControlChannel ssmmessages:OpenDataChannel"
	pull     = "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer"
	push     = "ecr:BatchCheckLayerAvailability ecr:CompleteLayerUpload ecr:InitiateLayerUpload ecr:PutImage ecr:UploadLayerPart"
)
