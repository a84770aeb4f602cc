package webacl

import "strings"

// Field is a part of a request. Exactly one field is set.
type Field struct {
	AllQueryArguments   *Empty     `json:",omitempty"`
	Body                *Oversized `json:",omitempty"`
	Cookies             *Cookies   `json:",omitempty"`
	HeaderOrder         *Oversized `json:",omitempty"`
	Headers             *Headers   `json:",omitempty"`
	JA3Fingerprint      *Fallback  `json:",omitempty"`
	JA4Fingerprint      *Fallback  `json:",omitempty"`
	JsonBody            *JSONBody  `json:",omitempty"`
	Method              *Empty     `json:",omitempty"`
	QueryString         *Empty     `json:",omitempty"`
	SingleHeader        *Named     `json:",omitempty"`
	SingleQueryArgument *Named     `json:",omitempty"`
	UriFragment         *Fallback  `json:",omitempty"`
	UriPath             *Empty     `json:",omitempty"`
}

// Named is a header or a query argument.
type Named struct{ Name string }

// Oversized says what happens to requests that are larger than WAF reads: CONTINUE, MATCH or NO_MATCH.
type Oversized struct {
	OversizeHandling string `json:",omitempty"`
}

// Headers is a choice of headers.
type Headers struct {
	MatchPattern     *HeaderPattern
	MatchScope       string // ALL, KEY or VALUE
	OversizeHandling string
}

// HeaderPattern chooses headers. Exactly one field is set.
type HeaderPattern struct {
	All             *Empty   `json:",omitempty"`
	IncludedHeaders []string `json:",omitempty"`
	ExcludedHeaders []string `json:",omitempty"`
}

// Cookies is a choice of cookies.
type Cookies struct {
	MatchPattern     *CookiePattern
	MatchScope       string // ALL, KEY or VALUE
	OversizeHandling string
}

// CookiePattern chooses cookies. Exactly one field is set.
type CookiePattern struct {
	All             *Empty   `json:",omitempty"`
	IncludedCookies []string `json:",omitempty"`
	ExcludedCookies []string `json:",omitempty"`
}

// JSONBody is the body, read as JSON.
type JSONBody struct {
	MatchPattern            *JSONPattern
	MatchScope              string // ALL, KEY or VALUE
	InvalidFallbackBehavior string `json:",omitempty"` // MATCH, NO_MATCH or EVALUATE_AS_STRING
	OversizeHandling        string `json:",omitempty"`
}

// JSONPattern chooses members. Exactly one field is set. IncludedPaths are JSON pointers.
type JSONPattern struct {
	All           *Empty   `json:",omitempty"`
	IncludedPaths []string `json:",omitempty"`
}

// String names the part: "UriPath", "SingleHeader host".
func (f Field) String() string {
	switch {
	case f.AllQueryArguments != nil:
		return "AllQueryArguments"
	case f.Body != nil:
		return "Body"
	case f.Cookies != nil:
		return "Cookies"
	case f.HeaderOrder != nil:
		return "HeaderOrder"
	case f.Headers != nil:
		return "Headers"
	case f.JA3Fingerprint != nil:
		return "JA3Fingerprint"
	case f.JA4Fingerprint != nil:
		return "JA4Fingerprint"
	case f.JsonBody != nil:
		return "JsonBody"
	case f.Method != nil:
		return "Method"
	case f.QueryString != nil:
		return "QueryString"
	case f.SingleHeader != nil:
		return "SingleHeader " + strings.ToLower(f.SingleHeader.Name)
	case f.SingleQueryArgument != nil:
		return "SingleQueryArgument " + strings.ToLower(f.SingleQueryArgument.Name)
	case f.UriFragment != nil:
		return "UriFragment"
	case f.UriPath != nil:
		return "UriPath"
	}
	return "nothing"
}
