package endpoints

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/uses"
)

// iamPrefix returns the prefix of a service's actions, "s3"; empty if it is unknown.
func iamPrefix(service string) string {
	if slices.Contains(catalog.GatewayServices(), service) {
		return service
	}
	e, _ := catalog.EndpointNamed(service)
	return e.IAM
}

// BucketUses has the uses of a bucket.
type BucketUses struct{ b Bucket }

// S3 begins a use of a bucket. Its calls go through a gateway endpoint, which reaches only buckets in the endpoint's own Region.
func S3(bucket Bucket) BucketUses { return BucketUses{bucket} }

// Read allows getting objects and listing the bucket. keys are patterns of object keys, such as "uploads/*"; none means all objects.
func (u BucketUses) Read(keys ...string) Use { return u.use("s3.read", reads, keys) }

// Write allows putting objects, also in multipart uploads. keys are as in Read.
func (u BucketUses) Write(keys ...string) Use { return u.use("s3.write", writes, keys) }

// Put is like Write. They differ with [Use.AsCDK]: Put is then the CDK library's grantPut, which does not allow deleting objects, and Write
// is its grantWrite, which does.
func (u BucketUses) Put(keys ...string) Use { return u.use("s3.put", writes, keys) }

// Delete allows deleting objects. keys are as in Read.
func (u BucketUses) Delete(keys ...string) Use { return u.use("s3.delete", "", keys) }

func (u BucketUses) use(name, kms string, keys []string) Use {
	return of(name, u.b, func() *string { return u.b.BucketArn() }, kms, keys...)
}

// TableUses has the uses of a table.
type TableUses struct{ t Table }

// DynamoDB begins a use of a table and its indexes. Its calls go through a gateway endpoint, which carries IPv4 only and reaches only
// tables and replicas in the endpoint's own Region.
func DynamoDB(table Table) TableUses { return TableUses{table} }

// Read allows getting, querying and scanning items.
func (u TableUses) Read() Use {
	return of("dynamodb.read", u.t, func() *string { return u.t.TableArn() }, reads)
}

// Write allows putting, updating and deleting items.
func (u TableUses) Write() Use {
	return of("dynamodb.write", u.t, func() *string { return u.t.TableArn() }, writes)
}

// DynamoDBStream allows reading a table's stream, given by the stream's ARN.
func DynamoDBStream(stream string) Use {
	return of("dynamodb.stream", ARN(stream), func() *string { return &stream }, "")
}

// QueueUses has the uses of a queue.
type QueueUses struct{ q Queue }

// SQS begins a use of a queue.
func SQS(queue Queue) QueueUses { return QueueUses{queue} }

// Consume allows receiving and deleting messages.
func (u QueueUses) Consume() Use {
	return of("sqs.consume", u.q, func() *string { return u.q.QueueArn() }, reads)
}

// Send allows sending messages.
func (u QueueUses) Send() Use {
	return of("sqs.send", u.q, func() *string { return u.q.QueueArn() }, writes)
}

// Purge allows deleting all messages at once.
func (u QueueUses) Purge() Use {
	return of("sqs.purge", u.q, func() *string { return u.q.QueueArn() }, "")
}

// TopicUses has the uses of a topic.
type TopicUses struct{ t Topic }

// SNS begins a use of a topic.
func SNS(topic Topic) TopicUses { return TopicUses{topic} }

// Publish allows publishing messages.
func (u TopicUses) Publish() Use {
	return of("sns.publish", u.t, func() *string { return u.t.TopicArn() }, writes)
}

// Subscribe allows subscribing queues, functions, addresses and other receivers to the topic.
func (u TopicUses) Subscribe() Use {
	return of("sns.subscribe", u.t, func() *string { return u.t.TopicArn() }, "")
}

// SecretUses has the uses of a secret.
type SecretUses struct{ s SecretValue }

// Secret begins a use of a secret of AWS Secrets Manager.
func Secret(secret SecretValue) SecretUses { return SecretUses{secret} }

// Read allows getting the secret's value.
func (u SecretUses) Read() Use {
	return of("secretsmanager.read", u.s, func() *string { return u.s.SecretArn() }, reads)
}

// Write allows putting a new value.
func (u SecretUses) Write() Use {
	return of("secretsmanager.write", u.s, func() *string { return u.s.SecretArn() }, writes)
}

// ParameterUses has the uses of parameters.
type ParameterUses struct{ p ParameterValue }

// Parameter begins a use of a parameter of Systems Manager. If its ARN ends in "/*", the use is of all parameters below that path.
func Parameter(parameter ParameterValue) ParameterUses { return ParameterUses{parameter} }

// Read allows getting values.
func (u ParameterUses) Read() Use {
	return of("ssm.read", u.p, func() *string { return u.p.ParameterArn() }, "")
}

// Write allows putting a new value.
func (u ParameterUses) Write() Use {
	return of("ssm.write", u.p, func() *string { return u.p.ParameterArn() }, "")
}

// KeyUses has the uses of a key by a workload itself. A workload that only reads or writes encrypted objects, messages or secrets needs no
// such use and no endpoint for AWS KMS, because the service calls AWS KMS on behalf of the workload. Its role needs permission for the key:
// a grant of an encrypted construct of the CDK library includes it, a grant of an ARN does not.
type KeyUses struct{ k Key }

// KMS begins a use of a key of AWS KMS by the workload itself.
func KMS(key Key) KeyUses { return KeyUses{key} }

// Decrypt allows decrypting.
func (u KeyUses) Decrypt() Use { return u.use("kms.decrypt") }

// Encrypt allows encrypting and generating data keys.
func (u KeyUses) Encrypt() Use { return u.use("kms.encrypt") }

// Sign allows signing.
func (u KeyUses) Sign() Use { return u.use("kms.sign") }

// Verify allows verifying signatures.
func (u KeyUses) Verify() Use { return u.use("kms.verify") }

// MAC allows generating and verifying message authentication codes.
func (u KeyUses) MAC() Use { return u.use("kms.mac") }

func (u KeyUses) use(name string) Use {
	return of(name, u.k, func() *string { return u.k.KeyArn() }, "")
}

// AssumeRole allows assuming a role. The SDK must call the Region's endpoint of AWS STS, which is the default of current SDKs: calls to
// sts.amazonaws.com do not go through the VPC endpoint.
func AssumeRole(role AssumedRole) Use {
	return of("sts.assume", role, func() *string { return role.RoleArn() }, "")
}

// AssumeRoleWithWebIdentity allows assuming a role with a token of an identity provider. EKS pods do this if they use IAM roles for service
// accounts. Such calls carry no AWS credentials, so the endpoint's policy names the role that is assumed and not the caller. Later calls of
// the pods are made as that role: pass it to [Roles].
func AssumeRoleWithWebIdentity(role AssumedRole) Use {
	u := of("sts.webidentity", role, func() *string { return role.RoleArn() }, "")
	u.words = "assume a role by web identity"
	return u
}

// WhoAmI allows asking AWS STS for the caller's identity (sts:GetCallerIdentity).
func WhoAmI() Use { return plain("sts.whoami", "ask sts who calls") }

// LogUses has the uses of a log group.
type LogUses struct{ g LogGroup }

// Logs begins a use of a log group of CloudWatch Logs.
func Logs(group LogGroup) LogUses { return LogUses{group} }

// Write allows creating log streams and putting events.
func (u LogUses) Write() Use {
	return of("logs.write", u.g, func() *string { return u.g.LogGroupArn() }, "")
}

// Read allows getting and filtering events.
func (u LogUses) Read() Use {
	return of("logs.read", u.g, func() *string { return u.g.LogGroupArn() }, "")
}

// PutMetrics allows putting metric data into CloudWatch.
func PutMetrics() Use { return plain("metrics.put", "put metrics") }

// RepositoryUses has the uses of a repository of images.
type RepositoryUses struct{ r Repository }

// ECR begins a use of a private repository in the VPC's Region. The first pull of an image through a pull-through cache needs a path to
// the internet.
func ECR(repository Repository) RepositoryUses { return RepositoryUses{repository} }

// Pull allows pulling images.
func (u RepositoryUses) Pull() Use {
	return of("ecr.pull", u.r, func() *string { return u.r.RepositoryArn() }, "")
}

// Push allows pushing images.
func (u RepositoryUses) Push() Use {
	return of("ecr.push", u.r, func() *string { return u.r.RepositoryArn() }, "")
}

// DescribeEC2 allows describing kinds of EC2 resources, given by the names of the Describe actions: DescribeEC2("Instances", "Volumes").
// Without arguments it allows describing instances.
func DescribeEC2(things ...string) Use {
	if len(things) == 0 {
		things = []string{"Instances"}
	}
	need := arch.Need{Service: "ec2", Resources: []string{"*"}}
	for _, t := range things {
		need.Actions = append(need.Actions, "ec2:Describe"+t)
	}
	return Use{words: "describe ec2", parts: []usePart{{needs: []arch.Need{need}}}, said: []saidUse{{verb: "describe-ec2", rest: things}}}
}

// InvokeFunction allows invoking a function, including its versions and aliases.
func InvokeFunction(function Function) Use {
	return of("lambda.invoke", function, func() *string { return function.FunctionArn() }, "")
}

// PutEvents allows putting events onto an event bus.
func PutEvents(bus EventBus) Use {
	return of("events.put", bus, func() *string { return bus.EventBusArn() }, "")
}

// StateMachineUses has the uses of a state machine.
type StateMachineUses struct{ m StateMachine }

// StepFunctions begins a use of a state machine.
func StepFunctions(machine StateMachine) StateMachineUses { return StateMachineUses{machine} }

// Start allows starting executions.
func (u StateMachineUses) Start() Use {
	return of("states.start", u.m, func() *string { return u.m.StateMachineArn() }, "")
}

// StartSync allows starting executions of an express state machine and waiting for their results.
func (u StateMachineUses) StartSync() Use {
	return of("states.sync", u.m, func() *string { return u.m.StateMachineArn() }, "")
}

// AnswerTasks allows sending the results and heartbeats of tasks to Step Functions.
func AnswerTasks() Use { return plain("states.task", "answer tasks of states") }

// StreamUses has the uses of a data stream.
type StreamUses struct{ s Stream }

// Kinesis begins a use of a data stream.
func Kinesis(stream Stream) StreamUses { return StreamUses{stream} }

// Read allows getting records.
func (u StreamUses) Read() Use {
	return of("kinesis.read", u.s, func() *string { return u.s.StreamArn() }, reads)
}

// Write allows putting records.
func (u StreamUses) Write() Use {
	return of("kinesis.write", u.s, func() *string { return u.s.StreamArn() }, writes)
}

// PutRecords allows putting records into a delivery stream of Amazon Data Firehose.
func PutRecords(stream DeliveryStream) Use {
	return of("firehose.put", stream, func() *string { return stream.DeliveryStreamArn() }, "")
}

// InvokeModel allows invoking a foundation model of Amazon Bedrock, directly or through an inference profile. Through a profile, Bedrock
// checks the permission for the profile and for its model in each of the profile's Regions. If the ARN is a literal and the profile is
// AWS's own, its model is added. Otherwise grant the model as well: "arn:aws:bedrock:*::foundation-model/...".
func InvokeModel(model Model) Use {
	u := of("bedrock.invoke", model, func() *string { return model.ModelArn() }, "")
	if u.problem == "" {
		if m := inferenceProfile.FindStringSubmatch(*model.ModelArn()); m != nil {
			u.parts[0].targets = append(u.parts[0].targets, uses.Target{ARN: "arn:" + m[1] + ":bedrock:*::foundation-model/" + m[2]})
		}
	}
	return u
}

// inferenceProfile matches the ARN of an inference profile of AWS's own. The profile's name is a part of the world followed by the name of
// the model: "us.amazon.nova-lite-v1:0" (Amazon Bedrock User Guide, "Prerequisites for inference profiles").
var inferenceProfile = lazyregexp.New(`^arn:([a-z-]+):bedrock:[a-z0-9-]+:\d{12}:inference-profile/[a-z-]+\.(.+)$`)

// DataAPI allows running statements on an Aurora cluster through the RDS Data API. secret holds the database's credentials; the Data API
// reads it on behalf of the role, so no endpoint for Secrets Manager is needed.
func DataAPI(cluster Cluster, secret SecretValue) Use {
	u := of("rds.data", cluster, func() *string { return cluster.ClusterArn() }, "")
	s := of("secretsmanager.read", secret, func() *string { return secret.SecretArn() }, reads)
	for i, p := range s.parts {
		if p.name != "" {
			s.parts[i] = usePart{needs: []arch.Need{{
				Actions: []string{"secretsmanager:GetSecretValue"}, Resources: []string{p.targets[0].ARN},
			}}}
		}
	}
	both := u.And(s)
	if len(u.said) > 0 && len(s.said) > 0 {
		both.said = u.said[:1:1]
		both.said[0].others = []saidResource{{s.said[0].resource, "secret"}}
	}
	return both
}
