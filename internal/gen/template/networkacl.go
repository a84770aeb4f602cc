package template

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

const networkACLs = "NetworkACLs"

// networkACL makes a network ACL with its entries and associations. An association depends on the entries, because a network ACL without
// entries denies everything.
func (r *renderer) networkACL(a plan.NetworkACL) {
	path, label := networkACLs+"/"+a.Key, ""
	if len(a.Subnets) > 0 {
		label = r.labels[a.Subnets[0].Key]
	}
	r.put(path, "EC2::NetworkAcl", object{"VpcId": r.vpcID(), "Tags": tags("Name", r.network.Path+"/"+label, "Tier", label)})
	ready := []string{path}
	for _, e := range a.Entries() {
		entry := path + "/" + e.ID()
		ready = append(ready, entry)
		made := r.put(entry, "EC2::NetworkAclEntry", r.entry(path, e))
		for _, number := range e.After {
			r.dependsOn(made, path+"/"+plan.EntryID(e.Direction, number))
		}
	}
	for _, s := range a.Subnets {
		made := r.put("Subnets/"+s.Key+"/NetworkAcl", "EC2::SubnetNetworkAclAssociation",
			object{"NetworkAclId": r.attribute(path, "Id"), "SubnetId": r.ref(subnetPath(s.Key))})
		r.dependsOn(made, ready...)
	}
}

func (r *renderer) entry(acl string, e plan.Entry) object {
	out := object{"NetworkAclId": r.attribute(acl, "Id"), "RuleNumber": e.Number, "RuleAction": "allow", "Protocol": e.ProtocolNumber()}
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

// block is a block of addresses as a template has it.
func (r *renderer) block(b address.Block) any {
	part, ok := b.Part()
	switch {
	case !ok:
		return r.operand(arch.Operand{Text: b.String(), Symbolic: b.Symbol != ""})
	case !b.IPv6:
		return r.part(part)
	case part.Bits == 56:
		return r.wholeRange6()
	}
	return choose(part.Index, r.wholeRange6(), part.Index+1, 128-part.Bits)
}

// part is a part of the network's range that only a deployment knows.
func (r *renderer) part(p address.Part) any {
	if p.Bits == r.network.Bits {
		return r.wholeRange()
	}
	return choose(p.Index, r.wholeRange(), p.Index+1, 32-p.Bits)
}
