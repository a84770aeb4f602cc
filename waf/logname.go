package waf

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
	"github.com/tierwall/tierwall/tiers/logs"
)

// checkLogName checks the name of a destination that the app creates, whose ARN is a token without the name. For an imported destination
// check.Logging finds the name in the ARN.
func (w *WebACL) checkLogName(to logs.Destination) {
	if group := to.LogGroup(); group != nil {
		w.logName("log group", group.Node().DefaultChild())
	}
	if bucket, _ := to.Bucket(); bucket != nil {
		w.logName("bucket", bucket.Node().DefaultChild())
	}
	if stream := to.Firehose(); stream != "" {
		w.logName("delivery stream", construct.Referred(stream))
	}
}

func (w *WebACL) logName(what string, resource constructs.IConstruct) {
	name, made := nameIn(resource)
	if !made {
		return
	}
	stack := awscdk.Stack_Of(resource)
	switch generated := name == nil || stack.Resolve(name) == nil; { // CDK's constructs pass a token that resolves to nothing.
	case !generated:
		beginning, whole := webacl.KnownBeginning(*name)
		w.problems.report(check.LogName(what, beginning, whole))
	case !strings.HasPrefix(*stack.StackName(), webacl.LogPrefix): // CloudFormation generates names that begin with the stack's name.
		w.problems.report([]webacl.Problem{check.GeneratedLogName(what)})
	}
}

// nameIn returns the name in a resource's properties, or nil if CloudFormation generates the name. It reports whether the app creates the
// resource.
func nameIn(resource constructs.IConstruct) (name *string, made bool) {
	switch r := resource.(type) {
	case awslogs.CfnLogGroup:
		return r.LogGroupName(), true
	case awss3.CfnBucket:
		return r.BucketName(), true
	case interface{ DeliveryStreamName() *string }: // A delivery stream, without an import of its package.
		return r.DeliveryStreamName(), true
	}
	return nil, false
}
