package proxy

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsservicediscovery"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/squid"
)

const (
	host   = "squid" // of the proxy in its namespace
	folder = "/tmp"  // in the container
	user   = "proxy" // in the image
)

// make makes everything that does not depend on what is declared: tasks behind a DNS name. There is no load balancer: Squid must see the
// addresses of its clients, and a DNS name with one record for each healthy task needs nothing else.
func (p *Proxy) make() {
	retention := p.props.Retention
	if retention == "" {
		retention = awslogs.RetentionDays_THREE_MONTHS
	}
	p.logs = awslogs.NewLogGroup(p, new("Log"), &awslogs.LogGroupProps{
		Retention: retention, RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
	})
	p.starter, p.runs = p.role("ExecutionRole"), p.role("Role")
	p.logs.GrantWrite(p.starter)
	if p.props.Repository != nil {
		p.props.Repository.GrantPull(p.starter)
	}
	p.task = awsecs.NewCfnTaskDefinition(p, new("Task"), p.taskProps())
	p.service()
}

// role makes a role for tasks of this account. The role that a task runs with has no permissions.
func (p *Proxy) role(id string) awsiam.Role {
	account := map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Stack_Of(p).Account()}}
	return awsiam.NewRole(p, &id, &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(new("ecs-tasks.amazonaws.com"), &awsiam.ServicePrincipalOpts{Conditions: &account}),
	})
}

// service makes the ECS service and the DNS name of its tasks. The tasks wait for the role's policy.
func (p *Proxy) service() {
	namespace := awsservicediscovery.NewCfnPrivateDnsNamespace(p, new("Namespace"), &awsservicediscovery.CfnPrivateDnsNamespaceProps{
		Name: &p.props.Namespace, Vpc: p.core.Network().Vpc().VpcId(),
	})
	name := awsservicediscovery.NewCfnService(p, new("Name"), &awsservicediscovery.CfnServiceProps{
		Name: new(host), NamespaceId: namespace.AttrId(),
		DnsConfig: &awsservicediscovery.CfnService_DnsConfigProperty{
			RoutingPolicy: new("MULTIVALUE"),
			DnsRecords:    []any{&awsservicediscovery.CfnService_DnsRecordProperty{Type: new("A"), Ttl: new(10.0)}},
		},
		HealthCheckCustomConfig: &awsservicediscovery.CfnService_HealthCheckCustomConfigProperty{FailureThreshold: new(1.0)},
	})
	var subnets, groups []*string
	subnets = *p.core.Network().Vpc().SelectSubnets(p.tier.Subnets()).SubnetIds
	groups = []*string{p.tier.SecurityGroup().SecurityGroupId()}
	cluster := awsecs.NewCfnCluster(p, new("Cluster"), nil)
	service := awsecs.NewCfnService(p, new("Service"), &awsecs.CfnServiceProps{
		Cluster: cluster.Ref(), TaskDefinition: p.task.Ref(), LaunchType: new("FARGATE"), DesiredCount: new(float64(p.props.Tasks)),
		NetworkConfiguration: &awsecs.CfnService_NetworkConfigurationProperty{
			AwsvpcConfiguration: &awsecs.CfnService_AwsVpcConfigurationProperty{
				Subnets: &subnets, SecurityGroups: &groups, AssignPublicIp: new("DISABLED"),
			},
		},
		DeploymentConfiguration: &awsecs.CfnService_DeploymentConfigurationProperty{
			MinimumHealthyPercent: new(100.0), MaximumPercent: new(200.0),
			DeploymentCircuitBreaker: &awsecs.CfnService_DeploymentCircuitBreakerProperty{Enable: new(true), Rollback: new(true)},
		},
		ServiceRegistries: []any{&awsecs.CfnService_ServiceRegistryProperty{RegistryArn: name.AttrArn()}},
	})
	service.Node().AddDependency(p.starter)
}

// Ready makes the proxy's tasks wait for what they need to start, such as endpoints.Ready of the proxy's tier.
func (p *Proxy) Ready(dependencies ...constructs.IDependable) {
	if p == nil || p.task == nil {
		return
	}
	service := p.Node().FindChild(new("Service"))
	service.Node().AddDependency(dependencies...)
}

func (p *Proxy) taskProps() *awsecs.CfnTaskDefinitionProps {
	return &awsecs.CfnTaskDefinitionProps{
		Cpu: new("256"), Memory: new("512"), NetworkMode: new("awsvpc"), RequiresCompatibilities: &[]*string{new("FARGATE")},
		ExecutionRoleArn: p.starter.RoleArn(), TaskRoleArn: p.runs.RoleArn(), ContainerDefinitions: p.containers(),
	}
}

// containers returns the container with the configuration of the last synthesis. Linux limits a variable to 128 KiB, and the configuration
// has at most squid.MaxSize.
func (p *Proxy) containers() []any {
	image := new("missing") // This is an error, so the image is never deployed.
	if p.props.Repository != nil {
		image = p.props.Repository.RepositoryUriForDigest(&p.props.Digest)
	}
	port := float64(p.props.Port)
	return []any{&awsecs.CfnTaskDefinition_ContainerDefinitionProperty{
		Name: new(host), Image: image, Essential: new(true), User: new(user),
		Command:      &[]*string{new("bash"), new("-c"), new(squid.Script(folder))},
		Environment:  []any{&awsecs.CfnTaskDefinition_KeyValuePairProperty{Name: new(squid.Variable), Value: &p.text}},
		PortMappings: []any{&awsecs.CfnTaskDefinition_PortMappingProperty{ContainerPort: &port, Protocol: new("tcp")}},
		StopTimeout:  new(30.0),
		HealthCheck: &awsecs.CfnTaskDefinition_HealthCheckProperty{
			Command:  &[]*string{new("CMD"), new("bash"), new("-c"), new(squid.Check(p.props.Port))},
			Interval: new(10.0), Retries: new(3.0), StartPeriod: new(20.0), Timeout: new(5.0),
		},
		LinuxParameters: &awsecs.CfnTaskDefinition_LinuxParametersProperty{
			Capabilities: &awsecs.CfnTaskDefinition_KernelCapabilitiesProperty{Drop: &[]*string{new("ALL")}},
		},
		LogConfiguration: &awsecs.CfnTaskDefinition_LogConfigurationProperty{LogDriver: new("awslogs"), Options: map[string]*string{
			"awslogs-group": p.logs.LogGroupName(), "awslogs-region": awscdk.Stack_Of(p).Region(), "awslogs-stream-prefix": new("proxy"),
		}},
	}}
}

// declareTask puts the configuration into the task definition, and has the proof compare the two.
func (p *Proxy) declareTask() {
	containers := p.containers()
	p.task.SetContainerDefinitions(&containers)
	properties := report.Properties(p.taskProps())
	p.problems.Declare(report.Control{
		Name: "task of the egress proxy", Of: p.task, At: p.problems.At, Properties: func() map[string]any { return properties },
	})
}
