package suricata

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const good = `pass tcp 10.0.1.0/24 any -> 10.0.2.0/24 8080 (msg:"web to app\; \"daily\""; flow:to_server; sid:1; rev:2;)`

func TestParse(t *testing.T) {
	t.Parallel()
	r, err := Parse(good)
	require.NoError(t, err)
	assert.Equal(t, Rule{
		Action: Pass, Protocol: "tcp", Source: "10.0.1.0/24", SourcePort: "any", Destination: "10.0.2.0/24", DestinationPort: "8080",
		Options: []Option{{"msg", `"web to app\; \"daily\""`}, {"flow", "to_server"}, {"sid", "1"}, {"rev", "2"}},
	}, r)
	assert.Equal(t, `web to app; "daily"`, r.Msg())
	assert.Equal(t, good, r.String())

	for text, want := range map[string]string{
		"":                                                       "column 1: expected an action",
		"allow tcp any any -> any any ()":                        `column 1: got the action "allow"`,
		"pass tcp any any":                                       "column 17: expected the options in parentheses",
		"pass tcp any any -> any any":                            "column 28: expected the options",
		"pass tcp any any => any any (sid:1;)":                   "column 18: expected the direction",
		"pass tcp any any -> any any (sid:1)":                    "column 30: expected an option that ends with a semicolon",
		"pass tcp any any -> any any (sid:1;":                    "column 36: expected an option",
		"pass tcp any any -> any any (sid:;)":                    "column 30: expected a value after sid",
		"pass tcp any any -> any any (sid:1;) drop":              "column 38: expected nothing after the options",
		`pass tcp any any -> any any (msg:"a;b"; sid:1;)`:        `column 37: expected a keyword, got "b\""`,
		"pass tcp any any -> any any (msg:\"a\nb\"; sid:1;)":     "column 36: a character that is not printable ASCII",
		"pass tcp any any -> any any (msg:\"é\"; sid:1;)":        "column 35: a character",
		"pass tcp any any -> [10.0.0.0/8, !10.1.0.0/16 any (a;)": "expected a closing bracket",
		"pass tcp 10.0.0.0/8 any -> any any sid:1":               "expected the options in parentheses",
	} {
		_, err := Parse(text)
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want, text)
		}
	}
}

// TestCheck: what AWS's API refuses, each rule beside the nearest good one.
func TestCheck(t *testing.T) {
	t.Parallel()
	sets := Group{StrictOrder: true, IPSets: map[string][]string{"WEB": {"10.0.1.0/24", "10.0.9.0/24"}}, PortSets: map[string][]string{"APP": {"8080", "9000:9010"}}, References: []string{"LIST"}}
	with := func(options string) string { return "drop tcp any any -> any any (" + options + " sid:1;)" }
	from := func(source, port string) string {
		return fmt.Sprintf("drop tcp %s %s -> any any (sid:1;)", source, port)
	}
	for name, test := range map[string]struct{ bad, want, good string }{
		"sid missing":            {"drop tcp any any -> any any (msg:\"x\";)", "sid-missing", "drop tcp any any -> any any (msg:\"x\"; sid:1;)"},
		"sid twice":              {with("sid:2;"), "sid-twice", with("")},
		"sid taken":              {with("") + "\n" + with(""), "sid-twice", with("") + "\n" + strings.Replace(with(""), "sid:1", "sid:2", 1)},
		"sid 0":                  {"drop tcp any any -> any any (sid:0;)", "sid-range", "drop tcp any any -> any any (sid:4294967294;)"},
		"sid too high":           {"drop tcp any any -> any any (sid:4294967295;)", "sid-range", with("")},
		"rev 0":                  {with("rev:0;"), "rev", with("rev:1;")},
		"gid":                    {with("gid:1;"), "gid", with("")},
		"priority":               {with("priority:1;"), "priority", with("")},
		"classtype":              {with("classtype:x;"), "priority", with("")},
		"unknown variable":       {from("$HTTP_SERVERS", "any"), "variable", from("[$WEB,$HOME_NET,!$EXTERNAL_NET]", "any")},
		"unknown reference":      {from("@OTHER", "any"), "variable", from("@LIST", "any")},
		"unknown ports":          {from("any", "$HTTP_PORTS"), "port", from("any", "$APP")},
		"both directions":        {"pass tcp any any <> any 80 (sid:1;)", "bidirectional", "pass tcp any any -> any 80 (sid:1;)"},
		"reject udp":             {"reject udp any any -> any 53 (sid:1;)", "reject", "reject tcp any any -> any 53 (sid:1;)"},
		"protocol":               {"drop sctp any any -> any any (sid:1;)", "protocol", "drop smb any any -> any any (sid:1;)"},
		"pgsql":                  {"pass pgsql any any -> any 5432 (sid:1;)", "protocol", "pass tcp any any -> any 5432 (sid:1;)"},
		"host bits":              {from("10.0.1.5/24", "any"), "cidr", from("10.0.1.5", "any")},
		"no address":             {from("[10.0.0.0/16,!10.0.0.0/16]", "any"), "cidr", from("[10.0.0.0/16,!10.0.1.0/24]", "any")},
		"not any":                {from("!any", "any"), "cidr", from("!10.0.0.0/8", "any")},
		"no block":               {from("10.0.0.0/33", "any"), "cidr", from("2001:db8::/32", "any")},
		"port range":             {from("any", "9000:80"), "port", from("any", "80:9000")},
		"port too high":          {from("any", "65536"), "port", from("any", "[1:,!80]")},
		"no port":                {from("any", "[80,!80]"), "port", from("any", "[80:81,!80]")},
		"port of ICMP":           {"drop icmp any any -> any 8 (sid:1;)", "port", "drop icmp any any -> any any (itype:8; sid:1;)"},
		"dataset":                {with("dataset:set,x;"), "keyword", with("flowbits:set,x;")},
		"file":                   {with(`filemagic:"x";`), "keyword", with("flowbits:set,x;")},
		"threshold":              {with("threshold:type limit, track by_src, count 1, seconds 1;"), "keyword", with("noalert;")},
		"bits of hosts":          {with("xbits:set,x,track ip_src;"), "keyword", with("flowbits:set,x;")},
		"tag of hosts":           {with("tag:host,10,seconds,src;"), "keyword", with("tag:session;")},
		"pcre alone":             {with(`pcre:"/x/";`), "pcre", with(`content:"x"; pcre:"/x/";`)},
		"country":                {with("geoip:src,UK;"), "geoip", with("geoip:src,GB,!US;")},
		"flow":                   {with("flow:to_sever;"), "flow", with("flow:to_server,established;")},
		"flow, contradiction":    {with("flow:established,not_established;"), "flow", with("flow:not_established;")},
		"breaking out of msg":    {with(`msg:"a" b"; `), "quotes", with(`msg:"a\" b";`)},
		"msg without quotes":     {with("msg:a;"), "quotes", with(`msg:"a";`)},
		"options out of order":   {with(`endswith; content:"x";`), "order", with(`content:"x"; endswith;`)},
		"unknown keyword":        {with(`contentt:"x";`), "keyword", with(`content:"x";`)},
		"unknown buffer":         {with(`http.hosts; content:"x";`), "keyword", with(`http.host; content:"x";`)},
		"capitals in a host":     {with(`http.host; content:"Example.com";`), "content", with(`http.host; content:"example.com";`)},
		"nocase in a host":       {with(`http.host; content:"example.com"; nocase;`), "content", with(`tls.sni; content:"example.com"; nocase;`)},
		"capitals, lowered":      {with(`tls.sni; to_lowercase; content:"A";`), "content", with(`tls.sni; to_lowercase; content:"a";`)},
		"a value too many":       {with(`content:"x"; nocase:1;`), "value", with(`content:"x"; nocase;`)},
		"a value too few":        {with("dsize;"), "value", with("dsize:>5;")},
		"a number too large":     {with("ttl:256;"), "value", with("ttl:255;")},
		"an empty range":         {with("dsize:5-5;"), "value", with("dsize:5-7;")},
		"a wrong word":           {with("ssl_state:hello;"), "value", with("ssl_state:client_hello;")},
		"a wrong event":          {with("stream-event:nothing;"), "value", with("stream-event:pkt_invalid_ack;")},
		"bytes, half of one":     {with(`content:"|0|";`), "value", with(`content:"|0a|";`)},
		"buffer, nothing in it":  {with("tls.sni;"), "buffer", with("tls.sni; bsize:>5;")},
		"transform, no buffer":   {with(`dotprefix; content:"x";`), "order", with(`tls.sni; dotprefix; content:"x";`)},
		"modifiers, a buffer on": {with(`content:"x"; tls.sni; nocase; content:"y";`), "order", with(`content:"x"; nocase; tls.sni; content:"y";`)},
		"two places of one":      {with(`content:"x"; depth:5; within:5;`), "order", with(`content:"x"; depth:5; offset:5;`)},
		"depth too small":        {with(`content:"abc"; depth:2;`), "value", with(`content:"abc"; depth:3;`)},
		"two applications":       {with(`tls.sni; content:"x"; http.host; content:"y";`), "protocol", with(`http.uri; content:"x"; http.host; content:"y";`)},
		"another application":    {strings.Replace(with(`tls.sni; content:"x";`), "tcp", "http", 1), "protocol", strings.Replace(with(`tls.sni; content:"x";`), "tcp", "tls", 1)},
		"two sides":              {with(`http.host; content:"x"; http.stat_code; content:"200";`), "side", with(`http.host; content:"x"; http.uri; content:"y";`)},
		"the other side":         {with(`flow:to_client; tls.sni; content:"x";`), "side", with(`flow:to_server; tls.sni; content:"x";`)},
		"packets and names":      {with(`tls.sni; content:"x"; dsize:>5;`), "packet", with(`content:"x"; dsize:>5;`)},
		"msg twice":              {with(`msg:"a"; msg:"b";`), "twice", with(`msg:"a";`)},
		"a broken pattern":       {with(`content:"x"; pcre:"/(a/";`), "pcre", with(`content:"x"; pcre:"/(a)/";`)},
		"a letter of patterns":   {with(`content:"x"; pcre:"/a/q";`), "pcre", with(`content:"x"; pcre:"/a/i";`)},
		"a name that is unset":   {with(`content:"x"; offset:size;`), "value", with(`byte_extract:1,0,size; content:"x"; offset:size;`)},
		"protocol in capitals":   {strings.Replace(with(""), "tcp", "TLS", 1), "syntax", strings.Replace(with(""), "tcp", "TCP", 1)},
		"no blank":               {strings.Replace(with(""), " (", "(", 1), "syntax", with("")},
		"variable in option":     {with("flowbits:set,$X;"), "variable", with("flowbits:set,X;")},
		"continued":              {"drop tcp any any -> any any \\", "syntax", with("")},
		"too long":               {with(`msg:"` + strings.Repeat("x", 8200) + `";`), "rule-length", with(`msg:"` + strings.Repeat("x", 8000) + `";`)},
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

// TestDomainListRules: what AWS makes of a domain list is taken.
func TestDomainListRules(t *testing.T) {
	t.Parallel()
	for action := range listActions {
		d := DomainList{Targets: []string{"example.com", ".example.org"}, HTTP: true, TLS: true, Action: action}
		g := Group{}
		for _, r := range d.Rules(false, "") {
			g.Lines = append(g.Lines, Line{Rule: r})
		}
		assert.Empty(t, Check(g), action)
	}
}

func TestCheckVariables(t *testing.T) {
	t.Parallel()
	rules := func(g Group) []string {
		var out []string
		for _, p := range Check(g) {
			out = append(out, p.Rule)
		}
		return out
	}
	ip := func(values ...string) Group { return Group{IPSets: map[string][]string{"X": values}} }
	assert.Empty(t, rules(ip("10.0.0.0/8", "!10.1.0.0/16")))
	assert.Empty(t, rules(ip("${Token[Cidr.1]}", "10.0.0.0/8")))
	assert.Equal(t, []string{"mixed-families"}, rules(ip("10.0.0.0/8", "2001:db8::/32")))
	assert.Equal(t, []string{"cidr"}, rules(ip("10.0.0.1/8")))
	assert.Equal(t, []string{"variable-empty"}, rules(ip()))
	assert.Equal(t, []string{"external-net"}, rules(Group{IPSets: map[string][]string{"HOME_NET": {"10.0.0.0/8"}}}))
	assert.Equal(t, []string{"variable-name"}, rules(Group{IPSets: map[string][]string{"a b": {"10.0.0.0/8"}}}))
	assert.Equal(t, []string{"port"}, rules(Group{PortSets: map[string][]string{"X": {"http"}}}))
	assert.Equal(t, []string{"capacity"}, rules(Group{Capacity: 1, Lines: []Line{{Number: 1, Rule: must(Parse(good))}, {Number: 2, Rule: must(Parse(strings.Replace(good, "sid:1", "sid:2", 1)))}}}))
}

func must(r Rule, err error) Rule {
	if err != nil {
		panic(err)
	}
	return r
}

func TestShadows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ rules, want string }{
		"by one": {`
			pass tcp 10.0.0.0/16 any -> any 443 (sid:1;)
			pass tcp 10.0.1.0/24 any -> 10.9.0.0/16 443 (sid:2;)`, "2 by 1"},
		"by two together": {`
			pass tcp 10.0.0.0/25 any -> any 80:443 (sid:1;)
			pass tcp 10.0.0.128/25 any -> any [80,443] (sid:2;)
			pass tcp 10.0.0.0/24 any -> 10.9.0.0/16 443 (sid:3;)`, "3 by 1 2"},
		"a gap of one port": {`
			pass tcp any any -> any :442 (sid:1;)
			pass tcp any any -> any 444: (sid:2;)
			pass tcp any any -> any any (sid:3;)`, ""},
		"the opposite": {`
			drop ip any any -> 10.0.0.0/8 any (sid:1;)
			pass udp any any -> 10.1.0.0/16 53 (sid:2;)`, "2 by 1 contradicts"},
		"a rule with options is inside its header": {`
			pass tcp any any -> any 80 (flow:to_server; sid:1;)
			drop http any any -> any 80 (flow:to_server; http.host; content:"x"; sid:2;)`, "2 by 1 contradicts"},
		"and shadows nothing": {`
			drop http any any -> any 80 (flow:to_server; http.host; content:"x"; sid:1;)
			pass tcp any any -> any 80 (flow:to_server; sid:2;)`, ""},
		"one way does not shadow both": {`
			pass tcp any any -> any 80 (flow:to_server; sid:1;)
			pass tcp any any -> any 80 (sid:2;)`, ""},
		"both ways do": {`
			pass tcp any any -> any 80 (flow:to_server; sid:1;)
			pass tcp any any -> any 80 (flow:to_client; sid:2;)
			pass tcp any any -> any 80 (flow:established; sid:3;)`, "3 by 1 2"},
		"an alert ends nothing": {`
			alert tcp any any -> any any (sid:1;)
			drop tcp any any -> any any (sid:2;)`, ""},
		"unknown addresses shadow nothing": {`
			drop tcp @LIST any -> any any (sid:1;)
			drop tcp @LIST any -> any any (sid:2;)`, ""},
		"but are shadowed by every address": {`
			drop tcp any any -> any any (sid:1;)
			drop tcp @LIST any -> any any (sid:2;)`, "2 by 1"},
		"other protocols": {`
			pass tcp any any -> any any (sid:1;)
			drop udp any any -> any any (sid:2;)`, ""},
		"families apart": {`
			drop ip 0.0.0.0/0 any -> any any (sid:1;)
			drop ip any any -> any any (sid:2;)`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, problems := ParseText(test.rules)
			require.Empty(t, problems)
			g := Group{Lines: lines, References: []string{"LIST"}}
			var got []string
			for _, s := range Shadows([]Group{g}) {
				text := fmt.Sprint(s.Rule.Line+1, " by")
				for _, by := range s.By {
					text += fmt.Sprint(" ", by.Line+1)
				}
				if s.Contradiction {
					text += " contradicts"
				}
				got = append(got, text)
			}
			assert.Equal(t, test.want, strings.Join(got, ", "))
		})
	}
}

// drawRule draws a rule that should be good.
func drawRule(t *rapid.T, sid int) string {
	address := rapid.SampledFrom([]string{"any", "10.0.0.0/8", "[10.0.1.0/24,10.0.2.0/24]", "!10.0.0.0/8", "[10.0.0.0/8,!10.1.0.0/16]", "$HOME_NET", "$EXTERNAL_NET", "2001:db8::/32", "10.0.0.1"})
	port := rapid.SampledFrom([]string{"any", "80", "8000:8010", "[80,443]", "!80", ":1023", "[1:100,!50]"})
	protocol := rapid.SampledFrom([]string{"tcp", "udp", "ip", "tls", "http", "ssh", "dns", "smtp"}).Draw(t, "protocol")
	options := rapid.SampledFrom([]string{"", "flow:to_server; ", "flow:to_server,established; ", "noalert; ", "metadata:a b; ", "rev:3; "}).Draw(t, "options")
	switch protocol {
	case "tls":
		options += rapid.SampledFrom([]string{"", `tls.sni; content:"a.example"; nocase; `, `tls.sni; dotprefix; content:".a.example"; endswith; `}).Draw(t, "tls")
	case "http":
		options += rapid.SampledFrom([]string{"", `http.host; content:"a.example"; `, `http.host; pcre:"/^a$/"; `}).Draw(t, "http")
	}
	message := rapid.StringMatching(`[ -~]{1,20}`).Draw(t, "message")
	quoted, err := Quote(message)
	if err != nil {
		t.Fatal(err)
	}
	action := rapid.SampledFrom([]string{"pass", "drop", "alert"}).Draw(t, "action")
	sourcePort, destinationPort := port.Draw(t, "source port"), port.Draw(t, "port")
	return fmt.Sprintf("%s %s %s %s -> %s %s (msg:%s; %ssid:%d;)", action, protocol, address.Draw(t, "source"), sourcePort, address.Draw(t, "destination"), destinationPort, quoted, options, sid)
}

// TestAcceptedRulesAreSuricatas: a real Suricata takes every rule that we take.
func TestAcceptedRulesAreSuricatas(t *testing.T) {
	mustHaveSuricata(t)
	var rules []string
	rapid.Check(t, func(t *rapid.T) {
		text := drawRule(t, len(rules)+1)
		r, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if found := Check(Group{StrictOrder: true, Lines: []Line{{Number: 1, Text: text, Rule: r}}}); len(found) > 0 {
			t.Skip(found[0].Summary)
		}
		if r.String() != text {
			t.Fatalf("got %s, wrote %s", text, r)
		}
		rules = append(rules, text)
	})
	kinds := analyse(t, rules)
	for i, text := range rules {
		if k := must(Parse(text)).Kind(); k != Unknown && !(k == IPOnly && strings.Contains(text, "$EXTERNAL_NET")) {
			assert.Equal(t, kinds[i+1], string(k), text)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	data, err := os.ReadFile("testdata/corpus/written.rules")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f.Add(line)
	}
	f.Add(`drop http [10.0.0.0/8, !10.1.0.0/16] any -> $HOME_NET ![80,8080:] (http.host; pcre:!"/a\;b/"; sid:2;)`)
	f.Fuzz(func(t *testing.T, text string) {
		lines, _ := ParseText(text)
		for _, line := range lines {
			again, err := Parse(line.Rule.String())
			if err != nil || again.String() != line.Rule.String() {
				t.Fatalf("%q became %q: %v", line.Rule.String(), again.String(), err)
			}
		}
		Check(Group{StrictOrder: true, Lines: lines})
		Shadows([]Group{{Lines: lines}})
		CheckPolicy(Policy{Groups: []Group{{Lines: lines}}})
	})
}
