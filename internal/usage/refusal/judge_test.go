package refusal_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/refusal"
)

const shop = `version: 1
name: Shop
network: {cidr: 10.0.0.0/16, zones: [eu-west-1a]}
environments: {Live: {region: eu-west-1}}
peers: {office: 198.51.100.0/24}
tiers: {Front: edge, Web: web, App: app, Database: data}
flows:
  internet -> Front https: customers
  office -> Front tcp/8443: staff
  Front -> Web https: customers
  Web -> App tcp/8080: orders
  App -> Database postgresql: orders
`

// templates makes the templates of the shop, after a change, and the model.
func templates(t *testing.T, change func([]byte) []byte) (*reach.Topology, *arch.Model) {
	t.Helper()
	d, problems := document.Parse("architecture.yaml", []byte(shop))
	require.Empty(t, problems.Error())
	e := d.Environments[0]
	s, diags := stack.Make(e.Document, e, ".json", time.Unix(0, 0))
	require.NoError(t, diags.Err())
	if change != nil {
		changed := change(s.Templates[s.File])
		require.NotEqual(t, string(s.Templates[s.File]), string(changed))
		s.Templates[s.File] = changed
	}
	a, err := s.Assembly()
	require.NoError(t, err)
	top, err := proof.Topology(a, s.Declaration)
	require.NoError(t, err)
	m, diags := arch.Check(e.Document.Architecture(e), time.Time{})
	require.NoError(t, diags.Err())
	return top, m
}

const header = "version interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags " +
	"reject-reason\n"

// causes reads a log and writes why its rejected rows are rejected.
func causes(t *testing.T, top *reach.Topology, m *arch.Model, log string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.WriteFile(file, []byte(header+log), 0o600))
	a := usage.New(&usage.Network{Model: m})
	r := a.Conclude(flowlog.Read([]string{file}, flowlog.Options{}, a.Worker))
	require.Empty(t, r.Logs.Problems)
	j := refusal.New(top, m)
	var out []string
	for _, row := range append(r.Rejected, r.Refused...) {
		c := j.Cause(row)
		out = append(out, fmt.Sprintf("%s -> %s %s", row.From, row.To, row.Service))
		for _, s := range c.Steps {
			out = append(out, fmt.Sprintf("  %s: %s", s.Control, s.Rule))
		}
		for _, said := range [][2]string{{"doubt", c.Doubt}, {"declare", c.Declare}} {
			if said[1] != "" {
				out = append(out, "  "+said[0]+": "+said[1])
			}
		}
	}
	return strings.Join(out, "\n")
}

func TestCause(t *testing.T) {
	t.Parallel()
	const differs = "what is deployed differs from the templates, or the interfaces have other groups"
	for name, test := range map[string]struct{ log, want string }{
		"at its source": {
			"5 eni-w 10.0.32.9 10.0.48.7 40000 8081 6 1 60 100 110 REJECT OK 2 -\n" +
				"5 eni-w 10.0.32.9 10.0.48.8 40000 9 6 1 60 100 110 REJECT OK 2 -\n",
			`Web -> App tcp/8081
  security group: no egress rule matches
  network ACL: no outbound entry for tcp/8081 to 10.0.48.0/22, out of Live-Shop/NetworkSubnetsBlock2Slot0SubnetB556F515
  declare: add ` + "`Web -> App tcp/8081: ...` to the `flows`" + `, with the reason
Web -> App tcp/9
  security group: no egress rule matches
  network ACL: no outbound entry for tcp/9 to 10.0.48.0/22, out of Live-Shop/NetworkSubnetsBlock2Slot0SubnetB556F515
  declare: add ` + "`Web -> App tcp/9: ...` to the `flows`" + `, with the reason`,
		},
		"at its destination, although its source should have stopped it": {
			"5 eni-a 10.0.32.9 10.0.48.7 40000 8081 6 1 60 100 110 REJECT OK 2 -\n" +
				"5 eni-a 10.0.32.8 10.0.48.7 40000 8081 6 1 60 100 110 REJECT OK 2 -\n",
			`Web -> App tcp/8081
  network ACL: no inbound entry for tcp/8081 from 10.0.32.0/22, into Live-Shop/NetworkSubnetsBlock3Slot0Subnet631642AD
  security group: no ingress rule matches
  doubt: but the templates stop it already where it leaves its source, and it came through there: ` + differs + `
  declare: add ` + "`Web -> App tcp/8081: ...` to the `flows`" + `, with the reason`,
		},
		"a flow that the table forbids": {
			"5 eni-w 10.0.32.9 10.0.64.7 40000 5432 6 1 60 100 110 REJECT OK 2 -\n" +
				"5 eni-w 10.0.32.9 10.0.64.8 40000 5432 6 1 60 100 110 REJECT OK 2 -\n",
			`Web -> Database tcp/5432
  security group: no egress rule matches
  network ACL: no outbound entry for tcp/5432 to 10.0.64.0/22, out of Live-Shop/NetworkSubnetsBlock2Slot0SubnetB556F515
  declare: web may not reach data, so add ` + "`Web -> Database tcp/5432: {because: ..., owner: ...}` to the `exceptions`",
		},
		"from outside": {
			`5 eni-f 203.0.113.7 10.0.16.5 40000 23 6 1 60 100 110 REJECT OK 2 -
5 eni-f 203.0.113.8 10.0.16.5 40000 23 6 1 60 100 110 REJECT OK 2 -
5 eni-f 203.0.113.7 10.0.16.5 40000 3389 6 1 60 100 110 REJECT OK 2 -
5 eni-f 203.0.113.7 10.0.16.6 40000 22 6 1 60 100 110 REJECT OK 2 -
`,
			`the internet -> Front tcp/23
  network ACL: no inbound entry for tcp/23 from 203.0.113.7/32, into Live-Shop/NetworkSubnetsBlock1Slot0Subnet91694888
  security group: no ingress rule matches
the internet -> Front tcp/1024-65535
  network ACL: no inbound entry for tcp/3389 from 203.0.113.7/32, into Live-Shop/NetworkSubnetsBlock1Slot0Subnet91694888
  security group: no ingress rule matches
the internet -> Front tcp/22
  network ACL: no inbound entry for tcp/22 from 203.0.113.7/32, into Live-Shop/NetworkSubnetsBlock1Slot0Subnet91694888
  security group: no ingress rule matches
  declare: add ` + "`203.0.113.7/32 -> Front tcp/22: ...` to the `flows`" + `, with the reason`,
		},
		"declared, and let through by the templates": {
			"5 eni-w 10.0.32.9 10.0.48.7 40000 8080 6 1 60 100 110 REJECT OK 2 -\n",
			"Web -> App tcp/8080\n  doubt: the templates let it through: " + differs,
		},
		"with a reason, late, or from somebody who is not known": {
			`5 eni-f 203.0.113.7 10.0.16.5 40000 443 6 1 60 100 110 REJECT OK 2 BPA
5 eni-f 203.0.113.7 10.0.16.5 40000 443 6 1 60 100 110 REJECT OK 1 -
5 eni-f 203.0.113.7 10.0.16.5 40000 443 6 1 60 100 110 REJECT OK 1 -
5 eni-a 10.0.99.9 10.0.48.7 40000 8080 6 1 60 101 110 REJECT OK 2 -
`,
			`unused addresses of the network -> App tcp/8080
  doubt: 10.0.99.9 is no address of a tier, so its groups are not known
the internet -> Front tcp/443
  doubt: it opens nothing: AWS rejects packets that come after the end of their connection
the internet -> Front tcp/443
  doubt: VPC Block Public Access rejects it, as the log says (reject-reason BPA)`,
		},
		"ICMP": {
			"5 eni-w 10.0.32.9 10.0.48.7 0 0 1 1 60 100 110 REJECT OK 0 -\n" +
				"5 eni-w 10.0.32.9 10.0.48.9 0 0 1 1 60 100 110 REJECT OK 0 -\n",
			"Web -> App icmp\n  doubt: the log does not show who opened the connection",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			top, m := templates(t, nil)
			assert.Equal(t, test.want, causes(t, top, m, test.log))
		})
	}
}

// TestReplies: replies that are rejected are stopped by a network ACL.
func TestReplies(t *testing.T) {
	t.Parallel()
	const web, app = "Live-Shop/NetworkSubnetsBlock2Slot0SubnetB556F515", "Live-Shop/NetworkSubnetsBlock3Slot0Subnet631642AD"
	top, m := templates(t, func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("65535"), []byte("1025")) })
	assert.Equal(t, `Web -> App tcp/8080
  network ACL: outbound entry 23534: allow tcp/1024-1025 to 10.0.32.0/20 (replies tcp/1024-65535, out of `+app+`)
  network ACL: inbound entry 2539: allow tcp/1024-1025 from 10.0.48.0/20 (replies tcp/1024-65535, into `+web+`)`,
		causes(t, top, m, "5 eni-a 10.0.48.7 10.0.32.9 8080 40000 6 1 60 100 110 REJECT OK 18 -\n"))
}

// TestNoTemplates: without templates, nothing is claimed about controls.
func TestNoTemplates(t *testing.T) {
	t.Parallel()
	_, m := templates(t, nil)
	assert.Contains(t, causes(t, nil, m, "5 eni-w 10.0.32.9 10.0.48.7 40000 8081 6 1 60 100 110 REJECT OK 2 -\n"), refusal.NoTemplates)
}
