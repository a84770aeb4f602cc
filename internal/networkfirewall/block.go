package networkfirewall

import "net/netip"

// isBlock reports whether a text is a block in CIDR notation without host bits, or a token.
func isBlock(text string) bool {
	prefix, err := netip.ParsePrefix(text)
	return IsToken(text) || err == nil && prefix == prefix.Masked()
}
