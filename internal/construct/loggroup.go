package construct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/report"
)

// LogGroup is a log group to make.
type LogGroup struct {
	ID        string
	Name      string                // empty has CloudFormation choose one
	Retention awslogs.RetentionDays // empty is 90 days
	Key       awskms.IKey           // nil has CloudWatch Logs encrypt with a key of its own
}

// MakeLogGroup makes a log group in the construct of p, and declares it. If the first deployment fails, CloudFormation deletes the group
// again, so that it does not block the next deployment. Later it keeps the group.
func MakeLogGroup(p *report.Problems, g LogGroup) awslogs.LogGroup {
	props := &awslogs.LogGroupProps{Retention: g.Retention, RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE}
	if g.Name != "" {
		props.LogGroupName = &g.Name
	}
	if g.Retention == "" {
		props.Retention = awslogs.RetentionDays_THREE_MONTHS
	}
	if g.Key != nil {
		props.EncryptionKey = g.Key
		LetLogsUse(g.Key)
	}
	group := awslogs.NewLogGroup(p.Of.(constructs.Construct), &g.ID, props)
	declareLogGroup(p, group)
	return group
}

// declareLogGroup declares a log group with its retention, its key and its class.
func declareLogGroup(p *report.Problems, group awslogs.LogGroup) {
	b := &batch.Batch{}
	cfn := b.Child(group, "Resource")
	days, key := batch.Get[float64](b, cfn, "retentionInDays"), batch.Get[string](b, cfn, "kmsKeyId")
	class := batch.Get[string](b, cfn, "logGroupClass")
	b.Run()
	properties := map[string]any{}
	for name, value := range map[string]any{"RetentionInDays": *days, "KmsKeyId": *key, "LogGroupClass": *class} {
		if value != 0.0 && value != "" {
			properties[name] = value
		}
	}
	p.Declare(report.Control{
		Name: "log group", Of: group, ID: "Resource", At: p.At, Properties: func() map[string]any { return properties },
	})
}

// LogGroupARN returns the ARN of a log group without the :* that the CDK's ARN may end with.
func LogGroupARN(group awslogs.ILogGroup) *string {
	b := &batch.Batch{}
	name, partition := batch.Get[string](b, group, "logGroupName"), batch.Get[string](b, group, "stack.partition")
	region, account := batch.Get[string](b, group, "stack.region"), batch.Get[string](b, group, "stack.account")
	b.Run()
	return new("arn:" + *partition + ":logs:" + *region + ":" + *account + ":log-group:" + *name)
}
