package document

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/uses"
)

var today = time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)

// TestSamplesHavePlans: each sample has a plan in each of its environments.
func TestSamplesHavePlans(t *testing.T) {
	t.Parallel()
	for _, name := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, problems := Parse(name+".yaml", sample(t, name))
			require.Empty(t, problems.Error())
			for _, e := range d.Environments {
				p, diags := plan.Make(e.Document.Architecture(e), today)
				require.False(t, diags.HasErrors(), "%s: %s", e.Name, diags)
				assert.NotEmpty(t, p.Rules)
			}
		})
	}
}

func TestVerbsHaveRows(t *testing.T) {
	t.Parallel()
	rows := map[string]bool{"lambda.logs": true} // with lambda.vpc
	for _, v := range Verbs {
		if v.Row != "" {
			assert.Contains(t, uses.Names(), v.Row, v.Name)
			rows[v.Row] = true
		}
		if v.Type != "" {
			assert.Contains(t, ResourceTypes, v.Type, v.Name)
		}
	}
	for _, p := range PackageNames {
		assert.Contains(t, uses.Names(), p.Row)
		rows[p.Row] = true
	}
	for _, row := range uses.Names() {
		assert.True(t, rows[row], "no verb leads to %s", row)
	}
}

// TestUses reads one use of each verb, and finds what it needs.
func TestUses(t *testing.T) {
	t.Parallel()
	d := &Document{}
	for _, kind := range ResourceTypes {
		d.Resources = append(d.Resources, Resource{Name: kind, Type: kind})
	}
	rest := map[Rest]string{
		Keys: " a/* b/*", Secrets: " secret", OneSecret: " secret", LogGroups: " log-group", Packages: " al2023 patch-manager",
		Things: " Volumes", ARN: " arn:aws:x:eu-west-1:123456789012:y",
		Call: " xray PutTraceSegments, Get* on arn:aws:xray:${region}:${account}:x, *",
	}
	for _, v := range Verbs {
		text := v.Name
		if v.Type != "" {
			text += " " + v.Type
		}
		text += rest[v.Rest]
		words, err := d.ReadUse(text)
		require.NoError(t, err, text)
		assert.Equal(t, v, words.Verb, text)
		g := d.archGrant("App", Use{Use: text, AsCDK: true, Unsigned: true, For: []string{"role"}}, Environment{Region: "eu-west-1"})
		require.NotEmpty(t, g.Needs, text)
		assert.Contains(t, g.Use, v.Words)
		assert.Equal(t, []string{"${role.Arn}"}, g.Roles)
		for _, n := range g.Needs {
			assert.True(t, n.Unsigned)
			assert.NotEmpty(t, n.Actions, text)
		}
	}
	g := d.archGrant("App", Use{Use: "call xray PutTraceSegments on arn:aws:xray:${region}:${account}:x"}, Environment{Region: "eu-west-1"})
	assert.Equal(t, []arch.Need{{
		Service: "xray", Actions: []string{"xray:PutTraceSegments"}, Resources: []string{"arn:aws:xray:eu-west-1:${AWS::AccountId}:x"},
	}}, g.Needs)
}

// TestClientAddresses: UDP always keeps the addresses of clients.
func TestClientAddresses(t *testing.T) {
	t.Parallel()
	l := LoadBalancer{Tier: "Edge", Listeners: []Listener{
		{Port: 443, To: Target{Tier: "Web"}}, {Port: 53, Protocol: "udp", To: Target{Tier: "DNS", Port: 5353}},
	}}
	assert.Equal(t, []arch.ClientAddresses{{From: "Edge", Listener: "udp/53", To: "DNS", Service: "udp/5353"}}, l.clientAddresses())
	l.PreserveClientIP = true
	assert.Len(t, l.clientAddresses(), 2)
}
