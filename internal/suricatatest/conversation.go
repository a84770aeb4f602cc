package suricatatest

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// Conversation is all packets that two hosts exchange, as they would without a firewall.
type Conversation struct {
	Name    string
	packets []packet
	// decides is the first packet by which the client has said all that names what it wants: default actions of the app_layer family
	// wait for it.
	decides int
	tcp     bool
	// Client opens it to Server; ports are zero for ICMP.
	Client, Server netip.AddrPort
}

type packet struct {
	data     []byte
	toServer bool
	content  bool // it carries data of the connection
	before   bool // it is part of the handshake
}

// Packets returns how many packets the conversation has.
func (c Conversation) Packets() int { return len(c.packets) }

// tcpBuilder writes the packets of one TCP connection.
type tcpBuilder struct {
	c              *Conversation
	client, server netip.AddrPort
	seq, ack       uint32 // of the client: what it sends next, what it expects next
}

func newTCP(name string, client, server netip.AddrPort) *tcpBuilder {
	b := &tcpBuilder{c: &Conversation{Name: name, tcp: true, decides: -1, Client: client, Server: server}, client: client, server: server, seq: 1000, ack: 5000}
	b.send(true, func(t *layers.TCP) { t.SYN, t.ACK = true, false }, nil)
	b.seq++
	b.send(false, func(t *layers.TCP) { t.SYN = true }, nil)
	b.ack++
	b.send(true, nil, nil)
	for i := range b.c.packets {
		b.c.packets[i].before = true
	}
	return b
}

// send writes one packet, from the client if toServer.
func (b *tcpBuilder) send(toServer bool, change func(*layers.TCP), data []byte) {
	from, to, seq, ack := b.client, b.server, b.seq, b.ack
	if !toServer {
		from, to, seq, ack = to, from, b.ack, b.seq
	}
	t := &layers.TCP{SrcPort: layers.TCPPort(from.Port()), DstPort: layers.TCPPort(to.Port()), Seq: seq, Ack: ack, ACK: true, Window: 65000}
	if len(data) > 0 {
		t.PSH = true
	}
	if change != nil {
		change(t)
	}
	b.c.add(toServer, len(data) > 0, serialize(from.Addr(), to.Addr(), layers.IPProtocolTCP, t, data))
	if toServer {
		b.seq += uint32(len(data))
	} else {
		b.ack += uint32(len(data))
	}
}

// request sends data and has the server acknowledge it; decides says that the client has now said what it wants.
func (b *tcpBuilder) request(data []byte, decides bool) {
	b.send(true, nil, data)
	if decides && b.c.decides < 0 {
		b.c.decides = len(b.c.packets) - 1
	}
	b.send(false, nil, nil)
}

func (b *tcpBuilder) answer(data []byte) {
	b.send(false, nil, data)
	b.send(true, nil, nil)
}

func (b *tcpBuilder) close() Conversation {
	b.send(true, func(t *layers.TCP) { t.FIN = true }, nil)
	b.seq++
	b.send(false, func(t *layers.TCP) { t.FIN = true }, nil)
	b.ack++
	b.send(true, nil, nil)
	return *b.c
}

func (c *Conversation) add(toServer, content bool, data []byte) {
	c.packets = append(c.packets, packet{data: data, toServer: toServer, content: content})
}

// serialize writes an IPv4 packet in an Ethernet frame.
func serialize(from, to netip.Addr, protocol layers.IPProtocol, layer gopacket.SerializableLayer, data []byte) []byte {
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: protocol, SrcIP: net.IP(from.AsSlice()), DstIP: net.IP(to.AsSlice())}
	switch l := layer.(type) {
	case *layers.TCP:
		must(l.SetNetworkLayerForChecksum(ip))
	case *layers.UDP:
		must(l.SetNetworkLayerForChecksum(ip))
	}
	frame := &layers.Ethernet{SrcMAC: net.HardwareAddr{2, 0, 0, 0, 0, 1}, DstMAC: net.HardwareAddr{2, 0, 0, 0, 0, 2}, EthernetType: layers.EthernetTypeIPv4}
	buffer := gopacket.NewSerializeBuffer()
	must(gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, frame, ip, layer, gopacket.Payload(data)))
	return buffer.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err) // Of packets that are built here.
	}
}

// TCP is a connection on which both ends say something that is no known protocol.
func TCP(client, server netip.AddrPort) Conversation {
	b := newTCP(fmt.Sprintf("tcp %s -> %s", client, server), client, server)
	b.request([]byte("\x00\x01\x02hello, this is nothing known\r\n"), true)
	b.answer([]byte("\x00\x01\x02answer, neither\r\n"))
	b.request([]byte("\x00\x01\x02more\r\n"), true)
	return b.close()
}

// TLS is a connection whose client names a server; an empty name is none. segments is over how many segments the ClientHello goes.
func TLS(client, server netip.AddrPort, name string, segments int) Conversation {
	b := newTCP(fmt.Sprintf("tls %s -> %s %q in %d segments", client, server, name, segments), client, server)
	hello := clientHello(name, segments > 1)
	size := (len(hello) + segments - 1) / segments
	for start := 0; start < len(hello); start += size {
		end := min(start+size, len(hello))
		b.request(hello[start:end], end == len(hello))
	}
	b.answer(serverHello)
	b.request(applicationData, true)
	b.answer(applicationData)
	return b.close()
}

// HTTP is a connection with one request for each host, kept alive in between.
func HTTP(client, server netip.AddrPort, hosts ...string) Conversation {
	b := newTCP(fmt.Sprintf("http %s -> %s %q", client, server, hosts), client, server)
	for _, host := range hosts {
		b.request([]byte("GET / HTTP/1.1\r\nHost: "+host+"\r\nUser-Agent: test\r\nConnection: keep-alive\r\n\r\n"), true)
		b.answer([]byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"))
	}
	return b.close()
}

// Say is a connection on which the client says something in one or more segments, all of which the server acknowledges.
func Say(client, server netip.AddrPort, segments ...string) Conversation {
	b := newTCP(fmt.Sprintf("tcp %s -> %s %.60q", client, server, segments), client, server)
	for i, segment := range segments {
		b.request([]byte(segment), i == len(segments)-1)
	}
	b.answer([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
	return b.close()
}

// UDP is a request and its answer.
func UDP(client, server netip.AddrPort) Conversation {
	c := Conversation{Name: fmt.Sprintf("udp %s -> %s", client, server), Client: client, Server: server}
	for _, toServer := range []bool{true, false} {
		from, to := client, server
		if !toServer {
			from, to = to, from
		}
		u := &layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: layers.UDPPort(to.Port())}
		c.add(toServer, true, serialize(from.Addr(), to.Addr(), layers.IPProtocolUDP, u, []byte("something")))
	}
	return c
}

// Ping is an echo request and its reply.
func Ping(client, server netip.Addr) Conversation {
	c := Conversation{Name: fmt.Sprintf("ping %s -> %s", client, server), Client: netip.AddrPortFrom(client, 0), Server: netip.AddrPortFrom(server, 0)}
	echo := func(from, to netip.Addr, kind uint8) []byte {
		i := &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(kind, 0), Id: 7, Seq: 1}
		return serialize(from, to, layers.IPProtocolICMPv4, i, []byte("abcdefgh"))
	}
	c.add(true, true, echo(client, server, 8))
	c.add(false, true, echo(server, client, 0))
	return c
}

// TooLarge is a TCP connection during which a router between the two says, about a packet of the client's, that it does not fit the
// path.
func TooLarge(client, server netip.AddrPort, router netip.Addr) Conversation {
	b := newTCP(fmt.Sprintf("path MTU of tcp %s -> %s", client, server), client, server)
	b.request([]byte("\x00\x01\x02hello, this is nothing known\r\n"), true)
	large := b.c.packets[len(b.c.packets)-2].data[14:] // Without its frame.
	i := &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 4), Seq: 1400}
	b.c.add(false, true, serialize(router, client.Addr(), layers.IPProtocolICMPv4, i, large[:28]))
	b.answer([]byte("\x00\x01\x02answer\r\n"))
	return b.close()
}
