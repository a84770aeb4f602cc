package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// checkUndeclaredResources finds undeclared resources that weaken the declaration: connections to other networks that no rule
// controls, copies of packets, and servers and zones that change where names lead.
func (n *network) checkUndeclaredResources() {
	for _, s := range n.assembly.Stacks {
		for _, r := range s.Resources {
			switch r.Type {
			case "AWS::EC2::VPCEndpoint":
				n.checkEndpointService(r)
			case "AWS::EC2::TrafficMirrorSession":
				n.checkMirror(r)
			case "AWS::EC2::VPCDHCPOptionsAssociation":
				n.checkNameServer(r)
			case "AWS::Route53::HostedZone":
				n.checkPrivateZone(r)
			}
		}
	}
}

// reportUndeclared adds a finding about an undeclared resource.
func (n *network) reportUndeclared(r *cfn.Resource, what string, verdict Verdict, fix, format string, args ...any) {
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: r.String(), To: "the network", Verdict: verdict, What: what, Traffic: traffic.Everything(),
		At: []diag.Position{n.model.Network.At}, Fix: fix,
		Reason: fmt.Sprintf("%s (%s:%d) %s", r, r.Stack.File, r.Line, fmt.Sprintf(format, args...)),
		Steps:  []reach.Step{{Control: "resource", Where: r.String(), Passes: true, Rule: r.Type, Resource: r}},
	})
}

// checkEndpointService finds endpoints for services that AWS does not run: any network may be behind them. Endpoints that a construct of
// the app declares are fine.
func (n *network) checkEndpointService(r *cfn.Resource) {
	if n.top.VPCOf(r.Get("VpcId")) != n.vpc {
		return
	}
	if _, declared := n.resources[r]; declared {
		return
	}
	service := r.Get("ServiceName").String()
	kind, _ := r.Get("VpcEndpointType").Literal()
	isOfAWS := (strings.HasPrefix(service, "com.amazonaws.") || strings.HasPrefix(service, "aws.")) &&
		!strings.HasPrefix(service, "com.amazonaws.vpce.")
	switch {
	case kind == "GatewayLoadBalancer" || kind == "Resource" || kind == "ServiceNetwork":
		n.reportUndeclared(r, "way to another network", Weakened, n.endpointFix(),
			"is an endpoint of type %s, and the templates do not show where it leads", kind)
	case !isOfAWS && service != "AWS::NoValue":
		n.reportUndeclared(r, "way to another network", Weakened, n.endpointFix(),
			"leads to %s, which is not a service of AWS, so it is unknown who answers there", service)
	}
}

// endpointFix says how to declare an endpoint that the network does not know.
func (n *network) endpointFix() string {
	return n.say("make it with endpoints.NewInterface, which declares it, or remove it",
		"remove it, or make it in the Go code of an app, with the construct for interface endpoints, which declares it")
}

// checkMirror finds sessions that copy the packets of interfaces in the network. Sessions that a construct of the app declares are fine:
// compareControls holds them, their filters and their targets against what the construct made.
func (n *network) checkMirror(r *cfn.Resource) {
	if _, declared := n.resources[r]; declared {
		return
	}
	of := r.Get("NetworkInterfaceId")
	verdict := Unknown
	if target := referred(of); target != nil {
		subnet := n.top.Subnet(target.Get("SubnetId"))
		if subnet == nil || subnet.VPC != nil && subnet.VPC != n.vpc {
			return
		}
		verdict = Weakened
	}
	n.reportUndeclared(r, "copies of packets", verdict, n.say("make it with mirror.New, which declares it, or remove it",
		"remove it, or acknowledge this finding with a reason"),
		"copies the packets of %s to %s", of, r.Get("TrafficMirrorTargetId"))
}

// checkNameServer finds DHCP options with a name server other than Amazon's. That server then decides where names lead, including the names
// of endpoints and the names that the firewall checks.
func (n *network) checkNameServer(r *cfn.Resource) {
	options := referred(r.Get("DhcpOptionsId"))
	if n.top.VPCOf(r.Get("VpcId")) != n.vpc || options == nil {
		return
	}
	for _, server := range options.Get("DomainNameServers").Items {
		if text, _ := server.Literal(); text != "AmazonProvidedDNS" {
			n.reportUndeclared(options, "resolver of names", Weakened, "use AmazonProvidedDNS, or acknowledge this finding with a reason",
				"makes %s the name server: it decides where the private names of endpoints and the names in flows lead", server)
			return
		}
	}
}

// checkPrivateZone finds private zones that answer for the name in a flow, or for a service of AWS.
func (n *network) checkPrivateZone(r *cfn.Resource) {
	isOwn := slices.ContainsFunc(r.Get("VPCs").Items, func(v cfn.Value) bool { return n.top.VPCOf(v.Get("VPCId")) == n.vpc })
	zone, known := r.Get("Name").Literal()
	zone = strings.ToLower(strings.TrimSuffix(zone, "."))
	if !isOwn || !known || zone == "" {
		return
	}
	for _, f := range n.model.Flows {
		if f.To.Kind == arch.Domain && shadowsName(zone, f.To.Text) {
			n.reportUndeclared(r, "names", Weakened, "remove the zone, or acknowledge this finding with a reason",
				"answers for %s inside the VPC, so its records decide where the flow of %s to this name leads", f.To.Text, f.From)
			return
		}
	}
	if shadowsName(zone, "amazonaws.com") || strings.HasSuffix(zone, ".amazonaws.com") {
		n.reportUndeclared(r, "names", Weakened, "use the private names of the endpoint, or acknowledge this finding with a reason",
			"answers for names of AWS services inside the VPC, so its records decide where calls to them lead")
	}
}

// shadowsName reports whether a zone answers for a name. If the name begins with a dot, some name below it is enough.
func shadowsName(zone, name string) bool {
	bare := strings.TrimPrefix(name, ".")
	return zone == bare || strings.HasSuffix(bare, "."+zone) || bare != name && strings.HasSuffix(zone, "."+bare)
}
