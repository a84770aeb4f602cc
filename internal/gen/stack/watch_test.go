package stack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/filetest"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/plan"
)

const watchedNetwork = `version: 1
name: Shop
network: {cidr: 10.0.0.0/16, zones: [eu-west-1a, eu-west-1b]}
environments: {Production: {region: eu-west-1}}
tiers: {Edge: edge, Web: web}
flows:
  internet -> Edge https: customers
  Edge -> Web https: customers
  Web -> internet https: {because: news, expires: 2099-12-31}
`

// TestWatchLacks: ids of alarms that the network does not have are errors of the file, which list those that it has. What DNS does not
// know is a warning in the words of the file.
func TestWatchLacks(t *testing.T) {
	t.Parallel()
	lack := lackOf(t, watchedNetwork+"watch:\n  alarms:\n    off: [NATSlot7Ports]\n    thresholds: {Endpoints: 3}\n")
	assert.Equal(t, 2, strings.Count(lack, "error:"), lack)
	assert.Contains(t, lack, `the network has no alarm "NATSlot7Ports"; it has NATSlot0Bandwidth, NATSlot0Bytes`)
	assert.Contains(t, lack, "architecture.yaml:12")
	lack = lackOf(t, watchedNetwork+"watch: {dns: {}}\n")
	assert.Contains(t, lack, "warning: ")
	assert.Contains(t, lack, "state the names under `names`")
	filetest.CheckText(t, strings.ReplaceAll(lack, "Production/", ""))
	assert.Empty(t, lackOf(t, watchedNetwork+"watch: {flowLogs: {}, alarms: {}, calendar: {}}\n"))
}

// TestWatched: the alarms are those of the flow log, with its fields, and the names are those of the choices.
func TestWatched(t *testing.T) {
	t.Parallel()
	watched := func(watch string) (alarms, names int) {
		d := parsed(t, watchedNetwork+"watch:\n"+watch)
		e := d.Environments[0]
		p, diags := plan.Make(e.Document.Architecture(e), today)
		require.NotNil(t, p, diags.String())
		made, dns := stack.Watched(e.Document, p)
		for _, l := range dns.Lists {
			names += len(l.Names)
		}
		return len(made.Alarms), names
	}
	plain, none := watched("  alarms: {}\n")
	assert.Positive(t, plain)
	assert.Zero(t, none)
	log, names := watched("  flowLogs: {newLogGroup: true}\n  alarms: {flowLog: FlowLogs}\n  dns: {names: [a.example.com]}\n")
	assert.Equal(t, plain+3, log, "one for each tier, and one for silence")
	_, more := watched("  dns: {names: [a.example.com, b.example.com]}\n")
	assert.Equal(t, names+1, more)
	given, _ := watched("  alarms: {flowLog: \"arn:aws:logs:eu-west-1:111111111111:log-group:g\"}\n")
	assert.Equal(t, plain+2, given, "AWS's default format does not name the tier")
	without, _ := watched("  alarms: {off: [NATSlot0Ports]}\n")
	assert.Equal(t, plain-1, without)
}
