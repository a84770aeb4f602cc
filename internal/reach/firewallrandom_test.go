package reach

import (
	"flag"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/inspect"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/suricatatest"
	"github.com/tierwall/tierwall/internal/traffic"
)

var policies = flag.Int("policies", 8, "how many random firewall policies a real Suricata judges")

// policied reads the template firewalled with other rules and another default.
func policied(t require.TestingT, rules []string, d suricatatest.Default) (*Topology, *inspect.Firewall) {
	action := "aws:drop_" + d.String()
	if d == suricatatest.None {
		action = "aws:alert_strict"
	}
	template := strings.NewReplacer("ENDPOINT", byZone, "DEFAULT", action, "SOURCE", rulesString(rules...)).Replace(firewalled)
	a, err := cfn.Read("t.yaml", []byte(template), nil)
	require.NoError(t, err)
	top := Build(a)
	require.Len(t, top.firewalls, 1)
	for _, f := range top.firewalls {
		return top, f
	}
	return nil, nil
}

// talk is a client and a server, one request and one answer.
type talk struct {
	client, server         netip.Addr
	protocol               int
	clientPort, serverPort int // of ICMP the types of request and reply
}

func (c talk) service() traffic.Set {
	if c.protocol == traffic.ICMP {
		return traffic.ICMPTypes(traffic.ICMP, 8, 0)
	}
	return traffic.Ports(c.protocol, c.serverPort, c.serverPort)
}

// asUsual returns what is carried, as far as it says something of the talk: what is sure is sure of ports that clients usually choose.
func (c talk) asUsual(carried traffic.Carried) traffic.Carried {
	if c.protocol != traffic.ICMP && c.clientPort < traffic.FirstReplyPort {
		carried.Sure = traffic.Set{}
	}
	return carried
}

func (c talk) carried(top *Topology, f *inspect.Firewall) traffic.Carried {
	return f.Carries(partyOf(top, c.client), partyOf(top, c.server))
}

// carriedByPort returns what is carried for a client that chose its port.
func (c talk) carriedByPort(top *Topology, f *inspect.Firewall) traffic.Carried {
	client := partyOf(top, c.client)
	if c.protocol != traffic.ICMP {
		client.Port = c.clientPort
	}
	return f.Carries(client, partyOf(top, c.server))
}

// partyOf returns whoever has an address, as the firewall sees packets.
func partyOf(top *Topology, a netip.Addr) inspect.Party {
	for _, s := range top.Subnets {
		for _, cell := range s.Cells {
			if !a.Less(cell.From) && !cell.To.Less(a) {
				return partyAt(place{subnet: s, cell: cell, inside: true}, s.VPC)
			}
		}
	}
	return partyAt(place{cell: Cell{From: a, To: a}}, top.VPCs[0])
}

// conversation is the talk in packets.
func (c talk) conversation() suricatatest.Conversation {
	from, to := netip.AddrPortFrom(c.client, uint16(c.clientPort)), netip.AddrPortFrom(c.server, uint16(c.serverPort))
	switch c.protocol {
	case traffic.TCP:
		return suricatatest.TCP(from, to)
	case traffic.UDP:
		return suricatatest.UDP(from, to)
	}
	return suricatatest.Ping(c.client, c.server)
}

// talks are those between an application, its database and a host of the internet. Each has a client port of its own.
func talks() []talk {
	var hosts []netip.Addr
	for _, a := range []string{"10.0.1.10", "10.0.2.10", "203.0.113.9"} {
		hosts = append(hosts, netip.MustParseAddr(a))
	}
	var out []talk
	port := 40000
	for i, client := range hosts {
		for j, server := range hosts {
			if i == j {
				continue
			}
			for _, serverPort := range []int{5432, 22, 8080} {
				port++
				out = append(out, talk{client, server, traffic.TCP, port, serverPort})
			}
			out = append(out, talk{client, server, traffic.TCP, 5432, 22}, talk{client, server, traffic.TCP, 22, 8080})
			for _, serverPort := range []int{5432, 53} {
				port++
				out = append(out, talk{client, server, traffic.UDP, port, serverPort})
			}
			if i < j {
				out = append(out, talk{client, server, traffic.ICMP, 8, 0})
			}
		}
	}
	return out
}

// drawRules draws rules about the hosts of talks.
func drawRules(t *rapid.T) []string {
	rules := make([]string, rapid.IntRange(1, 5).Draw(t, "rules"))
	for i := range rules {
		rules[i] = drawRule(t, i+1)
	}
	return rules
}

func drawRule(t *rapid.T, sid int) string {
	pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
	action, protocol := pick("action", "pass", "pass", "drop"), pick("protocol", "tcp", "tcp", "tcp", "udp", "icmp", "ip")
	address := []string{"any", "10.0.1.0/24", "10.0.2.0/24", "10.0.0.0/16", "!10.0.0.0/16"}
	options := pick("flow", "", "", "flow:to_server; ", "flow:to_server; ", "flow:to_client; ", "flow:established; ",
		"flow:to_server,established; ", "flow:not_established; ", "ttl:>0; ")
	fromPort, toPort := "any", "any"
	if protocol == "icmp" {
		options += pick("type", "", "itype:8; ", "itype:0; ", "itype:3; ")
	} else {
		fromPort, toPort = pick("client port", "any", "any", "any", "5432", "1024:"), pick("port", "any", "5432", "5432", "22", "1024:")
	}
	return fmt.Sprintf("%s %s %s %s %s %s %s (%ssid:%d;)", action, protocol, pick("from", address...), fromPort,
		pick("direction", "->", "->", "->", "->", "<>"), pick("to", address...), toPort, options, sid)
}

// holds says how the verdict about a talk contradicts whether the talk passes.
func (c talk) holds(carried traffic.Carried, passes bool) string {
	switch {
	case carried.Sure.Contains(c.service()) && !passes:
		return "surely carried, but it does not pass"
	case !carried.Maybe.Overlaps(c.service()) && passes:
		return "surely stopped, but it passes"
	}
	return ""
}

// TestFirewallsAgainstSuricata: a real Suricata passes what is surely carried, and the engine does not say that something is stopped
// which Suricata passes.
func TestFirewallsAgainstSuricata(t *testing.T) {
	suricatatest.Available(t)
	var conversations []suricatatest.Conversation
	for _, c := range talks() {
		conversations = append(conversations, c.conversation())
	}
	inexact := 0
	known := []string{ // A rule about the connection counts, although one about packets comes first.
		"pass tcp any any -> any 5432 (flow:not_established; sid:1;)\npass ip 10.0.1.0/24 any -> any 5432 (sid:2;)",
	}
	for i := range len(known) + *policies {
		var rules []string
		d := suricatatest.Default(i % 5)
		if i < len(known) {
			rules, d = strings.Split(known[i], "\n"), suricatatest.EstablishedAppLayerToServer
		} else {
			rules = rapid.Custom(drawRules).Example(i)
		}
		top, f := policied(t, rules, d)
		for j, v := range suricatatest.Judge(t, suricatatest.Policy{Rules: strings.Join(rules, "\n"), Default: d}, conversations...) {
			carried, byPort := talks()[j].carried(top, f), talks()[j].carriedByPort(top, f)
			for _, c := range []traffic.Carried{talks()[j].asUsual(carried), byPort} {
				assert.Empty(t, talks()[j].holds(c, v.Passed), "policy %d, %s: %s: %s\n%s", i, d, v.Conversation, v, strings.Join(rules, "\n"))
			}
			if carried.Maybe.Overlaps(talks()[j].service()) != carried.Sure.Contains(talks()[j].service()) {
				inexact++
			}
		}
	}
	t.Logf("%d policies, %d talks with each, %d verdicts of unknown", *policies, len(conversations), inexact)
}

// TestFirewallsAgainstPackets compares the engine with a firewall that evaluates one packet after the other and knows no sets. Nothing is
// unknown if rules have no option that only single packets have, and the client chose its port or no rule is about some of the ports.
func TestFirewallsAgainstPackets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules, d := drawRules(t), suricatatest.Default(rapid.IntRange(0, 4).Draw(t, "default"))
		top, f := policied(t, rules, d)
		naive := readNaive(t, rules, d)
		for _, c := range talks() {
			carried, byPort, passes := c.carried(top, f), c.carriedByPort(top, f), naive.passes(c)
			for _, verdict := range []traffic.Carried{c.asUsual(carried), byPort} {
				if wrong := c.holds(verdict, passes); wrong != "" {
					t.Fatalf("%s: %+v: %s\n%s", d, c, wrong, strings.Join(rules, "\n"))
				}
			}
			unknown := func(v traffic.Carried) bool { return v.Sure.Contains(c.service()) != v.Maybe.Overlaps(c.service()) }
			if c.protocol == traffic.TCP && naive.isPlain() && (unknown(byPort) || naive.takesAllClients() && unknown(carried)) {
				t.Fatalf("%s: %+v: unknown, though packets tell\n%s", d, c, strings.Join(rules, "\n"))
			}
		}
	})
}

// naiveFirewall decides packet by packet.
type naiveFirewall struct {
	rules   []suricata.Rule
	Default suricatatest.Default
}

func readNaive(t *rapid.T, rules []string, d suricatatest.Default) *naiveFirewall {
	n := &naiveFirewall{Default: d}
	for _, text := range rules {
		r, err := suricata.Parse(text)
		require.NoError(t, err)
		n.rules = append(n.rules, r)
	}
	return n
}

// isPlain reports whether sets tell as much as packets do: no rule has an option that only single packets have, and rules about
// connections and rules about packets are not mixed.
func (n *naiveFirewall) isPlain() bool {
	scopes := map[suricata.Scope]bool{}
	for _, r := range n.rules {
		if _, ttl := r.Get("ttl"); ttl {
			return false
		}
		scopes[r.Kind().Scope()] = true
	}
	return len(scopes) == 1
}

// takesAllClients reports whether no rule is about some of the clients' ports.
func (n *naiveFirewall) takesAllClients() bool {
	return !slices.ContainsFunc(n.rules, func(r suricata.Rule) bool {
		return r.Bidirectional || r.SourcePort != "any" && !has(r, "to_client") || r.DestinationPort != "any" && !has(r, "to_server")
	})
}

func has(r suricata.Rule, word string) bool {
	value, _ := r.Get("flow")
	return strings.Contains(value, word)
}

// sentPacket is a packet as rules see it.
type sentPacket struct {
	talk
	toServer, first, established bool
}

// passes reports whether all packets of a talk pass.
func (n *naiveFirewall) passes(c talk) bool {
	packets := []sentPacket{{c, true, true, false}, {c, false, true, c.protocol != traffic.TCP}}
	if c.protocol == traffic.TCP {
		packets = append(packets, sentPacket{c, true, false, true}, sentPacket{c, false, false, true})
	}
	for _, p := range packets {
		i := slices.IndexFunc(n.rules, p.isMeant)
		switch {
		case i < 0 && n.drops(p), i >= 0 && n.rules[i].Action != suricata.Pass:
			return false
		case i >= 0 && n.rules[i].Kind().Scope() == suricata.ScopeFlow:
			return true
		}
	}
	return true
}

// drops evaluates the default actions.
func (n *naiveFirewall) drops(p sentPacket) bool {
	switch {
	case n.Default == suricatatest.None:
		return false
	case n.Default == suricatatest.Strict || p.protocol != traffic.TCP:
		return true
	}
	return p.established && (p.toServer || n.Default == suricatatest.EstablishedAppLayer)
}

// isMeant reports whether a rule matches the packet.
func (p sentPacket) isMeant(r suricata.Rule) bool {
	switch {
	case r.Kind().Scope() == suricata.ScopeFlow && !p.first,
		has(r, "to_server") && !p.toServer, has(r, "to_client") && p.toServer,
		has(r, "not_established") && p.established, has(r, "established") && !has(r, "not_established") && !p.established:
		return false
	}
	turned := r
	turned.Source, turned.SourcePort, turned.Destination, turned.DestinationPort = r.Destination, r.DestinationPort, r.Source, r.SourcePort
	return p.isOfHeader(r) || r.Bidirectional && p.isOfHeader(turned)
}

func (p sentPacket) isOfHeader(r suricata.Rule) bool {
	from, fromPort, to, toPort := p.client, p.clientPort, p.server, p.serverPort
	if !p.toServer {
		from, fromPort, to, toPort = to, toPort, from, fromPort
	}
	address := func(text string, a netip.Addr) bool {
		set, err := suricata.Group{}.Addresses(text)
		return err == nil && set.Set.Contains(a)
	}
	port := func(text string, port int) bool {
		ports, err := suricata.Group{}.Ports(text)
		return err == nil && ports.Contains(traffic.PortsFrom(port, port))
	}
	if !address(r.Source, from) || !address(r.Destination, to) {
		return false
	}
	isICMP := p.protocol == traffic.ICMP
	switch r.Protocol {
	case "icmp":
		kind, ok := r.Get("itype")
		return isICMP && (!ok || kind == fmt.Sprint(fromPort))
	case "ip":
		if isICMP {
			return r.SourcePort == "any" && r.DestinationPort == "any"
		}
	default:
		if isICMP || (r.Protocol == "tcp") != (p.protocol == traffic.TCP) {
			return false
		}
	}
	return port(r.SourcePort, fromPort) && port(r.DestinationPort, toPort)
}
