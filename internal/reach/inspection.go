package reach

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/suricata"
)

// inspectionRule is one rule of a firewall that decides, as sets.
type inspectionRule struct {
	pass                  bool
	sources, destinations addressSet
	// there are the services whose packets from the client it is about, by their destination ports; back those whose packets from
	// the server it is about, by their source ports.
	there, back Traffic
	toServer    bool // it is about what clients send
	toClient    bool // and about what servers send
	established bool // it is not about the first packets of a connection
	whole       bool // its verdict on the first packet is that on the connection
	exact       bool // it is about all packets of its header, not of some that look so
	names       []string
	about       nameKind
	resource    *cfn.Resource
	number      int // line or place in the group
	rule        suricata.Rule
}

// nameKind says what a rule has to do with names.
type nameKind int

const (
	nameless    nameKind = iota
	named                // connections with one of the names
	otherHosts           // HTTP requests for others than the names
	withoutHost          // HTTP requests for nobody
	onlyHTTP             // HTTP, for whomever
)

// rank orders rules of one that is not in strict order.
func (r inspectionRule) rank() int {
	if r.pass {
		return 0
	}
	return 1
}

// The numbers of rules made from feeds of threats: see package firewall.
const (
	firstFeedSID = 1 << 28
	lastFeedSID  = 1<<29 - 1
)

// rule adds one rule of a group.
func (g *groupReader) rule(r suricata.Rule, number int) {
	if !r.Action.Decides() {
		return
	}
	if sid, ok := r.SID(); ok && sid >= firstFeedSID && sid <= lastFeedSID {
		g.p.t.assume("feeds of network firewalls name nobody that flows are declared with: what they name is stopped")
		return
	}
	sources, err1 := g.addresses(r.Source)
	destinations, err2 := g.addresses(r.Destination)
	sourcePorts, err3 := g.group.Ports(r.SourcePort)
	ports, err4 := g.group.Ports(r.DestinationPort)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		g.p.doubt("rule %d of %s cannot be read", number, g.resource)
		return
	}
	out := inspectionRule{
		pass: r.Action == suricata.Pass, sources: sources, destinations: destinations, toServer: true, toClient: true, exact: true,
		whole: r.Kind() == suricata.IPOnly || r.Kind() == suricata.LikeIPOnly, resource: g.resource, number: number, rule: r,
	}
	out.flow(r)
	out.there, out.back = services4(r, ports), services4(r, sourcePorts)
	if !allPorts(sourcePorts) {
		out.there, out.exact = restricted(out, out.there)
	}
	if !holdsPorts(ports, firstReplyPort, lastReplyPort) {
		out.back = Traffic{}
	}
	out.options(r)
	g.p.f.rules = append(g.p.f.rules, out)
	if r.Bidirectional {
		turned := out
		turned.sources, turned.destinations = out.destinations, out.sources
		turned.there, turned.back = services4(r, sourcePorts), services4(r, ports)
		turned.exact = out.exact && allPorts(ports)
		g.p.f.rules = append(g.p.f.rules, turned)
	}
}

// restricted: a rule about some source ports is about some clients' packets, unless it is about servers' alone.
func restricted(r inspectionRule, there Traffic) (Traffic, bool) { return there, !r.toServer }

func (r *inspectionRule) flow(rule suricata.Rule) {
	value, ok := rule.Get("flow")
	if !ok {
		return
	}
	for word := range strings.SplitSeq(value, ",") {
		switch strings.TrimSpace(word) {
		case "to_server", "from_client":
			r.toClient = false
		case "to_client", "from_server":
			r.toServer = false
		case "established":
			r.established = true
		default:
			r.exact = false
		}
	}
}

// harmless are options that a rule's packets do not depend on, or that are read elsewhere.
var harmless = []string{"msg", "sid", "rev", "metadata", "reference", "classtype", "priority", "noalert", "alert", "target", "flow", "itype", "icode"}

// options reads what else a rule asks of packets.
func (r *inspectionRule) options(rule suricata.Rule) {
	var rest []string
	for _, o := range rule.Options {
		if !slices.Contains(harmless, o.Keyword) {
			rest = append(rest, o.Keyword)
		}
	}
	_, isStart := rule.Get("http.start")
	pattern, _ := rule.Get("pcre")
	protocol, _ := rule.Get("app-layer-protocol")
	switch {
	case len(rest) == 0:
		if !slices.Contains([]string{"ip", "tcp", "udp", "icmp"}, rule.Protocol) {
			r.exact = false
			if rule.Protocol == "http" {
				r.about = onlyHTTP
			}
		}
	case slices.Equal(rest, []string{"app-layer-protocol"}) && protocol == "http":
		r.about, r.exact = onlyHTTP, false
	case !r.pass && isStart && strings.HasPrefix(pattern, `!"/\r\nHost:`):
		r.about, r.exact = withoutHost, false
	case rest[0] == "http.host" && strings.HasPrefix(pattern, "!") && !r.pass:
		r.about, r.exact = otherHosts, false
		r.names = patternNames(pattern)
	case rest[0] == "http.host" || rest[0] == "tls.sni":
		r.exact = false
		if name, ok := contentName(rule); ok {
			r.about, r.names = named, []string{name}
		}
	default:
		r.exact = false
	}
}

// contentName is the name that a rule looks for with content, anchored at both ends or, with a leading dot, at the end.
func contentName(rule suricata.Rule) (string, bool) {
	content, _ := rule.Get("content")
	name := strings.ToLower(strings.Trim(content, `"`))
	_, dotted := rule.Get("dotprefix")
	_, starts := rule.Get("startswith")
	_, ends := rule.Get("endswith")
	count := 0
	for _, o := range rule.Options {
		if o.Keyword == "content" || o.Keyword == "pcre" {
			count++
		}
	}
	return name, count == 1 && name != "" && !strings.HasPrefix(content, "!") && ends && (starts && !dotted || dotted && strings.HasPrefix(name, "."))
}

var alternative = regexp.MustCompile(`^!"/\^\((.*)\)\$/i?"$`)

// patternNames are the names of a pattern as internal/plan writes it: "/^((.*\.)?example\.com|a\.example\.org)$/".
func patternNames(pattern string) []string {
	m := alternative.FindStringSubmatch(pattern)
	if m == nil {
		return nil
	}
	var out []string
	for name := range strings.SplitSeq(m[1], "|") {
		if rest, ok := strings.CutPrefix(name, `(.*\.)?`); ok {
			name = "." + rest
		}
		out = append(out, strings.ReplaceAll(name, `\.`, "."))
	}
	return out
}

// services4 are the services of a rule's protocol on some ports.
func services4(r suricata.Rule, ports []suricata.PortRange) Traffic {
	over := func(protocols ...int) Traffic {
		var out Traffic
		for _, protocol := range protocols {
			for _, p := range ports {
				out = out.Union(Ports(protocol, int(p.From), int(p.To)))
			}
		}
		return out
	}
	switch r.Protocol {
	case "ip":
		if allPorts(ports) {
			return Everything()
		}
		return over(TCP, UDP)
	case "udp", "quic", "ntp", "dhcp", "tftp":
		return over(UDP)
	case "dns", "krb5":
		return over(TCP, UDP)
	case "icmp":
		kind, code := icmpOf(r)
		return ICMPTypes(ICMP, kind, code).Union(ICMPTypes(ICMPv6, kind, code))
	}
	return over(TCP)
}

// icmpOf reads itype and icode; -1 is any, and so is what is no single number.
func icmpOf(r suricata.Rule) (kind, code int) {
	number := func(keyword string) int {
		n := -1
		if text, ok := r.Get(keyword); ok {
			if _, err := fmt.Sscanf(text, "%d", &n); err != nil {
				return -1
			}
		}
		return n
	}
	kind, code = number("itype"), number("icode")
	if kind < 0 {
		code = -1
	}
	return kind, code
}

func allPorts(ports []suricata.PortRange) bool { return holdsPorts(ports, 0, lastPort) }

func holdsPorts(ports []suricata.PortRange, from, to int) bool {
	return slices.ContainsFunc(ports, func(p suricata.PortRange) bool { return int(p.From) <= from && to <= int(p.To) })
}

// addressSet is a set of addresses of a rule's header.
type addressSet struct {
	known *netipx.IPSet
	// plus and minus are blocks that only a deployment knows, in it and not in it; vague says that there are others.
	plus, minus []Block
	vague       bool
}

func (g *groupReader) addresses(text string) (addressSet, error) {
	a, err := g.group.Addresses(text)
	if err != nil {
		return addressSet{}, err
	}
	out := addressSet{known: a.Set}
	for _, name := range a.Unknown {
		bare := strings.TrimPrefix(name, "!")
		values := g.sets[bare]
		if len(values) == 0 {
			out.vague = true
		}
		for _, v := range values {
			b, err := g.p.t.blockOf(v, false)
			switch {
			case err != nil:
				out.vague = true
			case bare != name:
				out.minus = append(out.minus, b)
			default:
				out.plus = append(out.plus, b)
			}
		}
	}
	return out, nil
}

// party is one end of a connection as a firewall sees it.
type party struct {
	place
	vpc *VPC
}

// domain is the domain name that the party is looked for by; empty for addresses.
func (p party) domain() string {
	name, ok := strings.CutPrefix(p.list, domainList)
	if !ok {
		return ""
	}
	return name
}

const domainList = "domain "

func isDomain(list string) bool { return strings.HasPrefix(list, domainList) }

// DomainPeer is whoever answers for a domain name, as a peer of rules: no addresses are known of it. A leading dot stands for the domain
// and all below it.
func DomainPeer(name string) Peer { return Peer{List: domainList + name} }

// holds reports whether the set holds an end of a connection.
func (s addressSet) holds(p party) certainty {
	if p.cell.Base != "" || p.list != "" {
		return s.holdsUnknown(p)
	}
	out := no
	switch r := netipx.IPRangeFrom(p.cell.From, p.cell.To); {
	case s.known.ContainsRange(r):
		out = yes
	case s.known.OverlapsRange(r):
		out = perhaps
	}
	for _, b := range s.minus {
		if out == yes && b.holds(p.cell) != no {
			out = perhaps
		}
	}
	if out != yes && (s.vague || len(s.plus) > 0) {
		return perhaps
	}
	if s.vague {
		return perhaps
	}
	return out
}

// holdsUnknown is holds for addresses that only a deployment knows.
func (s addressSet) holdsUnknown(p party) certainty {
	if p.list == "" {
		for _, b := range s.minus {
			if b.holds(p.cell) == yes {
				return no
			}
		}
		for _, b := range s.plus {
			if b.holds(p.cell) == yes {
				return yes
			}
		}
	}
	everything := anywhere4
	if p.cell.Is6() {
		everything = anywhere6
	}
	if s.vague {
		return perhaps
	}
	if s.known.ContainsPrefix(everything.Prefix) {
		if len(s.minus) > 0 && p.list == "" {
			return perhaps
		}
		return yes
	}
	// Addresses of a list are taken to be outside the VPC: all of those may be in the set.
	if p.list != "" && s.outsideOf(p.vpc, everything) {
		return yes
	}
	if len(s.plus) == 0 && len(s.known.Ranges()) == 0 {
		return no
	}
	return perhaps
}

// outsideOf reports whether the set holds all addresses of a family but the VPC's own.
func (s addressSet) outsideOf(v *VPC, everything Block) bool {
	var b netipx.IPSetBuilder
	b.AddSet(s.known)
	for _, block := range v.blocksOf() {
		if block.Base == "" {
			b.AddPrefix(block.Prefix)
		}
	}
	set, err := b.IPSet()
	return err == nil && set.ContainsPrefix(everything.Prefix)
}

// matches reports whether one of the names covers what is asked for: all of a domain is covered by the domain alone.
func matches(names []string, asked string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == asked || strings.HasPrefix(name, ".") && (strings.HasSuffix(asked, name) || asked == name[1:])
	})
}

// carries returns the connections that the firewall lets a client and a server have: what the client sends must pass, and what the
// server answers.
func (f *firewall) carries(client, server party) Carried {
	switch {
	case f.unsure != "":
		return unknown
	case f.closed:
		return Carried{}
	case f.open:
		return all
	}
	there := f.decide(client, server, server.domain(), true)
	back := f.decide(server, client, server.domain(), false)
	replies := back.union(there.whole)
	return Carried{there.Sure.Intersect(replies.Sure), there.Maybe.Intersect(replies.Maybe.Union(oneWay))}
}

// decision is what becomes of packets in one direction.
type decision struct {
	Carried
	whole Carried // what passes by rules whose verdict is that on the connection
}

// decide evaluates the rules for the packets that one end sends the other. name is what the client asks for.
func (f *firewall) decide(from, to party, name string, toServer bool) decision {
	var d decision
	open, openSurely := Everything(), Everything()
	var hosted Traffic // where HTTP passes for some hosts only, and not for the one asked for
	for i := range f.rules {
		r := &f.rules[i]
		if toServer && !r.toServer || !toServer && !r.toClient || r.established && f.defaults.drops && f.defaults.kind == "strict" {
			continue
		}
		match := min(r.sources.holds(from), r.destinations.holds(to))
		traffic := r.there
		if !toServer {
			traffic = answers(r.back)
		}
		if match == no || traffic.IsEmpty() {
			continue
		}
		certain := match == yes && r.exact
		switch r.about {
		case named:
			if name == "" || !matches(r.names, name) {
				continue // Who names nobody, or somebody else, is not meant.
			}
			certain = match == yes
		case otherHosts:
			if !matches(r.names, name) {
				hosted = hosted.Union(traffic)
			}
			continue
		case withoutHost:
			continue // Who asks for a name says it; who does not is no client of a declared flow.
		case onlyHTTP:
			traffic = traffic.Minus(hosted)
			certain = match == yes && name != "" && r.pass
		}
		if r.pass {
			passes := Carried{Maybe: open.Intersect(traffic)}
			if certain {
				passes.Sure = openSurely.Intersect(traffic)
			}
			d.Carried = d.union(passes)
			if r.whole {
				d.whole = d.whole.union(passes)
			}
		}
		if certain || !r.pass {
			openSurely = openSurely.Minus(traffic)
		}
		if certain {
			open = open.Minus(traffic)
		}
	}
	rest := f.defaults.passes(toServer)
	d.Carried = d.union(Carried{openSurely.Intersect(rest), open.Intersect(rest)})
	return d
}

// answers turns what servers send into the services it answers.
func answers(back Traffic) Traffic {
	out := back
	for _, echo := range []struct{ protocol, request, reply int }{{ICMP, 8, 0}, {ICMPv6, 128, 129}} {
		request := ICMPTypes(echo.protocol, echo.request, -1)
		out = out.Minus(request)
		if back.Contains(ICMPTypes(echo.protocol, echo.reply, 0)) {
			out = out.Union(request)
		}
	}
	return out
}

// passes are the packets that pass if no rule decides them. Of the established kinds, what servers send on TCP connections passes.
func (d defaults) passes(toServer bool) Traffic {
	switch {
	case !d.drops:
		return Everything()
	case !toServer && (d.kind == "established" || d.kind == "established_app_layer_to_server"):
		return Protocol(TCP)
	}
	return Traffic{}
}

// inspect returns what the firewalls on a path let through between a client and a server, and says of a middlebox that is none of
// them that it is not known.
func (t *Topology) inspect(p path, client, server party) Carried {
	out := all
	for _, m := range p.middleboxes {
		e, ok := t.endpoints[m]
		if !ok {
			return unknown
		}
		out = out.intersect(t.firewall(e.firewall).carries(client, server))
	}
	return out
}

// blocks are those that the firewall's rules name, for cutting addresses where they begin and end.
func (f *firewall) blocks() []Block {
	var out []Block
	for _, r := range f.rules {
		for _, set := range []addressSet{r.sources, r.destinations} {
			for _, p := range set.known.Prefixes() {
				out = append(out, Block{Prefix: p})
			}
			out = append(out, slices.Concat(set.plus, set.minus)...)
		}
	}
	return out
}
