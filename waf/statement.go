package waf

import "github.com/tierwall/tierwall/internal/webacl"

// Statement is what a rule asks of a request. It is one of the kinds below; rate limits and rule groups, which AWS takes at the top of a
// rule alone, are rules: [RateRule], [ManagedRule], [GroupRule].
type Statement interface {
	statement(b *builder) webacl.Statement
}

// builder turns what users write into the model, and collects what that refers to.
type builder struct {
	refs webacl.References
	raw  []webacl.Problem // of what was written as JSON
	used []used
}

// used is something of the app that a statement names.
type used struct {
	path  string
	scope Scope // empty if it is not known
}

func (b *builder) use(path string, scope Scope) { b.used = append(b.used, used{path, scope}) }

// strangers are problems with what is for another scope than that of who names it.
func (b *builder) strangers(scope Scope) []webacl.Problem {
	var out []webacl.Problem
	for _, u := range b.used {
		if u.scope != "" && u.scope != scope {
			out = append(out, webacl.Problem{Kind: "scope", Summary: "a set or rule group is for another scope",
				Detail: u.path + " is for " + string(u.scope) + ", and what names it for " + string(scope), Fix: "make it with the same Scope"})
		}
	}
	return out
}

func newBuilder() *builder {
	return &builder{refs: webacl.References{IPSets: map[string]webacl.Addresses{}, RegexSets: map[string][]string{},
		Groups: map[string]*webacl.Group{}}}
}

// build is the model of a statement; of nil an empty one, which is an error.
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

// And matches if all of two or more statements do.
func And(a, b Statement, more ...Statement) Statement {
	return nested{true, append([]Statement{a, b}, more...)}
}

// Or matches if one of two or more statements does.
func Or(a, b Statement, more ...Statement) Statement {
	return nested{false, append([]Statement{a, b}, more...)}
}

type negated struct{ of Statement }

func (n negated) statement(b *builder) webacl.Statement {
	return webacl.Statement{NotStatement: &webacl.Negated{Statement: b.optional(n.of)}}
}

// Not matches if a statement does not.
func Not(s Statement) Statement { return negated{s} }

// Position says where a text is looked for.
type Position string

// The positions. Exactly, StartsWith and EndsWith cost 2 WCU, the others 10.
const (
	Exactly      Position = "EXACTLY"
	StartsWith   Position = "STARTS_WITH"
	EndsWith     Position = "ENDS_WITH"
	Contains     Position = "CONTAINS"
	ContainsWord Position = "CONTAINS_WORD"
)

// ByteMatch looks for a text in a part of requests.
type ByteMatch struct {
	Field    Field
	Position Position // empty is Exactly
	// Text has 1 to 200 bytes. It may be a CDK token, as of a secret.
	Text string
	// Transformations change the part before it is looked at, in this order; nil is none. Each costs 10 WCU for each part.
	Transformations []Transformation
}

func (m ByteMatch) statement(*builder) webacl.Statement {
	if m.Position == "" {
		m.Position = Exactly
	}
	return webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{SearchString: m.Text, PositionalConstraint: string(m.Position),
		Inspected: inspected(m.Field, m.Transformations)}}
}

// RegexMatch looks for a regular expression, of up to 512 characters in PCRE's syntax without backreferences, conditions and the like.
// It costs 3 WCU.
type RegexMatch struct {
	Field           Field
	Regex           string
	Transformations []Transformation
}

func (m RegexMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: m.Regex, Inspected: inspected(m.Field, m.Transformations)}}
}

// RegexSetMatch looks for the expressions of a set. It costs 25 WCU.
type RegexSetMatch struct {
	Field           Field
	Set             *RegexSet
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

// Comparison compares sizes.
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

// SizeConstraint compares the size of a part of requests, in bytes. It costs 1 WCU.
type SizeConstraint struct {
	Field           Field
	Is              Comparison
	Size            int
	Transformations []Transformation
}

func (m SizeConstraint) statement(*builder) webacl.Statement {
	return webacl.Statement{SizeConstraintStatement: &webacl.Size{ComparisonOperator: string(m.Is), Size: m.Size,
		Inspected: inspected(m.Field, m.Transformations)}}
}

// SQLiMatch looks for SQL where it does not belong. It costs 20 WCU, Sensitive 30.
type SQLiMatch struct {
	Field           Field
	Sensitive       bool // finds more, and more that is none
	Transformations []Transformation
}

func (m SQLiMatch) statement(*builder) webacl.Statement {
	s := &webacl.SQLi{Inspected: inspected(m.Field, m.Transformations)}
	if m.Sensitive {
		s.SensitivityLevel = "HIGH"
	}
	return webacl.Statement{SqliMatchStatement: s}
}

// XSSMatch looks for scripts where they do not belong. It costs 40 WCU.
type XSSMatch struct {
	Field           Field
	Transformations []Transformation
}

func (m XSSMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{XssMatchStatement: &webacl.XSS{Inspected: inspected(m.Field, m.Transformations)}}
}

// ForwardedIP takes the client's address from a header that a proxy in front sets. Whoever reaches the resource past that proxy can
// write anything into it.
type ForwardedIP struct {
	Header string // "X-Forwarded-For"
	// Match says that a request whose header holds no address matches.
	Match bool
	// Position says which of several addresses counts, for IP sets; empty is FirstAddress.
	Position AddressPosition
}

// AddressPosition says which of several addresses in a header counts.
type AddressPosition string

// The positions.
const (
	FirstAddress AddressPosition = "FIRST"
	LastAddress  AddressPosition = "LAST"
	AnyAddress   AddressPosition = "ANY"
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

// GeoMatch asks for the client's country. It costs 1 WCU.
type GeoMatch struct {
	Countries []string // ISO 3166 codes of two capital letters, 1 to 50
	// Forwarded takes the address from a header; nil takes that of the connection.
	Forwarded *ForwardedIP
}

func (m GeoMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: m.Countries, ForwardedIPConfig: m.Forwarded.model()}}
}

// ASNMatch asks for the client's autonomous system. It costs 1 WCU.
type ASNMatch struct {
	ASNs      []int // 1 to 100; 0 is addresses of none
	Forwarded *ForwardedIP
}

func (m ASNMatch) statement(*builder) webacl.Statement {
	return webacl.Statement{AsnMatchStatement: &webacl.ASN{AsnList: m.ASNs, ForwardedIPConfig: m.Forwarded.model()}}
}

// IPSetMatch asks whether the client's address is in a set. It costs 1 WCU for each IP version that the set has, and 4 more at Position
// ANY.
type IPSetMatch struct {
	Set       *IPSet
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

// LabelMatch asks for a label that a rule of smaller priority put on the request. It costs 1 WCU.
type LabelMatch struct {
	// Label is one of the web ACL's own, "odd:request", or with AWS's prefix one of a rule group.
	Label string
	// Namespace says that Label is the beginning of labels.
	Namespace bool
}

func (m LabelMatch) statement(*builder) webacl.Statement {
	scope := "LABEL"
	if m.Namespace {
		scope = "NAMESPACE"
	}
	return webacl.Statement{LabelMatchStatement: &webacl.LabelMatch{Scope: scope, Key: m.Label}}
}
