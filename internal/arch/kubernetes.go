package arch

// Kubernetes says which pods of a Kubernetes cluster a tier is: the pods of one namespace that have all of the labels. A tier without it
// is no pods. Such tiers of a network are on one cluster.
type Kubernetes struct {
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels,omitempty"` // none are all pods of the namespace
}

// apart reports whether no pod can be of both tiers: they are in different namespaces, or want different values of one label.
func (k Kubernetes) apart(other Kubernetes) bool {
	if k.Namespace != other.Namespace {
		return true
	}
	for key, value := range k.Labels {
		if theirs, ok := other.Labels[key]; ok && theirs != value {
			return true
		}
	}
	return false
}
