package plantest

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// networkACL makes a network ACL with its entries and associations.
func (r *renderer) networkACL(a plan.NetworkACL) {
	path := "NetworkACLs/" + a.Key
	r.put(path, "NetworkAcl", object{"VpcId": ref(vpc)})
	ready := []string{logicalID(path)}
	for _, e := range a.Entries() {
		id := path + "/" + e.ID()
		r.put(id, "NetworkAclEntry", r.entry(path, e))
		ready = append(ready, logicalID(id))
		var after []string
		for _, number := range e.After {
			after = append(after, logicalID(path+"/"+plan.EntryID(e.Direction, number)))
		}
		r.dependsOn(id, after)
	}
	for _, s := range a.Subnets {
		id := strings.TrimSuffix(subnetPath(s.Key), "Subnet") + "NetworkAcl"
		r.put(id, "SubnetNetworkAclAssociation", object{"NetworkAclId": attribute(path, "Id"), "SubnetId": ref(subnetPath(s.Key))})
		r.dependsOn(id, ready)
	}
}

func (r *renderer) dependsOn(path string, ids []string) {
	if len(ids) > 0 {
		r.resources[logicalID(path)].(object)["DependsOn"] = ids
	}
}

func (r *renderer) entry(acl string, e plan.Entry) object {
	out := object{"NetworkAclId": attribute(acl, "Id"), "RuleNumber": e.Number, "RuleAction": "allow", "Protocol": e.ProtocolNumber()}
	if e.Direction == plan.Egress {
		out["Egress"] = true
	}
	if e.Block.IPv6 {
		out["Ipv6CidrBlock"] = r.block(e.Block)
	} else {
		out["CidrBlock"] = r.block(e.Block)
	}
	switch {
	case e.IsICMP():
		out["Icmp"] = object{"Type": e.Ports.From, "Code": e.Ports.To}
	case e.HasPorts():
		out["PortRange"] = object{"From": e.Ports.From, "To": e.Ports.To}
	}
	return out
}

// block is a block of addresses as a template holds it.
func (r *renderer) block(b address.Block) any {
	part, ok := b.Part()
	whole, bits, own := attribute(vpc, "CidrBlock"), 32, r.network.Bits
	if b.IPv6 {
		whole, bits, own = object{"Fn::Select": []any{0, attribute(vpc, "Ipv6CidrBlocks")}}, 128, 56
	}
	switch {
	case !ok:
		return r.operand(arch.Operand{Text: b.String(), Symbolic: b.Symbol != ""})
	case part.Bits == own:
		return whole
	}
	return choose(part.Index, whole, part.Index+1, fmt.Sprint(bits-part.Bits))
}
