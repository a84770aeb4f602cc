package uses_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/uses"
)

// arns has a resource for each service that has uses.
var arns = map[string]string{
	"s3": "arn:aws:s3:::uploads", "dynamodb": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
	"dynamodb.stream": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000",
	"sqs":             "arn:aws:sqs:eu-west-1:111122223333:orders", "sns": "arn:aws:sns:eu-west-1:111122223333:orders",
	"secretsmanager": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
	"ssm":            "arn:aws:ssm:eu-west-1:111122223333:parameter/app/*",
	"kms":            "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
	"sts":            "arn:aws:iam::111122223333:role/other",
	"logs":           "arn:aws:logs:eu-west-1:111122223333:log-group:app:*", "ecr": "arn:aws:ecr:eu-west-1:111122223333:repository/app",
	"lambda":      "arn:aws:lambda:eu-west-1:111122223333:function:f",
	"lambda.logs": "arn:aws:logs:eu-west-1:111122223333:log-group:app:*", "events": "arn:aws:events:eu-west-1:111122223333:event-bus/b",
	"states":  "arn:aws:states:eu-west-1:111122223333:stateMachine:m",
	"kinesis": "arn:aws:kinesis:eu-west-1:111122223333:stream/s", "firehose": "arn:aws:firehose:eu-west-1:111122223333:deliverystream/d",
	"bedrock": "arn:aws:bedrock:eu-west-1::foundation-model/m",
	"rds":     "arn:aws:rds:eu-west-1:111122223333:cluster:c", "cloudformation": "arn:aws:cloudformation:eu-west-1:111122223333:stack/s/*",
	"ecs": "arn:aws:ecs:eu-west-1:111122223333:cluster/c",
	"eks": "arn:aws:eks:eu-west-1:111122223333:cluster/c",
}

func target(name string) uses.Target {
	if arn, ok := arns[name]; ok {
		return uses.Target{ARN: arn}
	}
	prefix, _, _ := strings.Cut(name, ".")
	return uses.Target{ARN: arns[prefix]}
}

// TestRows checks every row, in both widths, against the catalogue and the rules for policies: all actions exist, go through the stated
// endpoint and act on the stated resources, and the wider set includes the smaller one.
func TestRows(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(uses.Names()), 50)
	for _, name := range uses.Names() {
		byWidth := map[uses.Width]map[string]iam.Policy{}
		for _, width := range []uses.Width{uses.Minimal, uses.AsCDK} {
			byWidth[width] = map[string]iam.Policy{}
			needs := uses.Needs(name, width, target(name))
			require.NotEmpty(t, needs, name)
			for _, need := range needs {
				check(t, name, need)
				p := byWidth[width][need.Service]
				p.Statements = append(p.Statements, iam.Statement{Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions,
					Resources: need.Resources})
				byWidth[width][need.Service] = p
			}
		}
		for service, minimal := range byWidth[uses.Minimal] {
			assert.Empty(t, minimal.Beyond(byWidth[uses.AsCDK][service]), "%s: the wider set lacks actions of the smaller one", name)
		}
	}
}

func check(t *testing.T, name string, need arch.Need) {
	p := iam.Policy{Version: iam.Version,
		Statements: []iam.Statement{{Effect: iam.Allow, Principal: iam.Everybody(), Actions: need.Actions, Resources: need.Resources}}}
	e := iam.Endpoint{Service: need.Service, Gateway: need.Gateway, Partition: "aws", Region: "eu-west-1"}
	assert.Empty(t, p.Check(e).With(diag.Error), "%s", name)
	assert.Equal(t, need.Unsigned, need.Because != "", "%s: unsigned needs say why", name)
	assert.True(t, slices.IsSorted(need.Actions), "%s: %v", name, need.Actions)
	if need.Service == "" {
		return
	}
	_, known := catalog.EndpointNamed(need.Service)
	assert.True(t, known || need.Gateway, "%s: %s", name, need.Service)
	if need.Service == "eks-auth" || need.Service == "dynamodb-streams" {
		return // AWS does not document it; users are warned.
	}
	assert.NotEqual(t, catalog.UnknownSupport, catalog.PolicySupport(need.Service), "%s: whether %s takes policies is known", name,
		need.Service)
}

// TestCompanions: a use that pulls images also allows reading their layers. Without this, pulling fails with CannotPullContainer.
func TestCompanions(t *testing.T) {
	t.Parallel()
	var services []string
	for _, need := range uses.Needs("ecr.pull", uses.Minimal, target("ecr")) {
		services = append(services, need.Service)
		if need.Unsigned {
			assert.True(t, need.Gateway)
			assert.Equal(t, []string{"arn:${AWS::Partition}:s3:::prod-${AWS::Region}-starport-layer-bucket/*"}, need.Resources)
			assert.Equal(t, []string{"s3:GetObject"}, need.Actions)
		}
	}
	assert.Equal(t, []string{"ecr.api", "ecr.api", "ecr.dkr", "s3"}, services)
}

func TestTargets(t *testing.T) {
	t.Parallel()
	needs := uses.Needs("s3.read", uses.Minimal, uses.Target{ARN: "${Shop/Bucket.Arn}", Keys: "uploads/*"}, uses.Target{ARN: "arn:aws:s3:::b"})
	assert.Equal(t, []string{"${Shop/Bucket.Arn}/uploads/*", "arn:aws:s3:::b/*"}, needs[0].Resources)
	assert.Equal(t, []string{"${Shop/Bucket.Arn}", "arn:aws:s3:::b"}, needs[1].Resources)
	assert.Panics(t, func() { uses.Needs("s3.frobnicate", uses.Minimal) })
}
