package loadbalancer

import (
	"fmt"

	elb "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"

	"github.com/tierwall/tierwall/tiers"
)

// Protocol is what a listener of a network load balancer takes.
type Protocol int

const (
	// TCP is the default, with TLS where a listener has certificates.
	TCP Protocol = iota
	// UDP keeps the clients' addresses in any case. Targets are checked over TCP.
	UDP
	// TCPAndUDP takes both on one port, and keeps the clients' addresses in any case.
	TCPAndUDP
)

func (p Protocol) isKnown() bool { return p >= TCP && p <= TCPAndUDP }

func (p Protocol) overTCP() bool { return p != UDP }

func (p Protocol) overUDP() bool { return p != TCP }

// service is the protocol on a port, as flows say it.
func (p Protocol) service(port int) tiers.Service {
	switch p {
	case UDP:
		return tiers.UDP(port)
	case TCPAndUDP:
		return tiers.Services(tiers.TCP(port), tiers.UDP(port))
	}
	return tiers.TCP(port)
}

// goService is the same as a user writes it.
func (p Protocol) goService(port int) string {
	switch p {
	case UDP:
		return fmt.Sprintf("tiers.UDP(%d)", port)
	case TCPAndUDP:
		return fmt.Sprintf("tiers.Services(tiers.TCP(%d), tiers.UDP(%d))", port, port)
	}
	return fmt.Sprintf("tiers.TCP(%d)", port)
}

// elb is the protocol in CDK's words.
func (p Protocol) elb() elb.Protocol {
	switch p {
	case UDP:
		return elb.Protocol_UDP
	case TCPAndUDP:
		return elb.Protocol_TCP_UDP
	}
	return elb.Protocol_TCP
}
