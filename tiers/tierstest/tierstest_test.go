package tierstest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

func TestMain(m *testing.M) { tierstest.Main(m) }

// recorder records the failures of a test instead of failing it.
type recorder struct {
	testing.TB
	failures []string
}

type fatal struct{}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return "TestRecorded" }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(fatal{})
}

// record runs f and returns its failures.
func record(t *testing.T, f func(tb testing.TB)) []string {
	r := &recorder{TB: t}
	func() {
		defer func() {
			if got := recover(); got != nil && got != (fatal{}) {
				panic(got)
			}
		}()
		f(r)
	}()
	return r.failures
}

func wire(t *testing.T, tb testing.TB, port int) []string {
	t.Helper()
	return record(t, func(testing.TB) {
		stack := tierstest.Stack(t)
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
		tiers.NewAppTier(n, "App", nil).AllowTo(tiers.NewDataTier(n, "Data", nil), tiers.TCP(port))
		tierstest.Snapshot(tb, stack)
	})
}

func TestSnapshot(t *testing.T) {
	t.Chdir(t.TempDir())
	r := &recorder{TB: t}
	snapshot := func(port int) []string {
		r.failures = nil
		wire(t, r, port)
		return r.failures
	}
	failures := snapshot(3306)
	require.Len(t, failures, 1)
	assert.Contains(t, failures[0], "there is no snapshot yet")

	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	tiers.NewAppTier(n, "App", nil).AllowTo(tiers.NewDataTier(n, "Data", nil), tiers.TCP(3306))
	require.NoError(t, os.MkdirAll("testdata", 0o755))
	require.NoError(t, os.WriteFile(filepath.Join("testdata", "TestRecorded.json"), tierstest.Template(t, stack), 0o644))
	assert.Empty(t, snapshot(3306), "the same template")

	failures = snapshot(3307)
	require.Len(t, failures, 1)
	assert.Contains(t, failures[0], "\"FromPort\": 3307")
	assert.Less(t, len(failures[0]), 6000, "only what differs is shown: a rule and four entries of network ACLs")

	require.NoError(t, os.WriteFile(filepath.Join("testdata", "TestRecorded.Network_Gone.json"), nil, 0o644))
	failures = snapshot(3306)
	require.Len(t, failures, 1)
	assert.Contains(t, failures[0], "a nested stack that no longer exists")
}

// TestFailedSynth: errors of the wiring fail the test with a message, instead of a panic that ends all tests.
func TestFailedSynth(t *testing.T) {
	failures := record(t, func(tb testing.TB) {
		stack := tierstest.Stack(t)
		tiers.NewNetwork(stack, "Network", nil)
		tierstest.Template(tb, stack)
	})
	require.Len(t, failures, 1)
	assert.Contains(t, failures[0], "the CIDR is missing")
	assert.NotContains(t, failures[0], "goroutine")
}

func TestValidationIsOffAndTemporaryFilesAreOurs(t *testing.T) {
	assert.NotEmpty(t, os.Getenv("CDK_VALIDATION"), "off, or as somebody set it")
	assert.Contains(t, os.TempDir(), "tierwall-test-")
	assert.DirExists(t, os.TempDir())
}

// TestRequireExact: an acknowledged difference still fails the test.
func TestRequireExact(t *testing.T) {
	failures := record(t, func(tb testing.TB) {
		stack := tierstest.Stack(t)
		n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
		app, data := tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Data", nil)
		app.AllowTo(data, tiers.MySQL)
		awsec2.NewCfnSecurityGroupEgress(stack, new("Hole"), &awsec2.CfnSecurityGroupEgressProps{
			GroupId: data.SecurityGroup().SecurityGroupId(), IpProtocol: new("-1"),
			DestinationSecurityGroupId: app.SecurityGroup().SecurityGroupId(),
		})
		awsec2.NewCfnSecurityGroupIngress(stack, new("Ingress"), &awsec2.CfnSecurityGroupIngressProps{
			GroupId: app.SecurityGroup().SecurityGroupId(), IpProtocol: new("-1"), SourceSecurityGroupId: data.SecurityGroup().SecurityGroupId(),
		})
		awscdk.Validations_Of(stack).Acknowledge(&awscdk.Acknowledgment{
			Id: new("tierwall::excess[Test/Network:Data->App:alltraffic]"), Reason: new("a test"),
		})
		tierstest.RequireExact(tb, stack)
	})
	require.Len(t, failures, 1)
	assert.Contains(t, failures[0], "Test/Network Data -> App: ")
	assert.Contains(t, failures[0], "is carried but not declared")
}
