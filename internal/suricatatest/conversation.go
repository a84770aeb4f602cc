package suricatatest

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// Conversation holds all packets that two hosts exchange, as if there were no firewall.
type Conversation struct {
	Name string
	// Client opens the conversation, and Server answers. Their ports are zero for ICMP.
	Client, Server netip.AddrPort
	transport      string
	packets        []packet
}

// packet is one packet of a conversation.
type packet struct {
	data      []byte
	toServer  bool
	aboutFlow bool // an ICMP error about the flow, which is not part of it: verdicts on the flow do not hold for it
}

// Packets returns how many packets the conversation has.
func (c Conversation) Packets() int { return len(c.packets) }

// flowKey returns the same text for conversations that are one flow to Suricata.
func (c Conversation) flowKey() string {
	ends := []string{c.Client.String(), c.Server.String()}
	slices.Sort(ends)
	return fmt.Sprint(c.transport, ends)
}

// add appends a packet.
func (c *Conversation) add(toServer bool, data []byte) {
	c.packets = append(c.packets, packet{data: data, toServer: toServer})
}

// tcpBuilder writes the packets of one TCP connection.
type tcpBuilder struct {
	c        *Conversation
	seq, ack uint32 // the client's next sequence number, and the one that it expects
}

// newTCP begins a connection with a handshake.
func newTCP(name string, client, server netip.AddrPort) *tcpBuilder {
	b := &tcpBuilder{c: &Conversation{Name: name, transport: "tcp", Client: client, Server: server}, seq: 1000, ack: 5000}
	b.send(true, func(t *layers.TCP) { t.SYN, t.ACK = true, false }, nil)
	b.seq++
	b.send(false, func(t *layers.TCP) { t.SYN = true }, nil)
	b.ack++
	b.send(true, nil, nil)
	return b
}

// handshake is the number of packets that establish a connection.
const handshake = 3

// send adds one packet: from the client if toServer is true, else from the server.
func (b *tcpBuilder) send(toServer bool, change func(*layers.TCP), data []byte) {
	from, to, seq, ack := b.c.Client, b.c.Server, b.seq, b.ack
	if !toServer {
		from, to, seq, ack = to, from, b.ack, b.seq
	}
	t := &layers.TCP{
		SrcPort: layers.TCPPort(from.Port()), DstPort: layers.TCPPort(to.Port()), Seq: seq, Ack: ack,
		ACK: true, PSH: len(data) > 0, Window: 65000,
	}
	if change != nil {
		change(t)
	}
	b.c.add(toServer, serialize(from.Addr(), to.Addr(), layers.IPProtocolTCP, t, data))
	if toServer {
		b.seq += uint32(len(data))
	} else {
		b.ack += uint32(len(data))
	}
}

// request sends data of the client, and the server acknowledges it.
func (b *tcpBuilder) request(data []byte) {
	b.send(true, nil, data)
	b.send(false, nil, nil)
}

// answer sends data of the server, and the client acknowledges it.
func (b *tcpBuilder) answer(data []byte) {
	b.send(false, nil, data)
	b.send(true, nil, nil)
}

// close ends the connection, and returns it.
func (b *tcpBuilder) close() Conversation {
	b.send(true, func(t *layers.TCP) { t.FIN = true }, nil)
	b.seq++
	b.send(false, func(t *layers.TCP) { t.FIN = true }, nil)
	b.ack++
	b.send(true, nil, nil)
	return *b.c
}

// serialize writes an IP packet in an Ethernet frame.
func serialize(from, to netip.Addr, protocol layers.IPProtocol, layer gopacket.SerializableLayer, data []byte) []byte {
	frame := &layers.Ethernet{SrcMAC: net.HardwareAddr{2, 0, 0, 0, 0, 1}, DstMAC: net.HardwareAddr{2, 0, 0, 0, 0, 2}}
	var ip interface {
		gopacket.SerializableLayer
		gopacket.NetworkLayer
	}
	if from.Is4() {
		frame.EthernetType = layers.EthernetTypeIPv4
		ip = &layers.IPv4{Version: 4, TTL: 64, Protocol: protocol, SrcIP: from.AsSlice(), DstIP: to.AsSlice()}
	} else {
		frame.EthernetType = layers.EthernetTypeIPv6
		ip = &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: protocol, SrcIP: from.AsSlice(), DstIP: to.AsSlice()}
	}
	if l, ok := layer.(interface {
		SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
	}); ok {
		must(l.SetNetworkLayerForChecksum(ip))
	}
	buffer := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	must(gopacket.SerializeLayers(buffer, options, frame, ip, layer, gopacket.Payload(data)))
	return buffer.Bytes()
}

// must panics on an error. The packets are built here, so an error is a mistake of this package.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// TCP returns a connection on which both ends send data of no known protocol.
func TCP(client, server netip.AddrPort) Conversation {
	b := newTCP(fmt.Sprintf("tcp %s -> %s", client, server), client, server)
	b.request([]byte("\x00\x01\x02hello, this is nothing known\r\n"))
	b.answer([]byte("\x00\x01\x02answer, neither\r\n"))
	b.request([]byte("\x00\x01\x02more\r\n"))
	return b.close()
}

// Banner returns a connection on which the server speaks first, as with SSH, SMTP and MySQL.
func Banner(client, server netip.AddrPort) Conversation {
	b := newTCP(fmt.Sprintf("banner %s -> %s", client, server), client, server)
	b.answer([]byte("SSH-2.0-OpenSSH_9.6\r\n"))
	b.request([]byte("SSH-2.0-OpenSSH_9.6\r\n"))
	b.answer([]byte("\x00\x00\x00\x0c\x0a\x14something\x00"))
	return b.close()
}

// TLS returns a connection whose client asks for a server by name, or without a name if it is empty. segments is the number of segments of
// the ClientHello. If there are several, the ClientHello has a post-quantum key share, which does not fit into one.
func TLS(client, server netip.AddrPort, name string, segments int) Conversation {
	b := newTCP(fmt.Sprintf("tls %s -> %s %q in %d segments", client, server, name, segments), client, server)
	hello := clientHello(name, segments > 1)
	for part := range slices.Chunk(hello, (len(hello)+segments-1)/segments) {
		b.request(part)
	}
	b.answer(serverHello)
	b.request(applicationData)
	b.answer(applicationData)
	return b.close()
}

// HTTP returns a connection with one request for each host, which is kept alive between requests.
func HTTP(client, server netip.AddrPort, hosts ...string) Conversation {
	b := newTCP(fmt.Sprintf("http %s -> %s %q", client, server, hosts), client, server)
	for _, host := range hosts {
		b.request([]byte("GET / HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: test\r\nConnection: keep-alive\r\n\r\n"))
		b.answer([]byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"))
	}
	return b.close()
}

// Say returns a connection on which the client sends the given segments. The server acknowledges each, and then answers once.
func Say(client, server netip.AddrPort, segments ...string) Conversation {
	b := newTCP(fmt.Sprintf("tcp %s -> %s %.60q", client, server, segments), client, server)
	for _, segment := range segments {
		b.request([]byte(segment))
	}
	b.answer([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
	return b.close()
}

// UDP returns a request and its answer.
func UDP(client, server netip.AddrPort) Conversation {
	c := Conversation{Name: fmt.Sprintf("udp %s -> %s", client, server), transport: "udp", Client: client, Server: server}
	for _, toServer := range []bool{true, false} {
		from, to := client, server
		if !toServer {
			from, to = to, from
		}
		u := &layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: layers.UDPPort(to.Port())}
		c.add(toServer, serialize(from.Addr(), to.Addr(), layers.IPProtocolUDP, u, []byte("something")))
	}
	return c
}

// The types of ICMP messages, and one code, for IPv4 and IPv6.
const (
	echo4, echoReply4, unreachable4, fragmentationNeeded4 = 8, 0, 3, 4
	echo6, echoReply6, tooBig6                            = 128, 129, 2
)

// Ping returns an echo request and its reply.
func Ping(client, server netip.Addr) Conversation {
	request, reply := uint8(echo4), uint8(echoReply4)
	if !client.Is4() {
		request, reply = echo6, echoReply6
	}
	c := ICMP(client, server, request, 0).Answered(reply)
	c.Name = fmt.Sprintf("ping %s -> %s", client, server)
	return c
}

// Answered returns an ICMP message with an answer of another type.
func (c Conversation) Answered(kind uint8) Conversation {
	c.packets = slices.Clone(c.packets)
	c.add(false, icmp(c.Server.Addr(), c.Client.Addr(), kind, 0, pingBody))
	return c
}

// ICMP returns one message without an answer.
func ICMP(client, server netip.Addr, kind, code uint8) Conversation {
	c := Conversation{
		Name: fmt.Sprintf("icmp %d/%d %s -> %s", kind, code, client, server), transport: "icmp",
		Client: netip.AddrPortFrom(client, 0), Server: netip.AddrPortFrom(server, 0),
	}
	c.add(true, icmp(client, server, kind, code, pingBody))
	return c
}

// pingBody holds an identifier, a sequence number and data for the reply.
var pingBody = []byte("\x00\x07\x00\x01abcdefgh")

// icmp writes a message. body is what follows the checksum.
func icmp(from, to netip.Addr, kind, code uint8, body []byte) []byte {
	if !from.Is4() {
		return serialize(from, to, layers.IPProtocolICMPv6, &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, code)}, body)
	}
	i := &layers.ICMPv4{
		TypeCode: layers.CreateICMPv4TypeCode(kind, code),
		Id:       uint16(body[0])<<8 | uint16(body[1]), Seq: uint16(body[2])<<8 | uint16(body[3]),
	}
	return serialize(from, to, layers.IPProtocolICMPv4, i, body[4:])
}

// TooLarge returns a TCP connection during which a router tells the client that one of its packets is too large for the path.
func TooLarge(client, server netip.AddrPort, router netip.Addr) Conversation {
	kind, code := uint8(unreachable4), uint8(fragmentationNeeded4)
	if !router.Is4() {
		kind, code = tooBig6, 0
	}
	c := Failed(client, server, router, kind, code)
	c.Name = fmt.Sprintf("path MTU of tcp %s -> %s", client, server)
	return c
}

// Failed returns a TCP connection during which a host tells the client by ICMP that one of its packets did not arrive.
func Failed(client, server netip.AddrPort, by netip.Addr, kind, code uint8) Conversation {
	b := newTCP(fmt.Sprintf("icmp %d/%d by %s about tcp %s -> %s", kind, code, by, client, server), client, server)
	b.request([]byte("\x00\x01\x02hello, this is nothing known\r\n"))
	lost := b.c.packets[len(b.c.packets)-2].data[14:] // Without the Ethernet frame.
	if by.Is4() {
		lost = lost[:28]
	}
	const mtu = 1400
	b.c.add(false, icmp(by, client.Addr(), kind, code, append([]byte{0, 0, mtu >> 8, mtu & 255}, lost...)))
	b.c.packets[len(b.c.packets)-1].aboutFlow = true
	b.answer([]byte("\x00\x01\x02answer\r\n"))
	return b.close()
}

// Midstream returns a TCP conversation without its handshake, which the firewall did not see.
func Midstream(c Conversation) Conversation {
	c.Name = "midstream of " + c.Name
	c.packets = c.packets[handshake:]
	return c
}

// OneSided returns only the client's packets of a conversation, as if the answers took another path.
func OneSided(c Conversation) Conversation {
	c.Name = "the client's side of " + c.Name
	c.packets = slices.DeleteFunc(slices.Clone(c.packets), func(p packet) bool { return !p.toServer })
	return c
}
