package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
)

// Workload profiles are what a platform needs to start at all.

// SessionManager is what the Systems Manager agent needs for sessions, patches and commands. OldAgents adds what agents before 3.3.40.0
// of February 2024 need.
func SessionManager() Use { return plain("ssm.session", "be managed by ssm") }

// OldAgents is what agents of Systems Manager before 3.3.40.0 need beside SessionManager.
func OldAgents() Use { return plain("ssm.oldagents", "be managed by ssm with old agents") }

// ExecIntoContainers is what ECS Exec needs.
func ExecIntoContainers() Use { return plain("ecs.exec", "be entered by ecs exec") }

// Packages are repositories of AWS's own, which are read without credentials.
func Packages(of ...Packager) Use {
	u := Use{words: "read packages of AWS"}
	for _, p := range of {
		u.parts = append(u.parts, usePart{name: string(p)})
	}
	if len(of) == 0 {
		u.problem = "grants: no packages are named"
	}
	return u
}

// Packager is somebody's packages.
type Packager string

// The packages.
const (
	AmazonLinux2023  Packager = "packages.al2023"
	AmazonLinux2     Packager = "packages.al2"
	PatchManager     Packager = "ssm.patch"
	CloudWatchAgent  Packager = "cloudwatch.agent"
	CodeDeployAgents Packager = "codedeploy.agent"
)

// Signals is what cfn-init and cfn-signal need, for a stack by its ARN: awscdk.Stack's StackId. Call them with --role: without it they
// sign with the identity document of the instance, which the endpoint's policy does not let through. A signal to a wait condition goes to
// a bucket of AWS's.
func Signals(stackID string) Use {
	return of("cloudformation.signal", ARN(stackID), func() *string { return &stackID }, "")
}

// FargateProps are what tasks of ECS on Fargate, or on EC2, start with.
type FargateProps struct {
	// Images are the repositories of the task's images; those of other registries take a way to the internet.
	Images []Repository
	// Logs are the groups that the awslogs driver writes to.
	Logs []LogGroup
	// Secrets and Parameters are what ECS puts into the containers' environment.
	Secrets    []SecretValue
	Parameters []ParameterValue
	// ExecutionRole pulls images, writes logs and reads secrets: the task's own role needs none of it, and this one nothing else, so that it
	// does not belong into Roles. nil is all roles of the tier.
	ExecutionRole awsiam.IRole
}

// Fargate is what tasks of ECS need to start on Fargate.
func Fargate(props *FargateProps) Use {
	u := Use{words: "start on fargate"}
	if props == nil || len(props.Images) == 0 {
		u.problem = "grants: what starts on Fargate names no images; they cannot be pulled"
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
	if props.ExecutionRole != nil {
		u.roles, u.starts = []awsiam.IRole{props.ExecutionRole}, true
	}
	return u
}

// ECSInstances is what instances of an ECS cluster need for the agent; for their tasks see Fargate, for their sessions SessionManager.
func ECSInstances(cluster Cluster) Use {
	return of("ecs.agent", cluster, func() *string { return cluster.ClusterArn() }, "")
}

// EKSNodes is what nodes of an EKS cluster need to join it: its own images, the VPC CNI and Pod Identity.
func EKSNodes(cluster Cluster) Use {
	return of("eks.node", cluster, func() *string { return cluster.ClusterArn() }, "")
}

// LambdaFunctions is what functions in a VPC need to start, which is no endpoint: Lambda makes their interfaces and delivers their logs
// itself. It gives the role what that takes. What the functions call is granted as for other workloads.
func LambdaFunctions(logs ...LogGroup) Use {
	u := plain("lambda.vpc", "start on lambda")
	for _, g := range logs {
		u = u.And(of("lambda.logs", g, func() *string { return g.LogGroupArn() }, ""))
	}
	return u
}

// AutoScalingGroup is what instances of a group need that are managed through Session Manager: no SSH, no way to the internet.
func AutoScalingGroup(packages ...Packager) Use {
	u := SessionManager()
	u.words = "start in an auto scaling group"
	if len(packages) > 0 {
		u = u.And(Packages(packages...))
	}
	return u
}

// RDSProxy is what a proxy of RDS needs: the secrets with the database's credentials.
func RDSProxy(secrets ...SecretValue) Use {
	u := Use{words: "start as a proxy of rds"}
	if len(secrets) == 0 {
		u.problem = "grants: a proxy of RDS names no secrets"
	}
	for _, s := range secrets {
		u = u.And(Secret(s).Read())
	}
	return u
}
