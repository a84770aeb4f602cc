package app

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// small is the beginning of a document; the cases add to it from line 14 on.
const small = `version: 1
name: Small
network: {cidr: 10.0.0.0/16, zones: [eu-west-1a]}
environments:
  Test: {region: eu-west-1}
  Live: {account: "111122223333", region: eu-west-1ENVIRONMENT}
tiers:
  Edge: edge
  Web: web
  Data: data
flows:
  internet -> Edge https: customers
  Edge -> Web https: customers
`

// TestRefused: what the file can say and the code cannot is refused with the line.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ environment, more, want string }{
		"a flow that does not compile": {more: "  Web -> Data mysql: data\n",
			want: "the flow Web -> Data mysql is between layers that must not talk to each other (architecture.yaml:14)"},
		"a model without an ARN": {more: "resources:\n  m: model\n", want: "the model m has no ARN (architecture.yaml:15)"},
		"an account that is not known": {
			more: "resources:\n  r: {type: role, arn: \"arn:aws:iam::${account}:role/r\"}\ngrants:\n  Web: {roles: [r], uses: [who-am-i]}\n",
			want: "the ARN of r has ${account}, and the environment Test has no account (architecture.yaml:15)"},
		"an account that is not known, in a grant": {
			more: "grants:\n  Web: {uses: [\"call xray PutTraceSegments on arn:aws:xray:eu-west-1:${account}:x\"]}\n",
			want: "the ARN of arn:aws:xray:eu-west-1:${account}:x has ${account}, and the environment Test has no account (architecture.yaml)"},
		"a resource that exists in one environment": {
			environment: `, resources: {b: {arn: "arn:aws:s3:::b"}}`, more: "resources:\n  b: bucket\n",
			want: "whether workloads.go makes the resource b differs between environments (architecture.yaml:15)"},
		"onlyFrom with an ARN": {more: "resources:\n  b: {type: bucket, arn: \"arn:aws:s3:::b\", onlyFrom: true}\n",
			want: "the resource b has onlyFrom and an ARN (architecture.yaml:15)"},
		"onlyFrom of a key": {more: "resources:\n  k: {type: key, onlyFrom: true}\n",
			want: "the resource k of type key has onlyFrom (architecture.yaml:15)"},
		"an old TLS policy": {
			more: "resources:\n  c: certificate\nloadBalancers:\n" +
				"  B: {tier: Edge, certificates: [c], to: {tier: Web}, tlsPolicy: ELBSecurityPolicy-2016-08}\n",
			want: "the load balancer B has an unknown tlsPolicy (architecture.yaml:17)"},
		"days that CloudWatch Logs does not have": {more: "webACLs:\n  A: {tier: Edge, logs: {retention: 31}}\n",
			want: "CloudWatch Logs cannot keep events for 31 days (architecture.yaml:15)"},
		"Shield without a web ACL": {
			more: "resources:\n  c: certificate\nloadBalancers:\n  B: {tier: Edge, certificates: [c], to: {tier: Web}, shield: {response: block}}\n",
			want: "Shield responds to attacks on B, which has no web ACL (architecture.yaml:17)"},
		"a target that differs": {
			environment: ", loadBalancers: {B: {to: {tier: Edge}}}",
			more:        "resources:\n  c: certificate\nloadBalancers:\n  B: {tier: Edge, certificates: [c], to: {tier: Web}}\n",
			want:        "a target of B differs between environments (architecture.yaml:17)"},
		"a peer of another kind": {
			environment: ", peers: {p: {cidr: null, domain: example.com}}", more: "  Web -> p https: rates\npeers:\n  p: 203.0.113.0/24\n",
			want: "the kind of the peer p differs between environments (architecture.yaml:16)"},
		"an exception with a number": {more: "exceptions:\n  Web -> Data mysql: {because: a, owner: b, sid: 1000}\n",
			want: "an exception has a sid (architecture.yaml:15)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(small, "ENVIRONMENT", c.environment, 1) + c.more
			d, problems := document.Parse(document.FileName, []byte(text))
			require.False(t, problems.HasErrors(), "%s", problems)
			files, diags := Files(d, options("small", nil))
			assert.Empty(t, files)
			assert.Contains(t, diags.String(), c.want)
		})
	}
}
