package suricata

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// protocols are the protocols of AWS's StatefulRule, except those that the AWS document "Suricata limitations and caveats" excludes.
var protocols = []string{
	"ip", "tcp", "udp", "icmp", "http", "http2", "ftp", "tls", "smb", "dns", "dcerpc", "ssh", "smtp", "imap", "krb5", "tftp", "ntp",
	"dhcp", "quic",
}

// rejectable are the protocols whose connections AWS can reset (measured).
var rejectable = []string{"tcp", "http", "tls", "smb", "ssh", "smtp", "dcerpc"}

// unsupportedKeywords are keywords that AWS rejects (AWS document "Suricata limitations and caveats"). "file" stands for all keywords that
// begin with it.
var unsupportedKeywords = []string{
	"dataset", "datarep", "iprep", "lua", "luaxform", "file", "enip_command", "cip_service", "threshold", "detection_filter", "gid",
}

// pcreCompanions are the keywords that may accompany a pcre: AWS requires at least one of them in each rule with a pcre (measured).
var pcreCompanions = []string{"content", "tls.sni", "http.host", "dns.query", "http.uri"}

// textKeywords are keywords whose values are texts in quotes, in which a dollar sign is no variable.
var textKeywords = []string{"msg", "content", "uricontent", "pcre", "pcrexform"}

// keywords checks the keywords with values that AWS restricts, and the quotes of texts.
func (c *checker) keywords() {
	r := c.line.Rule
	for _, o := range r.Options {
		switch {
		case o.Keyword == "geoip":
			c.geoip(o.Value)
		case o.Keyword == "flow":
			c.flow(o.Value)
		case slices.Contains(textKeywords, o.Keyword):
			c.quoted(o)
		}
		if !slices.Contains(textKeywords, o.Keyword) && variableUse.MatchString(o.Value) {
			c.fail("variable", "an option uses a variable",
				fmt.Sprintf("got %.80q; AWS resolves variables only in the addresses and ports of a rule", o.String()), "write the value")
		}
	}
	if r.has("pcre") && !r.has(pcreCompanions...) {
		c.fail("pcre", "a rule has only a pcre", "with a pcre, AWS requires one of "+strings.Join(pcreCompanions, ", "), "add one of them")
	}
}

// unsupported reports a keyword that AWS rejects.
func (c *checker) unsupported(o Option) bool {
	k := o.Keyword
	switch {
	case k == "gid":
		c.fail("gid", "a rule has a gid", "AWS sets the gid itself", "remove it")
	case c.g.StrictOrder && (k == "priority" || k == "classtype"):
		c.fail("priority", "a rule in strict order has "+k, "rules are evaluated as they are written, so AWS rejects "+k, "remove it")
	case isUnsupported(o):
		c.fail("keyword", "a rule has an unsupported keyword", "AWS Network Firewall does not support "+k, "remove it")
	case slices.ContainsFunc(foreignPrefixes, func(prefix string) bool { return strings.HasPrefix(k, prefix) }):
		c.fail("keyword", "a keyword belongs to an unsupported protocol",
			k+" belongs to none of AWS Network Firewall's protocols: "+strings.Join(protocols, ", "), "remove it")
	case k == "requires":
		c.fail("keyword", "a rule has an unsupported keyword", "with requires, Suricata skips a rule without an error", "remove it")
	default:
		return false
	}
	return true
}

// foreignPrefixes are the first letters of the keywords of protocols that AWS does not list.
var foreignPrefixes = []string{"dnp3", "modbus", "cip_", "enip_", "ike.", "mqtt.", "nfs", "rfb.", "sip.", "snmp.", "ftpdata_"}

var variableUse = lazyregexp.New(`(^|[ ,])[$@][A-Za-z]`)

// isUnsupported reports whether the document named at unsupportedKeywords excludes the option.
func isUnsupported(o Option) bool {
	for _, word := range unsupportedKeywords {
		if o.Keyword == word || word == "file" && strings.HasPrefix(o.Keyword, "file") {
			return true
		}
	}
	if o.Keyword == "xbits" || o.Keyword == "hostbits" {
		return strings.Contains(o.Value, "ip_")
	}
	return o.Keyword == "tag" && strings.HasPrefix(o.Value, "host")
}

// geoip checks countries: AWS accepts ISO 3166 codes of two letters.
func (c *checker) geoip(value string) {
	for i, code := range strings.Split(value, ",") {
		code = strings.TrimPrefix(strings.TrimSpace(code), "!")
		if i == 0 && slices.Contains([]string{"src", "dst", "any", "both"}, code) {
			continue
		}
		if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || code == "UK" {
			c.fail("geoip", "a rule has an invalid country code",
				fmt.Sprintf("got %.20q; allowed are ISO 3166 codes of two capital letters, as in GB", code), "write an ISO 3166 code")
		}
	}
}

// flowWords are the values of flow, in groups that exclude each other.
var flowWords = [][]string{
	{"to_server", "from_client", "to_client", "from_server"},
	{"established", "not_established", "stateless"},
	{"only_stream", "no_stream"},
	{"only_frag", "no_frag"},
}

// flow checks the words of the keyword flow.
func (c *checker) flow(value string) {
	allowed := slices.Concat(flowWords...)
	var words []string
	for word := range strings.SplitSeq(value, ",") {
		word = strings.TrimSpace(word)
		if !slices.Contains(allowed, word) {
			c.fail("flow", "a rule has an unknown flow option", fmt.Sprintf("got %.40q; allowed are %s", word, strings.Join(allowed, ", ")),
				"write an allowed word")
		}
		words = append(words, word)
	}
	for _, group := range flowWords {
		if n := len(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !slices.Contains(group, w) })); n > 1 {
			c.fail("flow", "two flow options exclude each other",
				fmt.Sprintf("got %.80q; allowed is one of %s", value, strings.Join(group, ", ")), "keep one of them")
		}
	}
}

// quoted checks a value in quotes: it ends with a quote, and every quote inside is escaped, so that no text can break out of the value.
func (c *checker) quoted(o Option) {
	value := o.Value
	if o.Keyword != "msg" && o.Keyword != "pcrexform" {
		value = strings.TrimPrefix(value, "!")
	}
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		c.fail("quotes", "a value is not in quotes", fmt.Sprintf("got %.80q", o.String()), "put it in quotes")
		return
	}
	inner := value[1 : len(value)-1]
	if inner == "" {
		c.fail("quotes", "a value is empty", fmt.Sprintf("got %.80q", o.String()), "write a value, or remove the option")
	}
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '\\':
			i++
		case '"':
			if o.Keyword != "pcre" && o.Keyword != "pcrexform" {
				c.fail("quotes", "a quote inside a value is not escaped", fmt.Sprintf("got %.80q", o.String()), `write \"`)
				return
			}
		}
	}
}

// contentModifiers act on the content before them.
var contentModifiers = []string{"nocase", "startswith", "endswith", "depth", "offset", "distance", "within", "fast_pattern", "rawbytes"}
