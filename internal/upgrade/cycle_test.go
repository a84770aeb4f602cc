package upgrade

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
)

// naming returns a group with one inline rule about another group.
func naming(id, direction, other string) string {
	peer := map[string]string{"Ingress": "SourceSecurityGroupId", "Egress": "DestinationSecurityGroupId"}[direction]
	return resource(id, "EC2::SecurityGroup", "GroupDescription: g, VpcId: !Ref Vpc, SecurityGroup"+direction+": [{"+tcp443+peer+": "+
		"!GetAtt "+other+".GroupId}]")
}

func TestCycles(t *testing.T) {
	t.Parallel()
	plain := func(id string) string {
		return resource(id, "EC2::SecurityGroup", "GroupDescription: g, VpcId: !Ref Vpc")
	}
	waits := func(id, on string) string {
		return id + ": {Type: AWS::SNS::Topic, DependsOn: " + on + "}\n"
	}
	titled := func(id, name string) string { return resource(id, "SNS::Topic", "DisplayName: "+name) }
	ab, ba := naming("A", "Egress", "B"), naming("B", "Ingress", "A")
	both, none := []string{"circular-dependency[Shop:A, B]"}, []string{}
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"groups that name each other":  {plain("A") + ba, ab + ba, both},
		"groups that named each other": {ab + ba, ab + ba, both},
		"groups that no longer do":     {ab + ba, ab + plain("B"), none},
		"a group that names itself":    {"", naming("A", "Ingress", "A"), []string{"circular-dependency[Shop:A]"}},
		"three groups": {
			"", naming("A", "Ingress", "B") + naming("B", "Ingress", "C") + naming("C", "Ingress", "A"),
			[]string{"circular-dependency[Shop:A, B, C]"},
		},
		"two circles": {
			"", ab + ba + waits("C", "[A, D]") + waits("D", "C"),
			[]string{"circular-dependency[Shop:A, B]", "circular-dependency[Shop:C, D]"},
		},
		"DependsOn":                        {"", waits("A", "B") + waits("B", "A"), both},
		"DependsOn and a text":             {"", waits("A", "B") + titled("B", "!Sub 'of ${A.TopicName}'"), both},
		"what is not selected":             {"", titled("A", "!Select [0, [a, !Ref B]]") + titled("B", "!Ref A"), both},
		"an unused variable":               {"", titled("A", "!Sub [x, {V: !Ref B}]") + titled("B", "!Ref A"), both},
		"metadata":                         {"", "A: {Type: AWS::SNS::Topic, Metadata: {X: !Ref B}}\n" + titled("B", "!Ref A"), both},
		"update policy":                    {"", "A: {Type: AWS::SNS::Topic, UpdatePolicy: {X: !GetAtt B.Arn}}\n" + titled("B", "!Ref A"), both},
		"creation policy":                  {"", "A: {Type: AWS::SNS::Topic, CreationPolicy: {X: !Sub '${B}'}}\n" + titled("B", "!Ref A"), both},
		"a text that is not replaced":      {"", titled("A", "!Sub '${!B}'") + titled("B", "!Ref A"), none},
		"under one outcome of a condition": {"", titled("A", "!If [Wide, !Ref B, x]") + titled("B", "!If [Wide, !Ref A, x]"), both},
		"under different outcomes":         {"", titled("A", "!If [Wide, !Ref B, x]") + titled("B", "!If [Wide, x, !Ref A]"), none},
		"with a separate rule": {
			"", plain("A") + ba + resource("R", "EC2::SecurityGroupEgress", "GroupId: !Ref A, "+tcp443+"DestinationSecurityGroupId: !Ref B"), none,
		},
		"one group named by many": {"", plain("A") + ba + naming("C", "Ingress", "A") + naming("D", "Ingress", "C"), none},
		"a rule about the group that has it": {
			"", plain("A") + resource("R", "EC2::SecurityGroupIngress", "GroupId: !Ref A, "+tcp443+"SourceSecurityGroupId: !Ref A"), none,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, c.before), add(t, c.after))
			got := []string{}
			for _, d := range found {
				if d.Rule == "circular-dependency" {
					got = append(got, d.ID())
				}
			}
			assert.Equal(t, c.want, got, "%s", found)
		})
	}
}

func TestCycleNamesItsResources(t *testing.T) {
	t.Parallel()
	circle := naming("A", "Egress", "B") + naming("B", "Ingress", "A")
	found := Check(add(t, ""), add(t, circle))
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Detail, "A needs B, B needs A")
	assert.NotContains(t, found[0].Detail, "cannot have been deployed")
	assert.Equal(t, []diag.Position{{File: "Shop.yaml", Line: 12}, {File: "Shop.yaml", Line: 13}}, found[0].At)
	assert.Contains(t, Check(add(t, circle), add(t, circle))[0].Detail, "cannot have been deployed")
}

// The nested stack uses something of its parent, and its parent uses something of the nested stack.
func TestCyclesOfNestedStacks(t *testing.T) {
	t.Parallel()
	tier := "Parameters: {Group: {Type: String}}\nResources:\n  Own: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, " +
		"SecurityGroupIngress: [{IpProtocol: -1, SourceSecurityGroupId: !Ref Group}]}}\n" +
		"Outputs:\n  Own: {Value: !GetAtt Own.GroupId}\n"
	parent := func(rules string) string {
		return "Resources:\n  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: vpc-1" + rules + "}}\n" +
			"  Tier: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: Tier.yaml, Parameters: {Group: !GetAtt Group.GroupId}}}\n"
	}
	back := ", SecurityGroupEgress: [{IpProtocol: -1, DestinationSecurityGroupId: !GetAtt Tier.Outputs.Own}]"
	assert.Equal(t, []string{"circular-dependency[Shop:Group, Tier]"}, ids(Check(nil, load(t, map[string]string{"Shop": parent(back),
		"Shop/Tier": tier}))))
	assert.Empty(t, Check(nil, load(t, map[string]string{"Shop": parent(""), "Shop/Tier": tier})))
}
