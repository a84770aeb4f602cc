package iam_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/iam"
)

// TestKeysThatFollow: which keys a request through an endpoint has, and their values, by caller and resource.
func TestKeysThatFollow(t *testing.T) {
	t.Parallel()
	const queue = "arn:aws:sqs:eu-west-1:111122223333:q"
	for _, row := range []struct {
		who, condition string
		want           iam.Decision
	}{
		// Anonymous callers have no keys about principals.
		{"", `"StringEquals":{"aws:PrincipalOrgID":"o-abc"}`, iam.Unmatched},
		{"", `"StringNotEquals":{"aws:PrincipalOrgID":"o-abc"}`, iam.Allowed},
		{"", `"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-abc"}`, iam.Allowed},
		{"", `"Null":{"aws:PrincipalTag/team":"true"}`, iam.Allowed},
		{"", `"StringEquals":{"aws:PrincipalAccount":"111122223333"}`, iam.Unmatched},
		{"", `"StringEquals":{"aws:userid":"anonymous"}`, iam.Allowed},
		{"", `"StringEquals":{"aws:PrincipalType":"Anonymous"}`, iam.Allowed},
		{"", `"Bool":{"aws:PrincipalIsAWSService":"false"}`, iam.Unmatched},
		{"", `"Bool":{"aws:MultiFactorAuthPresent":"true"}`, iam.Unmatched},
		{appRole, `"StringEquals":{"aws:PrincipalOrgID":"o-abc"}`, iam.Unknown},

		// Callers with credentials, by kind.
		{appRole, `"StringEquals":{"aws:PrincipalType":"AssumedRole"}`, iam.Allowed},
		{annUser, `"StringEquals":{"aws:PrincipalType":"User","aws:username":"ann"}`, iam.Allowed},
		{appSession, `"Null":{"aws:username":"true"}`, iam.Allowed},
		{rootUser, `"StringEquals":{"aws:PrincipalType":"Account","aws:userid":"111122223333"}`, iam.Allowed},
		{bobSession, `"StringEquals":{"aws:PrincipalType":"FederatedUser","aws:userid":"111122223333:bob"}`, iam.Allowed},
		{appRole, `"Null":{"aws:TokenIssueTime":"false"}`, iam.Allowed},
		{appRole, `"StringLike":{"aws:userid":"AROAEXAMPLE:*"}`, iam.Unknown},
		{appSession, `"StringEquals":{"aws:PrincipalAccount":"111122223333"}`, iam.Allowed},

		// No AWS service makes the request.
		{appRole, `"Bool":{"aws:PrincipalIsAWSService":"true"}`, iam.Unmatched},
		{appRole, `"Bool":{"aws:ViaAWSService":"false"}`, iam.Allowed},
		{appRole, `"Null":{"aws:CalledVia":"true","aws:SourceArn":"true","aws:SourceAccount":"true"}`, iam.Allowed},

		// An endpoint hides the caller's address and adds other keys.
		{appRole, `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, iam.Unmatched},
		{appRole, `"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, iam.Allowed},
		{appRole, `"IpAddressIfExists":{"aws:SourceIp":"10.0.0.0/8"}`, iam.Allowed},
		{appRole, `"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}`, iam.Unknown},
		{appRole, `"Null":{"aws:SourceVpce":"false","aws:SourceVpc":"false","aws:VpcSourceIp":"false","aws:CurrentTime":"false"}`, iam.Allowed},
		{appRole, `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`, iam.Unknown},
		{appRole, `"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, iam.Allowed},
		{appRole, `"StringEquals":{"aws:RequestedRegion":"us-east-1"}`, iam.Unmatched},
		{appRole, `"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}`, iam.Unknown},

		// The resource's ARN names its account.
		{appRole, `"StringEquals":{"aws:ResourceAccount":"111122223333"}`, iam.Allowed},
		{appRole, `"StringEquals":{"aws:ResourceAccount":"999999999999"}`, iam.Unmatched},
		{"", `"StringEquals":{"aws:ResourceAccount":"111122223333"}`, iam.Allowed},
		{appRole, `"StringEquals":{"aws:ResourceOrgID":"o-abc"}`, iam.Unknown},
	} {
		got := askWith(t, `"Principal":"*","Condition":{`+row.condition+`}`, iam.Request{
			Principal: row.who, Action: "sqs:SendMessage", Resource: queue, Through: iam.Endpoint{Service: "sqs", Region: "eu-west-1"},
		})
		assert.Equal(t, row.want, got.Decision, "%s as %q: %s", row.condition, row.who, got.Decision)
	}
}

// TestResourceAccount: the account is unknown if the ARN does not name it or if requests may lack the key.
func TestResourceAccount(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		action, resource string
		want             iam.Decision
	}{
		{"s3:GetObject", "arn:aws:s3:::b/k", iam.Unknown},
		{"ssm:GetParameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/a", iam.Unknown},
		{"iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", iam.Unknown},
		{"sqs:ListQueues", "*", iam.Unknown},
		{"sqs:SendMessage", "${Shop/Queue.Arn}", iam.Unknown},
		{"sqs:SendMessage", "arn:aws:sqs:eu-west-1:${AWS::AccountId}:q", iam.Unknown},
		{"ec2:AcceptVpcPeeringConnection", "arn:aws:ec2:eu-west-1:111122223333:vpc-peering-connection/pcx-1", iam.Unknown},
		{"kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1", iam.Allowed},
	} {
		got := askWith(t, `"Principal":"*","Condition":{"StringEquals":{"aws:ResourceAccount":"111122223333"}}`,
			iam.Request{Principal: appRole, Action: row.action, Resource: row.resource})
		assert.Equal(t, row.want, got.Decision, "%s on %s", row.action, row.resource)
	}
}
