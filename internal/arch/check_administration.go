package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// administration are the ports by which people administer machines.
var administration = []struct {
	name  string
	ports Ports
}{
	{"SSH", Ports{TCP, 22, 22}}, {"Telnet", Ports{TCP, 23, 23}}, {"RDP", Ports{TCP, 3389, 3389}}, {"VNC", Ports{TCP, 5900, 5900}},
	{"WinRM", Ports{TCP, 5985, 5986}},
}

// The longest prefixes that a warning takes for a part of the internet, and not for the addresses of one site.
const (
	wideBits  = 23
	wideBits6 = 47
)

// administered warns about ports of administration that are open to the internet: anybody there may try passwords and unpatched servers.
func (c *checker) administered(f CheckedFlow) {
	refused := !f.Exception && (f.opensAll() || !c.mayReach(f.Flow)) // An error says so.
	if refused || !f.LetsInternetIn() || !isWide(f.From) {
		return
	}
	var open []string
	for _, a := range administration {
		if slices.ContainsFunc(f.Ports, a.ports.Overlaps) {
			open = append(open, a.name)
		}
	}
	if len(open) == 0 {
		return
	}
	c.add(c.m.Network.FlowPath(f.Flow), f.At, diag.Diagnostic{
		Severity: diag.Warning, Rule: "open-administration", Subject: c.m.Network.Subject(f.SubjectString()),
		Summary: fmt.Sprintf("%s is open from %s to %s", strings.Join(open, ", "), f.From, f.To),
		Detail: "administration needs no port that is open to the internet: Session Manager needs none, and an EC2 Instance Connect endpoint " +
			"only one inside the network; both ask IAM who may connect",
		Fix: c.say("grant endpoints.SessionManager() to the tiers that are administered, or let a bastion tier with InstanceConnect reach them",
			"give the tiers that are administered session-manager in `grants`, or let a bastion tier with `instanceConnect: true` reach them"),
	})
}

// isWide reports whether a peer is the internet or a large part of it.
func isWide(p Peer) bool {
	prefix, ok := p.Prefix()
	if !ok {
		return p.Kind == Internet
	}
	if prefix.Addr().Is4() {
		return prefix.Bits() <= wideBits
	}
	return prefix.Bits() <= wideBits6
}
