package tiers

import (
	"maps"

	"github.com/tierwall/tierwall/internal/arch"
)

// Kubernetes says which pods of a Kubernetes cluster a tier is: the pods of one namespace that have all of the labels. Synthesis fails if
// Kubernetes does not take the names, or if a pod can be of two tiers, because it would have the permissions of both.
//
// It adds nothing to the template. Package tiers/pods applies the policies of the pods, which follow from the flows, to a cluster of the
// app; the command "tierwall generate --to kubernetes" writes them to files. Tasks of Amazon ECS, with ECS Service Connect too, and
// functions need no such policies: the tier's security group holds for them.
type Kubernetes struct {
	// Namespace is the name of the namespace, such as "shop". It is required.
	Namespace string
	// Labels are labels that each of the pods has, such as "app": "web". Tiers of one namespace have one label with different values at
	// least. nil means all pods of the namespace.
	Labels map[string]string
}

// arch returns k in the terms of the model; nil stays nil.
func (k *Kubernetes) arch() *arch.Kubernetes {
	if k == nil {
		return nil
	}
	return &arch.Kubernetes{Namespace: k.Namespace, Labels: maps.Clone(k.Labels)}
}
