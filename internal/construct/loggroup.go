package construct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"github.com/tierwall/tierwall/internal/batch"
)

// LogGroupARN returns the ARN of a log group without the :* that the CDK's ARN may end with.
func LogGroupARN(group awslogs.ILogGroup) *string {
	b := &batch.Batch{}
	name, partition := batch.Get[string](b, group, "logGroupName"), batch.Get[string](b, group, "stack.partition")
	region, account := batch.Get[string](b, group, "stack.region"), batch.Get[string](b, group, "stack.account")
	b.Run()
	return new("arn:" + *partition + ":logs:" + *region + ":" + *account + ":log-group:" + *name)
}
