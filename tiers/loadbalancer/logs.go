package loadbalancer

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers/logs"
)

// Logs selects the destination of access logs. The zero value makes a bucket for them.
type Logs struct {
	// To is a bucket, from [logs.ToBucket], or [logs.None]; the zero value makes a bucket. If the app owns the bucket, its policy gets the
	// statement that log delivery needs. Elastic Load Balancing can write only to buckets that are encrypted with S3's own keys.
	To logs.Destination
	// Prefix is the beginning of the keys in the new bucket. It may be empty, and must be empty if To is a bucket.
	Prefix string
	// Retention is how long the new bucket keeps logs, in whole days; 0 means 90 days.
	Retention time.Duration
}

// settable is an L2 load balancer of either kind.
type settable interface {
	constructs.IConstruct
	SetAttribute(key, value *string)
}

// to makes a load balancer write its logs to l, and returns the attributes that it sets. It does not use CDK's LogAccessLogs, which needs
// a stack with a Region.
func (l Logs) to(
	scope constructs.Construct, p *report.Problems, lb settable, open func(constructs.Construct, awss3.IBucket, string) constructs.IDependable,
) []any {
	if l.To.IsNone() || !l.check(p) {
		return nil
	}
	bucket, prefix := l.To.Bucket()
	if bucket == nil {
		bucket, prefix = l.make(scope), l.Prefix
	}
	ready := open(scope, bucket, prefix)
	lb.SetAttribute(new("access_logs.s3.enabled"), new("true"))
	lb.SetAttribute(new("access_logs.s3.bucket"), bucket.BucketName())
	if prefix != "" {
		lb.SetAttribute(new("access_logs.s3.prefix"), &prefix)
	}
	lb.Node().AddDependency(ready) // When logs are turned on, the load balancer writes a first object.
	return []any{attribute("access_logs.s3.enabled", true), map[string]any{"Key": "access_logs.s3.bucket", "Value": bucket.BucketName()}}
}

// check records the mistakes in l, and reports whether l is valid.
func (l Logs) check(p *report.Problems) bool {
	bucket, _ := l.To.Bucket()
	switch {
	case bucket == nil && !l.To.IsNew():
		p.Add("logs", "the destination of a load balancer's access logs is not a bucket", "Elastic Load Balancing writes them only to buckets",
			"use logs.ToBucket or logs.None", p.At)
	case bucket != nil && l.Prefix != "":
		p.Add("logs", "the access logs have a bucket and a separate Prefix", "Prefix is for the bucket that the load balancer makes",
			"pass the prefix to logs.ToBucket", p.At)
	case l.Retention < 0 || l.Retention%day != 0:
		p.Add("logs", "the retention of access logs is not valid", fmt.Sprintf("got %s; allowed are whole days", l.Retention),
			"write it in days: 30 * 24 * time.Hour", p.At)
	default:
		return true
	}
	return false
}

const day = 24 * time.Hour

// letApplications allows application load balancers to write their logs (Elastic Load Balancing, "Enable access logs for your Application
// Load Balancer"). The account in the key of an object is the account of the load balancer.
func letApplications(scope constructs.Construct, bucket awss3.IBucket, prefix string) constructs.IDependable {
	b := &batch.Batch{}
	arn, stack := batch.Get[string](b, bucket, "bucketArn"), batch.Get[awscdk.Stack](b, scope, batch.Stack)
	b.Run()
	key := "AWSLogs/" + *(*stack).Account() + "/*"
	if prefix != "" {
		key = prefix + "/" + key
	}
	added := b.Allow(bucket, map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
		"Action": "s3:PutObject", "Resource": *arn + "/" + key,
	})
	ready := batch.Get[constructs.IDependable](b, added, batch.Itself)
	b.Run()
	if *ready == nil {
		return bucket // The bucket is imported. Its owner maintains its policy.
	}
	return *ready
}

// letNetworks allows network load balancers to write their logs. The log delivery service writes them.
func letNetworks(_ constructs.Construct, bucket awss3.IBucket, _ string) constructs.IDependable {
	return construct.LetLogsInto(bucket)
}

// make makes a bucket for logs.
func (l Logs) make(scope constructs.Construct) awss3.IBucket {
	kept := l.Retention
	if kept == 0 {
		kept = 90 * day
	}
	// The name is generated, so that a bucket which a failed deployment leaves behind does not block the next one.
	return awss3.NewBucket(scope, new("Logs"), &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true),
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(new(float64(kept / day)))}},
	})
}
