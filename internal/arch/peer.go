package arch

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"

	"go4.org/netipx"
)

// Operand is a value that goes into a rule: a literal known now, or a symbol whose value only CloudFormation knows, such
// as the id of a group in another stack.
type Operand struct {
	Text     string `json:"text,omitempty"` // the literal, or the symbol's stable name: "Base/Group.GroupId"
	Symbolic bool   `json:"symbolic,omitempty"`
}

// Peer is one end of a flow. It is comparable: equal peers are the same end.
type Peer struct {
	Kind Kind `json:"kind"`
	// Operand is the tier's id, the block in CIDR notation, the prefix list's id, or the domain name, with a leading dot for
	// a domain and all below it; empty for Internet. Only a block or a prefix list may be symbolic.
	Operand
	// IPv6 says that a symbolic block is of IPv6 addresses; a literal block says so itself.
	IPv6 bool `json:"ipv6,omitempty"`
	// Entries is what a prefix list counts against a group's quota: a customer's list its maximum, AWS's its weight.
	Entries int `json:"entries,omitempty"`
}

// TierPeer returns the peer that is the tier of the given id and kind.
func TierPeer(kind Kind, id string) Peer { return Peer{Kind: kind, Operand: Operand{Text: id}} }

// String names the peer in messages: a tier's id, "the internet", a block, a prefix list's id.
func (p Peer) String() string {
	if p.Kind == Internet {
		return "the internet"
	}
	return p.Text
}

// Code returns the peer as Go code names it in a flow: a tier's id, "tiers.Internet". A tier without an id is a gap.
func (p Peer) Code() string {
	switch {
	case p.Kind == Internet:
		return "tiers.Internet"
	case p.Kind == CIDR && p.Symbolic:
		return "tiers.CIDR(block)"
	case p.Kind == CIDR:
		return fmt.Sprintf("tiers.CIDR(%q)", p.Text)
	case p.Kind == PrefixList && (p.Symbolic || p.Entries == 0):
		return "tiers.PrefixList(id, entries)"
	case p.Kind == PrefixList:
		return fmt.Sprintf("tiers.PrefixList(%q, %d)", p.Text, p.Entries)
	case p.Kind == Domain:
		return fmt.Sprintf("tiers.Domain(%q)", p.Text)
	}
	return orGap(p.Text)
}

// Prefix returns the block of a literal CIDR peer, false for every other.
func (p Peer) Prefix() (netip.Prefix, bool) {
	if p.Kind != CIDR || p.Symbolic {
		return netip.Prefix{}, false
	}
	prefix, err := netip.ParsePrefix(p.Text)
	return prefix, err == nil
}

// Families reports whether the peer has IPv4 and IPv6 addresses, in a network that is dual-stack or not.
func (p Peer) Families(dualStack bool) (v4, v6 bool) {
	if p.Kind != CIDR {
		return true, dualStack
	}
	six := p.IPv6
	if prefix, ok := p.Prefix(); ok {
		six = prefix.Addr().Is6()
	}
	return !six, six
}

// IsPublic reports whether the peer is reached through the internet. It is if it is Internet itself, a domain name, a prefix list, whose
// blocks are not known here, or a literal block that is not entirely of private, shared or link-local addresses. A block known only at
// deployment counts as not public: it is that of another VPC or behind a gateway.
func (p Peer) IsPublic() bool {
	if p.Kind == Internet || p.Kind == PrefixList || p.Kind == Domain {
		return true
	}
	prefix, ok := p.Prefix()
	if !ok {
		return false
	}
	return !private().ContainsPrefix(prefix)
}

// private holds RFC 1918, RFC 6598 (shared), RFC 3927 and RFC 4291 (link-local) and RFC 4193 (unique local) addresses.
var private = sync.OnceValue(func() *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, block := range []string{
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10",
	} {
		b.AddPrefix(netip.MustParsePrefix(block))
	}
	set, _ := b.IPSet() // The blocks above are valid.
	return set
})

// IsToken reports whether s contains a CDK token, which stands for a value that is known later. The text of a token changes from run to
// run, so it never enters the model.
func IsToken(s string) bool {
	return strings.Contains(s, "${Token[") || strings.Contains(s, "#{Token[")
}
