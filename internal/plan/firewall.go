package plan

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Concern is what the rules of one rule group of the firewall have in common.
type Concern int

// The concerns, in the order in which their groups are evaluated.
const (
	TierFlows   Concern = iota // between tiers, and with addresses; what every path needs
	AdminFlows                 // from bastions
	DomainFlows                // to domain names
	Limits                     // what passes before a rule decides; behind all other groups of a policy
)

var concernNames = [...]string{TierFlows: "Flows", AdminFlows: "Admin", DomainFlows: "Domains", Limits: "Limits"}

// String returns the concern's name, as in the names of rule groups.
func (c Concern) String() string { return concernNames[c] }

// FirewallGroup holds the rules of one concern in the order of their evaluation, which is that of their SIDs.
type FirewallGroup struct {
	Concern Concern
	Rules   []FirewallRule
}

// FirewallRule passes or stops some packets. It says what, and nothing of how a firewall writes it.
type FirewallRule struct {
	SID      int
	Stop     bool // what matches; else it passes
	Match    Match
	From, To []arch.Peer // blocks; none is every address
	// FromOutside and ToOutside stand for every address outside the network, in place of From and To.
	FromOutside, ToOutside bool
	Ports                  arch.Ports // of the server; for PathMTU nothing
	Names                  []string   // domain names as in [arch.ParseDomain], sorted: of TLSName one
	Flows                  []int      // the flows it serves, as indexes into the model's; none for PathMTU
}

// Match says which packets of a connection a rule is about.
type Match int

// The matches.
const (
	ToServer      Match = iota // what the client sends
	ToClient                   // what the server answers
	TLSName                    // connections whose client asks for the name in TLS
	OtherHTTPHost              // HTTP requests for none of the names
	NoHTTPHost                 // HTTP requests that name no host
	HTTP2                      // what the client sends on a connection with HTTP/2, whose requests need name no host
	HTTP                       // what the client sends on a connection with HTTP
	PathMTU                    // ICMP about packets that are too large for the path
	Undecided                  // TCP of which more than [UndecidedBytes] have passed, and no rule has decided
)

var matchNames = [...]string{ToServer: "to server", ToClient: "to client", TLSName: "tls", OtherHTTPHost: "other host", NoHTTPHost: "no host", HTTP2: "http2", HTTP: "http",
	PathMTU: "path mtu", Undecided: "undecided"}

// The SIDs of generated rules are in two bands of their own, above those of managed threat signatures and below 2^31. Those
// that stop come before those that pass.
const (
	stopBand = 1 << 29 // 536,870,912 and as many
	passBand = 1 << 30 // 1,073,741,824 and as many
)

// firewall derives the rules of the network firewall.
func (p *Plan) firewall() diag.List {
	i := p.Model.Network.Inspection
	if i == nil {
		return nil
	}
	b := firewallBuilder{p: p, strict: i.Strict, hosts: map[hostKey]*FirewallRule{}}
	b.add(TierFlows, FirewallRule{Match: PathMTU})
	b.limit()
	for index, f := range p.Model.Flows {
		if f.Path.Kind == arch.Inspected {
			b.flow(index, f)
		}
	}
	b.hostRules()
	b.shared()
	p.FirewallGroups = b.groups()
	return b.collisions()
}

type firewallBuilder struct {
	p      *Plan
	strict bool
	rules  [len(concernNames)][]FirewallRule
	hosts  map[hostKey]*FirewallRule
}

// hostKey is what the rules about HTTP hosts are made for: together they know all hosts that may be asked for from the subnets of
// a tier, which others may share.
type hostKey struct{ owner, ports string }

func (b *firewallBuilder) add(c Concern, r FirewallRule) { b.rules[c] = append(b.rules[c], r) }

// UndecidedBytes is how much a client may send or receive in TCP before a rule knows what it asks for. A ClientHello takes less: it has
// one record of TLS, which holds no more.
const UndecidedBytes = 16384

// limit bounds connections that no rule decides. The default actions wait until a client has said what it wants, and one that never says
// would wait for ever; strict ones do not wait. An unfinished HTTP request to a port with flows to names is passed packet by packet, until
// Suricata's own limit on headers, 18,000 bytes (TestBound of internal/suricatatest measures both).
func (b *firewallBuilder) limit() {
	if b.strict {
		return
	}
	b.add(Limits, FirewallRule{Match: Undecided, Stop: true})
	b.p.Widenings = append(b.p.Widenings, arch.Widening{
		Control: "firewall", Path: b.p.Model.Network.PathTo("firewall"),
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
			b.p.Widenings = append(b.p.Widenings, arch.Widening{
				Control: "firewall", Path: f.PathString(), Carries: "all traffic, of which it passes answers over TCP, UDP and ICMP alone",
				Reason: "a stateful rule follows no connections of other protocols",
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
			if answered && (b.strict || ports.Protocol != arch.TCP) { // The default stops answers that no rule passes.
				rule.Match = ToClient
				b.add(concern, rule)
			}
		}
	}
}

// isOutside reports whether a peer has addresses outside the network alone. "any" would be the other tiers as well.
func isOutside(p arch.Peer) bool { return p.Kind == arch.Internet || p.Kind == arch.Domain }

// host adds a name to the hosts that a tier may ask for.
func (b *firewallBuilder) host(f arch.CheckedFlow, rule FirewallRule) {
	key := hostKey{b.owner(f.From), rule.Ports.String()}
	if b.hosts[key] == nil {
		b.hosts[key] = &rule
	} else {
		b.hosts[key].Flows = append(b.hosts[key].Flows, rule.Flows...)
	}
	b.hosts[key].Names = append(b.hosts[key].Names, f.To.Text)
}

// hostRules pass HTTP packet by packet: a verdict on the whole connection would let later requests on it ask for any host.
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

// owner is the tier whose subnets a tier uses.
func (b *firewallBuilder) owner(p arch.Peer) string {
	t, _ := b.p.Model.Tier(p.Text)
	return t.SubnetOwner()
}

// shared states what tiers in the same subnets have of each other's rules.
func (b *firewallBuilder) shared() {
	inspected := map[string]bool{}
	for _, f := range b.p.Model.Flows {
		if f.Path.Kind == arch.Inspected {
			inspected[f.From.Text], inspected[f.To.Text] = true, true
		}
	}
	for _, t := range b.p.Model.Tiers {
		if t.SharesWith != "" && (inspected[t.ID] || inspected[t.SharesWith]) {
			b.p.Widenings = append(b.p.Widenings, arch.Widening{
				Control: "firewall", Path: "tiers." + t.ID, Carries: "what " + t.SharesWith + " may send and receive",
				Reason: "they use the same subnets, and the firewall tells addresses apart; the security groups still stop it",
			})
		}
	}
}

// addresses are the blocks that an end of a flow has; none for every address.
func (b *firewallBuilder) addresses(f arch.CheckedFlow, end arch.Peer) []arch.Peer {
	switch {
	case end.Kind.IsTier():
		builder := groupBuilder{m: b.p.Model}
		return builder.ranges(end)
	case end.Kind == arch.CIDR:
		return b.p.Model.Rest(end)
	case end.Kind == arch.PrefixList:
		b.p.Widenings = append(b.p.Widenings, arch.Widening{
			Control: "firewall", Path: f.PathString(), Carries: arch.FormatService(f.Ports) + " with every address",
			Reason: "rules of the firewall do not name prefix lists; the security groups do, and stop the rest",
		})
	}
	return nil
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

// sid is a hash of what tells the rule from its siblings: the network, the match and the flow, or for HTTP the owner of the subnets; or the
// next number that its flow is pinned to.
func (b *firewallBuilder) sid(r FirewallRule, pinned map[int]int) int {
	for _, i := range r.Flows {
		if pin := b.p.Model.Flows[i].SID; pin != 0 {
			pinned[i]++
			return pin + pinned[i] - 1
		}
	}
	band := passBand
	if r.Stop {
		band = stopBand
	}
	return band + int(hash(b.key(r)))&(band-1)
}

// hash spreads texts over 32 bits.
func hash(text string) uint32 {
	h := fnv.New64a()
	h.Write([]byte(text)) // It never fails.
	sum := h.Sum64()
	return uint32(sum) ^ uint32(sum>>32)
}

func (b *firewallBuilder) key(r FirewallRule) string {
	key := b.p.Model.Network.Path + "|" + matchNames[r.Match]
	switch {
	case len(r.Flows) == 0:
		return key
	case len(r.Names) > 0 && r.Match != TLSName:
		return key + "|" + b.owner(b.p.Model.Flows[r.Flows[0]].From) + "|" + r.Ports.String()
	}
	f := b.p.Model.Flows[r.Flows[0]]
	return fmt.Sprintf("%s|%s|%s|%s", key, peerKey(f.From), peerKey(f.To), r.Ports)
}

// peerKey tells a peer from others of other kinds with the same text.
func peerKey(p arch.Peer) string { return p.Kind.String() + " " + p.Text }

// collisions finds rules of equal number.
func (b *firewallBuilder) collisions() diag.List {
	var diags diag.List
	first := map[int]FirewallRule{}
	for _, rules := range b.rules {
		for _, r := range rules {
			if other, taken := first[r.SID]; taken {
				diags.Add(b.collision(other, r))
			} else {
				first[r.SID] = r
			}
		}
	}
	return diags
}

func (b *firewallBuilder) collision(x, y FirewallRule) diag.Diagnostic {
	d := diag.Diagnostic{Rule: "sid-collision", Path: b.p.Model.Network.PathTo("firewall"), Summary: "two rules of the firewall have one SID"}
	var subjects []string
	for _, r := range []FirewallRule{x, y} {
		for _, i := range r.Flows {
			f := b.p.Model.Flows[i]
			d.At = append(d.At, f.At...)
			subjects = append(subjects, f.SubjectString())
		}
	}
	d.Detail = fmt.Sprintf("%d is the number of %s", x.SID, strings.Join(subjects, " and of "))
	d.Fix = fmt.Sprintf("pin the number of one of them, as in tiers.SID(%d)", arch.MinSID+(y.SID+1)%(arch.MaxSID-arch.MinSID))
	return d
}
