package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"github.com/tierwall/tierwall/internal/report"
)

// makeBucket makes a bucket for flow logs. Its name is generated, so that a bucket which a failed deployment leaves behind does not block
// the next one.
func (f *FlowLog) makeBucket() awss3.IBucket {
	p := &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true),
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(new(float64(f.choices.Days())))}},
	}
	if f.props.Key != nil {
		p.Encryption, p.EncryptionKey, p.BucketKeyEnabled = awss3.BucketEncryption_KMS, f.props.Key, new(true)
	}
	bucket := awss3.NewBucket(f, new("Bucket"), p)
	f.declareBucket(bucket)
	return bucket
}

// declareBucket declares the bucket and its policy, so that the proof reports changes of them.
func (f *FlowLog) declareBucket(bucket awss3.Bucket) {
	f.problems.Declare(report.Control{
		Name: "bucket of flow logs", Of: bucket, ID: "Resource", Partial: true, At: f.problems.At, Properties: f.bucketProperties,
	})
	if policy := bucket.Policy(); policy != nil {
		f.problems.Declare(report.Control{
			Name: "policy of the bucket of flow logs", Of: policy, ID: "Resource", At: f.problems.At, Properties: func() map[string]any {
				return map[string]any{"Bucket": bucket.BucketName(), "PolicyDocument": policy.Document()}
			},
		})
	}
}

func (f *FlowLog) bucketProperties() map[string]any {
	encryption := map[string]any{"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "AES256"}}
	if f.props.Key != nil {
		encryption = map[string]any{"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": map[string]any{
			"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": f.props.Key.KeyArn(),
		}}
	}
	return map[string]any{
		"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{encryption}},
		"PublicAccessBlockConfiguration": map[string]any{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
		},
		"OwnershipControls":      map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{"ExpirationInDays": f.choices.Days(), "Status": "Enabled"}}},
	}
}
