package cfn

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func stackNames(a *Assembly) []string {
	var names []string
	for _, s := range a.Stacks {
		names = append(names, s.Name)
	}
	return names
}

const templates = `
-- net.yaml --
Resources: {Vpc: {Type: AWS::EC2::VPC}}
Outputs: {Vpc: {Value: !Ref Vpc, Export: {Name: !Sub "${AWS::StackName}-VpcId"}}}
-- app.template --
{"Parameters": {"NetworkStackName": {"Type": "String"}},
 "Resources": {"G": {"Type": "T", "Properties": {"VpcId": {"Fn::ImportValue": {"Fn::Sub": "${NetworkStackName}-VpcId"}}}}}}
-- root.json --
{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "part.yml"}}}}
-- part.yml --
Resources: {X: {Type: T}}
-- README.md --
Resources: {}
-- package.json --
{"name": "x"}
-- list.json --
[1]
-- broken.yaml --
a: [
-- deeper/other.yaml --
Resources: {}
`

// A folder stands for the templates in it. Templates of nested stacks are read with their parents.
func TestFolders(t *testing.T) {
	t.Parallel()
	dir := folder(t, templates)
	a, err := Load([]string{dir}, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"app", "net", "root", "root/N"}, stackNames(a))
	assert.Empty(t, a.Dir)
	var skipped []string
	for _, w := range a.Warnings {
		assert.Contains(t, w.Summary, "the file is not read: it is not a template")
		skipped = append(skipped, filepath.Base(w.At[0].File))
	}
	assert.Equal(t, []string{"broken.yaml", "list.json", "package.json"}, skipped)

	a, err = Load([]string{filepath.Join(dir, "part.yml"), dir, filepath.Join(dir, "deeper")}, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"app", "net", "other", "part", "root", "root/N"}, stackNames(a), "a template that is named is a stack of its own")

	_, err = Load([]string{filepath.Join(dir, "package.json")}, nil)
	assert.ErrorContains(t, err, "this is not a CloudFormation template: it has no Resources", "a file that is named must be one")
	_, err = Load([]string{t.TempDir()}, nil)
	assert.ErrorContains(t, err, "It is not a folder of templates either")
	_, err = Load([]string{folder(t, "-- a.yaml --\nResources: [\n")}, nil)
	assert.ErrorContains(t, err, "a.yaml", "what was meant to be a template is not passed over")
}

func TestFoldersWithLinks(t *testing.T) {
	t.Parallel()
	dir, outside := folder(t, templates), folder(t, "-- secret.yaml --\nResources: {}\n")
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.yaml"), filepath.Join(dir, "x.yaml")))
	_, err := Load([]string{dir}, nil)
	assert.ErrorContains(t, err, "leads out of")
}

// Exports named with AWS::StackName are matched to imports by file names, which is an assumption.
func TestFilesNameStacks(t *testing.T) {
	t.Parallel()
	dir := folder(t, templates)
	paths := []string{filepath.Join(dir, "net.yaml"), filepath.Join(dir, "app.template")}
	load := func(parameters map[string]string) (*Assembly, *Resource) {
		a, err := Load(paths, &Options{Parameters: parameters})
		require.NoError(t, err)
		app, ok := a.Stack("app")
		require.True(t, ok)
		return a, app.Resources[0]
	}
	_, g := load(map[string]string{"NetworkStackName": "net"})
	assert.Equal(t, "net/Vpc", g.Get("VpcId").String())
	require.Len(t, g.Defaults, 1)
	assert.Equal(t, "AWS::StackName=net, the file's name (set another with -p net.AWS::StackName=...)", g.Defaults[0].String())

	_, g = load(map[string]string{"NetworkStackName": "prod-network"})
	assert.Equal(t, "Import(prod-network-VpcId)", g.Get("VpcId").String())
	_, g = load(map[string]string{"NetworkStackName": "prod-network", "net.AWS::StackName": "prod-network"})
	assert.Equal(t, "net/Vpc", g.Get("VpcId").String())
	assert.Empty(t, g.Defaults, "it was given")
	_, g = load(nil)
	assert.Equal(t, []string{"-p NetworkStackName=..."}, g.Get("VpcId").Remedies())
}

// The outcome of a condition does not depend on a file's name.
func TestConditionsOnNamesOfStacks(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop.yaml", []byte("Conditions: {C: !Equals [!Ref \"AWS::StackName\", Shop]}\n"+
		"Resources: {X: {Type: T, Condition: C}}\n"), nil)
	require.NoError(t, err)
	assert.Equal(t, "condition C of Shop is not known: it depends on AWS::StackName of Shop (its default, AWS::StackName=Shop, is not "+
		"assumed; give -p AWS::StackName=...)",
		a.Stacks[0].Resources[0].Doubt())
}
