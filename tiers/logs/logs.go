// Package logs describes destinations of logs. Firewalls, web ACLs and load balancers accept the same destinations.
//
// The package does not know the logs themselves. Each control checks its own requirements, such as a prefix of a bucket's name.
package logs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
)

// Destination is a destination of logs. Make it with [ToLogGroup], [ToBucket] or [ToFirehose], or use [None] to keep no logs. The zero
// Destination lets the control make one.
type Destination struct {
	group  awslogs.ILogGroup
	bucket awss3.IBucket
	prefix string
	stream string
	none   bool
}

// None is the destination that keeps no logs.
var None = Destination{none: true}

// ToLogGroup returns a log group as a destination. The group must not be nil, and must be in the account and Region of the stack. The
// control allows the log delivery service to write to it.
func ToLogGroup(group awslogs.ILogGroup) Destination { return Destination{group: group} }

// ToBucket returns a bucket as a destination, with a prefix for the keys of the logs. The bucket must not be nil; the prefix may be empty.
// If the app owns the bucket, the control allows the delivery of logs in the bucket's policy. The owner of an imported bucket must allow it
// there.
func ToBucket(bucket awss3.IBucket, prefix string) Destination {
	return Destination{bucket: bucket, prefix: prefix}
}

// ToFirehose returns a Firehose delivery stream as a destination, by its ARN: a literal or a CDK token.
func ToFirehose(arn string) Destination { return Destination{stream: arn} }

// IsNone reports whether the destination is [None].
func (d Destination) IsNone() bool { return d.none }

// IsNew reports whether the destination is the zero Destination, which the control makes.
func (d Destination) IsNew() bool {
	return !d.none && d.group == nil && d.bucket == nil && d.stream == ""
}

// LogGroup returns the log group, or nil if the destination is not a log group.
func (d Destination) LogGroup() awslogs.ILogGroup { return d.group }

// Bucket returns the bucket and the prefix of the keys. The bucket is nil if the destination is not a bucket.
func (d Destination) Bucket() (bucket awss3.IBucket, prefix string) { return d.bucket, d.prefix }

// Firehose returns the ARN of the delivery stream, or an empty string if the destination is not a delivery stream.
func (d Destination) Firehose() string { return d.stream }
