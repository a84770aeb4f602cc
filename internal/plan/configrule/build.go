package configrule

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

const (
	openPorts    = "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS"
	adminPorts   = "NACL_NO_UNRESTRICTED_SSH_RDP"
	groupType    = "AWS::EC2::SecurityGroup"
	policyType   = "AWS::NetworkFirewall::FirewallPolicy"
	toEngine     = "aws:forward_to_sfe"
	wholeAccount = "It evaluates everything in the account and Region; set WholeAccount if that is wanted."
)

// groups checks the group of each tier against the ports that the declaration opens to everybody.
func (b *builder) groups() {
	for _, g := range b.n.Groups {
		open, known := openTo(g)
		if !known {
			b.skip(openPorts, "The group of "+g.Tier+" is open to everybody for more than TCP and UDP, about which the rule says nothing.")
			continue
		}
		r := Rule{
			ID: "Group" + g.Tier, Identifier: openPorts, Types: []string{groupType}, Resource: &Resource{Group, g.Tier},
			Checks: "The group of " + g.Tier + " is not open to everybody.",
		}
		if len(open) > 0 {
			r.Checks = "The group of " + g.Tier + " is open to everybody for the declared ports only."
		}
		for _, protocol := range []struct{ name, parameter string }{{"tcp", "authorizedTcpPorts"}, {"udp", "authorizedUdpPorts"}} {
			if ports := open[protocol.name]; len(ports) > 0 {
				r.Parameters = append(r.Parameters, Parameter{Name: protocol.parameter, Text: strings.Join(ports, ",")})
			}
		}
		b.add(r)
	}
}

// openTo returns the ports that a group opens to everybody, by protocol. known is false if it opens something that has no ports.
func openTo(g plan.Group) (ports map[string][]string, known bool) {
	ports = map[string][]string{}
	seen := map[string]bool{} // Both families have rules of their own.
	for _, r := range g.Ingress {
		if !isEverybody(r.Peer) {
			continue
		}
		if r.Ports.Protocol != arch.TCP && r.Ports.Protocol != arch.UDP {
			return nil, false
		}
		if text := r.Ports.String(); !seen[text] {
			seen[text] = true
			protocol, numbers, _ := strings.Cut(text, "/")
			ports[protocol] = append(ports[protocol], numbers)
		}
	}
	return ports, true
}

func isEverybody(p arch.Peer) bool {
	prefix, ok := p.Prefix()
	return ok && prefix.Bits() == 0
}

func (b *builder) defaultGroup() {
	const identifier = "VPC_DEFAULT_SECURITY_GROUP_CLOSED"
	if !b.n.DefaultGroupIsEmpty {
		b.skip(identifier, "The default security group of a VPC has rules unless something removes them. "+
			"Set CDK's feature flag @aws-cdk/aws-ec2:restrictDefaultSecurityGroup, and the rule is made. No tier uses that group.")
		return
	}
	b.add(Rule{
		ID: "DefaultGroup", Identifier: identifier, Checks: "The default security group of the VPC has no rules.",
		Types: []string{groupType}, Resource: &Resource{Kind: DefaultGroup},
	})
}

// networkACLs checks each network ACL that lets nobody in to the ports of SSH and RDP. An ACL for replies from the internet lets packets
// to port 3389 in.
func (b *builder) networkACLs() {
	for _, a := range b.n.NetworkACLs {
		if entry, open := opensAdminPorts(a); open {
			b.skip(adminPorts, fmt.Sprintf("The network ACL of %s lets everybody send %s in, as replies or requests; security groups stop the rest.",
				strings.Join(a.Tiers, " and "), entry))
			continue
		}
		b.add(Rule{
			ID: "NetworkACL" + a.Key, Identifier: adminPorts, Types: []string{"AWS::EC2::NetworkAcl"}, Resource: &Resource{NetworkACL, a.Key},
			Checks: "The network ACL of " + strings.Join(a.Tiers, " and ") + " lets nobody in to SSH and RDP from everywhere.",
		})
	}
}

// opensAdminPorts returns the ports of the entry that lets everybody in to SSH or RDP, if there is one.
func opensAdminPorts(a plan.NetworkACL) (entry string, open bool) {
	for _, e := range a.In {
		if !e.Block.IsEverywhere() {
			continue
		}
		isKnown := e.Ports.IsAll() || e.Ports.Protocol == arch.TCP || e.Ports.Protocol == arch.UDP
		for _, port := range []int{22, 3389} {
			if isKnown && (e.Ports.IsAll() || e.Ports.From <= port && port <= e.Ports.To) {
				return e.Ports.String(), true
			}
		}
	}
	return "", false
}

func (b *builder) subnets() {
	const identifier = "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED"
	if b.n.Model.Network.Wrapped {
		b.skip(identifier, "The subnets of a wrapped VPC are somebody else's.")
		return
	}
	b.add(Rule{
		ID: "PublicAddresses", Identifier: identifier, Tag: tierTag,
		Checks: "Subnets with the tag " + tierTag + " give no public addresses to what is launched there.",
	})
}

func (b *builder) webACLs() {
	const identifier = "ALB_WAF_ENABLED"
	for _, lb := range b.n.Protected {
		b.add(Rule{
			ID: "WebACL" + lb.Tier + "." + lb.ID, Identifier: identifier, Types: []string{"AWS::ElasticLoadBalancingV2::LoadBalancer"},
			Resource: &Resource{LoadBalancer, lb.Tier + "/" + lb.ID}, Checks: "The load balancer " + lb.ID + " of " + lb.Tier + " has a web ACL.",
		})
	}
	if len(b.n.Protected) == 0 {
		b.skip(identifier, "No web ACL of the network protects an application load balancer that tierwall made.")
	}
}

// account checks what AWS Config cannot limit to the network.
func (b *builder) account() {
	found := len(b.rules)
	b.flowLogs()
	b.firewall()
	b.internet()
	if b.n.WholeAccount {
		return
	}
	for _, r := range b.rules[found:] {
		b.skip(r.Identifier, wholeAccount)
	}
	b.rules = b.rules[:found]
}

func (b *builder) flowLogs() {
	const identifier = "VPC_FLOW_LOGS_ENABLED"
	if b.n.FlowLogs == "" {
		b.skip(identifier, "No call of watch.FlowLogs logs the whole VPC.")
		return
	}
	b.add(Rule{
		ID: "FlowLogs", Identifier: identifier, Checks: "VPCs have flow logs.",
		Parameters: []Parameter{{Name: "trafficType", Text: b.n.FlowLogs}},
	})
}

// firewall checks the firewall that inspects the network.
func (b *builder) firewall() {
	const zonesRule = "NETFW_MULTI_AZ_ENABLED"
	if b.n.Model.Network.Inspection == nil {
		b.skip("NETFW_*", "The network has no firewall.")
		return
	}
	b.policies()
	zones := len(b.n.Endpoints)
	if zones < 2 {
		b.skip(zonesRule, "The firewall has fewer than two zones.")
		return
	}
	b.add(Rule{
		ID: "FirewallZones", Identifier: zonesRule, Types: []string{"AWS::NetworkFirewall::Firewall"},
		Checks:     "Firewalls have endpoints in as many zones as that of the network.",
		Parameters: []Parameter{{Name: "availabilityZones", Text: fmt.Sprint(zones)}},
	})
}

// policies checks the policy of the firewall.
func (b *builder) policies() {
	if !b.n.OwnPolicy {
		b.skip("NETFW_POLICY_*", "The policy of the firewall is somebody else's.")
		return
	}
	b.add(Rule{
		ID: "FirewallPackets", Identifier: "NETFW_POLICY_DEFAULT_ACTION_FULL_PACKETS", Types: []string{policyType},
		Checks:     "Firewall policies give all packets to the stateful rules.",
		Parameters: []Parameter{{Name: "statelessDefaultActions", Text: toEngine}},
	})
	b.add(Rule{
		ID: "FirewallFragments", Identifier: "NETFW_POLICY_DEFAULT_ACTION_FRAGMENT_PACKETS", Types: []string{policyType},
		Checks:     "Firewall policies give all fragments to the stateful rules.",
		Parameters: []Parameter{{Name: "statelessFragmentDefaultActions", Text: toEngine}},
	})
	if len(b.n.FirewallGroups) > 0 {
		b.add(Rule{
			ID: "FirewallRules", Identifier: "NETFW_POLICY_RULE_GROUP_ASSOCIATED", Types: []string{policyType},
			Checks: "Firewall policies have rule groups.",
		})
	}
}

// internet checks which VPC has an internet gateway, and which route tables lead there.
func (b *builder) internet() {
	const gateways, routes = "INTERNET_GATEWAY_AUTHORIZED_VPC_ONLY", "NO_UNRESTRICTED_ROUTE_TO_IGW"
	if b.n.Model.Network.Wrapped {
		for _, identifier := range []string{gateways, routes} {
			b.skip(identifier, "The gateways and routes of a wrapped VPC are somebody else's.")
		}
		return
	}
	var tables []Resource
	seen := map[string]bool{}
	for _, r := range b.n.Routes {
		if r.Target == plan.ToInternetGateway && !seen[r.Subnet] {
			seen[r.Subnet] = true
			tables = append(tables, Resource{RouteTable, r.Subnet})
		}
	}
	attached := Rule{
		ID: "InternetGateways", Identifier: gateways, Types: []string{"AWS::EC2::InternetGateway"}, Checks: "No VPC has an internet gateway.",
	}
	led := Rule{
		ID: "InternetRoutes", Identifier: routes, Types: []string{"AWS::EC2::RouteTable"}, Checks: "No route table leads to an internet gateway.",
	}
	if len(tables) > 0 {
		attached.Checks = "Only the VPC of the network has an internet gateway."
		led.Checks = "Only route tables of the network lead to an internet gateway."
		attached.Parameters = []Parameter{{Name: "AuthorizedVpcIds", IDs: []Resource{{Kind: VPC}}}}
		led.Parameters = []Parameter{{Name: "routeTableIds", IDs: tables}}
	}
	b.add(attached)
	b.add(led)
}

// never says which rules are never made.
func (b *builder) never() {
	for identifier, why := range map[string]string{
		"EC2_INSTANCE_NO_PUBLIC_IP":             "It evaluates instances, about which the network declares nothing.",
		"EC2_SECURITY_GROUP_ATTACHED_TO_ENI":    "The group of a tier without workloads has no interfaces.",
		"INCOMING_SSH_DISABLED":                 openPorts + " says the same, for all ports of each tier.",
		"NETFW_LOGGING_ENABLED":                 "Its parameters could not be confirmed. The proof reports a firewall that lost its logs.",
		"RESTRICTED_INCOMING_TRAFFIC":           openPorts + " says the same, for all ports of each tier.",
		"SERVICE_VPC_ENDPOINT_ENABLED":          "It requires an endpoint in every VPC of the account.",
		"VPC_NETWORK_ACL_UNUSED_CHECK":          "The default network ACL of the VPC has no subnets.",
		"WAFV2_LOGGING_ENABLED":                 "It evaluates all web ACLs of the account. The proof reports one that lost its log.",
		"VPC_PEERING_DNS_RESOLUTION_CHECK":      "Peering connections are not the network's.",
		"ELB*, ALB_HTTP_* and NLB_* (the rest)": "They check load balancers for more than who may reach what.",
	} {
		b.skip(identifier, why)
	}
}
