package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// strays finds resources that nobody declared and that take something away from what was declared: ways out that no rule sees, copies of
// packets, and names that lead elsewhere.
func (n *network) strays() {
	for _, s := range n.assembly.Stacks {
		for _, r := range s.Resources {
			switch r.Type {
			case "AWS::EC2::VPCEndpoint":
				n.strayEndpoint(r)
			case "AWS::EC2::TrafficMirrorSession":
				n.mirror(r)
			case "AWS::EC2::VPCDHCPOptionsAssociation":
				n.resolver(r)
			case "AWS::Route53::HostedZone":
				n.privateZone(r)
			}
		}
	}
}

// stray adds a finding about a resource that nobody declared.
func (n *network) stray(r *cfn.Resource, what string, verdict Verdict, fix, format string, args ...any) {
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: r.String(), To: "the network", Verdict: verdict, What: what, Traffic: traffic.Everything(), At: []diag.Position{n.model.Network.At}, Fix: fix,
		Reason: fmt.Sprintf("%s (%s:%d) %s", r, r.Stack.File, r.Line, fmt.Sprintf(format, args...)),
		Steps:  []reach.Step{{Control: "resource", Where: r.String(), Passes: true, Rule: r.Type, Resource: r}},
	})
}

// strayEndpoint finds endpoints of services that are not AWS's own: what is behind them may be anybody's network. Those that a construct of
// the app declared are wanted.
func (n *network) strayEndpoint(r *cfn.Resource) {
	if n.top.VPCOf(r.Get("VpcId")) != n.vpc {
		return
	}
	if _, declared := n.resources[r]; declared {
		return
	}
	service := r.Get("ServiceName").String()
	kind, _ := r.Get("VpcEndpointType").Literal()
	isOfAWS := (strings.HasPrefix(service, "com.amazonaws.") || strings.HasPrefix(service, "aws.")) && !strings.HasPrefix(service, "com.amazonaws.vpce.")
	switch {
	case kind == "GatewayLoadBalancer" || kind == "Resource" || kind == "ServiceNetwork":
		n.stray(r, "way to another network", Weakened, "make it with endpoints.NewInterface, or take it away", "is an endpoint of type %s, which leads to what no template shows", kind)
	case !isOfAWS && service != "AWS::NoValue":
		n.stray(r, "way to another network", Weakened, "make it with endpoints.NewInterface, which declares it, or take it away", "leads to %s, which is no service of AWS: who answers there is not known", service)
	}
}

// mirror finds sessions that copy the packets of the network's interfaces.
func (n *network) mirror(r *cfn.Resource) {
	of := r.Get("NetworkInterfaceId")
	verdict := Unknown
	if target := referred(of); target != nil {
		subnet := n.top.Subnet(target.Get("SubnetId"))
		if subnet == nil || subnet.VPC != nil && subnet.VPC != n.vpc {
			return
		}
		verdict = Weakened
	}
	n.stray(r, "copies of packets", verdict, "take it away, or acknowledge this finding with a reason", "copies the packets of %s to %s", of, r.Get("TrafficMirrorTargetId"))
}

// resolver finds DHCP options that have another server than Amazon's answer for names: names of endpoints, and those that the firewall reads,
// then lead where that server says.
func (n *network) resolver(r *cfn.Resource) {
	options := referred(r.Get("DhcpOptionsId"))
	if n.top.VPCOf(r.Get("VpcId")) != n.vpc || options == nil {
		return
	}
	for _, server := range options.Get("DomainNameServers").Items {
		if text, _ := server.Literal(); text != "AmazonProvidedDNS" {
			n.stray(options, "resolver of names", Weakened, "use AmazonProvidedDNS, or acknowledge this finding with a reason",
				"has %s answer for names: the private names of endpoints, and names that flows lead to, are what it says", server)
			return
		}
	}
}

// privateZone finds private zones that answer for a name which a flow leads to, or for a service of AWS.
func (n *network) privateZone(r *cfn.Resource) {
	isOwn := slices.ContainsFunc(r.Get("VPCs").Items, func(v cfn.Value) bool { return n.top.VPCOf(v.Get("VPCId")) == n.vpc })
	zone, known := r.Get("Name").Literal()
	zone = strings.ToLower(strings.TrimSuffix(zone, "."))
	if !isOwn || !known || zone == "" {
		return
	}
	for _, f := range n.model.Flows {
		if f.To.Kind == arch.Domain && shadowsName(zone, f.To.Text) {
			n.stray(r, "names", Weakened, "take the zone away, or acknowledge this finding with a reason",
				"answers for %s within the VPC, to which a flow of %s leads: its records say who that is", f.To.Text, f.From)
			return
		}
	}
	if shadowsName(zone, "amazonaws.com") || strings.HasSuffix(zone, ".amazonaws.com") {
		n.stray(r, "names", Weakened, "use the endpoint's private names, or acknowledge this finding with a reason", "answers for names of AWS's services within the VPC: its records say who that is")
	}
}

// shadowsName reports whether a zone answers for a name, or for some names below one that begins with a dot.
func shadowsName(zone, name string) bool {
	bare := strings.TrimPrefix(name, ".")
	return zone == bare || strings.HasSuffix(bare, "."+zone) || bare != name && strings.HasSuffix(zone, "."+bare)
}

// single are the types of which a resource has one at most, with the property that says which.
var single = map[string]string{
	"AWS::NetworkFirewall::LoggingConfiguration": "FirewallArn", "AWS::WAFv2::LoggingConfiguration": "ResourceArn",
	"AWS::WAFv2::WebACLAssociation": "ResourceArn",
}

// rivals finds resources beside a declared one that say another thing of the same: the last one that is deployed counts.
func (r *Report) rivals(a *cfn.Assembly, made map[*cfn.Resource]Control) {
	for _, s := range a.Stacks {
		for _, other := range s.Resources {
			key := single[other.Type]
			if _, declared := made[other]; key == "" || declared {
				continue
			}
			if of := rivalOf(other, key, made); of != nil {
				r.weakened(made[of], cmp.Or(key, other.ID), fmt.Sprintf("%s (%s:%d) is for the same %s as the %s %s: the one that is deployed last counts",
					other, other.Stack.File, other.Line, other.Get(key), made[of].Name, of), Weakened)
			}
		}
	}
}

func rivalOf(other *cfn.Resource, key string, made map[*cfn.Resource]Control) *cfn.Resource {
	var found *cfn.Resource
	for of := range made {
		if of.Type == other.Type && of.Get(key).String() == other.Get(key).String() && (found == nil || of.String() < found.String()) {
			found = of
		}
	}
	return found
}
