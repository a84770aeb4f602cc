package pods_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseksv2"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/pods"
)

// The pods of the tier Orders get the tier's security group. Pods of no tier are denied everything but DNS.
func Example() {
	var shop *tiers.Network      // from tiers.NewNetwork
	var orders *tiers.AppTier    // with Kubernetes in its props
	var cluster awseksv2.Cluster // with Vpc: shop.Vpc() and KubectlProviderOptions
	var namespace, deployment awseksv2.KubernetesManifest

	policies := pods.Apply(shop, cluster, &pods.Props{
		Baseline:       pods.EKSBaseline,
		SecurityGroups: map[tiers.Tier][]awsec2.ISecurityGroup{orders: nil},
	})
	policies.Ready(namespace)
	deployment.Node().AddDependency(policies.Applied())
}
