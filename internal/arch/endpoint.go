package arch

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// Endpoints are the choices for a network's VPC endpoints.
type Endpoints struct {
	// Block, Subnets and SharesWith place the interface endpoints, as those of a Tier place a tier; all zero is the last block.
	Block      int      `json:"block,omitempty"`
	Subnets    []string `json:"subnets,omitempty"`
	SharesWith string   `json:"sharesWith,omitempty"`
	Policies   Policies `json:"policies,omitempty"`
	// NoPolicy are services whose endpoints accept no policy, so that they allow everything.
	NoPolicy []string `json:"noPolicy,omitempty"`
	// AnyRole makes every statement name all roles that use the endpoint. This takes fewer characters, but no longer separates the roles.
	AnyRole bool `json:"anyRole,omitempty"`
	// Organization is the id of the AWS organisation, "o-a1b2c3d4e5", to which callers and resources must belong. Empty limits them to the
	// account.
	Organization string `json:"organization,omitempty"`
	// Accounts may own resources, as the network's own account may.
	Accounts []string `json:"accounts,omitempty"`
	// PrefixLists are the ids of gateway endpoints' prefix lists by service, for services that the catalogue has no id of.
	PrefixLists map[string]Operand `json:"prefixLists,omitempty"`
	// Zones are the zones in which services are offered, by service. A service that is missing is offered in all.
	Zones    map[string][]string `json:"zones,omitempty"`
	Imported []ImportedEndpoint  `json:"imported,omitempty"`
	At       diag.Position       `json:"at,omitzero"`
}

// ImportedEndpoint is an endpoint that somebody else made. AWS rejects a second one with private names for the same service.
type ImportedEndpoint struct {
	Service string        `json:"service"`
	Gateway bool          `json:"gateway,omitempty"`
	Group   Operand       `json:"group,omitzero"` // its security group's id, of an interface endpoint
	At      diag.Position `json:"at,omitzero"`
}

// Policies selects the policies of endpoints.
type Policies int

const (
	// PoliciesByOwner is DerivedPolicies in the network's own VPC and OpenPolicies in a wrapped VPC, which may have other workloads.
	PoliciesByOwner Policies = iota
	// DerivedPolicies allow what was granted and nothing else, to everything in the VPC.
	DerivedPolicies
	// OpenPolicies allow everything.
	OpenPolicies
)

// EndpointKey identifies an endpoint of a network.
type EndpointKey struct {
	Service string
	Gateway bool
}

// Key returns the key of the endpoint that a need goes through.
func (n Need) Key() EndpointKey { return EndpointKey{n.Service, n.Gateway} }

// endpointTier begins the ids that interface endpoints have among the tiers.
const endpointTier = "Endpoint-"

// TierID returns the id that an interface endpoint has among the tiers.
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

// Port returns the TCP port of the endpoint.
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

// OffersIn reports whether a service offers its endpoint in a zone. A service that Zones does not list is offered in all zones.
func (e Endpoints) OffersIn(service, zone string) bool {
	zones, limited := e.Zones[service]
	return !limited || slices.Contains(zones, zone)
}

// IsImported reports whether somebody else made an endpoint.
func (e Endpoints) IsImported(key EndpointKey) bool {
	_, ok := e.imported(key)
	return ok
}
