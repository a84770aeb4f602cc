package deployed_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/dnsfirewall/deployed"
)

const template = `
Parameters: {P: {Type: String}, L: {Type: CommaDelimitedList}}
Conditions: {C: !Equals [!Ref P, x]}
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Other: {Type: AWS::EC2::VPC}
  Names: {Type: AWS::Route53Resolver::FirewallDomainList, Properties: {Domains: [api.example.com, !Sub "kms.${AWS::Region}.amazonaws.com"]}}
  Rest: {Type: AWS::Route53Resolver::FirewallDomainList, Properties: {Domains: ["*"]}}
  Rules:
    Type: AWS::Route53Resolver::FirewallRuleGroup
    Properties:
      FirewallRules:
        - {Priority: 100, Action: ALLOW, FirewallDomainListId: !GetAtt Names.Id, FirewallDomainRedirectionAction: TRUST_REDIRECTION_DOMAIN}
        - {Priority: 200, Action: ALERT, DnsThreatProtection: DGA, ConfidenceThreshold: HIGH}
        - {Priority: 900, Action: BLOCK, BlockResponse: NODATA, FirewallDomainListId: !Ref Rest}
  Association: {Type: AWS::Route53Resolver::FirewallRuleGroupAssociation, Properties: {FirewallRuleGroupId: !GetAtt Rules.Id, Priority: 101,
    VpcId: !Ref Vpc}}
  Elsewhere: {Type: AWS::Route53Resolver::FirewallRuleGroupAssociation, Properties: {FirewallRuleGroupId: rslvr-frg-1, Priority: 102,
    VpcId: !Ref Other}}
  Failure: {Type: AWS::Route53Resolver::FirewallConfig, Properties: {ResourceId: !Ref Vpc, FirewallFailOpen: DISABLED}}
  Profile: {Type: AWS::Route53Profiles::Profile}
  InProfile: {Type: AWS::Route53Profiles::ProfileResourceAssociation, Properties: {ProfileId: !Ref Profile,
    ResourceArn: "arn:aws:route53:::hostedzone/Z1"}}
  ByProfile: {Type: AWS::Route53Profiles::ProfileAssociation, Properties: {ProfileId: !Ref Profile, ResourceId: !Ref Vpc}}
`

// ask evaluates a query against the groups of Vpc in a template.
func ask(t require.TestingT, text, name string) (dnsfirewall.Answer, *cfn.Resource) {
	a, err := cfn.Read("t.yaml", []byte(text), nil)
	require.NoError(t, err)
	vpc := func(v cfn.Value) (is, maybe bool) {
		if v.Kind == cfn.Reference {
			return v.Resource.ID == "Vpc", false
		}
		return false, v.Kind != cfn.Text
	}
	var groups []dnsfirewall.Group
	for _, g := range deployed.Groups(a, vpc) {
		groups = append(groups, g.Group)
	}
	return dnsfirewall.Evaluate(groups, name, "A"), deployed.FailsOpen(a, vpc)
}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]dnsfirewall.Action{
		"api.example.com": dnsfirewall.Allow, "www.example.com": dnsfirewall.Block,
	} {
		answer, open := ask(t, template, name)
		got, sure := answer.Certain(true)
		assert.True(t, sure, name)
		assert.Equal(t, want, got, name)
		assert.Nil(t, open)
	}
	answer, _ := ask(t, template, "api.example.com")
	assert.Equal(t, "rule 100 of t/Rules (t.yaml:13)", answer.Rule.Name)
	assert.False(t, answer.FollowsRedirection())
	hidden := strings.Replace(template, "BlockResponse: NODATA", "BlockResponse: !Ref P", 1)
	answer, _ = ask(t, hidden, "www.example.com")
	got, sure := answer.Certain(true)
	assert.True(t, sure && got == dnsfirewall.Block, "the response does not decide")
	answer, _ = ask(t, template, "kms.eu-west-1.amazonaws.com")
	_, sure = answer.Certain(true)
	assert.False(t, sure, "the Region is known only at deployment")
}

// TestUnknown: each part that only a deployment or another account knows makes the answer unknown, with the reason.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ from, to, why string }{
		{"FirewallRuleGroupId: !GetAtt Rules.Id", "FirewallRuleGroupId: rslvr-frg-2", "the rule group rslvr-frg-2 is not in the templates"},
		{"Priority: 101", "Priority: !Ref P", "the priority of t/Association"},
		{"Priority: 102,\n    VpcId: !Ref Other", "Priority: 99,\n    VpcId: !Ref P", "rslvr-frg-1 is not in the templates"},
		{"    FirewallRules:\n",
			"    FirewallRules:\n        - !If [C, {Priority: 1, Action: ALLOW, FirewallDomainListId: !Ref Rest}, !Ref AWS::NoValue]\n",
			"a rule of t/Rules"},
		{"FirewallRuleGroupId: rslvr-frg-1, Priority: 102,\n    VpcId: !Ref Other",
			"FirewallRuleGroupId: !Ref Rules, Priority: 99,\n    VpcId: !Ref P", "is of this VPC is known only at deployment"},
		{"{Priority: 100, Action: ALLOW", "{Priority: 100, Action: !Ref P", "Action of rule 100"},
		{"{Priority: 100", "{Priority: !Ref P", "Priority of rule"},
		{"FirewallDomainListId: !GetAtt Names.Id", "FirewallDomainListId: rslvr-fdl-1",
			"the list of domains rslvr-fdl-1 is not in the templates"},
		{"{Domains: [api.example.com", "{DomainFileUrl: s3://b/k, Domains: [other.example.com", "are in a file"},
		{"{Domains: [api.example.com", "{Domains: [!If [C, api.example.com, other.example.com]", "a domain of t/Names"},
		{"{Domains: [api.example.com, !Sub \"kms.${AWS::Region}.amazonaws.com\"]}", "{Domains: !Ref L}", "the domains of t/Names"},
		{"Priority: 200, Action: ALERT, DnsThreatProtection: DGA, ConfidenceThreshold: HIGH",
			"Priority: 50, Action: BLOCK, FirewallRuleType: {FirewallAdvancedContentCategory: {Category: NEWS}}",
			"is known only to AWS"},
		{"Association: {Type", "Association: {Condition: C, Type", "whether t/Association"},
		{"ResourceArn: \"arn:aws:route53:::hostedzone/Z1\"", "ResourceArn: !GetAtt Rules.Arn", "may bring a DNS firewall rule group along"},
		{"ProfileId: !Ref Profile, ResourceId", "ProfileId: rp-1, ResourceId", "the Route 53 profile rp-1"},
	} {
		require.Equal(t, 1, strings.Count(template, test.from), test.from)
		answer, _ := ask(t, strings.Replace(template, test.from, test.to, 1), "api.example.com")
		var why []string
		for _, d := range answer.Doubts {
			why = append(why, d.Why)
		}
		assert.Contains(t, strings.Join(why, "; "), test.why, test.to)
	}
	for _, open := range []string{"ENABLED", "!Ref P"} {
		_, config := ask(t, strings.Replace(template, "DISABLED", open, 1), "x.com")
		require.NotNil(t, config)
		assert.Equal(t, "Failure", config.ID)
	}
}

// TestHidden: when parts of the template are hidden behind parameters, no answer becomes another certain answer.
func TestHidden(t *testing.T) {
	t.Parallel()
	parts := []string{"Action: ALLOW", "Action: BLOCK", "Priority: 100", "Priority: 900", "Priority: 101", "!GetAtt Names.Id", "!Ref Rest",
		"api.example.com,", `["*"]`, "!GetAtt Rules.Id", "VpcId: !Ref Vpc"}
	rapid.Check(t, func(t *rapid.T) {
		text := template
		for _, part := range parts {
			if !rapid.Bool().Draw(t, "hide") {
				continue
			}
			key, _, found := strings.Cut(part, ": ")
			hidden := "!Ref P"
			switch {
			case part == "api.example.com,":
				hidden = "!Ref P,"
			case part == `["*"]`:
				hidden = "!Ref L"
			case found:
				hidden = key + ": !Ref P"
			}
			text = strings.Replace(text, part, hidden, 1)
		}
		for _, name := range []string{"api.example.com", "www.example.com"} {
			before, _ := ask(t, template, name)
			after, _ := ask(t, text, name)
			want, _ := before.Certain(true)
			if got, sure := after.Certain(true); sure && got != want {
				t.Fatalf("%s: %s became %s in%s", name, want, got, text)
			}
		}
	})
}
