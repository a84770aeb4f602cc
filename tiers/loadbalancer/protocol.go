package loadbalancer

import (
	"fmt"

	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"

	"github.com/tierwall/tierwall/tiers"
)

// Protocol is the protocol of a listener of a network load balancer.
type Protocol int

const (
	// TCP is the default: TCP, with TLS if the listener has certificates.
	TCP Protocol = iota
	// UDP is UDP. The load balancer always keeps the clients' addresses, and checks the health of targets over TCP.
	UDP
	// TCPAndUDP is both protocols on one port. The load balancer always keeps the clients' addresses.
	TCPAndUDP
)

func (p Protocol) isKnown() bool { return p >= TCP && p <= TCPAndUDP }

func (p Protocol) overTCP() bool { return p != UDP }

func (p Protocol) overUDP() bool { return p != TCP }

// service returns the service of the protocol on a port.
func (p Protocol) service(port int) tiers.Service {
	switch p {
	case UDP:
		return tiers.UDP(port)
	case TCPAndUDP:
		return tiers.Services(tiers.TCP(port), tiers.UDP(port))
	}
	return tiers.TCP(port)
}

// goService returns the Go expression for the service of the protocol on a port.
func (p Protocol) goService(port int) string {
	switch p {
	case UDP:
		return fmt.Sprintf("tiers.UDP(%d)", port)
	case TCPAndUDP:
		return fmt.Sprintf("tiers.Services(tiers.TCP(%d), tiers.UDP(%d))", port, port)
	}
	return fmt.Sprintf("tiers.TCP(%d)", port)
}

// elb returns the protocol as the CDK library names it.
func (p Protocol) elb() elb.Protocol {
	switch p {
	case UDP:
		return elb.Protocol_UDP
	case TCPAndUDP:
		return elb.Protocol_TCP_UDP
	}
	return elb.Protocol_TCP
}
