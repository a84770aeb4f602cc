package mirror_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/mirror"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// tier is a tier in a block.
func tier(kind arch.Kind, id string, block int) arch.Tier {
	return arch.Tier{ID: id, Kind: kind, Block: block}
}

// modelOf returns the model of tiers Web, More, App and Db with flows.
func modelOf(t *testing.T, six bool, flows ...arch.Flow) *arch.Model {
	t.Helper()
	a := arch.Architecture{Network: plantest.Network(), Flows: flows, Tiers: []arch.Tier{
		tier(arch.Web, "Web", 2), tier(arch.Web, "More", 3), tier(arch.App, "App", 4), tier(arch.Data, "Db", 5),
		{ID: "Cron", Kind: arch.App, SharesWith: "App"},
	}}
	a.Network.IPv6 = six
	return plantest.Make(t, a).Model
}

var web, more, app, db = arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.Web, "More"), arch.TierPeer(arch.App, "App"),
	arch.TierPeer(arch.Data, "Db")

// TestRules: the rules of filters, as people read them. Rules become one only where that is exact.
func TestRules(t *testing.T) {
	t.Parallel()
	const rest = "; 32760 accept ingress -1 0.0.0.0/0 -> 0.0.0.0/0; 32761 accept egress -1 0.0.0.0/0 -> 0.0.0.0/0"
	for name, c := range map[string]struct {
		flows []arch.Flow
		want  string
	}{
		"one": {
			[]arch.Flow{plantest.Flow(app, db, "mysql")},
			"10 reject ingress tcp 10.0.80.0/20:3306 -> 10.0.64.0/20:1024-65535; 20 reject egress tcp 10.0.64.0/20 -> 10.0.80.0/20:3306" + rest,
		},
		"two halves of a block": {
			[]arch.Flow{plantest.Flow(web, app, "tcp/8080"), plantest.Flow(more, app, "tcp/8080")},
			"10 reject ingress tcp 10.0.32.0/19 -> 10.0.64.0/20:8080; 20 reject egress tcp 10.0.64.0/20:8080 -> 10.0.32.0/19:1024-65535" + rest,
		},
		"the halves with other ports": {
			[]arch.Flow{plantest.Flow(web, app, "tcp/8080"), plantest.Flow(more, app, "tcp/8081")},
			"10 reject ingress tcp 10.0.32.0/20 -> 10.0.64.0/20:8080; 20 reject egress tcp 10.0.64.0/20:8080 -> 10.0.32.0/20:1024-65535; " +
				"30 reject ingress tcp 10.0.48.0/20 -> 10.0.64.0/20:8081; 40 reject egress tcp 10.0.64.0/20:8081 -> 10.0.48.0/20:1024-65535" + rest,
		},
		"the internet is not the network": {
			[]arch.Flow{plantest.Flow(app, plantest.Internet, "https")},
			"10 accept ingress -1 10.0.0.0/16 -> 0.0.0.0/0; 20 accept egress -1 0.0.0.0/0 -> 10.0.0.0/16; " +
				"30 reject ingress tcp 0.0.0.0/0:443 -> 10.0.64.0/20:1024-65535; 40 reject egress tcp 10.0.64.0/20 -> 0.0.0.0/0:443" + rest,
		},
		"messages of ICMP": {[]arch.Flow{plantest.Flow(web, app, "ping")}, strings.TrimPrefix(rest, "; ")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, ok := mirror.Undeclared(modelOf(t, false, c.flows...), "App", nil)
			require.True(t, ok)
			var got []string
			for _, r := range f.Rules {
				got = append(got, r.String())
			}
			assert.Equal(t, c.want, strings.Join(got, "; "))
		})
	}
}

// TestTooMany: the message says how many rules each flow needs. With IPv6 each flow needs twice as many.
func TestTooMany(t *testing.T) {
	t.Parallel()
	flows := []arch.Flow{plantest.Flow(web, app, "tcp/8080"), plantest.Flow(app, db, "mysql")}
	f, _ := mirror.Undeclared(modelOf(t, false, flows...), "App", nil)
	assert.Empty(t, f.TooMany())
	f, _ = mirror.Undeclared(modelOf(t, true, flows...), "App", nil)
	assert.Equal(t, "it needs 12 rules; AWS takes 10, for both directions together, and does not raise that; 4 of them copy everything else; "+
		"App->Db:tcp/3306 alone needs 4, Web->App:tcp/8080 alone needs 4", f.TooMany())
}

// TestApart: packets that a filter cannot tell from others are copied, and named.
func TestApart(t *testing.T) {
	t.Parallel()
	list := arch.Peer{Kind: arch.PrefixList, Operand: arch.Operand{Text: "pl-12345678"}, Entries: 3}
	m := modelOf(t, false, plantest.Flow(app, list, "https"), plantest.Flow(web, app, "ping"), plantest.Flow(app, db, "mysql"))
	f, _ := mirror.Undeclared(m, "App", nil)
	require.Len(t, f.Apart, 2)
	assert.Equal(t, "App->pl-12345678:tcp/443", f.Apart[0].Flow.SubjectString())
	assert.Equal(t, "Web->App:icmp/8", f.Apart[1].Flow.SubjectString())
	assert.Equal(t, []string{"Cron"}, mirror.Shared(m, "Db"))
	assert.Empty(t, mirror.Shared(m, "App"), "an interface of App has addresses of App alone")
	assert.Empty(t, mirror.Shared(m, "More"))
	assert.Equal(t, []string{"App", "Cron"}, mirror.Shared(modelOf(t, false, plantest.Flow(app, app, "https"), plantest.Flow(app,
		arch.TierPeer(arch.App, "Cron"), "https")), "App"))
}

// TestClientAddresses: behind a load balancer that keeps its clients' addresses, packets from the clients are declared.
func TestClientAddresses(t *testing.T) {
	t.Parallel()
	edge := arch.TierPeer(arch.Edge, "Edge")
	a := arch.Architecture{Network: plantest.Network(), Tiers: []arch.Tier{tier(arch.Edge, "Edge", 1), tier(arch.Web, "Web", 2)},
		Flows:           []arch.Flow{plantest.Flow(plantest.Block("203.0.113.0/24"), edge, "https"), plantest.Flow(edge, web, "tcp/8443")},
		ClientAddresses: []arch.ClientAddresses{{From: "Edge", To: "Web", Listener: "https", Service: "tcp/8443"}},
	}
	f, _ := mirror.Undeclared(plantest.Make(t, a).Model, "Web", nil)
	assert.Contains(t, fmt.Sprint(f.Rules), "reject ingress tcp 203.0.113.0/24 -> 10.0.32.0/20:8443")
}

// TestCheck: what AWS rejects about sessions.
func TestCheck(t *testing.T) {
	t.Parallel()
	sensor := mirror.Target{Kind: mirror.ToInterface, Tier: "Ids", Name: "eni-9"}
	balancer := mirror.Target{Kind: mirror.ToNetworkLoadBalancer, Tier: "Ids", Name: "nlb"}
	many := func(n int, to mirror.Target) (out []mirror.Session) {
		for i := range n {
			out = append(out, mirror.Session{Copy: "All", Tier: "App", Interface: fmt.Sprint("source ", i), Number: 1, Target: to})
		}
		return out
	}
	one := func(eni string, number int) mirror.Session {
		return mirror.Session{Copy: "All", Tier: "App", Interface: eni, Number: number, Target: sensor}
	}
	for name, c := range map[string]struct {
		sessions []mirror.Session
		want     string
		severity diag.Severity
	}{
		"fine":               {[]mirror.Session{one("eni-1", 1), one("eni-1", 2), one("eni-1", 32766), one("eni-2", 1)}, "", 0},
		"a number twice":     {[]mirror.Session{one("eni-1", 1), one("eni-1", 1)}, "two sessions of a network interface have one number", 0},
		"too many":           {[]mirror.Session{one("eni-1", 1), one("eni-1", 2), one("eni-1", 3), one("eni-1", 4)}, "too many sessions", 0},
		"too large":          {[]mirror.Session{one("eni-1", 32767)}, "the number of a session is not possible", 0},
		"negative":           {[]mirror.Session{one("eni-1", -1)}, "the number of a session is not possible", 0},
		"both":               {[]mirror.Session{one("eni-9", 1)}, "a source and a target", 0},
		"10 sources":         {many(10, sensor), "", 0},
		"11 sources":         {many(11, sensor), "the target of many sources", diag.Warning},
		"sources of an NLB":  {many(200, balancer), "", 0},
		"the default number": {[]mirror.Session{one("eni-1", mirror.Number(0)), one("eni-1", 1)}, "have one number", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := mirror.Check(c.sessions)
			if c.want == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Contains(t, found[0].Summary, c.want)
			assert.Equal(t, c.severity, found[0].Severity)
		})
	}
	assert.True(t, mirror.Check(many(101, sensor)).HasErrors())
}
