package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/report"
)

// makeLogGroup makes a log group for flow logs.
func (f *FlowLog) makeLogGroup() awslogs.ILogGroup {
	return construct.MakeLogGroup(&f.problems, construct.LogGroup{
		ID: "LogGroup", Retention: awslogs.RetentionDays(calls.Retention(f.choices.Days())), Key: f.props.Key,
	})
}

// makeRole makes the role with which VPC flow logs writes to a log group. Only the flow logs of this account and Region can use it (VPC
// User Guide, "IAM role for publishing flow logs to CloudWatch Logs").
func (f *FlowLog) makeRole(group awslogs.ILogGroup) awsiam.IRole {
	stack := awscdk.Stack_Of(f)
	trust := map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()},
		"ArnLike": map[string]any{"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
			Service: new("ec2"), Resource: new("vpc-flow-log"), ResourceName: new("*"),
		})},
	}
	const service = "vpc-flow-logs.amazonaws.com"
	actions := []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}
	streams := *construct.LogGroupARN(group) + ":*"
	role := awsiam.NewRole(f, new("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(new(service), &awsiam.ServicePrincipalOpts{Conditions: &trust}),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"Deliver": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions: &[]*string{&actions[0], &actions[1], &actions[2]}, Resources: &[]*string{&streams},
			})},
		})},
	})
	f.problems.Declare(report.Control{
		Name: "role of flow logs", Of: role, ID: "Resource", Partial: true, At: f.problems.At, Properties: func() map[string]any {
			return map[string]any{
				"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
					"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": service}, "Condition": trust,
				}}},
				"Policies": []any{map[string]any{"PolicyName": "Deliver", "PolicyDocument": map[string]any{
					"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": actions, "Resource": streams}},
				}}},
			}
		},
	})
	return role
}
