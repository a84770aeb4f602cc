// Workloads attaches constructs of the CDK library to tiers: an application load balancer, a Fargate service, an Auto Scaling
// group, a Lambda function and an RDS database. Each has the group and the subnets of its tier. Declared flows cover all
// traffic that these constructs ask for.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/waf"
)

// network holds the tiers that workloads are attached to.
type network struct {
	net    *tiers.Network
	lb     *tiers.EdgeTier
	web    *tiers.WebTier
	app    *tiers.AppTier
	worker *tiers.AppTier
	db     *tiers.DataTier
}

func declare(scope constructs.Construct) network {
	n := network{net: tiers.NewNetwork(scope, "Network", &tiers.NetworkProps{
		CIDR:              "10.0.0.0/16",
		AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})}
	n.lb = tiers.NewEdgeTier(n.net, "LoadBalancer", nil)
	n.web = tiers.NewWebTier(n.net, "Web", nil)
	n.app = tiers.NewAppTier(n.net, "App", nil)
	n.worker = tiers.NewAppTier(n.net, "Worker", &tiers.TierProps{Block: 6})
	n.db = tiers.NewDataTier(n.net, "Database", nil)

	n.lb.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("customers"))
	n.lb.AllowTo(n.web, tiers.TCP(8080), tiers.Because("requests and health checks"))
	n.web.AllowTo(n.app, tiers.TCP(9000), tiers.Because("storefront calls the services"))
	n.web.AllowTo(tiers.Internet, tiers.HTTPS, tiers.Because("container images"))
	n.app.AllowTo(n.db, tiers.PostgreSQL, tiers.Because("orders"))
	n.worker.AllowTo(n.db, tiers.PostgreSQL, tiers.Because("nightly billing"))
	return n
}

const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"

func attach(stack awscdk.Stack, n network) {
	balancer := awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("Balancer"),
		&awselasticloadbalancingv2.ApplicationLoadBalancerProps{
			Vpc: n.net.Vpc(), VpcSubnets: n.lb.Subnets(), SecurityGroup: n.lb.SecurityGroup(), InternetFacing: new(true),
		})
	listener := balancer.AddListener(new("HTTPS"), &awselasticloadbalancingv2.BaseApplicationListenerProps{
		Port: new(443.0), Open: new(true), // Open asks for traffic from everywhere, which is declared.
		Certificates: &[]awselasticloadbalancingv2.IListenerCertificate{
			awselasticloadbalancingv2.ListenerCertificate_FromArn(new(certificate)),
		},
	})

	waf.Protect(n.lb, "WebACL", &waf.Props{
		Serves:   waf.Serves{Hosts: []string{"shop.example.com"}, Technologies: []waf.Technology{waf.Linux}},
		Resource: waf.LoadBalancer(balancer),
	})

	task := awsecs.NewFargateTaskDefinition(stack, new("Task"), nil)
	task.AddContainer(new("web"), &awsecs.ContainerDefinitionOptions{
		Image:        awsecs.ContainerImage_FromRegistry(new("public.ecr.aws/nginx/nginx"), nil),
		PortMappings: &[]*awsecs.PortMapping{{ContainerPort: new(8080.0)}},
	})
	service := awsecs.NewFargateService(stack, new("Service"), &awsecs.FargateServiceProps{
		Cluster:        awsecs.NewCluster(stack, new("Cluster"), &awsecs.ClusterProps{Vpc: n.net.Vpc()}),
		TaskDefinition: task, SecurityGroups: n.web.SecurityGroups(), VpcSubnets: n.web.Subnets(),
		MinHealthyPercent: new(100.0),
	})
	listener.AddTargets(new("Service"), &awselasticloadbalancingv2.AddApplicationTargetsProps{
		Port: new(8080.0), Targets: &[]awselasticloadbalancingv2.IApplicationLoadBalancerTarget{service},
	})

	awsautoscaling.NewAutoScalingGroup(stack, new("Services"), &awsautoscaling.AutoScalingGroupProps{
		Vpc: n.net.Vpc(), VpcSubnets: n.app.Subnets(),
		LaunchTemplate: awsec2.NewLaunchTemplate(stack, new("Machine"), &awsec2.LaunchTemplateProps{
			InstanceType: awsec2.NewInstanceType(new("t4g.small")), SecurityGroup: n.app.SecurityGroup(), RequireImdsv2: new(true),
			MachineImage: awsec2.MachineImage_GenericLinux(&map[string]*string{"eu-west-1": new("ami-0123456789abcdef0")}, nil),
		}),
	})

	database := awsrds.NewDatabaseInstance(stack, new("Database"), &awsrds.DatabaseInstanceProps{
		Engine: awsrds.DatabaseInstanceEngine_Postgres(&awsrds.PostgresInstanceEngineProps{Version: awsrds.PostgresEngineVersion_VER_16()}),
		Vpc:    n.net.Vpc(), VpcSubnets: n.db.Subnets(), SecurityGroups: n.db.SecurityGroups(),
		StorageEncrypted: new(true),
	})
	// The port of this request is known only at deployment, so any declared TCP flow between the two ends covers it.
	database.Connections().AllowDefaultPortFrom(n.app, new("services"))

	billing := awslambda.NewFunction(stack, new("Billing"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_PYTHON_3_13(), Handler: new("index.handler"),
		Code: awslambda.Code_FromInline(new("def handler(event, context): pass")),
		Vpc:  n.net.Vpc(), VpcSubnets: n.worker.Subnets(), SecurityGroups: n.worker.SecurityGroups(),
	})
	database.Connections().AllowDefaultPortFrom(billing, new("billing"))
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Workloads"), &awscdk.StackProps{Env: &awscdk.Environment{Region: new("eu-west-1")}})
	n := declare(stack)
	attach(stack, n)
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(n.net.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
