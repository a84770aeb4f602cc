package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
)

// This file has the workload profiles: the uses that a platform needs to start workloads at all.

// SessionManager allows what the Systems Manager agent needs for sessions, patches and commands. If an agent may be older than version
// 3.3.40.0 of February 2024, grant [OldAgents] as well.
func SessionManager() Use { return plain("ssm.session", "be managed by ssm") }

// OldAgents allows what Systems Manager agents before version 3.3.40.0 need in addition to [SessionManager].
func OldAgents() Use { return plain("ssm.oldagents", "be managed by ssm with old agents") }

// ExecIntoContainers allows what tasks need for ECS Exec.
func ExecIntoContainers() Use { return plain("ecs.exec", "be entered by ecs exec") }

// Packages allows reading packages from repositories of AWS. They are buckets that are read without credentials. At least one repository is
// required.
func Packages(of ...Packager) Use {
	u := Use{words: "read packages of AWS"}
	for _, p := range of {
		u.parts = append(u.parts, usePart{name: string(p)})
	}
	u.said = []saidUse{{verb: "packages", rest: packageWords(of)}}
	if len(of) == 0 {
		u.problem = "grants: no packages are named; name some, as in endpoints.Packages(endpoints.AmazonLinux2023)"
	}
	return u
}

// Packager is a repository of packages that AWS keeps in buckets.
type Packager string

// The repositories of packages.
const (
	AmazonLinux2023  Packager = "packages.al2023"  // packages of Amazon Linux 2023
	AmazonLinux2     Packager = "packages.al2"     // packages of Amazon Linux 2
	PatchManager     Packager = "ssm.patch"        // documents, agents and patch baselines of Systems Manager
	CloudWatchAgent  Packager = "cloudwatch.agent" // the CloudWatch agent
	CodeDeployAgents Packager = "codedeploy.agent" // the CodeDeploy agent
)

// Signals allows what cfn-init and cfn-signal need for a stack, given by its ARN, which awscdk.Stack's StackId returns. Call both programs
// with --role: without it they sign with the identity document of the instance, and the endpoint's policy denies the call. It does not
// cover signals to wait conditions, which go to a bucket of AWS.
func Signals(stackID string) Use {
	return of("cloudformation.signal", ARN(stackID), func() *string { return &stackID }, "")
}

// FargateProps describe what ECS tasks need to start, on Fargate or on EC2.
type FargateProps struct {
	// Images are the repositories of the tasks' images; required. Images of other registries need a path to the internet.
	Images []Repository
	// Logs are the log groups to which the awslogs driver writes.
	Logs []LogGroup
	// Secrets are the secrets that ECS puts into the containers' environment.
	Secrets []SecretValue
	// Parameters are the parameters that ECS puts into the containers' environment.
	Parameters []ParameterValue
	// ExecutionRole is the role with which ECS pulls images, writes logs and reads secrets before the task runs. Do not pass it to [Roles]:
	// the tasks' own roles need none of these permissions, and this role needs no others. nil allows them to all roles of the tier.
	ExecutionRole awsiam.IRole
}

// Fargate allows what ECS tasks need to start. props without images fail synthesis.
func Fargate(props *FargateProps) Use {
	u := Use{words: "start on fargate"}
	if props == nil || len(props.Images) == 0 {
		u.problem = "grants: a use to start on Fargate names no images, so no image could be pulled; set Images of FargateProps"
		return u
	}
	for _, r := range props.Images {
		u = u.And(ECR(r).Pull())
	}
	for _, g := range props.Logs {
		u = u.And(Logs(g).Write())
	}
	for _, s := range props.Secrets {
		u = u.And(Secret(s).Read())
	}
	for _, p := range props.Parameters {
		u = u.And(Parameter(p).Read())
	}
	tasks := saidUse{fargate: true}
	for _, s := range u.said {
		tasks.others = append(tasks.others, saidResource{s.resource, s.kind})
	}
	u.said = []saidUse{tasks}
	if props.ExecutionRole != nil {
		u.roles, u.starts = []awsiam.IRole{props.ExecutionRole}, true
	}
	return u
}

// ECSInstances allows what the agent on the instances of an ECS cluster needs. For the cluster's tasks see [Fargate], for sessions on its
// instances see [SessionManager].
func ECSInstances(cluster Cluster) Use {
	return of("ecs.agent", cluster, func() *string { return cluster.ClusterArn() }, "")
}

// EKSNodes allows what nodes need to join an EKS cluster: the images of EKS, the VPC CNI and Pod Identity.
func EKSNodes(cluster Cluster) Use {
	return of("eks.node", cluster, func() *string { return cluster.ClusterArn() }, "")
}

// LambdaFunctions allows what Lambda functions need to start in a VPC and to write to their log groups. It gives the functions' roles the
// permissions, but it needs no endpoint, because Lambda itself creates the network interfaces and delivers the logs. Grant the services
// that the functions call as for other workloads.
func LambdaFunctions(logs ...LogGroup) Use {
	u := plain("lambda.vpc", "start on lambda")
	for _, g := range logs {
		u = u.And(of("lambda.logs", g, func() *string { return g.LogGroupArn() }, ""))
	}
	u.sayAsOne("lambda-functions", "log-group", 1)
	return u
}

// AutoScalingGroup allows what the instances of an Auto Scaling group need if they are managed through Session Manager, without SSH and
// without a path to the internet: [SessionManager], and [Packages] if any are named.
func AutoScalingGroup(packages ...Packager) Use {
	u := SessionManager()
	u.words = "start in an auto scaling group"
	if len(packages) > 0 {
		u = u.And(Packages(packages...))
	}
	u.said = []saidUse{{verb: "auto-scaling-group", rest: packageWords(packages)}}
	return u
}

// RDSProxy allows an RDS proxy to read the secrets with the database's credentials. At least one secret is required.
func RDSProxy(secrets ...SecretValue) Use {
	u := Use{words: "start as a proxy of rds"}
	if len(secrets) == 0 {
		u.problem = "grants: a use of an RDS proxy names no secrets; name those with the database's credentials"
	}
	for _, s := range secrets {
		u = u.And(Secret(s).Read())
	}
	u.sayAsOne("rds-proxy", "secret", 0)
	return u
}
