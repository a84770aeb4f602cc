package evaluate

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/webacl"
)

func statement(t require.TestingT, text string) webacl.Statement {
	var s webacl.Statement
	require.Empty(t, webacl.Decode([]byte(text), &s), text)
	return s
}

func rule(name string, priority int, s webacl.Statement, action string) webacl.Rule {
	r := webacl.Rule{Name: name, Priority: priority, Statement: &s, Action: &webacl.Action{}}
	switch action {
	case "Allow":
		r.Action.Allow = &webacl.AllowAction{}
	case "Block":
		r.Action.Block = &webacl.BlockAction{}
	case "Count":
		r.Action.Count = &webacl.AllowAction{}
	case "Captcha":
		r.Action.Captcha = &webacl.AllowAction{}
	}
	return r
}

func read(t require.TestingT, text string) Request {
	r, err := ReadRequest(strings.NewReader(text))
	require.NoError(t, err)
	return r
}

const get = "# client 203.0.113.7\n# country DE\n# asn 64500\nGET /a%2Fb/../c?q=1&Name=O%27Neil+x&flag HTTP/1.1\r\nHost: " +
	"Shop.example.com\r\nCookie: id=7; theme=dark\r\nX-Forwarded-For: 198.51.100.9, 203.0.113.7\r\nUser-Agent: curl/8\r\n\r\n"

const post = "POST /orders HTTP/1.1\nHost: shop.example.com\n\n" + `{"user": {"name": "Ann", "age": 7}, "tags": ["a", "b"]}`

var refs = webacl.References{
	IPSets: map[string]webacl.Addresses{"office": {Version: "IPV4", Blocks: []string{"203.0.113.0/24"}},
		"token": {Blocks: []string{"${Token}"}}},
	RegexSets: map[string][]string{"bots": {"^curl/", "bot$"}},
}

// TestStatements evaluates single statements of every kind.
func TestStatements(t *testing.T) {
	t.Parallel()
	bytes := func(field, position, text string, transformations ...string) string {
		list := []string{}
		for i, x := range append(transformations, "NONE") {
			list = append(list, fmt.Sprintf(`{"Priority": %d, "Type": %q}`, i, x))
		}
		quoted, _ := json.Marshal(text)
		return fmt.Sprintf(`{"ByteMatchStatement": {"FieldToMatch": {%s}, "PositionalConstraint": %q, "SearchString": %s, `+
			`"TextTransformations": [%s]}}`, field, position, quoted, strings.Join(list, ","))
	}
	path, method, query := `"UriPath": {}`, `"Method": {}`, `"QueryString": {}`
	header := func(name string) string { return fmt.Sprintf(`"SingleHeader": {"Name": %q}`, name) }
	const t0 = `"TextTransformations": [{"Priority": 0, "Type": "NONE"}]`
	for _, test := range []struct {
		request, statement string
		want               outcome
	}{
		{get, bytes(path, "EXACTLY", "/a%2Fb/../c"), yes},
		{get, bytes(path, "EXACTLY", "/a/c", "URL_DECODE", "NORMALIZE_PATH"), yes},
		{get, bytes(path, "STARTS_WITH", "/a%"), yes},
		{get, bytes(path, "ENDS_WITH", "/c"), yes},
		{get, bytes(path, "CONTAINS", "../"), yes},
		{get, bytes(path, "CONTAINS", "q=1"), no},
		{get, bytes(query, "CONTAINS_WORD", "flag"), yes},
		{get, bytes(query, "CONTAINS_WORD", "fla"), no},
		{get, bytes(method, "EXACTLY", "GET"), yes},
		{get, bytes(header("HOST"), "EXACTLY", "shop.example.com", "LOWERCASE"), yes},
		{get, bytes(header("host"), "EXACTLY", "shop.example.com"), no},
		{get, bytes(header("x-none"), "CONTAINS", "x"), no},
		{get, bytes(header("host"), "EXACTLY", "${Token[1]}"), unknown},
		{get, bytes(`"SingleQueryArgument": {"Name": "name"}`, "EXACTLY", "O'Neil x", "URL_DECODE"), yes},
		{get, bytes(`"AllQueryArguments": {}`, "EXACTLY", "flag"), yes},
		{get, bytes(`"Cookies": {"MatchPattern": {"IncludedCookies": ["theme"]}, "MatchScope": "VALUE", "OversizeHandling": "MATCH"}`, "EXACTLY",
			"dark"), yes},
		{get, bytes(`"Cookies": {"MatchPattern": {"ExcludedCookies": ["theme"]}, "MatchScope": "VALUE", "OversizeHandling": "MATCH"}`, "EXACTLY",
			"dark"), no},
		{get, bytes(`"Cookies": {"MatchPattern": {"All": {}}, "MatchScope": "KEY", "OversizeHandling": "MATCH"}`, "EXACTLY", "id"), yes},
		{get, bytes(`"Headers": {"MatchPattern": {"IncludedHeaders": ["user-agent"]}, "MatchScope": "ALL", "OversizeHandling": "MATCH"}`,
			"STARTS_WITH", "curl"), yes},
		{get, bytes(`"HeaderOrder": {"OversizeHandling": "MATCH"}`, "EXACTLY", "host:cookie:x-forwarded-for:user-agent"), yes},
		{get, bytes(`"JA3Fingerprint": {"FallbackBehavior": "MATCH"}`, "EXACTLY", "x"), unknown},
		{"# ja3 x\n" + get, bytes(`"JA3Fingerprint": {"FallbackBehavior": "MATCH"}`, "EXACTLY", "x"), yes},
		{get, bytes(`"UriFragment": {"FallbackBehavior": "MATCH"}`, "EXACTLY", "x"), yes},
		{get, bytes(`"Body": {"OversizeHandling": "MATCH"}`, "CONTAINS", "x"), no},
		{"POST / HTTP/1.1\n\n" + strings.Repeat("x", 8193), bytes(`"Body": {"OversizeHandling": "MATCH"}`, "CONTAINS", "y"), yes},
		{"POST / HTTP/1.1\n\n" + strings.Repeat("x", 8193), bytes(`"Body": {"OversizeHandling": "NO_MATCH"}`, "CONTAINS", "x"), no},
		{"POST / HTTP/1.1\n\n" + strings.Repeat("x", 8192) + "y", bytes(`"Body": {"OversizeHandling": "CONTINUE"}`, "CONTAINS", "y"), no},
		{post, bytes(`"JsonBody": {"MatchPattern": {"IncludedPaths": ["/user/name"]}, "MatchScope": "VALUE", "OversizeHandling": "MATCH"}`,
			"EXACTLY", "Ann"), yes},
		{post, bytes(`"JsonBody": {"MatchPattern": {"IncludedPaths": ["/user/name"]}, "MatchScope": "KEY", "OversizeHandling": "MATCH"}`,
			"EXACTLY", "Ann"), no},
		{post, bytes(`"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "MATCH"}`, "EXACTLY", "7"), yes},
		{post, bytes(`"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "KEY", "OversizeHandling": "MATCH"}`, "EXACTLY", "age"), yes},
		{"POST / HTTP/1.1\n\n{",
			bytes(`"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "InvalidFallbackBehavior": "MATCH", "OversizeHandling": "MATCH"}`,
				"EXACTLY", "x"), yes},
		{"POST / HTTP/1.1\n\n{", bytes(`"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "MATCH"}`, "EXACTLY",
			"x"), unknown},
		{get, `{"RegexMatchStatement": {"RegexString": "^(?i)shop\\.", "FieldToMatch": {` + header("host") + `}, ` + t0 + `}}`, yes},
		{get, `{"RegexMatchStatement": {"RegexString": "a(?=b)", "FieldToMatch": {` + header("host") + `}, ` + t0 + `}}`, unknown},
		{get, `{"RegexPatternSetReferenceStatement": {"Arn": "bots", "FieldToMatch": {` + header("user-agent") + `}, ` + t0 + `}}`, yes},
		{get, `{"RegexPatternSetReferenceStatement": {"Arn": "others", "FieldToMatch": {` + header("user-agent") + `}, ` + t0 + `}}`, unknown},
		{get, `{"SizeConstraintStatement": {"ComparisonOperator": "GT", "Size": 3, "FieldToMatch": {` + query + `}, ` + t0 + `}}`, yes},
		{get, `{"SizeConstraintStatement": {"ComparisonOperator": "EQ", "Size": 0, "FieldToMatch": {` + header("none") + `}, ` + t0 + `}}`,
			unknown},
		{"POST / HTTP/1.1\n\n" + strings.Repeat("x", 9000),
			`{"SizeConstraintStatement": {"ComparisonOperator": "GT", "Size": 8192, "FieldToMatch": {"Body": {"OversizeHandling": "CONTINUE"}}, ` +
				t0 + `}}`, unknown},
		{get, `{"GeoMatchStatement": {"CountryCodes": ["DE"]}}`, yes},
		{get, `{"GeoMatchStatement": {"CountryCodes": ["FR"]}}`, no},
		{post, `{"GeoMatchStatement": {"CountryCodes": ["FR"]}}`, unknown},
		{post, `{"NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": ["FR"]}}}}`, unknown},
		{get, `{"AsnMatchStatement": {"AsnList": [64500]}}`, yes},
		{post, `{"AsnMatchStatement": {"AsnList": [64500]}}`, unknown},
		{get, `{"IPSetReferenceStatement": {"Arn": "office"}}`, yes},
		{post, `{"IPSetReferenceStatement": {"Arn": "office"}}`, unknown},
		{get, `{"IPSetReferenceStatement": {"Arn": "token"}}`, unknown},
		{get, `{"IPSetReferenceStatement": {"Arn": "others"}}`, unknown},
		{get, `{"IPSetReferenceStatement": {"Arn": "office", "IPSetForwardedIPConfig": {"HeaderName": "X-Forwarded-For", ` +
			`"FallbackBehavior": "MATCH", "Position": "FIRST"}}}`, no},
		{get, `{"IPSetReferenceStatement": {"Arn": "office", "IPSetForwardedIPConfig": {"HeaderName": "X-Forwarded-For", ` +
			`"FallbackBehavior": "MATCH", "Position": "LAST"}}}`, yes},
		{get, `{"IPSetReferenceStatement": {"Arn": "office", "IPSetForwardedIPConfig": {"HeaderName": "X-Forwarded-For", ` +
			`"FallbackBehavior": "MATCH", "Position": "ANY"}}}`, yes},
		{get, `{"IPSetReferenceStatement": {"Arn": "office", "IPSetForwardedIPConfig": {"HeaderName": "User-Agent", ` +
			`"FallbackBehavior": "MATCH", "Position": "ANY"}}}`, yes},
		{get, `{"IPSetReferenceStatement": {"Arn": "office", "IPSetForwardedIPConfig": {"HeaderName": "User-Agent", ` +
			`"FallbackBehavior": "NO_MATCH", "Position": "ANY"}}}`, no},
		{get, `{"IPSetReferenceStatement": {"Arn": "office", "IPSetForwardedIPConfig": {"HeaderName": "None", "FallbackBehavior": "MATCH", ` +
			`"Position": "ANY"}}}`, skipped},
		{get, `{"NotStatement": {"Statement": {"IPSetReferenceStatement": {"Arn": "office", "IPSetForwardedIPConfig": {"HeaderName": "None", ` +
			`"FallbackBehavior": "MATCH", "Position": "ANY"}}}}}`, skipped},
		{get, `{"AndStatement": {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["DE"]}}, ` +
			`{"GeoMatchStatement": {"CountryCodes": ["DE"], "ForwardedIPConfig": {"HeaderName": "None", "FallbackBehavior": "MATCH"}}}]}}`, skipped},
		{get, `{"OrStatement": {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["DE"]}}, ` +
			`{"GeoMatchStatement": {"CountryCodes": ["DE"], "ForwardedIPConfig": {"HeaderName": "None", "FallbackBehavior": "MATCH"}}}]}}`, skipped},
		{"GET /flags/flag HTTP/1.1\n\n", bytes(path, "CONTAINS_WORD", "flag"), yes},
		{get, `{"OrStatement": {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["DE"]}}, ` +
			`{"IPSetReferenceStatement": {"Arn": "others"}}]}}`, yes},
		{get, `{"AndStatement": {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["DE"]}}, ` +
			`{"IPSetReferenceStatement": {"Arn": "others"}}]}}`, unknown},
		{get, `{"AndStatement": {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["FR"]}}, ` +
			`{"IPSetReferenceStatement": {"Arn": "others"}}]}}`, no},
		{"GET /?q=1%27%20OR%20%271%27=%271 HTTP/1.1\n\n",
			`{"SqliMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}}, "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]}}`,
			yes},
		{"GET /?q=1 HTTP/1.1\n\n",
			`{"SqliMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}}, "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]}}`,
			no},
		{"GET /?q=%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1\n\n",
			`{"XssMatchStatement": {"FieldToMatch": {"QueryString": {}}, "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]}}`, yes},
		{get, `{"XssMatchStatement": {"FieldToMatch": {"QueryString": {}}, "TextTransformations": [{"Priority": 0, "Type": "SHA256"}]}}`,
			unknown},
		{get, `{}`, unknown},
	} {
		r, s := read(t, test.request), statement(t, test.statement)
		v := evaluation{Evaluator: New(webacl.ACL{Rules: []webacl.Rule{{Statement: &s}}}, refs, webacl.LoadBalancer), r: &r}
		assert.Equal(t, words[test.want], words[v.statement(&s)], test.statement)
	}
}

func TestTransformations(t *testing.T) {
	t.Parallel()
	for _, test := range [][3]string{
		{"LOWERCASE", "ABC", "abc"}, {"UPPERCASE", "abc", "ABC"}, {"TRIM", " a ", "a"}, {"TRIM_LEFT", " a ", "a "}, {"TRIM_RIGHT", " a ", " a"},
		{"REMOVE_WHITESPACE", " a\tb\n", "ab"}, {"REMOVE_NULLS", "a\x00b", "ab"}, {"REPLACE_NULLS", "a\x00b", "a b"},
		{"COMPRESS_WHITE_SPACE", "a \t\n b", "a b"},
		{"URL_DECODE", "a%20b+c%2", "a b c%2"}, {"URL_DECODE", "%zz%41", "%zzA"}, {"URL_DECODE_UNI", "%u0041%uFF41%20", "Aa "},
		{"HTML_ENTITY_DECODE", "&lt;a&#x62;&quot;", `<ab"`},
		{"NORMALIZE_PATH", "/a//b/./c/../d", "/a/b/d"}, {"NORMALIZE_PATH", "/../a", "/a"}, {"NORMALIZE_PATH", "../a", "../a"},
		{"NORMALIZE_PATH", "/a/..", "/"}, {"NORMALIZE_PATH", "/a/b/.", "/a/b/"},
		{"NORMALIZE_PATH_WIN", `\a\..\b`, "/b"}, {"CMD_LINE", `C^MD "/c";  Dir`, "cmd/c dir"}, {"REPLACE_COMMENTS", "a/*x*/b/*y", "a b "},
		{"BASE64_DECODE", "YWI=", "ab"}, {"BASE64_DECODE", "!", "!"}, {"BASE64_DECODE_EXT", "Y.W I=", "ab"}, {"HEX_DECODE", "6162", "ab"},
		{"HEX_DECODE", "6", "6"},
		{"SQL_HEX_DECODE", "x=0x6162 y", "x=ab y"}, {"ESCAPE_SEQ_DECODE", `\x61\n\101\q`, "a\nA\\q"}, {"JS_DECODE", `\u0061\/\x62`, "a/b"},
		{"CSS_DECODE", `ja\76 ascript\:`, "javascript:"},
		{"UTF8_TO_UNICODE", "aé", "a%u00e9"}, {"NONE", "a", "a"},
		// Letters are A to Z, without the Kelvin sign and the long s.
		{"LOWERCASE", "hac\u212a \u017f É", "hac\u212a \u017f É"}, {"UPPERCASE", "\u017f \u0131 é", "\u017f \u0131 é"}, {"CMD_LINE",
			"\u212aILL", "\u212aill"},
		{"TRIM", "\u2003a\u2003", "\u2003a\u2003"},
		// Invalid UTF-8 stays as it is.
		{"LOWERCASE", "A\xff\xc3", "a\xff\xc3"}, {"UPPERCASE", "a\xff", "A\xff"}, {"REMOVE_WHITESPACE", "a \xff", "a\xff"}, {"CMD_LINE",
			"A^\xff;B", "a\xff b"},
		{"UTF8_TO_UNICODE", "\xffé", "\xff%u00e9"}, {"TRIM", " \xff ", "\xff"}, {"COMPRESS_WHITE_SPACE", "\xff  ", "\xff "}, {"CSS_DECODE",
			"\\\xff", "\xff"},
		// Full-width characters become ASCII; of other codes the lower byte counts.
		{"JS_DECODE", `\uff1cscript\uFF1e`, "<script>"}, {"JS_DECODE", `\u013c`, "<"}, {"CSS_DECODE", `\ff1c`, "<"}, {"CSS_DECODE",
			`\00013c`, "<"}, {"URL_DECODE_UNI", "%uff1c%u013c", "<<"},
		// JavaScript reads \q as q; ANSI C has no \u.
		{"JS_DECODE", `\q\uzz\777`, `q\uzz?7`}, {"ESCAPE_SEQ_DECODE", `\u003c`, `\u003c`}, {"JS_DECODE", `a\`, `a\`}, {"ESCAPE_SEQ_DECODE",
			`\x4`, `\x4`},
	} {
		got, known := transform(test[1], []webacl.Transformation{{Type: test[0]}})
		assert.True(t, known)
		assert.Equal(t, test[2], got, "%s of %q", test[0], test[1])
	}
	_, known := transform("a", []webacl.Transformation{{Type: "CMD_LINE_UNIX"}})
	assert.False(t, known)
	in, _ := transform("%41", []webacl.Transformation{{Priority: 1, Type: "LOWERCASE"}, {Priority: 0, Type: "URL_DECODE"}})
	assert.Equal(t, "a", in, "in the order of priorities")
	md5, _ := transform("", []webacl.Transformation{{Type: "MD5"}})
	assert.Len(t, md5, 16)
}

// TestJSON: arrays have indexes, numbers and texts stay as they are written, and all values of a repeated name count.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body, pointers, scope, search string
		want                          outcome
	}{
		{`{"dogs": [{"name": "evil"}, {"name": "ok"}]}`, "/dogs/0/name", "ALL", "evil", yes},
		{`{"dogs": [{"name": "evil"}, {"name": "ok"}]}`, "/dogs/1/name", "ALL", "evil", no},
		{`{"dogs": [{"name": "evil"}]}`, "/dogs/00/name", "ALL", "evil", no},
		{`{"dogs": [{"name": "evil"}]}`, "/dogs/-1/name", "ALL", "evil", no},
		{`{"dogs": {"0": "evil"}}`, "/dogs/0", "ALL", "evil", yes},
		{`[["evil"]]`, "/0/0", "VALUE", "evil", yes},
		{`{"a/b": {"c~d": "evil"}}`, "/a~1b/c~0d", "VALUE", "evil", yes},
		{`{"n": 1.0}`, "", "VALUE", "1.0", yes}, {`{"n": 1e3}`, "", "VALUE", "1e3", yes}, {`[12345678901234567890]`, "", "VALUE",
			"12345678901234567890", yes},
		{`{"n": true}`, "", "VALUE", "true", yes}, {`{"n":null }`, "", "VALUE", "null", yes}, {`7`, "", "VALUE", "7", yes},
		{`{"a": "evil", "a": "ok"}`, "", "VALUE", "evil", yes}, {`{"a": "evil", "a": "ok"}`, "/a", "VALUE", "evil", yes},
		{"{\"a\": \"\xff\"}", "", "VALUE", "\xff", yes},
		{`{"a": "\ud83d\ude00\u0041\/\""}`, "", "VALUE", "\U0001F600A/\"", yes},
		{`{"a": {}, "b": [], "c": "]}"}`, "", "VALUE", "]}", yes}, {`{"evil": {}}`, "", "KEY", "evil", yes}, {`{"x": "evil"}`, "", "KEY",
			"evil", no},
	} {
		j := &webacl.JSONBody{MatchPattern: &webacl.JSONPattern{All: &webacl.Empty{}}, MatchScope: test.scope}
		if test.pointers != "" {
			j.MatchPattern = &webacl.JSONPattern{IncludedPaths: []string{test.pointers}}
		}
		f := jsonBody(&Request{Body: test.body}, j, smallLimit)
		assert.Equal(t, test.want == yes, slices.Contains(f.texts, test.search), "%s in %s at %q: %q", test.search, test.body,
			test.pointers, f.texts)
	}
}

// TestParseJSON: the leaves of valid JSON are the same as those of encoding/json.
func TestParseJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z"\\\n/{}\[\],: é]{0,8}`)
		tree := map[string]any{text.Draw(t, "name"): []any{text.Draw(t, "text"), map[string]any{text.Draw(t, "inner"): text.Draw(t,
			"deep")}, nil, true}}
		data, err := json.MarshalIndent(tree, "", " ")
		require.NoError(t, err)
		var got []string
		parseJSON(string(data)).texts("ALL", &got)
		for name, value := range tree {
			list, _ := value.([]any)
			want := []string{name, fmt.Sprint(list[0])}
			inner, _ := list[1].(map[string]any)
			for k, v := range inner {
				want = append(want, k, fmt.Sprint(v))
			}
			require.Equal(t, append(want, "null", "true"), got)
		}
	})
}

// TestBodyLimits: WAF reads 8 KB of bodies for load balancers and AppSync, and for other kinds 16 KB or what AssociationConfig says.
func TestBodyLimits(t *testing.T) {
	t.Parallel()
	more := func(kind, size string) *webacl.AssociationConfig {
		return &webacl.AssociationConfig{RequestBody: map[string]webacl.BodyLimit{kind: {DefaultSizeInspectionLimit: size}}}
	}
	for _, test := range []struct {
		scope  string
		config *webacl.AssociationConfig
		kinds  []string
		want   []int
	}{
		{webacl.CloudFront, nil, nil, []int{16}},
		{webacl.CloudFront, more("CLOUDFRONT", "KB_48"), nil, []int{48}},
		{webacl.Regional, nil, []string{webacl.LoadBalancer}, []int{8}},
		{webacl.Regional, more("API_GATEWAY", "KB_64"), []string{webacl.LoadBalancer}, []int{8}},
		{webacl.Regional, more("API_GATEWAY", "KB_64"), []string{webacl.RestAPI}, []int{64}},
		{webacl.Regional, more("API_GATEWAY", "KB_64"), []string{webacl.UserPool, webacl.GraphQL}, []int{8, 16}},
		{webacl.Regional, nil, nil, []int{8, 16}},
		{webacl.Regional, more("APP_RUNNER_SERVICE", "KB_32"), nil, []int{8, 16, 32}},
		{webacl.Regional, more("API_GATEWAY", "${Size}"), []string{webacl.RestAPI}, []int{16, 32, 48, 64}},
	} {
		var got []int
		for _, limit := range bodyLimits(webacl.ACL{Scope: test.scope, AssociationConfig: test.config}, test.kinds) {
			got = append(got, limit>>10)
		}
		assert.Equal(t, test.want, got, "%s %v %v", test.scope, test.config, test.kinds)
	}
	s := statement(t, `{"ByteMatchStatement": {"FieldToMatch": {"Body": {"OversizeHandling": "MATCH"}}, "PositionalConstraint": "CONTAINS", `+
		`"SearchString": "y", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}`)
	acl := webacl.ACL{Scope: webacl.Regional, Rules: []webacl.Rule{rule("R", 1, s, "Block")}}
	ask := func(size int, kinds ...string) string {
		return New(acl, refs, kinds...).Evaluate(Request{Body: strings.Repeat("x", size)}).String()
	}
	assert.Equal(t, "Allow by default", ask(12_000, webacl.RestAPI))
	assert.Equal(t, "Block by R", ask(12_000, webacl.LoadBalancer))
	assert.Equal(t, "Block by R", ask(20_000))
	assert.Equal(t, "Block by R, or Allow by default", ask(12_000), "what it is in front of is not known")
	assert.Equal(t, "Allow by default", ask(8192))
}

// TestForwardedAddress: the address in the stated position counts, and the fallback is for requests without an address there.
func TestForwardedAddress(t *testing.T) {
	t.Parallel()
	const inside = "203.0.113.5"
	for _, test := range []struct {
		header, position, fallback string
		want                       outcome
	}{
		{inside + ", unknown", "FIRST", "NO_MATCH", yes}, {"unknown, " + inside, "FIRST", "NO_MATCH", no}, {"unknown, " + inside, "FIRST",
			"MATCH", yes},
		{"unknown, " + inside, "LAST", "NO_MATCH", yes}, {inside + ",", "LAST", "NO_MATCH", no}, {"192.0.2.1, unknown", "FIRST", "MATCH",
			no},
		{"unknown, " + inside, "ANY", "NO_MATCH", yes}, {"unknown, 192.0.2.1", "ANY", "MATCH", no}, {"unknown", "ANY", "MATCH", yes},
		{"unknown", "ANY", "NO_MATCH", no},
		{inside + strings.Repeat(", 192.0.2.1", 10), "ANY", "NO_MATCH", no}, {inside + strings.Repeat(", 192.0.2.1", 9), "ANY", "NO_MATCH",
			yes},
		{"::ffff:" + inside, "FIRST", "NO_MATCH", yes}, {"", "FIRST", "MATCH", yes},
	} {
		s := webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: "office", IPSetForwardedIPConfig: &webacl.SetForwardedIP{
			ForwardedIP: webacl.ForwardedIP{HeaderName: "X-Forwarded-For", FallbackBehavior: test.fallback}, Position: test.position}}}
		v := evaluation{Evaluator: New(webacl.ACL{}, refs), r: &Request{Header: []webacl.Header{{Name: "x-forwarded-for",
			Value: test.header}}}}
		assert.Equal(t, words[test.want], words[v.statement(&s)], "%s %s of %q", test.position, test.fallback, test.header)
	}
}

// TestRateKeys: a request without the keys is not counted; without a usable address the fallback decides.
func TestRateKeys(t *testing.T) {
	t.Parallel()
	const rest = `"Limit": 100, "ForwardedIPConfig": {"HeaderName": "X-Forwarded-For", "FallbackBehavior": %q}, `
	const custom = `"AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"ForwardedIP": {}}, %s]`
	none := `"TextTransformations": [{"Priority": 0, "Type": "NONE"}]`
	for _, test := range []struct {
		keys, fallback, request, want string
	}{
		{`"AggregateKeyType": "FORWARDED_IP"`, "MATCH", "GET / HTTP/1.1\nX-Forwarded-For: nonsense\n", "Block by R"},
		{`"AggregateKeyType": "FORWARDED_IP"`, "NO_MATCH", "# before R 1000\nGET / HTTP/1.1\nX-Forwarded-For: nonsense\n",
			"Allow by default"},
		{`"AggregateKeyType": "FORWARDED_IP"`, "MATCH", "GET / HTTP/1.1\nX-Forwarded-For: 192.0.2.1\n", "Allow by default"},
		{`"AggregateKeyType": "FORWARDED_IP"`, "MATCH", "# before R 1000\nGET / HTTP/1.1\n", "Allow by default"},
		{fmt.Sprintf(custom, `{"HTTPMethod": {}}`), "MATCH", "GET / HTTP/1.1\nX-Forwarded-For: nonsense\n", "Block by R"},
		{fmt.Sprintf(custom, `{"Header": {"Name": "X-Key", `+none+`}}`), "MATCH",
			"# before R 1000\nGET / HTTP/1.1\nX-Forwarded-For: 192.0.2.1\n", "Allow by default"},
		{fmt.Sprintf(custom, `{"Header": {"Name": "X-Key", `+none+`}}`), "MATCH",
			"# before R 1000\nGET / HTTP/1.1\nX-Forwarded-For: 192.0.2.1\nx-key: 1\n", "Block by R"},
		{fmt.Sprintf(custom, `{"QueryArgument": {"Name": "id", `+none+`}}`), "MATCH",
			"# before R 1000\nGET /?ID=1 HTTP/1.1\nX-Forwarded-For: 192.0.2.1\n", "Block by R"},
		{fmt.Sprintf(custom, `{"Cookie": {"Name": "id", `+none+`}}`), "MATCH",
			"# before R 1000\nGET /?id=1 HTTP/1.1\nX-Forwarded-For: 192.0.2.1\n", "Allow by default"},
	} {
		s := statement(t, `{"RateBasedStatement": {`+fmt.Sprintf(rest, test.fallback)+test.keys+`}}`)
		e := New(webacl.ACL{Rules: []webacl.Rule{rule("R", 1, s, "Block")}}, refs)
		assert.Equal(t, test.want, e.Evaluate(read(t, test.request)).String(), "%s, %s: %q", test.keys, test.fallback, test.request)
	}
}

// TestRegexEnd: $ matches at the end of a text and before a newline at its end, as in PCRE.
func TestRegexEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{`^/admin$`, "/admin\n", true}, {`^/admin$`, "/admin", true}, {`^/admin$`, "/admin\n\n", false}, {`^/admin$`, "/admin\nx", false},
		{`(?m)^/admin$`, "/admin\nx", true},
		{`^/admin\z`, "/admin\n", false}, {`(\.php$|^/x)`, "/a.php\n", true}, {`a$|b`, "ab", true}, {`[$]`, "$", true}, {`\$`, "a", false},
		{`(?i)A$`, "a\n", true}, {`^$`, "\n", true},
	} {
		compiled := compile(test.pattern)
		require.NotNil(t, compiled)
		assert.Equal(t, test.want, compiled.MatchString(test.text), "%s of %q", test.pattern, test.text)
	}
	assert.Nil(t, compile(`a(?=b)`))
	assert.Nil(t, compile(`(`))
}

// TestVerdicts: rules in sequence, with labels, groups, limits and unknown parts.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	geo := func(codes ...string) webacl.Statement {
		return webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: codes}}
	}
	labelled := func(r webacl.Rule, labels ...string) webacl.Rule {
		for _, l := range labels {
			r.RuleLabels = append(r.RuleLabels, webacl.Label{Name: l})
		}
		return r
	}
	label := func(key string) webacl.Statement {
		return webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: "LABEL", Key: key}}
	}
	managed := func(name string, priority int, counting bool, scope *webacl.Statement, overrides ...webacl.ActionOverride) webacl.Rule {
		r := webacl.Rule{Name: name, Priority: priority, OverrideAction: &webacl.OverrideAction{None: &webacl.Empty{}},
			Statement: &webacl.Statement{ManagedRuleGroupStatement: &webacl.ManagedGroup{VendorName: "AWS", Name: name, ScopeDownStatement: scope,
				RuleActionOverrides: overrides}}}
		if counting {
			r.OverrideAction = &webacl.OverrideAction{Count: &webacl.Empty{}}
		}
		return r
	}
	rate := webacl.Statement{RateBasedStatement: &webacl.RateBased{Limit: 100, AggregateKeyType: "IP"}}
	own := func(counting bool, overrides ...webacl.ActionOverride) webacl.Rule {
		r := managed("Ours", 5, counting, nil)
		r.Statement = &webacl.Statement{RuleGroupReferenceStatement: &webacl.GroupRef{Arn: "group", RuleActionOverrides: overrides}}
		return r
	}
	groups := webacl.References{Groups: map[string]*webacl.Group{"group": {Name: "Shared", Rules: []webacl.Rule{
		labelled(rule("Mark", 1, geo("DE"), "Count"), "marked"), rule("Marked", 2, label("marked"), "Block"),
	}}}}
	const common = "AWSManagedRulesCommonRuleSet"
	var but []webacl.ActionOverride // of all rules of the common group but one
	known, _ := webacl.LookUp("AWS", common)
	for name := range known.Rules {
		if name != "SizeRestrictions_BODY" {
			but = append(but, webacl.ActionOverride{Name: name, ActionToUse: &webacl.Action{Count: &webacl.AllowAction{}}})
		}
	}
	for name, test := range map[string]struct {
		rules   []webacl.Rule
		request string
		want    string
		labels  []string
	}{
		"default": {nil, get, "Allow by default", nil},
		"the first one decides": {[]webacl.Rule{rule("Later", 2, geo("DE"), "Block"), rule("First", 1, geo("DE"), "Allow")}, get,
			"Allow by First", []string{"awswaf:clientip:geo:country:DE"}},
		"count goes on": {[]webacl.Rule{rule("Count", 1, geo("DE"), "Count"), rule("Block", 2, geo("DE"), "Block")}, get,
			"Block by Block", nil},
		"may match": {[]webacl.Rule{rule("Block", 1, geo("DE"), "Block")}, post, "Block by Block, or Allow by default", nil},
		"may match, then surely": {[]webacl.Rule{rule("Allow", 1, geo("DE"), "Allow"),
			rule("Block", 2, webacl.Statement{NotStatement: &webacl.Negated{Statement: new(label("x"))}}, "Block")}, post,
			"Allow by Allow, or Block by Block", nil},
		"label": {[]webacl.Rule{labelled(rule("Mark", 1, geo("DE"), "Count"), "a:b"), rule("Block", 2, label("a:b"), "Block")},
			get, "Block by Block", nil},
		"label's namespace": {[]webacl.Rule{labelled(rule("Mark", 1, geo("DE"), "Count"), "a:b"),
			rule("Block", 2, webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: "NAMESPACE", Key: "a"}}, "Block")},
			get, "Block by Block", nil},
		"label with its prefix": {[]webacl.Rule{labelled(rule("Mark", 1, geo("DE"), "Count"), "a:b"),
			rule("Block", 2, label("awswaf:111122223333:webacl:Shop:a:b"), "Block")}, get, "Block by Block", nil},
		"label too early": {[]webacl.Rule{labelled(rule("Mark", 2, geo("DE"), "Count"), "a:b"), rule("Block", 1, label("a:b"), "Block")},
			get, "Allow by default", nil},
		"label, perhaps": {[]webacl.Rule{labelled(rule("Mark", 1, geo("DE"), "Count"), "a:b"), rule("Block", 2, label("a:b"), "Block")},
			post, "Block by Block, or Allow by default", nil},
		"country's label": {[]webacl.Rule{rule("Ask", 1, geo("FR"), "Count"),
			rule("Block", 2, label("awswaf:clientip:geo:country:DE"), "Block")}, get, "Block by Block", nil},
		"below the limit":     {[]webacl.Rule{rule("Rate", 1, rate, "Block")}, get, "Allow by default", nil},
		"beyond the limit":    {[]webacl.Rule{rule("Rate", 1, rate, "Block")}, "# before Rate 101\n" + get, "Block by Rate", nil},
		"puzzle":              {[]webacl.Rule{rule("Puzzle", 1, geo("DE"), "Captcha")}, get, "Captcha by Puzzle", nil},
		"puzzle, solved":      {[]webacl.Rule{rule("Puzzle", 1, geo("DE"), "Captcha")}, "# solved\n" + get, "Allow by default", nil},
		"managed":             {[]webacl.Rule{managed(common, 1, false, nil)}, get, "Block by " + common + ", or Allow by default", nil},
		"managed, counting":   {[]webacl.Rule{managed(common, 1, true, nil)}, get, "Allow by default", nil},
		"managed, not for it": {[]webacl.Rule{managed(common, 1, false, new(geo("FR")))}, get, "Allow by default", nil},
		"managed, all overridden": {[]webacl.Rule{managed("AWSManagedRulesAdminProtectionRuleSet", 1, false, nil,
			webacl.ActionOverride{Name: "AdminProtection_URIPATH", ActionToUse: &webacl.Action{Count: &webacl.AllowAction{}}})},
			get, "Allow by default", nil},
		"managed, its label": {[]webacl.Rule{managed(common, 1, true, nil),
			rule("Large", 2, label("awswaf:managed:aws:core-rule-set:GenericLFI_Body"), "Block")}, get, "Block by Large, or Allow by default", nil},
		"managed, published": {[]webacl.Rule{managed(common, 1, true, nil),
			rule("Large", 2, label("awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"), "Block")}, get, "Allow by default", nil},
		"managed, large": {[]webacl.Rule{managed(common, 1, true, nil),
			rule("Large", 2, label("awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"), "Block")}, get + strings.Repeat("x", 8193),
			"Block by Large", nil},
		"managed, surely": {[]webacl.Rule{managed(common, 1, false, nil)}, post, "Block by " + common, nil},
		"managed, no label": {[]webacl.Rule{managed(common, 1, true, nil),
			rule("Large", 2, label("awswaf:managed:aws:sql-database:SQLi_Body"), "Block")}, get, "Allow by default", nil},
		"managed, one acts":  {[]webacl.Rule{managed(common, 1, false, nil, but...)}, get, "Allow by default", nil},
		"behind what allows": {[]webacl.Rule{rule("Allow", 0, geo("DE"), "Allow"), managed(common, 1, false, nil)}, get, "Allow by Allow", nil},
		"own group":          {[]webacl.Rule{own(false)}, get, "Block by Ours/Marked", nil},
		"own group, counts":  {[]webacl.Rule{own(true)}, get, "Allow by default", nil},
		"own group, changed": {[]webacl.Rule{own(false, webacl.ActionOverride{Name: "Marked",
			ActionToUse: &webacl.Action{Count: &webacl.AllowAction{}}})}, get, "Allow by default", nil},
		"label of a group": {[]webacl.Rule{own(true), rule("Block", 9, label("awswaf:111122223333:rulegroup:Shared:marked"), "Block")}, get,
			"Block by Block", nil},
		"label is a group's": {[]webacl.Rule{own(true), rule("Block", 9, label("marked"), "Block")}, get, "Allow by default", nil},
		"header not there": {[]webacl.Rule{rule("Block", 1,
			webacl.Statement{NotStatement: &webacl.Negated{Statement: &webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: []string{"DE"},
				ForwardedIPConfig: &webacl.ForwardedIP{HeaderName: "X-None", FallbackBehavior: "MATCH"}}}}}, "Block")}, get, "Allow by default", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := New(webacl.ACL{Rules: test.rules}, groups).Evaluate(read(t, test.request))
			assert.Equal(t, test.want, v.String())
			if test.labels != nil {
				assert.Equal(t, test.labels, v.Labels)
			}
		})
	}
}

// TestUnknownRefines: when more becomes known, the verdict is one of those that were possible before.
func TestUnknownRefines(t *testing.T) {
	t.Parallel()
	leaves := []string{`{"GeoMatchStatement": {"CountryCodes": ["DE"]}}`, `{"AsnMatchStatement": {"AsnList": [1, 2]}}`,
		`{"IPSetReferenceStatement": {"Arn": "office"}}`,
		`{"LabelMatchStatement": {"Scope": "LABEL", "Key": "a"}}`,
		`{"ByteMatchStatement": {"FieldToMatch": {"JA3Fingerprint": {"FallbackBehavior": "MATCH"}}, "PositionalConstraint": "EXACTLY", ` +
			`"SearchString": "x", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}`}
	var tree func(t *rapid.T, depth int) webacl.Statement
	tree = func(t *rapid.T, depth int) webacl.Statement {
		switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
		case depth > 0 && kind == 0:
			return webacl.Statement{NotStatement: &webacl.Negated{Statement: new(tree(t, depth-1))}}
		case depth > 0 && kind <= 2:
			list := &webacl.Nested{}
			for range rapid.IntRange(2, 3).Draw(t, "statements") {
				list.Statements = append(list.Statements, tree(t, depth-1))
			}
			if kind == 1 {
				return webacl.Statement{AndStatement: list}
			}
			return webacl.Statement{OrStatement: list}
		}
		return statement(t, rapid.SampledFrom(leaves).Draw(t, "leaf"))
	}
	several := 0
	rapid.Check(t, func(t *rapid.T) {
		var rules []webacl.Rule
		for i := range rapid.IntRange(1, 5).Draw(t, "rules") {
			r := rule(fmt.Sprint("R", i), i, tree(t, 3), rapid.SampledFrom([]string{"Allow", "Block", "Count", "Captcha"}).Draw(t, "action"))
			if rapid.Bool().Draw(t, "labels") {
				r.RuleLabels = []webacl.Label{{Name: "a"}}
			}
			rules = append(rules, r)
		}
		e := New(webacl.ACL{Rules: rules}, refs)
		vague := e.Evaluate(Request{Method: "GET", Target: "/"})
		if len(vague.Possible) > 1 {
			several++
		}
		sharp := Request{Method: "GET", Target: "/", Country: rapid.SampledFrom([]string{"DE", "FR"}).Draw(t, "country"),
			ASN:  rapid.IntRange(1, 3).Draw(t, "asn"),
			From: netip.MustParseAddr(rapid.SampledFrom([]string{"203.0.113.1", "192.0.2.1"}).Draw(t, "from")),
			JA3:  rapid.SampledFrom([]string{"x", "y"}).Draw(t, "ja3")}
		d, ok := e.Evaluate(sharp).Sure()
		require.True(t, ok, "all is known")
		require.True(t, slices.ContainsFunc(vague.Possible, func(p Decision) bool { return p.String() == d.String() }), "%s is none of %s", d,
			vague)
	})
	require.Positive(t, several)
}

func TestReadRequest(t *testing.T) {
	t.Parallel()
	r := read(t, "# comment\n\n# client 2001:db8::1\n# before Rate 7\nPUT /a HTTP/1.1\nA: b: c\nE:\n\nbody\nmore")
	assert.Equal(t, Request{Method: "PUT", Target: "/a", Header: []webacl.Header{{Name: "A", Value: "b: c"}, {Name: "E"}}, Body: "body\nmore",
		From: netip.MustParseAddr("2001:db8::1"), Before: map[string]int{"Rate": 7}}, r)
	for text, says := range map[string]string{
		"": "not a request line", "GET": "not a request line", "GET a HTTP/1.1": "not a request line", "GET / HTTP/1.1\nHost": "is not a header",
		"GET / HTTP/1.1\nA b: c":     "is not a header",
		"# client x\nGET / HTTP/1.1": "line 1", "# country Germany\nGET / HTTP/1.1": "two capital letters", "# asn x\nGET /": "line 1",
		"# before 7\nGET /": "as in: before RateLimit",
		"GET / HTTP/1.1\n\n" + strings.Repeat("x", 1<<20): "more than",
	} {
		_, err := ReadRequest(strings.NewReader(text))
		assert.ErrorContains(t, err, says, "%.40q", text)
	}
}

func FuzzReadRequest(f *testing.F) {
	f.Add(get)
	f.Add(post)
	rules := []webacl.Rule{}
	for i, field := range []webacl.Field{{UriPath: &webacl.Empty{}}, {AllQueryArguments: &webacl.Empty{}},
		{Body: &webacl.Oversized{OversizeHandling: "CONTINUE"}},
		{Cookies: &webacl.Cookies{MatchPattern: &webacl.CookiePattern{All: &webacl.Empty{}}, MatchScope: "ALL", OversizeHandling: "MATCH"}},
		{JsonBody: &webacl.JSONBody{MatchPattern: &webacl.JSONPattern{All: &webacl.Empty{}}, MatchScope: "ALL"}}} {
		for name := range transformations {
			rules = append(rules,
				rule(name, i, webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{SearchString: "x", PositionalConstraint: "CONTAINS_WORD",
					Inspected: webacl.Inspected{FieldToMatch: &field, TextTransformations: []webacl.Transformation{{Type: name}}}}}, "Count"))
		}
	}
	e := New(webacl.ACL{Rules: rules}, refs)
	f.Fuzz(func(_ *testing.T, text string) {
		if r, err := ReadRequest(strings.NewReader(text)); err == nil {
			e.Evaluate(r)
		}
	})
}

// BenchmarkEvaluate evaluates a web ACL of 100 rules that do not match.
func BenchmarkEvaluate(b *testing.B) {
	var rules []webacl.Rule
	for i := range 100 {
		var s webacl.Statement
		switch i % 4 {
		case 0:
			s = webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: "office"}}
		case 1:
			s = webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{SearchString: fmt.Sprint("/x", i), PositionalConstraint: "STARTS_WITH",
				Inspected: webacl.Inspected{FieldToMatch: &webacl.Field{UriPath: &webacl.Empty{}},
					TextTransformations: []webacl.Transformation{{Type: "LOWERCASE"}}}}}
		case 2:
			s = webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: fmt.Sprintf("^/(?:a|b)%d$", i),
				Inspected: webacl.Inspected{FieldToMatch: &webacl.Field{UriPath: &webacl.Empty{}},
					TextTransformations: []webacl.Transformation{{Type: "NONE"}}}}}
		case 3:
			s = webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: []string{"FR"}}}
		}
		rules = append(rules, rule(fmt.Sprint("R", i), i, s, "Block"))
	}
	e := New(webacl.ACL{Rules: rules}, refs)
	r := read(b, strings.Replace(get, "203.0.113.7", "192.0.2.1", 1))
	b.ReportAllocs()
	for b.Loop() {
		e.Evaluate(r)
	}
}
