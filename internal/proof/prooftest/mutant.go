package prooftest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand"
	"net/netip"
	"slices"
	"strings"
)

type (
	object = map[string]any
	list   = []any
)

// Mutant is a template with one change.
type Mutant struct {
	Name     string // "Web/SecurityGroup ingress 0: another port"
	template []byte // without the change
	change   func(resources object)
}

// Template makes the changed template. Mutants do not hold their templates, because a large template has thousands of mutants and tests
// often judge a sample.
func (m Mutant) Template() ([]byte, error) {
	var copied object
	if err := json.Unmarshal(m.template, &copied); err != nil {
		return nil, err
	}
	m.change(copied["Resources"].(object))
	return json.Marshal(copied)
}

// Sample returns n of the mutants, the same ones on each call, or all of them if n is 0.
func Sample(mutants []Mutant, n int) []Mutant {
	if n == 0 || n >= len(mutants) {
		return mutants
	}
	shuffled := slices.Clone(mutants)
	rand.New(rand.NewSource(1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	return shuffled[:n]
}

// Mutants makes every single change of a template in JSON: it changes each rule, route, association, attachment, network ACL and group
// membership, and adds rules, routes and network ACLs to each group, table and subnet.
func Mutants(template []byte) ([]Mutant, error) {
	m, err := newMutation(template)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(m.resources)) {
		m.resource(id)
	}
	return m.out, nil
}

type mutation struct {
	template  []byte
	resources object
	out       []Mutant
}

func newMutation(template []byte) (mutation, error) {
	var tree object
	if err := json.Unmarshal(template, &tree); err != nil {
		return mutation{}, err
	}
	resources, _ := tree["Resources"].(object)
	return mutation{template: template, resources: resources}, nil
}

// with adds a mutant: the template after the change.
func (m *mutation) with(name string, change func(resources object)) {
	m.out = append(m.out, Mutant{name, m.template, change})
}

func kindOf(resource any) string {
	r, _ := resource.(object)
	kind, _ := r["Type"].(string)
	return strings.TrimPrefix(kind, "AWS::EC2::")
}

func properties(resources object, id string) object {
	r, _ := resources[id].(object)
	p, _ := r["Properties"].(object)
	return p
}

// ids returns the resources of a type.
func (m *mutation) ids(kind string) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(m.resources)) {
		if kindOf(m.resources[id]) == kind {
			out = append(out, id)
		}
	}
	return out
}

// remove removes a resource, and every DependsOn of it.
func remove(resources object, id string) {
	delete(resources, id)
	for _, r := range resources {
		r := r.(object)
		switch on := r["DependsOn"].(type) {
		case string:
			if on == id {
				delete(r, "DependsOn")
			}
		case list:
			r["DependsOn"] = slices.DeleteFunc(on, func(e any) bool { return e == id })
		}
	}
}

// another returns the next resource of a type after id, or the first after the last one. It is empty if there is no other.
func (m *mutation) another(kind, id string) string {
	all := m.ids(kind)
	if i := slices.Index(all, id); len(all) > 1 || i < 0 && len(all) > 0 {
		return all[(i+1)%len(all)]
	}
	return ""
}

func (m *mutation) resource(id string) {
	switch kind := kindOf(m.resources[id]); kind {
	case "SecurityGroup":
		m.group(id)
	case "SecurityGroupIngress", "SecurityGroupEgress":
		m.rule(id, func(resources object) object { return properties(resources, id) }, kind == "SecurityGroupEgress")
		m.with(id+": removed", func(resources object) { remove(resources, id) })
	case "Route":
		m.route(id)
	case "RouteTable":
		m.table(id)
	case "Subnet":
		m.subnet(id)
	case "SubnetRouteTableAssociation":
		m.with(id+": removed", func(resources object) { remove(resources, id) })
		if other := m.another("RouteTable", reference(properties(m.resources, id)["RouteTableId"])); other != "" {
			m.with(id+": table "+other, func(resources object) { properties(resources, id)["RouteTableId"] = object{"Ref": other} })
		}
	case "VPCGatewayAttachment", "InternetGateway":
		if kind == "VPCGatewayAttachment" {
			m.with(id+": removed", func(resources object) { remove(resources, id) })
		}
	case "NatGateway":
		if other := m.another("Subnet", reference(properties(m.resources, id)["SubnetId"])); other != "" {
			m.with(id+": in subnet "+other, func(resources object) { properties(resources, id)["SubnetId"] = object{"Ref": other} })
		}
	case "NetworkAclEntry":
		m.entry(id)
	case "AWS::NetworkFirewall::RuleGroup":
		m.ruleGroup(id)
	case "AWS::NetworkFirewall::FirewallPolicy":
		m.policy(id)
	case "VPCEndpoint":
		m.gatewayEndpoint(id)
		m.members(id)
	default:
		m.members(id)
	}
}

// gatewayEndpoint removes each route table of an endpoint, and the endpoint itself.
func (m *mutation) gatewayEndpoint(id string) {
	tables, _ := properties(m.resources, id)["RouteTableIds"].(list)
	for i := range tables {
		m.with(fmt.Sprintf("%s table %d: removed", id, i), func(resources object) {
			p := properties(resources, id)
			p["RouteTableIds"] = slices.Delete(p["RouteTableIds"].(list), i, i+1)
		})
	}
	if len(tables) > 0 {
		m.with(id+": removed", func(resources object) { remove(resources, id) })
	}
}

// reference returns the logical id that a value refers to, or an empty string.
func reference(v any) string {
	o, _ := v.(object)
	if id, ok := o["Ref"].(string); ok {
		return id
	}
	if at, ok := o["Fn::GetAtt"].(list); ok && len(at) == 2 {
		id, _ := at[0].(string)
		return id
	}
	return ""
}

// group changes and removes each inline rule, and adds rules.
func (m *mutation) group(id string) {
	for _, side := range []string{"SecurityGroupIngress", "SecurityGroupEgress"} {
		rules, _ := properties(m.resources, id)[side].(list)
		for i := range rules {
			at := func(resources object) object { return properties(resources, id)[side].(list)[i].(object) }
			m.rule(fmt.Sprintf("%s %s %d", id, side, i), at, side == "SecurityGroupEgress")
			m.with(fmt.Sprintf("%s %s %d: removed", id, side, i), func(resources object) {
				p := properties(resources, id)
				p[side] = slices.Delete(p[side].(list), i, i+1)
			})
		}
		word := peerProperty(side == "SecurityGroupEgress")
		for _, added := range []struct {
			name string
			rule object
		}{
			{"ssh with everybody", object{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}},
			{"all with itself", object{"IpProtocol": "-1", word: object{"Fn::GetAtt": list{id, "GroupId"}}}},
			{"one address", object{"IpProtocol": "udp", "FromPort": 4000, "ToPort": 4000, "CidrIp": "198.51.100.7/32"}},
			{"all of IPv6", object{"IpProtocol": "-1", "CidrIpv6": "::/0"}},
			{"a protocol by number", object{"IpProtocol": "47", "CidrIp": "0.0.0.0/0"}},
		} {
			m.add(id+" "+side+": "+added.name+" added", id, side, added.rule)
		}
		if other := m.another("SecurityGroup", id); other != "" {
			m.add(id+" "+side+": "+other+" added", id, side, object{
				"IpProtocol": "tcp", "FromPort": 9999, "ToPort": 9999, word: object{"Fn::GetAtt": list{other, "GroupId"}},
			})
		}
	}
	m.stranger(id)
}

func (m *mutation) add(name, id, side string, rule object) {
	m.with(name, func(resources object) {
		p := properties(resources, id)
		rules, _ := p[side].(list)
		p[side] = append(rules, rule)
	})
}

func peerProperty(egress bool) string {
	if egress {
		return "DestinationSecurityGroupId"
	}
	return "SourceSecurityGroupId"
}

// stranger adds an instance that has the group and a second group, which is open to everybody.
func (m *mutation) stranger(group string) {
	subnets := m.ids("Subnet")
	if len(subnets) == 0 {
		return
	}
	everybody := list{object{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}}
	m.with(group+": an instance with an open group added", func(resources object) {
		resources["Open"] = object{"Type": "AWS::EC2::SecurityGroup", "Properties": object{
			"VpcId": properties(resources, group)["VpcId"], "GroupDescription": "open",
			"SecurityGroupIngress": everybody, "SecurityGroupEgress": everybody,
		}}
		resources["Stranger"] = object{"Type": "AWS::EC2::Instance", "Properties": object{
			"SubnetId":         object{"Ref": subnets[0]},
			"SecurityGroupIds": list{object{"Fn::GetAtt": list{group, "GroupId"}}, object{"Fn::GetAtt": list{"Open", "GroupId"}}},
		}}
	})
}

// rule changes the ports, the protocol and the peer of a rule.
func (m *mutation) rule(name string, at func(object) object, egress bool) {
	rule := at(m.resources)
	set := func(what string, values object) {
		m.with(name+": "+what, func(resources object) {
			r := at(resources)
			for key, value := range values {
				if value == nil {
					delete(r, key)
				} else {
					r[key] = value
				}
			}
		})
	}
	if protocol, _ := rule["IpProtocol"].(string); protocol == "tcp" || protocol == "udp" {
		set("other protocol", object{"IpProtocol": map[string]string{"tcp": "udp", "udp": "tcp"}[protocol]})
		from, _ := rule["FromPort"].(float64)
		to, _ := rule["ToPort"].(float64)
		set("lower port", object{"FromPort": from - 1})
		set("higher port", object{"ToPort": to + 1})
		if from < to {
			set("one port less", object{"ToPort": to - 1})
		}
		set("another port", object{"FromPort": 7777, "ToPort": 7777})
	}
	set("all protocols", object{"IpProtocol": "-1"})
	word := peerProperty(egress)
	without := object{word: nil, "CidrIp": nil, "CidrIpv6": nil, "SourcePrefixListId": nil, "DestinationPrefixListId": nil}
	peer := func(what, key string, value any) {
		values := maps.Clone(without)
		values[key] = value
		set(what, values)
	}
	peer("everybody", "CidrIp", "0.0.0.0/0")
	peer("private addresses", "CidrIp", "10.0.0.0/8")
	if group := reference(rule[word]); group != "" {
		if other := m.another("SecurityGroup", group); other != "" {
			peer("group "+other, word, object{"Fn::GetAtt": list{other, "GroupId"}})
		}
	}
	if text, ok := rule["CidrIp"].(string); ok {
		if p, err := netip.ParsePrefix(text); err == nil && p.Bits() < 32 {
			peer("half of the block", "CidrIp", netip.PrefixFrom(p.Addr(), p.Bits()+1).String())
		}
		if p, err := netip.ParsePrefix(text); err == nil && p.Bits() > 0 {
			peer("twice the block", "CidrIp", netip.PrefixFrom(p.Addr(), p.Bits()-1).Masked().String())
		}
	}
}

// targets lists the properties with the target of a route.
var targets = []string{
	"GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "VpcEndpointId", "NetworkInterfaceId", "TransitGatewayId",
}

func (m *mutation) route(id string) {
	m.with(id+": removed", func(resources object) { remove(resources, id) })
	retarget := func(what, key string, value any) {
		m.with(id+": "+what, func(resources object) {
			p := properties(resources, id)
			for _, t := range targets {
				delete(p, t)
			}
			p[key] = value
		})
	}
	retarget("to an appliance", "NetworkInterfaceId", "eni-0123456789abcdef0")
	if gateways := m.ids("InternetGateway"); len(gateways) > 0 {
		retarget("to the internet gateway", "GatewayId", object{"Ref": gateways[0]})
	}
	if gateways := m.ids("NatGateway"); len(gateways) > 0 {
		retarget("to a NAT gateway", "NatGatewayId", object{"Ref": gateways[0]})
	}
	if properties(m.resources, id)["DestinationCidrBlock"] == "0.0.0.0/0" {
		m.with(id+": half of the internet", func(resources object) { properties(resources, id)["DestinationCidrBlock"] = "0.0.0.0/1" })
	}
}

// table adds routes.
func (m *mutation) table(id string) {
	add := func(what string, route object) {
		m.with(id+": "+what+" added", func(resources object) {
			route["RouteTableId"] = object{"Ref": id}
			resources["AddedRoute"] = object{"Type": "AWS::EC2::Route", "Properties": route}
		})
	}
	if gateways := m.ids("InternetGateway"); len(gateways) > 0 {
		add("a route to a part of the internet", object{"DestinationCidrBlock": "192.0.2.0/24", "GatewayId": object{"Ref": gateways[0]}})
	}
	add("a route to another network", object{"DestinationCidrBlock": "172.16.0.0/12", "TransitGatewayId": "tgw-0123456789abcdef0"})
	for _, subnet := range m.ids("Subnet")[:1] {
		if cidr, ok := properties(m.resources, subnet)["CidrBlock"].(string); ok {
			add("a route by an appliance", object{"DestinationCidrBlock": cidr, "NetworkInterfaceId": "eni-0123456789abcdef0"})
		}
	}
}

// subnet gives a subnet other network ACLs.
func (m *mutation) subnet(id string) {
	entry := func(number int, egress bool, action, protocol string, more object) object {
		p := object{
			"NetworkAclId": object{"Ref": "Acl"}, "RuleNumber": number, "Egress": egress, "RuleAction": action, "Protocol": protocol,
			"CidrBlock": "0.0.0.0/0",
		}
		maps.Copy(p, more)
		return object{"Type": "AWS::EC2::NetworkAclEntry", "Properties": p}
	}
	attach := func(what string, entries ...object) {
		m.with(id+": "+what, func(resources object) {
			resources["Acl"] = object{"Type": "AWS::EC2::NetworkAcl", "Properties": object{"VpcId": properties(resources, id)["VpcId"]}}
			resources["AclAssociation"] = object{"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": object{
				"SubnetId": object{"Ref": id}, "NetworkAclId": object{"Ref": "Acl"},
			}}
			for i, e := range entries {
				resources[fmt.Sprint("AclEntry", i)] = e
			}
		})
	}
	ports := func(from, to int) object { return object{"PortRange": object{"From": from, "To": to}} }
	attach("a network ACL without entries")
	attach("a network ACL that lets in only", entry(100, false, "allow", "-1", nil))
	attach("a network ACL that keeps replies to low ports",
		entry(100, false, "allow", "-1", nil), entry(100, true, "allow", "6", ports(0, 1023)), entry(110, true, "allow", "17", ports(0, 1023)))
	attach("a network ACL with a denial first",
		entry(90, false, "deny", "6", ports(1, 65535)), entry(100, false, "allow", "-1", nil), entry(100, true, "allow", "-1", nil))
	attach("a network ACL with a denial last",
		entry(100, false, "allow", "-1", nil), entry(100, true, "allow", "-1", nil), entry(110, false, "deny", "6", ports(1, 65535)))
}

func (m *mutation) entry(id string) {
	m.with(id+": removed", func(resources object) { remove(resources, id) })
	m.with(id+": opposite action", func(resources object) {
		p := properties(resources, id)
		p["RuleAction"] = map[any]string{"allow": "deny", "deny": "allow"}[p["RuleAction"]]
	})
	m.with(id+": everybody", func(resources object) { properties(resources, id)["CidrBlock"] = "0.0.0.0/0" })
	m.with(id+": all protocols", func(resources object) { properties(resources, id)["Protocol"] = "-1" })
}

// members changes the groups of all other resources, in any property.
func (m *mutation) members(id string) {
	count := 0
	m.groupLists(properties(m.resources, id), func(int, list) { count++ })
	for n := range count {
		change := func(what string, edit func(list) list) {
			m.with(fmt.Sprintf("%s groups %d: %s", id, n, what), func(resources object) {
				m.editGroups(properties(resources, id), n, edit)
			})
		}
		for _, group := range m.ids("SecurityGroup") {
			value := object{"Fn::GetAtt": list{group, "GroupId"}}
			change(group+" added", func(groups list) list { return append(groups, value) })
			change(group+" instead", func(groups list) list { return append(list{value}, groups[1:]...) })
		}
	}
}

// groupLists visits the lists that refer to a security group, in a fixed order.
func (m *mutation) groupLists(v any, visit func(n int, groups list)) {
	n := 0
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case object:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(v[key])
			}
		case list:
			if slices.ContainsFunc(v, func(e any) bool { return kindOf(m.resources[reference(e)]) == "SecurityGroup" }) {
				visit(n, v)
				n++
				return
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
}

// editGroups replaces the n-th list of groups.
func (m *mutation) editGroups(v any, which int, edit func(list) list) {
	n := 0
	var walk func(any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case object:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				v[key] = walk(v[key])
			}
		case list:
			if slices.ContainsFunc(v, func(e any) bool { return kindOf(m.resources[reference(e)]) == "SecurityGroup" }) {
				n++
				if n-1 == which {
					return edit(v)
				}
				return v
			}
			for i, e := range v {
				v[i] = walk(e)
			}
		}
		return v
	}
	walk(v)
}
