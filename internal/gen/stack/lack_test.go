package stack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/plan"
)

// lackOf returns what the document of a text lacks.
func lackOf(t *testing.T, text string) string {
	t.Helper()
	d := parsed(t, text)
	e := d.Environments[0]
	p, diags := plan.Make(e.Document.Architecture(e), today)
	require.NotNil(t, p, diags.String())
	return stack.Lacks(e.Document, p).String()
}

const existingVPC = `version: 1
name: Shop
network:
  vpc:
    id: vpc-0123456789abcdef0
    cidr: 10.0.0.0/16
    subnets:
      app:
        eu-west-1a: {subnet: subnet-0123456789abcdef0, routeTable: rtb-0123456789abcdef0}
        eu-west-1b: {subnet: subnet-1123456789abcdef0, routeTable: rtb-1123456789abcdef0}
environments: {Production: {region: eu-west-1}}
tiers: {App: {kind: app, subnets: app}}
flows: {}
resources: {jobs: {type: queue, arn: "arn:aws:sqs:eu-west-1:111111111111:jobs"}}
grants: {App: {uses: [send jobs]}}
`

// TestSubnetsOfEndpoints: the endpoints of an existing VPC have subnets, or exist already.
func TestSubnetsOfEndpoints(t *testing.T) {
	t.Parallel()
	lack := lackOf(t, existingVPC)
	assert.Equal(t, 1, strings.Count(lack, "error:"), lack)
	assert.Contains(t, lack, "the endpoint for sqs has no subnets")
	for _, fix := range []string{"subnets: app", "existing: {sqs: {securityGroup: sg-0123456789abcdef0}}"} {
		assert.Empty(t, lackOf(t, existingVPC+"endpoints: {"+fix+"}\n"), fix)
	}
}

// TestConnectionsOfLoadBalancers: each listener and each target has its flow, in each protocol. What is declared is not missed.
func TestConnectionsOfLoadBalancers(t *testing.T) {
	t.Parallel()
	const head = `version: 1
name: Shop
network: {cidr: 10.0.0.0/16, zones: [eu-west-1a, eu-west-1b]}
environments: {Production: {region: eu-west-1}}
tiers: {Edge: edge, Web: web}
`
	const balancer = "loadBalancers: {L: {tier: Edge, "
	const certificate = `certificates: ["arn:aws:acm:eu-west-1:111111111111:certificate/a"], `
	for name, test := range map[string]struct {
		balancer string
		needs    []string // keys of flows, which together are enough
	}{
		"http":  {certificate + "to: {tier: Web}", []string{"internet -> Edge tcp/443", "Edge -> Web tcp/443"}},
		"plain": {certificate + "to: {tier: Web, plain: true}", []string{"internet -> Edge tcp/443", "Edge -> Web tcp/80"}},
		"ports": {certificate + "port: 8443, to: {tier: Web, port: 90}", []string{"internet -> Edge tcp/8443", "Edge -> Web tcp/90"}},
		"health": {certificate + "to: {tier: Web, healthPort: 91}",
			[]string{"internet -> Edge tcp/443", "Edge -> Web tcp/443", "Edge -> Web tcp/91"}},
		"redirect and tests": {certificate + "redirectHTTP: true, blueGreen: {testPort: 9443}, to: {tier: Web}",
			[]string{"internet -> Edge tcp/443", "internet -> Edge tcp/80", "internet -> Edge tcp/9443", "Edge -> Web tcp/443"}},
		"routes": {certificate + "to: {tier: Web}, routes: [{paths: [/a], to: {tier: Web, port: 81}}]",
			[]string{"internet -> Edge tcp/443", "Edge -> Web tcp/443", "Edge -> Web tcp/81"}},
		"udp": {"listeners: [{port: 53, protocol: udp, to: {tier: Web, port: 53}}]",
			[]string{"internet -> Edge udp/53", "Edge -> Web udp/53", "Edge -> Web tcp/53"}},
		"tcp and udp": {"listeners: [{port: 53, protocol: tcp-and-udp, to: {tier: Web, port: 53}}]",
			[]string{"internet -> Edge tcp/53", "internet -> Edge udp/53", "Edge -> Web udp/53", "Edge -> Web tcp/53"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := flowsOf(test.needs)
			assert.Empty(t, lackOf(t, head+all+balancer+test.balancer+"}}\n"))
			for _, need := range test.needs {
				lack := lackOf(t, head+strings.Replace(all, "  "+need+": why\n", "", 1)+balancer+test.balancer+"}}\n")
				assert.Equal(t, 1, strings.Count(lack, "error:"), lack)
				assert.Contains(t, lack, "add under flows: `"+need+": why`")
			}
		})
	}
}

func flowsOf(keys []string) string {
	out := "flows:\n  Web -> internet https: updates\n"
	for _, key := range keys {
		out += "  " + key + ": why\n"
	}
	return out
}
