package suricata

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCheck checks what AWS's API rejects: each problem, and that the most similar good rule has none.
func TestCheck(t *testing.T) {
	t.Parallel()
	sets := Group{
		StrictOrder: true, References: []string{"LIST"},
		IPSets:   map[string][]string{"WEB": {"10.0.1.0/24", "10.0.9.0/24"}},
		PortSets: map[string][]string{"APP": {"8080", "9000:9010"}},
	}
	with := func(options string) string { return "drop tcp any any -> any any (" + options + " sid:1;)" }
	from := func(source, port string) string {
		return fmt.Sprintf("drop tcp %s %s -> any any (sid:1;)", source, port)
	}
	for name, test := range map[string]struct{ bad, want, good string }{
		"sid missing": {
			"drop tcp any any -> any any (msg:\"x\";)",
			"sid-missing",
			"drop tcp any any -> any any (msg:\"x\"; sid:1;)",
		},
		"sid twice":                 {with("sid:2;"), "sid-twice", with("")},
		"sid of two rules":          {with("") + "\n" + with(""), "sid-twice", with("") + "\n" + strings.Replace(with(""), "sid:1", "sid:2", 1)},
		"sid 0":                     {"drop tcp any any -> any any (sid:0;)", "sid-range", "drop tcp any any -> any any (sid:4294967294;)"},
		"sid too high":              {"drop tcp any any -> any any (sid:4294967295;)", "sid-range", with("")},
		"rev 0":                     {with("rev:0;"), "rev", with("rev:1;")},
		"gid":                       {with("gid:1;"), "gid", with("")},
		"priority":                  {with("priority:1;"), "priority", with("")},
		"classtype":                 {with("classtype:x;"), "priority", with("")},
		"unknown variable":          {from("$HTTP_SERVERS", "any"), "variable", from("[$WEB,$HOME_NET,!$EXTERNAL_NET]", "any")},
		"unknown reference":         {from("@OTHER", "any"), "variable", from("@LIST", "any")},
		"unknown ports":             {from("any", "$HTTP_PORTS"), "port", from("any", "$APP")},
		"both directions":           {"pass tcp any any <> any 80 (sid:1;)", "bidirectional", "pass tcp any any -> any 80 (sid:1;)"},
		"reject udp":                {"reject udp any any -> any 53 (sid:1;)", "reject", "reject tcp any any -> any 53 (sid:1;)"},
		"protocol":                  {"drop sctp any any -> any any (sid:1;)", "protocol", "drop smb any any -> any any (sid:1;)"},
		"pgsql":                     {"pass pgsql any any -> any 5432 (sid:1;)", "protocol", "pass tcp any any -> any 5432 (sid:1;)"},
		"host bits":                 {from("10.0.1.5/24", "any"), "cidr", from("10.0.1.5", "any")},
		"matches no address":        {from("[10.0.0.0/16,!10.0.0.0/16]", "any"), "cidr", from("[10.0.0.0/16,!10.0.1.0/24]", "any")},
		"not any":                   {from("!any", "any"), "cidr", from("!10.0.0.0/8", "any")},
		"not a block":               {from("10.0.0.0/33", "any"), "cidr", from("2001:db8::/32", "any")},
		"port range":                {from("any", "9000:80"), "port", from("any", "80:9000")},
		"port too high":             {from("any", "65536"), "port", from("any", "[1:,!80]")},
		"matches no port":           {from("any", "[80,!80]"), "port", from("any", "[80:81,!80]")},
		"port of ICMP":              {"drop icmp any any -> any 8 (sid:1;)", "port", "drop icmp any any -> any any (itype:8; sid:1;)"},
		"dataset":                   {with("dataset:set,x;"), "keyword", with("flowbits:set,x;")},
		"file":                      {with(`filemagic:"x";`), "keyword", with("flowbits:set,x;")},
		"threshold":                 {with("threshold:type limit, track by_src, count 1, seconds 1;"), "keyword", with("noalert;")},
		"bits of hosts":             {with("xbits:set,x,track ip_src;"), "keyword", with("flowbits:set,x;")},
		"tag of hosts":              {with("tag:host,10,seconds,src;"), "keyword", with("tag:session;")},
		"pcre alone":                {with(`pcre:"/x/";`), "pcre", with(`content:"x"; pcre:"/x/";`)},
		"country":                   {with("geoip:src,UK;"), "geoip", with("geoip:src,GB,!US;")},
		"flow":                      {with("flow:to_sever;"), "flow", with("flow:to_server,established;")},
		"flow, contradiction":       {with("flow:established,not_established;"), "flow", with("flow:not_established;")},
		"text after the end of msg": {with(`msg:"a" b"; `), "quotes", with(`msg:"a\" b";`)},
		"msg without quotes":        {with("msg:a;"), "quotes", with(`msg:"a";`)},
		"options out of order":      {with(`endswith; content:"x";`), "order", with(`content:"x"; endswith;`)},
		"unknown keyword":           {with(`contentt:"x";`), "keyword", with(`content:"x";`)},
		"unknown buffer":            {with(`http.hosts; content:"x";`), "keyword", with(`http.host; content:"x";`)},
		"capitals in a host":        {with(`http.host; content:"Example.com";`), "content", with(`http.host; content:"example.com";`)},
		"nocase in a host": {
			with(`http.host; content:"example.com"; nocase;`),
			"content",
			with(`tls.sni; content:"example.com"; nocase;`),
		},
		"capitals, lowered":          {with(`tls.sni; to_lowercase; content:"A";`), "content", with(`tls.sni; to_lowercase; content:"a";`)},
		"an unwanted value":          {with(`content:"x"; nocase:1;`), "value", with(`content:"x"; nocase;`)},
		"a missing value":            {with("dsize;"), "value", with("dsize:>5;")},
		"a number too large":         {with("ttl:256;"), "value", with("ttl:255;")},
		"an empty range":             {with("dsize:5-5;"), "value", with("dsize:5-7;")},
		"a wrong word":               {with("ssl_state:hello;"), "value", with("ssl_state:client_hello;")},
		"a wrong event":              {with("stream-event:nothing;"), "value", with("stream-event:pkt_invalid_ack;")},
		"half a byte":                {with(`content:"|0|";`), "value", with(`content:"|0a|";`)},
		"buffer without a match":     {with("tls.sni;"), "buffer", with("tls.sni; bsize:>5;")},
		"transform without a buffer": {with(`dotprefix; content:"x";`), "order", with(`tls.sni; dotprefix; content:"x";`)},
		"modifier after a buffer": {
			with(`content:"x"; tls.sni; nocase; content:"y";`),
			"order",
			with(`content:"x"; nocase; tls.sni; content:"y";`),
		},
		"two positions of a content": {with(`content:"x"; depth:5; within:5;`), "order", with(`content:"x"; depth:5; offset:5;`)},
		"depth too small":            {with(`content:"abc"; depth:2;`), "value", with(`content:"abc"; depth:3;`)},
		"two applications": {
			with(`tls.sni; content:"x"; http.host; content:"y";`),
			"protocol",
			with(`http.uri; content:"x"; http.host; content:"y";`),
		},
		"another application": {
			strings.Replace(with(`tls.sni; content:"x";`), "tcp", "http", 1), "protocol", strings.Replace(with(`tls.sni; content:"x";`), "tcp",
				"tls",
				1),
		},
		"client and server": {
			with(`http.host; content:"x"; http.stat_code; content:"200";`),
			"side",
			with(`http.host; content:"x"; http.uri; content:"y";`),
		},
		"the other side":           {with(`flow:to_client; tls.sni; content:"x";`), "side", with(`flow:to_server; tls.sni; content:"x";`)},
		"packet size and name":     {with(`tls.sni; content:"x"; dsize:>5;`), "packet", with(`content:"x"; dsize:>5;`)},
		"msg twice":                {with(`msg:"a"; msg:"b";`), "twice", with(`msg:"a";`)},
		"a broken pattern":         {with(`content:"x"; pcre:"/(a/";`), "pcre", with(`content:"x"; pcre:"/(a)/";`)},
		"a letter after a pattern": {with(`content:"x"; pcre:"/a/q";`), "pcre", with(`content:"x"; pcre:"/a/i";`)},
		"a name that is unset":     {with(`content:"x"; offset:size;`), "value", with(`byte_extract:1,0,size; content:"x"; offset:size;`)},
		"protocol in capitals":     {strings.Replace(with(""), "tcp", "TLS", 1), "syntax", strings.Replace(with(""), "tcp", "TCP", 1)},
		"no space":                 {strings.Replace(with(""), " (", "(", 1), "syntax", with("")},
		"variable in option":       {with("flowbits:set,$X;"), "variable", with("flowbits:set,X;")},
		"continued":                {"drop tcp any any -> any any \\", "syntax", with("")},
		"too long": {
			with(`msg:"` + strings.Repeat("x", 8200) + `";`),
			"rule-length",
			with(`msg:"` + strings.Repeat("x", 8000) + `";`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := func(text string) []string {
				g := sets
				lines, problems := ParseText(text)
				g.Lines = lines
				var out []string
				for _, p := range append(problems, Check(g)...) {
					out = append(out, p.Rule)
				}
				return out
			}
			assert.Contains(t, rules(test.bad), test.want)
			assert.Empty(t, rules(test.good), test.good)
		})
	}
}

func must(r Rule, err error) Rule {
	if err != nil {
		panic(err)
	}
	return r
}
