package loadbalancer

import (
	"fmt"

	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers"
)

// NetworkProps are the choices for a network load balancer.
type NetworkProps struct {
	Listeners []Listener // one at the least
	// PreserveClientIP has targets see the clients' addresses, as they always do over UDP. Security groups that name the load
	// balancer's still let its packets through. Network ACLs, which know addresses alone, let in whoever may reach the listener, on
	// the target's port; the plan states it. A firewall between load balancer and targets is not supported by AWS.
	PreserveClientIP bool
	// CrossZone sends connections to targets in all zones, not the client's own alone.
	CrossZone bool
	// Production protects the load balancer against deletion.
	Production bool
	// Logs are of TLS listeners; others have none.
	Logs Logs
}

// Listener is a port of a network load balancer.
type Listener struct {
	Port int // 1 to 65535; the tier needs a flow that leads to it
	// Protocol is the zero value TCP, UDP or TCPAndUDP. Targets of UDP are checked over TCP, on HealthPort.
	Protocol Protocol
	// Certificates end TLS here: ARNs of AWS Certificate Manager; without one, connections are passed on as they are.
	Certificates []string
	// To is where connections go. Plain and the port decide how: with certificates and not Plain, TLS again.
	To Target
}

// Network is a network load balancer. It has its security group from birth: AWS gives one none later.
type Network struct {
	constructs.Construct
	edge     *tiers.EdgeTier
	lb       elb.NetworkLoadBalancer
	targets  []elb.NetworkTargetGroup
	problems report.Problems
}

// NewNetwork makes a network load balancer of an edge tier, public or internal as the tier is. It takes no web ACL: what it passes on
// over HTTP from the internet is a finding of the proof. A nil tier panics.
func NewNetwork(edge *tiers.EdgeTier, id string, props *NetworkProps) *Network {
	at := diag.Caller()
	if edge == nil || edge.Construct == nil {
		panic(diag.Diagnostic{Summary: "the tier of a load balancer is nil or was not made by NewEdgeTier", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &NetworkProps{}
	}
	n := &Network{edge: edge}
	constructs.NewConstruct_Override(n, edge, &id)
	n.problems.Attach(n, at)
	n.lb = elb.NewNetworkLoadBalancer(n, new("Resource"), &elb.NetworkLoadBalancerProps{
		Vpc: edge.Vpc(), VpcSubnets: edge.Subnets(), SecurityGroups: edge.SecurityGroups(), InternetFacing: new(facesInternet(edge)),
		DeletionProtection: &props.Production, CrossZoneEnabled: &props.CrossZone,
		EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: new(true),
	})
	if len(props.Listeners) == 0 {
		n.problems.Add("listeners", "a load balancer listens on no port", "", "name one in Listeners", at)
	}
	secure := false
	seen := map[int]bool{}
	for _, l := range props.Listeners {
		if seen[l.Port] {
			n.problems.Add("port", "two listeners have one port", fmt.Sprintf("got %d twice", l.Port), "", at)
			continue
		}
		seen[l.Port] = true
		n.listen(l, props, at)
		secure = secure || len(l.Certificates) > 0
	}
	if secure {
		props.Logs.to(n, &n.problems, n.lb, letNetworks)
	}
	return n
}

func (n *Network) listen(l Listener, props *NetworkProps, at diag.Position) {
	if !n.check(l, at) {
		return
	}
	mustBeDeclaredOver(l.Protocol, n.edge, &n.problems, l.Port, "", at)
	if !askOver(l.Protocol, n.edge, &n.problems, l.To, at) {
		return
	}
	keeps := &props.PreserveClientIP
	if l.Protocol.overUDP() {
		keeps = nil // It does, and the attribute cannot be set.
	}
	if keeps == nil || *keeps {
		n.edge.PreserveClientIP(l.Protocol.service(l.Port), l.To.Tier, l.Protocol.service(l.To.port()))
	}
	listener, target := l.Protocol.elb(), l.Protocol.elb()
	p := &elb.BaseNetworkListenerProps{Port: new(float64(l.Port))}
	if len(l.Certificates) > 0 {
		listener = elb.Protocol_TLS
		var certificates []elb.IListenerCertificate
		for i := range l.Certificates {
			certificates = append(certificates, elb.ListenerCertificate_FromArn(&l.Certificates[i]))
		}
		p.Certificates, p.SslPolicy = &certificates, elb.SslPolicy_TLS13_12_RES_PQ
		if !l.To.Plain {
			target = elb.Protocol_TLS
		}
	}
	p.Protocol = listener
	group := elb.NewNetworkTargetGroup(n, new(fmt.Sprint("Targets", l.Port)), &elb.NetworkTargetGroupProps{
		Vpc: n.edge.Vpc(), Port: new(float64(l.To.port())), Protocol: target, TargetType: l.To.kind(), HealthCheck: healthCheck(l.To),
		PreserveClientIp: keeps,
	})
	n.targets = append(n.targets, group)
	p.DefaultAction = elb.NetworkListenerAction_Forward(&[]elb.INetworkTargetGroup{group}, nil)
	n.lb.AddListener(new(fmt.Sprint("Port", l.Port)), p)
}

// check reports what is wrong with a listener.
func (n *Network) check(l Listener, at diag.Position) bool {
	switch {
	case l.Port < 1 || l.Port > 65535:
		n.problems.Add("port", "the port of a listener is not usable", fmt.Sprintf("got %d; allowed are 1 to 65535", l.Port), "", at)
	case !l.Protocol.isKnown():
		n.problems.Add("protocol", "the protocol of a listener is not usable",
			fmt.Sprintf("got %d; allowed are TCP, UDP and TCPAndUDP", l.Protocol), "", at)
	case l.Protocol != TCP && len(l.Certificates) > 0:
		n.problems.Add("protocol", "a listener with certificates is not of TCP",
			fmt.Sprintf("TLS ends on port %d, and UDP has none here", l.Port), "leave out Certificates, or Protocol", at)
	default:
		return true
	}
	return false
}

// healthCheck asks targets over TCP, whatever the listener takes.
func healthCheck(t Target) *elb.HealthCheck {
	check := &elb.HealthCheck{Protocol: elb.Protocol_TCP}
	if t.HealthPath != "" {
		check.Protocol, check.Path = elb.Protocol_HTTPS, &t.HealthPath
		if t.Plain {
			check.Protocol = elb.Protocol_HTTP
		}
	}
	if t.HealthPort != 0 && t.HealthPort != t.port() {
		check.Port = new(fmt.Sprint(t.HealthPort))
	}
	return check
}

// LoadBalancer returns CDK's load balancer.
func (n *Network) LoadBalancer() elb.NetworkLoadBalancer { return n.lb }

// Targets returns the target groups in the order of Listeners, for services to be attached to.
func (n *Network) Targets() []elb.NetworkTargetGroup { return n.targets }
