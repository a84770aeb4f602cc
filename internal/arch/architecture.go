package arch

// Architecture is one network as its user declared it. Nothing in it is checked yet.
type Architecture struct {
	Network Network `json:"network"`
	Tiers   []Tier  `json:"tiers"`
	Flows   []Flow  `json:"flows"`
	// Protections are the web ACLs that protect tiers.
	Protections []Protection `json:"protections,omitempty"`
	// Grants are uses of AWS services. Roles are the roles that tiers' workloads run with.
	Grants []Grant    `json:"grants,omitempty"`
	Roles  []TierRole `json:"roles,omitempty"`
	// ClientAddresses are the load balancers that keep clients' addresses.
	ClientAddresses []ClientAddresses `json:"clientAddresses,omitempty"`
	// Policies judge the flows by what the tiers hold.
	Policies []DataPolicy `json:"policies,omitempty"`
}
