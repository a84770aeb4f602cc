package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/bench/byhand"
	"github.com/tierwall/tierwall/internal/bench/rounds"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// production is the environment with the most resources.
func production() environment {
	return environment{
		cidr: "10.0.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, nat: tiers.NATPerZone, production: true,
		certificate: certificate, roles: roles, password: password, dns: watch.DNSObserve,
	}
}

// template synthesizes the stack and returns its template.
func template(t testing.TB, stack awscdk.Stack) []byte {
	require.NoError(t, tierstest.Synth(t, stack))
	text, err := os.ReadFile(filepath.Join(*stack.Node().Root().(awscdk.App).Outdir(), *stack.TemplateFile()))
	require.NoError(t, err)
	return text
}

// BenchmarkSynth compares the synthesis of the shop with that of the same resources written with CDK's L1 constructs, which prove nothing.
func BenchmarkSynth(b *testing.B) {
	stack := tierstest.Stack(b)
	shop(stack, production())
	hand, err := byhand.Read(template(b, stack))
	require.NoError(b, err)
	way := func(build func(awscdk.Stack)) func() {
		return func() {
			stack := tierstest.Stack(b)
			build(stack)
			require.NoError(b, tierstest.Synth(b, stack))
		}
	}
	rounds.Compare(b, way(func(awscdk.Stack) {}), way(func(s awscdk.Stack) { shop(s, production()) }),
		rounds.Peer{Name: "L1", Do: way(hand.Make)})
}

// TestByHand checks that the benchmark compares with the same resources.
func TestByHand(t *testing.T) {
	stack := tierstest.Stack(t)
	shop(stack, production())
	want := template(t, stack)
	hand, err := byhand.Read(want)
	require.NoError(t, err)
	same := tierstest.Stack(t)
	hand.Make(same)
	assert.Equal(t, parts(t, want), parts(t, template(t, same)))
}

// parts are the parts of a template but for metadata and the order of dependencies.
func parts(t *testing.T, text []byte) map[string]any {
	var out map[string]any
	require.NoError(t, json.Unmarshal(text, &out))
	for _, r := range out["Resources"].(map[string]any) {
		r := r.(map[string]any)
		delete(r, "Metadata")
		if needs, ok := r["DependsOn"].([]any); ok {
			slices.SortFunc(needs, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		}
	}
	return out
}
