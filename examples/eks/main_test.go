package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestCluster(t *testing.T) {
	stack := tierstest.Stack(t)
	attach(stack, declare(stack))
	tierstest.RequireExact(t, stack)
	tierstest.Snapshot(t, stack)
}

// TestCalls asks the endpoint of S3: pods may write invoices, nodes may not, and every caller may read the layers of images.
func TestCalls(t *testing.T) {
	stack := tierstest.Stack(t)
	attach(stack, declare(stack))
	roleOf := func(id string) string { return *stack.Node().FindChild(&id).(awsiam.Role).RoleArn() }
	invoice := *stack.Node().FindChild(new("Invoices")).(awss3.Bucket).BucketArn() + "/2027/1.pdf"
	layer := "arn:" + *awscdk.Aws_PARTITION() + ":s3:::prod-" + *awscdk.Aws_REGION() + "-starport-layer-bucket/layer"
	tierstest.RequireCalls(t, stack, "s3", []tierstest.Call{
		{As: roleOf("PodRole"), Action: "s3:PutObject", Resource: invoice},
		{As: roleOf("PodRole"), Action: "s3:GetObject", Resource: invoice, Denied: true},
		{As: roleOf("NodeRole"), Action: "s3:PutObject", Resource: invoice, Denied: true},
		{Action: "s3:GetObject", Resource: layer},
	})
}
