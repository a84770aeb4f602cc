package app

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// peer returns the local variable of a peer, which the current function then declares.
func (g *generator) peer(name string) string {
	if !slices.Contains(g.current.peers, name) {
		g.current.peers = append(g.current.peers, name)
	}
	return g.locals[name]
}

func peerKind(p document.Peer) arch.Kind {
	switch {
	case p.Domain != "":
		return arch.Domain
	case p.PrefixList != "":
		return arch.PrefixList
	}
	return arch.CIDR
}

var peerTypes = map[arch.Kind]string{arch.CIDR: "tiers.BlockPeer", arch.PrefixList: "tiers.PrefixListPeer", arch.Domain: "tiers.DomainPeer"}

// peerValue returns the Go expression of a peer.
func (g *generator) peerValue(name string) string {
	in := func(d *document.Document) document.Peer { return entry(d.Peers, name, peerName) }
	first := entry(g.doc.Peers, name, peerName)
	g.fixed(first.At, "the kind of the peer "+name, func(d *document.Document) string { return peerKind(in(d)).String() })
	return g.value(name, peerTypes[peerKind(first)], func(d *document.Document) string { return peerCode(in(d)) })
}

func peerName(p document.Peer) string { return p.Name }

// peerCode returns the Go expression of a peer of one environment.
func peerCode(p document.Peer) string {
	switch peerKind(p) {
	case arch.Domain:
		return "tiers.Domain(" + strconv.Quote(p.Domain) + ")"
	case arch.PrefixList:
		return "tiers.PrefixList(" + idText(p.PrefixList) + ", " + strconv.Itoa(p.Entries) + ")"
	}
	code := blockCode(p.CIDR)
	if name, ok := document.ImportedName(p.CIDR); ok && p.IPv6 {
		code = "tiers.IPv6CIDR(" + imported(name) + ")"
	} else if ok {
		code = "tiers.CIDR(" + imported(name) + ")"
	}
	if p.Via != "" {
		code += ".Via(" + gatewayCode(p.Via) + ")"
	}
	return code
}

// blockCode returns the Go expression of a literal block.
func blockCode(block string) string {
	if strings.Contains(block, ":") {
		return "tiers.IPv6CIDR(" + strconv.Quote(block) + ")"
	}
	return "tiers.CIDR(" + strconv.Quote(block) + ")"
}

// gatewayFunctions are the functions of package tiers for gateways.
var gatewayFunctions = map[arch.GatewayKind]string{
	arch.TransitGateway: "tiers.TransitGateway", arch.PeeringConnection: "tiers.PeeringConnection", arch.VPNGateway: "tiers.VPNGateway",
}

// gatewayCode returns the Go expression of a gateway, and nothing for an empty text.
func gatewayCode(text string) string {
	if text == "" {
		return ""
	}
	kind, id := document.ReadGateway(text)
	function, ok := gatewayFunctions[kind]
	if !ok { // The reader refuses such a text, and so does package tiers.
		function, id = gatewayFunctions[arch.TransitGateway], text
	}
	return call(function, idText(id))
}

// blocks returns a list of blocks, each named as a peer or written out.
func (g *generator) blocks(name string, of func(*document.Document) []string) string {
	joined := func(d *document.Document) string { return strings.Join(of(d), "\n") }
	var all []string
	for _, e := range g.doc.Environments {
		all = append(all, joined(e.Document))
	}
	if !same(all) {
		return g.value(name, "[]tiers.BlockPeer", func(d *document.Document) string { return blockList(d, of(d)) })
	}
	var elements []string
	for _, b := range of(g.doc.Environments[0].Document) {
		if strings.Contains(b, "/") {
			elements = append(elements, blockCode(b))
		} else {
			elements = append(elements, g.peer(b))
		}
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("tiers.BlockPeer", elements)
}

// blockList returns the blocks of one environment, with the peers written out.
func blockList(d *document.Document, names []string) string {
	var elements []string
	for _, n := range names {
		if strings.Contains(n, "/") {
			elements = append(elements, blockCode(n))
		} else {
			elements = append(elements, peerCode(entry(d.Peers, n, peerName)))
		}
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("tiers.BlockPeer", elements)
}
