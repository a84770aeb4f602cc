package main

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

func TestStacks(t *testing.T) {
	app := tierstest.App(t)
	declare(app, awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{GenerateBootstrapVersionRule: new(false)}))
	for _, id := range []string{"Platform", "Orders", "Reports"} {
		t.Run(id, func(t *testing.T) {
			stack := app.Node().FindChild(&id).(awscdk.Stack)
			tierstest.RequireExact(t, stack)
			tierstest.Snapshot(t, stack)
			if id == "Platform" {
				assert.NotContains(t, string(tierstest.Template(t, stack)), "Fn::ImportValue",
					"the network's stack must not need the others, so that it can be deployed first")
			}
		})
	}
}

// TestCalls asks the endpoint of S3: each role may do what its service was granted, and nothing that the other was granted.
func TestCalls(t *testing.T) {
	app := tierstest.App(t)
	declare(app, nil)
	arn := func(rest string) string { return "arn:" + *awscdk.Aws_PARTITION() + rest }
	bucket := arn(":s3:::ordersordersinvoices41ec410b96b99e13f5ea")
	orders := arn(":iam::123456789012:role/ordersordersroleaa73d829e1c51e71dd13")
	reports := arn(":iam::123456789012:role/reportsreportsrole23aaad231d6a7025e284")
	tierstest.RequireCalls(t, app.Node().FindChild(new("Platform")).(awscdk.Stack), "s3", []tierstest.Call{
		{As: orders, Action: "s3:PutObject", Resource: bucket + "/2027/1.pdf"},
		{As: orders, Action: "s3:GetObject", Resource: bucket + "/2027/1.pdf", Denied: true},
		{As: reports, Action: "s3:GetObject", Resource: bucket + "/2027/1.pdf"},
		{As: reports, Action: "s3:PutObject", Resource: bucket + "/2027/1.pdf", Denied: true},
		{As: orders, Action: "s3:PutObject", Resource: arn(":s3:::somebody-elses/2027/1.pdf"), Denied: true},
		{As: arn(":iam::123456789012:role/other"), Action: "s3:PutObject", Resource: bucket + "/2027/1.pdf", Denied: true},
	})
}
