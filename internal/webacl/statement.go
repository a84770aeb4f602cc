package webacl

// Statement is a condition on a request. Exactly one field is set.
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

// Nested is a list of at least two statements, of which all or one must match.
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

// Inspected is a part of a request and its transformations before it is inspected.
type Inspected struct {
	FieldToMatch                *Field
	TextTransformations         []Transformation
	PreParseTextTransformations []Transformation `json:",omitempty"`
}

// Transformation changes a text. Transformations are applied in the order of their priorities.
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

// SQLi looks for injected SQL.
type SQLi struct {
	SensitivityLevel string `json:",omitempty"` // LOW or HIGH; empty is LOW
	Inspected
}

// XSS looks for injected scripts.
type XSS struct{ Inspected }

// Geo checks the client's country. CountryCodes are ISO 3166 codes of two letters.
type Geo struct {
	CountryCodes      []string
	ForwardedIPConfig *ForwardedIP `json:",omitempty"`
}

// ASN checks the client's autonomous system.
type ASN struct {
	AsnList           []int
	ForwardedIPConfig *ForwardedIP `json:",omitempty"`
}

// ForwardedIP takes the client's address from a header. The rule does not apply to requests without the header. FallbackBehavior, MATCH or
// NO_MATCH, decides about requests whose header has no address.
type ForwardedIP struct {
	HeaderName       string
	FallbackBehavior string
}

// IPSet checks the client's address.
type IPSet struct {
	Arn                    string
	IPSetForwardedIPConfig *SetForwardedIP `json:",omitempty"`
}

// SetForwardedIP is a ForwardedIP that also says which of several addresses counts: FIRST, LAST or ANY.
type SetForwardedIP struct {
	ForwardedIP
	Position string
}

// LabelMatch checks for a label that an earlier rule added to the request.
type LabelMatch struct {
	Scope string // LABEL or NAMESPACE
	Key   string
}

// RateBased counts requests that have the same keys, and matches those beyond the limit.
type RateBased struct {
	Limit               int
	EvaluationWindowSec int          `json:",omitempty"` // 60, 120, 300 or 600; 0 is 300
	AggregateKeyType    string       // IP, FORWARDED_IP, CUSTOM_KEYS or CONSTANT
	CustomKeys          []RateKey    `json:",omitempty"`
	ForwardedIPConfig   *ForwardedIP `json:",omitempty"`
	ScopeDownStatement  *Statement   `json:",omitempty"`
}

// RateKey is a key by which requests are counted. Exactly one field is set.
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

// Fallback says what happens to requests without the part: MATCH or NO_MATCH.
type Fallback struct{ FallbackBehavior string }

// GroupRef refers to a rule group of the account.
type GroupRef struct {
	Arn                 string
	RuleActionOverrides []ActionOverride `json:",omitempty"`
	ExcludedRules       []ExcludedRule   `json:",omitempty"`
}

// ActionOverride replaces the action of a group's rule.
type ActionOverride struct {
	Name        string
	ActionToUse *Action
}

// ExcludedRule makes a rule of a group only count. It is an old form.
type ExcludedRule struct{ Name string }
