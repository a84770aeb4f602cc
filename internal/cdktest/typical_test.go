package cdktest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

func TestMain(m *testing.M) { cdktest.Main(m) }

// typical holds stacks as people write them with the CDK library alone.
var typical = map[string]func(awscdk.Stack){
	"Fargate service behind a load balancer": fargate,
	"Auto Scaling group and RDS":             autoScaling,
	"HTTP API, Lambda and Aurora":            httpAPI,
	"static site":                            staticSite,
	"queues and events":                      events,
	"ECS on EC2 and ElastiCache":             containers,
	"elastic IP and network load balancer":   elasticAddress,
	"bastion host and endpoints":             bastion,
	"Step Functions, Batch and CodeBuild":    batch,
	"EFS and custom resources":               fileSystem,
}

// TestTypicalStacksAreKnown: everything in typical stacks without tierwall is known, so that their reports hold no noise.
func TestTypicalStacksAreKnown(t *testing.T) {
	for name, build := range typical {
		t.Run(name, func(t *testing.T) {
			top := topology(t, build)
			for _, g := range top.Gaps {
				assert.Fail(t, "gap", "%s: %s", g.Resource, g.Reason)
			}
			for _, c := range top.Classes {
				assert.Empty(t, c.Unseen, c.Name)
			}
			for _, row := range top.Matrix().Rows {
				assert.True(t, row.Carried.Sure.Equal(row.Carried.Maybe), "%s -> %s: %s", row.From, row.To, row.Unsure)
			}
			for _, assumed := range top.Assumptions {
				assert.Regexp(t, "takes the rules out of the default group of |^Test/(Seed|Call[^/]*) leaves the network as it is", assumed)
			}
		})
	}
}

// TestImportedVpc: the subnets of a VPC outside of the templates are unknown. Each unknown answer names its subnet.
func TestImportedVpc(t *testing.T) {
	top := topology(t, importedVpc)
	unsure := 0
	for _, row := range top.Matrix().Rows {
		if !row.Carried.Sure.Equal(row.Carried.Maybe) {
			unsure++
			assert.Contains(t, strings.Join(row.Unsure, "; "), "subnet-0123456789abcdef", "%s -> %s", row.From, row.To)
		}
	}
	assert.Positive(t, unsure)
}

func topology(t *testing.T, build func(awscdk.Stack)) *reach.Topology {
	t.Helper()
	app := cdktest.App(t)
	stack := awscdk.NewStack(app, new("Test"), nil)
	build(stack)
	dir, err := cdktest.Synth(stack)
	require.NoError(t, err)
	assembly, err := cfn.Load([]string{dir}, nil)
	require.NoError(t, err)
	return reach.Build(assembly)
}
