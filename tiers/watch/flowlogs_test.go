package watch_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/proof/prooftest"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

type shop struct {
	*tiers.Network
	web *tiers.WebTier
	app *tiers.AppTier
}

func declare(scope constructs.Construct, props *tiers.NetworkProps) shop {
	if props == nil {
		props = &tiers.NetworkProps{}
	}
	props.CIDR, props.AvailabilityZones = "10.0.0.0/16", []string{"eu-west-1a", "eu-west-1b"}
	n := shop{Network: tiers.NewNetwork(scope, "Network", props)}
	n.web, n.app = tiers.NewWebTier(n.Network, "Web", nil), tiers.NewAppTier(n.Network, "App", nil)
	n.web.AllowTo(n.app, tiers.TCP(8080))
	return n
}

// TestFlowLogs: everything that can be said of one flow log, each in a call of its own. The proof is exact.
func TestFlowLogs(t *testing.T) {
	t.Run("default", func(t *testing.T) {
		stack := tierstest.Stack(t)
		f := watch.FlowLogs(declare(stack, nil).Network, nil)
		require.NotNil(t, f.Bucket())
		require.Nil(t, f.LogGroup())
		tierstest.RequireExact(t, stack)
		tierstest.Snapshot(t, stack)
	})
	t.Run("everything in a bucket", func(t *testing.T) {
		stack := tierstest.Stack(t)
		n := declare(stack, nil)
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{
			ID: "AppLogs", Tiers: []tiers.Tier{n.app, n.app}, Interval: time.Minute, Fields: []string{"ecs-service-name", "protocol"},
			TierTag: true, PlainText: true, Retention: 400 * 24 * time.Hour, Key: awskms.NewKey(stack, new("Key"), nil),
		})
		tierstest.RequireExact(t, stack)
		tierstest.Snapshot(t, stack)
	})
	t.Run("a log group", func(t *testing.T) {
		stack := tierstest.Stack(t)
		f := watch.FlowLogs(declare(stack, nil).Network, &watch.FlowLogsProps{
			RejectedOnly: true, NewLogGroup: true, Retention: 30 * 24 * time.Hour, Key: awskms.NewKey(stack, new("Key"), nil),
		})
		require.NotNil(t, f.LogGroup())
		require.Nil(t, f.Bucket())
		tierstest.RequireExact(t, stack)
		tierstest.Snapshot(t, stack)
	})
	t.Run("given destinations", func(t *testing.T) {
		stack := tierstest.Stack(t)
		n := declare(stack, nil)
		key := awskms.NewKey(stack, new("Key"), nil)
		bucket := awss3.NewBucket(stack, new("Central"), &awss3.BucketProps{
			Encryption: awss3.BucketEncryption_KMS, EncryptionKey: key, EnforceSSL: new(true),
		})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "ToBucket", To: logs.ToBucket(bucket, "network/shop")})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "ToRoot", To: logs.ToBucket(bucket, "")})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{
			ID: "ToTheirs", To: logs.ToBucket(awss3.Bucket_FromBucketName(stack, new("Theirs"), new("security-logs")), "shop/"),
		})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "ToGroup", To: logs.ToLogGroup(awslogs.NewLogGroup(stack, new("Group"), nil))})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{
			ID: "ToStream", To: logs.ToFirehose("arn:aws:firehose:eu-west-1:123456789012:deliverystream/flows"),
		})
		tierstest.RequireExact(t, stack)
		tierstest.Snapshot(t, stack)
	})
}

// TestFlowLogFields: the format has all that the command usage reads, and each field once.
func TestFlowLogFields(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	f := watch.FlowLogs(n.Network, &watch.FlowLogsProps{
		Fields: []string{"ecs-task-id", "srcaddr", "ecs-task-id", "reject-reason"}, TierTag: true,
	})
	fields := f.Fields()
	_, err := flowlog.ParseFormat(strings.Join(fields, " ")) // It rejects repeated fields, and formats that tell nothing of flows.
	require.NoError(t, err)
	assert.Equal(t, []string{"ecs-task-id", "reject-reason", "interface-tag"}, fields[len(fields)-3:])
	assert.Equal(t, strings.Fields(flowlog.DefaultFormat), fields[:14], "the fields of version 2 keep their places")
	for _, name := range flowlog.UsedFields() {
		assert.Contains(t, fields, name)
	}
}

// TestFlowLogPlaces: the logs of a network are in its stack, wherever that is.
func TestFlowLogPlaces(t *testing.T) {
	flowLogs := func(t *testing.T, template []byte) map[string]map[string]any {
		t.Helper()
		var parsed struct {
			Resources map[string]struct {
				Type       string
				Properties map[string]any
			}
		}
		require.NoError(t, json.Unmarshal(template, &parsed))
		out := map[string]map[string]any{}
		for id, r := range parsed.Resources {
			if r.Type == "AWS::EC2::FlowLog" {
				out[id] = r.Properties
			}
		}
		return out
	}
	t.Run("nested stacks", func(t *testing.T) {
		stack := tierstest.Stack(t)
		n := declare(stack, &tiers.NetworkProps{Layout: tiers.NestedStacks})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{Tiers: []tiers.Tier{n.web, n.app}})
		tierstest.RequireExact(t, stack)
		assert.Len(t, flowLogs(t, tierstest.Template(t, stack)), 4)
	})
	t.Run("an existing VPC", func(t *testing.T) {
		stack := tierstest.Stack(t)
		vpc := awsec2.Vpc_FromVpcAttributes(stack, new("Theirs"), &awsec2.VpcAttributes{
			VpcId: new("vpc-0123456789abcdef0"), VpcCidrBlock: new("10.0.0.0/16"), AvailabilityZones: &[]*string{new("eu-west-1a")},
		})
		subnet := func(name, id string) *awsec2.SubnetSelection {
			return &awsec2.SubnetSelection{Subnets: &[]awsec2.ISubnet{awsec2.Subnet_FromSubnetAttributes(stack, &name,
				&awsec2.SubnetAttributes{SubnetId: &id, AvailabilityZone: new("eu-west-1a"), Ipv4CidrBlock: new("10.0.1.0/24")})}}
		}
		network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
		web := tiers.NewWebTier(network, "Web", &tiers.TierProps{VpcSubnets: subnet("WebSubnet", "subnet-0aaa456789abcdef0")})
		app := tiers.NewAppTier(network, "App", &tiers.TierProps{VpcSubnets: subnet("AppSubnet", *awscdk.Fn_ImportValue(new("AppSubnet")))})
		web.AllowTo(app, tiers.HTTPS)
		watch.FlowLogs(network, nil)
		watch.FlowLogs(network, &watch.FlowLogsProps{ID: "Tiers", Tiers: []tiers.Tier{web, app}, To: logs.ToFirehose(
			*awscdk.Fn_ImportValue(new("Stream")))})
		found := flowLogs(t, tierstest.Template(t, stack))
		var kinds []string
		for _, properties := range found {
			kinds = append(kinds, properties["ResourceType"].(string))
		}
		assert.ElementsMatch(t, []string{"VPC", "Subnet", "Subnet"}, kinds)
		assert.NotContains(t, fmt.Sprint(prove(t, stack).Notes), "flow log", "everything is recorded")
	})
	t.Run("some tiers of an existing VPC", func(t *testing.T) {
		stack := tierstest.Stack(t)
		vpc := awsec2.NewVpc(stack, new("Theirs"), &awsec2.VpcProps{AvailabilityZones: &[]*string{new("eu-west-1a")}})
		network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
		web := tiers.NewWebTier(network, "Web", &tiers.TierProps{VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PUBLIC}})
		app := tiers.NewAppTier(network, "App", &tiers.TierProps{VpcSubnets: &awsec2.SubnetSelection{
			SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}})
		web.AllowTo(app, tiers.HTTPS)
		watch.FlowLogs(network, &watch.FlowLogsProps{Tiers: []tiers.Tier{app}})
		require.Len(t, flowLogs(t, tierstest.Template(t, stack)), 1)
		assert.Contains(t, prove(t, stack).Notes, "Test/Network: no flow log records traffic at Web")
	})
	t.Run("destinations in another stack", func(t *testing.T) {
		app := tierstest.App(t)
		central, stack := cdktest.StackIn(app, "Central"), cdktest.StackIn(app, "Shop")
		key := awskms.NewKey(central, new("Key"), nil)
		bucket := awss3.NewBucket(central, new("Bucket"), &awss3.BucketProps{Encryption: awss3.BucketEncryption_KMS, EncryptionKey: key})
		group := awslogs.NewLogGroup(central, new("Group"), nil)
		n := declare(stack, nil)
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{To: logs.ToBucket(bucket, "shop")})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "Group", To: logs.ToLogGroup(group)})
		tierstest.RequireExact(t, stack)
		assert.Len(t, flowLogs(t, tierstest.Template(t, stack)), 2)
		assert.Contains(t, string(tierstest.Template(t, central)), "delivery.logs.amazonaws.com")
	})
	t.Run("a stage", func(t *testing.T) {
		synth := func(scope constructs.Construct) map[string]map[string]any {
			stack := awscdk.NewStack(scope, new("Shop"), &awscdk.StackProps{
				StackName: new("Shop"), Env: &awscdk.Environment{Account: new("123456789012"), Region: new("eu-west-1")},
			})
			n := declare(stack, nil)
			watch.FlowLogs(n.Network, nil)
			watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "OfApp", Tiers: []tiers.Tier{n.app}})
			found := flowLogs(t, cdktest.Templates(t, stack)[""])
			for _, properties := range found {
				delete(properties, "Tags") // They change in place.
			}
			return found
		}
		alone := synth(tierstest.App(t))
		assert.Len(t, alone, 3)
		assert.Equal(t, alone, synth(awscdk.NewStage(tierstest.App(t), new("Prod"), nil)), "no flow log is replaced")
	})
	t.Run("shared subnets", func(t *testing.T) {
		stack := tierstest.Stack(t)
		n := declare(stack, nil)
		worker := tiers.NewAppTier(n.Network, "Worker", &tiers.TierProps{SharesWith: n.app})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{Tiers: []tiers.Tier{n.app, worker}})
		assert.Len(t, flowLogs(t, tierstest.Template(t, stack)), 2)
	})
}

// prove returns the proof of a stack's app.
func prove(t *testing.T, stack awscdk.Stack) *proof.Report {
	t.Helper()
	folder, declared := synthesized(t, stack)
	a, err := cfn.Load([]string{folder}, nil)
	require.NoError(t, err)
	report, err := proof.Prove(a, declared)
	require.NoError(t, err)
	return report
}

// synthesized returns the folder of a stack's app, and the declaration in it.
func synthesized(t *testing.T, stack awscdk.Stack) (folder string, declared *proof.Declaration) {
	t.Helper()
	require.NoError(t, tierstest.Synth(t, stack))
	folder = *awscdk.Stage_Of(stack).Outdir()
	data, err := os.ReadFile(filepath.Join(folder, proof.FileName))
	require.NoError(t, err)
	declared, err = proof.Decode(data)
	require.NoError(t, err)
	return folder, declared
}

// TestFlowLogMistakes: one synthesis reports each mistake with its line.
func TestFlowLogMistakes(t *testing.T) {
	var all mistakes.Cases
	days := 24 * time.Hour
	for name, c := range map[string]struct {
		props watch.FlowLogsProps
		want  []string
	}{
		"no destination":        {watch.FlowLogsProps{To: logs.None}, []string{"the flow logs have no destination"}},
		"two calls":             {watch.FlowLogsProps{}, []string{"the ID of flow logs is taken", "Network/FlowLogs exists already"}},
		"an ID of a tier":       {watch.FlowLogsProps{ID: "Web"}, []string{"the ID of flow logs is taken"}},
		"an ID of the network":  {watch.FlowLogsProps{ID: "Vpc"}, []string{"the ID of flow logs is not valid"}},
		"a hostile ID":          {watch.FlowLogsProps{ID: "../{{resolve:ssm:x}}"}, []string{"the ID of flow logs is not valid"}},
		"a token as ID":         {watch.FlowLogsProps{ID: *awscdk.Aws_REGION()}, []string{"the ID of flow logs is not valid", "CDK token"}},
		"an interval":           {watch.FlowLogsProps{Interval: 60}, []string{"got 60ns; allowed are 1 and 10 minutes"}},
		"an unknown field":      {watch.FlowLogsProps{Fields: []string{"ecs-service-nam"}}, []string{"write ecs-service-name"}},
		"a hostile field":       {watch.FlowLogsProps{Fields: []string{"${x}\n${y}"}}, []string{`got "${x}\n${y}"`, "Flow log records"}},
		"a field of a tag":      {watch.FlowLogsProps{Fields: []string{"instance-tag"}}, []string{"needs the key of a tag", "set TierTag"}},
		"part of a day":         {watch.FlowLogsProps{Retention: 30}, []string{"got 30ns; allowed are whole days"}},
		"before time":           {watch.FlowLogsProps{Retention: -days}, []string{"allowed are whole days"}},
		"days of a log group":   {watch.FlowLogsProps{NewLogGroup: true, Retention: 10 * days}, []string{"got 10 days; allowed are 1, 3, 5, 7"}},
		"text of a group":       {watch.FlowLogsProps{NewLogGroup: true, PlainText: true}, []string{"do not go to a bucket"}},
		"two destinations":      {watch.FlowLogsProps{NewLogGroup: true, To: logs.ToFirehose(stream)}, []string{"NewLogGroup and To are"}},
		"text of a stream":      {watch.FlowLogsProps{PlainText: true, To: logs.ToFirehose(stream)}, []string{"do not go to a bucket"}},
		"retention of a stream": {watch.FlowLogsProps{Retention: days, To: logs.ToFirehose(stream)}, []string{"have a Retention or Key"}},
		"not a stream":          {watch.FlowLogsProps{To: logs.ToFirehose("flows")}, []string{`got "flows"`}},
	} {
		all.Add(name, func(s awscdk.Stack) {
			n := declare(s, nil)
			if name == "two calls" {
				watch.FlowLogs(n.Network, nil)
			}
			watch.FlowLogs(n.Network, &c.props)
		}, c.want...)
	}
	for prefix, want := range map[string]string{
		"AWSLogs/x": "has the name AWSLogs", "x/AWSLogs": "has the name AWSLogs", "*": "allowed are letters, digits",
		"${aws:username}": "allowed are letters, digits", "/x": "allowed are letters, digits", "a//b": "allowed are letters, digits",
	} {
		all.Add("prefix "+prefix, func(s awscdk.Stack) {
			watch.FlowLogs(declare(s, nil).Network, &watch.FlowLogsProps{
				To: logs.ToBucket(awss3.NewBucket(s, new("Central"), nil), prefix),
			})
		}, want)
	}
	all.Require(t, "flowlogs_test.go:")
}

const stream = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/flows"

// TestFlowLogTiers: tiers of another network and imported tiers are reported, and so is a call that makes the same flow log again.
func TestFlowLogTiers(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	other := tiers.NewNetwork(stack, "Other", &tiers.NetworkProps{CIDR: "10.1.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	foreign := tiers.NewAppTier(other, "Foreign", nil)
	imported := tiers.ImportDataTier(n.Network, "Orders", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"})
	watch.FlowLogs(n.Network, &watch.FlowLogsProps{Tiers: []tiers.Tier{n.app, foreign, imported}})
	bucket := awss3.NewBucket(stack, new("Central"), nil)
	group := awslogs.NewLogGroup(stack, new("Group"), nil)
	for _, id := range []string{"A", "B"} {
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: id, To: logs.ToBucket(bucket, "shop")})
		watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: id + "Group", To: logs.ToLogGroup(group)})
	}
	watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "C", To: logs.ToBucket(bucket, "shop"), RejectedOnly: true}) // another one
	err := tierstest.Synth(t, stack)
	for _, want := range []string{"Foreign is not in Test/Network", "the subnets of Orders are not known here", "AWS rejects a second"} {
		assert.ErrorContains(t, err, want)
	}
	assert.Equal(t, 2, strings.Count(err.Error(), "two calls make the same flow log"), err)
	assert.Panics(t, func() { watch.FlowLogs(nil, nil) })
	assert.Panics(t, func() { watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "D", Tiers: []tiers.Tier{nil}}) })
}

// TestFlowLogLater: a call after synthesis would be missing from the template.
func TestFlowLogLater(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	tierstest.Template(t, stack)
	assert.Panics(t, func() { watch.FlowLogs(n.Network, nil) })
}

// TestFlowLogChanges: the proof reports every change of a property of a flow log and of its log group, and other changes that would make it
// log less, or be read by others.
func TestFlowLogChanges(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	watch.FlowLogs(n.Network, &watch.FlowLogsProps{TierTag: true})
	watch.FlowLogs(n.Network, &watch.FlowLogsProps{ID: "Rejected", Tiers: []tiers.Tier{n.app}, RejectedOnly: true, NewLogGroup: true})
	_, declared := synthesized(t, stack)
	template := tierstest.Template(t, stack)
	proveTemplate := func(template []byte) (diag.List, error) {
		a, err := cfn.Read(*stack.TemplateFile(), template, nil)
		require.NoError(t, err)
		report, err := proof.Prove(a, declared)
		return report.Diagnostics(), err
	}
	found, err := proveTemplate(template)
	require.NoError(t, err)
	require.Empty(t, found)

	mutants, err := prooftest.Properties(template)
	require.NoError(t, err)
	tried := 0
	for _, m := range mutants {
		if strings.HasPrefix(m.Name, "AWS::EC2::FlowLog") || strings.HasPrefix(m.Name, "AWS::Logs::") {
			tried++
			changed, err := m.Template()
			require.NoError(t, err)
			found, err := proveTemplate(changed)
			if err != nil { // Another control names what was removed.
				assert.ErrorContains(t, err, "no parameter or resource is named", m.Name)
				continue
			}
			require.NotEmpty(t, found, m.Name)
			assert.Contains(t, found[0].ID(), "weakened[Test/Network/", m.Name)
		}
	}
	assert.Greater(t, tried, 50)
	for from, to := range map[string]string{
		`"TrafficType": "ALL"`:                        `"TrafficType": "REJECT"`,
		`"ExpirationInDays": 90`:                      `"ExpirationInDays": 1`,
		`"BlockPublicPolicy": true`:                   `"BlockPublicPolicy": false`,
		`"s3:PutObject"`:                              `"s3:GetObject"`,
		`"aws:SecureTransport": "false"`:              `"aws:SecureTransport": "true"`,
		`"logs:PutLogEvents"`:                         `"logs:GetLogEvents"`,
		`"Service": "vpc-flow-logs.amazonaws.com"`:    `"Service": "ec2.amazonaws.com"`,
		`"SSEAlgorithm": "AES256"`:                    `"SSEAlgorithm": "aws:kms"`,
		`"ObjectOwnership": "BucketOwnerEnforced"`:    `"ObjectOwnership": "ObjectWriter"`,
		`"s3:x-amz-acl": "bucket-owner-full-control"`: `"s3:x-amz-acl": "public-read"`,
		`"Type": "AWS::S3::BucketPolicy"`:             `"Type": "AWS::S3::BucketPolicy", "Condition": "Never"`,
		`"ResourceType": "network-interface"`:         `"ResourceType": "instance"`,
	} {
		require.Contains(t, string(template), from)
		found, err := proveTemplate([]byte(strings.ReplaceAll(string(template), from, to)))
		require.NoError(t, err, from)
		assert.Contains(t, found.String(), "flowlogs_test.go:", from)
	}
}

// TestFlowLogExport: the command export writes what watches the network into the file.
func TestFlowLogExport(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil).Network
	rejected := watch.FlowLogs(n, &watch.FlowLogsProps{ID: "Rejected", RejectedOnly: true, NewLogGroup: true})
	watch.Alarms(n, &watch.AlarmsProps{FlowLog: rejected.LogGroup(), FlowLogFields: rejected.Fields()})
	_, declared := synthesized(t, stack)
	d, unsaid, err := export.From(declared.Networks[0])
	require.NoError(t, err)
	assert.NotContains(t, fmt.Sprint(unsaid), "flow log")
	assert.Contains(t, string(d.Write()),
		"\nwatch:\n  flowLogs: {id: Rejected, rejectedOnly: true, newLogGroup: true}\n  alarms: {flowLog: Rejected}\n")
	assert.Empty(t, export.StandAlone(declared))
}

// TestOtherFields: a file cannot say that alarms read a flow log of the network with other fields than its own.
func TestOtherFields(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil).Network
	all := watch.FlowLogs(n, &watch.FlowLogsProps{NewLogGroup: true})
	watch.Alarms(n, &watch.AlarmsProps{FlowLog: all.LogGroup()})
	_, declared := synthesized(t, stack)
	_, unsaid, err := export.From(declared.Networks[0])
	require.NoError(t, err)
	assert.Contains(t, fmt.Sprint(unsaid), "the alarms use the flow log FlowLogs with other fields than its own")
}
