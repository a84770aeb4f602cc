package document

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// Verb is a way to use AWS services: the first word of [Use.Use].
type Verb struct {
	Name string // "read"
	// Type is the type of the resource that follows the verb; empty if none does.
	Type string
	// Rest is what may follow.
	Rest Rest
	// Row is the name in package uses: "s3.read". It is empty if words decide it.
	Row string
	// Words name the use in reports: "read s3".
	Words string
	// Go is the call of package endpoints. RESOURCE stands for the resource, and REST for what follows: quoted keys, resources or constants.
	Go string
}

// Rest is what may follow a verb and its resource.
type Rest int

// What may follow.
const (
	Nothing   Rest = iota
	Keys           // patterns of objects' keys
	Secrets        // names of secrets, one or more
	OneSecret      // the name of a secret
	LogGroups      // names of log groups
	Packages       // words of PackageNames
	Things         // kinds of EC2 resources, as in Describe actions
	ARN            // an ARN
	Call           // SERVICE ACTION, ACTION on ARN, ARN
)

// PackageNames are the repositories of packages by their words, with their rows and Go constants.
var PackageNames = map[string]struct{ Row, Go string }{
	"al2023":            {"packages.al2023", "AmazonLinux2023"},
	"al2":               {"packages.al2", "AmazonLinux2"},
	"patch-manager":     {"ssm.patch", "PatchManager"},
	"cloudwatch-agent":  {"cloudwatch.agent", "CloudWatchAgent"},
	"codedeploy-agents": {"codedeploy.agent", "CodeDeployAgents"},
}

// Verbs are all verbs. A name may be there once for each type of resource.
var Verbs = []Verb{
	{"read", "bucket", Keys, "s3.read", "read s3", "S3(RESOURCE).Read(REST)"},
	{"write", "bucket", Keys, "s3.write", "write s3", "S3(RESOURCE).Write(REST)"},
	{"put", "bucket", Keys, "s3.put", "put s3", "S3(RESOURCE).Put(REST)"},
	{"delete", "bucket", Keys, "s3.delete", "delete s3", "S3(RESOURCE).Delete(REST)"},
	{"read", "table", Nothing, "dynamodb.read", "read dynamodb", "DynamoDB(RESOURCE).Read()"},
	{"write", "table", Nothing, "dynamodb.write", "write dynamodb", "DynamoDB(RESOURCE).Write()"},
	{"read-stream", "", ARN, "dynamodb.stream", "stream dynamodb", "DynamoDBStream(REST)"},
	{"consume", "queue", Nothing, "sqs.consume", "consume sqs", "SQS(RESOURCE).Consume()"},
	{"send", "queue", Nothing, "sqs.send", "send sqs", "SQS(RESOURCE).Send()"},
	{"purge", "queue", Nothing, "sqs.purge", "purge sqs", "SQS(RESOURCE).Purge()"},
	{"publish", "topic", Nothing, "sns.publish", "publish sns", "SNS(RESOURCE).Publish()"},
	{"subscribe", "topic", Nothing, "sns.subscribe", "subscribe sns", "SNS(RESOURCE).Subscribe()"},
	{"read", "secret", Nothing, "secretsmanager.read", "read secretsmanager", "Secret(RESOURCE).Read()"},
	{"write", "secret", Nothing, "secretsmanager.write", "write secretsmanager", "Secret(RESOURCE).Write()"},
	{"read", "parameter", Nothing, "ssm.read", "read ssm", "Parameter(RESOURCE).Read()"},
	{"write", "parameter", Nothing, "ssm.write", "write ssm", "Parameter(RESOURCE).Write()"},
	{"decrypt", "key", Nothing, "kms.decrypt", "decrypt kms", "KMS(RESOURCE).Decrypt()"},
	{"encrypt", "key", Nothing, "kms.encrypt", "encrypt kms", "KMS(RESOURCE).Encrypt()"},
	{"sign", "key", Nothing, "kms.sign", "sign kms", "KMS(RESOURCE).Sign()"},
	{"verify", "key", Nothing, "kms.verify", "verify kms", "KMS(RESOURCE).Verify()"},
	{"mac", "key", Nothing, "kms.mac", "mac kms", "KMS(RESOURCE).MAC()"},
	{"assume", "role", Nothing, "sts.assume", "assume sts", "AssumeRole(RESOURCE)"},
	{"assume-with-web-identity", "role", Nothing, "sts.webidentity", "assume a role by web identity", "AssumeRoleWithWebIdentity(RESOURCE)"},
	{"who-am-i", "", Nothing, "sts.whoami", "ask sts who calls", "WhoAmI()"},
	{"read", "log-group", Nothing, "logs.read", "read logs", "Logs(RESOURCE).Read()"},
	{"write", "log-group", Nothing, "logs.write", "write logs", "Logs(RESOURCE).Write()"},
	{"put-metrics", "", Nothing, "metrics.put", "put metrics", "PutMetrics()"},
	{"pull", "repository", Nothing, "ecr.pull", "pull ecr", "ECR(RESOURCE).Pull()"},
	{"push", "repository", Nothing, "ecr.push", "push ecr", "ECR(RESOURCE).Push()"},
	{"describe-ec2", "", Things, "", "describe ec2", "DescribeEC2(REST)"},
	{"invoke", "function", Nothing, "lambda.invoke", "invoke lambda", "InvokeFunction(RESOURCE)"},
	{"put-events", "event-bus", Nothing, "events.put", "put events", "PutEvents(RESOURCE)"},
	{"start", "state-machine", Nothing, "states.start", "start states", "StepFunctions(RESOURCE).Start()"},
	{"start-sync", "state-machine", Nothing, "states.sync", "sync states", "StepFunctions(RESOURCE).StartSync()"},
	{"answer-tasks", "", Nothing, "states.task", "answer tasks of states", "AnswerTasks()"},
	{"read", "stream", Nothing, "kinesis.read", "read kinesis", "Kinesis(RESOURCE).Read()"},
	{"write", "stream", Nothing, "kinesis.write", "write kinesis", "Kinesis(RESOURCE).Write()"},
	{"put-records", "delivery-stream", Nothing, "firehose.put", "put firehose", "PutRecords(RESOURCE)"},
	{"invoke", "model", Nothing, "bedrock.invoke", "invoke bedrock", "InvokeModel(RESOURCE)"},
	{"data-api", "cluster", OneSecret, "rds.data", "data rds", "DataAPI(RESOURCE, REST)"},
	{"session-manager", "", Nothing, "ssm.session", "be managed by ssm", "SessionManager()"},
	{"old-agents", "", Nothing, "ssm.oldagents", "be managed by ssm with old agents", "OldAgents()"},
	{"exec-into-containers", "", Nothing, "ecs.exec", "be entered by ecs exec", "ExecIntoContainers()"},
	{"packages", "", Packages, "", "read packages of AWS", "Packages(REST)"},
	{"signals", "", ARN, "cloudformation.signal", "signal cloudformation", "Signals(REST)"},
	{"ecs-instances", "cluster", Nothing, "ecs.agent", "agent ecs", "ECSInstances(RESOURCE)"},
	{"eks-nodes", "cluster", Nothing, "eks.node", "node eks", "EKSNodes(RESOURCE)"},
	{"lambda-functions", "", LogGroups, "lambda.vpc", "start on lambda", "LambdaFunctions(REST)"},
	{"auto-scaling-group", "", Packages, "ssm.session", "start in an auto scaling group", "AutoScalingGroup(REST)"},
	{"rds-proxy", "", Secrets, "", "start as a proxy of rds", "RDSProxy(REST)"},
	{"call", "", Call, "", "use", "Service(SERVICE).Actions(REST).On(ARNS)"},
}

// UseWords are the words of a use, read.
type UseWords struct {
	Verb     Verb
	Resource string   // a name in resources
	Rest     []string // keys, names, package words or things
	Service  string   // of call
	Actions  []string // of call
	ARNs     []string // of call
}

// ReadUse reads the words of a use.
func (d *Document) ReadUse(text string) (UseWords, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return UseWords{}, fmt.Errorf("the use is empty")
	}
	candidates := slices.DeleteFunc(slices.Clone(Verbs), func(v Verb) bool { return v.Name != words[0] })
	if len(candidates) == 0 {
		return UseWords{}, unknownVerb(words[0])
	}
	u := UseWords{Verb: candidates[0], Rest: words[1:]}
	if u.Verb.Rest == Call {
		return u, u.call(text)
	}
	if u.Verb.Type != "" {
		if err := u.resource(d, candidates); err != nil {
			return u, err
		}
	}
	return u, u.rest(d)
}

func unknownVerb(word string) error {
	all := map[string]bool{}
	for _, v := range Verbs {
		all[v.Name] = true
	}
	known := slices.Sorted(maps.Keys(all))
	if near := nearest(word, known); near != "" {
		return fmt.Errorf("got %.60q; did you mean %s?", word, near)
	}
	return fmt.Errorf("got %.60q; allowed are %s", word, strings.Join(known, ", "))
}

// resource reads the resource after the verb, whose type chooses among verbs of one name.
func (u *UseWords) resource(d *Document, candidates []Verb) error {
	var types []string
	for _, v := range candidates {
		types = append(types, v.Type)
	}
	if len(u.Rest) == 0 {
		return fmt.Errorf("%s needs a resource of type %s", u.Verb.Name, strings.Join(types, ", "))
	}
	u.Resource, u.Rest = u.Rest[0], u.Rest[1:]
	r, ok := d.resource(u.Resource)
	if !ok {
		have := d.resourcesOf(types...)
		if near := nearest(u.Resource, have); near != "" {
			return fmt.Errorf("there is no resource %.60q; did you mean %s?", u.Resource, near)
		}
		return fmt.Errorf("there is no resource %.60q; %s takes %s", u.Resource, u.Verb.Name, orNone(have))
	}
	i := slices.Index(types, r.Type)
	if i < 0 {
		return fmt.Errorf("the resource %s is of type %s; %s takes a resource of type %s", r.Name, r.Type, u.Verb.Name, strings.Join(types, ", "))
	}
	u.Verb = candidates[i]
	return nil
}

// rest checks what follows the verb and its resource.
func (u *UseWords) rest(d *Document) error {
	switch u.Verb.Rest {
	case Nothing:
		if len(u.Rest) > 0 {
			return fmt.Errorf("got %.60q after %s; nothing may follow", strings.Join(u.Rest, " "), u.Verb.Name)
		}
	case ARN:
		arn := strings.Join(u.Rest, " ")
		if arn == "" || len(u.Rest) > 1 && !isImport(arn) {
			return fmt.Errorf("%s needs one ARN", u.Verb.Name)
		}
		u.Rest = []string{arn}
		return forms()["resource"].is(arn)
	case OneSecret, Secrets:
		if len(u.Rest) == 0 || u.Verb.Rest == OneSecret && len(u.Rest) > 1 {
			return fmt.Errorf("%s needs a secret", u.Verb.Name)
		}
		return d.all(u.Rest, "secret")
	case LogGroups:
		return d.all(u.Rest, "log-group")
	case Packages:
		return packages(u.Rest, u.Verb.Row != "")
	case Things:
		for _, thing := range u.Rest {
			if err := thingForm.is(thing); err != nil {
				return err
			}
		}
	}
	return nil
}

// all returns an error unless all names are resources of a type.
func (d *Document) all(names []string, of string) error {
	for _, name := range names {
		if r, ok := d.resource(name); !ok || r.Type != of {
			return fmt.Errorf("there is no resource %.60q of type %s; there are %s", name, of, orNone(d.resourcesOf(of)))
		}
	}
	return nil
}

func packages(words []string, optional bool) error {
	known := slices.Sorted(maps.Keys(PackageNames))
	if len(words) == 0 && !optional {
		return fmt.Errorf("no packages are named; there are %s", strings.Join(known, ", "))
	}
	for _, word := range words {
		if _, ok := PackageNames[word]; !ok {
			return fmt.Errorf("got %.60q; allowed are %s", word, strings.Join(known, ", "))
		}
	}
	return nil
}

// call reads "call SERVICE ACTION, ACTION on ARN, ARN".
func (u *UseWords) call(text string) error {
	const form = "write call SERVICE ACTION, ACTION on ARN, ARN; actions without a resource are on *"
	_, rest, _ := strings.Cut(strings.Join(strings.Fields(text), " "), " ")
	service, rest, _ := strings.Cut(rest, " ")
	actions, arns, ok := strings.Cut(rest, " on ")
	if !ok || service == "" {
		return fmt.Errorf("%s", form)
	}
	u.Rest, u.Service, u.Actions, u.ARNs = nil, service, split(actions), split(arns)
	if slices.Contains(u.Actions, "") || slices.Contains(u.ARNs, "") {
		return fmt.Errorf("%s", form)
	}
	for _, arn := range u.ARNs {
		if isImport(arn) && !importForm.MatchString(arn) {
			return forms()["resource"].is(arn)
		}
	}
	if _, known := catalog.EndpointNamed(service); !known && !slices.Contains(catalog.GatewayServices(), service) {
		return fmt.Errorf("there is no endpoint of a service %.60q", service)
	}
	return nil
}

// split returns the parts between commas.
func split(text string) []string {
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
