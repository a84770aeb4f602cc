package upgrade

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// load reads stacks by name. "Shop/x" is the template of a nested stack.
func load(t *testing.T, templates map[string]string) *cfn.Assembly {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for name, text := range templates {
		file := filepath.Join(dir, filepath.Base(name)+".yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		if filepath.Base(name) == name {
			paths = append(paths, file)
		}
	}
	a, err := cfn.Load(paths, nil)
	require.NoError(t, err)
	return a
}

const (
	exporter = "Resources:\n" +
		"  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n" +
		"  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: DESCRIPTION, VpcId: !Ref Vpc}}\n"
	exported = "Outputs:\n  Group: {Value: !GetAtt Group.GroupId, Export: {Name: web-group}}\n"
	importer = "Resources:\n  Rule: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: sg-1, IpProtocol: tcp, FromPort: 443, " +
		"ToPort: 443, SourceSecurityGroupId: !ImportValue web-group}}\n"
)

func TestExports(t *testing.T) {
	t.Parallel()
	before := load(t, map[string]string{"Net": exporter + exported, "App": importer})
	idle := "Resources:\n  Gateway: {Type: AWS::EC2::InternetGateway}\n"
	cases := map[string]struct {
		net, app string
		want     []string
	}{
		"stay":                    {exporter + exported, importer, nil},
		"are no longer imported":  {exporter + exported, idle, nil},
		"go with their last user": {exporter, idle, []string{"export-in-use[Net:web-group]"}},
		"change with the group": {strings.ReplaceAll(exporter, "DESCRIPTION", "other") + exported, importer,
			[]string{"export-in-use[Net:web-group]", "group-replaced[Net/Group]"}},
		"change to another resource": {exporter + strings.ReplaceAll(exported, "!GetAtt Group.GroupId", "!Ref Vpc"), importer,
			[]string{"export-in-use[Net:web-group]"}},
		"read otherwise": {exporter + strings.ReplaceAll(exported, "!GetAtt Group.GroupId", "!Ref Group"), importer, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Check(before, load(t, map[string]string{"Net": c.net, "App": c.app}))
			assert.Equal(t, c.want, ids(found), "%s", found)
		})
	}
}

func TestExportsOfOneValue(t *testing.T) {
	t.Parallel()
	second := exported + "  Again: {Value: !GetAtt Group.GroupId, Export: {Name: again}}\n"
	before := load(t, map[string]string{"Net": exporter + second, "App": importer})
	after := load(t, map[string]string{"Net": exporter + exported, "App": importer})
	assert.Empty(t, Check(before, after), "the value does not show which of the two is imported")
}

const nestedParent = `Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: web, VpcId: vpc-1}}
  Tier: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: Tier.yaml, Parameters: {Group: !GetAtt Group.GroupId}}}
`

func TestRuleMovesIntoANestedStack(t *testing.T) {
	t.Parallel()
	rule := "  Rule: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref Group, IpProtocol: tcp, FromPort: 443, ToPort: " +
		"443, CidrIp: 10.0.0.0/8}}\n"
	tier := "Parameters: {Group: {Type: String}}\nResources:\n  Gateway: {Type: AWS::EC2::InternetGateway}\n"
	before := load(t, map[string]string{"Shop": nestedParent + rule, "Shop/Tier": tier})
	after := load(t, map[string]string{"Shop": nestedParent, "Shop/Tier": tier + rule})
	found := Check(before, after)
	require.Equal(t, []string{"key-collision[Shop/Tier/Rule]"}, ids(found), "%s", found)
	assert.Contains(t, found[0].Fix, "refactoring")
	assert.Equal(t, []string{"key-collision[Shop/Rule]"}, ids(Check(after, before)), "and the way back")
	assert.Empty(t, Check(after, after))
}

func TestNamesOfTwoStacks(t *testing.T) {
	t.Parallel()
	named := "Resources:\n  Filter: {Type: AWS::WAFv2::WebACL, Properties: {Name: shop, Scope: REGIONAL}}\n"
	idle := "Resources:\n  Gateway: {Type: AWS::EC2::InternetGateway}\n"
	one := load(t, map[string]string{"Test": named, "Prod": idle})
	both := load(t, map[string]string{"Test": named, "Prod": named})
	other := load(t, map[string]string{"Test": idle, "Prod": named})
	assert.Empty(t, Check(one, both), "they may be in two accounts")
	assert.Equal(t, []string{"name-clash[Prod/Filter]"}, ids(Check(one, other)), "it moves")
}

func TestNothingToCompare(t *testing.T) {
	t.Parallel()
	a := read(t, base)
	for _, c := range [][2]*cfn.Assembly{{nil, nil}, {nil, a}, {a, nil}, {{}, a}, {a, {}}, {a, a}} {
		assert.Empty(t, Check(c[0], c[1]))
	}
}

func TestPositionsOfBothStates(t *testing.T) {
	t.Parallel()
	before, err := cfn.Read("old.yaml", []byte(base+indent(group("GroupDescription: web"))), &cfn.Options{Name: "Shop"})
	require.NoError(t, err)
	before.Stacks[0].Name = "Shop" // Load would use this name.
	found := Check(before, read(t, base+"\n"+indent(group("GroupDescription: front"))))
	require.Len(t, found, 1)
	assert.Equal(t, []diag.Position{{File: "Shop.yaml", Line: 13}, {File: "old.yaml", Line: 12}}, found[0].At)
	assert.Equal(t, "Shop/Web", found[0].Path)
}
