package firewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// references returns the IP set references of a group in CloudFormation's form.
func (g *RuleGroup) references(given map[string]string) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		out[name] = &awsnetworkfirewall.CfnRuleGroup_IPSetReferenceProperty{ReferenceArn: g.referenceARN(given[name])}
	}
	return out
}

// referenceARN returns the ARN of a reference, which is the id or ARN of a prefix list or the ARN of a resource group. It reports other
// values as errors.
func (g *RuleGroup) referenceARN(value string) *string {
	if catalog.IsPrefixListID(value) || g.isPrefixListID(value) {
		return awscdk.Stack_Of(g).FormatArn(&awscdk.ArnComponents{Service: new("ec2"), Resource: new("prefix-list"), ResourceName: &value})
	}
	if !networkfirewall.IsResourceGroup(value) {
		g.problems.checkARN(networkfirewall.PrefixListARN, value, g.problems.At)
	}
	return &value
}

// isPrefixListID reports whether a token is the id of a prefix list that the app creates.
func (g *RuleGroup) isPrefixListID(token string) bool {
	return arch.IsToken(token) && strings.HasSuffix(g.resolved(token), idAttribute)
}

const idAttribute, arnAttribute = " PrefixListId]]", " Arn]]"

// resolved returns a token as text, such as "map[Fn::GetAtt:[Partners PrefixListId]]".
func (g *RuleGroup) resolved(token string) string {
	return fmt.Sprint(awscdk.Stack_Of(g).Resolve(token))
}

// referenceKey returns a key that is the same for the id and the ARN of a prefix list.
func (g *RuleGroup) referenceKey(value string) string {
	if arch.IsToken(value) {
		return strings.Replace(g.resolved(value), idAttribute, arnAttribute, 1)
	}
	return value[strings.LastIndexByte(value, '/')+1:]
}
