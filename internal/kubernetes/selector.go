package kubernetes

// NamespaceLabel is the label that every namespace has, with its name.
const NamespaceLabel = "kubernetes.io/metadata.name"

// Selector selects pods or namespaces by their labels. The empty selector selects all; all of its parts must match.
type Selector struct {
	MatchLabels      map[string]string `json:"matchLabels,omitempty"`
	MatchExpressions []Requirement     `json:"matchExpressions,omitempty"`
}

// Requirement is a condition about one label.
type Requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"` // In, NotIn, Exists or DoesNotExist
	Values   []string `json:"values,omitempty"`
}

// InNamespace selects the namespace of a name.
func InNamespace(name string) *Selector {
	return &Selector{MatchLabels: map[string]string{NamespaceLabel: name}}
}

// Matches reports whether labels are as the selector says. An unknown operator matches nothing.
func (s Selector) Matches(labels map[string]string) bool {
	for key, value := range s.MatchLabels {
		if have, ok := labels[key]; !ok || have != value {
			return false
		}
	}
	for _, r := range s.MatchExpressions {
		if !r.matches(labels) {
			return false
		}
	}
	return true
}

func (r Requirement) matches(labels map[string]string) bool {
	value, has := labels[r.Key]
	switch r.Operator {
	case "In":
		return has && contains(r.Values, value)
	case "NotIn":
		return !has || !contains(r.Values, value)
	case "Exists":
		return has
	case "DoesNotExist":
		return !has
	}
	return false
}

func contains(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}
