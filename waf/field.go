package waf

import "github.com/tierwall/tierwall/internal/webacl"

// Field is the part of a request that a statement inspects (AWS WAF API Reference, FieldToMatch). The zero Field is an error. Use a
// variable such as [URIPath], or a function such as [Header].
type Field struct{ model webacl.Field }

// The fields without parameters.
var (
	// URIPath is the path of the request, without the query string.
	URIPath = Field{pathModel}
	// QueryString is the text after the question mark of the request's target.
	QueryString = Field{queryModel}
	// Method is the HTTP method.
	Method = Field{methodModel}
	// AllQueryArguments are all arguments of the query string. The field adds 10 WCU to the cost of a statement.
	AllQueryArguments = Field{argumentsModel}
)

var (
	pathModel      = webacl.Field{UriPath: &webacl.Empty{}}
	queryModel     = webacl.Field{QueryString: &webacl.Empty{}}
	methodModel    = webacl.Field{Method: &webacl.Empty{}}
	argumentsModel = webacl.Field{AllQueryArguments: &webacl.Empty{}}
)

// Oversize says how a statement treats a field that is larger than WAF reads. WAF reads 8 KB of a body in front of load balancers and
// AppSync, and 16 to 64 KB elsewhere. It reads 8 KB and at most 200 of the headers, and the same of the cookies (AWS WAF Developer Guide,
// "Oversize web request components").
type Oversize string

// The ways to treat a field that is larger than WAF reads. Use OversizeMatch in a rule that blocks, so that nobody can hide an attack
// behind the limit.
const (
	// OversizeContinue inspects the part that WAF reads.
	OversizeContinue Oversize = "CONTINUE"
	// OversizeMatch matches the request.
	OversizeMatch Oversize = "MATCH"
	// OversizeNoMatch does not match the request.
	OversizeNoMatch Oversize = "NO_MATCH"
)

// Header returns the field of the header with a name. The case of the name does not matter.
func Header(name string) Field {
	return Field{webacl.Field{SingleHeader: &webacl.Named{Name: name}}}
}

// QueryArgument returns the field of the query argument with a name.
func QueryArgument(name string) Field {
	return Field{webacl.Field{SingleQueryArgument: &webacl.Named{Name: name}}}
}

// Body returns the field of the request's body as text. o says how to treat a body that is larger than WAF reads.
func Body(o Oversize) Field {
	return Field{webacl.Field{Body: &webacl.Oversized{OversizeHandling: string(o)}}}
}

// HeaderOrder returns the field of a text with the names of all headers in their order, separated by colons.
func HeaderOrder(o Oversize) Field {
	return Field{webacl.Field{HeaderOrder: &webacl.Oversized{OversizeHandling: string(o)}}}
}

// Part says which part of headers, cookies or JSON members a statement inspects.
type Part string

// The parts of headers, cookies and JSON members.
const (
	// KeysAndValues inspects both names and values.
	KeysAndValues Part = "ALL"
	// Keys inspects the names.
	Keys Part = "KEY"
	// Values inspects the values.
	Values Part = "VALUE"
)

// Headers returns the field of the headers with the given names, or of all headers if no name is given.
func Headers(of Part, o Oversize, only ...string) Field {
	p := &webacl.HeaderPattern{IncludedHeaders: only}
	if len(only) == 0 {
		p.All = &webacl.Empty{}
	}
	return Field{webacl.Field{Headers: &webacl.Headers{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// HeadersExcept returns the field of all headers except those with the given names.
func HeadersExcept(of Part, o Oversize, name string, more ...string) Field {
	p := &webacl.HeaderPattern{ExcludedHeaders: append([]string{name}, more...)}
	return Field{webacl.Field{Headers: &webacl.Headers{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// Cookies returns the field of the cookies with the given names, or of all cookies if no name is given.
func Cookies(of Part, o Oversize, only ...string) Field {
	p := &webacl.CookiePattern{IncludedCookies: only}
	if len(only) == 0 {
		p.All = &webacl.Empty{}
	}
	return Field{webacl.Field{Cookies: &webacl.Cookies{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// CookiesExcept returns the field of all cookies except those with the given names.
func CookiesExcept(of Part, o Oversize, name string, more ...string) Field {
	p := &webacl.CookiePattern{ExcludedCookies: append([]string{name}, more...)}
	return Field{webacl.Field{Cookies: &webacl.Cookies{MatchPattern: p, MatchScope: string(of), OversizeHandling: string(o)}}}
}

// Invalid says how a statement treats a request whose field is missing or cannot be parsed (AWS WAF API Reference, FallbackBehavior and
// InvalidFallbackBehavior).
type Invalid string

// The ways to treat a field that is missing or cannot be parsed.
const (
	// InvalidMatch matches the request.
	InvalidMatch Invalid = "MATCH"
	// InvalidNoMatch does not match the request.
	InvalidNoMatch Invalid = "NO_MATCH"
	// InvalidAsText inspects the body as text. It is for JSONBody only.
	InvalidAsText Invalid = "EVALUATE_AS_STRING"
)

// JSONBody returns the field of the body parsed as JSON: the members at the given JSON pointers such as "/user/name", or all members if
// none is given. invalid says how to treat a body that is not JSON. The field doubles the cost of a statement.
func JSONBody(of Part, o Oversize, invalid Invalid, pointers ...string) Field {
	p := &webacl.JSONPattern{IncludedPaths: pointers}
	if len(pointers) == 0 {
		p.All = &webacl.Empty{}
	}
	return Field{webacl.Field{JsonBody: &webacl.JSONBody{MatchPattern: p, MatchScope: string(of), InvalidFallbackBehavior: string(invalid),
		OversizeHandling: string(o)}}}
}

// JA3 returns the field of the JA3 fingerprint of the client's TLS handshake. without says how to treat requests that have none. AWS
// accepts the field only in a [ByteMatch] with position Exactly, for load balancers and distributions.
func JA3(without Invalid) Field {
	return Field{webacl.Field{JA3Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// JA4 returns the field of the JA4 fingerprint of the client's TLS handshake. It has the same limits as [JA3].
func JA4(without Invalid) Field {
	return Field{webacl.Field{JA4Fingerprint: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// URIFragment returns the field of the text after # in the request's target. without says how to treat requests that have none.
func URIFragment(without Invalid) Field {
	return Field{webacl.Field{UriFragment: &webacl.Fallback{FallbackBehavior: string(without)}}}
}

// Transformation changes the text of a field before a statement inspects it, for example to undo an encoding that hides an attack (AWS WAF
// Developer Guide, "Text transformations").
type Transformation string

// The transformations, by AWS's names.
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
