// Package kubernetes holds policies for pods as plain values: NetworkPolicy, ClusterNetworkPolicy, CiliumNetworkPolicy and
// SecurityGroupPolicy. It finds what Kubernetes rejects or silently ignores, and writes policies as YAML.
//
// The rules are those of Kubernetes 1.36 (pkg/apis/networking/validation, apimachinery's validation of names and labels), of
// network-policy-api 0.3.0, of Cilium's cilium.io/v2 and of the controller of pods' network interfaces in EKS.
//
// It must not know tiers, flows or where policies come from.
package kubernetes
