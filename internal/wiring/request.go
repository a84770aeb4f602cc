package wiring

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/traffic"
)

// request is a rule that a construct of the CDK library requested from a tier's security group.
type request struct {
	group       *guard
	direction   plan.Direction
	ports       arch.Ports
	portUnknown bool      // the port is a CDK token, such as an RDS endpoint's
	other       *guard    // the other end if it is a tier's group, else nil
	peer        string    // the other end if it is not: a block, or the id of a group or prefix list
	kind        arch.Kind // of a block or prefix list, else 0
	ipv6        bool      // peer is a CDK token for IPv6 addresses
	peerPath    string    // the construct path of a group, if there is one
	description string
	at          diag.Position
}

// readPort sets the ports of the request.
func (q *request) readPort(port awsec2.Port) {
	rule, _ := port.ToRuleJson().(map[string]any)
	protocol, _ := rule["ipProtocol"].(string)
	q.ports.Protocol = arch.Protocol(protocol)
	from, fromOK := rule["fromPort"].(float64)
	to, toOK := rule["toPort"].(float64)
	switch {
	case !fromOK || !toOK:
		q.ports.From, q.ports.To = -1, -1
	case from < -1 || to < -1 || from > traffic.LastPort || to > traffic.LastPort:
		q.portUnknown = true
	default:
		q.ports.From, q.ports.To = int(from), int(to)
	}
	if protocol == strconv.Itoa(traffic.ICMPv6) {
		q.ports.Protocol = arch.ICMPv6
	}
}

// readPeer sets the other end of the request.
func (q *request) readPeer(peer awsec2.IPeer) {
	if g, ok := peer.(*guard); ok {
		q.other = g
		return
	}
	if group, ok := peer.(awsec2.ISecurityGroup); ok {
		q.peer, q.peerPath = *group.SecurityGroupId(), *group.Node().Path()
		return
	}
	config := peer.ToIngressRuleConfig()
	switch {
	case config.CidrIp != nil:
		q.peer, q.kind = *config.CidrIp, arch.CIDR
	case config.CidrIpv6 != nil:
		q.peer, q.kind, q.ipv6 = *config.CidrIpv6, arch.CIDR, arch.IsToken(*config.CidrIpv6)
	case config.SourcePrefixListId != nil:
		q.peer, q.kind = *config.SourcePrefixListId, arch.PrefixList
	case config.SourceSecurityGroupId != nil:
		q.peer = *config.SourceSecurityGroupId
	}
}

// unserved returns an error for each request that no declared flow covers. If a construct made the same request at both ends, there is one
// error.
func (n *Network) unserved(p *plan.Plan) diag.List {
	type once struct {
		from, to arch.Peer
		ports    arch.Ports
		at       diag.Position
	}
	index := flowIndex(p.Model)
	reported := map[once]bool{}
	var diags diag.List
	for _, q := range n.requests {
		if q.other == nil && q.peerPath != "" {
			q.group.removeGhosts()
		}
		from, to, foreign := n.endsOf(q)
		if foreign == "" && q.servedBy(index, from, to) {
			continue
		}
		if key := (once{from, to, q.ports, q.at}); !reported[key] {
			reported[key] = true
			diags.Add(q.diagnostic(from, to, foreign))
		}
	}
	return diags
}

// ends is a pair of peers, by their texts in the model.
type ends struct{ from, to string }

// flowIndex returns the flows of the model by their ends.
func flowIndex(m *arch.Model) map[ends][]arch.CheckedFlow {
	index := map[ends][]arch.CheckedFlow{}
	for _, f := range m.Flows {
		key := ends{f.From.Text, f.To.Text}
		index[key] = append(index[key], f)
	}
	return index
}

// endsOf returns the two ends of a request as peers of the model. If an end is not in the model, foreign says why.
func (n *Network) endsOf(q request) (from, to arch.Peer, foreign string) {
	us := arch.TierPeer(q.group.t.kind, q.group.t.id)
	them, foreign := n.otherEnd(q)
	if q.direction == plan.Ingress {
		return them, us, foreign
	}
	return us, them, foreign
}

// otherEnd returns the end of a request that is not the group which was asked.
func (n *Network) otherEnd(q request) (arch.Peer, string) {
	if q.other != nil {
		if q.other.t.net != n {
			return arch.Peer{}, fmt.Sprintf("%s is a tier of another network (%s)", q.other.t.id, q.other.t.net.declared.Path)
		}
		return arch.TierPeer(q.other.t.kind, q.other.t.id), ""
	}
	if prefix, err := netip.ParsePrefix(q.peer); err == nil {
		if prefix.Bits() == 0 {
			return arch.Peer{Kind: arch.Internet}, ""
		}
		return arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: prefix.Masked().String()}}, ""
	}
	operand := n.operand(q.peer)
	for _, t := range n.tiers {
		if t.declared.Imported != nil && n.operand(t.declared.Imported.Group.Text) == operand {
			return arch.TierPeer(t.kind, t.id), ""
		}
	}
	if q.kind != 0 {
		return arch.Peer{Kind: q.kind, Operand: operand, IPv6: q.ipv6}, ""
	}
	name := operand.Text
	if q.peerPath != "" {
		name = q.peerPath
	}
	return arch.Peer{Operand: arch.Operand{Text: name}}, "the group " + name + " does not belong to a tier"
}

// servedBy reports whether a declared flow covers the request. An unknown port is assumed to be the port of a declared flow with the same
// protocol.
func (q *request) servedBy(index map[ends][]arch.CheckedFlow, from, to arch.Peer) bool {
	candidates := index[ends{from.Text, to.Text}]
	for key, flows := range index { // A larger block and the internet also cover a block.
		if key != (ends{from.Text, to.Text}) && q.covers(flows[0].From, from) && q.covers(flows[0].To, to) {
			candidates = append(candidates, flows...)
		}
	}
	return slices.ContainsFunc(candidates, q.isAllowedBy)
}

func (q *request) isAllowedBy(f arch.CheckedFlow) bool {
	if !q.portUnknown {
		return f.Allows(q.ports)
	}
	return slices.ContainsFunc(f.Ports, func(p arch.Ports) bool { return p.Protocol == q.ports.Protocol })
}

// covers reports whether outer contains every address of inner. A block around the network means the addresses outside the network.
func (q *request) covers(outer, inner arch.Peer) bool {
	if outer.Kind == arch.Internet {
		return inner.Kind == arch.Internet || inner.Kind == arch.CIDR
	}
	return slices.ContainsFunc(q.group.t.net.model.Rest(outer), func(part arch.Peer) bool { return part.Contains(inner) })
}

// diagnostic returns the error about a request that no flow covers.
func (q *request) diagnostic(from, to arch.Peer, foreign string) diag.Diagnostic {
	n := q.group.t.net
	d := diag.Diagnostic{
		Rule: "undeclared", Path: n.declared.PathTo(n.declared.FlowPath(arch.Flow{From: from, To: to})), At: []diag.Position{q.at},
		Summary: fmt.Sprintf("a construct asks for traffic that is not declared: %s from %s to %s", q.service(), from, to),
		Detail:  "it would be dropped, because only declared flows become rules",
	}
	if q.description != "" {
		d.Detail = fmt.Sprintf("its description is %q; it would be dropped, because only declared flows become rules", q.description)
	}
	if foreign != "" {
		d.Detail += "; " + foreign
	}
	d.Fix = q.fix(from, to, foreign)
	return d
}

// fix returns what to declare instead of the request.
func (q *request) fix(from, to arch.Peer, foreign string) string {
	switch {
	case foreign != "":
		return "give the other construct the SecurityGroup of a tier, or import its group as a tier, and declare the flow"
	case q.ports.IsAll() && to.Kind.IsTier():
		return "all traffic to a tier needs an exception: configure the construct not to ask for it, and declare the services that it needs"
	case q.group.t.net.isInside(from) || q.group.t.net.isInside(to):
		return "a block of the network's own addresses cannot be a peer: configure the construct not to ask for it, " +
			"and declare a flow for each tier that it means"
	case q.group.t.net.mayReach(from, to) && from.Kind.IsTier():
		return fmt.Sprintf("declare it, %s.AllowTo(%s, %s), or configure the construct not to ask for it", from, to.Code(), q.goService())
	case q.group.t.net.mayReach(from, to):
		return fmt.Sprintf("declare it, %s.AllowFrom(%s, %s), or configure the construct not to ask for it", to, from.Code(), q.goService())
	}
	return fmt.Sprintf("%s may not reach %s: configure the construct not to ask for it or, if it must be, state it with "+
		"Except(tiers.Exception{From: %s, To: %s, Service: %s, Reason: \"...\", Owner: \"...\"})",
		from.Kind, to.Kind, from.Code(), to.Code(), q.goService())
}

// mayReach reports whether a flow between two peers needs no exception.
func (n *Network) mayReach(from, to arch.Peer) bool {
	if to.Kind == arch.Edge && from.IsPublic() {
		for _, t := range n.tiers {
			if t.id == to.Text && t.declared.Internal {
				return false
			}
		}
	}
	return arch.MayReach(from.Kind, to.Kind)
}

// isInside reports whether a peer is a block of the network's own addresses.
func (n *Network) isInside(p arch.Peer) bool {
	if prefix, ok := p.Prefix(); ok {
		return n.model.Prefix.IsValid() && n.model.Prefix.Overlaps(prefix)
	}
	return p.Kind == arch.CIDR && n.tokens[p.Text] == *n.vpc.VpcCidrBlock()
}

// service returns the requested service in words.
func (q *request) service() string {
	switch {
	case q.ports.IsAll():
		return "all traffic"
	case q.portUnknown:
		return string(q.ports.Protocol) + "/(a port known at deployment)"
	}
	return q.ports.String()
}

// goService returns the Go expression for the requested service.
func (q *request) goService() string {
	switch {
	case q.portUnknown:
		return "tiers.TCP(port)"
	case q.ports.IsAll():
		return "tiers.AllTraffic"
	case q.ports.Protocol == arch.TCP && q.ports.From == q.ports.To:
		return fmt.Sprintf("tiers.TCP(%d)", q.ports.From)
	case q.ports.Protocol == arch.UDP && q.ports.From == q.ports.To:
		return fmt.Sprintf("tiers.UDP(%d)", q.ports.From)
	}
	return fmt.Sprintf("%q", q.ports.String())
}
