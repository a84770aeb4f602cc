package document

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
)

// form is a kind of text that the tag "is" of a field names.
type form struct {
	pattern string // a regular expression of the whole text, which the schema has, too
	allowed string // in words, with an example
	check   func(string) error
	quoted  bool // other readers take the text for a number
}

var forms = map[string]form{
	"type name":  {pattern: `[A-Z][A-Za-z0-9]{0,63}`, allowed: `letters and digits, a capital first, as in "Shop"`},
	"id":         {pattern: `[A-Za-z][A-Za-z0-9-]{0,63}`, allowed: "1 to 64 letters, digits and hyphens, a letter first"},
	"stack name": {pattern: `[A-Za-z][A-Za-z0-9-]{0,127}`, allowed: "1 to 128 letters, digits and hyphens, a letter first"},
	"account":    {pattern: `[0-9]{12}`, allowed: `12 digits in quotes, as in "123456789012"`, quoted: true},
	"region":     {pattern: `[a-z]{2,5}(-[a-z]+)+-[0-9]`, allowed: "the name of a Region, as in eu-west-1"},
	"zone":       {pattern: `[a-z]{2,5}(-[a-z]+)+-[0-9][a-z0-9-]*`, allowed: "the name of a zone, as in eu-west-1a"},
	"range":      {pattern: `[0-9.]+/[0-9]{1,2}`, allowed: "an IPv4 block, as in 10.0.0.0/16", check: ipv4Block},
	"block":      {pattern: `[0-9A-Fa-f.:]+/[0-9]{1,3}`, allowed: "a block in CIDR notation, as in 203.0.113.0/24", check: block},
	"domain": {
		pattern: `\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+`, check: domain,
		allowed: "a name, as in api.example.com, or .example.com for all below it",
	},
	"gateway": {
		pattern: `(tgw|pcx|vgw)-[0-9a-f]{8,17}`,
		allowed: "the id of a gateway: tgw-..., pcx-... or vgw-..., with 8 to 17 hexadecimal digits",
	},
	"prefix list":    {pattern: `pl-[0-9a-f]{8,17}`, allowed: "the id of a prefix list, as in pl-0123456789abcdef0"},
	"security group": {pattern: `sg-[0-9a-f]{8,17}`, allowed: "the id of a security group, as in sg-0123456789abcdef0"},
	"subnet":         {pattern: `subnet-[0-9a-f]{8,17}`, allowed: "the id of a subnet, as in subnet-0123456789abcdef0"},
	"VPC":            {pattern: `vpc-[0-9a-f]{8,17}`, allowed: "the id of a VPC, as in vpc-0123456789abcdef0"},
	"pool":           {pattern: `ipam-pool-[0-9a-f]{8,17}`, allowed: "the id of a pool, as in ipam-pool-0123456789abcdef0"},
	"allocation":     {pattern: `eipalloc-[0-9a-f]{8,17}`, allowed: "the id of an allocation, as in eipalloc-0123456789abcdef0"},
	"organization":   {pattern: `o-[a-z0-9]{10,32}`, allowed: "the id of an organization, as in o-a1b2c3d4e5"},
	"ARN":            {pattern: `arn:[a-z-]+:[a-z0-9-]+:[^: ]*:[^: ]*:[^ ]+`, allowed: "an ARN, as in arn:aws:s3:::name"},
	"day":            {pattern: `[0-9]{4}-[0-9]{2}-[0-9]{2}`, allowed: "a day, as in 2027-03-31", check: day},
	"country":        {pattern: `[A-Z]{2}`, allowed: "a code of two capital letters, as in DE"},
	"file": {
		pattern: `[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*`,
		allowed: "the path of a file below the folder of this one, with slashes, as in rules/threats.rules",
	},
	"port": {allowed: "1 to 65535"},
}

// is returns an error if a text has not the form.
func (f form) is(text string) error {
	if f.pattern != "" && !whole(f.pattern).MatchString(text) {
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
