package pods

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Cluster is a cluster of Amazon EKS: an ICluster of package awseksv2 or awseks. M and F are the package's KubernetesManifest and IpFamily.
type Cluster[M constructs.Construct, F ~string] interface {
	awscdk.IResource
	AddManifest(id *string, manifest ...*map[string]any) M
	IpFamily() F
	Vpc() awsec2.IVpc
}

// Policies are the policies of a network's pods in a cluster. Make them with [Apply].
type Policies struct {
	cluster  constructs.IConstruct
	problems report.Problems
	props    Props
	core     *wiring.Network
	groups   map[string][]*string // ids of security groups, by tier
	vpc      func() awsec2.IVpc
	add      func(id string, manifest map[string]any) constructs.Construct

	needed  []constructs.IDependable
	applied constructs.DependencyGroup
	made    map[string]constructs.Construct // by id
	failed  diag.List                       // by the last synthesis
}

// Apply applies the policies of the network's pods to a cluster in the network's VPC, by the cluster's kubectl. Clusters of awseksv2 need
// KubectlProviderOptions for that. The namespaces are the app's: see [Policies.Ready]. Call Apply once for a network and a cluster.
//
// The deployment fails if one of the objects is there already, so that two apps cannot overwrite each other. Delete objects that were
// applied by hand first.
//
// Mistakes fail synthesis. A nil network or cluster panics, and so does a call after synthesis.
func Apply[M constructs.Construct, F ~string](network *tiers.Network, cluster Cluster[M, F], props *Props) *Policies {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of the policies is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	if cluster == nil {
		panic(diag.Diagnostic{Summary: "the cluster of the policies is nil", At: []diag.Position{at}}.String())
	}
	p := &Policies{
		cluster: cluster, core: wiring.NetworkOf(network), groups: map[string][]*string{}, vpc: cluster.Vpc,
		add: func(id string, manifest map[string]any) constructs.Construct {
			return cluster.AddManifest(&id, &manifest)
		},
		applied: constructs.NewDependencyGroup(), made: map[string]constructs.Construct{},
	}
	if props != nil {
		p.props = *props
	}
	p.core.MustBeOpen(at)
	p.attach(network, at)
	p.checkProps()
	if cluster.IpFamily() == "IP_V6" {
		p.problems.Add("pods-ipv6", "the pods of the cluster have IPv6 addresses", "policies name IPv4 addresses, so they would deny all flows",
			"make the cluster with the IP family IP_V4", at)
	}
	p.problems.Later = append(p.problems.Later, p.checkVPC, func() { p.problems.List = append(p.problems.List, p.failed...) })
	p.core.Watch(p.fill)
	p.core.Calls().Cannot(at, "a cluster is not in the file; call pods.Apply in workloads.go, or write the policies with tierwall generate")
	return p
}

// attach makes the construct that reports problems: a child of the network, because an imported cluster can have none from Go.
func (p *Policies) attach(network *tiers.Network, at diag.Position) {
	id := "NetworkPolicies-" + *p.cluster.Node().Addr()
	twice := network.Node().TryFindChild(&id) != nil
	for n := 2; network.Node().TryFindChild(&id) != nil; n++ {
		id = fmt.Sprintf("%s-%d", id, n) // It is reported below, so it is never deployed.
	}
	p.problems.Attach(constructs.NewConstruct(network, &id), at)
	p.problems.Path = *p.cluster.Node().Path()
	if twice {
		p.problems.Add("pods-twice", "the cluster has the policies of the network already", "",
			"call pods.Apply once for a network and a cluster", at)
	}
}

// checkVPC reports a cluster that is not known to be in the network's VPC.
func (p *Policies) checkVPC() {
	own, of := *p.core.Vpc().VpcId(), p.clusterVPC()
	if of == own {
		return
	}
	detail := "the cluster does not state its VPC"
	if of != "" {
		detail = "the VPC of the cluster is another object than that of the network"
	}
	p.problems.Add("pods-vpc", "the cluster is not known to be in the network's VPC",
		detail+", and the policies name addresses of the network",
		"make the cluster with Vpc: network.Vpc(); if it is imported, set Vpc: network.Vpc() in its attributes", p.problems.At)
}

// clusterVPC returns the id of the cluster's VPC. It is empty if the cluster is imported without one, for which CDK panics.
func (p *Policies) clusterVPC() (id string) {
	defer func() {
		if recover() != nil {
			id = ""
		}
	}()
	return *p.vpc().VpcId()
}

// Ready makes the policies wait for what they need: the manifests of their namespaces, and the add-on that installs the kinds of objects.
func (p *Policies) Ready(dependencies ...constructs.IDependable) {
	p.core.MustBeOpen(diag.Caller())
	p.needed = append(p.needed, dependencies...)
}

// Applied is what workloads depend on to start under their policies: manifest.Node().AddDependency(policies.Applied()).
func (p *Policies) Applied() constructs.IDependable { return p.applied }
