package reach

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// EKS makes a security group for each cluster. The group lets in everything from itself, and lets everything out. The interfaces of the
// control plane have this group beside the groups that the cluster states. Nodes and Fargate pods without groups of their own have it too
// (Amazon EKS User Guide, "View Amazon EKS security group requirements for clusters").

const (
	clusterType       = "AWS::EKS::Cluster"
	customClusterType = "Custom::AWSCDK-EKS-Cluster"
	clusterGroup      = "ClusterSecurityGroupId"
)

// IsCluster reports whether a resource is an EKS cluster. Its interfaces are those of the control plane, which AWS runs.
func IsCluster(r *cfn.Resource) bool { return r.Type == clusterType || r.Type == customClusterType }

// clusterGroup returns the group that EKS makes for a cluster.
func (t *Topology) clusterGroup(r *cfn.Resource) *Group {
	return t.Group(cfn.Value{Kind: cfn.Reference, Resource: r, Text: clusterGroup})
}

// IsOfCluster reports whether EKS makes the group.
func (g *Group) IsOfCluster() bool { return g.cluster != nil }

// AsMade returns the group as EKS makes it, without the rules that the templates add.
func (g *Group) AsMade() *Group {
	out := &Group{Name: g.Name + " as EKS makes it", cluster: g.cluster}
	out.Ingress = append(out.Ingress, Rule{Traffic: traffic.Everything(), Peer: Peer{Group: out}})
	out.Egress = OpenEgress()
	return out
}

// clusterOf returns the cluster of a node group or a Fargate profile, or nil if the cluster is not in the templates.
func (t *Topology) clusterOf(r *cfn.Resource) *cfn.Resource {
	name := r.Get("ClusterName")
	if r.Type == "Custom::AWSCDK-EKS-FargateProfile" {
		name = r.Get("Config").Get("clusterName")
	}
	switch {
	case r.Type != "AWS::EKS::Nodegroup" && r.Type != "AWS::EKS::FargateProfile" && r.Type != "Custom::AWSCDK-EKS-FargateProfile":
		return nil
	case name.Kind == cfn.Reference && IsCluster(name.Resource):
		return name.Resource
	case name.Kind == cfn.Text:
		return t.clusters[name.Text]
	}
	return nil
}

// readCluster records a cluster by its name, and its group.
func (t *Topology) readCluster(r *cfn.Resource) {
	if !IsCluster(r) {
		return
	}
	t.clusterGroup(r)
	if name, ok := r.Get("Name").Literal(); ok {
		t.clusters[name] = r
	}
}

// clusterGroups returns the groups that EKS adds to those that a resource states.
func (t *Topology) clusterGroups(r *cfn.Resource, p placement) []*Group {
	switch cluster := t.clusterOf(r); {
	case IsCluster(r):
		return []*Group{t.clusterGroup(r)}
	case cluster != nil && len(p.groups) == 0 && p.unseen == "":
		return []*Group{t.clusterGroup(cluster)}
	}
	return nil
}

// remoteAccess says that EKS makes a group for remote access to nodes. It is empty if the node group does not ask for remote access.
func remoteAccess(r *cfn.Resource) string {
	if r.Type == "AWS::EKS::Nodegroup" && !r.Get("RemoteAccess").IsMissing() {
		return "EKS makes a group for the remote access that " + r.String() + " asks for"
	}
	return ""
}

// clusterVPC returns the VPC of a cluster's subnets, or nil if it is not known.
func (t *Topology) clusterVPC(r *cfn.Resource) *VPC {
	for _, p := range t.collect(r, map[*cfn.Resource]bool{}).all() {
		for _, s := range p.subnets {
			if s.VPC != nil {
				return s.VPC
			}
		}
	}
	return nil
}

// attach makes an instance a member of the classes of the interfaces that are attached to it.
func (t *Topology) attach(r *cfn.Resource) {
	if r.Type != "AWS::EC2::NetworkInterfaceAttachment" {
		return
	}
	machine, attached := r.Get("InstanceId"), r.Get("NetworkInterfaceId")
	if machine.Kind != cfn.Reference {
		return
	}
	if attached.Kind != cfn.Reference || attached.Resource.Type != "AWS::EC2::NetworkInterface" {
		more := t.Class(machine.Resource.String(), nil, t.elsewhere(nil, attached.String()))
		more.Members, more.public = []*cfn.Resource{machine.Resource}, publicity{known: true, has: address.Perhaps}
		more.Unseen = attached.String() + ", which is attached to it, is not in the templates" + remedyOf(attached)
		t.Classes = append(t.Classes, more)
		return
	}
	for _, c := range t.Classes {
		if slices.Contains(c.Members, attached.Resource) && !slices.Contains(c.Members, machine.Resource) {
			c.Members = append(c.Members, machine.Resource)
		}
	}
}
