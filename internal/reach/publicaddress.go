package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// On IPv4, only an interface with a public address exchanges packets with the internet by an internet gateway (VPC User Guide, "Enable
// internet access for a VPC using internet gateways"). Three places say which interfaces have one: the resource that makes the interface,
// the subnet that it is in, and elastic IPs.

// publicity says which interfaces of a class have a public address.
type publicity struct {
	known    bool // false if no template makes the interfaces: they are taken to have one
	bySubnet bool // as each subnet says
	has      address.Certainty
	of       *cfn.Resource // one of the resources, if the class has no members of its own
}

// at says whether interfaces in a subnet have a public address.
func (p publicity) at(s *Subnet) address.Certainty {
	switch {
	case !p.known:
		return address.Yes
	case p.bySubnet && p.has != address.Yes:
		return max(p.has, s.Public)
	}
	return p.has
}

// from returns what a layer carries between interfaces of a class and a part of the outside.
func (l layer) from(c *Class, at Location, o Outside) traffic.Carried {
	switch {
	case o.Private && at.Subnet.VPC.mayHold(o.Cell):
		return traffic.Carried{Maybe: traffic.Everything()}
	case l.internet && o.Private && o.List == "" && address.IsUnroutable(o.Cell):
		return traffic.Carried{}
	case !l.untranslated || at.Cell.Is6():
		return l.Carried
	}
	switch c.publicAt(at.Subnet) {
	case address.No:
		return traffic.Carried{}
	case address.Perhaps:
		return traffic.Carried{Maybe: l.Maybe}
	}
	return l.Carried
}

// IsUnroutable reports whether no internet gateway carries packets to the part.
func (o Outside) IsUnroutable() bool { return o.List == "" && address.IsUnroutable(o.Cell) }

// publicityOf says which of a resource's interfaces have a public address.
func (t *Topology) publicityOf(r *cfn.Resource) publicity {
	out := t.publicityByType(r)
	if t.rewrittenBy(r) != "" {
		out.has = max(out.has, address.Perhaps)
	}
	for holder := range t.madeFrom(r) {
		switch sure, known := t.elastic[holder]; {
		case known && sure:
			out.has = address.Yes
		case known:
			out.has = max(out.has, address.Perhaps)
		}
	}
	for v := range r.References() {
		if v.Kind == cfn.Reference && v.Resource.Type == elasticType {
			out.has = max(out.has, address.Perhaps) // It may attach the address when it starts.
		}
	}
	if t.anyElastic && (r.Type == "AWS::EC2::Instance" || r.Type == "AWS::EC2::NetworkInterface") {
		out.has = max(out.has, address.Perhaps)
	}
	return out
}

// publicityByType returns what the resource, and the resources that it is made from, state about public addresses.
func (t *Topology) publicityByType(r *cfn.Resource) publicity {
	if IsGroupPolicy(r) {
		return publicity{known: true} // Pods have private addresses.
	}
	places, _ := interfacesOf(r)
	kind := r.Get(places.Public.Kind)
	if text, ok := kind.Literal(); !ok && !kind.IsMissing() {
		return publicity{known: true, has: address.Perhaps}
	} else if slices.Contains(places.Public.Private, text) {
		return publicity{known: true}
	}
	for holder := range t.madeFrom(r) {
		of, _ := interfacesOf(holder)
		if values := walk(holder, of.Public.Property); of.Public.Property != "" && len(values) > 0 {
			return publicityOfValues(of.Public, values)
		}
	}
	switch places.Public.Of("", "") {
	case catalog.PublicBySubnet:
		out := publicity{known: true, bySubnet: true}
		if t.isMadeElsewhere(r) {
			out.has = address.Perhaps
		}
		return out
	case catalog.PublicAlways:
		return publicity{known: true, has: address.Yes}
	case catalog.PublicNever:
		return publicity{known: true}
	}
	return publicity{known: true, has: address.Perhaps}
}

// isMadeElsewhere reports whether something outside the templates, such as a launch template, may say more about a resource.
func (t *Topology) isMadeElsewhere(r *cfn.Resource) bool {
	places, _ := interfacesOf(r)
	for _, path := range places.Indirect {
		for _, v := range find(r, path) {
			if t.holderOf(v.Value) == nil && !strings.Contains(path, "SubnetGroup") {
				return true
			}
		}
	}
	return false
}

// publicityOfValues returns what the values of a property say. Several values may be those of several interfaces.
func publicityOfValues(p catalog.Public, values []item) publicity {
	var found []address.Certainty
	for _, v := range values {
		has := address.Perhaps
		if text, ok := v.Literal(); ok && v.unsure == "" {
			has = address.No
			if p.Of(strings.ToLower(text), "") == catalog.PublicAlways || p.Of(text, "") == catalog.PublicAlways {
				has = address.Yes
			}
		}
		found = append(found, has)
	}
	if slices.Max(found) != slices.Min(found) {
		return publicity{known: true, has: address.Perhaps}
	}
	return publicity{known: true, has: found[0]}
}

// madeFrom yields a resource and the resources that hold groups, subnets and addresses for it: interfaces, launch templates, clusters.
func (t *Topology) madeFrom(r *cfn.Resource) func(func(*cfn.Resource) bool) {
	seen := map[*cfn.Resource]bool{}
	var visit func(*cfn.Resource, func(*cfn.Resource) bool) bool
	visit = func(r *cfn.Resource, yield func(*cfn.Resource) bool) bool {
		if seen[r] {
			return true
		}
		if seen[r] = true; !yield(r) {
			return false
		}
		places, _ := interfacesOf(r)
		for _, path := range places.Indirect {
			for _, v := range find(r, path) {
				if holder := t.holderOf(v.Value); holder != nil && !visit(holder, yield) {
					return false
				}
			}
		}
		return true
	}
	return func(yield func(*cfn.Resource) bool) { visit(r, yield) }
}

const (
	elasticType = "AWS::EC2::EIP"
	elasticTie  = "AWS::EC2::EIPAssociation"
)

// remedy says how to give a resource's interfaces a public address, or how to do without.
func (p publicity) remedy(r *cfn.Resource) string {
	const nat = "a route to a NAT gateway"
	switch {
	case r == nil:
		return "an elastic IP, or " + nat
	case p.bySubnet:
		return "MapPublicIpOnLaunch of its subnet, AssociatePublicIpAddress or an elastic IP"
	}
	places, _ := interfacesOf(r)
	if places.Public.Property == "" {
		return "interfaces of " + r.Type + " never have one, and leave by " + nat
	}
	return "the property " + places.Public.Property
}

// decidedBy says which property decides whether the interfaces of a resource have a public address.
func (p publicity) decidedBy(r *cfn.Resource) string {
	if r == nil {
		return ""
	}
	places, _ := catalog.InterfacesOf(r.Type)
	switch {
	case p.bySubnet:
		return ": MapPublicIpOnLaunch of its subnet, AssociatePublicIpAddress or an elastic IP decides"
	case places.Public.Property != "":
		return ": the property " + places.Public.Property + " decides"
	}
	return ": AWS does not document it for " + r.Type
}

// readElastic records which resources have an elastic IP, and whether that is sure.
func (t *Topology) readElastic(r *cfn.Resource) {
	if r.Type != elasticType && r.Type != elasticTie {
		return
	}
	for _, property := range []string{"InstanceId", "NetworkInterfaceId"} {
		for v := range alternatives(r.Get(property), t.conditional(r)) {
			switch _, places := catalog.InterfacesOf(typeOf(v.Value)); {
			case v.Kind == cfn.Reference && places:
				t.elastic[v.Resource] = t.elastic[v.Resource] || v.unsure == ""
			case v.Kind != cfn.Text:
				t.anyElastic = true // Only a deployment knows whose address it is.
			}
		}
	}
}

// typeOf returns the type of the resource that a value refers to. It is empty if the value is no reference.
func typeOf(v cfn.Value) string {
	if v.Kind != cfn.Reference {
		return ""
	}
	return v.Resource.Type
}

// publicAt says whether interfaces of the class have a public IPv4 address in the subnet. Interfaces that no template makes are taken to
// have one.
func (c *Class) publicAt(s *Subnet) address.Certainty { return c.public.at(s) }

// JoinPublic gives the class the public addresses of its members in the templates, which are given as classes.
func (c *Class) JoinPublic(members []*Class) {
	if len(members) == 0 {
		return
	}
	out := publicity{known: true}
	for _, m := range members {
		out.of = cmp.Or(out.of, m.member())
		out.bySubnet = out.bySubnet || m.public.bySubnet
		out.has = max(out.has, m.public.has)
	}
	c.public = out
}

// assumePublic records the assumption about interfaces that no template makes.
func (t *Topology) assumePublic() {
	held := map[*Group]bool{}
	for _, c := range t.Classes {
		for _, g := range c.Groups {
			held[g] = true
		}
	}
	if slices.ContainsFunc(t.Groups, func(g *Group) bool { return !held[g] && g.Default == nil }) {
		t.assume("interfaces that no template makes have the public addresses that they need")
	}
}
