package kubernetes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/kubernetes"
)

// TestCheck: each mistake is one that the API server rejects. The schema takes most of them.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, o := range []kubernetes.Object{full(), baseline(), groups(), names()} {
		require.Empty(t, kubernetes.Check(o))
	}
	type policy = kubernetes.NetworkPolicy
	for at, spoil := range map[string]func(p *policy){
		"metadata.name: got \"Web\"":              func(p *policy) { p.Metadata.Name = "Web" },
		"metadata.namespace: got \"\"":            func(p *policy) { p.Metadata.Namespace = "" },
		"metadata.namespace: got \"a.b\"":         func(p *policy) { p.Metadata.Namespace = "a.b" },
		"spec.policyTypes[0]: got \"Ingres\"":     func(p *policy) { p.Spec.PolicyTypes[0] = "Ingres" },
		"spec.policyTypes[1]: got \"Ingress\"":    func(p *policy) { p.Spec.PolicyTypes = []string{"Ingress", "Ingress"} },
		"spec.policyTypes: got rules":             func(p *policy) { p.Spec.PolicyTypes = []string{"Ingress"} },
		"spec.podSelector.matchLabels":            func(p *policy) { p.Spec.PodSelector.MatchLabels = map[string]string{"a b": "c"} },
		"matchExpressions[0].operator":            func(p *policy) { p.Spec.PodSelector.MatchExpressions[0].Operator = "Is" },
		"matchExpressions[1].values: got 1":       func(p *policy) { p.Spec.PodSelector.MatchExpressions[1].Values = []string{"x"} },
		"matchExpressions[0].values: got 0":       func(p *policy) { p.Spec.PodSelector.MatchExpressions[0].Values = nil },
		"spec.egress[0].to[0]: it has no peer":    func(p *policy) { p.Spec.Egress[0].To[0] = kubernetes.Peer{} },
		"from[1]: ipBlock stands beside":          func(p *policy) { p.Spec.Ingress[0].From[1].PodSelector = &kubernetes.Selector{} },
		"ipBlock.cidr: got \"10.0.0.1/16\"":       func(p *policy) { p.Spec.Ingress[0].From[1].IPBlock.CIDR = "10.0.0.1/16" },
		"except[0]: got 10.0.0.0/16":              func(p *policy) { p.Spec.Ingress[0].From[1].IPBlock.Except[0] = "10.0.0.0/16" },
		"except[0]: got 10.1.0.0/24":              func(p *policy) { p.Spec.Ingress[0].From[1].IPBlock.Except[0] = "10.1.0.0/24" },
		"ports[0].protocol: got \"tcp\"":          func(p *policy) { p.Spec.Ingress[0].Ports[0].Protocol = "tcp" },
		"ports[0].endPort: got 7999":              func(p *policy) { p.Spec.Ingress[0].Ports[0].End = 7999 },
		"ports[2].endPort: got 9":                 func(p *policy) { p.Spec.Ingress[0].Ports[2].End = 9 },
		"ports[1].port: got 65536":                func(p *policy) { p.Spec.Ingress[0].Ports[1].Number = 65536 },
		"ports[2].port: got \"a--b\"":             func(p *policy) { p.Spec.Ingress[0].Ports[2].Name = "a--b" },
		"ports[2].port: got \"80\"":               func(p *policy) { p.Spec.Ingress[0].Ports[2].Name = "80" },
		"ports[2].port: got \"sixteen-letters1\"": func(p *policy) { p.Spec.Ingress[0].Ports[2].Name = "sixteen-letters1" },
	} {
		p := full()
		spoil(&p)
		assertProblem(t, p, at)
	}
}

func TestCheckOthers(t *testing.T) {
	t.Parallel()
	for at, spoil := range map[string]func(p *kubernetes.ClusterNetworkPolicy){
		"apiVersion: got":                  func(p *kubernetes.ClusterNetworkPolicy) { p.Group = "networking.k8s.io/v1" },
		"metadata.namespace: got \"shop\"": func(p *kubernetes.ClusterNetworkPolicy) { p.Metadata.Namespace = "shop" },
		"spec.tier: got \"baseline\"":      func(p *kubernetes.ClusterNetworkPolicy) { p.Spec.Tier = "baseline" },
		"spec.priority: got 1001":          func(p *kubernetes.ClusterNetworkPolicy) { p.Spec.Priority = 1001 },
		"spec.subject: it selects":         func(p *kubernetes.ClusterNetworkPolicy) { p.Spec.Subject.Namespaces = nil },
		"spec.egress: got 26 rules":        func(p *kubernetes.ClusterNetworkPolicy) { p.Spec.Egress = make([]kubernetes.ClusterRule, 26) },
		"spec.ingress[0].action":           func(p *kubernetes.ClusterNetworkPolicy) { p.Spec.Ingress[0].Action = "Allow" },
		"spec.ingress[0]: ingress rules":   func(p *kubernetes.ClusterNetworkPolicy) { p.Spec.Ingress[0].From = nil },
		"spec.ingress[0]: a peer is": func(p *kubernetes.ClusterNetworkPolicy) {
			p.Spec.Ingress[0].From = []kubernetes.ClusterPeer{{Networks: []string{"10.0.0.0/8"}}}
		},
	} {
		p := baseline()
		spoil(&p)
		assertProblem(t, p, at)
	}
	for at, spoil := range map[string]func(p *kubernetes.CiliumNetworkPolicy){
		"spec.egress[0]: a rule has":     func(p *kubernetes.CiliumNetworkPolicy) { p.Spec.Egress[0].ToPorts = nil },
		"toPorts: it has no ports":       func(p *kubernetes.CiliumNetworkPolicy) { p.Spec.Egress[0].ToPorts[0].Ports = nil },
		"got the name \"*.example.com\"": func(p *kubernetes.CiliumNetworkPolicy) { p.Spec.Egress[0].ToFQDNs[0].MatchName = "*.example.com" },
		"got the name \"a b.c\"":         func(p *kubernetes.CiliumNetworkPolicy) { p.Spec.Egress[0].ToFQDNs[0].MatchName = "a b.c" },
	} {
		p := names()
		spoil(&p)
		assertProblem(t, p, at)
	}
	p := groups()
	p.Spec.SecurityGroups.GroupIDs = nil
	assertProblem(t, p, "groupIds: got 0")
	p.Spec.SecurityGroups.GroupIDs = []string{"sg-1\nkind: Secret"}
	assertProblem(t, p, "groupIds: got \"sg-1\\nkind")
}

func assertProblem(t *testing.T, o kubernetes.Object, want string) {
	t.Helper()
	var all []string
	for _, err := range kubernetes.Check(o) {
		all = append(all, err.Error())
	}
	assert.Contains(t, strings.Join(all, "\n"), want)
}

func TestCheckLabel(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	for key, value := range map[string]string{
		"app": "web", "app.kubernetes.io/name": "Web_1.x", "a": "", "A-b_c.d": long[1:], strings.Repeat("p", 253) + "/a": "1",
	} {
		assert.NoError(t, kubernetes.CheckLabel(key, value), key)
	}
	for _, label := range [][2]string{
		{"", "a"}, {"a b", "a"}, {"-a", "a"}, {"a-", "a"}, {"/a", "a"}, {"A.io/a", "a"}, {"a/b/c", "a"}, {long, "a"}, {"a", long}, {"a", "-"},
		{"a", "b "}, {"a", "b\n"}, {"a", "é"}, {"a", ": x"}, {"a\n", "b"}, {strings.Repeat("p", 254) + "/a", "1"}, {"a", "*"}, {"a/", "b"},
	} {
		assert.Error(t, kubernetes.CheckLabel(label[0], label[1]), "%q", label)
	}
}
