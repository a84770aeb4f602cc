package response

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the function
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"

	"github.com/tierwall/tierwall/internal/response/responder"
)

// archive is the function, for arm64. It is built from internal/response/lambda, and a test holds that it is.
//
//go:embed bootstrap.zip
var archive []byte

//go:embed bootstrap.sha256
var pinned []byte

// makeFunction makes the function with its log group, its role and its queue.
func (r *Response) makeFunction() {
	r.logs = awslogs.NewLogGroup(r, new("Log"), &awslogs.LogGroupProps{
		Retention: awslogs.RetentionDays_ONE_YEAR, RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
	})
	role := awsiam.NewRole(r, new("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(new("lambda.amazonaws.com"), nil), Description: new("Automated response of " + r.core.Path()),
	})
	code := r.asset()
	r.function = awslambda.NewCfnFunction(r, new("Function"), &awslambda.CfnFunctionProps{
		Runtime: new("provided.al2023"), Handler: new("bootstrap"), Architectures: &[]*string{new("arm64")}, Role: role.RoleArn(),
		MemorySize: new(512.0), Timeout: new(responder.FunctionTimeout.Seconds()),
		Code:          &awslambda.CfnFunction_CodeProperty{S3Bucket: code.S3BucketName(), S3Key: code.S3ObjectKey()},
		LoggingConfig: &awslambda.CfnFunction_LoggingConfigProperty{LogGroup: r.logs.LogGroupName(), LogFormat: new("JSON")},
		Description:   new("Automated response of " + r.core.Path()),
	})
	r.permissions(role)
	r.function.Node().AddDependency(role)
	mapping := awslambda.NewCfnEventSourceMapping(r, new("Source"), &awslambda.CfnEventSourceMappingProps{
		FunctionName: r.function.Ref(), EventSourceArn: r.queue.QueueArn(), BatchSize: new(1000.0), MaximumBatchingWindowInSeconds: new(5.0),
		FunctionResponseTypes: &[]*string{new("ReportBatchItemFailures")},
		ScalingConfig:         &awslambda.CfnEventSourceMapping_ScalingConfigProperty{MaximumConcurrency: new(2.0)},
	})
	mapping.Node().AddDependency(role)
	awslambda.NewCfnEventInvokeConfig(r, new("Invocation"), &awslambda.CfnEventInvokeConfigProps{
		FunctionName: r.function.Ref(), Qualifier: new("$LATEST"), MaximumRetryAttempts: new(2.0),
		DestinationConfig: &awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: r.dead.QueueArn()},
		},
	})
}

// asset passes the archive to the CDK. An archive keeps the mode of its files, which a folder does not: without the bit that lets bootstrap
// run, every call of the function fails.
func (r *Response) asset() awss3assets.Asset {
	sum := sha256.Sum256(archive)
	hash := hex.EncodeToString(sum[:])
	if string(bytes.TrimSpace(pinned)) != hash {
		r.problems.Add("response-function", "the function is not the one that was built", fmt.Sprintf("its SHA-256 is %s", hash),
			"get the module again", r.problems.At)
	}
	dir, err := os.MkdirTemp("", "tierwall")
	if err != nil {
		panic(fmt.Sprintf("no temporary folder can be made: %v", err))
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "response.zip")
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		panic(fmt.Sprintf("the function cannot be written: %v", err))
	}
	return awss3assets.NewAsset(r, new("Code"), &awss3assets.AssetProps{Path: &file, AssetHash: &hash})
}

// permissions give the function's role what it needs.
func (r *Response) permissions(role awsiam.Role) {
	stack := awscdk.Stack_Of(r)
	r.allow("dynamodb", []string{"GetItem", "PutItem", "Scan"}, r.table.AttrArn())
	r.allow("wafv2", []string{"GetIPSet", "UpdateIPSet"}, r.ipSets["IPv4"].AttrArn(), r.ipSets["IPv6"].AttrArn())
	r.allow("ec2", []string{"GetManagedPrefixListEntries", "ModifyManagedPrefixList"}, r.lists["IPv4"].AttrArn(), r.lists["IPv6"].AttrArn())
	r.allow("ec2", []string{"DescribeManagedPrefixLists"}, new("*")) // EC2 has no narrower resource for descriptions.
	r.allow("events", []string{"PutEvents"}, stack.FormatArn(&awscdk.ArnComponents{
		Service: new("events"), Resource: new("event-bus"), ResourceName: new("default"),
	}))
	r.queue.GrantConsumeMessages(role)
	r.dead.GrantSendMessages(role)
	r.logs.GrantWrite(role)
	if r.group == nil {
		return
	}
	r.allow("ec2", []string{"DescribeNetworkInterfaces"}, new("*"))
	vpc := stack.FormatArn(&awscdk.ArnComponents{Service: new("ec2"), Resource: new("vpc"), ResourceName: r.network.Vpc().VpcId()})
	each := func(resource string) *string {
		return stack.FormatArn(&awscdk.ArnComponents{Service: new("ec2"), Resource: &resource, ResourceName: new("*")})
	}
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: &[]*string{new("ec2:ModifyNetworkInterfaceAttribute")}, Resources: &[]*string{each("network-interface"), each("security-group")},
		Conditions: &map[string]any{"ArnEquals": map[string]any{"ec2:Vpc": vpc}},
	}))
}

// allow adds a statement to the function's role.
func (r *Response) allow(service string, actions []string, resources ...*string) {
	role, ok := r.Node().FindChild(new("Role")).(awsiam.Role)
	if !ok {
		return
	}
	var names []*string
	for _, a := range actions {
		names = append(names, new(service+":"+a))
	}
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: &names, Resources: &resources}))
}
