package endpoints

import (
	"regexp"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/uses"
)

// iamPrefix is that of a service's actions, empty if it is not known.
func iamPrefix(service string) string {
	if slices.Contains(catalog.GatewayServices(), service) {
		return service
	}
	e, _ := catalog.EndpointNamed(service)
	return e.IAM
}

// BucketUses are the uses of a bucket.
type BucketUses struct{ b Bucket }

// S3 is a bucket. It is reached through a gateway endpoint, which leads to buckets of its own Region alone.
func S3(bucket Bucket) BucketUses { return BucketUses{bucket} }

// Read is to get objects and to list the bucket. keys are patterns of the objects' keys, "uploads/*"; none is all.
func (u BucketUses) Read(keys ...string) Use { return u.use("s3.read", reads, keys) }

// Write is to put objects, in parts as well.
func (u BucketUses) Write(keys ...string) Use { return u.use("s3.write", writes, keys) }

// Put is Write. With AsCDK it is the CDK library's grantPut, which deletes nothing, where Write is its grantWrite, which does.
func (u BucketUses) Put(keys ...string) Use { return u.use("s3.put", writes, keys) }

// Delete is to delete objects.
func (u BucketUses) Delete(keys ...string) Use { return u.use("s3.delete", "", keys) }

func (u BucketUses) use(name, kms string, keys []string) Use {
	return of(name, u.b, func() *string { return u.b.BucketArn() }, kms, keys...)
}

// TableUses are the uses of a table.
type TableUses struct{ t Table }

// DynamoDB is a table with its indexes. It is reached through a gateway endpoint, which is for IPv4 and leads to tables and replicas of
// its own Region alone.
func DynamoDB(table Table) TableUses { return TableUses{table} }

// Read is to get, query and scan items.
func (u TableUses) Read() Use {
	return of("dynamodb.read", u.t, func() *string { return u.t.TableArn() }, reads)
}

// Write is to put, update and delete items.
func (u TableUses) Write() Use {
	return of("dynamodb.write", u.t, func() *string { return u.t.TableArn() }, writes)
}

// DynamoDBStream is to read a table's stream, by the stream's ARN.
func DynamoDBStream(stream string) Use {
	return of("dynamodb.stream", ARN(stream), func() *string { return &stream }, "")
}

// QueueUses are the uses of a queue.
type QueueUses struct{ q Queue }

// SQS is a queue.
func SQS(queue Queue) QueueUses { return QueueUses{queue} }

// Consume is to receive and delete messages.
func (u QueueUses) Consume() Use {
	return of("sqs.consume", u.q, func() *string { return u.q.QueueArn() }, reads)
}

// Send is to send messages.
func (u QueueUses) Send() Use {
	return of("sqs.send", u.q, func() *string { return u.q.QueueArn() }, writes)
}

// Purge is to delete all messages.
func (u QueueUses) Purge() Use {
	return of("sqs.purge", u.q, func() *string { return u.q.QueueArn() }, "")
}

// TopicUses are the uses of a topic.
type TopicUses struct{ t Topic }

// SNS is a topic.
func SNS(topic Topic) TopicUses { return TopicUses{topic} }

// Publish is to publish messages.
func (u TopicUses) Publish() Use {
	return of("sns.publish", u.t, func() *string { return u.t.TopicArn() }, writes)
}

// Subscribe is to subscribe endpoints.
func (u TopicUses) Subscribe() Use {
	return of("sns.subscribe", u.t, func() *string { return u.t.TopicArn() }, "")
}

// SecretUses are the uses of a secret.
type SecretUses struct{ s SecretValue }

// Secret is a secret of Secrets Manager.
func Secret(secret SecretValue) SecretUses { return SecretUses{secret} }

// Read is to get the secret's value.
func (u SecretUses) Read() Use {
	return of("secretsmanager.read", u.s, func() *string { return u.s.SecretArn() }, reads)
}

// Write is to put values.
func (u SecretUses) Write() Use {
	return of("secretsmanager.write", u.s, func() *string { return u.s.SecretArn() }, writes)
}

// ParameterUses are the uses of parameters.
type ParameterUses struct{ p ParameterValue }

// Parameter is a parameter of Systems Manager, or with an ARN that ends in "/*" all below a path.
func Parameter(parameter ParameterValue) ParameterUses { return ParameterUses{parameter} }

// Read is to get values.
func (u ParameterUses) Read() Use {
	return of("ssm.read", u.p, func() *string { return u.p.ParameterArn() }, "")
}

// Write is to put values.
func (u ParameterUses) Write() Use {
	return of("ssm.write", u.p, func() *string { return u.p.ParameterArn() }, "")
}

// KeyUses are the uses of a key by the workload itself. A workload that reads objects, messages or secrets which a key encrypts does not
// use it: the service does, in its name, and no endpoint of AWS KMS is needed.
type KeyUses struct{ k Key }

// KMS is a key.
func KMS(key Key) KeyUses { return KeyUses{key} }

// Decrypt is to decrypt.
func (u KeyUses) Decrypt() Use { return u.use("kms.decrypt") }

// Encrypt is to encrypt, and to make data keys.
func (u KeyUses) Encrypt() Use { return u.use("kms.encrypt") }

// Sign is to sign.
func (u KeyUses) Sign() Use { return u.use("kms.sign") }

// Verify is to verify signatures.
func (u KeyUses) Verify() Use { return u.use("kms.verify") }

// MAC is to make and verify message authentication codes.
func (u KeyUses) MAC() Use { return u.use("kms.mac") }

func (u KeyUses) use(name string) Use {
	return of(name, u.k, func() *string { return u.k.KeyArn() }, "")
}

// AssumeRole is to take on a role. SDKs must ask the Region's STS, as current ones do: sts.amazonaws.com is not reached through an
// endpoint.
func AssumeRole(role AssumedRole) Use {
	return of("sts.assume", role, func() *string { return role.RoleArn() }, "")
}

// AssumeRoleWithWebIdentity is to take on a role with a token of an identity provider, as pods of EKS do that have roles of their own for
// service accounts. Such calls come without credentials: the endpoint's policy names the role that is taken on, and not who asks. What
// the pods then do they do as that role: name it with Roles.
func AssumeRoleWithWebIdentity(role AssumedRole) Use {
	u := of("sts.webidentity", role, func() *string { return role.RoleArn() }, "")
	u.words = "assume a role by web identity"
	return u
}

// WhoAmI is to ask STS for the caller's identity.
func WhoAmI() Use { return plain("sts.whoami", "ask sts who calls") }

// LogUses are the uses of a log group.
type LogUses struct{ g LogGroup }

// Logs is a log group of CloudWatch Logs.
func Logs(group LogGroup) LogUses { return LogUses{group} }

// Write is to make streams and put events.
func (u LogUses) Write() Use {
	return of("logs.write", u.g, func() *string { return u.g.LogGroupArn() }, "")
}

// Read is to read and filter events.
func (u LogUses) Read() Use {
	return of("logs.read", u.g, func() *string { return u.g.LogGroupArn() }, "")
}

// PutMetrics is to put data into CloudWatch.
func PutMetrics() Use { return plain("metrics.put", "put metrics") }

// RepositoryUses are the uses of a repository of images.
type RepositoryUses struct{ r Repository }

// ECR is a private repository of the Region. Images of a pull-through cache that are not in it yet take a way to the internet.
func ECR(repository Repository) RepositoryUses { return RepositoryUses{repository} }

// Pull is to pull images.
func (u RepositoryUses) Pull() Use {
	return of("ecr.pull", u.r, func() *string { return u.r.RepositoryArn() }, "")
}

// Push is to push images.
func (u RepositoryUses) Push() Use {
	return of("ecr.push", u.r, func() *string { return u.r.RepositoryArn() }, "")
}

// DescribeEC2 is to describe things of EC2, in the Region: DescribeEC2("Instances", "Volumes"). None is Instances.
func DescribeEC2(things ...string) Use {
	if len(things) == 0 {
		things = []string{"Instances"}
	}
	need := arch.Need{Service: "ec2", Resources: []string{"*"}}
	for _, t := range things {
		need.Actions = append(need.Actions, "ec2:Describe"+t)
	}
	return Use{words: "describe ec2", parts: []usePart{{needs: []arch.Need{need}}}}
}

// InvokeFunction is to invoke a function, with all its versions and aliases.
func InvokeFunction(function Function) Use {
	return of("lambda.invoke", function, func() *string { return function.FunctionArn() }, "")
}

// PutEvents is to put events onto a bus.
func PutEvents(bus EventBus) Use {
	return of("events.put", bus, func() *string { return bus.EventBusArn() }, "")
}

// StateMachineUses are the uses of a state machine.
type StateMachineUses struct{ m StateMachine }

// StepFunctions is a state machine.
func StepFunctions(machine StateMachine) StateMachineUses { return StateMachineUses{machine} }

// Start is to start executions.
func (u StateMachineUses) Start() Use {
	return of("states.start", u.m, func() *string { return u.m.StateMachineArn() }, "")
}

// StartSync is to start executions of an express state machine and wait for their results.
func (u StateMachineUses) StartSync() Use {
	return of("states.sync", u.m, func() *string { return u.m.StateMachineArn() }, "")
}

// AnswerTasks is to send the results of tasks to Step Functions.
func AnswerTasks() Use { return plain("states.task", "answer tasks of states") }

// StreamUses are the uses of a stream.
type StreamUses struct{ s Stream }

// Kinesis is a data stream.
func Kinesis(stream Stream) StreamUses { return StreamUses{stream} }

// Read is to get records.
func (u StreamUses) Read() Use {
	return of("kinesis.read", u.s, func() *string { return u.s.StreamArn() }, reads)
}

// Write is to put records.
func (u StreamUses) Write() Use {
	return of("kinesis.write", u.s, func() *string { return u.s.StreamArn() }, writes)
}

// PutRecords is to put records into a delivery stream of Firehose.
func PutRecords(stream DeliveryStream) Use {
	return of("firehose.put", stream, func() *string { return stream.DeliveryStreamArn() }, "")
}

// InvokeModel is to invoke a model of Bedrock. Bedrock asks for an inference profile and for its models in all their Regions: those of
// AWS's own profiles come along, if the ARN is a literal; those of others are granted beside it, as
// "arn:aws:bedrock:*::foundation-model/...".
func InvokeModel(model Model) Use {
	u := of("bedrock.invoke", model, func() *string { return model.ModelArn() }, "")
	if u.problem == "" {
		if m := inferenceProfile.FindStringSubmatch(*model.ModelArn()); m != nil {
			u.parts[0].targets = append(u.parts[0].targets, uses.Target{ARN: "arn:" + m[1] + ":bedrock:*::foundation-model/" + m[2]})
		}
	}
	return u
}

// inferenceProfile is an inference profile of AWS's own, whose name is that of its model behind that of a part of the world:
// "us.amazon.nova-lite-v1:0" (Amazon Bedrock User Guide, "Prerequisites for inference profiles").
var inferenceProfile = regexp.MustCompile(`^arn:([a-z-]+):bedrock:[a-z0-9-]+:\d{12}:inference-profile/[a-z-]+\.(.+)$`)

// DataAPI is to run statements on a cluster of Aurora through the RDS Data API, with the secret that holds its credentials, which RDS
// reads in the role's name.
func DataAPI(cluster Cluster, secret SecretValue) Use {
	u := of("rds.data", cluster, func() *string { return cluster.ClusterArn() }, "")
	s := of("secretsmanager.read", secret, func() *string { return secret.SecretArn() }, reads)
	for i, p := range s.parts {
		if p.name != "" {
			s.parts[i] = usePart{needs: []arch.Need{{Actions: []string{"secretsmanager:GetSecretValue"}, Resources: []string{p.targets[0].ARN}}}}
		}
	}
	return u.And(s)
}
