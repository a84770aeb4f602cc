package suricata

import (
	"slices"
	"strings"
)

// Kind is the type that Suricata gives a rule. It says when Suricata evaluates the rule, and how far the rule's verdict reaches.
type Kind string

// The kinds of rules, as Suricata's engine analysis names them.
const (
	// Unknown is the kind of a rule that this package cannot classify.
	Unknown      Kind = "unknown"
	IPOnly       Kind = "ip_only"
	LikeIPOnly   Kind = "like_ip_only"
	Packet       Kind = "pkt"
	Stream       Kind = "stream"
	PacketStream Kind = "pkt_stream"
	PDOnly       Kind = "pd_only"
	AppLayer     Kind = "app_layer"
	AppTx        Kind = "app_tx"
)

// Scope is how far the verdict of a rule reaches.
type Scope string

// The scopes of verdicts.
const (
	ScopeUnknown Scope = "unknown"
	// ScopeFlow is the whole flow, from the packet that matches on.
	ScopeFlow Scope = "flow"
	// ScopePacket is only the packet that matches.
	ScopePacket Scope = "packet"
)

// Scope returns how far verdicts of rules of the kind reach (measured with Suricata 7.0.10, see TestScopes of internal/suricatatest).
func (k Kind) Scope() Scope {
	switch k {
	case IPOnly, LikeIPOnly, AppLayer, AppTx, PDOnly, Stream, PacketStream:
		return ScopeFlow
	case Packet:
		return ScopePacket
	}
	return ScopeUnknown
}

// descriptiveKeywords are keywords that do not affect what matches: they describe the rule, or what is logged about it.
var descriptiveKeywords = []string{
	"msg", "sid", "rev", "metadata", "reference", "classtype", "priority", "noalert", "alert", "target", "tag",
}

// packetKeywords look at single packets, and at the state of their flow.
var packetKeywords = []string{
	"flow", "flags", "tcp.flags", "ttl", "itype", "icode", "dsize", "flowbits", "stream_size",
	"id", "seq", "ack", "window", "fragbits", "tos", "icmp_id", "icmp_seq", "ipopts",
}

// bufferPrefixes are the first letters of the names of application protocols' buffers.
var bufferPrefixes = []string{
	"http.", "tls.", "dns.", "ssh.", "smtp.", "smb.", "quic.", "krb5",
	"http_", "tls_", "dns_", "ssl_", "ja3.", "ja3s.", "ja4.", "app-layer-event",
}

// contentKeywords search the buffer before them.
var contentKeywords = slices.Concat(contentModifiers, []string{
	"content", "pcre", "dotprefix", "isdataat", "bsize", "to_lowercase", "urilen", "xor", "to_sha256",
})

// lowProtocols are the protocols below the application layer.
var lowProtocols = []string{"ip", "tcp", "udp", "icmp", "tcp-pkt", "tcp-stream"}

// Kind returns the type that Suricata gives the rule. A variable that holds a negated address turns IPOnly into LikeIPOnly, which
// Kind cannot see because it knows only the rule. Both have the same scope.
func (r Rule) Kind() Kind {
	var transaction, packet, direction, content, detection bool
	for _, o := range r.Options {
		k := o.Keyword
		switch {
		case slices.Contains(descriptiveKeywords, k):
		case k == "flowbits" && !strings.HasPrefix(o.Value, "is"): // Suricata sets a bit after the match.
		case k == "flow" && !strings.Contains(o.Value, "established") && !strings.Contains(o.Value, "stateless"):
			direction = true
		case slices.Contains(packetKeywords, k):
			packet = true
		case slices.ContainsFunc(bufferPrefixes, func(prefix string) bool { return strings.HasPrefix(k, prefix) }):
			transaction = true
		case slices.Contains(contentKeywords, k):
			content = true
		case k == "app-layer-protocol":
			detection = true
		case k == "ip_proto":
		default:
			return Unknown
		}
	}
	low := slices.Contains(lowProtocols, r.Protocol)
	switch {
	case transaction:
		return AppTx
	case content:
		return contentKind(r)
	case !low && detection:
		return Unknown
	case packet:
		return Packet
	case !low:
		return AppLayer
	case detection:
		return PDOnly
	case direction:
		return Packet
	case strings.Contains(r.Source+r.Destination, "!"):
		return LikeIPOnly
	}
	return IPOnly
}

// contentKind returns the kind of a rule that looks for bytes outside any buffer. It is Stream, unless the rule says where in a packet the
// bytes are.
func contentKind(r Rule) Kind {
	notOfStream := r.Protocol == "udp" || r.Protocol == "icmp" || r.Protocol == "ip"
	if notOfStream || r.has("depth", "offset", "distance", "within", "dsize", "startswith") {
		return Unknown
	}
	return Stream
}
