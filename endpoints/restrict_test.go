package endpoints_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// TestOnlyFrom asks the policy of a restricted bucket call by call. The bucket and the endpoint that names it do not refer to each other in
// a circle.
func TestOnlyFrom(t *testing.T) {
	stack := tierstest.Stack(t)
	n := network(stack)
	app := tiers.NewAppTier(n, "App", nil)
	bucket, queue := awss3.NewBucket(stack, new("Bucket"), nil), awssqs.NewQueue(stack, new("Queue"), nil)
	endpoints.Grant(app, endpoints.S3(bucket).Read(), endpoints.SQS(queue).Consume())
	endpoints.OnlyFrom(n, bucket, &endpoints.OnlyFromProps{Exempt: []string{"arn:aws:iam::*:role/operator-*"}})
	endpoints.OnlyFrom(n, queue, nil)
	all := resources(t, stack)
	var deny iam.Policy
	for _, r := range all {
		if r.Type == "AWS::S3::BucketPolicy" {
			document := literal(r.Properties["PolicyDocument"])
			p, diags := iam.Read(document)
			require.Empty(t, diags)
			deny = p
		}
	}
	require.Len(t, deny.Statements, 1)
	deny.Statements = append(deny.Statements, iam.FullAccess().Statements...)
	const (
		own      = "arn:aws:iam::111122223333:role/app"
		operator = "arn:aws:iam::111122223333:role/operator-a"
		deployer = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-deploy-role"
		other    = "arn:aws:iam::999999999999:role/x"
	)
	inside, outside := []string{"${NetworkVpc7FB7348F}"}, []string{}
	for _, row := range []struct {
		who, action string
		vpc         []string
		service     string
		want        iam.Decision
	}{
		{own, "s3:GetObject", inside, "false", iam.Allowed},
		{own, "s3:GetObject", outside, "false", iam.Denied},
		{own, "s3:GetObject", []string{"vpc-0123456789abcdef0"}, "false", iam.Unknown}, // It may be the VPC.
		{other, "s3:PutObject", outside, "false", iam.Denied},
		{"", "s3:GetObject", outside, "false", iam.Denied},
		{operator, "s3:GetObject", outside, "false", iam.Allowed},
		{deployer, "s3:PutObject", outside, "false", iam.Allowed},
		{own, "s3:GetObject", outside, "true", iam.Allowed},
		{own, "s3:PutBucketPolicy", outside, "false", iam.Allowed},
	} {
		got := deny.Evaluate(iam.Request{Principal: row.who, Action: row.action, Resource: "${Bucket83908E77.Arn}/a", Keys: map[string][]string{
			iam.SourceVpc: row.vpc, iam.IsAWSService: {"false"}, iam.ViaAWSService: {row.service},
		}})
		assert.Equal(t, row.want, got.Decision, "%s %s from %v: %s %v", row.who, row.action, row.vpc, got.Decision, got.Unknown)
	}
}

// literal replaces references with the names of what they refer to.
func literal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["Ref"].(string); ok && len(v) == 1 {
			return "${" + name + "}"
		}
		if at, ok := v["Fn::GetAtt"].([]any); ok {
			return "${" + at[0].(string) + "." + at[1].(string) + "}"
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			text := ""
			for _, part := range join[1].([]any) {
				text += literal(part).(string)
			}
			return text
		}
		out := map[string]any{}
		for name, value := range v {
			out[name] = literal(value)
		}
		return out
	case []any:
		out := []any{}
		for _, item := range v {
			out = append(out, literal(item))
		}
		return out
	}
	return v
}
