package tiers_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/tiers"
)

var allCases = flag.Bool("all", false, "TestBatch makes all apps one by one, too, and TestEditsKeepLogicalIDs each edit twice")

// TestBatch: resources that are made in one call are the same, in every file of the assembly, as resources that are made one by one. A
// forced second synthesis writes the same files again. The templates that are written without the CDK are the same, too.
func TestBatch(t *testing.T) {
	for i, name := range slices.Sorted(maps.Keys(typical)) {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			typical[name](stack)
			require.NoError(t, tiers.Synth(app))
			plantest.Compare(t, *app.Outdir(), *stack.TemplateFile(), template.Input{IPAMPool: "ipam-pool-0123456789abcdef0"}, plantest.Apart{})
			if *allCases || i%3 == 1 {
				sameOneByOne(t, app, typical[name])
			}
		})
	}
	t.Run("every call", func(t *testing.T) {
		wire := func(s awscdk.Stack) { everyCall(s).run(rand.New(rand.NewSource(1))) }
		app := cdktest.App(t)
		wire(cdktest.StackIn(app, "Shop"))
		require.NoError(t, tiers.Synth(app))
		sameOneByOne(t, app, wire)
	})
}

// sameOneByOne requires that a second synthesis of an app, and one of the same app without joined calls, write the files of the first.
func sameOneByOne(t *testing.T, app awscdk.App, wire func(awscdk.Stack)) {
	t.Helper()
	batch := files(t, app)
	require.Greater(t, len(batch), 3)
	requireSameAgain(t, app, batch)
	t.Setenv("TIERWALL_BATCH", "off")
	other := cdktest.App(t)
	wire(cdktest.StackIn(other, "Shop"))
	require.NoError(t, tiers.Synth(other))
	equalFiles(t, files(t, other), batch)
}

// creation is where a construct was made. It is the only difference.
var creation = regexp.MustCompile(`"\.\.\.[^"]*"`)

func equalFiles(t *testing.T, want, got map[string]string) {
	t.Helper()
	for file := range want {
		assert.Equal(t, want[file], got[file], file)
	}
	assert.Len(t, got, len(want))
}

// files returns the files of the app's cloud assembly.
func files(t *testing.T, app awscdk.App) map[string]string {
	t.Helper()
	dir := os.DirFS(*app.Outdir())
	out := map[string]string{}
	require.NoError(t, fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, path)
		out[path] = creation.ReplaceAllString(string(data), `"...`)
		return err
	}))
	return out
}

// counter is an aspect that counts the types of the L1 constructs that it visits.
type counter struct{ groups, rules, entries, routes int }

func (c *counter) Visit(node constructs.IConstruct) {
	switch node.(type) {
	case awsec2.CfnSecurityGroup:
		c.groups++
	case awsec2.CfnSecurityGroupIngress, awsec2.CfnSecurityGroupEgress:
		c.rules++
	case awsec2.CfnNetworkAclEntry:
		c.entries++
	case awsec2.CfnRoute:
		c.routes++
	}
}

// TestBatchBehaves: what apps do with constructs works for those that are made in one call: aspects see their types, tags reach them, tags
// of users win, and logical ids can be renamed before the synthesis.
func TestBatchBehaves(t *testing.T) {
	var both []string
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Shop")
		n := tiers.NewNetwork(stack, "Network", twoZones())
		services, db := tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Data", nil)
		services.AllowTo(db, tiers.MySQL)
		services.AllowTo(tiers.Internet, tiers.HTTPS)
		awscdk.Tags_Of(app).Add(new("Team"), new("shop"), nil)
		awscdk.Tags_Of(services).Add(new("Tier"), new("mine"), nil)
		seen := &counter{}
		awscdk.Aspects_Of(stack).Add(seen, nil)
		stack.RenameLogicalId(new("NetworkDataAppEgresstcp33068E809EDD"), new("Renamed"))

		text := string(cdktest.Templates(t, stack)[""])
		assert.Equal(t, [2]int{2, 1}, [2]int{seen.groups, seen.rules})
		assert.Positive(t, seen.entries)
		assert.Positive(t, seen.routes)
		template := resources(t, stack)
		assert.Equal(t, "AWS::EC2::SecurityGroupEgress", template["Renamed"]["Type"])
		assert.Contains(t, fmt.Sprint(template["NetworkAppSecurityGroup173C6995"]), "[map[Key:Team Value:shop] map[Key:Tier Value:mine]]")
		assert.Contains(t, fmt.Sprint(template["NetworkDataSecurityGroup4861BB39"]), "[map[Key:Team Value:shop] map[Key:Tier Value:Data]]")
		both = append(both, text)
	}
	assert.Equal(t, both[0], both[1])
}

// changer is an aspect that changes what it visits, as apps do to meet rules of their organisation.
type changer struct{}

func (*changer) Visit(node constructs.IConstruct) {
	switch r := node.(type) {
	case awsec2.CfnSecurityGroupEgress:
		r.SetDescription(new("changed"))
	case awsec2.CfnNetworkAclEntry:
		if *r.RuleAction() == "allow" && *r.Node().Id() == "In-21476" {
			r.AddPropertyOverride(new("RuleNumber"), 7)
		}
	case awsec2.CfnRoute:
		r.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	case awsec2.CfnSubnetNetworkAclAssociation:
		r.OverrideLogicalId(new("Association" + *r.Node().Scope().Node().Id()))
	}
}

// TestBatchChanged: apps can change what is made in one call: in aspects, and the groups' L1 constructs before the synthesis.
func TestBatchChanged(t *testing.T) {
	var both []map[string]string
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		app := cdktest.App(t)
		stack := cdktest.StackIn(app, "Shop")
		props := twoZones()
		props.SkipProof = true
		_, services, _ := layers(stack, props)
		group := services.SecurityGroup().Node().DefaultChild().(awsec2.CfnSecurityGroup)
		group.OverrideLogicalId(new("Mine"))
		group.AddMetadata(new("owner"), "me")
		awscdk.Aspects_Of(app).Add(&changer{}, nil)
		require.NoError(t, tiers.Synth(app))
		all := resources(t, stack)
		assert.Equal(t, map[string]any{"owner": "me"}, all["Mine"]["Metadata"])
		assert.Equal(t, "AWS::EC2::SubnetNetworkAclAssociation", all["AssociationBlock2Slot0"]["Type"])
		assert.Contains(t, fmt.Sprint(all["NetworkWebAppIngresstcp8080E16DE3FE"]), "GroupId:map[Fn::GetAtt:[Mine GroupId]]")
		changed := map[string]int{}
		for id, r := range all {
			properties, _ := r["Properties"].(map[string]any)
			switch r["Type"] {
			case "AWS::EC2::SecurityGroupEgress":
				assert.Equal(t, "changed", properties["Description"], id)
				changed["rules"]++
			case "AWS::EC2::Route":
				assert.Equal(t, "Retain", r["DeletionPolicy"], id)
				changed["routes"]++
			case "AWS::EC2::NetworkAclEntry":
				if properties["RuleNumber"] == 7.0 {
					changed["entries"]++
				}
			}
		}
		assert.Equal(t, map[string]int{"rules": 2, "routes": 6, "entries": 4}, changed)
		both = append(both, files(t, app))
	}
	equalFiles(t, both[1], both[0])
}

// TestBatchAcrossStacks: other stacks and nested stacks of the app can refer to what the network has.
func TestBatchAcrossStacks(t *testing.T) {
	var both []map[string]string
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		app := cdktest.App(t)
		stack, other := cdktest.StackIn(app, "Shop"), cdktest.StackIn(app, "Other")
		web, services, _ := layers(stack, twoZones())
		subnet := (*web.Subnets().Subnets)[0]
		for _, scope := range []constructs.Construct{other, awscdk.NewNestedStack(stack, new("Nested"), nil)} {
			face := awsec2.NewCfnNetworkInterface(scope, new("Interface"), &awsec2.CfnNetworkInterfaceProps{
				SubnetId: subnet.SubnetId(), GroupSet: &[]any{web.SecurityGroup().SecurityGroupId()},
			})
			face.Node().AddDependency(subnet.InternetConnectivityEstablished())
		}
		awscdk.NewCfnOutput(other, new("App"), &awscdk.CfnOutputProps{Value: services.SecurityGroup().SecurityGroupId()})
		require.NoError(t, tiers.Synth(app))
		assembly := files(t, app)
		text := assembly["Other.template.json"]
		assert.Contains(t, text, `"Fn::ImportValue": "Shop:ExportsOutputFnGetAttNetworkWebSecurityGroupE2730B8BGroupId`)
		assert.Contains(t, text, `"Fn::ImportValue": "Shop:ExportsOutputFnGetAttNetworkAppSecurityGroup`)
		assert.Contains(t, fmt.Sprint(only(t, resources(t, stack), "CloudFormation::Stack")["Parameters"]), "NetworkWebSecurityGroup")
		both = append(both, assembly)
	}
	equalFiles(t, both[1], both[0])
}
