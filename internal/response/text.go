package response

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var (
	feedName  = lazyregexp.New(`^[A-Za-z0-9-]{1,40}$`)
	plainID   = lazyregexp.New(`^[A-Za-z0-9:/_.-]{1,200}$`)
	instance  = lazyregexp.New(`^i-[0-9a-f]{8,17}$`)
	network   = lazyregexp.New(`^vpc-[0-9a-f]{8,17}$`)
	feedForms = []string{"spamhaus", "plain", "csv", "domains", "hosts"}
)

func isFeedName(s string) bool { return feedName.MatchString(s) }

// isHTTPS reports whether a text is an https address without a user.
func isHTTPS(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
}

// cleanID returns the id of a finding as keys and commands can hold it: unchanged if it is plain, otherwise as a hash.
func cleanID(id string) string {
	if plainID.MatchString(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// cleanText returns a text of an event for logs and terminals: printable, and not long.
func cleanText(s string) string {
	const longest = 200
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, s)
	if runes := []rune(clean); len(runes) > longest {
		return string(runes[:longest])
	}
	return clean
}

// address reads an address without a zone. An IPv4 address in the form of IPv6 is the IPv4 address.
func address(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// host returns the block that has an address alone.
func host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }
