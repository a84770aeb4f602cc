package arch

import (
	"github.com/tierwall/tierwall/internal/diag"
)

// Grant is a tier's use of an AWS service, which reaches it through VPC endpoints.
type Grant struct {
	Tier string `json:"tier"`
	// Use says what it is for, in reports: "read s3".
	Use   string `json:"use"`
	Needs []Need `json:"needs"`
	// Roles are the ARNs of the principals that use it; empty are those of the tier.
	Roles []string `json:"roles,omitempty"`
	// Starts says that the platform uses it to start the workload: its roles are not the workload's own.
	Starts bool          `json:"starts,omitempty"`
	At     diag.Position `json:"at,omitzero"`
}

// Need is what a use needs of one endpoint. Texts may hold values that only a deployment knows: "${Shop/Bucket.Arn}/*".
type Need struct {
	// Service is the short name of the endpoint's service, "ecr.api"; empty is none: the calls are made by AWS itself, and only the role
	// needs the actions.
	Service string `json:"service,omitempty"`
	// Gateway says that it is reached by a gateway endpoint, which is routes and no interfaces.
	Gateway   bool     `json:"gateway,omitempty"`
	Actions   []string `json:"actions,omitempty"`
	Resources []string `json:"resources,omitempty"`
	// Unsigned says that requests come without credentials of ours, as those with an address that AWS signed, or a token of somebody else: neither
	// principal nor owner can be asked for, and roles need no permission.
	Unsigned bool `json:"unsigned,omitempty"`
	// AnyOwner says that the resources are of accounts that AWS has, another one in each Region: the owner is not asked for.
	AnyOwner bool `json:"anyOwner,omitempty"`
	// Because is why it comes along with what was asked for; empty for what was.
	Because string `json:"because,omitempty"`
}

// TierRole is a role that a tier's workloads have.
type TierRole struct {
	Tier string        `json:"tier"`
	ARN  string        `json:"arn"` // as the texts of a Need
	At   diag.Position `json:"at,omitzero"`
}

// Path is the grant's place in diagnostics: "tiers.App grants read s3".
func (g Grant) Path() string { return "tiers." + g.Tier + " grants " + g.Use }
