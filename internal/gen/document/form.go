package document

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// form is a kind of text that the tag "is" of a field names.
type form struct {
	pattern string // a regular expression of the whole text, which the schema has, too
	literal string // pattern without imports
	whole   *lazyregexp.Regexp
	allowed string // in words, with an example
	check   func(string) error
	quoted  bool   // other readers take the text for a number
	imports bool   // another stack may have the value
	instead string // why the value cannot be imported, or what can be imported instead; empty is that it must be known
}

// arnPattern matches ARNs.
const arnPattern = `arn:[a-z-]+:[a-z0-9-]+:[^: ]*:[^: ]*:[^ ]+`

var forms = sync.OnceValue(func() map[string]form {
	return map[string]form{
		"type name":  like(`[A-Z][A-Za-z0-9]{0,63}`, `letters and digits, a capital first, as in "Shop"`),
		"id":         like(`[A-Za-z][A-Za-z0-9-]{0,63}`, "1 to 64 letters, digits and hyphens, a letter first"),
		"stack name": like(`[A-Za-z][A-Za-z0-9-]{0,127}`, "1 to 128 letters, digits and hyphens, a letter first"),
		"account":    like(`[0-9]{12}`, `12 digits in quotes, as in "123456789012"`).inQuotes(),
		"region":     like(`[a-z]{2,5}(-[a-z]+)+-[0-9]`, "the name of a Region, as in eu-west-1"),
		"zone":       like(`[a-z]{2,5}(-[a-z]+)+-[0-9][a-z0-9-]*`, "the name of a zone, as in eu-west-1a"),
		"range":      like(`[0-9.]+/[0-9]{1,2}`, "an IPv4 block, as in 10.0.0.0/16").checked(ipv4Block),
		"VPC range":  like(`[0-9.]+/[0-9]{1,2}`, "an IPv4 block, as in 10.0.0.0/16").checked(ipv4Block).orImported(),
		"block": like(`[0-9A-Fa-f.:]+/[0-9]{1,3}`, "a block in CIDR notation, as in 203.0.113.0/24").checked(block).
			orImported(),
		"domain": like(`\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+`, "a name, as in api.example.com, or .example.com for all below it").
			checked(domain).unlike("a peer that is imported says what it is: {cidr: import NAME} or {prefixList: import NAME, entries: NUMBER}"),
		"gateway": like(gatewayPattern, "the id of a gateway (tgw-..., pcx-... or vgw-..., with 8 to 17 hexadecimal digits), or its kind "+
			"and the import of its id: transit-gateway import NAME, peering-connection import NAME, vpn-gateway import NAME").
			unlike("an import does not say of which kind the gateway is"),
		"prefix list":    like(`pl-[0-9a-f]{8,17}`, "the id of a prefix list, as in pl-0123456789abcdef0").orImported(),
		"security group": like(`sg-[0-9a-f]{8,17}`, "the id of a security group, as in sg-0123456789abcdef0").orImported(),
		"subnet":         like(`subnet-[0-9a-f]{8,17}`, "the id of a subnet, as in subnet-0123456789abcdef0").orImported(),
		"route table":    like(`rtb-[0-9a-f]{8,17}`, "the id of a route table, as in rtb-0123456789abcdef0").orImported(),
		"VPC":            like(`vpc-[0-9a-f]{8,17}`, "the id of a VPC, as in vpc-0123456789abcdef0").orImported(),
		"pool":           like(`ipam-pool-[0-9a-f]{8,17}`, "the id of a pool, as in ipam-pool-0123456789abcdef0").orImported(),
		"allocation":     like(`eipalloc-[0-9a-f]{8,17}`, "the id of an allocation, as in eipalloc-0123456789abcdef0").orImported(),
		"organization":   like(`o-[a-z0-9]{10,32}`, "the id of an organization, as in o-a1b2c3d4e5"),
		"ARN":            like(arnPattern, "an ARN, as in arn:aws:s3:::name"),
		"resource":       like(arnPattern, "an ARN, as in arn:aws:s3:::name").orImported(),
		"text":           form{allowed: "a text"}.orImported(),
		"data class": like(`[a-z][a-z0-9-]{0,39}`,
			"cardholder, personal, secret, public, or a label of 1 to 40 lower-case letters, digits and hyphens"),
		"day":     like(`[0-9]{4}-[0-9]{2}-[0-9]{2}`, "a day, as in 2027-03-31").checked(day),
		"country": like(`[A-Z]{2}`, "a code of two capital letters, as in DE"),
		"file": like(`[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*`,
			"the path of a file below the folder of this one, with slashes, as in rules/threats.rules"),
		"namespace": like(`[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?`, "1 to 63 lower-case letters, digits and hyphens, as in shop"),
		"label": like(`[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?`, "1 to 63 letters, digits, hyphens, underscores and dots, with a letter "+
			"or digit at both ends, as in web"),
		"port": {allowed: "1 to 65535"},
	}
})

// thingForm is that of a kind of EC2 resources in a grant.
var thingForm = like(`[A-Z][A-Za-z0-9]{0,60}\*?`, "as in Instances")

// like returns the form of the texts that match a pattern as a whole.
func like(pattern, allowed string) form {
	return form{pattern: pattern, literal: pattern, whole: lazyregexp.New("^(?:" + pattern + ")$"), allowed: allowed}
}

func (f form) checked(check func(string) error) form {
	f.check = check
	return f
}

func (f form) inQuotes() form {
	f.quoted = true
	return f
}

// orImported returns the form of a text that is as f says, or that imports the value from another stack.
func (f form) orImported() form {
	f.imports = true
	f.allowed += ", or import and the name of another stack's export"
	if f.pattern != "" {
		f.pattern += "|" + importPattern
	}
	return f
}

// unlike returns the form of a text whose import is an error with a reason.
func (f form) unlike(reason string) form {
	f.instead = reason
	return f
}

// is returns an error if a text has not the form.
func (f form) is(text string) error {
	if isImport(text) {
		switch {
		case !f.imports:
			return f.notImported(text)
		case !importForm.MatchString(text):
			return fmt.Errorf("got %.80q; the name of an export has 1 to 255 letters, digits, colons and hyphens", text)
		}
		return nil
	}
	if f.whole != nil && !f.whole.MatchString(text) {
		return fmt.Errorf("got %.80q; allowed is %s", text, f.allowed)
	}
	if f.check != nil {
		if err := f.check(text); err != nil {
			return fmt.Errorf("%w; allowed is %s", err, f.allowed)
		}
	}
	return nil
}

func block(text string) error {
	_, err := arch.ParseCIDR(text)
	return err
}

func ipv4Block(text string) error {
	prefix, err := arch.ParseCIDR(text)
	if err == nil && !prefix.Addr().Is4() {
		return fmt.Errorf("got %.80q", text)
	}
	return err
}

func domain(text string) error {
	_, err := arch.ParseDomain(text)
	return err
}

func day(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("there is no day %.20q", text)
	}
	return nil
}

// isBlock reports whether a text is meant as a block of addresses.
func isBlock(text string) bool {
	if _, err := netip.ParsePrefix(text); err == nil {
		return true
	}
	_, err := netip.ParseAddr(text)
	return err == nil
}
