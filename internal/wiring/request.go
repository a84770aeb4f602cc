package wiring

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/traffic"
)

// request is a rule that a construct of the CDK library requested from a tier's security group.
type request struct {
	tier        *Tier // whose group was asked
	direction   plan.Direction
	ports       arch.Ports
	portUnknown bool      // the port is a CDK token, such as an RDS endpoint's
	other       *Tier     // the other end if it is a tier of the network, else nil
	stranger    string    // the other end if it is a tier of another network: "Data is a tier of another network (Shop/Network)"
	peer        string    // the other end if it is neither: a block, or the id of a group or prefix list
	kind        arch.Kind // of a block or prefix list, else 0
	ipv6        bool      // peer is a CDK token for IPv6 addresses
	peerPath    string    // the construct path of a group, if there is one
	description string
	at          diag.Position
}

// Record records what a construct asks the group of a tier for. CDK calls it. A panic in a callback of CDK ends the process, so Record
// recovers.
func (e *emitter) Record(text string) {
	at, n := diag.Caller(), e.net
	r := batch.ReadRequest(text)
	defer func() {
		if problem := recover(); problem != nil {
			n.unreadable(r.Tier, fmt.Sprint(problem), at)
		}
	}()
	if r.Problem != "" {
		n.unreadable(r.Tier, r.Problem, at)
		return
	}
	q := request{tier: n.tier(r.Tier), description: r.Description, at: at}
	if r.Direction == plan.Egress.String() {
		q.direction = plan.Egress
	}
	q.readPort(r)
	q.readPeer(r, n)
	n.requests = append(n.requests, q)
}

// unreadable records a mistake about a request to the group of a tier.
func (n *Network) unreadable(tier, problem string, at diag.Position) {
	n.mistakes.Add(diag.Diagnostic{
		Rule: "request", Path: n.declared.PathTo("tiers." + tier), At: []diag.Position{at},
		Summary: "a construct's request to the security group of this tier could not be read", Detail: problem,
	})
}

// readPort sets the ports of the request.
func (q *request) readPort(r batch.Request) {
	q.ports.Protocol = arch.Protocol(r.Ports.IPProtocol)
	switch from, to := r.Ports.FromPort, r.Ports.ToPort; {
	case from == nil || to == nil:
		q.ports.From, q.ports.To = -1, -1
	case *from < -1 || *to < -1 || *from > traffic.LastPort || *to > traffic.LastPort:
		q.portUnknown = true
	default:
		q.ports.From, q.ports.To = int(*from), int(*to)
	}
	if r.Ports.IPProtocol == strconv.Itoa(traffic.ICMPv6) {
		q.ports.Protocol = arch.ICMPv6
	}
}

// readPeer sets the other end of the request.
func (q *request) readPeer(r batch.Request, n *Network) {
	switch {
	case r.PeerTier != "" && r.PeerNetwork == n.declared.Path:
		q.other = n.tier(r.PeerTier)
	case r.PeerTier != "":
		q.stranger = fmt.Sprintf("%s is a tier of another network (%s)", r.PeerTier, r.PeerNetwork)
	case r.Peer.CidrIP != "":
		q.peer, q.kind = r.Peer.CidrIP, arch.CIDR
	case r.Peer.CidrIPv6 != "":
		q.peer, q.kind, q.ipv6 = r.Peer.CidrIPv6, arch.CIDR, arch.IsToken(r.Peer.CidrIPv6)
	case r.Peer.SourcePrefixListID != "":
		q.peer, q.kind = r.Peer.SourcePrefixListID, arch.PrefixList
	default:
		q.peer, q.peerPath = r.Peer.SourceSecurityGroupID, r.Path
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
			q.tier.removeGhosts()
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

// removeGhosts removes the rules that CDK made under the group for a peer in another stack. They would make the two stacks depend on each
// other. The request itself is reported.
func (t *Tier) removeGhosts() {
	for _, child := range *t.group.Node().Children() {
		if id := *child.Node().Id(); id != "Resource" {
			t.group.Node().TryRemoveChild(&id)
		}
	}
}

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
	us := arch.TierPeer(q.tier.kind, q.tier.id)
	them, foreign := n.otherEnd(q)
	if q.direction == plan.Ingress {
		return them, us, foreign
	}
	return us, them, foreign
}

// otherEnd returns the end of a request that is not the group which was asked.
func (n *Network) otherEnd(q request) (arch.Peer, string) {
	switch {
	case q.other != nil:
		return arch.TierPeer(q.other.kind, q.other.id), ""
	case q.stranger != "":
		return arch.Peer{}, q.stranger
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
	return slices.ContainsFunc(q.tier.net.model.Rest(outer), func(part arch.Peer) bool { return part.Contains(inner) })
}

// diagnostic returns the error about a request that no flow covers.
func (q *request) diagnostic(from, to arch.Peer, foreign string) diag.Diagnostic {
	n := q.tier.net
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
	case q.tier.net.isInside(from) || q.tier.net.isInside(to):
		return "a block of the network's own addresses cannot be a peer: configure the construct not to ask for it, " +
			"and declare a flow for each tier that it means"
	case q.tier.net.mayReach(from, to) && from.Kind.IsTier():
		return fmt.Sprintf("declare it, %s.AllowTo(%s, %s), or configure the construct not to ask for it", from, to.Code(), q.goService())
	case q.tier.net.mayReach(from, to):
		return fmt.Sprintf("declare it, %s.AllowFrom(%s, %s), or configure the construct not to ask for it", to, from.Code(), q.goService())
	}
	return fmt.Sprintf("%s may not reach %s: configure the construct not to ask for it or, if it must be, state it with "+
		"Except(tiers.Exception{From: %s, To: %s, Service: %s, Reason: \"...\", Owner: \"...\"})",
		from.Kind, to.Kind, from.Code(), to.Code(), q.goService())
}

// mayReach reports whether a flow between two peers needs no exception.
func (n *Network) mayReach(from, to arch.Peer) bool {
	if to.Kind == arch.Edge && from.IsPublic() {
		if t := n.tier(to.Text); t != nil && t.declared.Internal {
			return false
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
