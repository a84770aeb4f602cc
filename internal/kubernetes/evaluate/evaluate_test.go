package evaluate_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/kubernetes"
	"github.com/tierwall/tierwall/internal/kubernetes/evaluate"
)

type labels = map[string]string

type (
	Pod       = evaluate.Pod
	NamedPort = evaluate.NamedPort
	End       = evaluate.End
	Service   = evaluate.Service
	Cluster   = evaluate.Cluster
)

func pod(namespace, app, address string) *Pod {
	return &Pod{Namespace: namespace, Labels: labels{"app": app}, Address: netip.MustParseAddr(address),
		Ports: []NamedPort{{"serve", "TCP", 8080}}}
}

func app(name string) *kubernetes.Selector {
	return &kubernetes.Selector{MatchLabels: labels{"app": name}}
}

// Short names for the table of TestDocumentation.
type (
	spec = kubernetes.NetworkPolicySpec
	in   = kubernetes.IngressRule
	out  = kubernetes.EgressRule
	peer = kubernetes.Peer
	port = kubernetes.Port
)

// from is a policy that allows connections from peers, and on one that allows connections to ports.
func from(peers ...peer) spec { return spec{Ingress: []in{{From: peers}}} }
func on(ports ...port) spec   { return spec{Ingress: []in{{Ports: ports}}} }

// sends is a policy that isolates egress and has a rule.
func sends(r out) spec { return spec{PolicyTypes: []string{kubernetes.Egress}, Egress: []out{r}} }

func of(pods string) spec { return spec{PodSelector: *app(pods)} }

// TestDocumentation: the sentences of Kubernetes' page on network policies, each with a policy of the pods "web" in the namespace "a".
func TestDocumentation(t *testing.T) {
	t.Parallel()
	web, api, far := End{Pod: pod("a", "web", "10.0.0.1")}, End{Pod: pod("a", "api", "10.0.0.2")}, End{Pod: pod("b", "api", "10.0.1.2")}
	outside := End{Address: netip.MustParseAddr("203.0.113.9")}
	tcp, inB := Service{"TCP", 8080}, kubernetes.InNamespace("b")
	block := func(except ...string) peer {
		return peer{IPBlock: &kubernetes.IPBlock{CIDR: "203.0.113.0/24", Except: except}}
	}
	untyped := sends(out{To: []peer{{PodSelector: app("none")}}})
	untyped.PolicyTypes = nil
	for name, c := range map[string]struct {
		spec     spec
		from, to End
		service  Service
		want     bool
	}{
		"a pod that no policy selects is open":         {of("none"), api, web, tcp, true},
		"a policy without rules denies ingress":        {spec{}, api, web, tcp, false},
		"by default a policy is of ingress":            {of("web"), web, api, tcp, true},
		"egress rules make it one of egress":           {untyped, web, api, tcp, false},
		"types decide, not rules":                      {spec{PolicyTypes: []string{"Egress"}}, outside, web, tcp, true},
		"an empty rule allows all":                     {from(), outside, web, Service{"ICMP", 0}, true},
		"a pod reaches itself":                         {spec{}, web, web, tcp, true},
		"a pod selector is of the policy's namespace":  {from(peer{PodSelector: app("api")}), far, web, tcp, false},
		"a namespace selector is of all its pods":      {from(peer{NamespaceSelector: inB}), far, web, tcp, true},
		"both selectors of a peer must match":          {from(peer{NamespaceSelector: inB, PodSelector: app("x")}), far, web, tcp, false},
		"one of two peers is enough":                   {from(peer{NamespaceSelector: inB}, peer{PodSelector: app("x")}), far, web, tcp, true},
		"labels of namespaces":                         {from(peer{NamespaceSelector: app("blue")}), far, web, tcp, true},
		"selectors match no address outside":           {from(peer{NamespaceSelector: &kubernetes.Selector{}}), outside, web, tcp, false},
		"a block":                                      {from(block()), outside, web, tcp, true},
		"a block without a part":                       {from(block("203.0.113.8/30")), outside, web, tcp, false},
		"the protocol is TCP by default":               {on(port{Number: 53}), outside, web, Service{"UDP", 53}, false},
		"a protocol without a port is all its ports":   {on(port{Protocol: "UDP"}), outside, web, Service{"UDP", 9}, true},
		"the last port of a range":                     {on(port{Number: 8000, End: 8080}), outside, web, tcp, true},
		"behind the last port of a range":              {on(port{Number: 8000, End: 8079}), outside, web, tcp, false},
		"a named port":                                 {on(port{Name: "serve"}), outside, web, tcp, true},
		"a named port is of the destination":           {sends(out{Ports: []port{{Name: "serve"}}}), web, outside, tcp, false},
		"a named port of another number":               {on(port{Name: "serve"}), outside, web, Service{"TCP", 80}, false},
		"egress needs the source, ingress is its own":  {sends(out{To: []peer{{PodSelector: app("api")}}}), web, api, tcp, true},
		"what is not in the namespace is not selected": {spec{}, outside, far, tcp, true},
	} {
		policy := kubernetes.NetworkPolicy{Metadata: kubernetes.Metadata{Name: "p", Namespace: "a"}, Spec: c.spec}
		if len(c.spec.PodSelector.MatchLabels) == 0 {
			policy.Spec.PodSelector = *app("web")
		}
		cluster := Cluster{Namespaces: map[string]map[string]string{"b": {"app": "blue"}}, Policies: []kubernetes.NetworkPolicy{policy}}
		assert.Equal(t, c.want, cluster.Allows(c.from, c.to, c.service), name)
	}
	deny := kubernetes.NetworkPolicy{Metadata: kubernetes.Metadata{Namespace: "a"}}
	allow := deny
	allow.Spec.Ingress = []in{{From: []peer{{PodSelector: app("api")}}}}
	union := Cluster{Policies: []kubernetes.NetworkPolicy{deny, allow}}
	assert.True(t, union.Allows(far, outside, tcp))
	assert.True(t, union.Allows(api, web, tcp), "policies add up")
	assert.False(t, union.Allows(far, web, tcp))
}

// TestAgainstNaive: a second evaluator, which makes a list of all that each pod may send and receive, packet by packet, agrees about random
// policies and pods.
func TestAgainstNaive(t *testing.T) {
	t.Parallel()
	asked, allowed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		cluster := Cluster{Namespaces: map[string]map[string]string{"a": {"env": "x"}, "b": {"env": "y"}}}
		for range rapid.IntRange(0, 5).Draw(t, "policies") {
			cluster.Policies = append(cluster.Policies, randomPolicy(t))
		}
		ends := []End{{Address: netip.MustParseAddr("203.0.113.9")}, {Address: netip.MustParseAddr("10.0.0.200")}}
		for i := range rapid.IntRange(1, 5).Draw(t, "pods") {
			p := pod(one(t, "a", "b"), one(t, "web", "api"), "10.0.0.1")
			p.Address = netip.AddrFrom4([4]byte{10, 0, byte(i % 2), byte(i)})
			ends = append(ends, End{Pod: p})
		}
		for _, from := range ends {
			for _, to := range ends {
				for _, s := range services {
					got := cluster.Allows(from, to, s)
					if asked++; got {
						allowed++
					}
					if want := naive(cluster, from, to, s); got != want {
						t.Fatalf("%v to %v %v: got %v, want %v; %+v", from, to, s, got, want, cluster)
					}
				}
			}
		}
	})
	t.Logf("%d connections, %d allowed", asked, allowed)
}

var services = []Service{{"TCP", 80}, {"TCP", 8080}, {"TCP", 8090}, {"UDP", 53}, {"ICMP", 8}}

func one(t *rapid.T, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, texts[0]) }

func randomPolicy(t *rapid.T) kubernetes.NetworkPolicy {
	p := kubernetes.NetworkPolicy{Metadata: kubernetes.Metadata{Name: "p", Namespace: one(t, "a", "b")}}
	p.Spec.PodSelector = *randomSelector(t, "app", "web", "api")
	p.Spec.PolicyTypes = rapid.SampledFrom([][]string{nil, {"Ingress"}, {"Egress"}, {"Ingress", "Egress"}}).Draw(t, "types")
	for range rapid.IntRange(0, 2).Draw(t, "ingress") {
		p.Spec.Ingress = append(p.Spec.Ingress, kubernetes.IngressRule{From: randomPeers(t), Ports: randomPorts(t)})
	}
	for range rapid.IntRange(0, 2).Draw(t, "egress") {
		p.Spec.Egress = append(p.Spec.Egress, kubernetes.EgressRule{To: randomPeers(t), Ports: randomPorts(t)})
	}
	return p
}

func randomSelector(t *rapid.T, key string, values ...string) *kubernetes.Selector {
	s := &kubernetes.Selector{}
	switch rapid.IntRange(0, 3).Draw(t, "selector") {
	case 0:
		s.MatchLabels = labels{key: rapid.SampledFrom(values).Draw(t, "value")}
	case 1:
		s.MatchExpressions = []kubernetes.Requirement{{Key: key, Operator: one(t, "In", "NotIn"), Values: values[:1]}}
	case 2:
		s.MatchExpressions = []kubernetes.Requirement{{Key: key, Operator: one(t, "Exists", "DoesNotExist")}}
	}
	return s
}

func randomPeers(t *rapid.T) []kubernetes.Peer {
	var out []kubernetes.Peer
	for range rapid.IntRange(0, 2).Draw(t, "peers") {
		var p kubernetes.Peer
		switch rapid.IntRange(0, 3).Draw(t, "peer") {
		case 0:
			p.PodSelector = randomSelector(t, "app", "web", "api")
		case 1:
			p.NamespaceSelector = randomSelector(t, "env", "x", "y")
		case 2:
			p.PodSelector, p.NamespaceSelector = randomSelector(t, "app", "web", "api"), randomSelector(t, kubernetes.NamespaceLabel, "a", "b")
		default:
			p.IPBlock = &kubernetes.IPBlock{CIDR: rapid.SampledFrom([]string{"0.0.0.0/0", "10.0.0.0/16", "10.0.0.0/24"}).Draw(t, "block")}
			if rapid.Bool().Draw(t, "except") {
				p.IPBlock.Except = []string{"10.0.0.0/25"}
			}
		}
		out = append(out, p)
	}
	return out
}

func randomPorts(t *rapid.T) []kubernetes.Port {
	return rapid.SliceOfN(rapid.SampledFrom([]kubernetes.Port{
		{Number: 80}, {Protocol: "TCP", Number: 8080}, {Protocol: "UDP"}, {Number: 8000, End: 8085}, {Name: "serve"},
		{Protocol: "UDP", Number: 80},
	}), 0, 2).Draw(t, "ports")
}

// naive decides by the sentences of the documentation: first which policies select the pod, then what all of their rules together allow,
// as texts of single connections.
func naive(c Cluster, from, to End, s Service) bool {
	if from.Pod != nil && from.Pod == to.Pod {
		return true
	}
	for _, side := range []struct {
		own, other End
		egress     bool
	}{{from, to, true}, {to, from, false}} {
		if side.own.Pod == nil {
			continue
		}
		isolated, allowed := false, map[string]bool{}
		for _, p := range c.Policies {
			spec := p.Spec
			types := strings.Join(spec.PolicyTypes, " ")
			if types == "" {
				types = "Ingress"
				if spec.Egress != nil {
					types += " Egress"
				}
			}
			if p.Metadata.Namespace != side.own.Pod.Namespace || !naiveSelects(spec.PodSelector, side.own.Pod.Labels) {
				continue
			}
			if side.egress && strings.Contains(types, "Egress") {
				isolated = true
				for _, r := range spec.Egress {
					naiveRule(allowed, c, p.Metadata.Namespace, r.To, r.Ports, side.other, to)
				}
			}
			if !side.egress && strings.Contains(types, "Ingress") {
				isolated = true
				for _, r := range spec.Ingress {
					naiveRule(allowed, c, p.Metadata.Namespace, r.From, r.Ports, side.other, to)
				}
			}
		}
		if isolated && !allowed[connection(s)] {
			return false
		}
	}
	return true
}

func connection(s Service) string { return s.Protocol + string(rune(s.Port)) }

func naiveRule(allowed map[string]bool, c Cluster, namespace string, peers []kubernetes.Peer, ports []kubernetes.Port, other, to End) {
	named := len(peers) == 0
	for _, p := range peers {
		if p.IPBlock != nil {
			address := other.Address
			if other.Pod != nil {
				address = other.Pod.Address
			}
			inside := netip.MustParsePrefix(p.IPBlock.CIDR).Contains(address)
			for _, e := range p.IPBlock.Except {
				inside = inside && !netip.MustParsePrefix(e).Contains(address)
			}
			named = named || inside
			continue
		}
		if other.Pod == nil {
			continue
		}
		var matches bool
		if p.NamespaceSelector != nil {
			of := labels{kubernetes.NamespaceLabel: other.Pod.Namespace, "env": c.Namespaces[other.Pod.Namespace]["env"]}
			matches = naiveSelects(*p.NamespaceSelector, of)
		} else {
			matches = other.Pod.Namespace == namespace
		}
		if p.PodSelector != nil {
			matches = matches && naiveSelects(*p.PodSelector, other.Pod.Labels)
		}
		named = named || matches
	}
	if !named {
		return
	}
	for _, s := range services {
		if len(ports) == 0 {
			allowed[connection(s)] = true
		}
		for _, p := range ports {
			protocol := p.Protocol
			if protocol == "" {
				protocol = "TCP"
			}
			low, high := p.Number, p.Number
			if p.End > 0 {
				high = p.End
			}
			if p.Number == 0 && p.Name == "" {
				low, high = 0, 65535
			}
			if p.Name != "" {
				low, high = -1, -1
				if to.Pod != nil {
					for _, n := range to.Pod.Ports {
						if n.Name == p.Name && n.Protocol == protocol {
							low, high = n.Number, n.Number
						}
					}
				}
			}
			if protocol == s.Protocol && low <= s.Port && s.Port <= high {
				allowed[connection(s)] = true
			}
		}
	}
}

func naiveSelects(s kubernetes.Selector, have labels) bool {
	for k, v := range s.MatchLabels {
		if have[k] != v {
			return false
		}
	}
	for _, r := range s.MatchExpressions {
		value, has := have[r.Key]
		in := has && strings.Contains(" "+strings.Join(r.Values, " ")+" ", " "+value+" ")
		if !map[string]bool{"In": in, "NotIn": !in, "Exists": has, "DoesNotExist": !has}[r.Operator] {
			return false
		}
	}
	return true
}
