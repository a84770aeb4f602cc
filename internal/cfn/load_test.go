package cfn

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// folder writes the files of a txtar archive to a new folder.
func folder(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, f.Data, 0o600))
	}
	return dir
}

// values checks the values of expressions. Each line holds a stack, an expression and the wanted text, separated by
// tabs.
func values(t *testing.T, a *Assembly, want ...[3]string) {
	t.Helper()
	for _, tt := range want {
		v, err := a.Evaluate(tt[0], []byte(tt[1]))
		if assert.NoError(t, err, "%s: %s", tt[0], tt[1]) {
			assert.Equal(t, tt[2], v.String(), "%s: %s", tt[0], tt[1])
		}
	}
}

const assembly = `
-- manifest.json --
{"version": "54.0.0", "artifacts": {
  "Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
  "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
  "Net": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
    "properties": {"templateFile": "Net.template.json"}, "displayName": "Net",
    "metadata": {"/Net/Vpc/Resource": [{"type": "aws:cdk:logicalId", "data": "Vpc"}]}},
  "Shop": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
    "properties": {"templateFile": "Shop.template.json", "stackName": "shop-prod", "parameters": {"Size": "big"}},
    "additionalMetadataFile": "Shop.metadata.json", "displayName": "Shop"},
  "Far": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/us-east-1",
    "properties": {"templateFile": "Far.template.json"}, "displayName": "Far"},
  "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
}}
-- Shop.assets.json --
{"files": {"0123": {"source": {"path": "Part.nested.template.json"}, "destinations": {"here": {"objectKey": "prefix/0123.json"}}}}}
-- assembly-Prod/manifest.json --
{"artifacts": {"ProdNet": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
  "properties": {"templateFile": "ProdNet.template.json", "stackName": "Net"}, "displayName": "Prod/Net"}}}
-- assembly-Prod/ProdNet.template.json --
{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}}}
-- Net.template.json --
{
  "Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}},
  "Outputs": {
    "Vpc": {"Value": {"Ref": "Vpc"}, "Export": {"Name": "Net:Vpc"}},
    "Named": {"Value": "x", "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}}}
  }
}
-- Far.template.json --
{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
-- Shop.metadata.json --
{
  "/Shop": [{"type": "aws:cdk:creationStack", "data": ["x"]}],
  "/Shop/A.NestedStack/A.NestedStackResource": [{"type": "aws:cdk:logicalId", "data": "A"}],
  "/Shop/B.NestedStack/B.NestedStackResource": [{"type": "aws:cdk:logicalId", "data": "B"}],
  "/Shop/A/Group": [{"type": "aws:cdk:logicalId", "data": "Group"}],
  "/Shop/B/Group": [{"type": "aws:cdk:logicalId", "data": "Group"}],
  "/Shop/Base": [{"type": "aws:cdk:logicalId", "data": "Base"}]
}
-- Shop.template.json --
{
  "Parameters": {"Size": {"Type": "String", "Default": "small"}},
  "Resources": {
    "Base": {"Type": "AWS::EC2::SecurityGroup"},
    "A": {
      "Type": "AWS::CloudFormation::Stack",
      "Properties": {"TemplateURL": "https://x", "Parameters": {
        "Peer": {"Fn::GetAtt": ["Base", "GroupId"]},
        "Peers": {"Fn::Join": [",", [{"Fn::GetAtt": ["Base", "GroupId"]}, "sg-1"]]}, "Kind": "a"}},
      "Metadata": {"aws:asset:path": "Part.nested.template.json"}
    },
    "B": {
      "Type": "AWS::CloudFormation::Stack",
      "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::URLSuffix}/x/0123.json"}, "Parameters": {
        "Peer": {"Fn::GetAtt": ["A", "Outputs.Group"]}, "Peers": "sg-2", "Kind": {"Fn::ImportValue": "Net:Vpc"}}}
    },
    "C": {
      "Type": "AWS::CloudFormation::Stack", "Condition": "Small",
      "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/x/0123.json"]]}}
    },
    "D": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com/other.json"}}
  },
  "Conditions": {"Small": {"Fn::Equals": [{"Ref": "Size"}, "small"]}}
}
-- Part.nested.template.json --
{
  "Parameters": {"Peer": {"Type": "String"}, "Peers": {"Type": "List<AWS::EC2::SecurityGroup::Id>"},
    "Kind": {"Type": "String"}, "Other": {"Type": "String"}},
  "Conditions": {"IsA": {"Fn::Equals": [{"Ref": "Kind"}, "a"]}},
  "Resources": {
    "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SourceSecurityGroupId": {"Ref": "Peer"}}},
    "OnlyA": {"Type": "AWS::EC2::EIP", "Condition": "IsA"}
  },
  "Outputs": {
    "Group": {"Value": {"Fn::GetAtt": ["Group", "GroupId"]}},
    "Gone": {"Value": "x", "Condition": "IsA"}
  }
}
`

func TestLoadAssembly(t *testing.T) {
	t.Parallel()
	dir := folder(t, assembly)
	a, err := Load([]string{dir}, nil)
	require.NoError(t, err)
	var got []string
	for _, s := range a.Stacks {
		parent := ""
		if s.Parent != nil {
			parent = s.Parent.String()
		}
		got = append(got, fmt.Sprintf("%s|%s|%s|%s|%s", s.Name, s.File, s.Account, s.Region, parent))
	}
	assert.Equal(t, []string{
		"Far|Far.template.json|111122223333|us-east-1|",
		"Net|Net.template.json|111122223333|eu-west-1|",
		"Prod/Net|assembly-Prod/ProdNet.template.json|||",
		"shop-prod|Shop.template.json|111122223333|eu-west-1|",
		"shop-prod/A|Part.nested.template.json|111122223333|eu-west-1|shop-prod/A",
		"shop-prod/B|Part.nested.template.json|111122223333|eu-west-1|shop-prod/B",
	}, got)
	assert.Equal(t, dir, a.Dir)

	values(t, a,
		[3]string{"Net", `{"Ref": "AWS::Region"}`, "eu-west-1"},
		[3]string{"Prod/Net", `{"Ref": "AWS::Region"}`, "AWS::Region"},
		[3]string{"shop-prod/B", `{"Ref": "AWS::AccountId"}`, "111122223333"},
		[3]string{"shop-prod", `{"Ref": "AWS::StackName"}`, "shop-prod"},
		[3]string{"shop-prod/A", `{"Ref": "AWS::StackName"}`, "shop-prod/A/AWS::StackName"},
		[3]string{"shop-prod", `{"Ref": "Size"}`, "big"},
		[3]string{"shop-prod/A", `{"Ref": "Peer"}`, "shop-prod/Base.GroupId"},
		[3]string{"shop-prod/A", `{"Ref": "Peers"}`, "[shop-prod/Base.GroupId, sg-1]"},
		[3]string{"shop-prod/A", `{"Ref": "Other"}`, "shop-prod/A/Parameters.Other"},
		[3]string{"shop-prod/B", `{"Ref": "Peer"}`, "shop-prod/A/Group.GroupId"},
		[3]string{"shop-prod/B", `{"Ref": "Kind"}`, "Net/Vpc"},
		[3]string{"shop-prod", `{"Fn::GetAtt": ["B", "Outputs.Group"]}`, "shop-prod/B/Group.GroupId"},
		[3]string{"shop-prod", `{"Fn::GetAtt": ["B", "Outputs.Gone"]}`, "x"},
		[3]string{"shop-prod", `{"Ref": "C"}`, "shop-prod/C"},
		[3]string{"shop-prod", `{"Fn::GetAtt": ["D", "Outputs.X"]}`, "shop-prod/D.Outputs.X"},
		[3]string{"shop-prod", `{"Fn::ImportValue": "Net-eu-west-1"}`, "x"},
		[3]string{"Far", `{"Fn::ImportValue": "Net:Vpc"}`, `Import("Net:Vpc", 111122223333, us-east-1)`},
		[3]string{"Prod/Net", `{"Fn::ImportValue": "Net:Vpc"}`, `Import("Net:Vpc")`},
	)

	shopB, ok := a.Stack("shop-prod/B")
	require.True(t, ok)
	group, ok := shopB.Resource("Group")
	require.True(t, ok)
	assert.Equal(t, "Shop/B/Group", group.Path)
	assert.Equal(t, "shop-prod/A/Group.GroupId", group.Get("SourceSecurityGroupId").String())
	onlyA, ok := shopB.Resource("OnlyA")
	require.True(t, ok)
	assert.Equal(t, "shop-prod/B/Conditions.IsA", onlyA.Condition, "an id is not known to be no \"a\"")

	net, ok := a.Stack("Net.template.json")
	require.True(t, ok)
	vpc, _ := net.Resource("Vpc")
	assert.Equal(t, "Net/Vpc/Resource", vpc.Path)
	assert.Equal(t, map[string]Value{
		"Net:Vpc":       {Kind: Reference, Resource: vpc, Line: 4},
		"Net-eu-west-1": {Kind: Text, Text: "x", Line: 5},
	}, net.Exports)
	_, ok = a.Stack("nobody")
	assert.False(t, ok)
	_, ok = net.Resource("nobody")
	assert.False(t, ok)
}

func TestMissingNestedStack(t *testing.T) {
	t.Parallel()
	for size, exists := range map[string]bool{"big": false, "small": true} {
		a, err := Load([]string{folder(t, assembly)}, &Options{Parameters: map[string]string{"Size": size}})
		require.NoError(t, err)
		shop, _ := a.Stack("shop-prod")
		_, ok := a.Stack("shop-prod/C")
		assert.Equal(t, exists, ok)
		_, ok = shop.Resource("C")
		assert.Equal(t, exists, ok)
		want := map[bool]string{true: "shop-prod/C/Group.GroupId", false: "shop-prod/C.Outputs.Group"}[exists]
		values(t, a, [3]string{"shop-prod", `{"Fn::GetAtt": ["C", "Outputs.Group"]}`, want})
	}
}

func TestOneTemplateOfAnAssembly(t *testing.T) {
	t.Parallel()
	dir := folder(t, assembly)
	a, err := Load([]string{filepath.Join(dir, "Shop.template.json")}, nil)
	require.NoError(t, err)
	values(t, a,
		[3]string{"Shop", `{"Fn::GetAtt": ["A", "Outputs.Group"]}`, "Shop/A/Group.GroupId"},
		[3]string{"Shop", `{"Fn::GetAtt": ["B", "Outputs.Group"]}`, "Shop/B.Outputs.Group"},
	)
	require.NoError(t, os.Remove(filepath.Join(dir, "Part.nested.template.json")))
	a, err = Load([]string{filepath.Join(dir, "Shop.template.json")}, nil)
	require.NoError(t, err)
	values(t, a, [3]string{"Shop", `{"Fn::GetAtt": ["A", "Outputs.Group"]}`, "Shop/A.Outputs.Group"})

	_, err = Load([]string{dir}, nil)
	assert.ErrorContains(t, err, "no such file or directory", "an assembly is whole")
}

func TestManifestFileStandsForItsFolder(t *testing.T) {
	t.Parallel()
	a, err := Load([]string{filepath.Join(folder(t, assembly), "manifest.json")}, nil)
	require.NoError(t, err)
	assert.Len(t, a.Stacks, 6)
}

func TestLoadTemplates(t *testing.T) {
	t.Parallel()
	given := &Options{Parameters: map[string]string{"Environment": "dev", "ThirdZone": "no"}}
	a, err := Load([]string{"testdata/templates/network.yaml", "testdata/templates/groups.yaml", "testdata/templates/groups.yaml"}, given)
	require.NoError(t, err)
	require.Len(t, a.Stacks, 2)
	assert.Equal(t, "groups", a.Stacks[0].Name)
	assert.Equal(t, "testdata/templates/groups.yaml", a.Stacks[0].File)
	values(t, a,
		[3]string{"groups", `{"Fn::ImportValue": {"Fn::Sub": "${Network}-VpcId"}}`, "network/Vpc"},
		[3]string{"groups", `{"Fn::Split": [",", {"Fn::ImportValue": "network-PublicSubnets"}]}`,
			"[network/PublicSubnetA, network/PublicSubnetB]"},
		[3]string{"groups", `{"Fn::ImportValue": {"Fn::Sub": "network-${AWS::Region}"}}`, "Import(network-${AWS::Region})"},
	)
	network, _ := a.Stack("network")
	gateway, _ := network.Resource("NatGateway")
	assert.Equal(t, "network/Conditions.HasNat", gateway.Condition)
	assert.Equal(t, []string{"Attachment"}, gateway.DependsOn)
	_, ok := network.Resource("PublicSubnetC")
	assert.False(t, ok)

	root, err := Load([]string{"testdata/templates/root.yaml"}, nil)
	require.NoError(t, err)
	require.Len(t, root.Stacks, 3)
	values(t, root,
		[3]string{"root/Groups", `{"Fn::ImportValue": "network-VpcId"}`, "root/Network/Vpc"},
		[3]string{"root/Network", `{"Fn::GetAtt": ["Vpc", "CidrBlock"]}`, "root/Network/Vpc.CidrBlock"},
		[3]string{"root", `{"Fn::GetAtt": ["Database", "Outputs.Endpoint"]}`, "root/Database.Outputs.Endpoint"},
	)
	cluster, _ := root.Stacks[1].Resource("Cluster")
	assert.Equal(t, "Retain", cluster.DeletionPolicy)
	assert.Equal(t, "Delete", cluster.UpdateReplacePolicy)
}

func TestStacksWithEqualNames(t *testing.T) {
	t.Parallel()
	dir := folder(t, "-- a/net.yaml --\nResources: {}\n-- b/net.json --\n{\"Resources\": {}}\n-- c/other.yml --\nResources: {}\n")
	paths := []string{filepath.Join(dir, "a", "net.yaml"), filepath.Join(dir, "b", "net.json"), filepath.Join(dir, "c", "other.yml")}
	a, err := Load(paths, nil)
	require.NoError(t, err)
	var names []string
	for _, s := range a.Stacks {
		names = append(names, strings.TrimPrefix(s.Name, filepath.ToSlash(dir)))
	}
	assert.Equal(t, []string{"/a/net.yaml", "/b/net.json", "other"}, names)
}

func TestOptions(t *testing.T) {
	t.Parallel()
	template := []byte(`{"Parameters": {"A": {"Type": "String", "Default": "x"}, "B": {"Type": "CommaDelimitedList"},
		"C": {"Type": "AWS::SSM::Parameter::Value<String>"}},
		"Resources": {}}`)
	a, err := Read("Shop", template, &Options{Parameters: map[string]string{"A": "all", "Shop.A": "one", "B": "1, 2", "C": "/name",
		"AWS::Region": "eu-west-1", "Shop.AWS::StackName": "s"}})
	require.NoError(t, err)
	values(t, a,
		[3]string{"Shop", `{"Ref": "A"}`, "one"},
		[3]string{"Shop", `{"Ref": "B"}`, "[1, 2]"},
		[3]string{"Shop", `{"Ref": "C"}`, "Shop/Parameters.C"},
		[3]string{"Shop", `{"Ref": "AWS::Region"}`, "eu-west-1"},
		[3]string{"Shop", `{"Ref": "AWS::StackName"}`, "s"},
	)
	assert.Equal(t, "eu-west-1", a.Stacks[0].Region)
	_, err = Read("Shop", template, &Options{Parameters: map[string]string{"a": "x"}})
	assert.ErrorContains(t, err, `a value is given for the parameter "a"`)
}

// A value that a parent passes to a nested stack is converted to the parameter's type there.
func TestNestedParameters(t *testing.T) {
	t.Parallel()
	dir := folder(t, `-- top.yaml --
Parameters: {Name: {Type: String}, Peers: {Type: CommaDelimitedList}}
Conditions: {Named: !Equals [!Ref Name, x]}
Resources:
  A: {Type: "Custom::A"}
  N:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: n.yaml
      Parameters:
        Text: [a, b]
        Choice: !If [Named, "a,b", c]
        Symbol: !Join [",", !Ref Peers]
        Other: !GetAtt A.Peers
        None: !Ref AWS::NoValue
        Empty: ""
        List: [a, !Ref A]
  M:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: n.yaml
      Parameters: !If [Named, {Text: a}, {Text: b}]
-- n.yaml --
Parameters:
  Text: {Type: String}
  Choice: {Type: CommaDelimitedList}
  Symbol: {Type: List<String>}
  Other: {Type: List<String>}
  None: {Type: String, Default: d}
  Empty: {Type: CommaDelimitedList}
  List: {Type: CommaDelimitedList}
Resources: {}
`)
	a, err := Load([]string{filepath.Join(dir, "top.yaml")}, nil)
	require.NoError(t, err)
	for name, want := range map[string]string{
		"Text":   "a,b",
		"Choice": "If(top/Conditions.Named, [a, b], [c])",
		"Symbol": "top/Parameters.Peers",
		"Other":  `Split(",", top/A.Peers)`,
		"None":   "d",
		"Empty":  `[""]`,
		"List":   "[a, top/A]",
	} {
		values(t, a, [3]string{"top/N", `{"Ref": "` + name + `"}`, want})
	}
	values(t, a, [3]string{"top/M", `{"Ref": "Text"}`, "top/M/Parameters.Text"})
}

func TestBlankLists(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop", []byte(`{"Parameters": {"A": {"Type": "CommaDelimitedList", "Default": ""}, "B": {"Type": "List<String>", `+
		`"Default": " "}}, "Resources": {}}`), nil)
	require.NoError(t, err)
	values(t, a,
		[3]string{"Shop", `{"Ref": "A"}`, `[""]`},
		[3]string{"Shop", `{"Fn::Select": [0, {"Ref": "A"}]}`, `""`},
		[3]string{"Shop", `{"Fn::Join": ["", {"Ref": "B"}]}`, `""`},
		[3]string{"Shop", `{"Fn::Length": {"Ref": "A"}}`, "1"},
	)
}

func TestNamesOfConditions(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Public&Private", "is-prod", "a.b", "Is Prod", "C_1", "é"} {
		a, err := Read("Shop", []byte(`{"Conditions": {"`+name+`": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}}, "Resources": {"X": `+
			`{"Type": "T", "Condition": "`+name+`"}}}`), nil)
		require.NoError(t, err, name)
		assert.Equal(t, "Shop/Conditions."+name, a.Stacks[0].Resources[0].Condition)
	}
}

func TestExportsOfOneName(t *testing.T) {
	t.Parallel()
	const exporter, importer = "Resources: {V: {Type: T}}\nOutputs: {O: {Value: !Ref V, Export: {Name: x}}}\n",
		"Resources: {}\nOutputs: {O: {Value: !ImportValue x}}\n"
	dir := folder(t, "-- a.yaml --\n"+exporter+"-- b.yaml --\n"+exporter+"-- c.yaml --\n"+importer)
	file := func(name string) string { return filepath.Join(dir, name) }
	a, err := Load([]string{file("a.yaml"), file("b.yaml"), file("c.yaml")}, nil)
	require.NoError(t, err)
	values(t, a, [3]string{"c", `{"Fn::ImportValue": "x"}`, "Import(x)"})
	a, err = Load([]string{file("b.yaml"), file("c.yaml")}, nil)
	require.NoError(t, err)
	values(t, a, [3]string{"c", `{"Fn::ImportValue": "x"}`, "b/V"})
	a, err = Load([]string{file("a.yaml"), file("b.yaml"), file("c.yaml")}, &Options{Parameters: map[string]string{"b.AWS::Region": "r",
		"c.AWS::Region": "r"}})
	require.NoError(t, err)
	values(t, a, [3]string{"c", `{"Fn::ImportValue": "x"}`, "b/V"})
}

func TestLines(t *testing.T) {
	t.Parallel()
	for name, template := range map[string]string{
		"json": "{\n\"Resources\": {\n\n\"A\": {\n\"Type\": \"T\",\n\"Properties\": {\n\"P\": {\n\"Q\": [\n1,\n{\"Ref\": \"A\"}]}}}}}",
		"yaml": "\nResources:\n\n  A:\n    Type: T\n    Properties:\n      P:\n        Q:\n        - 1\n        - !Ref A\n",
	} {
		a, err := Read(name, []byte(template), nil)
		require.NoError(t, err)
		r := a.Stacks[0].Resources[0]
		assert.Equal(t, 4, r.Line, name)
		assert.Equal(t, 7, r.Get("P").Line, name)
		assert.Equal(t, 8, r.Get("P").Get("Q").Line, name)
		assert.Equal(t, 9, r.Get("P").Get("Q").Items[0].Line, name)
		assert.Equal(t, 10, r.Get("P").Get("Q").Items[1].Line, name)
	}
}

// Every template of the examples is read, and all references in it are resolved.
func TestTemplatesOfTheExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/*/testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		a, err := Load([]string{file}, &Options{Parameters: map[string]string{"AWS::StackName": "Shop"}})
		if !assert.NoError(t, err, file) {
			continue
		}
		assert.Empty(t, a.Warnings, file)
		count := 0
		for _, r := range a.Stacks[0].Resources {
			assert.Empty(t, r.Condition+r.Rewritten, file)
			assert.Empty(t, r.Defaults, file)
			for v := range r.References() {
				count++
				assert.NotContains(t, v.String(), "Fn::", "%s: %s", file, r)
			}
		}
		assert.NotZero(t, count, file)
	}
}
