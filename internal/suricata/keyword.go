package suricata

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// protocols are those of AWS's StatefulRule, without those that its document "Suricata limitations and caveats" takes back.
var protocols = []string{"ip", "tcp", "udp", "icmp", "http", "http2", "ftp", "tls", "smb", "dns", "dcerpc", "ssh", "smtp", "imap", "krb5", "tftp", "ntp", "dhcp", "quic"}

// rejectable are the protocols whose connections AWS resets (measured).
var rejectable = []string{"tcp", "http", "tls", "smb", "ssh", "smtp", "dcerpc"}

// unsupported are keywords that AWS refuses (AWS document "Suricata limitations and caveats"), by how they begin.
var unsupported = []string{"dataset", "datarep", "iprep", "lua", "luaxform", "file", "enip_command", "cip_service", "threshold", "detection_filter", "gid"}

// buffers are what a pcre must stand beside for AWS (measured).
var buffers = []string{"content", "tls.sni", "http.host", "dns.query", "http.uri"}

func (c *checker) keywords() {
	r := c.line.Rule
	for _, o := range r.Options {
		switch {
		case o.Keyword == "gid":
			c.fail("gid", "a rule has a gid", "AWS sets it itself", "leave it out")
		case c.g.StrictOrder && (o.Keyword == "priority" || o.Keyword == "classtype"):
			c.fail("priority", "a rule in strict order has "+o.Keyword, "rules are evaluated as they are written, and AWS refuses it", "leave it out")
		case isUnsupported(o):
			c.fail("keyword", "a keyword is not supported", "AWS Network Firewall does not take "+o.Keyword, "leave it out")
		case o.Keyword == "geoip":
			c.geoip(o.Value)
		case o.Keyword == "flow":
			c.flow(o.Value)
		case o.Keyword == "msg" || o.Keyword == "content" || o.Keyword == "pcre":
			c.quoted(o)
		}
		if o.Keyword != "msg" && o.Keyword != "pcre" && o.Keyword != "content" && variableUse.MatchString(o.Value) {
			c.fail("variable", "a variable stands in an option", fmt.Sprintf("got %.80q; AWS resolves variables in a rule's addresses and ports alone", o.String()), "write the value")
		}
	}
	if r.has("pcre") && !r.has(buffers...) {
		c.fail("pcre", "a pcre stands alone", "AWS asks for one of "+strings.Join(buffers, ", ")+" beside it", "add one of them")
	}
}

var variableUse = regexp.MustCompile(`(^|[ ,])[$@][A-Za-z]`)

func isUnsupported(o Option) bool {
	for _, word := range unsupported {
		if o.Keyword == word || word == "file" && strings.HasPrefix(o.Keyword, "file") {
			return true
		}
	}
	if o.Keyword == "xbits" || o.Keyword == "hostbits" {
		return strings.Contains(o.Value, "ip_")
	}
	return o.Keyword == "tag" && strings.HasPrefix(o.Value, "host")
}

// geoip: AWS takes ISO 3166 codes of two letters.
func (c *checker) geoip(value string) {
	for i, code := range strings.Split(value, ",") {
		code = strings.TrimPrefix(strings.TrimSpace(code), "!")
		if i == 0 && slices.Contains([]string{"src", "dst", "any", "both"}, code) {
			continue
		}
		if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || code == "UK" {
			c.fail("geoip", "a country code is not usable", fmt.Sprintf("got %.20q; allowed are ISO 3166 codes of two capital letters, as in GB", code), "")
		}
	}
}

var flowWords = []string{"to_server", "from_client", "to_client", "from_server", "established", "not_established", "stateless", "only_stream", "no_stream", "only_frag", "no_frag"}

func (c *checker) flow(value string) {
	var words []string
	for word := range strings.SplitSeq(value, ",") {
		word = strings.TrimSpace(word)
		if !slices.Contains(flowWords, word) {
			c.fail("flow", "a flow option is unknown", fmt.Sprintf("got %.40q; allowed are %s", word, strings.Join(flowWords, ", ")), "")
		}
		words = append(words, word)
	}
	both := func(a, b string) bool { return slices.Contains(words, a) && slices.Contains(words, b) }
	if both("established", "not_established") || both("to_server", "to_client") || both("established", "stateless") {
		c.fail("flow", "flow options exclude each other", fmt.Sprintf("got %.80q", value), "")
	}
}

// quoted: a value in quotes ends with them, and holds none that are not escaped, so that nothing breaks out of it.
func (c *checker) quoted(o Option) {
	value := strings.TrimPrefix(o.Value, "!")
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		c.fail("quotes", "a value is not in quotes", fmt.Sprintf("got %.80q", o.String()), "")
		return
	}
	inner := value[1 : len(value)-1]
	if inner == "" {
		c.fail("quotes", "a value is empty", fmt.Sprintf("got %.80q", o.String()), "")
	}
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '\\':
			i++
		case '"':
			if o.Keyword != "pcre" {
				c.fail("quotes", "a quote inside a value is not escaped", fmt.Sprintf("got %.80q", o.String()), `write \"`)
				return
			}
		}
	}
}

// modifiers act on the content before them.
var modifiers = []string{"nocase", "startswith", "endswith", "depth", "offset", "distance", "within", "fast_pattern", "rawbytes"}

// matching finds modifiers without a content (as when the order of options was lost).
func (c *checker) matching() {
	seen := false
	for _, o := range c.line.Rule.Options {
		if o.Keyword == "content" {
			seen = true
		}
		if slices.Contains(modifiers, o.Keyword) && !seen {
			c.fail("order", o.Keyword+" stands before any content", "it acts on the content before it", "write the content first")
			return
		}
	}
}
