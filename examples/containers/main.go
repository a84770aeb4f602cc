// Containers is an EKS cluster whose pods are tiers. Network policies and security groups of the pods come from the same flows as
// everything else: only the pods of the tier Orders reach the database, and the nodes do not.
//
// The cluster has no path to the internet. The function that applies the policies, kubectl, is a tier too. What runs in the pods comes from
// elsewhere, such as Argo CD.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseksv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/pods"
)

// kubectlLayer has kubectl, such as the layer of github.com/cdklabs/awscdk-kubectl-go. This ARN stands for it.
const kubectlLayer = "arn:aws:lambda:eu-west-1:111122223333:layer:kubectl:1"

// platform is the network of a cluster: its control plane, its nodes, the pods of two services, and kubectl.
type platform struct {
	network                                   *tiers.Network
	control, nodes, kubectl, checkout, orders *tiers.AppTier
}

func declare(stack awscdk.Stack) platform {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	p := platform{network: network, control: tiers.NewAppTier(network, "Control", nil)}
	p.nodes = tiers.NewAppTier(network, "Nodes", &tiers.TierProps{Block: 6})
	p.kubectl = tiers.NewAppTier(network, "Kubectl", &tiers.TierProps{SharesWith: p.control})
	// Pods have addresses in the subnets of their nodes.
	service := func(id, app string) *tiers.AppTier {
		return tiers.NewAppTier(network, id, &tiers.TierProps{
			SharesWith: p.nodes, Kubernetes: &tiers.Kubernetes{Namespace: "shop", Labels: map[string]string{"app": app}},
		})
	}
	p.checkout, p.orders = service("Checkout", "checkout"), service("Orders", "orders")
	database := tiers.NewDataTier(network, "Database", nil)

	p.checkout.AllowTo(p.orders, tiers.TCP(8080), tiers.Because("orders of customers"))
	p.orders.AllowTo(database, tiers.PostgreSQL, tiers.Because("orders"))
	for _, pod := range []*tiers.AppTier{p.checkout, p.orders} {
		pod.AllowTo(p.nodes, tiers.DNS, tiers.Because("the pods of CoreDNS have the group of the nodes"))
		p.nodes.AllowTo(pod, tiers.TCP(8080), tiers.Because("probes of kubelet"))
	}
	p.nodes.AllowTo(p.control, tiers.HTTPS, tiers.Because("API server"))
	p.kubectl.AllowTo(p.control, tiers.HTTPS, tiers.Because("API server"))
	p.control.AllowTo(p.nodes, tiers.TCP(9443, 10250), tiers.Because("webhooks and kubelet"))
	p.nodes.AllowTo(p.nodes, tiers.DNS, tiers.Because("names"))
	return p
}

// newCluster makes the cluster with its nodes.
func newCluster(stack awscdk.Stack, p platform) awseksv2.Cluster {
	cluster := awseksv2.NewCluster(stack, new("Cluster"), &awseksv2.ClusterProps{
		Version: awseksv2.KubernetesVersion_V1_33(), EndpointAccess: awseksv2.EndpointAccess_PRIVATE(),
		Vpc: p.network.Vpc(), VpcSubnets: &[]*awsec2.SubnetSelection{p.control.Subnets()}, SecurityGroup: p.control.SecurityGroup(),
		DefaultCapacityType: awseksv2.DefaultCapacityType_NODEGROUP, DefaultCapacity: new(0.0),
		KubectlProviderOptions: &awseksv2.KubectlProviderOptions{
			KubectlLayer:   awslambda.LayerVersion_FromLayerVersionArn(stack, new("KubectlLayer"), new(kubectlLayer)),
			SecurityGroups: p.kubectl.SecurityGroups(),
		},
	})
	cluster.Role().AddManagedPolicy(awsiam.ManagedPolicy_FromAwsManagedPolicyName(new("AmazonEKSVPCResourceController")))

	role := awsiam.NewRole(stack, new("NodeRole"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ec2.amazonaws.com"), nil)})
	images := awsecr.NewRepository(stack, new("Images"), nil)
	endpoints.Grant(p.nodes, endpoints.EKSNodes(cluster).For(role), endpoints.ECR(images).Pull().For(role))
	machine := awsec2.NewLaunchTemplate(stack, new("Machine"), &awsec2.LaunchTemplateProps{
		SecurityGroup: p.nodes.SecurityGroup(), RequireImdsv2: new(true),
	})
	cluster.AddNodegroupCapacity(new("Nodes"), &awseksv2.NodegroupOptions{
		Subnets: p.nodes.Subnets(), NodeRole: role, DesiredSize: new(2.0), AmiType: awseksv2.NodegroupAmiType_AL2023_ARM_64_STANDARD,
		InstanceTypes:      &[]awsec2.InstanceType{awsec2.NewInstanceType(new("m6g.large"))}, // It has interfaces for pods.
		LaunchTemplateSpec: &awseksv2.LaunchTemplateSpec{Id: machine.LaunchTemplateId(), Version: machine.LatestVersionNumber()},
	}).Node().AddDependency(endpoints.Ready(p.nodes))
	return cluster
}

// apply applies the policies: pods of the two tiers get their flows, and all other pods of the namespace get DNS.
func apply(stack awscdk.Stack, p platform, cluster awseksv2.Cluster) {
	provider := cluster.Node().FindChild(new("KubectlProvider"))
	handler := provider.Node().FindChild(new("Handler")).(awslambda.Function)
	framework := provider.Node().FindChild(new("Provider")).Node().FindChild(new("framework-onEvent")).(awslambda.Function)
	endpoints.Grant(p.kubectl,
		endpoints.Service("eks").Actions("DescribeCluster").On("*").For(handler.Role()), // The roles know no other cluster and function.
		endpoints.Service("lambda").Actions("GetFunction", "InvokeFunction").On("*").For(framework.Role()),
		// The answer to CloudFormation goes to an address that CloudFormation signed.
		endpoints.Service("s3").Actions("PutObject").On("arn:aws:s3:::cloudformation-custom-resource-response-euwest1/*").Unsigned())

	plugin := awseksv2.NewAddon(stack, new("CNI"), &awseksv2.AddonProps{
		Cluster: cluster, AddonName: new("vpc-cni"), ConfigurationValues: &map[string]any{
			"enableNetworkPolicy": "true",
			"env":                 map[string]any{"ENABLE_POD_ENI": "true", "POD_SECURITY_GROUP_ENFORCING_MODE": "standard"},
		},
	})
	namespace := cluster.AddManifest(new("Shop"), &map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "shop"},
	})
	policies := pods.Apply(p.network, cluster, &pods.Props{
		Baseline:       pods.EKSBaseline,
		SecurityGroups: map[tiers.Tier][]awsec2.ISecurityGroup{p.checkout: nil, p.orders: nil},
	})
	namespace.Node().AddDependency(endpoints.Ready(p.kubectl))
	policies.Ready(namespace, plugin)
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Containers"), &awscdk.StackProps{Env: &awscdk.Environment{Region: new("eu-west-1")}})
	p := declare(stack)
	apply(stack, p, newCluster(stack, p))
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(p.network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
