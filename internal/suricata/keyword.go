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

// texts are the keywords whose values are texts in quotes.
var texts = []string{"msg", "content", "uricontent", "pcre", "pcrexform"}

func (c *checker) keywords() {
	r := c.line.Rule
	for _, o := range r.Options {
		switch {
		case o.Keyword == "geoip":
			c.geoip(o.Value)
		case o.Keyword == "flow":
			c.flow(o.Value)
		case slices.Contains(texts, o.Keyword):
			c.quoted(o)
		}
		if !slices.Contains(texts, o.Keyword) && variableUse.MatchString(o.Value) {
			c.fail("variable", "a variable stands in an option", fmt.Sprintf("got %.80q; AWS resolves variables in a rule's addresses and ports alone", o.String()), "write the value")
		}
	}
	if r.has("pcre") && !r.has(buffers...) {
		c.fail("pcre", "a pcre stands alone", "AWS asks for one of "+strings.Join(buffers, ", ")+" beside it", "add one of them")
	}
}

// unsupported reports a keyword that AWS refuses.
func (c *checker) unsupported(o Option) bool {
	k := o.Keyword
	switch {
	case k == "gid":
		c.fail("gid", "a rule has a gid", "AWS sets it itself", "leave it out")
	case c.g.StrictOrder && (k == "priority" || k == "classtype"):
		c.fail("priority", "a rule in strict order has "+k, "rules are evaluated as they are written, and AWS refuses it", "leave it out")
	case isUnsupported(o):
		c.fail("keyword", "a keyword is not supported", "AWS Network Firewall does not take "+k, "leave it out")
	case slices.ContainsFunc(unlisted, func(prefix string) bool { return strings.HasPrefix(k, prefix) }):
		c.fail("keyword", "a keyword is about a protocol that is not supported",
			k+" is about none of AWS Network Firewall's protocols, "+strings.Join(protocols, ", "), "leave it out")
	case k == "requires":
		c.fail("keyword", "a keyword is not supported", "with it, Suricata leaves out rules without an error", "leave it out")
	default:
		return false
	}
	return true
}

// unlisted are how the keywords of protocols begin that AWS does not list.
var unlisted = []string{"dnp3", "modbus", "cip_", "enip_", "ike.", "mqtt.", "nfs", "rfb.", "sip.", "snmp.", "ftpdata_"}

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
			c.fail("geoip", "a country code is not usable", fmt.Sprintf("got %.20q; allowed are ISO 3166 codes of two capital letters, as in GB", code),
				"write an ISO 3166 code")
		}
	}
}

var flowWords = []string{"to_server", "from_client", "to_client", "from_server", "established", "not_established", "stateless", "only_stream", "no_stream", "only_frag", "no_frag"}

func (c *checker) flow(value string) {
	var words []string
	for word := range strings.SplitSeq(value, ",") {
		word = strings.TrimSpace(word)
		if !slices.Contains(flowWords, word) {
			c.fail("flow", "a flow option is unknown", fmt.Sprintf("got %.40q; allowed are %s", word, strings.Join(flowWords, ", ")),
				"write an allowed word")
		}
		words = append(words, word)
	}
	for _, group := range flowExclusive {
		if n := len(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !slices.Contains(group, w) })); n > 1 {
			c.fail("flow", "flow options exclude each other", fmt.Sprintf("got %.80q; allowed is one of %s", value, strings.Join(group, ", ")),
				"leave the others out")
		}
	}
}

// flowExclusive are words of which flow takes one.
var flowExclusive = [][]string{
	{"to_server", "from_client", "to_client", "from_server"}, {"established", "not_established", "stateless"}, {"only_stream", "no_stream"}, {"only_frag", "no_frag"},
}

// quoted: a value in quotes ends with them, and holds none that are not escaped, so that nothing breaks out of it.
func (c *checker) quoted(o Option) {
	value := o.Value
	if o.Keyword != "msg" && o.Keyword != "pcrexform" {
		value = strings.TrimPrefix(value, "!")
	}
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		c.fail("quotes", "a value is not in quotes", fmt.Sprintf("got %.80q", o.String()), "write quotes around it")
		return
	}
	inner := value[1 : len(value)-1]
	if inner == "" {
		c.fail("quotes", "a value is empty", fmt.Sprintf("got %.80q", o.String()), "write a value, or leave the option out")
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

// modifiers act on the content before them.
var modifiers = []string{"nocase", "startswith", "endswith", "depth", "offset", "distance", "within", "fast_pattern", "rawbytes"}
