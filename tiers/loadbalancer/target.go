package loadbalancer

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers"
)

// Target is the destination of requests or connections. The edge tier needs flows to the target's tier for Port and HealthPort.
type Target struct {
	Tier tiers.Tier // the tier that the targets are in; required
	// Port is the port of the targets, 1 to 65535; 0 means 443, or 80 if Plain is set.
	Port int
	// Plain connects to the targets without TLS.
	Plain bool
	// IPs selects targets by IP address, as Fargate tasks need. Otherwise the targets are instances.
	IPs bool
	// HealthPath is the path that health checks request, with TLS unless Plain is set. A target is healthy if it answers with a status
	// from 200 to 299. Empty means "/" for an application load balancer, and a check of the connection alone for a network load balancer.
	HealthPath string
	// HealthPort is the TCP port of health checks; 0 means Port.
	HealthPort int
}

func (t Target) port() int {
	switch {
	case t.Port != 0:
		return t.Port
	case t.Plain:
		return 80
	}
	return 443
}

func (t Target) healthPort() int {
	if t.HealthPort != 0 {
		return t.HealthPort
	}
	return t.port()
}

func (t Target) kind() awselasticloadbalancingv2.TargetType {
	if t.IPs {
		return awselasticloadbalancingv2.TargetType_IP
	}
	return awselasticloadbalancingv2.TargetType_INSTANCE
}

// ask makes the edge tier's security group request the connections to the target over TCP. Synthesis compares the requests with the
// declared flows. ask reports whether the target is valid.
func ask(edge *tiers.EdgeTier, p *report.Problems, t Target, at diag.Position) bool {
	return askOver(TCP, edge, p, t, at)
}

// askOver is ask for any protocol. Health checks always use TCP.
func askOver(protocol Protocol, edge *tiers.EdgeTier, p *report.Problems, t Target, at diag.Position) bool {
	switch {
	case t.Tier == nil:
		p.Add("target", "a target of a load balancer has no tier", "the load balancer would forward requests to no one",
			"set the Tier of the target", at)
		return false
	case t.port() < 1 || t.port() > 65535 || t.healthPort() < 1 || t.healthPort() > 65535:
		p.Add("port", "the port of a target is not valid",
			fmt.Sprintf("got Port %d and HealthPort %d; allowed are 1 to 65535", t.port(), t.healthPort()), "", at)
		return false
	}
	if protocol.overTCP() {
		edge.SecurityGroup().AddEgressRule(t.Tier.SecurityGroup(), awsec2.Port_Tcp(new(float64(t.port()))), new("requests"), nil)
	}
	if protocol.overUDP() {
		edge.SecurityGroup().AddEgressRule(t.Tier.SecurityGroup(), awsec2.Port_Udp(new(float64(t.port()))), new("requests"), nil)
	}
	if t.healthPort() != t.port() || !protocol.overTCP() {
		edge.SecurityGroup().AddEgressRule(t.Tier.SecurityGroup(), awsec2.Port_Tcp(new(float64(t.healthPort()))), new("health checks"), nil)
	}
	return true
}

// mustBeDeclared makes the synthesis fail if no flow leads to a TCP port of the load balancer.
func mustBeDeclared(edge *tiers.EdgeTier, p *report.Problems, port int, what string, at diag.Position) {
	mustBeDeclaredOver(TCP, edge, p, port, what, at)
}

// mustBeDeclaredOver is mustBeDeclared for any protocol.
func mustBeDeclaredOver(protocol Protocol, edge *tiers.EdgeTier, p *report.Problems, port int, what string, at diag.Position) {
	p.Later = append(p.Later, func() {
		if service := protocol.service(port); !coreOf(edge).HasFlowIn(string(service)) {
			p.Add("undeclared", "a load balancer has a listener to which no flow leads",
				fmt.Sprintf("it listens on %d%s, and no flow leads to %s on %s", port, what, edge.ID(), service),
				fmt.Sprintf("declare its clients: %s.AllowFrom(%s, %s)",
					edge.ID(), coreOf(edge).VisitorCode(), protocol.goService(port)), at)
		}
	})
}
