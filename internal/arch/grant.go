package arch

import (
	"github.com/tierwall/tierwall/internal/diag"
)

// Grant is a tier's use of an AWS service through VPC endpoints.
type Grant struct {
	Tier string `json:"tier"`
	// Use names the grant in reports: "read s3".
	Use   string `json:"use"`
	Needs []Need `json:"needs"`
	// Roles are the ARNs of the principals that use the service; empty is the tier's roles.
	Roles []string `json:"roles,omitempty"`
	// Starts says that the platform uses the service to start workloads. Roles are then not the workloads' own.
	Starts bool          `json:"starts,omitempty"`
	At     diag.Position `json:"at,omitzero"`
}

// Need is what a use needs of one endpoint. Texts may hold values that are known only at deployment: "${Shop/Bucket.Arn}/*".
type Need struct {
	// Service is the short name of the endpoint's service, "ecr.api". It is empty if AWS itself makes the calls: then only the role needs
	// the actions.
	Service string `json:"service,omitempty"`
	// Gateway says that the service has a gateway endpoint, which consists of routes and has no interfaces.
	Gateway   bool     `json:"gateway,omitempty"`
	Actions   []string `json:"actions,omitempty"`
	Resources []string `json:"resources,omitempty"`
	// Unsigned says that requests carry no credentials of ours, but an address that AWS signed or somebody else's token. A policy can then
	// check neither principal nor owner, and roles need no permission.
	Unsigned bool `json:"unsigned,omitempty"`
	// AnyOwner says that accounts of AWS own the resources, another account in each Region. The policy does not check the owner.
	AnyOwner bool `json:"anyOwner,omitempty"`
	// Because says why a need comes along with the use that was asked for; empty for the use itself.
	Because string `json:"because,omitempty"`
}

// TierRole is a role that a tier's workloads run with.
type TierRole struct {
	Tier string        `json:"tier"`
	ARN  string        `json:"arn"` // like the texts of a Need
	At   diag.Position `json:"at,omitzero"`
}
