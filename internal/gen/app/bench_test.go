package app

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// manyTiers returns a document of n tiers: pairs of an app tier and a data tier that it reaches.
func manyTiers(n int) []byte {
	var tiers, flows strings.Builder
	for i := range n / 2 {
		fmt.Fprintf(&tiers, "  App%d: {kind: app, block: %d}\n  Data%d: {kind: data, block: %d}\n", i, 2*i+1, i, 2*i+2)
		fmt.Fprintf(&flows, "  App%d -> Data%d postgresql: orders\n  App%d -> api%d.example.com https: rates\n", i, i, i, i)
	}
	return []byte("version: 1\nname: Many\nnetwork: {cidr: 10.0.0.0/16, zones: [eu-west-1a, eu-west-1b], blocks: 64}\n" +
		"environments:\n  Test: {account: \"111111111111\", network: {nat: single}}\n  Live: {account: \"222222222222\", production: true}\n" +
		"tiers:\n" + tiers.String() + "flows:\n" + flows.String() + "inspection: {paths: [egress]}\n")
}

func BenchmarkFiles(b *testing.B) {
	for _, n := range []int{20, 60} {
		data := manyTiers(n)
		b.Run(fmt.Sprintf("%d tiers", n), func(b *testing.B) {
			for b.Loop() {
				d, problems := document.Parse(document.FileName, data)
				require.False(b, problems.HasErrors(), "%s", problems)
				files, diags := Files(d, Options{Module: "example.com/many", Version: "v0.9.0", Source: document.FileName, Input: data})
				require.Empty(b, diags)
				require.NotEmpty(b, files)
			}
		})
	}
}
