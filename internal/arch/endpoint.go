package arch

import (
	"fmt"
	"maps"
	"regexp"
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

// Derived reports whether the endpoint of a service has a policy that follows from the grants.
func (n Network) Derived(service string) bool {
	return (n.Endpoints.Policies == DerivedPolicies || n.Endpoints.Policies == PoliciesByOwner && !n.Wrapped) && !slices.Contains(n.Endpoints.NoPolicy, service)
}

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

// EndpointBlock is the block that interface endpoints stand in: the last one, if nothing else is said; 0 if it is other subnets.
func (n Network) EndpointBlock() int {
	e := n.Endpoints
	if e.Block != 0 || len(e.Subnets) > 0 || e.SharesWith != "" || n.Wrapped {
		return e.Block
	}
	return max(n.Blocks, defaultBlocks) - 1
}

// PrefixList is the id of the prefix list of a gateway endpoint's service, false if it is not known.
func (n Network) PrefixList(service string) (Operand, bool) {
	if given, ok := n.Endpoints.PrefixLists[service]; ok {
		return given, true
	}
	id, ok := catalog.PrefixList(service, n.Region())
	return Operand{Text: id}, ok
}

// endpoints turns the grants into what the rest of the model knows: interface endpoints into tiers, and uses into flows.
func (c *checker) endpoints(a Architecture) (tiers []Tier, flows []Flow) {
	c.endpointChoices(a.Network.Endpoints)
	seen := map[EndpointKey]bool{}
	byID := map[string]Tier{}
	for _, t := range a.Tiers {
		byID[t.ID] = t
		if t.Kind == Endpoint {
			c.add("tiers."+t.ID, []diag.Position{t.At}, diag.Diagnostic{Rule: "tier-kind", Summary: "a tier is an endpoint", Detail: "endpoints follow from grants", Fix: "grant a tier the use of the service"})
		}
	}
	for _, f := range a.Flows {
		if f.From.Kind == Endpoint || f.To.Kind == Endpoint || f.Path.Kind == ByGatewayEndpoint {
			c.failFlow(f, "flow-endpoint", "a flow names an endpoint", "who reaches an endpoint follows from grants", "grant the tier the use of the service")
		}
	}
	used := map[[2]string]int{} // tier and endpoint -> index of the flow
	for i, g := range a.Grants {
		t, ok := byID[g.Tier]
		switch {
		case !ok:
			c.failGrant(g, "no-tier", "a grant is for a tier that the network does not have", fmt.Sprintf("there is no tier %q in it", g.Tier), "")
			continue
		case t.Imported != nil:
			c.failGrant(g, "grant-imported", "a grant is for a tier of another network", g.Tier+" is imported: the endpoints that it uses are its owner's", "grant it where the tier is made")
			continue
		}
		c.grant(g)
		for _, need := range g.Needs {
			key := need.Key()
			if key.Service == "" || !c.exists(g, key) {
				continue
			}
			if !seen[key] {
				seen[key] = true
				tiers = append(tiers, c.endpointTier(key, a.Grants[i].At)...)
			}
			f, ok := c.endpointFlow(t, key, g)
			if !ok {
				continue
			}
			if at, again := used[[2]string{g.Tier, f.To.Text}]; again {
				if !slices.Contains(flows[at].At, g.At) {
					flows[at].At = append(flows[at].At, g.At)
				}
				continue
			}
			used[[2]string{g.Tier, f.To.Text}] = len(flows)
			flows = append(flows, f)
		}
		c.m.Grants = append(c.m.Grants, g)
	}
	c.tierRoles(a.Roles, byID)
	slices.SortStableFunc(c.m.Grants, func(a, b Grant) int { return strings.Compare(a.Tier, b.Tier) })
	return tiers, flows
}

var (
	organization = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	accountID    = regexp.MustCompile(`^\d{12}$`)
)

// endpointTier is the tier that an interface endpoint is, none of a gateway endpoint.
func (c *checker) endpointTier(key EndpointKey, at diag.Position) []Tier {
	if key.Gateway {
		return nil
	}
	t := Tier{ID: key.TierID(), Kind: Endpoint, At: at}
	if imported, ok := c.m.Network.Endpoints.imported(key); ok {
		t.Imported = &Imported{Group: imported.Group, Egress: EgressRestricted}
		t.At = imported.At
		return []Tier{t}
	}
	if e := c.m.Network.Endpoints; !c.m.Network.Wrapped {
		t.Block, t.Subnets, t.SharesWith = c.m.Network.EndpointBlock(), e.Subnets, e.SharesWith
	}
	return []Tier{t}
}

// endpointFlow is a tier's flow to an endpoint.
func (c *checker) endpointFlow(t Tier, key EndpointKey, g Grant) (Flow, bool) {
	f := Flow{From: TierPeer(t.Kind, t.ID), Service: fmt.Sprintf("tcp/%d", key.Port()), At: []diag.Position{g.At}}
	if !key.Gateway {
		f.To = TierPeer(Endpoint, key.TierID())
		return f, true
	}
	id, ok := c.m.Network.PrefixList(key.Service)
	if !ok {
		where, fix := "the network's Region is not known", "state the Region in the Env of its stack, or name the list: "
		if region := c.m.Network.Region(); region != "" {
			where, fix = "that of "+region+" is not in the catalogue", "name it: "
		}
		c.failGrant(g, "prefix-list-unknown", "the prefix list of a gateway endpoint is not known", fmt.Sprintf("a security group lets traffic to %s by the id of its prefix list; %s", key.Service, where),
			fix+fmt.Sprintf("endpoints.Configure(network, &endpoints.Props{PrefixLists: map[string]string{%q: \"pl-...\"}}); aws ec2 describe-prefix-lists shows it", key.Service))
		return f, false
	}
	f.To = Peer{Kind: PrefixList, Operand: id, Entries: catalog.PrefixListWeight(key.Service)}
	f.Path = Path{Kind: ByGatewayEndpoint}
	return f, true
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

// exists checks that there is such a service.
func (c *checker) exists(g Grant, key EndpointKey) bool {
	_, known := catalog.EndpointNamed(key.Service)
	switch {
	case key.Gateway && slices.Contains(catalog.GatewayServices(), key.Service), !key.Gateway && known:
		return true
	case key.Gateway:
		c.failGrant(g, "service-unknown", "there is no gateway endpoint for this service", fmt.Sprintf("got %q; allowed are %s", key.Service, strings.Join(catalog.GatewayServices(), ", ")), "")
		return false
	}
	fix := ""
	if near := catalog.NearestEndpoint(key.Service); near != "" {
		fix = fmt.Sprintf("the nearest one is %q", near)
	}
	if through := catalog.EndpointsOf(key.Service); len(through) > 0 {
		fix = fmt.Sprintf("actions of %s go through %s", key.Service, strings.Join(through, " or "))
	}
	c.failGrant(g, "service-unknown", "there is no VPC endpoint for this service", fmt.Sprintf("got %q", key.Service), fix)
	return false
}

// endpointChoices checks what is said of all endpoints.
func (c *checker) endpointChoices(e Endpoints) {
	fail := func(rule, summary, detail, fix string) {
		c.add("endpoints", []diag.Position{e.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
	}
	if e.Policies < PoliciesByOwner || e.Policies > OpenPolicies {
		fail("endpoints", "Policies is none of its values", fmt.Sprintf("got %d", e.Policies), "")
	}
	if e.Organization != "" && !organization.MatchString(e.Organization) {
		fail("endpoints", "the organisation's id is not usable", fmt.Sprintf("got %q; allowed is an id as in \"o-a1b2c3d4e5\"", e.Organization), "")
	}
	for _, a := range e.Accounts {
		if !accountID.MatchString(a) {
			fail("endpoints", "an account is not usable", fmt.Sprintf("got %q; allowed are 12 digits", a), "")
		}
	}
	if i := c.m.Network.Inspection; i != nil && i.Paths&EastWestPath != 0 && e.SharesWith != "" {
		fail("endpoints", "endpoints share the subnets of a tier in a network that is inspected between tiers", "routes would lead calls through the firewall, behind which references to groups do not match", "leave out SharesWith, or state a Block")
	}
	for _, service := range sortedKeys(e.PrefixLists) {
		id := e.PrefixLists[service]
		if !slices.Contains(catalog.GatewayServices(), service) {
			fail("endpoints", "a prefix list is of no service with a gateway endpoint", fmt.Sprintf("got %q; allowed are %s", service, strings.Join(catalog.GatewayServices(), ", ")), "")
		}
		if !id.Symbolic && !prefixListID.MatchString(id.Text) {
			fail("prefix-list", "a prefix list's id is not usable", fmt.Sprintf("got %q; allowed is an id as in \"pl-0123456789abcdef0\"", id.Text), "")
		}
		if known, ok := catalog.PrefixList(service, c.m.Network.Region()); ok && !id.Symbolic && id.Text != known {
			fail("prefix-list", "a prefix list is not the service's", fmt.Sprintf("got %s; that of %s in %s is %s", id.Text, service, c.m.Network.Region(), known), "leave it out: the catalogue knows it")
		}
	}
	for _, service := range sortedKeys(e.Zones) {
		if !c.m.Network.Wrapped && !slices.ContainsFunc(c.m.Network.Zones, func(z string) bool { return slices.Contains(e.Zones[service], z) }) {
			fail("endpoint-zone", "a service is offered in none of the network's zones", fmt.Sprintf("%s is offered in %s, and the network is in %s", service, strings.Join(e.Zones[service], ", "), strings.Join(c.m.Network.Zones, ", ")), "reach it through a network in one of its zones")
		}
	}
	for _, service := range e.NoPolicy {
		if _, ok := catalog.EndpointNamed(service); !ok && !slices.Contains(catalog.GatewayServices(), service) {
			fail("service-unknown", "there is no VPC endpoint for this service", fmt.Sprintf("got %q in NoPolicy", service), "")
		}
	}
	c.importedEndpoints(e, fail)
}

func (c *checker) importedEndpoints(e Endpoints, fail func(rule, summary, detail, fix string)) {
	seen := map[EndpointKey]bool{}
	for _, i := range e.Imported {
		key := EndpointKey{i.Service, i.Gateway}
		_, known := catalog.EndpointNamed(i.Service)
		switch {
		case seen[key]:
			fail("endpoint-twice", "an endpoint is imported twice", key.String(), "")
		case !i.Gateway && !known, i.Gateway && !slices.Contains(catalog.GatewayServices(), i.Service):
			fail("service-unknown", "there is no VPC endpoint for this service", fmt.Sprintf("got %q", i.Service), "")
		case !i.Gateway && !i.Group.Symbolic && !groupID.MatchString(i.Group.Text):
			fail("group-id", "the imported endpoint's security group is not usable", fmt.Sprintf("got %q of %s; allowed is an id as in \"sg-0123456789abcdef0\"", i.Group.Text, key), "")
		}
		seen[key] = true
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
