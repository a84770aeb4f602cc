package reach

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// The naive evaluator follows single packets. It was written from the VPC User Guide without looking at the engine: security groups and
// network ACLs rule by rule, routes, NAT, replies. The tests compare it with the engine on small random networks, for every pair of
// addresses and every service that some rule could distinguish.

// naiveRule is a rule of a group.
type naiveRule struct {
	protocol   int // -1 for all
	from, to   int
	block      string // or
	group      int
	standalone bool
}

// naiveEntry is a line of a network ACL.
type naiveEntry struct {
	number, protocol, from, to int
	allow                      bool
	block                      string
}

type naiveACL struct{ in, out []naiveEntry }

type naiveHost struct {
	subnet int
	groups []int
	public bool // it has a public address
}

// naiveWorld is a VPC of three subnets; the NAT gateway is in the last one.
type naiveWorld struct {
	acls     []naiveACL
	aclOf    [3]int    // -1 for the default one
	routeOf  [3]string // "internet", "nat", ""
	in, out  [][]naiveRule
	hosts    []naiveHost
	attached bool
	public   [3]bool // subnets that give public addresses
	block    string  // the mode of VPC Block Public Access, empty without
	excluded int     // a subnet that is excluded from it, -1 for none
}

var (
	naiveSubnets = [3]string{"10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26"}
	naiveOutside = []string{"198.51.100.7", "203.0.113.9", "10.0.0.200"} // the last one is in the VPC and nobody's
	naiveBlocks  = []string{"0.0.0.0/0", "10.0.0.0/24", "10.0.0.0/26", "10.0.0.32/27", "10.0.0.64/26", "198.51.100.0/24", "203.0.113.9/32",
		"10.0.0.128/25"}
	naivePorts   = [][2]int{{1, 1}, {2, 3}, {0, 65535}, {1024, 65535}, {1, 1023}, {32768, 60999}, {2, 2}, {1024, 40000}}
	naiveReplies = []int{1024, 32767, 32768, 40000, 40001, 60999, 61000, 65535} // both sides of every boundary above
	naiveICMP    = [][2]int{{-1, -1}, {8, -1}, {0, -1}, {3, 4}, {8, 0}}
)

func randomWorld(r *rand.Rand) naiveWorld {
	w := naiveWorld{attached: r.Intn(6) > 0}
	pick := func(list []string) string { return list[r.Intn(len(list))] }
	service := func() (protocol, from, to int) {
		switch protocol = []int{6, 6, 6, 17, 17, -1, 1, 47}[r.Intn(8)]; protocol {
		case 6, 17:
			p := naivePorts[r.Intn(len(naivePorts))]
			return protocol, p[0], p[1]
		case 1:
			p := naiveICMP[r.Intn(len(naiveICMP))]
			return protocol, p[0], p[1]
		}
		return protocol, 0, 0
	}
	for range r.Intn(3) {
		var acl naiveACL
		for _, side := range []*[]naiveEntry{&acl.in, &acl.out} {
			for _, number := range r.Perm(9)[:1+r.Intn(5)] {
				e := naiveEntry{number: number + 1, allow: r.Intn(4) > 0, block: pick(naiveBlocks)}
				e.protocol, e.from, e.to = service()
				*side = append(*side, e)
			}
		}
		w.acls = append(w.acls, acl)
	}
	for i := range w.aclOf {
		w.aclOf[i] = r.Intn(len(w.acls)+1) - 1
		w.routeOf[i] = []string{"internet", "nat", ""}[r.Intn(3)]
	}
	if w.routeOf[2] == "nat" {
		w.routeOf[2] = "internet"
	}
	groups := 2 + r.Intn(2)
	w.in, w.out = make([][]naiveRule, groups), make([][]naiveRule, groups)
	for g := range groups {
		for _, side := range []*[]naiveRule{&w.in[g], &w.out[g]} {
			for range r.Intn(4) {
				rule := naiveRule{group: -1, standalone: r.Intn(3) == 0}
				rule.protocol, rule.from, rule.to = service()
				if r.Intn(2) == 0 {
					rule.group = r.Intn(groups)
				} else {
					rule.block = pick(naiveBlocks)
				}
				*side = append(*side, rule)
			}
		}
	}
	for s := range 3 {
		w.public[s] = r.Intn(3) > 0
		w.hosts = append(w.hosts, naiveHost{s, r.Perm(groups)[:1+r.Intn(2)], w.public[s]})
	}
	w.block, w.excluded = []string{"", "", "", "block-ingress", "block-bidirectional"}[r.Intn(5)], r.Intn(6)-3
	return w
}

// hasDoubt reports whether a group has an inline rule that lets everything out and a standalone rule. Then the order in which they are
// created decides which rules the group has.
func (w naiveWorld) hasDoubt() bool {
	return slices.ContainsFunc(w.out, func(rules []naiveRule) bool {
		return slices.ContainsFunc(rules, func(r naiveRule) bool { return !r.standalone && r.protocol == -1 && r.block == "0.0.0.0/0" }) &&
			slices.ContainsFunc(rules, func(r naiveRule) bool { return r.standalone })
	})
}

// template returns the world as a CloudFormation template.
func (w naiveWorld) template() []byte {
	type o = map[string]any
	resources := o{}
	put := func(id, kind string, properties o) o {
		resources[id] = o{"Type": "AWS::EC2::" + kind, "Properties": properties}
		return o{"Ref": id}
	}
	vpc := put("Vpc", "VPC", o{"CidrBlock": "10.0.0.0/24"})
	gateway := put("Gateway", "InternetGateway", o{})
	if w.attached {
		put("Attachment", "VPCGatewayAttachment", o{"VpcId": vpc, "InternetGatewayId": gateway})
	}
	if w.block != "" {
		put("Block", "VPCBlockPublicAccessOptions", o{"InternetGatewayBlockMode": w.block})
	}
	if w.excluded >= 0 {
		put("Exclusion", "VPCBlockPublicAccessExclusion", o{"SubnetId": o{"Ref": fmt.Sprint("Subnet", w.excluded)},
			"InternetGatewayExclusionMode": "allow-bidirectional"})
	}
	nat := put("Nat", "NatGateway", o{"SubnetId": o{"Ref": "Subnet2"}})
	for i, acl := range w.acls {
		id := put(fmt.Sprint("Acl", i), "NetworkAcl", o{"VpcId": vpc})
		for d, entries := range [][]naiveEntry{acl.in, acl.out} {
			for j, e := range entries {
				action := map[bool]string{true: "allow", false: "deny"}[e.allow]
				p := o{"NetworkAclId": id, "RuleNumber": e.number, "Egress": d == 1, "RuleAction": action, "Protocol": e.protocol, "CidrBlock": e.block}
				switch e.protocol {
				case 6, 17:
					p["PortRange"] = o{"From": e.from, "To": e.to}
				case 1:
					p["Icmp"] = o{"Type": e.from, "Code": e.to}
				}
				put(fmt.Sprintf("Entry%dx%dx%d", i, d, j), "NetworkAclEntry", p)
			}
		}
	}
	for i, cidr := range naiveSubnets {
		subnet := put(fmt.Sprint("Subnet", i), "Subnet", o{"VpcId": vpc, "CidrBlock": cidr, "MapPublicIpOnLaunch": w.public[i]})
		table := put(fmt.Sprint("Table", i), "RouteTable", o{"VpcId": vpc})
		put(fmt.Sprint("TableOf", i), "SubnetRouteTableAssociation", o{"SubnetId": subnet, "RouteTableId": table})
		switch w.routeOf[i] {
		case "internet":
			put(fmt.Sprint("Route", i), "Route", o{"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway})
		case "nat":
			put(fmt.Sprint("Route", i), "Route", o{"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nat})
		}
		if w.aclOf[i] >= 0 {
			put(fmt.Sprint("AclOf", i), "SubnetNetworkAclAssociation", o{"SubnetId": subnet, "NetworkAclId": o{"Ref": fmt.Sprint("Acl",
				w.aclOf[i])}})
		}
	}
	group := func(i int) o { return o{"Fn::GetAtt": []string{fmt.Sprint("Group", i), "GroupId"}} }
	for g := range w.in {
		properties := o{"VpcId": vpc, "GroupDescription": "g"}
		for d, rules := range [][]naiveRule{w.in[g], w.out[g]} {
			side, peer := "Ingress", "SourceSecurityGroupId"
			if d == 1 {
				side, peer = "Egress", "DestinationSecurityGroupId"
			}
			inline := []any{}
			for i, r := range rules {
				p := o{"IpProtocol": fmt.Sprint(r.protocol)}
				if r.protocol == 6 || r.protocol == 17 || r.protocol == 1 {
					p["FromPort"], p["ToPort"] = r.from, r.to
				}
				if r.group >= 0 {
					p[peer] = group(r.group)
				} else {
					p["CidrIp"] = r.block
				}
				if r.standalone {
					p["GroupId"] = group(g)
					put(fmt.Sprintf("Rule%dx%dx%d", g, d, i), "SecurityGroup"+side, p)
				} else {
					inline = append(inline, p)
				}
			}
			if len(inline) > 0 {
				properties["SecurityGroup"+side] = inline
			}
		}
		put(fmt.Sprint("Group", g), "SecurityGroup", properties)
	}
	for i, h := range w.hosts {
		var ids []any
		for _, g := range h.groups {
			ids = append(ids, group(g))
		}
		put(fmt.Sprint("Host", i), "Instance", o{"SubnetId": o{"Ref": fmt.Sprint("Subnet", h.subnet)}, "SecurityGroupIds": ids})
	}
	data, err := json.Marshal(o{"Resources": resources})
	if err != nil {
		panic(err)
	}
	return data
}

// naivePacket is a packet with the address of its far end, as a rule sees it.
type naivePacket struct {
	protocol, port, kind, code int
}

func covers(protocol, from, to int, p naivePacket) bool {
	switch {
	case protocol == -1:
		return true
	case protocol != p.protocol:
		return false
	case protocol == 1:
		return from == -1 || from == p.kind && (to == -1 || to == p.code)
	case protocol == 47:
		return true
	}
	return from <= p.port && p.port <= to
}

func in(block, addr string) bool {
	return netip.MustParsePrefix(block).Contains(netip.MustParseAddr(addr))
}

// aclAllows evaluates the first entry that matches. Without such an entry the packet is dropped.
func (w naiveWorld) aclAllows(subnet int, out bool, addr string, p naivePacket) bool {
	if w.aclOf[subnet] < 0 {
		return true
	}
	entries := w.acls[w.aclOf[subnet]].in
	if out {
		entries = w.acls[w.aclOf[subnet]].out
	}
	for number := 1; number < 10; number++ {
		for _, e := range entries {
			if e.number == number && in(e.block, addr) && covers(e.protocol, e.from, e.to, p) {
				return e.allow
			}
		}
	}
	return false
}

// groupsAllow evaluates the groups of a host. One rule that allows is enough.
func (w naiveWorld) groupsAllow(h naiveHost, out bool, addr string, peer *naiveHost, p naivePacket) bool {
	for _, g := range h.groups {
		rules := w.in[g]
		if out {
			if rules = w.out[g]; len(rules) == 0 {
				return true // AWS's own rule.
			}
		}
		for _, r := range rules {
			if !covers(r.protocol, r.from, r.to, p) {
				continue
			}
			if r.group >= 0 && peer != nil && slices.Contains(peer.groups, r.group) || r.group < 0 && in(r.block, addr) {
				return true
			}
		}
	}
	return false
}

// naiveEnd is a host at an address, or an address alone.
type naiveEnd struct {
	host *naiveHost
	addr string
}

// carries follows a packet and its reply.
func (w naiveWorld) carries(a, b naiveEnd, p, reply naivePacket, answered bool) bool {
	if a.host != nil && !w.groupsAllow(*a.host, true, b.addr, b.host, p) || b.host != nil && !w.groupsAllow(*b.host, false, a.addr, a.host,
		p) {
		return false
	}
	back := func(subnet int, out bool, addr string) bool {
		return !answered || w.aclAllows(subnet, out, addr, reply)
	}
	leaves := func(subnet int, to string) bool { return w.aclAllows(subnet, true, to, p) && back(subnet, false, to) }
	enters := func(subnet int, from string) bool {
		return w.aclAllows(subnet, false, from, p) && back(subnet, true, from)
	}
	inside := func(addr string) bool { return in("10.0.0.0/24", addr) }
	switch {
	case a.host != nil && b.host != nil:
		if a.host.subnet == b.host.subnet {
			return true
		}
		return leaves(a.host.subnet, b.addr) && enters(b.host.subnet, a.addr)
	case a.host != nil:
		s := a.host.subnet
		switch {
		case inside(b.addr):
			return leaves(s, b.addr)
		case w.routeOf[s] == "internet":
			return w.attached && a.host.public && w.open(s) && leaves(s, b.addr)
		case w.routeOf[s] == "nat": // It stands in another subnet, and goes on from there.
			return w.attached && (w.block != "block-bidirectional" || w.excluded == 2) && w.routeOf[2] == "internet" && leaves(s, b.addr) &&
				enters(2, a.addr) && leaves(2, b.addr)
		}
		return false
	}
	s := b.host.subnet
	return (inside(a.addr) || w.attached && w.routeOf[s] == "internet" && b.host.public && w.open(s)) && enters(s, a.addr)
}

// open reports whether public access to a subnet is not blocked.
func (w naiveWorld) open(subnet int) bool { return w.block == "" || w.excluded == subnet }

// services returns packets on both sides of every boundary of the rules above.
func naiveServices() []naivePacket {
	var out []naivePacket
	for _, protocol := range []int{6, 17} {
		for _, port := range []int{0, 1, 2, 3, 4, 1023, 1024, 32767, 32768, 40000, 40001, 60999, 61000, 65535} {
			out = append(out, naivePacket{protocol: protocol, port: port})
		}
	}
	for _, m := range [][2]int{{8, 0}, {8, 1}, {0, 0}, {3, 4}, {3, 3}, {11, 0}} {
		out = append(out, naivePacket{protocol: 1, kind: m[0], code: m[1]})
	}
	return append(out, naivePacket{protocol: 47}, naivePacket{protocol: 50})
}

// verdict says whether the service works with all reply ports, and whether it works with some. A service without connections can be sent
// without any reply.
func (w naiveWorld) verdict(a, b naiveEnd, p naivePacket) (all, some bool) {
	switch {
	case p.protocol == 1 && p.kind == 8:
		return w.carries(a, b, p, naivePacket{protocol: 1}, true), w.carries(a, b, p, p, false)
	case p.protocol == 1: // Other messages need no reply.
		return w.carries(a, b, p, p, false), w.carries(a, b, p, p, false)
	case p.protocol != 6 && p.protocol != 17:
		return w.carries(a, b, p, p, true), w.carries(a, b, p, p, false)
	}
	all, some = true, p.protocol == 17 && w.carries(a, b, p, p, false)
	for _, port := range naiveReplies {
		ok := w.carries(a, b, p, naivePacket{protocol: p.protocol, port: port}, true)
		all, some = all && ok, some || ok
	}
	return all, some
}

func (p naivePacket) traffic() traffic.Set {
	return traffic.Service{Protocol: p.protocol, Port: p.port, Type: p.kind, Code: p.code}.Traffic()
}

// TestAgainstNaiveEvaluator compares every connection of random worlds.
func TestAgainstNaiveEvaluator(t *testing.T) {
	t.Parallel()
	connections, carried := 0, 0
	for seed := range 200 {
		w := randomWorld(rand.New(rand.NewSource(int64(seed))))
		if w.hasDoubt() {
			continue
		}
		a, err := cfn.Read("naive.json", w.template(), nil)
		require.NoError(t, err)
		top := Build(a)
		require.Empty(t, top.Gaps)
		ends := naiveEnds(t, w, top)
		for _, from := range ends {
			for _, to := range ends {
				if from.naive.host == nil && to.naive.host == nil || from.naive == to.naive {
					continue
				}
				got := top.Carried(from.end(to), to.end(from))
				for _, p := range naiveServices() {
					all, some := w.verdict(from.naive, to.naive, p)
					connections++
					if all {
						carried++
					}
					sure, maybe := got.Sure.Contains(p.traffic()), got.Maybe.Contains(p.traffic())
					if all != sure || some && !maybe || !maybe && some {
						t.Fatalf("seed %d: %v -> %v %v: all replies %v, some %v; the engine says surely %v, maybe %v\n%s", seed, from.naive, to.naive, p,
							all, some, sure, maybe, w.template())
					}
				}
			}
		}
	}
	t.Logf("%d connections, %d of them carried", connections, carried)
	require.Greater(t, carried, 1000)
}

// bothEnd is one end for both evaluators.
type bothEnd struct {
	naive    naiveEnd
	class    *Class
	location Location
	top      *Topology
}

// end returns the end for the engine. An address outside is a part of the outside, as the other end sees it.
func (b bothEnd) end(other bothEnd) End {
	if b.class != nil {
		return End{Class: b.class, Location: b.location}
	}
	addr := netip.MustParseAddr(b.naive.addr)
	for _, o := range b.top.Outsides(other.class, nil) {
		if o.List == "" && o.Cell.Base == "" && !addr.Less(o.Cell.From) && !o.Cell.To.Less(addr) {
			return End{Outside: o}
		}
	}
	panic("the parts of the outside do not cover " + b.naive.addr)
}

// naiveEnds returns two addresses in each host's subnet, and the addresses outside.
func naiveEnds(t *testing.T, w naiveWorld, top *Topology) []bothEnd {
	t.Helper()
	var out []bothEnd
	for i := range w.hosts {
		h := &w.hosts[i]
		prefix := netip.MustParsePrefix(naiveSubnets[h.subnet])
		bytes := prefix.Addr().As4()
		for _, offset := range []byte{5, 40} {
			bytes[3] = prefix.Addr().As4()[3] + offset
			addr := netip.AddrFrom4(bytes)
			for _, c := range top.Classes {
				if !slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool { return r.ID == fmt.Sprint("Host", i) }) {
					continue
				}
				for _, s := range c.Locations() {
					if s.Subnet.Resource.ID == fmt.Sprint("Subnet", h.subnet) && !addr.Less(s.Cell.From) && !s.Cell.To.Less(addr) {
						out = append(out, bothEnd{naiveEnd{h, addr.String()}, c, s, top})
					}
				}
			}
		}
	}
	require.Len(t, out, 2*len(w.hosts))
	for _, addr := range naiveOutside {
		out = append(out, bothEnd{naiveEnd{nil, addr}, nil, Location{}, top})
	}
	return out
}
