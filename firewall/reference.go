package firewall

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"

	"github.com/tierwall/tierwall/internal/arch"
)

var prefixListID = regexp.MustCompile(`^pl-[0-9a-f]{8,17}$`)

// references checks a group's references and returns them as ARNs.
func (g *RuleGroup) references(given map[string]string) map[string]any {
	at := g.problems.At
	if len(given) > maxReferences {
		g.problems.Add("references", "the group refers to too many IP sets", fmt.Sprintf("got %d; allowed are %d", len(given), maxReferences), "split the group", at)
	}
	out := map[string]any{}
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value := given[name]
		key := g.referenceKey(value)
		if other, twice := first[key]; twice {
			g.problems.Add("references", "two references are to one IP set", "got "+other+" and "+name+" for "+key, "leave one out", at)
		}
		first[key] = name
		out[name] = &awsnetworkfirewall.CfnRuleGroup_IPSetReferenceProperty{ReferenceArn: g.referenceARN(value)}
	}
	return out
}

// referenceARN makes an ARN of a prefix list's id. What is neither an id nor the ARN of a prefix list or resource group is an
// error.
func (g *RuleGroup) referenceARN(value string) *string {
	if prefixListID.MatchString(value) || g.isPrefixListID(value) {
		return awscdk.Stack_Of(g).FormatArn(&awscdk.ArnComponents{Service: new("ec2"), Resource: new("prefix-list"), ResourceName: &value})
	}
	if m := arnForm.FindStringSubmatch(value); m == nil || m[1] != "resource-groups" {
		g.problems.checkARN(prefixListARN, value, g.problems.At)
	}
	return &value
}

// isPrefixListID reports whether a token is the id of a prefix list of the app.
func (g *RuleGroup) isPrefixListID(token string) bool {
	return arch.IsToken(token) && strings.HasSuffix(g.resolved(token), idAttribute)
}

const idAttribute, arnAttribute = " PrefixListId]]", " Arn]]"

// resolved is a token as text: "map[Fn::GetAtt:[Partners PrefixListId]]".
func (g *RuleGroup) resolved(token string) string {
	return fmt.Sprint(awscdk.Stack_Of(g).Resolve(token))
}

// referenceKey is the same for the id and the ARN of a prefix list.
func (g *RuleGroup) referenceKey(value string) string {
	if arch.IsToken(value) {
		return strings.Replace(g.resolved(value), idAttribute, arnAttribute, 1)
	}
	return value[strings.LastIndexByte(value, '/')+1:]
}
