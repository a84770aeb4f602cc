package webacl

// Statement is what a rule asks of a request: just one member is set.
type Statement struct {
	AndStatement                      *Nested       `json:",omitempty"`
	OrStatement                       *Nested       `json:",omitempty"`
	NotStatement                      *Negated      `json:",omitempty"`
	ByteMatchStatement                *ByteMatch    `json:",omitempty"`
	RegexMatchStatement               *RegexMatch   `json:",omitempty"`
	RegexPatternSetReferenceStatement *RegexSet     `json:",omitempty"`
	SizeConstraintStatement           *Size         `json:",omitempty"`
	SqliMatchStatement                *SQLi         `json:",omitempty"`
	XssMatchStatement                 *XSS          `json:",omitempty"`
	GeoMatchStatement                 *Geo          `json:",omitempty"`
	AsnMatchStatement                 *ASN          `json:",omitempty"`
	IPSetReferenceStatement           *IPSet        `json:",omitempty"`
	LabelMatchStatement               *LabelMatch   `json:",omitempty"`
	RateBasedStatement                *RateBased    `json:",omitempty"`
	ManagedRuleGroupStatement         *ManagedGroup `json:",omitempty"`
	RuleGroupReferenceStatement       *GroupRef     `json:",omitempty"`
}

// Nested is statements of which all, or one, is to match: two at the least.
type Nested struct{ Statements []Statement }

// Negated is a statement that must not match.
type Negated struct{ Statement *Statement }

// ByteMatch looks for a text in a part of a request. One of SearchString and SearchStringBase64 is set.
type ByteMatch struct {
	SearchString         string `json:",omitempty"`
	SearchStringBase64   string `json:",omitempty"`
	PositionalConstraint string // EXACTLY, STARTS_WITH, ENDS_WITH, CONTAINS or CONTAINS_WORD
	Inspected
}

// Inspected is a part of a request and what is done to it before it is looked at.
type Inspected struct {
	FieldToMatch                *Field
	TextTransformations         []Transformation
	PreParseTextTransformations []Transformation `json:",omitempty"`
}

// Transformation changes a text. They are done in the order of their priorities.
type Transformation struct {
	Priority int
	Type     string
}

// RegexMatch looks for a regular expression.
type RegexMatch struct {
	RegexString string
	Inspected
}

// RegexSet looks for the expressions of a set.
type RegexSet struct {
	Arn string
	Inspected
}

// Size compares the length of a part of a request, in bytes.
type Size struct {
	ComparisonOperator string // EQ, NE, LE, LT, GE or GT
	Size               int
	Inspected
}

// SQLi looks for SQL that does not belong there.
type SQLi struct {
	SensitivityLevel string `json:",omitempty"` // LOW, which is what empty is, or HIGH
	Inspected
}

// XSS looks for scripts that do not belong there.
type XSS struct{ Inspected }

// Geo asks for the client's country, as ISO 3166 codes of two letters.
type Geo struct {
	CountryCodes      []string
	ForwardedIPConfig *ForwardedIP `json:",omitempty"`
}

// ASN asks for the client's autonomous system.
type ASN struct {
	AsnList           []int
	ForwardedIPConfig *ForwardedIP `json:",omitempty"`
}

// ForwardedIP takes the client's address from a header. A request without it is not judged by the rule at all; one
// whose header holds no address is judged by FallbackBehavior: MATCH or NO_MATCH.
type ForwardedIP struct {
	HeaderName       string
	FallbackBehavior string
}

// IPSet asks for the client's address.
type IPSet struct {
	Arn                    string
	IPSetForwardedIPConfig *SetForwardedIP `json:",omitempty"`
}

// SetForwardedIP is as ForwardedIP, with which of several addresses counts: FIRST, LAST or ANY.
type SetForwardedIP struct {
	ForwardedIP
	Position string
}

// LabelMatch asks for a label that a rule before put on the request.
type LabelMatch struct {
	Scope string // LABEL or NAMESPACE
	Key   string
}

// RateBased counts requests by what they have in common, and matches those beyond the limit.
type RateBased struct {
	Limit               int
	EvaluationWindowSec int          `json:",omitempty"` // 60, 120, 300, which 0 is, or 600
	AggregateKeyType    string       // IP, FORWARDED_IP, CUSTOM_KEYS or CONSTANT
	CustomKeys          []RateKey    `json:",omitempty"`
	ForwardedIPConfig   *ForwardedIP `json:",omitempty"`
	ScopeDownStatement  *Statement   `json:",omitempty"`
}

// RateKey is something that requests are counted by: just one member is set.
type RateKey struct {
	ASN            *Empty          `json:",omitempty"`
	Cookie         *RateField      `json:",omitempty"`
	ForwardedIP    *Empty          `json:",omitempty"`
	Header         *RateField      `json:",omitempty"`
	HTTPMethod     *Empty          `json:",omitempty"`
	IP             *Empty          `json:",omitempty"`
	JA3Fingerprint *Fallback       `json:",omitempty"`
	JA4Fingerprint *Fallback       `json:",omitempty"`
	LabelNamespace *LabelNamespace `json:",omitempty"`
	QueryArgument  *RateField      `json:",omitempty"`
	QueryString    *RateText       `json:",omitempty"`
	UriPath        *RateText       `json:",omitempty"`
}

// RateField is a named part of requests.
type RateField struct {
	Name                string
	TextTransformations []Transformation
}

// RateText is a part of requests.
type RateText struct{ TextTransformations []Transformation }

// LabelNamespace is the beginning of labels.
type LabelNamespace struct{ Namespace string }

// Fallback says what becomes of requests without the part: MATCH or NO_MATCH.
type Fallback struct{ FallbackBehavior string }

// GroupRef is a rule group of one's own.
type GroupRef struct {
	Arn                 string
	RuleActionOverrides []ActionOverride `json:",omitempty"`
	ExcludedRules       []ExcludedRule   `json:",omitempty"`
}

// ActionOverride has a rule of a group do something else.
type ActionOverride struct {
	Name        string
	ActionToUse *Action
}

// ExcludedRule is a rule of a group that only counts, in the old form.
type ExcludedRule struct{ Name string }
