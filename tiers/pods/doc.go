// Package pods applies the policies of tiers that are pods to a cluster of Amazon EKS: the objects that "tierwall generate --to kubernetes"
// writes as files, derived from the same flows.
//
// It takes clusters of both EKS packages of the CDK, and imports neither. Each object is a resource of its own in the stack of the cluster,
// because "kubectl apply --prune" does not delete policies: if a tier is removed or renamed, CloudFormation deletes its objects.
//
// The section "Tiers on Kubernetes" of ../README.md says what the objects hold.
package pods
