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

// checkLogName checks the name of a destination that the app makes: its ARN is a token, which does not tell. ARNs of imported ones do.
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
	switch generated := name == nil || stack.Resolve(name) == nil; { // CDK's constructs hand on a token for nothing.
	case !generated:
		beginning, whole := webacl.KnownBeginning(*name)
		w.problems.report(check.LogName(what, beginning, whole))
	case !strings.HasPrefix(*stack.StackName(), webacl.LogPrefix): // Names that CloudFormation generates begin with the stack's.
		w.problems.report([]webacl.Problem{check.GeneratedLogName(what)})
	}
}

// nameIn is the name in a resource's properties, nil if CloudFormation generates one; false if the resource is not in the app.
func nameIn(resource constructs.IConstruct) (name *string, made bool) {
	switch r := resource.(type) {
	case awslogs.CfnLogGroup:
		return r.LogGroupName(), true
	case awss3.CfnBucket:
		return r.BucketName(), true
	case interface{ DeliveryStreamName() *string }: // Delivery streams, without a need of their package.
		return r.DeliveryStreamName(), true
	}
	return nil, false
}
