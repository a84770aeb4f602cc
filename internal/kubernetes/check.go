package kubernetes

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Check returns everything that Kubernetes rejects in an object, each with the place of the value: "spec.egress[0].ports[1].endPort: ...".
// The schemas of Kubernetes take most of these mistakes.
func Check(o Object) []error {
	c := &checker{}
	m := o.metadata()
	if err := CheckName(m.Name); err != nil {
		c.fail("metadata.name", "%w", err)
	}
	_, isCluster := o.(ClusterNetworkPolicy)
	if isCluster && m.Namespace != "" {
		c.fail("metadata.namespace", "got %q; the policy is of the whole cluster", m.Namespace)
	} else if err := CheckNamespace(m.Namespace); !isCluster && err != nil {
		c.fail("metadata.namespace", "%w", err)
	}
	switch p := o.(type) {
	case NetworkPolicy:
		c.networkPolicy(p.Spec)
	case ClusterNetworkPolicy:
		c.clusterPolicy(p)
	case CiliumNetworkPolicy:
		c.cilium(p.Spec)
	case SecurityGroupPolicy:
		c.securityGroups(p.Spec)
	}
	return c.errors
}

type checker struct{ errors []error }

func (c *checker) fail(at, format string, args ...any) {
	c.errors = append(c.errors, fmt.Errorf(at+": "+format, args...))
}

func (c *checker) networkPolicy(s NetworkPolicySpec) {
	c.selector("spec.podSelector", &s.PodSelector)
	seen := map[string]bool{}
	for i, direction := range s.PolicyTypes {
		if direction != Ingress && direction != Egress || seen[direction] {
			c.fail(fmt.Sprintf("spec.policyTypes[%d]", i), "got %q; allowed are Ingress and Egress, once each", direction)
		}
		seen[direction] = true
	}
	if !s.Isolates(Egress) && len(s.Egress) > 0 || !s.Isolates(Ingress) && len(s.Ingress) > 0 {
		c.fail("spec.policyTypes", "got rules of a direction that it lacks; they have no effect")
	}
	for i, r := range s.Ingress {
		c.rule(fmt.Sprintf("spec.ingress[%d]", i), "from", r.From, r.Ports)
	}
	for i, r := range s.Egress {
		c.rule(fmt.Sprintf("spec.egress[%d]", i), "to", r.To, r.Ports)
	}
}

func (c *checker) rule(at, word string, peers []Peer, ports []Port) {
	for i, p := range peers {
		c.peer(fmt.Sprintf("%s.%s[%d]", at, word, i), p)
	}
	for i, p := range ports {
		c.port(fmt.Sprintf("%s.ports[%d]", at, i), p)
	}
}

func (c *checker) peer(at string, p Peer) {
	pods := p.PodSelector != nil || p.NamespaceSelector != nil
	switch {
	case p.IPBlock == nil && !pods:
		c.fail(at, "it has no peer; write podSelector, namespaceSelector or ipBlock")
	case p.IPBlock != nil && pods:
		c.fail(at, "ipBlock stands beside a selector; write two peers")
	}
	c.selector(at+".podSelector", p.PodSelector)
	c.selector(at+".namespaceSelector", p.NamespaceSelector)
	if p.IPBlock == nil {
		return
	}
	block, ok := c.block(at+".ipBlock.cidr", p.IPBlock.CIDR)
	for i, text := range p.IPBlock.Except {
		except, valid := c.block(fmt.Sprintf("%s.ipBlock.except[%d]", at, i), text)
		if ok && valid && (except.Bits() <= block.Bits() || !block.Contains(except.Addr())) {
			c.fail(fmt.Sprintf("%s.ipBlock.except[%d]", at, i), "got %s; it must be a smaller part of %s", text, block)
		}
	}
}

func (c *checker) block(at, text string) (netip.Prefix, bool) {
	block, err := netip.ParsePrefix(text)
	if err != nil || block != block.Masked() || block.Addr().Is4In6() {
		c.fail(at, "got %.80q; allowed is a block without host bits, as in 10.0.0.0/16", text)
		return netip.Prefix{}, false
	}
	return block, true
}

// maxPort is the last port.
const maxPort = 65535

var hasLetter = lazyregexp.New(`[a-z]`)

func (c *checker) port(at string, p Port) {
	if !contains([]string{"", "TCP", "UDP", "SCTP"}, p.Protocol) {
		c.fail(at+".protocol", "got %.80q; allowed are TCP, UDP and SCTP", p.Protocol)
	}
	switch {
	case p.Name != "" && p.Number != 0:
		c.fail(at+".port", "got a name and a number; allowed is one")
	case p.Name != "" && (len(p.Name) > maxPortName || !portName.MatchString(p.Name) || !hasLetter.MatchString(p.Name)):
		c.fail(at+".port", "got %.80q; a name has 1 to %d lower-case letters, digits and single hyphens, with one letter at least", p.Name,
			maxPortName)
	case p.Number < 0 || p.Number > maxPort:
		c.fail(at+".port", "got %d; allowed are 1 to %d", p.Number, maxPort)
	}
	if p.End != 0 && (p.Number == 0 || p.End < p.Number || p.End > maxPort) {
		c.fail(at+".endPort", "got %d; it needs a number as port, and is not less than that and at most %d", p.End, maxPort)
	}
}

func (c *checker) selector(at string, s *Selector) {
	if s == nil {
		return
	}
	c.labels(at, s.MatchLabels)
	for i, r := range s.MatchExpressions {
		c.requirement(fmt.Sprintf("%s.matchExpressions[%d]", at, i), r)
	}
}

func (c *checker) labels(at string, labels map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if err := CheckLabel(key, labels[key]); err != nil {
			c.fail(at+".matchLabels", "%w", err)
		}
	}
}

func (c *checker) requirement(at string, r Requirement) {
	if err := checkLabelKey(r.Key); err != nil {
		c.fail(at+".key", "%w", err)
	}
	valued := contains([]string{"In", "NotIn"}, r.Operator)
	switch {
	case !valued && !contains([]string{"Exists", "DoesNotExist"}, r.Operator):
		c.fail(at+".operator", "got %.80q; allowed are In, NotIn, Exists and DoesNotExist", r.Operator)
	case valued != (len(r.Values) > 0):
		c.fail(at+".values", "got %d values; In and NotIn need some, Exists and DoesNotExist have none", len(r.Values))
	}
	for _, value := range r.Values {
		if err := CheckLabel("values", value); err != nil {
			c.fail(at+".values", "%w", err)
		}
	}
}

// The limits of ClusterNetworkPolicy (network-policy-api 0.3.0).
const (
	maxPriority     = 1000
	maxClusterRules = 25
)

func (c *checker) clusterPolicy(p ClusterNetworkPolicy) {
	if p.Group != PolicyGroup && p.Group != EKSGroup {
		c.fail("apiVersion", "got %.80q; allowed are %s and %s", p.Group, PolicyGroup, EKSGroup)
	}
	s := p.Spec
	if s.Tier != "Admin" && s.Tier != "Baseline" {
		c.fail("spec.tier", "got %.80q; allowed are Admin and Baseline", s.Tier)
	}
	if s.Priority < 0 || s.Priority > maxPriority {
		c.fail("spec.priority", "got %d; allowed are 0 to %d", s.Priority, maxPriority)
	}
	if s.Subject.Namespaces == nil {
		c.fail("spec.subject", "it selects nothing; write namespaces")
	}
	c.selector("spec.subject.namespaces", s.Subject.Namespaces)
	c.clusterRules("spec.ingress", true, s.Ingress)
	c.clusterRules("spec.egress", false, s.Egress)
}

func (c *checker) clusterRules(at string, ingress bool, rules []ClusterRule) {
	if len(rules) > maxClusterRules {
		c.fail(at, "got %d rules; allowed are %d", len(rules), maxClusterRules)
	}
	for i, r := range rules {
		c.clusterRule(fmt.Sprintf("%s[%d]", at, i), ingress, r)
	}
}

func (c *checker) clusterRule(at string, ingress bool, r ClusterRule) {
	if !contains([]string{"Accept", "Deny", "Pass"}, r.Action) {
		c.fail(at+".action", "got %.80q; allowed are Accept, Deny and Pass", r.Action)
	}
	peers, other := r.To, r.From
	if ingress {
		peers, other = r.From, r.To
	}
	if len(peers) == 0 || len(other) > 0 {
		c.fail(at, "ingress rules have from, egress rules have to, and neither is empty")
	}
	for _, p := range peers {
		c.clusterPeer(at, ingress, p)
	}
}

func (c *checker) clusterPeer(at string, ingress bool, p ClusterPeer) {
	parts := 0
	for _, set := range []bool{p.Namespaces != nil, p.Pods != nil, len(p.Networks) > 0} {
		if set {
			parts++
		}
	}
	if parts != 1 || ingress && len(p.Networks) > 0 {
		c.fail(at, "a peer is exactly one of namespaces, pods and, in egress rules, networks")
	}
	c.selector(at+".namespaces", p.Namespaces)
	if p.Pods != nil {
		c.selector(at+".pods.namespaceSelector", &p.Pods.NamespaceSelector)
		c.selector(at+".pods.podSelector", &p.Pods.PodSelector)
	}
	for _, text := range p.Networks {
		c.block(at+".networks", text)
	}
}

// ciliumPattern is what Cilium takes as a name or a pattern of names.
var ciliumPattern = lazyregexp.New(`^(?:\*|(?:[-a-zA-Z0-9_*]+\.)+[-a-zA-Z0-9_*]+)$`)

func (c *checker) cilium(s CiliumSpec) {
	c.ciliumSelector("spec.endpointSelector", s.EndpointSelector)
	for i, r := range s.Egress {
		at := fmt.Sprintf("spec.egress[%d]", i)
		if (len(r.ToEndpoints) > 0) == (len(r.ToFQDNs) > 0) || len(r.ToPorts) == 0 {
			c.fail(at, "a rule has ports and exactly one of toEndpoints and toFQDNs")
		}
		for _, e := range r.ToEndpoints {
			c.ciliumSelector(at+".toEndpoints", e)
		}
		names := r.ToFQDNs
		for _, p := range r.ToPorts {
			if len(p.Ports) == 0 {
				c.fail(at+".toPorts", "it has no ports, which means every port")
			}
			if p.Rules != nil {
				names = append(names[:len(names):len(names)], p.Rules.DNS...)
			}
		}
		for _, n := range names {
			if (n.MatchName == "") == (n.MatchPattern == "") || strings.Contains(n.MatchName, "*") ||
				!ciliumPattern.MatchString(n.MatchName+n.MatchPattern) {
				c.fail(at, "got the name %.80q and the pattern %.80q; allowed is one of them, in letters, digits, hyphens and dots", n.MatchName,
					n.MatchPattern)
			}
		}
	}
}

// ciliumSelector checks a selector of Cilium, whose keys may begin with the source of a label: "k8s:".
func (c *checker) ciliumSelector(at string, s Selector) {
	labels := map[string]string{}
	for key, value := range s.MatchLabels {
		labels[strings.TrimPrefix(key, "k8s:")] = value
	}
	c.labels(at, labels)
}

// groupID is the form of a security group's id.
var groupID = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)

// maxGroups is how many groups an interface can have (Amazon VPC quotas, default).
const maxGroups = 5

func (c *checker) securityGroups(s SecurityGroupPolicySpec) {
	c.selector("spec.podSelector", &s.PodSelector)
	ids := s.SecurityGroups.GroupIDs
	if len(ids) == 0 || len(ids) > maxGroups {
		c.fail("spec.securityGroups.groupIds", "got %d groups; allowed are 1 to %d", len(ids), maxGroups)
	}
	for _, id := range ids {
		if !groupID.MatchString(id) {
			c.fail("spec.securityGroups.groupIds", "got %.80q; allowed is an id as in sg-0123456789abcdef0", id)
		}
	}
}
