package arch

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/iam"
)

// endpoints turns grants into tiers and flows: interface endpoints become tiers, and uses become flows to them.
func (c *checker) endpoints(a Architecture) (tiers []Tier, flows []Flow) {
	c.endpointChoices(a.Network.Endpoints)
	seen := map[EndpointKey]bool{}
	byID := map[string]Tier{}
	for _, t := range a.Tiers {
		byID[t.ID] = t
		if t.Kind == Endpoint {
			c.add(c.m.Network.TierPath(t.ID), []diag.Position{t.At}, diag.Diagnostic{Rule: "tier-kind", Summary: "a tier has the kind endpoint",
				Detail: "endpoints follow from grants", Fix: "grant a tier the use of the service"})
		}
	}
	for _, f := range a.Flows {
		if f.From.Kind == Endpoint || f.To.Kind == Endpoint || f.Path.Kind == ByGatewayEndpoint {
			c.failFlow(f, "flow-endpoint", "a flow names an endpoint", "grants decide who reaches an endpoint",
				"grant the tier the use of the service")
		}
	}
	used := map[[2]string]int{} // tier and endpoint -> index of the flow
	for i, g := range a.Grants {
		t, ok := byID[g.Tier]
		switch {
		case !ok:
			c.failGrant(g, "no-tier", "a grant is for a tier that the network does not have", fmt.Sprintf("the network has no tier %q", g.Tier), "")
			continue
		case t.Imported != nil:
			c.failGrant(g, "grant-imported", "a grant is for a tier of another network",
				g.Tier+" is imported: its owner provides the endpoints that it uses", "make the grant where the tier is made")
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

// endpointTier returns the tier of an interface endpoint; a gateway endpoint has none.
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

// endpointFlow returns a tier's flow to an endpoint.
func (c *checker) endpointFlow(t Tier, key EndpointKey, g Grant) (Flow, bool) {
	f := Flow{From: TierPeer(t.Kind, t.ID), Service: fmt.Sprintf("tcp/%d", key.Port()), At: []diag.Position{g.At}}
	if !key.Gateway {
		f.To = TierPeer(Endpoint, key.TierID())
		return f, true
	}
	id, ok := c.m.Network.PrefixList(key.Service)
	if !ok {
		where := "the network's Region is not known"
		fix := c.say("state the Region in the Env of its stack", "state the `region` of the environment") + ", or name the list: "
		if region := c.m.Network.Region(); region != "" {
			where, fix = "the catalogue has none for "+region, "name it: "
		}
		c.failGrant(g, "prefix-list-unknown", "the prefix list of a gateway endpoint is not known",
			fmt.Sprintf("a security group allows traffic to %s by the id of its prefix list; %s", key.Service, where),
			fix+c.say(fmt.Sprintf("endpoints.Configure(network, &endpoints.Props{PrefixLists: map[string]string{%q: \"pl-...\"}})", key.Service),
				fmt.Sprintf("`endpoints: {prefixLists: {%s: pl-...}}`", key.Service))+"; aws ec2 describe-prefix-lists shows it")
		return f, false
	}
	f.To = Peer{Kind: PrefixList, Operand: id, Entries: catalog.PrefixListWeight(key.Service)}
	f.Path = Path{Kind: ByGatewayEndpoint}
	return f, true
}

// exists checks that AWS has such an endpoint.
func (c *checker) exists(g Grant, key EndpointKey) bool {
	_, known := catalog.EndpointNamed(key.Service)
	switch {
	case key.Gateway && slices.Contains(catalog.GatewayServices(), key.Service), !key.Gateway && known:
		return true
	case key.Gateway:
		c.failGrant(g, "service-unknown", "there is no gateway endpoint for this service",
			fmt.Sprintf("got %q; allowed are %s", key.Service, strings.Join(catalog.GatewayServices(), ", ")), "")
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

// endpointChoices checks the choices for all endpoints.
func (c *checker) endpointChoices(e Endpoints) {
	fail := func(rule, summary, detail, fix string) {
		c.add("endpoints", []diag.Position{e.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
	}
	if e.Policies < PoliciesByOwner || e.Policies > OpenPolicies {
		fail("endpoints", "the value of "+c.say("Policies", "policies")+" is unknown", fmt.Sprintf("got %d", e.Policies), "")
	}
	if e.Organization != "" && !organizationID.MatchString(e.Organization) {
		fail("endpoints", "the organisation's id is not usable", fmt.Sprintf("got %q; allowed is an id as in \"o-a1b2c3d4e5\"", e.Organization),
			"")
	}
	for _, a := range e.Accounts {
		if !iam.IsAccountID(a) {
			fail("endpoints", "an account is not usable", fmt.Sprintf("got %q; allowed are 12 digits", a), "")
		}
	}
	if i := c.m.Network.Inspection; i != nil && i.Paths&EastWestPath != 0 && e.SharesWith != "" {
		fail("endpoints", "endpoints share the subnets of a tier, but traffic between tiers is inspected",
			"routes would lead calls through the firewall, and references to security groups do not match behind a firewall",
			c.say("leave out SharesWith, or state a Block", "leave out `sharesWith`, or state a `block`"))
	}
	for _, service := range sortedKeys(e.PrefixLists) {
		id := e.PrefixLists[service]
		if !slices.Contains(catalog.GatewayServices(), service) {
			fail("endpoints", "a prefix list is given for a service that has no gateway endpoint",
				fmt.Sprintf("got %q; allowed are %s", service, strings.Join(catalog.GatewayServices(), ", ")), "")
		}
		if !id.Symbolic && !catalog.IsPrefixListID(id.Text) {
			fail("prefix-list", "a prefix list's id is not usable", fmt.Sprintf("got %q; allowed is an id as in \"pl-0123456789abcdef0\"", id.Text),
				"")
		}
		if known, ok := catalog.PrefixList(service, c.m.Network.Region()); ok && !id.Symbolic && id.Text != known {
			fail("prefix-list", "the id of a prefix list contradicts the catalogue",
				fmt.Sprintf("got %s; the prefix list of %s in %s is %s", id.Text, service, c.m.Network.Region(), known), "leave it out")
		}
	}
	for _, service := range sortedKeys(e.Zones) {
		if !c.m.Network.Wrapped && !slices.ContainsFunc(c.m.Network.Zones, func(z string) bool { return e.OfferedIn(service, z) }) {
			fail("endpoint-zone", "a service is offered in none of the network's zones",
				fmt.Sprintf("%s is offered in %s, and the network is in %s", service, strings.Join(e.Zones[service], ", "),
					strings.Join(c.m.Network.Zones, ", ")), "reach it through a network in one of its zones")
		}
	}
	for _, service := range e.NoPolicy {
		if _, ok := catalog.EndpointNamed(service); !ok && !slices.Contains(catalog.GatewayServices(), service) {
			fail("service-unknown", "there is no VPC endpoint for this service",
				fmt.Sprintf("got %q in %s", service, c.say("NoPolicy", "noPolicy")), "")
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
			fail("group-id", "the imported endpoint's security group is not usable",
				fmt.Sprintf("got %q of %s; allowed is an id as in \"sg-0123456789abcdef0\"", i.Group.Text, key), "")
		}
		seen[key] = true
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
