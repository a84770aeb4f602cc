package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudtrail"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
)

// recorder is what a trail writes to: CloudTrail requires a bucket, and the alarm needs a log group.
type recorder struct {
	name   *string // of the trail
	bucket awss3.Bucket
	group  awslogs.LogGroup
	role   awsiam.Role
	ready  constructs.IDependable
}

// cloudTrail is CloudTrail as a principal.
const cloudTrail = "cloudtrail.amazonaws.com"

// makeRecorder makes what the trail writes to. The policies are those of AWS's documentation, for this trail alone (AWS CloudTrail User
// Guide, "Amazon S3 bucket policy for CloudTrail" and "Role policy document for CloudTrail to use CloudWatch Logs for monitoring").
func (a *NetworkAlarms) makeRecorder() *recorder {
	scope := constructs.NewConstruct(a, new("Recorder"))
	stack := awscdk.Stack_Of(a)
	r := &recorder{name: construct.Name(scope, "")}
	r.group = awslogs.NewLogGroup(scope, new("LogGroup"), &awslogs.LogGroupProps{
		Retention: awslogs.RetentionDays_THREE_MONTHS, RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
	})
	ofTrail := map[string]any{"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
		Service: new("cloudtrail"), Resource: new("trail"), ResourceName: r.name,
	})}
	// AWS documents no condition for the role's trust, and a trail whose role CloudTrail cannot assume fails to deploy.
	r.role = awsiam.NewRole(scope, new("Role"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new(cloudTrail), nil)})
	r.role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: &[]*string{new("logs:CreateLogStream"), new("logs:PutLogEvents")}, Resources: &[]*string{r.group.LogGroupArn()},
	}))
	r.bucket = awss3.NewBucket(scope, new("Bucket"), &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true),
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(new(90.0))}},
	})
	principals := &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(new(cloudTrail), nil)}
	r.bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: principals, Actions: &[]*string{new("s3:GetBucketAcl")}, Resources: &[]*string{r.bucket.BucketArn()},
		Conditions: &map[string]any{"StringEquals": ofTrail},
	}))
	r.ready = r.bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: principals, Actions: &[]*string{new("s3:PutObject")},
		Resources: &[]*string{r.bucket.ArnForObjects(new("AWSLogs/" + *stack.Account() + "/*"))},
		Conditions: &map[string]any{"StringEquals": map[string]any{
			"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": ofTrail["aws:SourceArn"],
		}},
	})).PolicyDependable
	return r
}

// emitTrail makes the trail. Without its selectors it would record management events, so it exists only with them.
func (a *NetworkAlarms) emitTrail(scope constructs.Construct) {
	r := a.recorder
	equal := func(field string, values ...*string) any {
		return &awscloudtrail.CfnTrail_AdvancedFieldSelectorProperty{Field: &field, EqualTo: &values}
	}
	var selectors []any
	for _, s := range a.watch.Selectors {
		var ids []*string
		for _, e := range s.Endpoints {
			ids = append(ids, new(a.value(e)))
		}
		selectors = append(selectors, &awscloudtrail.CfnTrail_AdvancedEventSelectorProperty{
			Name: new(s.Source), FieldSelectors: []any{
				equal("eventCategory", new("NetworkActivity")), equal("eventSource", new(s.Source)),
				equal("errorCode", new("VpceAccessDenied")), equal("vpcEndpointId", ids...),
			},
		})
	}
	trail := awscloudtrail.NewCfnTrail(scope, new("Resource"), &awscloudtrail.CfnTrailProps{
		TrailName: r.name, IsLogging: true, S3BucketName: r.bucket.BucketName(), EnableLogFileValidation: true,
		CloudWatchLogsLogGroupArn: r.group.LogGroupArn(), CloudWatchLogsRoleArn: r.role.RoleArn(), AdvancedEventSelectors: selectors,
	})
	trail.Node().AddDependency(r.ready, r.role)
}
