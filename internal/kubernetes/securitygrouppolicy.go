package kubernetes

// SecurityGroupPolicy is a vpcresources.k8s.aws/v1beta1 SecurityGroupPolicy: EKS gives the pods a network interface with these groups.
type SecurityGroupPolicy struct {
	Metadata Metadata                `json:"metadata"`
	Spec     SecurityGroupPolicySpec `json:"spec"`
}

// SecurityGroupPolicySpec says which pods get which groups.
type SecurityGroupPolicySpec struct {
	PodSelector    Selector       `json:"podSelector"`
	SecurityGroups SecurityGroups `json:"securityGroups"`
}

// SecurityGroups are one to five groups.
type SecurityGroups struct {
	GroupIDs []string `json:"groupIds"`
}

func (SecurityGroupPolicy) kind() (apiVersion, kind string) {
	return "vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"
}
func (p SecurityGroupPolicy) metadata() Metadata { return p.Metadata }
