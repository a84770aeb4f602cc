package alarms

import (
	"strings"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
)

// The symbols for values that only a deployment knows. Those that end in a slash are followed by a key.
const (
	VPC          = "vpc"
	Region       = "region"
	FirewallName = "firewall"
	AlertLog     = "alerts"
	FlowLog      = "flows"
	DenialLog    = "denials"
	NATGateway   = "nat/"        // and the key of its subnet
	BalancerName = "balancer/"   // and its tier, a slash and its id
	WebACLName   = "webacl/"     // and its tier
	EndpointID   = "endpoint/"   // and the service; a gateway endpoint has a slash in front of it
	TransitID    = "transit/"    // a transit gateway, and the id of the attachment to it
	AttachmentID = "attachment/" // and its id
	SubnetID     = "subnet/"     // and its key
	SubnetRange  = "range/"      // and its key
)

// SplitSymbol returns the kind of a symbol, one of the constants, and the key.
func SplitSymbol(o arch.Operand) (kind, key string) {
	if i := strings.IndexByte(o.Text, '/'); i >= 0 {
		return o.Text[:i+1], o.Text[i+1:]
	}
	return o.Text, ""
}

var (
	vpcID     = alarm.Symbol(VPC)
	region    = alarm.Symbol(Region)
	ofAlerts  = alarm.Symbol(AlertLog)
	ofFlows   = alarm.Symbol(FlowLog)
	ofDenials = alarm.Symbol(DenialLog)
)
