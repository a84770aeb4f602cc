package reach

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// manifestType is CDK's resource for objects of a cluster.
const manifestType = "Custom::AWSCDK-EKS-KubernetesResource"

// groupPolicy is the kind of object by which EKS gives pods network interfaces with groups of their own (Amazon EKS User Guide, "Assign
// security groups to individual Pods").
const groupPolicy = "SecurityGroupPolicy"

// quietKinds are kinds of objects that make nothing outside the cluster.
var quietKinds = []string{
	"CiliumNetworkPolicy", "ClusterNetworkPolicy", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "CronJob", "DaemonSet", "Deployment",
	"Job", "Namespace", "NetworkPolicy", "Role", "RoleBinding", "Secret", "ServiceAccount", "StatefulSet",
}

// isQuiet reports whether a manifest for a cluster holds only kinds of objects that make neither load balancers nor rules. The interfaces
// of a policy of groups are read.
func isQuiet(r *cfn.Resource) bool {
	kinds := manifestKinds(r)
	return IsGroupPolicy(r) || len(kinds) > 0 &&
		!slices.ContainsFunc(kinds, func(kind string) bool { return !slices.Contains(quietKinds, kind) })
}

// IsGroupPolicy reports whether a manifest for a cluster holds policies of groups and nothing else.
func IsGroupPolicy(r *cfn.Resource) bool {
	kinds := manifestKinds(r)
	return len(kinds) > 0 && !slices.ContainsFunc(kinds, func(kind string) bool { return kind != groupPolicy })
}

// manifestKinds returns the kinds of the objects in a manifest. It is empty for resources of other types.
func manifestKinds(r *cfn.Resource) []string {
	if r.Type != manifestType {
		return nil
	}
	var out []string
	for _, m := range manifestKind.FindAllStringSubmatch(r.Get("Manifest").String(), -1) {
		out = append(out, m[1])
	}
	return out
}

var (
	// manifestKind matches the kind of an object in a JSON manifest. Its quotes may be escaped.
	manifestKind  = lazyregexp.New(`\\?"kind\\?":\\?"(\w+)`)
	manifestGroup = lazyregexp.New(`\bsg-[0-9a-f]{8,17}\b`)
)

// readPods finds the interfaces of pods with groups of their own. They are private, and in the subnets of the cluster's nodes.
func (t *Topology) readPods(r *cfn.Resource, classes map[string]*Class) {
	if !IsGroupPolicy(r) {
		return
	}
	p := t.manifestGroups(r)
	p.subnets = t.nodeSubnets(r.Get("ClusterName"))
	if len(p.groups) == 0 {
		p.unseen = "the groups of its pods are not in the templates"
	}
	if len(p.subnets) == 0 {
		p.subnets = t.anywhere(r, p)
		p.unsure = cmp.Or(p.unsure, "the nodes of its cluster are not in the templates")
	} else {
		t.assume("pods with the security groups of %s are in the subnets of the cluster's nodes", r)
	}
	t.joinPlaced(r, p, false, classes)
}

// manifestGroups returns the groups that a manifest names, by reference or by id.
func (t *Topology) manifestGroups(r *cfn.Resource) (p placement) {
	manifest := r.Get("Manifest")
	parts := []cfn.Value{manifest}
	if manifest.IsJoined() {
		parts = manifest.Items
	}
	for _, part := range parts {
		values := []cfn.Value{part}
		if text, ok := part.Literal(); ok {
			values = nil
			for _, id := range manifestGroup.FindAllString(text, -1) {
				values = append(values, cfn.Value{Kind: cfn.Text, Text: id, Line: part.Line})
			}
		}
		for _, v := range values {
			for _, g := range t.possibleGroups(v, "") {
				p.add(placement{groups: []*Group{g.Group}, unsure: g.unsure})
			}
		}
	}
	return p
}

// nodeSubnets returns the subnets of the node groups and Fargate profiles of the cluster with a name.
func (t *Topology) nodeSubnets(name cfn.Value) []*Subnet {
	cluster := name.Resource
	if name.Kind == cfn.Text {
		cluster = t.clusters[name.Text]
	}
	var p placement
	t.each(func(r *cfn.Resource) {
		if of := t.clusterOf(r); of != nil && of == cluster {
			p.add(t.collect(r, map[*cfn.Resource]bool{}).base)
		}
	})
	return p.subnets
}
