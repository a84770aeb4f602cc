package waf

import "github.com/tierwall/tierwall/internal/webacl"

// Statement is a condition on requests: a [ByteMatch], [RegexMatch], [RegexSetMatch], [SizeConstraint], [SQLiMatch], [XSSMatch],
// [GeoMatch], [ASNMatch], [IPSetMatch] or [LabelMatch], or the result of [And], [Or], [Not] or [Raw]. AWS accepts rate limits and rule
// groups only at the top of a rule, so they are rules: [RateRule], [ManagedRule] and [GroupRule].
type Statement interface {
	statement(b *builder) webacl.Statement
}

// builder converts rules and statements to the model, and collects the resources that they refer to.
type builder struct {
	refs webacl.References
	raw  []webacl.Problem // of rules and statements in JSON
	used []used
}

// used is a set or rule group that a statement refers to.
type used struct {
	path  string
	scope Scope // empty if it is unknown
}

func (b *builder) use(path string, scope Scope) { b.used = append(b.used, used{path, scope}) }

// strangers returns problems with sets and rule groups whose scope differs from the scope of the web ACL or rule group that uses them.
func (b *builder) strangers(scope Scope) []webacl.Problem {
	var out []webacl.Problem
	for _, u := range b.used {
		if u.scope != "" && u.scope != scope {
			out = append(out, webacl.Problem{Kind: "scope", Summary: "a set or rule group has another scope",
				Detail: u.path + " has scope " + string(u.scope) + ", and this resource " + string(scope), Fix: "set the same Scope on both"})
		}
	}
	return out
}

func newBuilder() *builder {
	return &builder{refs: webacl.References{IPSets: map[string]webacl.Addresses{}, RegexSets: map[string][]string{},
		Groups: map[string]*webacl.Group{}}}
}

// build returns the model of a statement. The model of nil is empty, which is an error.
func (b *builder) build(s Statement) webacl.Statement {
	if s == nil {
		return webacl.Statement{}
	}
	return s.statement(b)
}

func (b *builder) optional(s Statement) *webacl.Statement {
	if s == nil {
		return nil
	}
	return new(b.build(s))
}

type nested struct {
	all  bool
	list []Statement
}

func (n nested) statement(b *builder) webacl.Statement {
	out := &webacl.Nested{}
	for _, s := range n.list {
		out.Statements = append(out.Statements, b.build(s))
	}
	if n.all {
		return webacl.Statement{AndStatement: out}
	}
	return webacl.Statement{OrStatement: out}
}

// And returns a statement that matches if all of two or more statements match.
func And(a, b Statement, more ...Statement) Statement {
	return nested{true, append([]Statement{a, b}, more...)}
}

// Or returns a statement that matches if at least one of two or more statements matches.
func Or(a, b Statement, more ...Statement) Statement {
	return nested{false, append([]Statement{a, b}, more...)}
}

type negated struct{ of Statement }

func (n negated) statement(b *builder) webacl.Statement {
	return webacl.Statement{NotStatement: &webacl.Negated{Statement: b.optional(n.of)}}
}

// Not returns a statement that matches if s does not match.
func Not(s Statement) Statement { return negated{s} }

// Position says where in a field a [ByteMatch] looks for its text. The empty Position is Exactly.
type Position string

// The positions. Exactly, StartsWith and EndsWith cost 2 WCU, and the others 10 WCU.
const (
	// Exactly matches if the whole field is the text.
	Exactly Position = "EXACTLY"
	// StartsWith matches if the field starts with the text.
	StartsWith Position = "STARTS_WITH"
	// EndsWith matches if the field ends with the text.
	EndsWith Position = "ENDS_WITH"
	// Contains matches if the field contains the text.
	Contains Position = "CONTAINS"
	// ContainsWord matches if the field contains the text as a word. The text consists of letters, digits and underscores, and no such
	// character is next to it.
	ContainsWord Position = "CONTAINS_WORD"
)

// ByteMatch matches requests with a text in a field.
type ByteMatch struct {
	// Field is the part of the request to inspect; required.
	Field Field
	// Position says where to look for the text; empty is Exactly.
	Position Position
	// Text has 1 to 200 bytes. It may be a CDK token, such as the value of a secret. Required.
	Text string
	// Transformations are applied to the field in this order; nil is none. Each costs 10 WCU, once for each field that it applies to.
	Transformations []Transformation
}

func (m ByteMatch) statement(*builder) webacl.Statement {
	if m.Position == "" {
		m.Position = Exactly
	}
	return webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{SearchString: m.Text, PositionalConstraint: string(m.Position),
		Inspected: inspected(m.Field, m.Transformations)}}
}

// RegexMatch matches requests with a field that matches a regular expression. It costs 3 WCU.
type RegexMatch struct {
	// Field is the part of the request to inspect; required.
	Field Field
	// Regex is an expression of at most 512 characters, in the syntax of [RegexSetProps]; required.
	Regex string
	// Transformations are applied to the field, as in [ByteMatch].
	Transformations []Transformation
}

func (m RegexMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: m.Regex, Inspected: inspected(m.Field, m.Transformations)}}
}

// RegexSetMatch matches requests with a field that matches an expression of a set. It costs 25 WCU.
type RegexSetMatch struct {
	// Field is the part of the request to inspect; required.
	Field Field
	// Set is the set of expressions; required.
	Set *RegexSet
	// Transformations are applied to the field, as in [ByteMatch].
	Transformations []Transformation
}

func (m RegexSetMatch) statement(b *builder) webacl.Statement {
	s := &webacl.RegexSet{Inspected: inspected(m.Field, m.Transformations)}
	if m.Set != nil {
		s.Arn = *m.Set.arn
		b.use(m.Set.problems.Path, m.Set.scope)
		b.refs.RegexSets[s.Arn] = m.Set.patterns
	}
	return webacl.Statement{RegexPatternSetReferenceStatement: s}
}

// Comparison says how the size of a field compares with a number (AWS WAF API Reference, SizeConstraintStatement).
type Comparison string

// The comparisons.
const (
	Equal      Comparison = "EQ"
	NotEqual   Comparison = "NE"
	AtMost     Comparison = "LE"
	LessThan   Comparison = "LT"
	AtLeast    Comparison = "GE"
	LargerThan Comparison = "GT"
)

// SizeConstraint matches requests by the size of a field. It costs 1 WCU.
type SizeConstraint struct {
	// Field is the part of the request to measure; required.
	Field Field
	// Is says how the size of the field compares with Size; required.
	Is Comparison
	// Size is a number of bytes.
	Size int
	// Transformations are applied to the field, as in [ByteMatch].
	Transformations []Transformation
}

func (m SizeConstraint) statement(*builder) webacl.Statement {
	return webacl.Statement{SizeConstraintStatement: &webacl.Size{ComparisonOperator: string(m.Is), Size: m.Size,
		Inspected: inspected(m.Field, m.Transformations)}}
}

// SQLiMatch matches requests with a field that looks like SQL injection. It costs 20 WCU, or 30 WCU if Sensitive is set.
type SQLiMatch struct {
	// Field is the part of the request to inspect; required.
	Field Field
	// Sensitive finds more attacks, and also matches more requests that are not attacks.
	Sensitive bool
	// Transformations are applied to the field, as in [ByteMatch].
	Transformations []Transformation
}

func (m SQLiMatch) statement(*builder) webacl.Statement {
	s := &webacl.SQLi{Inspected: inspected(m.Field, m.Transformations)}
	if m.Sensitive {
		s.SensitivityLevel = "HIGH"
	}
	return webacl.Statement{SqliMatchStatement: s}
}

// XSSMatch matches requests with a field that looks like cross-site scripting. It costs 40 WCU.
type XSSMatch struct {
	// Field is the part of the request to inspect; required.
	Field Field
	// Transformations are applied to the field, as in [ByteMatch].
	Transformations []Transformation
}

func (m XSSMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{XssMatchStatement: &webacl.XSS{Inspected: inspected(m.Field, m.Transformations)}}
}

// ForwardedIP takes the client's address from a header that a proxy in front of the resource sets. A client that can bypass the proxy can
// send any address.
type ForwardedIP struct {
	// Header is the name of the header, such as "X-Forwarded-For"; required.
	Header string
	// Match says that a request matches if its header contains no valid address. Otherwise such a request does not match.
	Match bool
	// Position says which of several addresses in the header counts. Only [IPSetMatch] uses it; empty is FirstAddress.
	Position AddressPosition
}

// AddressPosition says which of several addresses in a header counts.
type AddressPosition string

// The positions of an address in a header.
const (
	// FirstAddress is the first address.
	FirstAddress AddressPosition = "FIRST"
	// LastAddress is the last address.
	LastAddress AddressPosition = "LAST"
	// AnyAddress is each of the addresses; one in the set is enough.
	AnyAddress AddressPosition = "ANY"
)

func (f *ForwardedIP) model() *webacl.ForwardedIP {
	if f == nil {
		return nil
	}
	out := &webacl.ForwardedIP{HeaderName: f.Header, FallbackBehavior: "NO_MATCH"}
	if f.Match {
		out.FallbackBehavior = "MATCH"
	}
	return out
}

// GeoMatch matches requests by the country of the client's address. It costs 1 WCU.
type GeoMatch struct {
	// Countries are 1 to 50 ISO 3166 codes of two capital letters, such as "DE"; required.
	Countries []string
	// Forwarded takes the client's address from a header; nil takes the address of the connection.
	Forwarded *ForwardedIP
}

func (m GeoMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: m.Countries, ForwardedIPConfig: m.Forwarded.model()}}
}

// ASNMatch matches requests by the autonomous system of the client's address. It costs 1 WCU.
type ASNMatch struct {
	// ASNs are 1 to 100 numbers of autonomous systems; required. 0 matches addresses that belong to no known system.
	ASNs []int
	// Forwarded takes the client's address from a header; nil takes the address of the connection.
	Forwarded *ForwardedIP
}

func (m ASNMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{AsnMatchStatement: &webacl.ASN{AsnList: m.ASNs, ForwardedIPConfig: m.Forwarded.model()}}
}

// IPSetMatch matches requests whose client's address is in a set. It costs 1 WCU for each IP version of the set, and 4 WCU more for each if
// the Position of Forwarded is AnyAddress.
type IPSetMatch struct {
	// Set is the set of addresses; required.
	Set *IPSet
	// Forwarded takes the client's address from a header; nil takes the address of the connection.
	Forwarded *ForwardedIP
}

func (m IPSetMatch) statement(b *builder) webacl.Statement {
	if m.Set == nil {
		return webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{}}
	}
	b.use(m.Set.problems.Path, m.Set.scope)
	var list []webacl.Statement
	for _, part := range m.Set.parts {
		s := &webacl.IPSet{Arn: *part.arn}
		if m.Forwarded != nil {
			s.IPSetForwardedIPConfig = &webacl.SetForwardedIP{ForwardedIP: *m.Forwarded.model(), Position: string(m.Forwarded.Position)}
			if s.IPSetForwardedIPConfig.Position == "" {
				s.IPSetForwardedIPConfig.Position = "FIRST"
			}
		}
		b.refs.IPSets[s.Arn] = webacl.Addresses{Version: part.version, Blocks: part.blocks}
		list = append(list, webacl.Statement{IPSetReferenceStatement: s})
	}
	if len(list) == 1 {
		return list[0]
	}
	return webacl.Statement{OrStatement: &webacl.Nested{Statements: list}}
}

// LabelMatch matches requests with a label that an earlier rule added. It costs 1 WCU.
type LabelMatch struct {
	// Label is a label of a rule of the same web ACL, such as "known:bot", or the full name of a label, which begins with "awswaf:".
	// Required.
	Label string
	// Namespace says that Label is a namespace. It then matches every label in this namespace.
	Namespace bool
}

func (m LabelMatch) statement(*builder) webacl.Statement {
	scope := "LABEL"
	if m.Namespace {
		scope = "NAMESPACE"
	}
	return webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: scope, Key: m.Label}}
}
