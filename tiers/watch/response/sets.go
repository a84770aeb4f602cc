package response

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"

	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/waf"
)

// listSize is the number of entries of a prefix list (Amazon VPC User Guide, "Amazon VPC quotas").
const listSize = 1000

// versions are the IP versions, as construct ids.
var versions = []string{"IPv4", "IPv6"}

// makeSets makes the sets that the function fills. CloudFormation writes a set anew when a property of it changes, so that the set is empty
// until the function sees that. Therefore the IP sets have no description and no tags, and the prefix lists no entries.
func (r *Response) makeSets() {
	r.ipSets, r.lists = map[string]awswafv2.CfnIPSet{}, map[string]awsec2.CfnPrefixList{}
	for _, v := range versions {
		aws := map[string]string{"IPv4": "IPV4", "IPv6": "IPV6"}[v]
		set := awswafv2.NewCfnIPSet(r, new("Blocked"+v), &awswafv2.CfnIPSetProps{
			Name: new(fmt.Sprintf("%s-%s", *r.problems.Name(""), v)), Scope: new("REGIONAL"), IpAddressVersion: &aws, Addresses: &[]*string{},
		})
		set.AddPropertyDeletionOverride(new("Tags"))
		r.problems.Made("IP set", "Blocked"+v, func() map[string]any {
			return map[string]any{"Addresses": []any{}, "IPAddressVersion": aws, "Scope": "REGIONAL"}
		})
		r.ipSets[v] = set
		list := awsec2.NewCfnPrefixList(r, new("Dropped"+v), &awsec2.CfnPrefixListProps{
			PrefixListName: new(fmt.Sprintf("%s-%s", *r.problems.Name(""), v)), AddressFamily: &v, MaxEntries: new(float64(listSize)),
		})
		r.lists[v] = list
	}
	r.blocked = waf.ImportIPSet(r, "Blocked", *r.ipSets["IPv4"].AttrArn(), *r.ipSets["IPv6"].AttrArn())
	r.drops = firewall.NewRuleGroup(r, "Drops", &firewall.RuleGroupProps{
		Rules:      firewall.ListFeed("blocked at run time", "BLOCKED_IPV4", "BLOCKED_IPV6"),
		References: map[string]string{"BLOCKED_IPV4": *r.lists["IPv4"].AttrArn(), "BLOCKED_IPV6": *r.lists["IPv6"].AttrArn()},
	})
}

// makeTable makes the table of decisions. It stays if the stack is deleted: it has the groups of isolated instances.
func (r *Response) makeTable() {
	r.table = awsdynamodb.NewCfnTable(r, new("Table"), &awsdynamodb.CfnTableProps{
		BillingMode: new("PAY_PER_REQUEST"),
		KeySchema:   &[]any{&awsdynamodb.CfnTable_KeySchemaProperty{AttributeName: new("Key"), KeyType: new("HASH")}},
		AttributeDefinitions: &[]any{
			&awsdynamodb.CfnTable_AttributeDefinitionProperty{AttributeName: new("Key"), AttributeType: new("S")},
		},
		TimeToLiveSpecification:          &awsdynamodb.CfnTable_TimeToLiveSpecificationProperty{AttributeName: new("Purge"), Enabled: true},
		PointInTimeRecoverySpecification: &awsdynamodb.CfnTable_PointInTimeRecoverySpecificationProperty{PointInTimeRecoveryEnabled: true},
	})
	r.table.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
}

// makeQuarantine makes the group of isolated instances. It allows nothing; the rule that matches nothing keeps AWS's default rule away.
func (r *Response) makeQuarantine() {
	if !r.props.Isolate {
		return
	}
	r.group = awsec2.NewCfnSecurityGroup(r, new("Quarantine"), &awsec2.CfnSecurityGroupProps{
		GroupDescription: new("Isolated instances: no traffic"), VpcId: r.network.Vpc().VpcId(),
		SecurityGroupEgress: []any{&awsec2.CfnSecurityGroup_EgressProperty{
			CidrIp: new("255.255.255.255/32"), IpProtocol: new("icmp"), FromPort: new(252.0), ToPort: new(86.0), Description: new("Matches nothing"),
		}},
	})
}
