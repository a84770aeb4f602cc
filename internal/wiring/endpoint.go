package wiring

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// EndpointMaker makes the VPC endpoints of a network. Package endpoints has the only implementation.
type EndpointMaker interface {
	// Make makes an endpoint. It is called when the first grant needs the endpoint.
	Make(place EndpointPlace)
	// Fill has a batch set the properties that the plan decides. tables are the route tables that lead to a gateway endpoint. text returns a
	// text of the plan as a template has it.
	Fill(b *batch.Batch, e plan.VPCEndpoint, tables []*string, text func(string) *string)
	// ID returns the id of an endpoint that it made, or nil if it made none.
	ID(key arch.EndpointKey) *string
}

// EndpointPlace says where to make an endpoint.
type EndpointPlace struct {
	Key     arch.EndpointKey
	Scope   constructs.Construct
	Region  string                  // empty if unknown
	Group   awsec2.ISecurityGroup   // for an interface endpoint
	GroupID *string                 // of Group
	Subnets *awsec2.SubnetSelection // for an interface endpoint
	At      diag.Position           // of the first grant that needs it
}

// endpoint is the tier of an interface endpoint.
type endpoint struct {
	constructs.Construct
	Tier
}

// EndpointMaker returns the maker of the network's endpoints. The first call gets it from create.
func (n *Network) EndpointMaker(create func() EndpointMaker) EndpointMaker {
	if n.granted.maker == nil {
		n.granted.maker = create()
	}
	return n.granted.maker
}

// ConfigureEndpoints sets the properties of the network's endpoints. It must be called before the first grant. share is the tier whose
// subnets the endpoints use, or nil.
func (n *Network) ConfigureEndpoints(e arch.Endpoints, share *Peer, subnets *awsec2.SubnetSelection) {
	n.MustBeOpen(e.At)
	switch {
	case n.declared.Endpoints.At != diag.Position{}:
		n.Fail("endpoints", "endpoints: a network's endpoints are configured twice", e.At, "keep one call of endpoints.Configure")
		return
	case len(n.granted.made) > 0:
		n.Fail("endpoints", "endpoints: the endpoints are configured after the first grant, which has already made some of them", e.At,
			"call endpoints.Configure before endpoints.Grant")
		return
	case subnets != nil && !n.declared.Wrapped:
		n.Fail("endpoints", "endpoints: VpcSubnets are for networks that wrap a VPC", e.At,
			"remove VpcSubnets; to choose the subnets, set Block or Subnets")
	}
	if share != nil {
		end, problem := n.endOf(*share)
		if problem != "" {
			n.Fail("sharing", "endpoints: SharesWith: "+problem, e.At, "")
		} else {
			e.SharesWith = end.Text
		}
	}
	n.declared.Endpoints, n.granted.given = e, subnets
}

// needEndpoint makes an endpoint if it does not exist yet.
func (n *Network) needEndpoint(key arch.EndpointKey, at diag.Position) {
	if n.granted.made[key] {
		return
	}
	if n.granted.made == nil {
		n.granted.made = map[arch.EndpointKey]bool{}
	}
	n.granted.made[key] = true
	place := EndpointPlace{Key: key, Scope: n.self, At: at}
	if !n.declared.Wrapped { // Names of endpoints of wrapped VPCs have always had the stack's Region by reference.
		place.Region = n.declared.Region()
	}
	switch imported := n.declared.Endpoints.IsImported(key); {
	case !key.Gateway && imported:
		n.importEndpoint(key)
		return
	case imported:
		return
	case !key.Gateway:
		t := n.endpointTier(key, at)
		place.Scope, place.Group, place.GroupID, place.Subnets = t, t.group, t.groupID, n.offered(t.subnets, key)
	}
	n.granted.maker.Make(place)
}

// endpointTier makes the security group and the subnets of an interface endpoint.
func (n *Network) endpointTier(key arch.EndpointKey, at diag.Position) *endpoint {
	e := n.declared.Endpoints
	props := TierProps{Block: n.declared.EndpointBlock(), Subnets: e.Subnets}
	for _, t := range n.tiers {
		if t.id == e.SharesWith {
			props.SharesWith = new(t.Peer())
		}
	}
	if n.declared.Wrapped {
		if props.VpcSubnets = n.granted.given; props.VpcSubnets == nil {
			n.Fail("placement", "endpoints: the endpoints of a wrapped VPC have no subnets", at,
				"state the subnets: endpoints.Configure(network, &endpoints.Props{VpcSubnets: ...})")
			props.VpcSubnets = &awsec2.SubnetSelection{}
		}
	}
	t := &endpoint{}
	t.Make(t, n, arch.Endpoint, key.TierID(), props)
	t.declared.At = at
	return t
}

// importEndpoint makes a peer of an interface endpoint that somebody else made.
func (n *Network) importEndpoint(key arch.EndpointKey) {
	for _, i := range n.declared.Endpoints.Imported {
		if i.Service == key.Service && !i.Gateway {
			t := &endpoint{}
			t.Import(t, n, arch.Endpoint, key.TierID(), ImportProps{GroupID: i.Group.Text, Egress: arch.EgressRestricted})
		}
	}
}

// offered returns the subnets of all in the zones where the service of key is offered. It returns all itself, without asking CDK for
// zones, if the service is offered in every zone.
func (n *Network) offered(all *awsec2.SubnetSelection, key arch.EndpointKey) *awsec2.SubnetSelection {
	endpoints := n.declared.Endpoints
	if _, limited := endpoints.Zones[key.Service]; !limited || all == nil || all.Subnets == nil {
		return all
	}
	subnets := slices.DeleteFunc(slices.Clone(*all.Subnets), func(s awsec2.ISubnet) bool {
		return !endpoints.OfferedIn(key.Service, *s.AvailabilityZone())
	})
	return &awsec2.SubnetSelection{Subnets: &subnets}
}

// endpointChoices returns the properties of the endpoints in the model's terms.
func (n *Network) endpointChoices() arch.Endpoints {
	e := n.declared.Endpoints
	if len(e.PrefixLists) > 0 {
		lists := map[string]arch.Operand{}
		for service, id := range e.PrefixLists {
			lists[service] = n.operand(id.Text)
		}
		e.PrefixLists = lists
	}
	e.Imported = slices.Clone(e.Imported)
	for i := range e.Imported {
		if !e.Imported[i].Gateway {
			e.Imported[i].Group = n.operand(e.Imported[i].Group.Text)
		}
	}
	return e
}

// emitEndpoints sets the properties of the endpoints that the plan decides.
func (n *Network) emitEndpoints(b *batch.Batch) {
	for _, e := range n.plan.VPCEndpoints {
		if !e.Imported {
			n.granted.maker.Fill(b, e, n.tablesOf(e), n.text)
		}
	}
}

// unknownTable reports a subnet whose route table needs a route to a gateway endpoint, but is not known.
func (n *Network) unknownTable(e plan.VPCEndpoint, t *Tier, subnet string) {
	n.findings.Add(diag.Diagnostic{
		Severity: diag.Error, Rule: "route-table", Path: n.declared.Path + " tiers." + t.id,
		Summary: "the route table of the existing subnet " + subnet + " is not known",
		Detail:  "the gateway endpoint for " + e.Service + " is a route in that table",
		Fix:     "import the subnet with its RouteTableId; or, if the VPC has the endpoint already, say so in Imported of endpoints.Configure",
	})
}

// tablesOf returns the route tables that lead to a gateway endpoint, and nil for an interface endpoint.
func (n *Network) tablesOf(e plan.VPCEndpoint) []*string {
	if !e.Gateway {
		return nil
	}
	if n.declared.Wrapped {
		return n.existingTables(e)
	}
	b := &batch.Batch{}
	var out []*string
	for _, s := range e.Subnets {
		out = append(out, batch.Get[string](b, n.own.subnets[s.Key], "routeTable.routeTableId"))
	}
	b.Run()
	return out
}

// existingTables returns the route tables of tiers in a wrapped VPC, each once. The order in which the tiers were declared does not matter.
func (n *Network) existingTables(e plan.VPCEndpoint) []*string {
	var out []*string
	for _, tier := range e.Tiers {
		t := n.tier(tier)
		for _, s := range zoneSubnets(n.selected(t.subnets)) {
			if s.RouteTable == "" {
				n.unknownTable(e, t, s.ID)
				continue
			}
			if !slices.ContainsFunc(out, func(o *string) bool { return *o == s.RouteTable }) {
				out = append(out, &s.RouteTable)
			}
		}
	}
	return out
}
