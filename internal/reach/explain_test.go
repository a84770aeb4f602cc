package reach

import (
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// disagreement says how the steps contradict what is carried. It is empty if they agree.
func disagreement(c traffic.Carried, s traffic.Service, steps []Step) string {
	stopped := slices.ContainsFunc(steps, func(s Step) bool { return !s.Passes })
	unsure := slices.ContainsFunc(steps, func(s Step) bool { return s.Passes && s.Unsure != "" })
	replies := false
	for _, s := range steps {
		switch {
		case replies && !s.Reply:
			return "a step of the way there comes after the reply"
		case s.Where == "" || s.Rule == "":
			return "a step does not say what decides"
		case !s.Passes && s.Unsure != "":
			return "a step stops the packet, and is not sure of it"
		}
		replies = s.Reply
	}
	switch {
	case c.Sure.Contains(s.Traffic()) && (stopped || unsure):
		return "it is surely carried, and a step stops or doubts it"
	case !c.Maybe.Overlaps(s.Traffic()) && !stopped:
		return "it is surely not carried, and no step stops it"
	case c.Maybe.Contains(s.Traffic()) && !c.Sure.Overlaps(s.Traffic()) && !unsure:
		return "it is not known, and no step says why"
	}
	return ""
}

// written returns the steps as texts.
func written(steps []Step) string {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&b, "%s\n", stepLine(s))
	}
	return b.String()
}

func stepLine(s Step) string {
	sign := "+"
	switch {
	case !s.Passes:
		sign = "-"
	case s.Unsure != "":
		sign = "?"
	}
	if s.Reply {
		sign = "< " + sign
	}
	line := fmt.Sprintf("%s %s %s: %s", sign, s.Control, s.Where, s.Rule)
	if s.Unsure != "" {
		line += "; " + s.Unsure
	}
	return strings.ReplaceAll(line, "t/", "")
}

// verdicts counts the verdicts that steps were compared with.
type verdicts struct{ sure, not, unknown int }

func (v *verdicts) add(c traffic.Carried, s traffic.Service) {
	switch {
	case c.Sure.Contains(s.Traffic()):
		v.sure++
	case !c.Maybe.Overlaps(s.Traffic()):
		v.not++
	default:
		v.unknown++
	}
}

// everyEnd returns all locations of all classes, and the parts of the outside that they distinguish.
func everyEnd(top *Topology) []End {
	var out []End
	for _, c := range top.Classes {
		for _, s := range c.Locations() {
			out = append(out, End{Class: c, Location: s})
		}
		for _, o := range top.Outsides(c, nil) {
			out = append(out, End{Outside: o})
		}
	}
	return out
}

// TestExplainAgreesOnPlainNetworks compares the steps with what is carried in the random worlds of the naive evaluator.
func TestExplainAgreesOnPlainNetworks(t *testing.T) {
	t.Parallel()
	var seen verdicts
	for seed := range 25 {
		w := randomWorld(rand.New(rand.NewSource(int64(seed))))
		a, err := cfn.Read("t.json", w.template(), nil)
		require.NoError(t, err)
		top := Build(a)
		ends := naiveEnds(t, w, top)
		for _, from := range ends {
			for _, to := range ends {
				if from.naive.host == nil && to.naive.host == nil || from.naive == to.naive {
					continue
				}
				f, e := from.end(to), to.end(from)
				carried := top.Carried(f, e)
				for _, p := range naiveServices() {
					s, _ := p.traffic().First()
					steps := top.Explain(f, e, s)
					if wrong := disagreement(carried, s, steps); wrong != "" {
						t.Fatalf("%s: seed %d: %v -> %v %s: %v\n%s", wrong, seed, from.naive, to.naive, s, carried, written(steps))
					}
					for _, step := range steps {
						all, some := w.lets(step, from.naive, to.naive, p)
						if step.Unsure == "" && step.Passes != all || step.Passes != (some || step.Unsure != "") {
							t.Fatalf("seed %d: %v -> %v %s: %s; all %v, some %v", seed, from.naive, to.naive, s, stepLine(step), all, some)
						}
					}
					seen.add(carried, s)
				}
			}
		}
	}
	t.Logf("%+v", seen)
	require.Positive(t, min(seen.sure, seen.not, seen.unknown))
}

// lets reports whether the control of a step lets all packets of a connection through, and whether it lets some through.
func (w naiveWorld) lets(s Step, from, to naiveEnd, p naivePacket) (all, some bool) {
	isOut := strings.Contains(s.Rule, "outbound")
	switch s.Control {
	case "security group":
		if strings.HasPrefix(s.Rule, "egress") || strings.HasPrefix(s.Rule, "no egress") {
			all = w.groupsAllow(*from.host, true, to.addr, to.host, p)
		} else {
			all = w.groupsAllow(*to.host, false, from.addr, from.host, p)
		}
		return all, all
	case "network ACL":
		other := to.addr
		if isOut == s.Reply {
			other = from.addr
		}
		return w.aclLets(int(s.At[len(s.At)-1]-'0'), isOut, other, p, s.Reply)
	case "route":
		return w.routeLets(s, from, to)
	case "public address":
		return false, false // There is no step of what has one, and no world leaves it open.
	case "block public access":
		subnet := int(s.At[len(s.At)-1] - '0')
		all = w.block == "" || w.excluded == subnet || w.block == "block-ingress" && from.host != nil && w.routeOf[from.host.subnet] == "nat"
		return all, all
	}
	return true, true
}

// aclLets evaluates an ACL for a packet, or for the replies to all ports of clients.
func (w naiveWorld) aclLets(subnet int, isOut bool, other string, p naivePacket, isReply bool) (all, some bool) {
	if !isReply {
		all = w.aclAllows(subnet, isOut, other, p)
		return all, all
	}
	replies := []naivePacket{p}
	switch p.protocol {
	case 6, 17:
		replies = nil
		for _, port := range naiveReplies {
			replies = append(replies, naivePacket{protocol: p.protocol, port: port})
		}
	case 1:
		replies = []naivePacket{{protocol: 1}}
	}
	all = true
	for _, r := range replies {
		ok := w.aclAllows(subnet, isOut, other, r)
		all, some = all && ok, some || ok
	}
	return all, some
}

// routeLets says whether a route leads where it must: from the VPC to a part of the VPC, or by the gateway.
func (w naiveWorld) routeLets(s Step, from, to naiveEnd) (all, some bool) {
	end := to
	if s.Reply {
		end = from
	}
	if end.host != nil || in("10.0.0.0/24", end.addr) {
		return true, true
	}
	switch subnet := int(s.At[len(s.At)-1] - '0'); w.routeOf[subnet] {
	case "internet":
		all = w.attached && !(s.Reply && subnet != to.host.subnet) // Nobody comes in by a NAT gateway.
	case "nat":
		all = true
	}
	return all, all
}

// wired are two networks that a peering connection joins, with a firewall, a NAT gateway and gateways, on top of zoned. The words in
// capitals are drawn.
const wired = `
  W: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Other: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref W, CidrBlock: 10.1.1.0/24}}
  OtherTable: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref W}}
  A8: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Other, RouteTableId: !Ref OtherTable}}
  Pcx: {Type: AWS::EC2::VPCPeeringConnection, Properties: {VpcId: !Ref V, PeerVpcId: PEER}}
  ToW: {Type: AWS::EC2::Route,
    Properties: {RouteTableId: !Ref DataTable, DestinationCidrBlock: 10.1.0.0/16, VpcPeeringConnectionId: !Ref Pcx}}
  ToV: {Type: AWS::EC2::Route,
    Properties: {RouteTableId: !Ref OtherTable, DestinationCidrBlock: 10.0.0.0/16, VpcPeeringConnectionId: !Ref Pcx}}
  Stranger: {Type: AWS::EC2::VPCPeeringConnection, Properties: {VpcId: !Ref V, PeerVpcId: vpc-0123}}
  Client: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: c, VpcId: !Ref V}}
  Server: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: s, VpcId: !Ref V,
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !GetAtt Client.GroupId},
    {IpProtocol: tcp, FromPort: 1, ToPort: 9999, CidrIp: !ImportValue block}]}}
  Host4: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Other, SecurityGroupIds: [!Ref Open]}}
  Host5: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref App, SecurityGroupIds: [!Ref Client]}}
  Host7: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Data, SecurityGroupIds: [!Ref Client]}}
  Host6: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Data, SecurityGroupIds: [!Ref Server]}}
`

// drawTemplate changes routes of zoned, adds routes, gives subnets network ACLs, and hides subnets, tables and firewalls.
func drawTemplate(t *rapid.T) string {
	pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
	byZoneB := strings.Replace(byZone, "1a:", "1b:", 1)
	ingress := "!Select [1, !Split [':', !GetAtt Association.EndpointId]]"
	targets := []string{"VpcEndpointId: " + byZone, "VpcEndpointId: " + byZoneB, "VpcEndpointId: " + ingress, "GatewayId: !Ref IGW",
		"NatGatewayId: !Ref NatGateway",
		"VpcPeeringConnectionId: !Ref Pcx", "VpcPeeringConnectionId: !Ref Stranger", "TransitGatewayId: tgw-1", "GatewayId: local",
		"NetworkInterfaceId: eni-1", "VpcEndpointId: !ImportValue e"}
	peer := pick("peer", "!Ref W", "!Ref W", "vpc-0456")
	template := strings.NewReplacer("PEER", peer, "INGRESS", ingress, "ENDPOINT", byZone, "FROM",
		pick("firewall", "any", "10.0.2.0/24", "!10.0.0.0/16")).Replace(zoned + wired)
	if rapid.Bool().Draw(t, "no edge table") {
		template = lacking(template, "EdgeAssociation")
	}
	routed := regexp.MustCompile(`(VpcEndpointId|GatewayId|NatGatewayId): [^}]*\}`)
	lines := strings.Split(strings.ReplaceAll(template, "\n    ", " "), "\n") // One line for each resource.
	for i, line := range lines {
		if strings.Contains(line, "AWS::EC2::Route,") && rapid.IntRange(0, 5).Draw(t, "rerouted") == 0 {
			head, tail, _ := strings.Cut(line, "DestinationCidrBlock")
			lines[i] = head + "DestinationCidrBlock" + routed.ReplaceAllLiteralString(tail, pick("target", targets...)+"}")
		}
	}
	tables := []string{"PublicTable", "AppTable", "DataTable", "NatTable", "FwTable", "FwInTable", "OtherTable", "Edge"}
	for i := range rapid.IntRange(0, 6).Draw(t, "routes") {
		destination := pick("destination", "0.0.0.0/0", "10.0.0.0/16", "10.1.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24",
			"198.51.100.0/24", "!ImportValue block")
		lines = append(lines, fmt.Sprintf("  R%d: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref %s, DestinationCidrBlock: %s, %s}}", i,
			pick("table", tables...), destination, pick("target", targets...)))
	}
	lines = append(lines, drawACLs(t)...)
	template = strings.Join(lines, "\n")
	for range rapid.IntRange(0, 2).Draw(t, "hidden") {
		if id := pick("hidden", "Data", "FwA", "FwTable", "AppTable", "Policy", "Edge", "W", "", "", ""); id != "" {
			template = regexp.MustCompile(`(!Ref `+id+`|!GetAtt `+id+`\.\w+)\b`).ReplaceAllString(template, "!ImportValue "+id)
		}
	}
	return template
}

func drawACLs(t *rapid.T) []string {
	var out []string
	for i, subnet := range []string{"Public", "App", "Data", "FwA", "Nat", "Other"} {
		if rapid.IntRange(0, 2).Draw(t, "acl") > 0 {
			continue
		}
		out = append(out, fmt.Sprintf("  N%d: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref V}}", i),
			fmt.Sprintf("  NA%d: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref %s, NetworkAclId: !Ref N%d}}", i, subnet,
				i))
		for j := range 6 {
			rule := rapid.SampledFrom([]string{"allow, Protocol: -1", "allow, Protocol: -1",
				"allow, Protocol: 6, PortRange: {From: 1024, To: 65535}", "deny, Protocol: 17, PortRange: {From: 0, To: 2000}",
				"allow, Protocol: 6, PortRange: {From: 22, To: 5432}", "deny, Protocol: 6, PortRange: {From: 40000, To: 50000}"}).Draw(t, "entry")
			block := rapid.SampledFrom([]string{"0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/16", "10.0.2.0/24", "!ImportValue block"}).Draw(t, "block")
			out = append(out, fmt.Sprintf("  E%dx%d: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !Ref N%d, RuleNumber: %d, "+
				"Egress: %v, RuleAction: %s, CidrBlock: %s}}", i, j, i, j+1, j%2 == 0, rule, block))
		}
	}
	return out
}

// TestExplainAgrees compares the steps with what is carried in networks with firewalls, NAT and peering. Parts of the networks are not
// seen.
func TestExplainAgrees(t *testing.T) {
	t.Parallel()
	var seen verdicts
	rapid.Check(t, func(t *rapid.T) {
		template := drawTemplate(t)
		a, err := cfn.Read("t.yaml", []byte(template), nil)
		require.NoError(t, err, template)
		top := Build(a)
		ends := everyEnd(top)
		services := []traffic.Service{{Protocol: traffic.TCP, Port: 5432}, {Protocol: traffic.UDP, Port: 53}, {Protocol: traffic.ICMP, Type: 8},
			{Protocol: traffic.ICMP, Type: 3, Code: 4}, {Protocol: 47}, {Protocol: traffic.ICMPv6, Type: 128}}
		for _, from := range ends {
			for _, to := range ends {
				if from.Class == nil && to.Class == nil {
					continue
				}
				carried := top.Carried(from, to)
				s := rapid.SampledFrom(services).Draw(t, "service")
				steps := top.Explain(from, to, s)
				if wrong := disagreement(carried, s, steps); wrong != "" {
					t.Fatalf("%s: %s -> %s %s: surely %s, maybe %s\n%s\n%s", wrong, from.Address(), to.Address(), s, carried.Sure, carried.Maybe,
						written(steps), template)
				}
				seen.add(carried, s)
			}
		}
	})
	t.Logf("%+v", seen)
	assert.Positive(t, min(seen.sure, seen.not, seen.unknown))
}
