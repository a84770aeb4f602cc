package endpoints_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
)

const arn = "arn:aws:s3:::uploads"

// readUploads is the use that most tests grant.
var readUploads = endpoints.S3(endpoints.ARN(arn)).Read()

// privateSubnets selects the private subnets of a VPC.
var privateSubnets = &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}

// TestBadInput: every mistake fails synthesis with a message that says what is wrong and in which line, and nothing panics.
func TestBadInput(t *testing.T) {
	var all mistakes.Cases
	granted := func(uses ...endpoints.Use) func(awscdk.Stack) {
		return func(s awscdk.Stack) { endpoints.Grant(tiers.NewAppTier(network(s), "App", nil), uses...) }
	}
	configured := func(props *endpoints.Props, uses ...endpoints.Use) func(awscdk.Stack) {
		return func(s awscdk.Stack) {
			n := network(s)
			endpoints.Configure(n, props)
			endpoints.Grant(tiers.NewAppTier(n, "App", nil), append(uses, endpoints.WhoAmI(), readUploads)...)
		}
	}
	on := func(service string, actions []string, arns ...string) func(awscdk.Stack) {
		return granted(endpoints.Service(service).Actions(actions...).On(arns...))
	}
	in := func(region string, uses ...endpoints.Use) func(awscdk.Stack) {
		return func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{region + "a"}})
			endpoints.Grant(tiers.NewAppTier(n, "App", nil), uses...)
		}
	}
	single := func(props *endpoints.InterfaceProps) func(awscdk.Stack) {
		return func(s awscdk.Stack) {
			if props.Vpc == nil && props.Service != "no VPC" {
				props.Vpc = awsec2.NewVpc(s, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0), RestrictDefaultSecurityGroup: new(false)})
			}
			if props.Subnets == nil && props.Service != "no subnets" {
				props.Subnets = privateSubnets
			}
			endpoints.NewInterface(s, "Single", props)
		}
	}
	for name, test := range map[string]struct {
		make func(awscdk.Stack)
		want []string
	}{
		"unknown service": {
			on("secretmanager", []string{"GetSecretValue"}, "*"),
			[]string{"there is no VPC endpoint for this service", `the nearest one is "secretsmanager"`},
		},
		"a prefix of actions": {
			on("ecr", []string{"ecr:BatchGetImage"}, "*"),
			[]string{`got "ecr"`, "actions of ecr go through ecr.api or ecr.dkr"},
		},
		"unknown action": {
			on("sqs", []string{"SendMesage"}, "*"),
			[]string{"there is no such action", "the nearest one is sqs:SendMessage"},
		},
		"another service's": {
			on("sqs", []string{"sns:Publish"}, "*"),
			[]string{"an action belongs to another service", "it goes through sns"},
		},
		"no action":   {on("sqs", nil, "*"), []string{"a grant names no action"}},
		"no resource": {on("sqs", []string{"SendMessage"}), []string{"a grant names no resource"}},
		"another partition": {
			granted(endpoints.S3(endpoints.ARN("arn:aws-cn:s3:::uploads")).Read()),
			[]string{"a resource is in another partition", `"aws-cn"`},
		},
		"another service's ARN": {
			granted(endpoints.S3(endpoints.ARN("arn:aws:sqs:eu-west-1:111122223333:q")).Read()),
			[]string{"no action of the statement acts on such a resource", "s3:GetObject acts on"},
		},
		"another Region": {
			granted(endpoints.SQS(endpoints.ARN("arn:aws:sqs:us-east-1:111122223333:q")).Send()),
			[]string{"a resource is in another Region"},
		},
		"other people's buckets": {
			granted(endpoints.S3(endpoints.ARN("arn:aws:s3:::logs-*")).Read()),
			[]string{"a grant reaches other people's buckets", "whoever owns it"},
		},
		"unsigned requests for every resource": {
			granted(endpoints.Service("s3").Actions("PutObject").On("*").Unsigned()),
			[]string{"a grant of unsigned requests covers every resource", "s3:PutObject", "name each resource"},
		},
		"a bucket by dynamic reference": {
			granted(endpoints.S3(endpoints.ARN("arn:aws:s3:::{{resolve:ssm:bucket}}")).Read()),
			[]string{"a resource has a dynamic reference"},
		},
		"a role by dynamic reference": {func(s awscdk.Stack) {
			endpoints.RoleARNs(tiers.NewAppTier(network(s), "App", nil), "arn:aws:iam::111122223333:role/{{resolve:ssm:role}}")
		}, []string{"a role's ARN is not usable"}},
		"single, an id with a dynamic reference": {func(s awscdk.Stack) {
			endpoints.NewGateway(s, "{{resolve:ssm:name}}", &endpoints.GatewayProps{
				Vpc: network(s).Vpc(), Service: "s3", RouteTableIDs: []string{"rtb-0123456789abcdef0"},
			})
		}, []string{"an id in the construct's path has a dynamic reference"}},
		"no ARN":               {granted(endpoints.S3(endpoints.ARN("uploads")).Read()), []string{"a resource's ARN is not usable"}},
		"an empty ARN":         {granted(endpoints.S3(endpoints.ARN("")).Read()), []string{`the resource of the use "read s3" has no ARN`}},
		"a part of an account": {granted(endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:1111*:q")).Send()), []string{"never both together"}},
		"nil resource":         {granted(endpoints.S3(nil).Read()), []string{`the resource of the use "read s3" is nil`}},
		"nil pointer": {
			granted(endpoints.SQS((*queue)(nil)).Send()),
			[]string{`the resource of the use "send sqs" is nil`},
		},
		"zero use":          {granted(endpoints.Use{}), []string{"a use is the zero Use"}},
		"nil role of a use": {granted(endpoints.WhoAmI().For(nil)), []string{"a role that the use is for is nil"}},
		"no images":         {granted(endpoints.Fargate(nil)), []string{"names no images"}},
		"no packages":       {granted(endpoints.Packages()), []string{"no packages are named"}},
		"no secrets":        {granted(endpoints.RDSProxy()), []string{"names no secrets"}},
		"an unknown thing to describe": {
			granted(endpoints.DescribeEC2("Instance")),
			[]string{`"ec2:DescribeInstance"`, "the nearest one is ec2:DescribeInstances"},
		},
		"a role that is no ARN": {
			func(s awscdk.Stack) { endpoints.RoleARNs(tiers.NewAppTier(network(s), "App", nil), "app") },
			[]string{"a role's ARN is not usable", `got "app"`},
		},
		"a role with a wildcard": {func(s awscdk.Stack) {
			endpoints.RoleARNs(tiers.NewAppTier(network(s), "App", nil), "arn:aws:iam::111122223333:role/*")
		}, []string{"a role's ARN is not usable"}},
		"a nil role": {
			func(s awscdk.Stack) { endpoints.Roles(tiers.NewAppTier(network(s), "App", nil), nil) },
			[]string{"a role's ARN is not usable"},
		},
		"an unknown Region": {
			in("mx-central-1", readUploads),
			[]string{
				"the prefix list of a gateway endpoint is not known", "the catalogue has none for mx-central-1",
				`PrefixLists: map[string]string{"s3": "pl-..."}`,
			},
		},
		"S3 Express": {
			granted(endpoints.Service("s3express").Actions("CreateSession").On("*")),
			[]string{"the prefix list of a gateway endpoint is not known"},
		},
		"the wrong prefix list": {
			configured(&endpoints.Props{PrefixLists: map[string]string{"s3": "pl-12345678"}}),
			[]string{"the id of a prefix list contradicts the catalogue", "the prefix list of s3 in eu-west-1 is pl-6da54004"},
		},
		"no prefix list": {
			configured(&endpoints.Props{PrefixLists: map[string]string{"s3": "s3"}}),
			[]string{"a prefix list's id is not usable"},
		},
		"a prefix list of sqs": {
			configured(&endpoints.Props{PrefixLists: map[string]string{"sqs": "pl-12345678"}}),
			[]string{"a prefix list is given for a service that has no gateway endpoint"},
		},
		"no zone": {
			configured(&endpoints.Props{Zones: map[string][]string{"sts": {"eu-west-1c"}}}),
			[]string{"a service is offered in none of the network's zones"},
		},
		"the organisation": {configured(&endpoints.Props{Organization: "acme"}), []string{"the organisation's id is not usable"}},
		"an account":       {configured(&endpoints.Props{Accounts: []string{"1111"}}), []string{"an account is not usable"}},
		"policies":         {configured(&endpoints.Props{Policies: 7}), []string{"the value of Policies is unknown"}},
		"a block that is taken": {
			configured(&endpoints.Props{Block: 3}),
			[]string{"a tier has no block of its own", "is Endpoint-sts's"},
		},
		"an unknown service in NoPolicy": {configured(&endpoints.Props{NoPolicy: []string{"stss"}}), []string{`got "stss" in NoPolicy`}},
		"two places": {
			configured(&endpoints.Props{Block: 9, Subnets: []string{"10.0.200.0/28", "10.0.201.0/28"}}),
			[]string{"a tier has more than one place"},
		},
		"subnets of a VPC": {
			configured(&endpoints.Props{VpcSubnets: &awsec2.SubnetSelection{}}),
			[]string{"VpcSubnets are for networks that wrap a VPC"},
		},
		"imported twice": {
			configured(&endpoints.Props{Imported: []endpoints.Existing{{Service: "s3"}, {Service: "s3"}}}),
			[]string{"an endpoint is imported twice"},
		},
		"an import of an unknown service": {
			configured(&endpoints.Props{Imported: []endpoints.Existing{{Service: "stss", SecurityGroupID: "sg-0123456789abcdef0"}}}),
			[]string{"there is no VPC endpoint for this service"},
		},
		"the group of an import": {
			configured(&endpoints.Props{Imported: []endpoints.Existing{{Service: "sts", SecurityGroupID: "group"}}}),
			[]string{"the imported endpoint's security group is not usable"},
		},
		"configured twice": {func(s awscdk.Stack) {
			n := network(s)
			endpoints.Configure(n, nil)
			endpoints.Configure(n, nil)
		}, []string{"a network's endpoints are configured twice"}},
		"configured late": {func(s awscdk.Stack) {
			n := network(s)
			endpoints.Grant(tiers.NewAppTier(n, "App", nil), endpoints.WhoAmI())
			endpoints.Configure(n, nil)
		}, []string{"configured after the first grant", "call endpoints.Configure before endpoints.Grant"}},
		"a tier of another network": {func(s awscdk.Stack) {
			n := network(s)
			endpoints.Grant(tiers.ImportAppTier(n, "Theirs", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"}), endpoints.WhoAmI())
			tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.Internet, tiers.HTTPS)
		}, []string{"a grant is for a tier of another network", "make the grant where the tier is made"}},
		"shared with another network": {func(s awscdk.Stack) {
			other := tiers.NewNetwork(s, "Other", &tiers.NetworkProps{CIDR: "10.9.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
			n := network(s)
			endpoints.Configure(n, &endpoints.Props{SharesWith: tiers.NewAppTier(other, "App", nil)})
			endpoints.Grant(tiers.NewAppTier(n, "App", nil), endpoints.WhoAmI())
		}, []string{"SharesWith", "a tier of another network"}},
		"wrapped without subnets": {func(s awscdk.Stack) {
			vpc := awsec2.NewVpc(s, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0), RestrictDefaultSecurityGroup: new(false)})
			n := tiers.NewNetwork(s, "Network", &tiers.NetworkProps{Vpc: vpc})
			app := tiers.NewAppTier(n, "App", &tiers.TierProps{VpcSubnets: privateSubnets})
			endpoints.Grant(app, endpoints.WhoAmI())
		}, []string{"the endpoints of a wrapped VPC have no subnets", "endpoints.Props{VpcSubnets: ...}"}},
		"too long": {func(s awscdk.Stack) {
			app := tiers.NewAppTier(network(s), "App", nil)
			for i := range 260 {
				department := string(rune('a'+i%26)) + string(rune('a'+i/26))
				queue := "arn:aws:sqs:eu-west-1:111122223333:a-queue-with-a-long-name-of-the-" + department + "-department"
				endpoints.Grant(app, endpoints.SQS(endpoints.ARN(queue)).Send())
			}
		}, []string{"the policy is too long", "allowed are 20480", "set AnyRole"}},

		"single, unknown service": {
			single(&endpoints.InterfaceProps{Service: "secretmanager"}),
			[]string{"there is no VPC endpoint for this service", `the nearest one is "secretsmanager"`},
		},
		"single, no service": {single(&endpoints.InterfaceProps{}), []string{`got ""`}},
		"single, no VPC":     {func(s awscdk.Stack) { endpoints.NewInterface(s, "Single", nil) }, []string{"an endpoint has no VPC"}},
		"single, subnets of unknown zones": {
			func(s awscdk.Stack) {
				subnets := &awsec2.SubnetSelection{Subnets: &[]awsec2.ISubnet{
					awsec2.Subnet_FromSubnetId(s, new("First"), new("subnet-0123456789abcdef0")),
					awsec2.Subnet_FromSubnetId(s, new("Second"), new("subnet-0123456789abcdef1")),
				}}
				single(&endpoints.InterfaceProps{Service: "sts", Subnets: subnets})(s)
			},
			[]string{"the zone of a subnet of an endpoint is not known", "import the subnet with its AvailabilityZone"},
		},
		"single, no subnets": {single(&endpoints.InterfaceProps{Service: "no subnets"}), []string{"an endpoint has no subnets"}},
		"single, S3 alone": {
			single(&endpoints.InterfaceProps{Service: "s3", Policy: endpoints.Allow(readUploads)}),
			[]string{"no gateway endpoint beside it"},
		},
		"single, no JSON": {
			single(&endpoints.InterfaceProps{Service: "sts", Policy: endpoints.Document("{")}),
			[]string{"the policy is not valid JSON"},
		},
		"single, no document": {
			single(&endpoints.InterfaceProps{Service: "sts", Policy: endpoints.Document(`{"Statements": []}`)}),
			[]string{"a policy has no such element"},
		},
		"single, empty": {
			single(&endpoints.InterfaceProps{Service: "sts", Policy: endpoints.Statements()}),
			[]string{"the policy has no statement"},
		},
		"single, empty statement": {
			single(&endpoints.InterfaceProps{Service: "sts", Policy: endpoints.Statements(endpoints.Statement{})}),
			[]string{"a statement names no action"},
		},
		"single, deny only": {
			single(&endpoints.InterfaceProps{Service: "sts", Policy: endpoints.Statements(
				endpoints.Statement{Deny: true, Actions: []string{"sts:AssumeRole"}, Resources: []string{"*"}},
			)}),
			[]string{"the policy allows nothing"},
		},
		"single, other services": {
			single(&endpoints.InterfaceProps{Service: "sts", Policy: endpoints.Allow(endpoints.WhoAmI()).And(
				endpoints.Statement{Actions: []string{"sqs:SendMessage"}, Resources: []string{"*"}},
			)}),
			[]string{"policy, Statement[1].Action[0]: an action belongs to another service"},
		},
		"single, a bad use": {
			single(&endpoints.InterfaceProps{Service: "sts", Policy: endpoints.Allow(endpoints.AssumeRole(nil))}),
			[]string{"is nil"},
		},
		"two endpoints": {func(s awscdk.Stack) {
			vpc := awsec2.NewVpc(s, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(2.0), RestrictDefaultSecurityGroup: new(false)})
			for _, id := range []string{"One", "Two"} {
				endpoints.NewInterface(s, id, &endpoints.InterfaceProps{
					Vpc: vpc, Service: "sts", Subnets: privateSubnets, Policy: endpoints.Allow(endpoints.WhoAmI()),
				})
			}
		}, []string{"two endpoints lead to one service", "Test/One is another one", "NoPrivateDNS"}},
		"a single endpoint beside a granted one": {func(s awscdk.Stack) {
			n := network(s)
			app := tiers.NewAppTier(n, "App", nil)
			endpoints.Grant(app, endpoints.WhoAmI())
			endpoints.NewInterface(s, "Mine", &endpoints.InterfaceProps{
				Vpc: n.Vpc(), Service: "sts", Subnets: app.Subnets(), Policy: endpoints.Allow(endpoints.WhoAmI()),
			})
		}, []string{"two endpoints lead to one service", "Test/Network/Endpoint-sts/Endpoint is another one"}},
		"two gateways": {func(s awscdk.Stack) {
			n := network(s)
			app := tiers.NewAppTier(n, "App", nil)
			app.AllowTo(tiers.Internet, tiers.HTTPS)
			for _, id := range []string{"One", "Two"} {
				endpoints.NewGateway(s, id, &endpoints.GatewayProps{
					Vpc: n.Vpc(), Service: "s3", Subnets: app.Subnets(), Policy: endpoints.Allow(readUploads),
				})
			}
		}, []string{"two endpoints lead to one service"}},
		"gateway of sqs": {func(s awscdk.Stack) {
			endpoints.NewGateway(s, "G", &endpoints.GatewayProps{Vpc: network(s).Vpc(), Service: "sqs"})
		}, []string{"there is no gateway endpoint for this service", "use NewInterface"}},
		"gateway without a VPC": {func(s awscdk.Stack) { endpoints.NewGateway(s, "G", nil) }, []string{"an endpoint has no VPC"}},
		"gateway without route tables": {func(s awscdk.Stack) {
			endpoints.NewGateway(s, "G", &endpoints.GatewayProps{Vpc: network(s).Vpc(), Service: "s3", Policy: endpoints.Allow(readUploads)})
		}, []string{"a gateway endpoint is in no route table"}},
		"gateway with a bad route table id": {func(s awscdk.Stack) {
			endpoints.NewGateway(s, "G", &endpoints.GatewayProps{Vpc: network(s).Vpc(), Service: "s3", RouteTableIDs: []string{"main"}})
		}, []string{"a route table's id is not usable"}},
		"gateway for a principal": {func(s awscdk.Stack) {
			endpoints.NewGateway(s, "G", &endpoints.GatewayProps{
				Vpc: network(s).Vpc(), Service: "s3", RouteTableIDs: []string{"rtb-0123456789abcdef0"},
				Policy: endpoints.Document(`{"Statement": {
					"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"
				}}`),
			})
		}, []string{"the policy of a gateway endpoint names a principal", "aws:PrincipalArn"}},

		"restricting nothing": {func(s awscdk.Stack) { endpoints.OnlyFrom(network(s), nil, nil) }, []string{"a resource to restrict is nil"}},
		"restricting an imported bucket": {func(s awscdk.Stack) {
			endpoints.OnlyFrom(network(s), awss3.Bucket_FromBucketName(s, new("B"), new("bucket-of-theirs")), nil)
		}, []string{"the policy of an imported resource cannot be changed", "call OnlyFrom in the app that makes the resource"}},
		"an exempt principal that is no ARN": {func(s awscdk.Stack) {
			endpoints.OnlyFrom(network(s), awss3.NewBucket(s, new("B"), nil), &endpoints.OnlyFromProps{Exempt: []string{"me"}})
		}, []string{"the ARN of an exempt principal is not usable"}},
		"an exempt session": {func(s awscdk.Stack) {
			endpoints.OnlyFrom(network(s), awss3.NewBucket(s, new("B"), nil), &endpoints.OnlyFromProps{
				Exempt: []string{"arn:aws:sts::111122223333:assumed-role/operator/*"},
			})
		}, []string{"an exempt principal is a session, which never matches", "arn:aws:iam::111122223333:role/operator"}},
		"the nearest short name": {on("smm", []string{"GetParameter"}, "*"), []string{`the nearest one is "ssm"`}},
	} {
		all.Add(name, test.make, test.want...)
	}
	all.Require(t, "endpoints/errors_test.go:")
}

// queue is a queue that is no construct of the CDK library.
type queue struct{}

func (*queue) QueueArn() *string { return new("arn:aws:sqs:eu-west-1:111122223333:q") }

// TestNilTiersPanic: a nil tier or network panics immediately, as everywhere in this module.
func TestNilTiersPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"Grant": func() { endpoints.Grant(nil, endpoints.WhoAmI()) }, "Grant to a zero tier": func() { endpoints.Grant(&tiers.AppTier{}) },
		"Roles": func() { endpoints.Roles(nil, awsiam.IRole(nil)) }, "RoleARNs": func() { endpoints.RoleARNs(nil) },
		"Ready":     func() { endpoints.Ready(nil) },
		"Configure": func() { endpoints.Configure(nil, nil) }, "OnlyFrom": func() { endpoints.OnlyFrom(nil, nil, nil) },
		"NewInterface": func() { endpoints.NewInterface(nil, "A", nil) }, "NewGateway": func() { endpoints.NewGateway(nil, "A", nil) },
	} {
		assert.Panics(t, call, name)
	}
	assert.Nil(t, endpoints.Of(nil, "sqs"))
	assert.Nil(t, endpoints.GatewayOf(nil, "s3"))
}
