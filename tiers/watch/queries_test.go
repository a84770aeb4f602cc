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
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/athena"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// TestQueries: the queries of a flow log of this package, and of a flow log of somebody else with everything that can be said.
func TestQueries(t *testing.T) {
	t.Run("default", func(t *testing.T) {
		stack := tierstest.Stack(t)
		n := declare(stack, nil)
		f := watch.FlowLogs(n.Network, nil)
		q := watch.Queries(n.Network, &watch.QueriesProps{FlowLog: f})
		sql := goldenWithoutSQL(t, tierstest.Template(t, stack), "NetworkQueries")
		tierstest.RequireExact(t, stack)
		assert.Equal(t, queriesOf(t, stack, athena.Options{
			Database: q.Database(), Table: q.Table(), Location: "s3://logs/", Fields: f.Fields(), Parquet: true, PerHour: true, Days: 30,
		}), sql)
		assert.NotNil(t, q.Results())
		assert.NotNil(t, q.WorkGroup())
		assert.Equal(t, "flow_logs", q.Table())
	})
	t.Run("everything", func(t *testing.T) {
		stack := tierstest.Stack(t)
		n := declare(stack, nil)
		watch.Queries(n.Network, &watch.QueriesProps{
			ID: "Central", Bucket: awss3.Bucket_FromBucketName(stack, new("Theirs"), new("security-logs")), Prefix: "network/shop/",
			Fields:    strings.Fields("interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"),
			PlainText: true, Daily: true, Days: 3, MaxBytes: 10_000_000,
			Results: awss3.Bucket_FromBucketName(stack, new("Results"), new("athena-results")), Key: awskms.NewKey(stack, new("Key"), nil),
		})
		sql := goldenWithoutSQL(t, tierstest.Template(t, stack), "NetworkCentral")
		tierstest.RequireExact(t, stack)
		assert.Len(t, sql, 5)
		for _, text := range sql {
			assert.Contains(t, text, "INTERVAL '2' DAY")
			assert.NotContains(t, text, "INTERVAL '3' DAY")
		}
	})
}

// goldenWithoutSQL compares resources with a golden file, but for the text of the queries, which it returns by name. References in the text
// are to the VPC alone, and become "vpc-1".
func goldenWithoutSQL(t *testing.T, template []byte, prefix string) map[string]string {
	t.Helper()
	var whole map[string]any
	require.NoError(t, json.Unmarshal(template, &whole))
	out := map[string]string{}
	for _, r := range whole["Resources"].(map[string]any) {
		r := r.(map[string]any)
		if r["Type"] != "AWS::Athena::NamedQuery" {
			continue
		}
		properties := r["Properties"].(map[string]any)
		name := properties["Name"].(string)
		switch text := properties["QueryString"].(type) {
		case string:
			out[name] = text
		case map[string]any:
			for _, part := range text["Fn::Join"].([]any)[1].([]any) {
				literal, ok := part.(string)
				if !ok {
					assert.Equal(t, map[string]any{"Ref": "NetworkVpc7FB7348F"}, part)
					literal = "vpc-1"
				}
				out[name] += literal
			}
		}
		properties["QueryString"] = fmt.Sprintf("%s (other tests have the text)", name)
	}
	shorter, err := json.Marshal(whole)
	require.NoError(t, err)
	goldenOf(t, shorter, prefix)
	return out
}

// queriesOf returns the queries that package athena, whose own tests run them, makes from the declaration beside the templates.
func queriesOf(t *testing.T, stack awscdk.Stack, o athena.Options) map[string]string {
	t.Helper()
	_, declared := synthesized(t, stack)
	m, diags := arch.Check(declared.Networks[0].Architecture, time.Time{})
	require.NoError(t, diags.Err())
	queries, err := athena.Queries(&usage.Network{Model: m, VPC: "vpc-1"}, o)
	require.NoError(t, err)
	out := map[string]string{}
	for _, q := range queries {
		out[q.Name] = q.SQL
	}
	return out
}

// glueTable is a table in a template.
type glueTable struct {
	StorageDescriptor struct {
		Columns  []struct{ Name, Type string }
		Location any
	}
	PartitionKeys []struct{ Name string }
	Parameters    map[string]any
}

func tableOf(t *testing.T, template []byte) glueTable {
	t.Helper()
	var table struct{ TableInput glueTable }
	found := resourcesOf(t, template, "NetworkQueriesTable")
	require.Len(t, found, 1)
	for _, r := range found {
		data, err := json.Marshal(r.Properties)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &table))
	}
	return table.TableInput
}

// TestQueriesReadFlowLogs: the table has the fields of the flow log in their order, and its folders.
func TestQueriesReadFlowLogs(t *testing.T) {
	for name, props := range map[string]watch.FlowLogsProps{
		"parquet": {TierTag: true, Fields: []string{"ecs-service-name"}}, "text": {PlainText: true}, "prefix": {},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			n := declare(stack, nil)
			if name == "prefix" {
				props.To = logs.ToBucket(awss3.Bucket_FromBucketName(stack, new("Theirs"), new("security-logs")), "network/shop/")
			}
			f := watch.FlowLogs(n.Network, &props)
			watch.Queries(n.Network, &watch.QueriesProps{FlowLog: f})
			table := tableOf(t, tierstest.Template(t, stack))
			var columns []string
			for _, c := range table.StorageDescriptor.Columns {
				columns = append(columns, strings.ReplaceAll(c.Name, "_", "-"))
			}
			assert.Equal(t, f.Fields(), columns)
			assert.Len(t, table.PartitionKeys, 4)
			assert.Equal(t, props.PlainText, table.Parameters["skip.header.line.count"] == "1")
			location, err := json.Marshal(table.StorageDescriptor.Location)
			require.NoError(t, err)
			assert.Equal(t, name == "prefix", strings.Contains(string(location), "s3://security-logs/network/shop/AWSLogs/aws-account-id="))
			folders, err := json.Marshal(table.Parameters["storage.location.template"])
			require.NoError(t, err)
			assert.Contains(t, string(folders), "/year=${year}/month=${month}/day=${day}/hour=${hour}/")
		})
	}
}

// TestQueriesRepeated: a second synthesis gives the same template, and another flow changes no id.
func TestQueriesRepeated(t *testing.T) {
	ids := func(more bool) map[string]resource {
		stack := tierstest.Stack(t)
		n := declare(stack, nil)
		watch.Queries(n.Network, &watch.QueriesProps{FlowLog: watch.FlowLogs(n.Network, nil)})
		if more {
			n.app.AllowTo(tiers.NewDataTier(n.Network, "Database", nil), tiers.MySQL)
		}
		first := resourcesOf(t, tierstest.Template(t, stack), "NetworkQueries")
		stack.Node().Root().(awscdk.App).Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
		require.Equal(t, first, resourcesOf(t, tierstest.Template(t, stack), "NetworkQueries"))
		return first
	}
	before, after := ids(false), ids(true)
	require.Len(t, after, len(before))
	for id, r := range before {
		if r.Type == "AWS::Athena::NamedQuery" {
			assert.Contains(t, after, id)
			continue
		}
		assert.Equal(t, r, after[id], id)
	}
}

// TestQueriesInNestedStacks: they have a nested stack of their own.
func TestQueriesInNestedStacks(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, &tiers.NetworkProps{Layout: tiers.NestedStacks})
	q := watch.Queries(n.Network, &watch.QueriesProps{FlowLog: watch.FlowLogs(n.Network, nil)})
	tierstest.RequireExact(t, stack)
	assert.NotEqual(t, *stack.Node().Path(), *awscdk.Stack_Of(q).Node().Path())
	assert.NotContains(t, q.Database(), "token")
}

func TestQueriesMistakes(t *testing.T) {
	var all mistakes.Cases
	bucket := func(s awscdk.Stack) awss3.IBucket {
		return awss3.Bucket_FromBucketName(s, new("Theirs"), new("security-logs"))
	}
	for want, call := range map[string]func(awscdk.Stack, shop){
		"the queries have no logs": func(_ awscdk.Stack, n shop) { watch.Queries(n.Network, nil) },
		"FlowLog and the properties of a bucket are both set": func(_ awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{FlowLog: watch.FlowLogs(n.Network, nil), Daily: true})
		},
		"the flow log of the queries is of another network": func(s awscdk.Stack, n shop) {
			other := tiers.NewNetwork(s, "Other", &tiers.NetworkProps{CIDR: "10.1.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}})
			watch.Queries(n.Network, &watch.QueriesProps{FlowLog: watch.FlowLogs(other, nil)})
		},
		"the flow log of the queries is not in a bucket": func(_ awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{FlowLog: watch.FlowLogs(n.Network, &watch.FlowLogsProps{NewLogGroup: true})})
		},
		`got "a${b}"; allowed are letters`: func(s awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{Bucket: bucket(s), Prefix: "a${b}"})
		},
		`the folder of the logs: got "s3://security-logs/a'b/`: func(s awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{Bucket: bucket(s), Prefix: "a'b"})
		},
		"the log has no interface-id": func(s awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{Bucket: bucket(s), Fields: []string{"srcaddr"}})
		},
		`"${srcaddr}" is not the name of a field`: func(s awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{Bucket: bucket(s), Fields: []string{"${srcaddr}"}})
		},
		"got -1; allowed are 1 to 3650": func(s awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{Bucket: bucket(s), Days: -1})
		},
		"got 1 bytes; Athena allows 10000000 and more": func(s awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{Bucket: bucket(s), MaxBytes: 1})
		},
		"the ID of queries is not valid": func(s awscdk.Stack, n shop) {
			watch.Queries(n.Network, &watch.QueriesProps{ID: "a/b", Bucket: bucket(s)})
		},
		"the ID of queries is taken": func(s awscdk.Stack, n shop) {
			for range 2 {
				watch.Queries(n.Network, &watch.QueriesProps{Bucket: bucket(awscdk.NewStack(s, new(fmt.Sprint("S", len(*s.Node().Children()))), nil))})
			}
		},
	} {
		all.Add(want, func(s awscdk.Stack) { call(s, declare(s, nil)) }, want)
	}
	all.Require(t, "queries_test.go:")
	assert.Panics(t, func() { watch.Queries(nil, nil) })
}

// TestQueriesWithoutAddresses: if nothing can be said about the flows, a warning says so.
func TestQueriesWithoutAddresses(t *testing.T) {
	stack := tierstest.Stack(t)
	n := dnsWrapped(stack)
	watch.Queries(n, &watch.QueriesProps{FlowLog: watch.FlowLogs(n, nil)})
	require.NoError(t, tierstest.Synth(t, stack))
	report, err := os.ReadFile(filepath.Join(*stack.Node().Root().(awscdk.App).Outdir(), "validation-report.json"))
	require.NoError(t, err)
	assert.Contains(t, string(report), "the queries cannot tell the tiers apart")
}
