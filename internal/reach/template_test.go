package reach_test

import (
	"fmt"
	"strings"
)

// group returns a group with ingress and egress rules: "in tcp/80 Web", "out all 0.0.0.0/0", "in tcp/1-9 pl-1". A group without an out
// rule lets everything out, as in AWS. Only rules on blocks and prefix lists can be inline.
func group(id string, rules ...string) string {
	return groupIn("Vpc", id, rules...)
}

func groupIn(vpc, id string, rules ...string) string {
	sides := map[string]string{}
	for _, r := range rules {
		f := strings.Fields(r)
		side := map[string]string{"in": "SecurityGroupIngress", "out": "SecurityGroupEgress"}[f[0]]
		sides[side] += fmt.Sprintf("        - {%s, %s}\n", groupService(f[1]), groupPeer(f[0], f[2]))
	}
	out := fmt.Sprintf("  %s:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: d\n      VpcId: !Ref %s\n", id, vpc)
	for _, side := range []string{"SecurityGroupIngress", "SecurityGroupEgress"} {
		if sides[side] != "" {
			out += "      " + side + ":\n" + sides[side]
		}
	}
	return out
}

func groupService(s string) string {
	name, rest, _ := strings.Cut(s, "/")
	from, to := fromTo(rest)
	switch {
	case name == "all":
		return "IpProtocol: -1"
	case name == "protocol":
		return "IpProtocol: " + rest
	case strings.HasPrefix(name, "icmp"):
		kind, code := icmp(rest)
		return fmt.Sprintf("IpProtocol: %s, FromPort: %s, ToPort: %s", name, kind, code)
	case rest == "":
		return "IpProtocol: " + name + ", FromPort: 0, ToPort: 65535"
	}
	return fmt.Sprintf("IpProtocol: %s, FromPort: %s, ToPort: %s", name, from, to)
}

func groupPeer(side, peer string) string {
	end := map[string]string{"in": "Source", "out": "Destination"}[side]
	switch {
	case strings.HasPrefix(peer, "pl-"):
		return end + "PrefixListId: " + peer
	case strings.HasPrefix(peer, "list:"):
		return end + "PrefixListId: !Ref " + peer[5:]
	case strings.Contains(peer, ":"):
		return fmt.Sprintf("CidrIpv6: %q", peer)
	case strings.Contains(peer, "/"):
		return "CidrIp: " + peer
	}
	return end + "SecurityGroupId: !Ref " + peer
}

func fromTo(s string) (from, to string) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		to = from
	}
	return from, to
}

func icmp(s string) (kind, code string) {
	kind, code, ok := strings.Cut(s, "/")
	if kind == "" {
		kind = "-1"
	}
	if !ok {
		code = "-1"
	}
	return kind, code
}

// acl returns a network ACL of a subnet: "in 100 allow tcp/80 10.0.0.0/16", "out 200 deny all ::/0".
func acl(subnet string, entries ...string) string {
	name := "Acl" + subnet
	out := fmt.Sprintf("  %s: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}\n", name)
	out += fmt.Sprintf("  %sOf: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref %s, NetworkAclId: !Ref %s}}\n",
		name, subnet, name)
	return out + aclEntries(name, "!Ref "+name, entries...)
}

func aclEntries(name, ref string, entries ...string) string {
	var out strings.Builder
	for _, e := range entries {
		f := strings.Fields(e)
		block := "CidrBlock: " + f[4]
		if strings.Contains(f[4], ":") {
			block = fmt.Sprintf("Ipv6CidrBlock: %q", f[4])
		}
		fmt.Fprintf(&out, "  %s%s%s: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: %s, RuleNumber: %s, RuleAction: %s, "+
			"Egress: %v, %s, %s}}\n",
			name, strings.ToUpper(f[0]), f[1], ref, f[1], strings.ReplaceAll(f[2], "=", " "), f[0] == "out", aclService(f[3]), block)
	}
	return out.String()
}

func aclService(s string) string {
	name, rest, _ := strings.Cut(s, "/")
	numbers := map[string]string{"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58", "all": "-1"}
	from, to := fromTo(rest)
	switch {
	case name == "protocol":
		return "Protocol: " + rest
	case name == "all":
		return "Protocol: -1"
	case strings.HasPrefix(name, "icmp"):
		kind, code := icmp(rest)
		return fmt.Sprintf("Protocol: %s, Icmp: {Type: %s, Code: %s}", numbers[name], kind, code)
	case rest == "":
		from, to = "0", "65535"
	}
	return fmt.Sprintf("Protocol: %s, PortRange: {From: %s, To: %s}", numbers[name], from, to)
}

// table returns a route table of a subnet: "0.0.0.0/0 GatewayId !Ref Igw".
func table(subnet string, routes ...string) string {
	return tableIn("Vpc", subnet, routes...)
}

func tableIn(vpc, subnet string, routes ...string) string {
	name := "Table" + subnet
	out := fmt.Sprintf("  %s: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref %s}}\n", name, vpc)
	out += fmt.Sprintf("  %sOf: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref %s, RouteTableId: !Ref %s}}\n",
		name, subnet, name)
	for i, r := range routes {
		f := strings.SplitN(r, " ", 3)
		destination := "DestinationCidrBlock: " + f[0]
		switch {
		case strings.HasPrefix(f[0], "pl-"):
			destination = "DestinationPrefixListId: " + f[0]
		case strings.HasPrefix(f[0], "list:"):
			destination = "DestinationPrefixListId: !Ref " + f[0][5:]
		case strings.Contains(f[0], ":"):
			destination = fmt.Sprintf("DestinationIpv6CidrBlock: %q", f[0])
		}
		out += fmt.Sprintf("  %sRoute%d: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref %s, %s, %s: %s}}\n", name, i, name, destination,
			f[1], f[2])
	}
	return out
}

// internet is an internet gateway that is attached to the VPC.
const internet = `
  Igw: {Type: AWS::EC2::InternetGateway}
  IgwOf: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Igw}}
`

const toInternet = "0.0.0.0/0 GatewayId !Ref Igw"

// openGroups let everything through in both families, so that routes and network ACLs decide.
var openGroups = group("Web", "in all 0.0.0.0/0", "in all ::/0") + group("App", "in all 0.0.0.0/0", "in all ::/0")
