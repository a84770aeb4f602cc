package importer

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/gen/document"
	endpoints "github.com/tierwall/tierwall/internal/iam/deployed"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

const endpointType = "AWS::EC2::VPCEndpoint"

// endpoint is a VPC endpoint of an AWS service, and who calls the service through it.
type endpoint struct {
	endpoints.Endpoint
	holder  *tier // its interfaces; nil for a gateway endpoint
	callers []*tier
}

// isFull reports whether the endpoint lets everybody do everything.
func (e *endpoint) isFull() bool { return e.Policy.IsFullAccess() }

// findEndpoints finds the endpoints of the network's VPC and their callers. What tiers open to the list of a gateway endpoint is no flow of
// its own: it follows from the grant.
func (i *importer) findEndpoints() {
	main := i.vpcOf()
	for _, e := range endpoints.Read(i.assembly) {
		r := e.Resource
		switch v := i.top.VPCOf(r.Get("VpcId")); {
		case v != nil && main != nil && v != main:
		case !e.IsAWS():
			i.not(r, "ServiceName", "the endpoint %s leads to %.80q, which is no AWS service: it has no word in the format", r.ID, e.Service)
		case e.Unknown != "":
			i.not(r, "PolicyDocument", "the endpoint %s is not imported: %s", r.ID, e.Unknown)
		case i.endpointOf(e.Service, e.Gateway) != nil:
			i.not(r, "ServiceName", "the endpoint %s is the second one for %s, and is not imported", r.ID, e.Service)
		default:
			i.endpointsFound = append(i.endpointsFound, &endpoint{Endpoint: e, holder: i.holderOf(e)})
		}
	}
	for _, e := range i.endpointsFound {
		for _, t := range i.tiers {
			if i.mayCall(t, e) {
				e.callers = append(e.callers, t)
			}
		}
	}
}

// endpointOf returns the endpoint of a service; nil if there is none.
func (i *importer) endpointOf(service string, gateway bool) *endpoint {
	n := slices.IndexFunc(i.endpointsFound, func(e *endpoint) bool { return e.Service == service && e.Gateway == gateway })
	if n < 0 {
		return nil
	}
	return i.endpointsFound[n]
}

// holderOf returns the interfaces of an endpoint.
func (i *importer) holderOf(e endpoints.Endpoint) *tier {
	for _, t := range slices.Concat(i.strangers, i.tiers) {
		if slices.Contains(t.members, e.Resource) {
			return t
		}
	}
	return nil
}

var httpsPort = traffic.Ports(traffic.TCP, 443, 443)

// mayCall reports whether a tier reaches an endpoint.
func (i *importer) mayCall(t *tier, e *endpoint) bool {
	if !e.Gateway {
		return e.holder != nil && t != e.holder && i.carried(i.top, t, e.holder).all().Overlaps(httpsPort)
	}
	for _, c := range seen(t).classes {
		for _, part := range i.top.Outsides(c, nil) {
			if part.List == "" || part.IsName() {
				continue
			}
			for _, l := range i.top.RepresentativesOutside(c) {
				from, to := reach.End{Class: c, Location: l}, reach.End{Outside: part}
				if l.Cell.Is6() == part.Is6() && i.isListOf(e, l.Subnet, part.List) && i.top.IsByGatewayEndpoint(from, to) &&
					!i.top.CarriedIf(from, to, reach.IgnoreUnresolved).Maybe.IsEmpty() {
					return true
				}
			}
		}
	}
	return false
}

// isListOf reports whether a subnet has a route to the endpoint, and a list is that of its service.
func (i *importer) isListOf(e *endpoint, s *reach.Subnet, list string) bool {
	if s.Table == nil {
		return false
	}
	return slices.ContainsFunc(s.Table.Routes, func(r reach.Route) bool {
		return r.Target.Resource == e.Resource &&
			(list == r.List || list == i.lists[e.Service] || catalog.IsPrefixListOf(list, e.Service))
	})
}

// writesEgress reports whether somebody wrote egress rules of a tier. Without them it may reach everything.
func (t *tier) writesEgress() bool {
	return slices.ContainsFunc(t.groups, func(g *reach.Group) bool {
		return slices.ContainsFunc(g.Egress, func(r reach.Rule) bool { return r.Resource != nil })
	})
}

// callersOf returns the tiers that mean to call an endpoint: those with a rule for it, and servers whose egress nobody restricted.
func (i *importer) callersOf(e *endpoint) []*tier {
	return slices.DeleteFunc(slices.Clone(e.callers), func(t *tier) bool {
		return !i.options.Exact && !t.writesEgress() && t.kind != arch.App && t.kind != arch.Web
	})
}

// assumeLists says which list is that of a gateway endpoint's service, where the templates do not: by the Region of the zones, or else the
// one unknown list that groups name for the one endpoint whose list is not known.
func (i *importer) assumeLists() {
	i.lists = map[string]string{}
	var open []string
	for _, e := range endpoints.Read(i.assembly) {
		if !e.Gateway || !e.IsAWS() {
			continue
		}
		if _, known := catalog.PrefixList(e.Service, e.Region); known {
			continue
		}
		if list, known := catalog.PrefixList(e.Service, i.regionOfZones()); known && e.Region == "" {
			i.lists[e.Service] = list
		} else {
			open = append(open, e.Service)
		}
	}
	if unknown := i.unknownLists(); len(unknown) == 1 && len(open) == 1 {
		i.lists[open[0]] = unknown[0]
		i.assume("%s is the list of %s in this Region: it is the only list that is not known", unknown[0], open[0])
	}
	i.assumeListsIn(i.top)
}

// unknownLists returns the lists that egress rules name and that are those of no service in the catalogue.
func (i *importer) unknownLists() []string {
	var out []string
	for _, g := range i.top.Groups {
		for _, r := range g.Egress {
			if list := r.Peer.List; listID.MatchString(list) && !isAmazonList(list) && !slices.Contains(out, list) {
				out = append(out, list)
			}
		}
	}
	return out
}

// regionOfZones returns the Region that the zones of subnets are in; empty if they do not say.
func (i *importer) regionOfZones() string {
	for _, t := range i.tiers {
		for _, s := range t.subnets {
			if zoneName.MatchString(s.Zone) {
				return s.Zone[:len(s.Zone)-1]
			}
		}
	}
	return ""
}

func (i *importer) assumeListsIn(t *reach.Topology) {
	for service, list := range i.lists {
		t.AssumeList(service, reach.Peer{List: list})
	}
}

func isAmazonList(list string) bool {
	return slices.ContainsFunc(catalog.GatewayServices(), func(s string) bool { return catalog.IsPrefixListOf(list, s) })
}

// withoutLists removes what tiers open to the lists of gateway endpoints that they have a grant for.
func (i *importer) withoutLists() {
	i.traffic = slices.DeleteFunc(i.traffic, func(p pair) bool {
		return p.to.kind == arch.PrefixList && p.from.tier != nil && slices.ContainsFunc(i.endpointsFound, func(e *endpoint) bool {
			return e.Gateway && slices.Contains(i.callersOf(e), p.from.tier) && len(e.Policy.Statements) > 0 &&
				(catalog.IsPrefixListOf(p.to.text, e.Service) || i.lists[e.Service] == p.to.text)
		})
	})
}

// listOwner returns the gateway endpoint in the document whose list an end is; nil if there is none.
func (i *importer) listOwner(to end) *endpoint {
	n := slices.IndexFunc(i.endpointsFound, func(e *endpoint) bool {
		return to.tier == nil && to.text != "" && e.Gateway && i.isImported(e.Resource) && (to.text == i.lists[e.Service] ||
			catalog.IsPrefixListOf(to.text, e.Service) ||
			to.text == e.Resource.Get("ServiceName").String())
	})
	if n < 0 {
		return nil
	}
	return i.endpointsFound[n]
}

// makeEndpoints makes the choices for the endpoints, and the grants.
func (i *importer) makeEndpoints() {
	var used []*endpoint
	for _, e := range i.endpointsFound {
		switch {
		case i.doc.Network.VPC != nil && e.Gateway:
			i.not(e.Resource, "", "the network is an existing VPC, whose route tables the file does not name, so the gateway endpoint %s is not "+
				"imported: "+
				"name it under endpoints.existing", e.Resource.ID)
		case len(i.callersOf(e)) == 0:
			i.not(e.Resource, "", "no tier calls %s through the endpoint %s, so it is not in the file", e.Service, e.Resource.ID)
		default:
			used = append(used, e)
			i.controls.add(e.Resource)
		}
	}
	if len(used) == 0 {
		return
	}
	i.doc.Endpoints = i.endpointChoices(used)
	i.grants(used)
	if len(i.doc.Grants) == 0 || reflect.DeepEqual(*i.doc.Endpoints, document.Endpoints{}) {
		i.doc.Endpoints = nil
	}
	i.endpointSettings(used)
}

// endpointChoices makes the choices for all endpoints.
func (i *importer) endpointChoices(used []*endpoint) *document.Endpoints {
	out := &document.Endpoints{PrefixLists: i.statedLists()}
	var full []string
	for _, e := range used {
		if e.isFull() {
			full = append(full, e.Service)
		}
	}
	if len(full) == len(used) {
		out.Policies = "open"
	} else {
		out.NoPolicy = full
	}
	place := i.placeEndpoints
	if i.doc.Network.VPC != nil {
		place = i.placeInVPC
		if out.Policies == "" {
			out.Policies = "derived"
		}
	}
	for _, e := range used {
		if e.holder != nil && place(out, e.holder) {
			break
		}
	}
	return out
}

// placeInVPC names the set of subnets of endpoints in an existing VPC: that of a tier in the same subnets, or one of their own.
func (i *importer) placeInVPC(out *document.Endpoints, holder *tier) bool {
	for _, t := range i.tiers {
		if len(holder.subnets) > 0 && sameSubnets(t, holder) {
			out.Subnets = i.document(t).Subnets
			return true
		}
	}
	set := document.SubnetSet{Name: endpointSet}
	count := 0
	for _, s := range i.doc.Network.VPC.Subnets {
		count += len(s.Subnets)
	}
	for n, s := range i.doc.Network.VPC.Subnets[0].Subnets {
		id := fmt.Sprintf("subnet-%08x", count+n+1)
		if n < len(holder.subnets) && subnetID.MatchString(holder.subnets[n].Name) {
			id = holder.subnets[n].Name
		}
		set.Subnets = append(set.Subnets, document.ZoneSubnet{Zone: s.Zone, ID: id})
	}
	i.doc.Network.VPC.Subnets = append(i.doc.Network.VPC.Subnets, set)
	out.Subnets = document.Texts{endpointSet}
	return true
}

// endpointSet is the name of the set of the endpoints' subnets.
const endpointSet = "endpoints"

func sameSubnets(a, b *tier) bool {
	return len(a.subnets) == len(b.subnets) && !slices.ContainsFunc(a.subnets,
		func(s *reach.Subnet) bool { return !slices.Contains(b.subnets, s) })
}

// statedLists are the lists that the catalogue does not know.
func (i *importer) statedLists() map[string]string {
	var out map[string]string
	for service, list := range i.lists {
		if !isAmazonList(list) {
			if out == nil {
				out = map[string]string{}
			}
			out[service] = list
		}
	}
	return out
}

// placeEndpoints keeps the subnets of endpoints, if they are one for each zone. Those of a tier are shared.
func (i *importer) placeEndpoints(out *document.Endpoints, holder *tier) bool {
	blocks := i.blocks(&i.doc.Network, holder, i.vpcOf())
	if blocks == nil {
		return false
	}
	for _, t := range i.doc.Tiers {
		if slices.Equal(t.Subnets, blocks) {
			out.SharesWith = t.ID
			return true
		}
	}
	out.Subnets = blocks
	return true
}

// endpointSettings notes what the file does not say of endpoints.
func (i *importer) endpointSettings(used []*endpoint) {
	for _, e := range used {
		if !e.Gateway && !e.PrivateDNS {
			i.unsaid(e.Resource, "PrivateDnsEnabled", "the name of %s does not lead to the endpoint %s; it leads to the new one", e.Service,
				e.Resource.ID)
		}
		for _, property := range []string{"DnsOptions", "IpAddressType", "ServiceRegion", "SubnetConfigurations"} {
			if !e.Resource.Get(property).IsMissing() {
				i.unsaid(e.Resource, property, "%s of the endpoint %s has no word in the format", property, e.Resource.ID)
			}
		}
	}
}
