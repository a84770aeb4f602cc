package endpoints_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
)

func ExampleGrant() {
	var stack awscdk.Stack
	var app *tiers.AppTier
	var task awsiam.Role
	uploads := awss3.NewBucket(stack, new("Uploads"), nil)

	endpoints.Roles(app, task)
	endpoints.Grant(app,
		endpoints.S3(uploads).Read("pictures/*"),
		endpoints.S3(uploads).Write().AsCDK(), // as wide as uploads.GrantWrite(task)
		endpoints.SQS(endpoints.ARN("arn:aws:sqs:eu-west-1:111122223333:orders")).Send(),
		endpoints.Service("xray").Actions("PutTraceSegments").On("*"),
	)
}

func ExampleFargate() {
	var app *tiers.AppTier
	var execution awsiam.Role
	var logs awslogs.LogGroup
	var service awsecs.FargateService

	endpoints.Grant(app, endpoints.Fargate(&endpoints.FargateProps{
		Images:        []endpoints.Repository{endpoints.ARN("arn:aws:ecr:eu-west-1:111122223333:repository/app")},
		Logs:          []endpoints.LogGroup{logs},
		ExecutionRole: execution,
	}))
	service.Node().AddDependency(endpoints.Ready(app))
}

func ExampleConfigure() {
	var network *tiers.Network
	endpoints.Configure(network, &endpoints.Props{
		Organization: "o-a1b2c3d4e5",
		Imported:     []endpoints.Existing{{Service: "ssm", SecurityGroupID: "sg-0123456789abcdef0"}}, // exists in the VPC
	})
}

func ExampleOnlyFrom() {
	var stack awscdk.Stack
	var network *tiers.Network
	invoices := awss3.NewBucket(stack, new("Invoices"), nil)
	endpoints.OnlyFrom(network, invoices, &endpoints.OnlyFromProps{Exempt: []string{"arn:aws:iam::111122223333:role/auditor"}})
}

func ExampleNewInterface() {
	var stack awscdk.Stack
	var vpc awsec2.Vpc
	var clients awsec2.SecurityGroup
	ssm := endpoints.NewInterface(stack, "Ssm", &endpoints.InterfaceProps{
		Vpc: vpc, Service: "ssm", Subnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		Policy: endpoints.Allow(endpoints.SessionManager()).To("arn:aws:iam::111122223333:role/instance"),
	})
	ssm.AllowFrom(clients)
}

func ExampleNewGateway() {
	var stack awscdk.Stack
	var vpc awsec2.Vpc
	endpoints.NewGateway(stack, "S3", &endpoints.GatewayProps{
		Vpc: vpc, Service: "s3", Subnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		Policy: endpoints.Statements(endpoints.Statement{
			Actions:    []string{"s3:GetObject"},
			Resources:  []string{"arn:aws:s3:::uploads/*"},
			Principals: []string{"arn:aws:iam::111122223333:role/app"},
			Conditions: map[string]map[string][]string{"StringEquals": {"aws:ResourceAccount": {"111122223333"}}},
		}),
	})
}
