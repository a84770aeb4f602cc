package plantest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/proof"
)

// File is the name of the template that [Template] makes.
const File = "Test.template.json"

// object is a JSON object.
type object = map[string]any

// Template returns the template of a plan as the constructs emit it into one stack, for a network with a VPC of its own, and
// the declaration that says where its parts are. Logical ids are construct paths without slashes. A symbolic operand is an
// Fn::ImportValue of its name.
func Template(p *plan.Plan) ([]byte, *proof.Declaration) {
	r := renderer{p: p, network: p.Model.Network, resources: object{}, blocks: map[string]any{}, symbols: map[string]bool{}}
	r.vpc()
	r.subnets()
	r.gateways()
	r.firewall()
	for _, a := range p.NetworkACLs {
		r.networkACL(a)
	}
	for _, g := range p.Groups {
		r.group(g)
	}
	for _, rule := range p.Rules {
		r.rule(rule)
	}
	for _, route := range p.Routes {
		r.route(route)
	}
	for _, e := range p.VPCEndpoints {
		r.vpcEndpoint(e)
	}
	data, err := json.MarshalIndent(object{"Resources": r.resources}, "", " ")
	if err != nil {
		panic(err) // Maps, lists and texts always marshal.
	}
	return data, r.declaration()
}

type renderer struct {
	p         *plan.Plan
	network   arch.Network
	resources object
	blocks    map[string]any  // of subnets, by key
	symbols   map[string]bool // in texts of policies
}

// inLogicalID leaves out of a path what a logical id cannot have.
var inLogicalID = strings.NewReplacer("/", "", "-", "")

func logicalID(path string) string { return inLogicalID.Replace(path) }

func ref(path string) object { return object{"Ref": logicalID(path)} }

func attribute(path, name string) object {
	return object{"Fn::GetAtt": []string{logicalID(path), name}}
}

// put adds a resource by its path under the network.
func (r *renderer) put(path, kind string, properties object) {
	r.resources[logicalID(path)] = object{
		"Type": "AWS::EC2::" + kind, "Properties": properties, "Metadata": object{"aws:cdk:path": r.network.Path + "/" + path},
	}
}

func operand(o arch.Operand) any {
	if o.Symbolic {
		return object{"Fn::ImportValue": o.Text}
	}
	return o.Text
}

const vpc = "Vpc/Resource"

func (r *renderer) vpc() {
	properties := object{"EnableDnsHostnames": true, "EnableDnsSupport": true, "InstanceTenancy": "default"}
	if r.network.Range.Symbolic {
		properties["Ipv4IpamPoolId"], properties["Ipv4NetmaskLength"] = "ipam-pool-0123456789abcdef0", r.network.Bits
	} else {
		properties["CidrBlock"] = r.network.Range.Text
	}
	r.put(vpc, "VPC", properties)
	if r.network.IPv6 {
		r.put("Vpc/Ipv6", "VPCCidrBlock", object{"VpcId": ref(vpc), "AmazonProvidedIpv6CidrBlock": true})
	}
}

func (r *renderer) subnets() {
	for _, list := range r.p.Subnets {
		for _, s := range list {
			r.subnet(s)
		}
	}
	for _, s := range r.p.NAT {
		r.subnet(s)
	}
}

func subnetPath(key string) string { return "Subnets/" + key + "/Subnet" }

func (r *renderer) subnet(s address.Subnet) {
	properties := object{"VpcId": ref(vpc), "AvailabilityZone": s.Zone.Name, "MapPublicIpOnLaunch": false}
	if s.Prefix.IsValid() {
		properties["CidrBlock"] = s.Prefix.String()
	} else {
		properties["CidrBlock"] = choose(s.Index, attribute(vpc, "CidrBlock"), s.Index+1, fmt.Sprint(32-s.Bits))
	}
	r.blocks[s.Key] = properties["CidrBlock"]
	if s.IPv6 >= 0 {
		whole := object{"Fn::Select": []any{0, attribute(vpc, "Ipv6CidrBlocks")}}
		properties["Ipv6CidrBlock"] = choose(s.IPv6, whole, 256, "64")
		properties["AssignIpv6AddressOnCreation"] = true
	}
	path := subnetPath(s.Key)
	base := strings.TrimSuffix(path, "Subnet")
	r.put(path, "Subnet", properties)
	r.put(base+"RouteTable", "RouteTable", object{"VpcId": ref(vpc)})
	r.put(base+"RouteTableAssociation", "SubnetRouteTableAssociation", object{"RouteTableId": ref(base + "RouteTable"), "SubnetId": ref(path)})
}

// choose is the index-th part of a block that only a deployment knows.
func choose(index int, block any, count int, bits string) object {
	return object{"Fn::Select": []any{index, object{"Fn::Cidr": []any{block, count, bits}}}}
}

// gateways makes what the routes lead to.
func (r *renderer) gateways() {
	for _, route := range r.p.Routes {
		switch route.Target {
		case plan.ToInternetGateway:
			r.put("InternetGateway", "InternetGateway", object{})
			r.put("InternetGateway/Attachment", "VPCGatewayAttachment", object{"VpcId": ref(vpc), "InternetGatewayId": ref("InternetGateway")})
		case plan.ToEgressOnlyGateway:
			r.put("EgressOnlyGateway", "EgressOnlyInternetGateway", object{"VpcId": ref(vpc)})
		case plan.ToGateway:
			if route.Gateway.Kind == arch.TransitGateway {
				r.transit(route.Gateway)
			}
		}
	}
	for _, s := range r.p.NAT {
		path := natPath(s)
		r.put(path+"Address", "EIP", object{"Domain": "vpc"})
		r.put(path+"Gateway", "NatGateway", object{"SubnetId": ref(subnetPath(s.Key)), "AllocationId": attribute(path+"Address", "AllocationId")})
	}
}

// natPath is the scope of the NAT gateway in a subnet.
func natPath(s address.Subnet) string { return fmt.Sprintf("NAT/Slot%d/", s.Zone.Slot) }

// natIn is natPath for the subnet with a key.
func (r *renderer) natIn(key string) string {
	i := slices.IndexFunc(r.p.NAT, func(s address.Subnet) bool { return s.Key == key })
	return natPath(r.p.NAT[i])
}

func (r *renderer) route(route plan.Route) {
	if route.Subnet == plan.EdgeTable {
		r.edgeRoute(route)
		return
	}
	base := strings.TrimSuffix(subnetPath(route.Subnet), "Subnet")
	properties := object{"RouteTableId": ref(base + "RouteTable")}
	_, six := (arch.Peer{Kind: arch.CIDR, Operand: route.Destination, IPv6: route.IPv6}).Families(false)
	switch {
	case route.ToSubnet != "":
		properties["DestinationCidrBlock"] = r.blocks[route.ToSubnet]
	case six:
		properties["DestinationIpv6CidrBlock"] = operand(route.Destination)
	default:
		properties["DestinationCidrBlock"] = operand(route.Destination)
	}
	switch route.Target {
	case plan.ToInternetGateway:
		properties["GatewayId"] = ref("InternetGateway")
	case plan.ToNATGateway:
		properties["NatGatewayId"] = ref(r.natIn(route.Via) + "Gateway")
	case plan.ToEgressOnlyGateway:
		properties["EgressOnlyInternetGatewayId"] = ref("EgressOnlyGateway")
	case plan.ToFirewall:
		properties["VpcEndpointId"] = r.endpoint(route.Via)
	case plan.ToGateway:
		properties[gatewayProperties[route.Gateway.Kind]] = operand(route.Gateway.Operand)
	}
	r.put(base+routeID(route), "Route", properties)
}

func groupPath(tier string) string { return tier + "/SecurityGroup/Resource" }

// groupID is the group of a tier as rules name it.
func (r *renderer) groupID(tier string) any {
	if t, _ := r.p.Model.Tier(tier); t.Imported != nil {
		return operand(t.Imported.Group)
	}
	return attribute(groupPath(tier), "GroupId")
}

func (r *renderer) group(g plan.Group) {
	properties := object{"VpcId": ref(vpc), "GroupDescription": "Security group of tier " + g.Tier}
	egress := []any{object{
		"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32",
		"Description": "Matches nothing: keeps the default egress rule away",
	}}
	for _, rule := range g.Egress {
		egress = append(egress, r.properties(rule, "Destination"))
	}
	properties["SecurityGroupEgress"] = egress
	if len(g.Ingress) > 0 {
		var ingress []any
		for _, rule := range g.Ingress {
			ingress = append(ingress, r.properties(rule, "Source"))
		}
		properties["SecurityGroupIngress"] = ingress
	}
	r.put(groupPath(g.Tier), "SecurityGroup", properties)
}

func (r *renderer) rule(s plan.StandaloneRule) {
	word := "Source"
	if s.Direction == plan.Egress {
		word = "Destination"
	}
	properties := r.properties(s.Rule, word)
	properties["GroupId"] = r.groupID(s.Group)
	r.put(s.Scope+"/"+s.ID, "SecurityGroup"+s.Direction.String(), properties)
}

// properties are the properties that inline and standalone rules share.
func (r *renderer) properties(rule plan.Rule, word string) object {
	out := object{"IpProtocol": string(rule.Ports.Protocol), "Description": rule.Description}
	if !rule.Ports.IsAll() {
		out["FromPort"], out["ToPort"] = rule.Ports.From, rule.Ports.To
	}
	_, six := rule.Peer.Families(false)
	switch {
	case rule.Peer.Kind.IsTier():
		out[word+"SecurityGroupId"] = r.groupID(rule.Peer.Text)
	case rule.Peer.Kind == arch.PrefixList:
		out[word+"PrefixListId"] = operand(rule.Peer.Operand)
	case six:
		out["CidrIpv6"] = operand(rule.Peer.Operand)
	default:
		out["CidrIp"] = r.operand(rule.Peer.Operand)
	}
	return out
}

// declaration says where everything is.
func (r *renderer) declaration() *proof.Declaration {
	value := func(v any) proof.Value {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return proof.Value{Template: File, Expression: data}
	}
	n := proof.Network{Architecture: r.p.Model.Architecture(), Vpc: value(ref(vpc)), Tiers: map[string]proof.Tier{},
		Symbols: map[string]proof.Value{}}
	for _, t := range r.p.Model.Tiers {
		tier := proof.Tier{Group: value(ref(groupPath(t.ID)))}
		if t.Imported != nil {
			tier.Group = value(operand(t.Imported.Group))
		}
		for _, s := range r.p.Subnets[t.ID] {
			tier.Subnets = append(tier.Subnets, value(ref(subnetPath(s.Key))))
		}
		n.Tiers[t.ID] = tier
	}
	for _, f := range r.p.Model.Flows {
		for _, peer := range []arch.Peer{f.From, f.To} {
			if peer.Symbolic {
				n.Symbols[peer.Text] = value(operand(peer.Operand))
			}
		}
	}
	for symbol := range r.symbols {
		n.Symbols[symbol] = value(object{"Fn::ImportValue": symbol})
	}
	return &proof.Declaration{Networks: []proof.Network{n}}
}
