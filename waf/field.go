package waf

import "github.com/tierwall/tierwall/internal/webacl"

// Field is a part of requests. Make it with the values and functions below; the zero Field is none, which is an error.
type Field struct{ model webacl.Field }

// The parts that need no choices.
var (
	URIPath           = Field{pathModel}
	QueryString       = Field{queryModel}
	Method            = Field{methodModel}
	AllQueryArguments = Field{argumentsModel} // 10 WCU more
)

var (
	pathModel      = webacl.Field{UriPath: &webacl.Empty{}}
	queryModel     = webacl.Field{QueryString: &webacl.Empty{}}
	methodModel    = webacl.Field{Method: &webacl.Empty{}}
	argumentsModel = webacl.Field{AllQueryArguments: &webacl.Empty{}}
)

// Oversize says what becomes of requests with more of a part than WAF reads: of bodies 8 KB in front of load balancers and AppSync and
// 16 to 64 KB elsewhere, of headers and cookies 8 KB and 200 of them.
type Oversize string

// The choices. OversizeMatch hides nothing behind the limit in a rule that blocks.
const (
	OversizeContinue Oversize = "CONTINUE" // looks at what is read
	OversizeMatch    Oversize = "MATCH"
	OversizeNoMatch  Oversize = "NO_MATCH"
)

// Header is a header by its name, in any case.
func Header(name string) Field {
	return Field{webacl.Field{SingleHeader: &webacl.Named{Name: name}}}
}

// QueryArgument is an argument of the query string by its name.
func QueryArgument(name string) Field {
	return Field{webacl.Field{SingleQueryArgument: &webacl.Named{Name: name}}}
}

// Body is the body as text.
func Body(o Oversize) Field {
	return Field{webacl.Field{Body: &webacl.Oversized{OversizeHandling: string(o)}}}
}

// HeaderOrder is the names of the headers in their order, with colons between.
func HeaderOrder(o Oversize) Field {
	return Field{webacl.Field{HeaderOrder: &webacl.Oversized{OversizeHandling: string(o)}}}
}

// Part says what of pairs is looked at.
type Part string

// The parts of pairs.
const (
	KeysAndValues Part = "ALL"
	Keys          Part = "KEY"
	Values        Part = "VALUE"
)

// Headers are several headers: all, if only is empty.
func Headers(of Part, o Oversize, only ...string) Field {
	p := &webacl.HeaderPattern{IncludedHeaders: only}
	if len(only) == 0 {
		p.All = &webacl.Empty{}
	}
	return Field{webacl.Field{Headers: &webacl.Headers{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// HeadersExcept are all headers but some.
func HeadersExcept(of Part, o Oversize, name string, more ...string) Field {
	p := &webacl.HeaderPattern{ExcludedHeaders: append([]string{name}, more...)}
	return Field{webacl.Field{Headers: &webacl.Headers{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// Cookies are several cookies: all, if only is empty.
func Cookies(of Part, o Oversize, only ...string) Field {
	p := &webacl.CookiePattern{IncludedCookies: only}
	if len(only) == 0 {
		p.All = &webacl.Empty{}
	}
	return Field{webacl.Field{Cookies: &webacl.Cookies{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// CookiesExcept are all cookies but some.
func CookiesExcept(of Part, o Oversize, name string, more ...string) Field {
	p := &webacl.CookiePattern{ExcludedCookies: append([]string{name}, more...)}
	return Field{webacl.Field{Cookies: &webacl.Cookies{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// Invalid says what becomes of requests in which a part is not what it should be, or is not there.
type Invalid string

// The choices.
const (
	InvalidMatch   Invalid = "MATCH"
	InvalidNoMatch Invalid = "NO_MATCH"
	InvalidAsText  Invalid = "EVALUATE_AS_STRING" // of JSON alone
)

// JSONBody is the body read as JSON, all of it or the members at some JSON pointers. It doubles what a statement costs.
func JSONBody(of Part, o Oversize, invalid Invalid, pointers ...string) Field {
	p := &webacl.JSONPattern{IncludedPaths: pointers}
	if len(pointers) == 0 {
		p.All = &webacl.Empty{}
	}
	return Field{webacl.Field{JsonBody: &webacl.JSONBody{MatchPattern: p, MatchScope: string(of), InvalidFallbackBehavior: string(invalid),
		OversizeHandling: string(o)}}}
}

// JA3 is the fingerprint of the client's TLS, for ByteMatch with Exactly; of load balancers and CloudFront alone.
func JA3(without Invalid) Field {
	return Field{webacl.Field{JA3Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// JA4 is the newer fingerprint of the client's TLS; as [JA3].
func JA4(without Invalid) Field {
	return Field{webacl.Field{JA4Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// URIFragment is what follows a # in the request's target.
func URIFragment(without Invalid) Field {
	return Field{webacl.Field{UriFragment: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// Transformation changes a text before it is looked at (AWS WAF Developer Guide, "Text transformations").
type Transformation string

// The transformations.
const (
	Base64Decode       Transformation = "BASE64_DECODE"
	Base64DecodeExt    Transformation = "BASE64_DECODE_EXT"
	CmdLine            Transformation = "CMD_LINE"
	CmdLineUnix        Transformation = "CMD_LINE_UNIX"
	CmdLineWin         Transformation = "CMD_LINE_WIN"
	CompressWhiteSpace Transformation = "COMPRESS_WHITE_SPACE"
	CSSDecode          Transformation = "CSS_DECODE"
	EscapeSeqDecode    Transformation = "ESCAPE_SEQ_DECODE"
	HexDecode          Transformation = "HEX_DECODE"
	HTMLEntityDecode   Transformation = "HTML_ENTITY_DECODE"
	JSDecode           Transformation = "JS_DECODE"
	JSDecodeExt        Transformation = "JS_DECODE_EXT"
	Lowercase          Transformation = "LOWERCASE"
	MD5                Transformation = "MD5"
	NormalizePath      Transformation = "NORMALIZE_PATH"
	NormalizePathWin   Transformation = "NORMALIZE_PATH_WIN"
	RemoveCommentsChar Transformation = "REMOVE_COMMENTS_CHAR"
	RemoveNulls        Transformation = "REMOVE_NULLS"
	RemoveWhitespace   Transformation = "REMOVE_WHITESPACE"
	ReplaceComments    Transformation = "REPLACE_COMMENTS"
	ReplaceNulls       Transformation = "REPLACE_NULLS"
	SHA256             Transformation = "SHA256"
	SQLHexDecode       Transformation = "SQL_HEX_DECODE"
	Trim               Transformation = "TRIM"
	TrimLeft           Transformation = "TRIM_LEFT"
	TrimRight          Transformation = "TRIM_RIGHT"
	Uppercase          Transformation = "UPPERCASE"
	URLDecode          Transformation = "URL_DECODE"
	URLDecodeUni       Transformation = "URL_DECODE_UNI"
	UTF8ToUnicode      Transformation = "UTF8_TO_UNICODE"
)

func transformed(list []Transformation) []webacl.Transformation {
	if len(list) == 0 {
		return []webacl.Transformation{{Priority: 0, Type: "NONE"}}
	}
	out := make([]webacl.Transformation, len(list))
	for i, t := range list {
		out[i] = webacl.Transformation{Priority: i, Type: string(t)}
	}
	return out
}

func inspected(f Field, list []Transformation) webacl.Inspected {
	return webacl.Inspected{FieldToMatch: &f.model, TextTransformations: transformed(list)}
}
