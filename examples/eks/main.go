// Eks is an Amazon EKS cluster without a path to the internet. Its control plane and its nodes are tiers. Nodes and pods reach AWS
// services through VPC endpoints.
//
// EKS creates a security group for each cluster. Members of that group can reach each other and the control plane on every port. Here a
// launch template gives the nodes the group of their tier instead.
package main

import (
	"fmt"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseks"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseksv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
)

// platform is the network of a cluster, with a tier for its control plane and one for its nodes.
type platform struct {
	network        *tiers.Network
	control, nodes *tiers.AppTier
}

func declare(stack awscdk.Stack) platform {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	p := platform{
		network: network,
		control: tiers.NewAppTier(network, "Control", nil),
		nodes:   tiers.NewAppTier(network, "Nodes", &tiers.TierProps{Block: 6}),
	}
	database := tiers.NewDataTier(network, "Database", nil)
	p.nodes.AllowTo(p.control, tiers.HTTPS, tiers.Because("API server"))
	p.control.AllowTo(p.nodes, tiers.TCP(9443, 10250), tiers.Because("webhooks and kubelet"))
	p.nodes.AllowTo(p.nodes, tiers.Services(tiers.DNS, tiers.TCP(8080)), tiers.Because("names and services within the cluster"))
	p.nodes.AllowTo(database, tiers.PostgreSQL, tiers.Because("orders"))
	return p
}

// attach makes the cluster with its nodes, and grants the AWS services that the nodes and a pod use.
func attach(stack awscdk.Stack, p platform) {
	cluster := awseksv2.NewCluster(stack, new("Cluster"), &awseksv2.ClusterProps{
		Version: awseksv2.KubernetesVersion_V1_33(), EndpointAccess: awseksv2.EndpointAccess_PRIVATE(),
		Vpc: p.network.Vpc(), VpcSubnets: &[]*awsec2.SubnetSelection{p.control.Subnets()}, SecurityGroup: p.control.SecurityGroup(),
		DefaultCapacityType: awseksv2.DefaultCapacityType_NODEGROUP, DefaultCapacity: new(0.0),
	})
	role := awsiam.NewRole(stack, new("NodeRole"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ec2.amazonaws.com"), nil)})
	invoices := awss3.NewBucket(stack, new("Invoices"), nil)
	images := awsecr.NewRepository(stack, new("Images"), nil)
	endpoints.Grant(p.nodes,
		endpoints.EKSNodes(cluster).For(role),
		endpoints.ECR(images).Pull().For(role),
		endpoints.S3(invoices).Write("*").For(newPodRole(stack, cluster)))

	machine := awsec2.NewLaunchTemplate(stack, new("Machine"), &awsec2.LaunchTemplateProps{
		SecurityGroup: p.nodes.SecurityGroup(), RequireImdsv2: new(true),
	})
	cluster.AddNodegroupCapacity(new("Nodes"), &awseksv2.NodegroupOptions{
		Subnets: p.nodes.Subnets(), NodeRole: role, DesiredSize: new(2.0), AmiType: awseksv2.NodegroupAmiType_AL2023_ARM_64_STANDARD,
		LaunchTemplateSpec: &awseksv2.LaunchTemplateSpec{Id: machine.LaunchTemplateId(), Version: machine.LatestVersionNumber()},
	}).Node().AddDependency(endpoints.Ready(p.nodes))
}

// newPodRole makes the role of the pods that write invoices. EKS Pod Identity gives them the role.
func newPodRole(stack awscdk.Stack, cluster awseksv2.Cluster) awsiam.Role {
	pods := awsiam.NewServicePrincipal(new("pods.eks.amazonaws.com"), nil)
	role := awsiam.NewRole(stack, new("PodRole"), &awsiam.RoleProps{AssumedBy: pods.WithSessionTags()})
	awseks.NewCfnPodIdentityAssociation(stack, new("Writer"), &awseks.CfnPodIdentityAssociationProps{
		ClusterName: cluster.ClusterName(), Namespace: new("shop"), ServiceAccount: new("invoices"), RoleArn: role.RoleArn(),
	})
	return role
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Cluster"), &awscdk.StackProps{Env: &awscdk.Environment{Region: new("eu-west-1")}})
	p := declare(stack)
	attach(stack, p)
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(p.network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
