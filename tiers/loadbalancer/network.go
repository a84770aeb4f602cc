package loadbalancer

import (
	"fmt"

	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// NetworkProps are the properties of a network load balancer.
type NetworkProps struct {
	// Listeners are the listeners of the load balancer, each with a different port. At least one is required.
	Listeners []Listener
	// PreserveClientIP keeps the clients' addresses in the connections to the targets. Over UDP, they are always kept. The targets'
	// security groups still allow these connections only through the load balancer. The network ACLs of the targets' subnets filter by
	// address, so they allow every client of the listener on the target's port; the plan states that as a widening. AWS supports no
	// firewall between the load balancer and its targets.
	PreserveClientIP bool
	// CrossZone distributes connections to the targets in all zones. Otherwise connections stay in the zone where they arrive.
	CrossZone bool
	// Production protects the load balancer against deletion.
	Production bool
	// Logs selects the destination of the access logs. Only TLS listeners write access logs.
	Logs Logs
}

// Listener is a listener of a network load balancer.
type Listener struct {
	Port int // 1 to 65535; the edge tier needs a flow to this port
	// Protocol is the protocol that clients use. The zero value is TCP.
	Protocol Protocol
	// Certificates are ARNs of certificates in AWS Certificate Manager, with which the load balancer terminates TLS. Without certificates,
	// the load balancer forwards connections unchanged.
	Certificates []string
	// To is the target of the connections. If the listener has certificates, the load balancer connects to the target with TLS, or without
	// TLS if To.Plain is set.
	To Target
}

// Network is a network load balancer.
type Network struct {
	constructs.Construct
	edge     *tiers.EdgeTier
	lb       elb.NetworkLoadBalancer
	targets  []elb.NetworkTargetGroup
	problems report.Problems
}

// NewNetwork makes a network load balancer in an edge tier. The load balancer is public if the tier is public, and internal otherwise. The
// id is unique in the tier. A network load balancer cannot have a web ACL, so the proof reports HTTP from the internet that passes through
// one. Mistakes in props fail synthesis. A nil tier panics.
func NewNetwork(edge *tiers.EdgeTier, id string, props *NetworkProps) *Network {
	at := diag.Caller()
	wiring.TierOf(edge, "the tier of a load balancer", at)
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
		n.problems.Add("listeners", "a network load balancer has no listener", "", "add a listener to Listeners", at)
	}
	secure := false
	seen := map[int]bool{}
	for _, l := range props.Listeners {
		if seen[l.Port] {
			n.problems.Add("port", "two listeners have the same port", fmt.Sprintf("got %d twice", l.Port), "give each listener its own port", at)
			continue
		}
		seen[l.Port] = true
		n.listen(l, props, at)
		secure = secure || len(l.Certificates) > 0
	}
	if secure {
		props.Logs.to(n, &n.problems, n.lb, letNetworks)
	}
	n.record(id, props, at)
	coreOf(edge).AddBalancer(wiring.Balancer{ID: id, Name: n.lb.LoadBalancerFullName(), ARN: n.lb.LoadBalancerArn()})
	return n
}

// listen makes a listener and its target group.
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
		keeps = nil // The addresses are always kept, and the attribute cannot be set.
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

// check records the mistakes in a listener, and reports whether the listener is valid.
func (n *Network) check(l Listener, at diag.Position) bool {
	switch {
	case l.Port < 1 || l.Port > 65535:
		n.problems.Add("port", "the port of a listener is not valid", fmt.Sprintf("got %d; allowed are 1 to 65535", l.Port), "", at)
	case !l.Protocol.isKnown():
		n.problems.Add("protocol", "the protocol of a listener is not valid",
			fmt.Sprintf("got %d; allowed are TCP, UDP and TCPAndUDP", l.Protocol), "", at)
	case l.Protocol != TCP && len(l.Certificates) > 0:
		n.problems.Add("protocol", "a listener with certificates does not use TCP",
			fmt.Sprintf("the listener on port %d would terminate TLS, which needs TCP alone", l.Port), "remove Certificates or Protocol", at)
	default:
		return true
	}
	return false
}

// healthCheck returns a health check of a target. It uses TCP for every protocol of the listener.
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

// LoadBalancer returns the load balancer of the CDK library.
func (n *Network) LoadBalancer() elb.NetworkLoadBalancer { return n.lb }

// Targets returns the target groups, to which services are attached, in the order of Listeners.
func (n *Network) Targets() []elb.NetworkTargetGroup { return n.targets }
