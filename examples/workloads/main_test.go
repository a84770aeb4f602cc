package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestWorkloads(t *testing.T) {
	stack := tierstest.Stack(t)
	attach(stack, declare(stack))
	tierstest.Snapshot(t, stack)
}

// TestUndeclared: each construct asks for traffic that no flow covers. The synth fails, and names the line that asks and the
// line to write.
func TestUndeclared(t *testing.T) {
	tests := map[string]struct {
		ask  func(stack awscdk.Stack, n network)
		want []string
	}{
		"open listener on another port": {
			func(stack awscdk.Stack, n network) {
				lb := awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("LB"), &awselasticloadbalancingv2.ApplicationLoadBalancerProps{
					Vpc: n.net.Vpc(), VpcSubnets: n.lb.Subnets(), SecurityGroup: n.lb.SecurityGroup(), InternetFacing: new(true),
				})
				lb.AddListener(new("L"), &awselasticloadbalancingv2.BaseApplicationListenerProps{
					Port: new(80.0), DefaultAction: awselasticloadbalancingv2.ListenerAction_FixedResponse(new(404.0), nil),
				})
			},
			[]string{
				"the internet -> tiers.LoadBalancer: a construct asks for traffic that is not declared: " +
					"tcp/80 from the internet to LoadBalancer (examples/workloads/main_test.go:",
				"LoadBalancer.AllowFrom(tiers.Internet, tiers.TCP(80))",
			},
		},
		"database for a tier that may not": {
			func(stack awscdk.Stack, n network) {
				db := awsrds.NewDatabaseInstance(stack, new("DB"), &awsrds.DatabaseInstanceProps{
					Engine: awsrds.DatabaseInstanceEngine_Postgres(&awsrds.PostgresInstanceEngineProps{Version: awsrds.PostgresEngineVersion_VER_16()}),
					Vpc:    n.net.Vpc(), VpcSubnets: n.db.Subnets(), SecurityGroups: n.db.SecurityGroups(),
				})
				db.Connections().AllowDefaultPortFrom(n.web, nil)
			},
			[]string{
				"tcp/(a port known at deployment) from Web to Database", "web may not reach data",
				"Except(tiers.Exception{From: Web, To: Database, Service: tiers.TCP(port)",
			},
		},
		"lambda function with a group of its own": {
			func(stack awscdk.Stack, n network) {
				fn := awslambda.NewFunction(stack, new("Fn"), &awslambda.FunctionProps{
					Runtime: awslambda.Runtime_PYTHON_3_13(), Handler: new("index.handler"), Code: awslambda.Code_FromInline(new("x = 1")),
					Vpc: n.net.Vpc(), VpcSubnets: n.worker.Subnets(),
				})
				fn.Connections().AllowTo(n.db, awsec2.Port_Tcp(new(5432.0)), new("reports"))
			},
			[]string{
				`tcp/5432 from Test/Fn/SecurityGroup to Database`, `"reports"`, "the group Test/Fn/SecurityGroup does not belong to a tier",
				"give the other construct the SecurityGroup of a tier",
			},
		},
		"Fargate service open to everybody": {
			func(stack awscdk.Stack, n network) {
				service := awsecs.NewFargateService(stack, new("Service"), &awsecs.FargateServiceProps{
					Cluster:        awsecs.NewCluster(stack, new("Cluster"), &awsecs.ClusterProps{Vpc: n.net.Vpc()}),
					TaskDefinition: awsecs.NewFargateTaskDefinition(stack, new("Task"), nil),
					SecurityGroups: n.web.SecurityGroups(), VpcSubnets: n.web.Subnets(),
					MinHealthyPercent: new(100.0),
				})
				image := awsecs.ContainerImage_FromRegistry(new("nginx"), nil)
				service.TaskDefinition().AddContainer(new("c"), &awsecs.ContainerDefinitionOptions{Image: image})
				service.Connections().AllowFromAnyIpv4(awsec2.Port_Tcp(new(8080.0)), nil)
			},
			[]string{"tcp/8080 from the internet to Web", "internet may not reach web"},
		},
		"Auto Scaling group behind a balancer, on another port": {
			func(stack awscdk.Stack, n network) {
				lb := awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new("LB"), &awselasticloadbalancingv2.ApplicationLoadBalancerProps{
					Vpc: n.net.Vpc(), VpcSubnets: n.lb.Subnets(), SecurityGroup: n.lb.SecurityGroup(),
				})
				group := awsautoscaling.NewAutoScalingGroup(stack, new("ASG"), &awsautoscaling.AutoScalingGroupProps{
					Vpc: n.net.Vpc(), VpcSubnets: n.app.Subnets(),
					LaunchTemplate: awsec2.NewLaunchTemplate(stack, new("LT"), &awsec2.LaunchTemplateProps{
						InstanceType: awsec2.NewInstanceType(new("t4g.small")), SecurityGroup: n.app.SecurityGroup(),
						MachineImage: awsec2.MachineImage_GenericLinux(&map[string]*string{"eu-west-1": new("ami-0123456789abcdef0")}, nil),
					}),
				})
				lb.AddListener(new("L"), &awselasticloadbalancingv2.BaseApplicationListenerProps{Port: new(80.0), Open: new(false)}).
					AddTargets(new("T"), &awselasticloadbalancingv2.AddApplicationTargetsProps{
						Port: new(9001.0), Protocol: awselasticloadbalancingv2.ApplicationProtocol_HTTP,
						Targets: &[]awselasticloadbalancingv2.IApplicationLoadBalancerTarget{group},
					})
			},
			[]string{"tcp/9001 from LoadBalancer to App", "LoadBalancer.AllowTo(App, tiers.TCP(9001))"},
		},
		"everything out": {
			func(_ awscdk.Stack, n network) {
				n.app.Connections().AllowToAnyIpv4(awsec2.Port_AllTraffic(), nil)
			},
			[]string{"all traffic from App to the internet", "App.AllowTo(tiers.Internet, tiers.AllTraffic)"},
		},
		"the flow in the wrong direction": {
			func(_ awscdk.Stack, n network) {
				n.app.Connections().AllowTo(n.web, awsec2.Port_Tcp(new(9000.0)), nil)
			},
			[]string{"tcp/9000 from App to Web", "app may not reach web"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			stack := awscdk.NewStack(tierstest.App(t), new("Test"), &awscdk.StackProps{Env: &awscdk.Environment{Region: new("eu-west-1")}})
			n := declare(stack)
			test.ask(stack, n)
			err := tierstest.Synth(t, stack)
			require.Error(t, err)
			for _, want := range test.want {
				assert.Contains(t, err.Error(), want)
			}
			assert.Equal(t, 1, strings.Count(err.Error(), "error: "), "each request is reported once")
		})
	}
}

// TestForeignGroupInAnotherStack: CDK puts the rule of the foreign group under our group, which would make the stacks depend on
// each other. The synth reports the rule and does not emit it.
func TestForeignGroupInAnotherStack(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack)
	other := awscdk.NewStack(stack.Node().Root().(awscdk.App), new("Other"), nil)
	vpc := awsec2.Vpc_FromVpcAttributes(other, new("Vpc"), &awsec2.VpcAttributes{
		VpcId: new("vpc-0123456789abcdef0"), AvailabilityZones: &[]*string{new("eu-west-1a")},
	})
	foreign := awsec2.NewSecurityGroup(other, new("Foreign"), &awsec2.SecurityGroupProps{Vpc: vpc, AllowAllOutbound: new(false)})
	n.web.Connections().AllowFrom(foreign, awsec2.Port_Tcp(new(443.0)), nil)
	err := tierstest.Synth(t, stack)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "the group Other/Foreign does not belong to a tier")
	assert.NotContains(t, err.Error(), "DependencyCycle")
}
