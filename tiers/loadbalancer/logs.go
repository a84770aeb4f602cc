package loadbalancer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
)

// Logs are where access logs go. The zero Logs is a bucket that is made.
type Logs struct {
	// Bucket is one of the app's, which gets the statement that log delivery needs. Access logs are encrypted with S3's own keys alone.
	Bucket awss3.IBucket
	// Prefix is of the keys; it may be empty.
	Prefix string
	// Off keeps none.
	Off bool
	// Days is how long a bucket that is made keeps them; 0 is 90.
	Days int
}

// settable is what L2 load balancers have in common.
type settable interface {
	constructs.IConstruct
	SetAttribute(key, value *string)
}

// to has a load balancer write its logs, and returns the attributes that say so. CDK's own LogAccessLogs needs a stack with a Region.
func (l Logs) to(scope constructs.Construct, lb settable, open func(constructs.Construct, awss3.IBucket, string) constructs.IDependable) []any {
	if l.Off {
		return nil
	}
	bucket := l.Bucket
	if bucket == nil {
		bucket = l.make(scope)
	}
	ready := open(scope, bucket, l.Prefix)
	lb.SetAttribute(new("access_logs.s3.enabled"), new("true"))
	lb.SetAttribute(new("access_logs.s3.bucket"), bucket.BucketName())
	if l.Prefix != "" {
		lb.SetAttribute(new("access_logs.s3.prefix"), &l.Prefix)
	}
	lb.Node().AddDependency(ready) // A load balancer writes a first object when logs are turned on.
	return []any{attribute("access_logs.s3.enabled", true), map[string]any{"Key": "access_logs.s3.bucket", "Value": bucket.BucketName()}}
}

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
	days := l.Days
	if days == 0 {
		days = 90
	}
	// Its name is generated: one that a failed deployment leaves behind is in nobody's way, and one with logs in it cannot be deleted.
	return awss3.NewBucket(scope, new("Logs"), &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true),
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(new(float64(days)))}},
	})
}
