package arch

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
)

// instanceConnect checks a tier that is an EC2 Instance Connect endpoint. A VPC has one (EC2 User Guide, quotas of EC2 Instance Connect
// Endpoint).
func (c *checker) instanceConnect(t Tier, fail func(rule, summary, detail, fix string)) {
	if !t.InstanceConnect {
		return
	}
	if t.Kind != Bastion || t.Imported != nil {
		fail("instance-connect", "only a bastion tier of the network itself can be an EC2 Instance Connect endpoint", "", "")
	}
	for _, other := range c.m.Tiers {
		if other.InstanceConnect && other.ID != t.ID {
			fail("instance-connect", "a second EC2 Instance Connect endpoint", "a VPC can have one; "+other.ID+" has it ("+other.At.String()+")",
				"let "+other.ID+" reach the tiers of both")
		}
	}
}

// connectPorts are the ports that EC2 Instance Connect endpoints open tunnels to.
var connectPorts = []Ports{{TCP, 22, 22}, {TCP, 3389, 3389}}

// connected checks a flow from or to an EC2 Instance Connect endpoint. The rules of its group for incoming traffic have no effect.
func (c *checker) connected(f CheckedFlow) {
	if to, ok := c.own(f.To); ok && to.InstanceConnect {
		c.failFlow(f.Flow, "instance-connect", "a flow to an EC2 Instance Connect endpoint",
			"people reach it through AWS, and IAM decides who may; the rules of its group for incoming traffic have no effect", "remove the flow")
	}
	from, ok := c.own(f.From)
	if !ok || !from.InstanceConnect || !slices.ContainsFunc(f.Ports, func(p Ports) bool { return !slices.Contains(connectPorts, p) }) {
		return
	}
	c.add(c.m.Network.FlowPath(f.Flow), f.At, diag.Diagnostic{
		Severity: diag.Warning, Rule: "instance-connect-port", Subject: c.m.Network.Subject(f.SubjectString()),
		Summary: "an EC2 Instance Connect endpoint opens no connections to these ports",
		Detail:  fmt.Sprintf("got %s; AWS accepts the remote ports 22 and 3389", FormatService(f.Ports)),
		Fix:     "declare ssh or rdp, or use Session Manager",
	})
}
