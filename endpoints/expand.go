package endpoints

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/iam"
)

// expand replaces the placeholders for the stack's own partition, Region and account with CDK tokens.
func expand(text string) *string {
	own := strings.NewReplacer(
		iam.OwnPartition, *awscdk.Aws_PARTITION(), iam.OwnRegion, *awscdk.Aws_REGION(), iam.OwnAccount, *awscdk.Aws_ACCOUNT_ID(),
	)
	return new(own.Replace(text))
}

// expanded expands each of some texts.
func expanded(texts []string) *[]*string {
	var out []*string
	for _, t := range texts {
		out = append(out, expand(t))
	}
	return &out
}
