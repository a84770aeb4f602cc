package inspect

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Rule is one rule of a firewall that decides, as sets of addresses and services.
type Rule struct {
	pass                  bool
	sources, destinations addressSet
	there, back           half // what clients send, and what servers send
	moment                moment
	whole                 bool // it decides about the whole connection
	exact                 bool // it is about all packets that its header matches
	names                 []string
	about                 nameKind
	late                  bool // it waits until the connection has carried more than a ClientHello
	resource              *cfn.Resource
	number                int // line or place in the group
	rule                  suricata.Rule
}

// half is the part of a rule that is about packets in one direction.
type half struct {
	traffic traffic.Set     // by destination ports of clients' packets, or source ports of servers' packets
	clients traffic.PortSet // the ports of clients
}

// moment says when in a connection a rule is evaluated.
type moment int

const (
	always        moment = iota
	firstPackets         // for the first packet of each direction: rules on addresses and ports only
	beforehand           // before the connection is established
	onceTalking          // after something was said: rules about applications
	onceConnected        // after the connection is established
)

// during returns the traffic for which the rule is evaluated in a phase. Except on TCP, the first packet already says something, and the
// first answer establishes the connection.
func (r *Rule) during(p phase) traffic.Set {
	if p.begun && (r.late || r.about == named || r.pass && r.moment == onceTalking) {
		return traffic.Set{}
	}
	connected := traffic.Set{}
	if p == acceptance {
		connected = traffic.OneWay()
	}
	if p.established {
		connected = traffic.Everything()
	}
	switch r.moment {
	case firstPackets:
		if p.established {
			return traffic.Set{}
		}
	case beforehand:
		return traffic.Everything().Minus(connected)
	case onceConnected:
		return connected
	case onceTalking:
		return connected.Union(traffic.OneWay())
	}
	return traffic.Everything()
}

// nameKind says what a rule has to do with domain names.
type nameKind int

const (
	nameless    nameKind = iota
	named                // connections with one of the names
	otherHosts           // HTTP requests for hosts other than the names
	withoutHost          // HTTP requests without a host
	onlyHTTP             // HTTP requests for any host
)

// rank orders rules if a policy has no strict order.
func (r Rule) rank() int {
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

// IsFromFeed reports whether a rule was made from a feed of threats.
func IsFromFeed(r suricata.Rule) bool {
	sid, ok := r.SID()
	return ok && sid >= firstFeedSID && sid <= lastFeedSID
}

// Rules reads a rule of the group: as one rule, as two if it is about both directions, and as none if it decides nothing. number is the
// line or place of the rule in the resource.
func (g Group) Rules(r suricata.Rule, resource *cfn.Resource, number int) ([]Rule, error) {
	if !r.Action.Decides() {
		return nil, nil
	}
	sources, err1 := g.addresses(r.Source)
	destinations, err2 := g.addresses(r.Destination)
	sourcePorts, err3 := g.Ports(r.SourcePort)
	ports, err4 := g.Ports(r.DestinationPort)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	one := Rule{
		pass: r.Action == suricata.Pass, sources: sources, destinations: destinations, exact: true, resource: resource, number: number, rule: r,
	}
	withPorts := !sourcePorts.Equal(traffic.AllPorts()) || !ports.Equal(traffic.AllPorts())
	one.there = half{ruled(r, ports, withPorts), sourcePorts}
	one.back = half{traffic.Requests(ruled(r, sourcePorts, withPorts)), ports}
	turned := one
	turned.sources, turned.destinations = one.destinations, one.sources
	turned.there = half{ruled(r, sourcePorts, withPorts), ports}
	turned.back = half{traffic.Requests(ruled(r, ports, withPorts)), sourcePorts}
	out := []Rule{one}
	if r.Bidirectional {
		out = append(out, turned)
	}
	for i := range out {
		out[i].readKind()
		out[i].readFlow()
		out[i].readOptions()
	}
	return out, nil
}

// readKind reads whether the verdict is about the whole connection, and when the rule is evaluated.
func (r *Rule) readKind() {
	kind := r.rule.Kind()
	r.whole = kind.Scope() != suricata.ScopePacket
	_, detected := r.rule.Get("app-layer-protocol")
	switch {
	case kind == suricata.Unknown:
		r.exact = false
	case kind == suricata.IPOnly || kind == suricata.LikeIPOnly:
		r.moment = firstPackets
	case kind != suricata.Packet || detected || !slices.Contains(transports, r.rule.Protocol):
		r.moment = onceTalking
	}
}

// transports are the protocols of rules that do not look at what applications say.
var transports = []string{"ip", "tcp", "udp", "icmp", "tcp-pkt", "tcp-stream"}

// readFlow reads the option that says whose packets the rule is about, and when.
func (r *Rule) readFlow() {
	value, ok := r.rule.Get("flow")
	if !ok {
		return
	}
	for word := range strings.SplitSeq(value, ",") {
		switch strings.TrimSpace(word) {
		case "to_server", "from_client":
			r.back = half{}
		case "to_client", "from_server":
			r.there = half{}
		case "established":
			if r.moment == always {
				r.moment = onceConnected
			}
		case "not_established":
			r.moment = beforehand
		case "stateless":
		default:
			r.exact = false
		}
	}
}

// harmless are options that do not change which packets a rule is about, or that are read elsewhere.
var harmless = []string{
	"msg", "sid", "rev", "metadata", "reference", "classtype", "priority", "noalert", "alert", "target", "flow", "itype", "icode",
}

// readOptions reads all other conditions of a rule.
func (r *Rule) readOptions() {
	rule := r.rule
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
	case len(rest) == 0 && rule.Protocol == "http2" && !r.pass: // HTTP/2 requests may name no host.
		r.about, r.exact = withoutHost, false
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
		r.late = slices.Equal(rest, []string{"stream_size"}) && afterHello(rule)
	}
}

// afterHello reports whether a rule waits for more bytes than a ClientHello has. A ClientHello is at most one record of TLS.
func afterHello(r suricata.Rule) bool {
	const record = 16384
	value, _ := r.Get("stream_size")
	_, bytes, ok := strings.Cut(strings.ReplaceAll(value, " ", ""), ",>,")
	n, err := strconv.Atoi(bytes)
	return ok && err == nil && n >= record
}

// contentName returns the name that a rule looks for with content. The content must be anchored at both ends or, with a leading dot, at
// the end.
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
	isAnchored := ends && (starts && !dotted || dotted && strings.HasPrefix(name, "."))
	return name, count == 1 && name != "" && !strings.HasPrefix(content, "!") && isAnchored
}

var alternative = lazyregexp.New(`^!"/\^\((.*)\)\$/i?"$`)

// patternNames returns the names in a pattern as internal/plan writes it: "/^((.*\.)?example\.com|a\.example\.org)$/".
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

// ruled returns the services of a rule's protocol on some ports. withPorts says that the rule is about some ports only, which only TCP
// and UDP have.
func ruled(r suricata.Rule, ports traffic.PortSet, withPorts bool) traffic.Set {
	over := func(protocols ...int) traffic.Set {
		var out traffic.Set
		for _, protocol := range protocols {
			out = out.Union(traffic.OnPorts(protocol, ports))
		}
		return out
	}
	switch r.Protocol {
	case "ip":
		if !withPorts {
			return traffic.Everything()
		}
		return over(traffic.TCP, traffic.UDP)
	case "udp", "quic", "ntp", "dhcp", "tftp":
		return over(traffic.UDP)
	case "dns", "krb5":
		return over(traffic.TCP, traffic.UDP)
	case "icmp":
		kind, code := icmpOf(r)
		return traffic.ICMPTypes(traffic.ICMP, kind, code).Union(traffic.ICMPTypes(traffic.ICMPv6, kind, code))
	}
	return over(traffic.TCP)
}

// icmpOf reads itype and icode. -1 stands for any value, and for a value that is not a single number.
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
