package arch

// Architecture is one network as its user declared it, nothing checked yet.
type Architecture struct {
	Network Network `json:"network"`
	Tiers   []Tier  `json:"tiers"`
	Flows   []Flow  `json:"flows"`
	// Protections are the web ACLs in front of tiers.
	Protections []Protection `json:"protections,omitempty"`
	// Grants are the uses of AWS services, and Roles those that tiers' workloads have.
	Grants []Grant    `json:"grants,omitempty"`
	Roles  []TierRole `json:"roles,omitempty"`
	// ClientAddresses are the load balancers that keep clients' addresses.
	ClientAddresses []ClientAddresses `json:"clientAddresses,omitempty"`
}
