package loadbalancer

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/tiers"
)

// Target is where requests go. The edge tier needs flows to it for Port and HealthPort.
type Target struct {
	Tier tiers.Tier // required
	// Port is what the targets listen on, 1 to 65535; 0 is 443, or 80 with Plain.
	Port int
	// Plain has requests go on without TLS.
	Plain bool
	// IPs says that targets are addresses, as tasks of Fargate; otherwise they are instances.
	IPs bool
	// HealthPath is asked for, and 200 to 299 is healthy; empty is "/". HealthPort is asked on; 0 is Port.
	HealthPath string
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

// ask has the edge tier's group ask for what the target needs over TCP: the flows that serve it are looked for at synth.
func ask(edge *tiers.EdgeTier, p *report.Problems, t Target, at diag.Position) bool {
	return askOver(TCP, edge, p, t, at)
}

// askOver is the same over any protocol. Health checks are always over TCP.
func askOver(protocol Protocol, edge *tiers.EdgeTier, p *report.Problems, t Target, at diag.Position) bool {
	switch {
	case t.Tier == nil:
		p.Add("target", "a load balancer passes requests on to nobody", "", "set the Tier of the target", at)
		return false
	case t.port() < 1 || t.port() > 65535 || t.healthPort() < 1 || t.healthPort() > 65535:
		p.Add("port", "the port of a target is not usable", fmt.Sprintf("got %d and %d; allowed are 1 to 65535", t.port(), t.healthPort()), "",
			at)
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

// mustBeDeclared has the synth fail if nobody may connect to a port of the load balancer.
func mustBeDeclared(edge *tiers.EdgeTier, p *report.Problems, port int, what string, at diag.Position) {
	mustBeDeclaredOver(TCP, edge, p, port, what, at)
}

func mustBeDeclaredOver(protocol Protocol, edge *tiers.EdgeTier, p *report.Problems, port int, what string, at diag.Position) {
	p.Later = append(p.Later, func() {
		if service := protocol.service(port); !coreOf(edge).HasFlowIn(string(service)) {
			p.Add("undeclared", "a load balancer listens where nobody may connect",
				fmt.Sprintf("it listens on %d%s, and no flow leads to %s on %s", port, what, edge.ID(), service),
				fmt.Sprintf("declare who may come, as in %s.AllowFrom(%s, %s)", edge.ID(), coreOf(edge).VisitorCode(), protocol.goService(port)), at)
		}
	})
}
