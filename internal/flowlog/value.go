package flowlog

import (
	"math"
	"net/netip"
	"unsafe"
)

// isAbsent reports whether a text stands for no value.
func isAbsent(text []byte) bool { return len(text) == 0 || len(text) == 1 && text[0] == '-' }

// parseNumber reads a decimal number that is not negative.
func parseNumber(text []byte) (int64, bool) {
	var n uint64
	for _, c := range text {
		digit := uint64(c - '0')
		if digit > 9 || n > math.MaxInt64/10 {
			return 0, false
		}
		n = n*10 + digit
	}
	return int64(n), len(text) > 0 && n <= math.MaxInt64
}

// parseAddress reads an IPv4 or IPv6 address.
func parseAddress(text []byte) (netip.Addr, bool) {
	if addr, ok := parseIPv4(text); ok {
		return addr, true
	}
	if len(text) == 0 {
		return netip.Addr{}, false
	}
	addr, err := netip.ParseAddr(unsafe.String(&text[0], len(text))) // It keeps nothing of the text but a zone, which is refused.
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, false
	}
	return addr.Unmap(), true
}

// parseIPv4 reads an address in the only form that AWS writes.
func parseIPv4(text []byte) (netip.Addr, bool) {
	var out [4]byte
	part, digits, value := 0, 0, 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9' && digits < 3 && (digits == 0 || value > 0):
			value = value*10 + int(c-'0')
			digits++
		case c == '.' && digits > 0 && value < 256 && part < 3:
			out[part] = byte(value)
			part, digits, value = part+1, 0, 0
		default:
			return netip.Addr{}, false
		}
	}
	if part != 3 || digits == 0 || value > 255 {
		return netip.Addr{}, false
	}
	out[3] = byte(value)
	return netip.AddrFrom4(out), true
}

// word returns a function that reads one of some words. The numbers of the words begin at 1.
func word(words ...string) func([]byte) (int64, bool) {
	return func(text []byte) (int64, bool) {
		for i, w := range words {
			if string(text) == w {
				return int64(i) + 1, true
			}
		}
		return 0, false
	}
}
