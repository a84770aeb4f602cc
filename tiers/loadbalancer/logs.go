package loadbalancer

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers/logs"
)

// Logs are where access logs go. The zero Logs is a bucket that is made.
type Logs struct {
	// To is a bucket, or [logs.None]. A bucket of the app gets the statement that log delivery needs. Access logs are encrypted with S3's
	// own keys alone. The zero value is a bucket that is made.
	To logs.Destination
	// Prefix is of the keys in a bucket that is made; it may be empty.
	Prefix string
	// Retention is how long a bucket that is made keeps logs, in whole days; 0 is 90 days.
	Retention time.Duration
}

// settable is what L2 load balancers have in common.
type settable interface {
	constructs.IConstruct
	SetAttribute(key, value *string)
}

// to has a load balancer write its logs, and returns the attributes that say so. CDK's own LogAccessLogs needs a stack with a Region.
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
	lb.Node().AddDependency(ready) // A load balancer writes a first object when logs are turned on.
	return []any{attribute("access_logs.s3.enabled", true), map[string]any{"Key": "access_logs.s3.bucket", "Value": bucket.BucketName()}}
}

// check reports what is wrong with the choices.
func (l Logs) check(p *report.Problems) bool {
	bucket, _ := l.To.Bucket()
	switch {
	case bucket == nil && !l.To.IsNew():
		p.Add("logs", "the access logs of a load balancer go to no bucket", "Elastic Load Balancing writes them to buckets alone",
			"use logs.ToBucket or logs.None", p.At)
	case bucket != nil && l.Prefix != "":
		p.Add("logs", "the prefix of access logs is stated beside a bucket", "", "state it in logs.ToBucket", p.At)
	case l.Retention < 0 || l.Retention%day != 0:
		p.Add("logs", "the retention of access logs is not usable", fmt.Sprintf("got %s; allowed are whole days", l.Retention),
			"write it as in 30 * 24 * time.Hour", p.At)
	default:
		return true
	}
	return false
}

const day = 24 * time.Hour

// letApplications lets application load balancers write their logs (Elastic Load Balancing, "Enable access logs for your Application Load
// Balancer"). Where they write says whose they are.
func letApplications(scope constructs.Construct, bucket awss3.IBucket, prefix string) constructs.IDependable {
	key := "AWSLogs/" + *awscdk.Stack_Of(scope).Account() + "/*"
	if prefix != "" {
		key = prefix + "/" + key
	}
	added := bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(new("logdelivery.elasticloadbalancing.amazonaws.com"), nil)},
		Actions:    &[]*string{new("s3:PutObject")}, Resources: &[]*string{bucket.ArnForObjects(&key)},
	}))
	if added == nil || added.PolicyDependable == nil {
		return bucket // It is somebody else's, and so is its policy.
	}
	return added.PolicyDependable
}

// letNetworks lets network load balancers write theirs, which another service does for them.
func letNetworks(_ constructs.Construct, bucket awss3.IBucket, _ string) constructs.IDependable {
	return construct.LetLogsInto(bucket)
}

func (l Logs) make(scope constructs.Construct) awss3.IBucket {
	kept := l.Retention
	if kept == 0 {
		kept = 90 * day
	}
	// Its name is generated: one that a failed deployment leaves behind is in nobody's way, and one with logs in it cannot be deleted.
	return awss3.NewBucket(scope, new("Logs"), &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true),
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(new(float64(kept / day)))}},
	})
}
