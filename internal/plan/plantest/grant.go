package plantest

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// needs are uses of services. Some go by gateway endpoints, and some name resources that only a deployment knows.
var needs = []arch.Need{
	{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::uploads/*"}},
	{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject", "s3:PutObject"}, Resources: []string{"${Test/Bucket.Arn}/*"}},
	{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"},
		Resources: []string{"arn:${AWS::Partition}:s3:::prod-${AWS::Region}-starport-layer-bucket/*"}, Unsigned: true, Because: "layers"},
	{Service: "dynamodb", Gateway: true, Actions: []string{"dynamodb:GetItem"},
		Resources: []string{"arn:aws:dynamodb:eu-west-1:111122223333:table/orders"}},
	{Service: "sqs", Actions: []string{"sqs:SendMessage"},
		Resources: []string{"arn:aws:sqs:eu-west-1:111122223333:orders", "${Test/Queue.Arn}"}},
	{Service: "kms", Actions: []string{"kms:Decrypt"}, Resources: []string{"${Test/Key.Arn}"}},
	{Service: "ssm", Actions: []string{"ssm:GetParameter", "ssm:GetParameters"},
		Resources: []string{"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/app/*"}},
	{Service: "ssm", Actions: []string{"ssm:DescribeParameters"}, Resources: []string{"*"}},
	{Service: "cassandra", Actions: []string{"cassandra:Select"},
		Resources: []string{"arn:aws:cassandra:eu-west-1:111122223333:/keyspace/k/table/t"}},
	{Actions: []string{"kms:Decrypt"}, Resources: []string{"${Test/Key.Arn}"}},
}

// AddGrant adds a random grant that the model accepts, if the draw is one, and names what it touches.
func AddGrant(t *rapid.T, a *arch.Architecture) []string {
	var own []string
	for _, tier := range a.Tiers {
		if tier.Imported == nil {
			own = append(own, tier.ID)
		}
	}
	if len(own) == 0 {
		return nil
	}
	g := arch.Grant{Tier: rapid.SampledFrom(own).Draw(t, "granted"), Use: "use",
		Needs: rapid.SliceOfN(rapid.SampledFrom(needs), 1, 3).Draw(t, "needs")}
	if rapid.IntRange(0, 3).Draw(t, "for") == 0 {
		g.Roles = []string{"arn:aws:iam::111122223333:role/other"}
	}
	b := *a
	b.Grants = append(slices.Clone(a.Grants), g)
	if p, _ := plan.Make(b, Today); p == nil {
		return nil
	}
	*a = b
	return grantTouches(*a, g)
}

// grantTouches names the ends of the flows that follow from a grant.
func grantTouches(a arch.Architecture, g arch.Grant) []string {
	var out []string
	for _, need := range g.Needs {
		list, _ := a.Network.PrefixList(need.Service)
		out = append(out, g.Tier+"|"+need.Key().TierID(), need.Key().TierID(), g.Tier+"|"+list.Text)
	}
	return out
}
