package document

import "github.com/tierwall/tierwall/internal/arch"

// Kubernetes says which pods of a Kubernetes cluster a tier is: those of a namespace that have all of the labels. "tierwall generate --to
// kubernetes" writes their policies.
type Kubernetes struct {
	Namespace string            `yaml:"namespace" is:"namespace"`
	Labels    map[string]string `yaml:"labels,omitempty" is:"label"` // at least one of them tells the tier from others of its namespace
}

func (k *Kubernetes) arch() *arch.Kubernetes {
	if k == nil {
		return nil
	}
	return &arch.Kubernetes{Namespace: k.Namespace, Labels: k.Labels}
}
