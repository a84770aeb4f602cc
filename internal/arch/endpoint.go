package arch

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// Endpoints are the choices for a network's VPC endpoints.
type Endpoints struct {
	// Block, Subnets and SharesWith are where interface endpoints stand, as those of a tier; all zero is the last block.
	Block      int      `json:"block,omitempty"`
	Subnets    []string `json:"subnets,omitempty"`
	SharesWith string   `json:"sharesWith,omitempty"`
	Policies   Policies `json:"policies,omitempty"`
	// NoPolicy are services whose endpoints let everything through: those that take no policy.
	NoPolicy []string `json:"noPolicy,omitempty"`
	// AnyRole has every statement name all roles that use the endpoint, which takes fewer characters and tells the roles apart no longer.
	AnyRole bool `json:"anyRole,omitempty"`
	// Organization is the id of the AWS organisation, "o-a1b2c3d4e5", that callers and resources must be of; empty limits them to the account.
	Organization string `json:"organization,omitempty"`
	// Accounts own resources as well as the network's own account does.
	Accounts []string `json:"accounts,omitempty"`
	// PrefixLists are the ids of the prefix lists of gateway endpoints, by service, where the catalogue does not know them.
	PrefixLists map[string]Operand `json:"prefixLists,omitempty"`
	// Zones are those that a service is offered in, by service; one that is missing is offered in all.
	Zones    map[string][]string `json:"zones,omitempty"`
	Imported []ImportedEndpoint  `json:"imported,omitempty"`
	At       diag.Position       `json:"at,omitzero"`
}

// ImportedEndpoint is one that somebody else made: a second one with private names for the same service fails.
type ImportedEndpoint struct {
	Service string        `json:"service"`
	Gateway bool          `json:"gateway,omitempty"`
	Group   Operand       `json:"group,omitzero"` // its security group's id, of an interface endpoint
	At      diag.Position `json:"at,omitzero"`
}

// Policies says which policies endpoints have.
type Policies int

const (
	// PoliciesByOwner is DerivedPolicies in a network's own VPC and OpenPolicies in a wrapped one, whose other workloads are not known.
	PoliciesByOwner Policies = iota
	// DerivedPolicies let through what was granted and nothing else, for whoever is in the VPC.
	DerivedPolicies
	// OpenPolicies let everything through.
	OpenPolicies
)

// EndpointKey tells the endpoints of a network apart.
type EndpointKey struct {
	Service string
	Gateway bool
}

// Key is that of the endpoint that a need goes through.
func (n Need) Key() EndpointKey { return EndpointKey{n.Service, n.Gateway} }

// endpointTier is how the ids of interface endpoints among the tiers begin.
const endpointTier = "Endpoint-"

// TierID is the id that an interface endpoint has among the tiers.
func (k EndpointKey) TierID() string {
	return endpointTier + strings.NewReplacer(".", "-", "_", "-").Replace(k.Service)
}

// String names the endpoint in messages: "the ssm endpoint", "the s3 gateway endpoint".
func (k EndpointKey) String() string {
	if k.Gateway {
		return "the " + k.Service + " gateway endpoint"
	}
	return "the " + k.Service + " endpoint"
}

// Port is what the endpoint is reached on over TCP.
func (k EndpointKey) Port() int {
	if e, ok := catalog.EndpointNamed(k.Service); ok {
		return e.Port
	}
	return 443
}

func (e Endpoints) imported(key EndpointKey) (ImportedEndpoint, bool) {
	i := slices.IndexFunc(e.Imported, func(i ImportedEndpoint) bool { return i.Service == key.Service && i.Gateway == key.Gateway })
	if i < 0 {
		return ImportedEndpoint{}, false
	}
	return e.Imported[i], true
}

// IsImported reports whether an endpoint is somebody else's.
func (e Endpoints) IsImported(key EndpointKey) bool {
	_, ok := e.imported(key)
	return ok
}
