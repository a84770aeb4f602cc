package athena_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/athena"
)

// wide returns a network of 14 app tiers in two zones with a number of flows between them, each with a port of its own.
func wide(t testing.TB, flows int) *usage.Network {
	t.Helper()
	const tiers = 14
	a := arch.Architecture{Network: arch.Network{
		Path: "Wide/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
	}}
	for i := range tiers {
		a.Tiers = append(a.Tiers, arch.Tier{
			ID: fmt.Sprintf("Tier%d", i), Kind: arch.App, Block: i + 1,
		})
	}
	for i := range flows {
		from, to := i%tiers, (i/tiers+i+1)%tiers
		a.Flows = append(a.Flows, arch.Flow{
			From: arch.TierPeer(arch.App, a.Tiers[from].ID), To: arch.TierPeer(arch.App, a.Tiers[to].ID), Service: fmt.Sprintf("tcp/%d", 8000+i),
		})
	}
	m, diags := arch.Check(a, time.Time{})
	require.NoError(t, diags.Err())
	return &usage.Network{Model: m}
}

var options = athena.Options{Database: "tierwall", Table: "flow_logs", Location: "s3://logs/"}

// TestManyFlows: 1,000 flows fit into Athena's longest query, and what does not fit is an error that says so.
func TestManyFlows(t *testing.T) {
	t.Parallel()
	queries, err := athena.Queries(wide(t, 1000), options)
	require.NoError(t, err)
	for _, q := range queries {
		t.Log(q.Name, len(q.SQL))
		assert.LessOrEqual(t, len(q.SQL), athena.MaxQueryBytes)
	}
	_, err = athena.Queries(wide(t, 3000), options)
	require.ErrorContains(t, err, "bytes, and Athena takes up to 262144: the network has 3000 flows")
}

// TestSame: the same input gives the same bytes.
func TestSame(t *testing.T) {
	t.Parallel()
	once, err := athena.Queries(shop(t), options)
	require.NoError(t, err)
	again, err := athena.Queries(shop(t), options)
	require.NoError(t, err)
	assert.Equal(t, once, again)
	for _, q := range once {
		assert.NotContains(t, q.SQL, ";\n")
		for line := range strings.Lines(q.SQL) {
			assert.LessOrEqual(t, len(strings.TrimSuffix(line, "\n")), 180, line)
		}
	}
}

// TestOptions: what would break a statement is refused.
func TestOptions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*athena.Options)
		want   string
	}{
		"a quote in the database":  {func(o *athena.Options) { o.Database = "a`b" }, "the name of the database: got \"a`b\""},
		"no table":                 {func(o *athena.Options) { o.Table = "" }, "the name of the table: got \"\""},
		"a capital":                {func(o *athena.Options) { o.Table = "FlowLogs" }, "allowed are up to 128 lower-case letters"},
		"a quote in the folder":    {func(o *athena.Options) { o.Location = "s3://logs/a'b/" }, "allowed is \"s3://BUCKET/FOLDER/\""},
		"a column in the folder":   {func(o *athena.Options) { o.Location = "s3://logs/${year}/" }, "allowed is \"s3://BUCKET/FOLDER/\""},
		"no slash":                 {func(o *athena.Options) { o.Location = "s3://logs/a" }, "with a slash at the end"},
		"a local folder":           {func(o *athena.Options) { o.Location = "logs/" }, "allowed is \"s3://BUCKET/FOLDER/\""},
		"a field that is no name":  {func(o *athena.Options) { o.Fields = []string{"a b"} }, `"a b" is not the name of a field`},
		"a field twice":            {func(o *athena.Options) { o.Fields = []string{"start", "start"} }, "names the field start twice"},
		"a field that is a folder": {func(o *athena.Options) { o.Fields = []string{"day"} }, "has the name of a folder"},
		"no status": {func(o *athena.Options) {
			o.Fields = strings.Fields("interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action")
		}, "the log has no log-status"},
		"an end before the begin": {func(o *athena.Options) {
			o.Since, o.Until = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}, "the period ends on 2026-01-01, before it begins on 2026-02-01"},
		"two periods": {func(o *athena.Options) {
			o.Days, o.Since = 1, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
		}, "the period has both a number of days, and a first or a last day"},
		"negative days":      {func(o *athena.Options) { o.Days = -1 }, "the number of days to read: got -1; allowed are 1 to 3650"},
		"too many days":      {func(o *athena.Options) { o.Days = 3651 }, "got 3651"},
		"a quote by a token": {func(o *athena.Options) { o.Location = "s3://${Token[TOKEN.1]}/a'b/" }, "allowed is \"s3://BUCKET/FOLDER/\""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options
			test.change(&o)
			_, err := athena.Queries(shop(t), o)
			require.ErrorContains(t, err, test.want)
			_, err = athena.Define(o)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// TestTokens: a folder may have CDK tokens.
func TestTokens(t *testing.T) {
	t.Parallel()
	o := options
	o.Location = "s3://${Token[Bucket.Ref.12]}/shop/AWSLogs/aws-account-id=${Token[AWS.AccountId.0]}/"
	assert.Equal(t, o.Location+"year=${year}/month=${month}/day=${day}/", define(t, o).Parameters["storage.location.template"])
}
