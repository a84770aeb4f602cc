package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// firewallPlan holds the rules of the network firewall.
type firewallPlan struct {
	groups []FirewallGroup
	notes
}

// firewallOf derives the rules of the network firewall; none without inspection.
func firewallOf(m *arch.Model) firewallPlan {
	i := m.Network.Inspection
	if i == nil {
		return firewallPlan{}
	}
	b := firewallBuilder{m: m, strict: i.Strict, hosts: map[hostKey]*FirewallRule{}}
	b.widenings = uninspected(m)
	b.add(TierFlows, FirewallRule{Match: PathMTU})
	b.limit()
	for index, f := range m.Flows {
		if f.Path.Kind == arch.Inspected {
			b.flow(index, f)
		}
	}
	b.hostRules()
	b.shared()
	groups := b.groups()
	b.diags = b.collisions()
	return firewallPlan{groups, b.notes}
}

type firewallBuilder struct {
	m      *arch.Model
	strict bool
	rules  [len(concernNames)][]FirewallRule
	hosts  map[hostKey]*FirewallRule
	notes
}

// hostKey identifies the rules about HTTP hosts for the subnets of one tier, which others may share: together they know all hosts
// that may be requested from there.
type hostKey struct{ owner, ports string }

func (b *firewallBuilder) add(c Concern, r FirewallRule) { b.rules[c] = append(b.rules[c], r) }

// UndecidedBytes is how much a client may send or receive in TCP before a rule knows what it asks for. A ClientHello takes less: it
// is one record of TLS, which cannot hold more.
const UndecidedBytes = 16384

// limit bounds connections that no rule decides. The default actions wait until a client has said what it wants, and a client that
// never says so would keep its connection for ever. Strict actions do not wait. An unfinished HTTP request to a port with flows to
// names is passed packet by packet, until Suricata's own limit on headers, 18,000 bytes (TestBound of internal/suricatatest
// measures both).
func (b *firewallBuilder) limit() {
	if b.strict {
		return
	}
	b.add(Limits, FirewallRule{Match: Undecided, Stop: true})
	b.widen(arch.Widening{
		Control: "firewall", Path: b.m.Network.PathTo("firewall"),
		Carries: fmt.Sprintf("the first %d bytes each way of undeclared TCP connections", UndecidedBytes),
		Reason:  "it waits for the name that a client asks for; security groups and network ACLs do not wait",
	})
}

// flow adds the rules of one flow.
func (b *firewallBuilder) flow(index int, f arch.CheckedFlow) {
	from, to := b.addresses(f, f.From), b.addresses(f, f.To)
	concern := TierFlows
	if f.From.Kind == arch.Bastion {
		concern = AdminFlows
	}
	for _, ports := range f.Ports {
		if ports.IsAll() {
			b.widen(arch.Widening{
				Control: "firewall", Path: b.m.Network.FlowPath(f.Flow), Carries: "all traffic, but answers over TCP, UDP and ICMP only",
				Reason: "a stateful rule does not follow connections of other protocols",
			})
		}
		rule := FirewallRule{
			Match: ToServer, From: from, To: to, FromOutside: isOutside(f.From), ToOutside: isOutside(f.To), Ports: ports, Flows: []int{index},
		}
		switch {
		case f.To.Kind == arch.Domain && ports.IsHTTP():
			b.host(f, rule)
		case f.To.Kind == arch.Domain:
			rule.Match, rule.Names = TLSName, []string{f.To.Text}
			b.add(DomainFlows, rule)
		default:
			b.add(concern, rule)
			_, answered := answerTo(ports)
			if answered && (b.strict || ports.Protocol != arch.TCP) { // The default action stops answers that no rule passes.
				rule.Match = ToClient
				b.add(concern, rule)
			}
		}
	}
}

// isOutside reports whether rules name a peer as every address outside the network. "any" would include the other tiers.
func isOutside(p arch.Peer) bool {
	return p.Kind == arch.Internet || p.Kind == arch.Domain || p.Kind == arch.PrefixList
}

// host adds a name to the hosts that a tier may request.
func (b *firewallBuilder) host(f arch.CheckedFlow, rule FirewallRule) {
	key := hostKey{b.owner(f.From), rule.Ports.String()}
	if b.hosts[key] == nil {
		b.hosts[key] = &rule
	} else {
		b.hosts[key].Flows = append(b.hosts[key].Flows, rule.Flows...)
	}
	b.hosts[key].Names = append(b.hosts[key].Names, f.To.Text)
}

// hostRules pass HTTP packet by packet. A verdict on the whole connection would let later requests on it name any host.
func (b *firewallBuilder) hostRules() {
	for _, rule := range b.hosts {
		slices.Sort(rule.Names)
		rule.Names = slices.Compact(rule.Names)
		for _, match := range []Match{OtherHTTPHost, NoHTTPHost, HTTP2, HTTP} {
			r := *rule
			r.Match, r.Stop = match, match != HTTP
			b.add(DomainFlows, r)
		}
	}
}

// owner is the id of the tier whose subnets a tier uses.
func (b *firewallBuilder) owner(p arch.Peer) string {
	t, _ := b.m.Tier(p.Text)
	return t.SubnetOwner()
}

// shared states what tiers in the same subnets may do by each other's rules.
func (b *firewallBuilder) shared() {
	inspected := map[string]bool{}
	for _, f := range b.m.Flows {
		if f.Path.Kind == arch.Inspected {
			inspected[f.From.Text], inspected[f.To.Text] = true, true
		}
	}
	for _, t := range b.m.Tiers {
		if t.SharesWith != "" && (inspected[t.ID] || inspected[t.SharesWith]) {
			b.widen(arch.Widening{
				Control: "firewall", Path: b.m.Network.TierPath(t.ID), Carries: "what " + t.SharesWith + " may send and receive",
				Reason: "they use the same subnets, and the firewall can tell only addresses apart; the security groups still stop it",
			})
		}
	}
}

// addresses are the blocks that rules name for an end of a flow; none means every address. The addresses of inspected tiers are
// always known.
func (b *firewallBuilder) addresses(f arch.CheckedFlow, end arch.Peer) []arch.Peer {
	if end.Kind == arch.PrefixList {
		b.widen(arch.Widening{
			Control: "firewall", Path: b.m.Network.FlowPath(f.Flow),
			Carries: arch.FormatService(f.Ports) + " with every address outside the network",
			Reason:  "firewall rules cannot name prefix lists; the security groups can, and stop the rest",
		})
	}
	if isOutside(end) {
		return nil
	}
	blocks, known := address.Of(b.m, end)
	if !known {
		return nil
	}
	return address.Peers(b.m, blocks)
}

// groups numbers the rules and orders them.
func (b *firewallBuilder) groups() []FirewallGroup {
	var out []FirewallGroup
	for concern, rules := range b.rules {
		if len(rules) == 0 {
			continue
		}
		pinned := map[int]int{} // flow -> how many of its rules have their number
		for i := range rules {
			rules[i].SID = b.sid(rules[i], pinned)
		}
		slices.SortFunc(rules, func(x, y FirewallRule) int { return cmp.Compare(x.SID, y.SID) })
		out = append(out, FirewallGroup{Concern(concern), rules})
	}
	return out
}
