// Package logs says where logs go. Firewalls, web ACLs and load balancers take the same destinations.
//
// It knows nothing of what is logged. What a control asks of a destination, such as the beginning of a name, the control checks.
package logs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
)

// Destination is where logs go. Make it with [ToLogGroup], [ToBucket] or [ToFirehose]. The zero Destination is one that the control
// makes, [None] keeps no logs.
type Destination struct {
	group  awslogs.ILogGroup
	bucket awss3.IBucket
	prefix string
	stream string
	none   bool
}

// None keeps no logs.
var None = Destination{none: true}

// ToLogGroup sends logs to a log group of the stack's account and Region, which must not be nil. The log delivery service is allowed to
// write to it.
func ToLogGroup(group awslogs.ILogGroup) Destination { return Destination{group: group} }

// ToBucket sends logs to a bucket, which must not be nil, under a prefix, which may be empty. Whoever delivers the logs is allowed to
// write to a bucket of the app; the policy of an imported one is its owner's.
func ToBucket(bucket awss3.IBucket, prefix string) Destination {
	return Destination{bucket: bucket, prefix: prefix}
}

// ToFirehose sends logs to a Firehose delivery stream by its ARN, a literal or a CDK token.
func ToFirehose(arn string) Destination { return Destination{stream: arn} }

// IsNone reports whether the destination is [None].
func (d Destination) IsNone() bool { return d.none }

// IsNew reports whether the destination is the zero Destination, which the control makes.
func (d Destination) IsNew() bool {
	return !d.none && d.group == nil && d.bucket == nil && d.stream == ""
}

// LogGroup returns the log group; nil if the destination is something else.
func (d Destination) LogGroup() awslogs.ILogGroup { return d.group }

// Bucket returns the bucket and the prefix in it; nil if the destination is something else.
func (d Destination) Bucket() (bucket awss3.IBucket, prefix string) { return d.bucket, d.prefix }

// Firehose returns the ARN of the delivery stream; empty if the destination is something else.
func (d Destination) Firehose() string { return d.stream }
