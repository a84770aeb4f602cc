package check

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/webacl"
)

func chain(types ...string) []webacl.Transformation {
	var out []webacl.Transformation
	for i, t := range types {
		out = append(out, webacl.Transformation{Priority: i, Type: t})
	}
	return out
}

// TestImpossibleText: a search text that the transformations never leave is reported, and one that may occur is not.
func TestImpossibleText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		list []webacl.Transformation
		says string // empty is possible
	}{
		{"/Admin", chain("LOWERCASE"), `write "/admin"`}, {"/admin", chain("LOWERCASE"), ""}, {"/ADMIN", chain("UPPERCASE"), ""}, {"/Admin",
			chain("UPPERCASE"), `write "/ADMIN"`},
		{"/Admin", chain("NONE"), ""}, {"/Admin", chain("LOWERCASE", "URL_DECODE"), ""}, {"/Admin", chain("URL_DECODE", "LOWERCASE"),
			"leaves no capital letters"},
		{"/Admin", chain("LOWERCASE", "NORMALIZE_PATH", "NONE"), "capital"}, {"/ADMIN", chain("LOWERCASE", "UPPERCASE"), ""}, {"/admin",
			chain("LOWERCASE", "UPPERCASE"), "small"},
		{"/Admin", []webacl.Transformation{{Priority: 1, Type: "LOWERCASE"}, {Priority: 0, Type: "URL_DECODE"}}, "capital"},
		{"É", chain("LOWERCASE"), ""}, {"CMD", chain("CMD_LINE"), `write "cmd"`}, {"a  b", chain("COMPRESS_WHITE_SPACE"), "two spaces"},
		{"a b", chain("COMPRESS_WHITE_SPACE"), ""},
		{"a b", chain("REMOVE_WHITESPACE"), "white space"}, {"a\x00", chain("REPLACE_NULLS"), "null"}, {"/../", chain("NORMALIZE_PATH"),
			"/../"}, {"/a..b", chain("NORMALIZE_PATH"), ""},
		{`a\b`, chain("NORMALIZE_PATH"), ""}, {`a\b`, chain("NORMALIZE_PATH_WIN"), `/../ and \`}, {"${Token[Text.1]}", chain("LOWERCASE"),
			""},
	} {
		c := &checker{}
		c.impossibleText("x", test.text, test.list)
		if test.says == "" {
			assert.Empty(t, c.found, "%q after %v", test.text, test.list)
		} else if assert.Len(t, c.found, 1, "%q after %v", test.text, test.list) {
			assert.Contains(t, c.found[0].Detail+c.found[0].Fix, test.says)
			assert.False(t, c.found[0].Warning)
		}
	}
}

// TestImpossibleRegex is the same for regular expressions. Only what all their matches contain counts.
func TestImpossibleRegex(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, after string
		want           bool
	}{
		{"^/Admin", "LOWERCASE", true}, {"^/admin", "LOWERCASE", false}, {"(?i)^/Admin", "LOWERCASE", false}, {"^/A?dmin", "LOWERCASE",
			false}, {"^/(A|a)dmin", "LOWERCASE", false},
		{"^(?:/Admin|/Login)", "LOWERCASE", true}, {"[A-Z]+", "LOWERCASE", true}, {"[A-Za-z]+", "LOWERCASE", false}, {"[^a-z]", "LOWERCASE",
			false}, {"A{0,3}", "LOWERCASE", false}, {"A{2}", "LOWERCASE", true},
		{"^/admin", "UPPERCASE", true}, {"^/ADMIN", "UPPERCASE", false}, {`\D\S`, "UPPERCASE", false}, {"^/Admin", "URL_DECODE", false},
		{"(Admin", "LOWERCASE", false}, {"Admin(?=x)", "LOWERCASE", false},
	} {
		c := &checker{}
		c.impossibleRegex("x", test.pattern, chain(test.after))
		assert.Equal(t, test.want, len(c.found) == 1, "%s after %s: %v", test.pattern, test.after, c.found)
	}
}

// TestNames: arguments of up to 30 characters, token domains that are not public suffixes, and versions that expire.
func TestNames(t *testing.T) {
	t.Parallel()
	argument := func(name string) []webacl.Problem {
		c := &checker{}
		c.field("x", webacl.Field{SingleQueryArgument: &webacl.Named{Name: name}})
		return c.found
	}
	assert.Empty(t, argument("a23456789012345678901234567890"))
	assert.Len(t, argument("a234567890123456789012345678901"), 1)
	for domain, public := range map[string]bool{
		"example.com": false, "shop.example.co.uk": false, "co.uk": true, "gov.au": true, "com": true, "GOV.AU": true,
		"example.internal": false, "${Token[Domain.1]}": false,
	} {
		c := &checker{}
		c.tokenDomains([]string{domain})
		assert.Equal(t, public, len(c.found) == 1, domain)
	}
	versions := func(m webacl.ManagedGroup) []webacl.Problem {
		c := &checker{acl: true}
		c.managed("x", &m)
		return c.found
	}
	assert.Empty(t, versions(webacl.ManagedGroup{VendorName: "AWS", Name: "AWSManagedRulesLinuxRuleSet"}))
	pinned := versions(webacl.ManagedGroup{VendorName: "AWS", Name: "AWSManagedRulesLinuxRuleSet", Version: "Version_2.0"})
	assert.Len(t, pinned, 1)
	assert.True(t, pinned[0].Warning)
	assert.Contains(t, pinned[0].Fix, "DaysToExpiry")
	assert.Len(t, versions(webacl.ManagedGroup{VendorName: "Seller", Name: "Group", Version: "v1"}), 1)
}
