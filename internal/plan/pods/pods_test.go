package pods_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/kubernetes"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/plan/pods"
)

var update = flag.Bool("update", false, "write the golden files")

func on(namespace, app string) *arch.Kubernetes {
	return &arch.Kubernetes{Namespace: namespace, Labels: map[string]string{"app": app}}
}

var (
	edge   = arch.TierPeer(arch.Edge, "Edge")
	web    = arch.TierPeer(arch.Web, "Web")
	app    = arch.TierPeer(arch.App, "App")
	data   = arch.TierPeer(arch.Data, "Data")
	dns    = arch.TierPeer(arch.App, "DNS")
	domain = arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: "api.example.com"}}
	below  = arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: ".example.net"}}
)

// shop has two tiers of pods between a load balancer and a database.
func shop() arch.Architecture {
	network := plantest.Network()
	network.Inspection = &arch.Inspection{Paths: arch.EgressPath}
	return arch.Architecture{
		Network: network,
		Tiers: []arch.Tier{
			{ID: "Edge", Kind: arch.Edge}, {ID: "Data", Kind: arch.Data},
			{ID: "Web", Kind: arch.Web, Kubernetes: on("shop", "web")}, {ID: "App", Kind: arch.App, Kubernetes: on("shop", "app")},
			{ID: "DNS", Kind: arch.App, Imported: &arch.Imported{Group: arch.Operand{Text: "sg-0a1b2c3d"}},
				Kubernetes: &arch.Kubernetes{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}}},
		},
		Flows: []arch.Flow{
			plantest.Flow(plantest.Internet, edge, "https"), plantest.Flow(edge, web, "tcp/8443"), plantest.Flow(web, app, "tcp/8000-8010,udp/5000"),
			plantest.Flow(web, app, "ping"), plantest.Flow(app, data, "postgresql"), plantest.Flow(app, app, "tcp/7946"),
			plantest.Flow(app, domain, "https"), plantest.Flow(app, below, "tcp/8443"), plantest.Flow(app, dns, "dns"),
		},
	}
}

func derive(t *testing.T, a arch.Architecture, c pods.Choices) (pods.Plan, diag.List) {
	t.Helper()
	return pods.Of(plantest.Make(t, a).Model, c)
}

// TestGolden: the policies of the shop, in every form.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]pods.Choices{
		"plain":  {Baseline: pods.NamespaceBaseline},
		"cilium": {Cilium: true, Baseline: pods.KubernetesBaseline},
		"groups": {Baseline: pods.EKSBaseline, Groups: map[string][]string{"App": {"sg-0123456789abcdef0"}, "Web": {"sg-0123456789abcdef1"}}},
	} {
		p, diags := derive(t, shop(), c)
		require.False(t, diags.HasErrors(), diags.String())
		text := ""
		for _, tier := range p.Tiers {
			text += "## " + tier.ID + "\n" + string(kubernetes.Write(tier.Documents))
		}
		text += "## baseline\n" + string(kubernetes.Write(p.Baseline)) + "## messages\n" + diags.String()
		golden := filepath.Join("testdata", name+".txt")
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(text), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), text, name)
	}
}

// TestRefused: what no policy can say is an error with the flow, never a rule that is missing.
func TestRefused(t *testing.T) {
	t.Parallel()
	imported := shop()
	imported.Tiers[4].Kubernetes = nil
	none := shop()
	for i := range none.Tiers {
		none.Tiers[i].Kubernetes = nil
	}
	pool := shop()
	pool.Network.Range, pool.Network.Bits, pool.Network.Inspection = arch.Operand{Text: "IPAM", Symbolic: true}, 16, nil
	pool.Flows = append(pool.Flows[:6:6], pool.Flows[8])
	symbolic := shop()
	symbolic.Flows = append(symbolic.Flows[:6:6], arch.Flow{
		From: app, To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "Base/Block", Symbolic: true}}, Service: "https",
		Path: arch.Path{Kind: arch.ThroughGateway, Via: arch.Gateway{
			Kind: arch.TransitGateway, Operand: arch.Operand{Text: "tgw-0a1b2c3d4e5f60718"},
		}},
	})
	symbolic.Network.Inspection = nil
	for want, a := range map[string]arch.Architecture{
		"a policy for pods cannot name DNS": imported, "no tier says which pods it is": none,
		"a policy for pods cannot name Edge": pool, "a policy for pods cannot name Base/Block": symbolic,
	} {
		_, diags := derive(t, a, pods.Choices{})
		assert.True(t, diags.HasErrors(), want)
		assert.Contains(t, diags.String(), want)
	}
	group := []string{"sg-0123456789abcdef0"}
	_, diags := derive(t, shop(), pods.Choices{Groups: map[string][]string{"Edge": group, "Nobody": group}})
	assert.Len(t, diags.With(diag.Error), 2)
	_, diags = derive(t, shop(), pods.Choices{Groups: map[string][]string{"App": {"sg-0\nkind: Secret"}}})
	assert.Contains(t, diags.String(), "Kubernetes rejects a policy")
}

// TestPodsOfTwoTiers: no pod can be of two tiers, and what Kubernetes does not take as a name or a label is refused.
func TestPodsOfTwoTiers(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]*arch.Kubernetes{
		"the same labels":     on("shop", "web"),
		"other labels":        {Namespace: "shop", Labels: map[string]string{"role": "api"}},
		"no labels":           {Namespace: "shop"},
		"more labels":         {Namespace: "shop", Labels: map[string]string{"app": "web", "role": "api"}},
		"a namespace":         on("Shop", "app"),
		"an empty namespace":  on("", "app"),
		"YAML in a namespace": on("shop\n---\nkind: Secret", "app"),
		"YAML in a label":     on("shop", "app\n  evil: true"),
		"a label's key":       {Namespace: "other", Labels: map[string]string{"a b": "c"}},
	} {
		a := shop()
		a.Tiers[3].Kubernetes = k
		_, diags := arch.Check(a, plantest.Today)
		assert.True(t, diags.HasErrors(), name)
		assert.Equal(t, "pods", diags.With(diag.Error)[0].Rule, name)
	}
	a := shop()
	a.Tiers[3].Kubernetes = &arch.Kubernetes{Namespace: "other"}
	_, diags := arch.Check(a, plantest.Today)
	assert.False(t, diags.HasErrors(), diags.String())
}

// TestLimit: more ports for a block than the VPC CNI holds are a warning.
func TestLimit(t *testing.T) {
	t.Parallel()
	a := shop()
	for port := range 25 {
		a.Flows = append(a.Flows, plantest.Flow(app, data, arch.Ports{Protocol: arch.TCP, From: 6000 + 2*port, To: 6000 + 2*port}.String()))
	}
	_, diags := derive(t, a, pods.Choices{})
	assert.Contains(t, diags.String(), "the VPC CNI may not hold a policy")
	_, diags = derive(t, shop(), pods.Choices{})
	assert.NotContains(t, diags.String(), "the VPC CNI may not hold a policy")
}

// TestNamesNeedTheirDNS: with names, no rule of the NetworkPolicy has port 53 of the DNS pods, which would keep Cilium from reading names.
func TestNamesNeedTheirDNS(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Flows = append(a.Flows, plantest.Flow(app, dns, "tcp/9153"))
	p, diags := derive(t, a, pods.Choices{Cilium: true})
	require.False(t, diags.HasErrors(), diags.String())
	text := string(kubernetes.Write(p.Tiers[0].Documents[:1]))
	assert.NotContains(t, text, "port: 53\n")
	assert.Contains(t, text, "port: 9153")
	a.Flows = append(a.Flows, plantest.Flow(app, dns, "udp/50-60"))
	_, diags = derive(t, a, pods.Choices{Cilium: true})
	assert.True(t, diags.HasErrors())
}

// TestClientAddresses: behind a load balancer that keeps the addresses of its clients, pods take connections from these, and it is said.
func TestClientAddresses(t *testing.T) {
	t.Parallel()
	a := shop()
	a.ClientAddresses = []arch.ClientAddresses{{From: "Edge", Listener: "tcp/443", To: "Web", Service: "tcp/8443"}}
	p, diags := derive(t, a, pods.Choices{Cilium: true})
	require.False(t, diags.HasErrors(), diags.String())
	assert.Contains(t, diags.String(), "the policy of Web allows tcp/8443 from the internet")
	app, web := string(kubernetes.Write(p.Tiers[0].Documents)), string(kubernetes.Write(p.Tiers[1].Documents))
	assert.NotContains(t, app, "0.0.0.0/0")
	assert.Contains(t, web, "    - ipBlock:\n        cidr: \"0.0.0.0/0\"\n")
	assert.Contains(t, web, "# Wider than the flows: tcp/8443 from the internet")
}

// TestDNSOfNodes: pods with the group of their tier ask the DNS of the cluster by a flow to the nodes whose subnets they share, and by no
// flow to other machines.
func TestDNSOfNodes(t *testing.T) {
	t.Parallel()
	for to, warned := range map[string]bool{"Nodes": false, "Machines": true} {
		a := arch.Architecture{
			Network: plantest.Network(),
			Tiers: []arch.Tier{{ID: "Nodes", Kind: arch.App}, {ID: "Machines", Kind: arch.App, Block: 6},
				{ID: "App", Kind: arch.App, SharesWith: "Nodes", Kubernetes: on("shop", "app")}},
			Flows: []arch.Flow{plantest.Flow(app, arch.TierPeer(arch.App, to), "dns")},
		}
		_, diags := derive(t, a, pods.Choices{Groups: map[string][]string{"App": {"sg-0123456789abcdef0"}}})
		assert.Equal(t, warned, strings.Contains(diags.String(), "cannot ask DNS"), to)
	}
}
