package athena

import (
	"fmt"
	"net/netip"
	"strings"
)

// padded writes an address as a text of fixed length. Texts of one family compare as the addresses do.
func padded(addr netip.Addr) string {
	if addr.Is6() {
		return addr.StringExpanded()
	}
	b := addr.As4()
	return fmt.Sprintf("%03d.%03d.%03d.%03d", b[0], b[1], b[2], b[3])
}

func family(addr netip.Addr) int {
	if addr.Is6() {
		return 6
	}
	return 4
}

// The forms of addresses in the logs. The engines read the expressions alike.
const (
	octet    = `(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])`
	ipv4Form = `^` + octet + `(\.` + octet + `){3}$`
	groups   = `[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4})*`
	ipv6Form = `^(` + groups + `)?(::(` + groups + `)?)?$`
)

// colons is SQL that counts the colons of a text.
func colons(of string) string { return "length(" + of + ") - length(replace(" + of + ", ':', ''))" }

// isAddress is SQL that tests whether a column holds an address.
func isAddress(column, indent string) string {
	return strings.Join([]string{
		"CASE",
		"  WHEN strpos(" + column + ", ':') = 0",
		"    THEN regexp_like(" + column + ", '" + ipv4Form + "')",
		"  WHEN strpos(" + column + ", '::') > 0",
		"    THEN " + colons(column) + " BETWEEN 2 AND CASE WHEN " + column + " LIKE '::%' OR " + column + " LIKE '%::' THEN 8 ELSE 7 END",
		"      AND regexp_like(" + column + ",",
		"      '" + ipv6Form + "')",
		"  ELSE " + colons(column) + " = 7 AND regexp_like(" + column + ",",
		"      '" + ipv6Form + "')",
		"END",
	}, "\n"+indent)
}

// familyOf is SQL that tells the family of an address.
func familyOf(column string) string {
	return "CASE WHEN strpos(" + column + ", ':') > 0 THEN 6 ELSE 4 END"
}

// expand is SQL that writes the zeros of an IPv6 address out that "::" stands for.
func expand(column string) string {
	side := func(n int) string {
		part := fmt.Sprintf("split_part(%s, '::', %d)", column, n)
		return "CASE " + part + " WHEN '' THEN '0' ELSE " + part + " END"
	}
	return strings.Join([]string{
		"CASE",
		"  WHEN strpos(" + column + ", '::') = 0 THEN " + column,
		"  ELSE " + side(1),
		"    || substr(':0:0:0:0:0:0', 1, 2 * (8 - (" + colons(column) + "))) || ':'",
		"    || " + side(2),
		"END AS " + column + "_expanded",
	}, "\n"+columnIndent)
}

// columnIndent is how far the columns of a query are indented.
const columnIndent = "    "

// pad is SQL that pads the parts of an address, which expand has expanded, with zeros.
func pad(column string) string {
	part := func(separator string, n, length int) string {
		return fmt.Sprintf("lpad(split_part(%s_expanded, '%s', %d), %d, '0')", column, separator, n, length)
	}
	var v4, v6 []string
	for i := range 4 {
		v4 = append(v4, part(".", i+1, 3))
	}
	for i := range 8 {
		v6 = append(v6, part(":", i+1, 4))
	}
	return strings.Join([]string{
		"CASE",
		"  WHEN strpos(" + column + ", ':') = 0 THEN " + strings.Join(v4, "\n"+columnIndent+"    || '.' || "),
		"  ELSE " + strings.Join(v6, "\n"+columnIndent+"    || ':' || "),
		"END AS " + column + "_padded",
	}, "\n"+columnIndent)
}
