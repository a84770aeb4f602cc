package evaluate

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/tierwall/tierwall/internal/webacl"
)

// Evaluator is a web ACL that is prepared for evaluation. Several goroutines may use it.
type Evaluator struct {
	acl    webacl.ACL
	refs   webacl.References
	limits []int // of bodies, in bytes: several if the web ACL protects different kinds of resources, or unknown ones
	sets   map[string]*netipx.IPSet
	regexs map[string]*regexp.Regexp // nil for expressions that Go does not support
}

// New prepares a web ACL. What refs does not have is unknown. kinds are the kinds of resources that the web ACL protects, such as
// [webacl.LoadBalancer], which decide how much of a body is read; none is unknown.
func New(acl webacl.ACL, refs webacl.References, kinds ...string) *Evaluator {
	e := &Evaluator{acl: acl, refs: refs, limits: bodyLimits(acl, kinds), sets: map[string]*netipx.IPSet{},
		regexs: map[string]*regexp.Regexp{}}
	e.acl.Rules = ordered(acl.Rules)
	for arn, a := range refs.IPSets {
		var b netipx.IPSetBuilder
		known := true
		for _, block := range a.Blocks {
			prefix, err := netip.ParsePrefix(block)
			if err != nil {
				known = false
				break
			}
			b.AddPrefix(prefix)
		}
		if set, err := b.IPSet(); err == nil && known {
			e.sets[arn] = set
		}
	}
	prepare := func(rules []webacl.Rule) {
		for _, r := range rules {
			webacl.Walk(r.Statement, func(s *webacl.Statement) {
				if m := s.RegexMatchStatement; m != nil {
					e.compile(m.RegexString)
				}
			})
		}
	}
	prepare(acl.Rules)
	for _, g := range refs.Groups {
		prepare(g.Rules)
	}
	for _, patterns := range refs.RegexSets {
		for _, p := range patterns {
			e.compile(p)
		}
	}
	return e
}

func (e *Evaluator) compile(pattern string) {
	if _, done := e.regexs[pattern]; !done {
		e.regexs[pattern] = compile(pattern)
	}
}

func ordered(rules []webacl.Rule) []webacl.Rule {
	return slices.SortedStableFunc(slices.Values(rules), func(a, b webacl.Rule) int { return a.Priority - b.Priority })
}

// Verdict is what happens to a request.
type Verdict struct {
	// Possible are the possible decisions. There is one if everything that matters is known.
	Possible []Decision
	Labels   []string // labels that the request certainly has in the end
	Steps    []Step   // the rules in the order of their evaluation
	// Approximate says that the verdict depends on libinjection.
	Approximate bool
}

// Decision is an action on a request, and the rule that decided it.
type Decision struct {
	Action   string // Allow, Block, Captcha, Challenge, Monetize
	Rule     string // "Ours/Inner" for a rule of a rule group; empty is the default action
	Response *webacl.Response
}

// String returns the decision as in "Block by RateLimit".
func (d Decision) String() string {
	if d.Rule == "" {
		return d.Action + " by default"
	}
	return d.Action + " by " + d.Rule
}

// String joins the possible decisions.
func (v Verdict) String() string {
	out := make([]string, len(v.Possible))
	for i, d := range v.Possible {
		out[i] = d.String()
	}
	return strings.Join(out, ", or ")
}

// Sure returns the decision if there is only one.
func (v Verdict) Sure() (Decision, bool) {
	if len(v.Possible) != 1 {
		return Decision{}, false
	}
	return v.Possible[0], true
}

// Step is the evaluation of one rule.
type Step struct {
	Rule string
	Does string // "matches", "does not match", "may match", "is not asked"
	Then string // its action
	Why  string // what is unknown
}

// evaluation is the evaluation of one request.
type evaluation struct {
	*Evaluator
	r      *Request
	out    Verdict
	labels []label
	group  string // the name of the rule group that is being evaluated; empty is the web ACL
	prefix string // prefix of the names of rules
	why    string // what is unknown
	// geoLabels says whether a rule has checked countries, by the address of the connection and by a header.
	geoLabels [2]bool
}

// label is a label that the request has or may have.
type label struct {
	group string // the group whose rule added it
	name  string
	sure  bool
	// namespace says that the request may have any label that begins so.
	namespace bool
	except    []string // of a namespace: labels that the request has only if they are listed themselves
}

// Evaluate evaluates the rules for a request.
func (e *Evaluator) Evaluate(r Request) Verdict {
	v := evaluation{Evaluator: e, r: &r}
	v.out.Steps = make([]Step, 0, len(e.acl.Rules))
	if !v.rules(e.acl.Rules, nil, false) {
		d := Decision{Action: "Allow"}
		if e.acl.DefaultAction != nil && e.acl.DefaultAction.Block != nil {
			d.Action, d.Response = "Block", e.acl.DefaultAction.Block.CustomResponse
		}
		v.possible(d)
	}
	for _, l := range v.labels {
		if l.sure {
			v.out.Labels = append(v.out.Labels, l.name)
		}
	}
	return v.out
}

func (v *evaluation) possible(d Decision) {
	if !slices.ContainsFunc(v.out.Possible, func(o Decision) bool { return o.Action == d.Action && o.Rule == d.Rule }) {
		v.out.Possible = append(v.out.Possible, d)
	}
}

// rules evaluates rules in their order, and reports whether one of them certainly decides. counting says that they only count.
func (v *evaluation) rules(rules []webacl.Rule, overrides map[string]*webacl.Action, counting bool) bool {
	for i := range rules {
		r := &rules[i]
		v.why = ""
		switch s := r.Statement; {
		case s == nil:
			v.step(r, unknown, "", "it could not be read")
			v.possible(Decision{Action: "Block", Rule: v.prefix + r.Name})
			v.possible(Decision{Action: "Allow", Rule: v.prefix + r.Name})
		case s.ManagedRuleGroupStatement != nil:
			if v.managed(r, s.ManagedRuleGroupStatement) {
				return true
			}
		case s.RuleGroupReferenceStatement != nil:
			if v.ownGroup(r, s.RuleGroupReferenceStatement) {
				return true
			}
		default:
			if v.rule(r, overrides, counting) {
				return true
			}
		}
	}
	return false
}

func (v *evaluation) step(r *webacl.Rule, o outcome, then, why string) {
	v.out.Steps = append(v.out.Steps, Step{v.prefix + r.Name, words[o], then, why})
}

// rule evaluates a rule, and reports whether it certainly decides.
func (v *evaluation) rule(r *webacl.Rule, overrides map[string]*webacl.Action, counting bool) bool {
	action := r.Action
	if o, ok := overrides[r.Name]; ok {
		action = o
	}
	o := v.top(r)
	d, deciding := v.decision(r, action)
	then := d.Action
	if counting || !deciding {
		then, deciding = "Count", false
	}
	v.step(r, o, then, v.why)
	if o == no || o == skipped {
		return false
	}
	for _, l := range r.RuleLabels {
		v.labels = append(v.labels, label{group: v.group, name: l.Name, sure: o == yes})
	}
	if !deciding {
		return false
	}
	v.possible(d)
	return o == yes
}

// decision returns what an action does, and whether that ends the evaluation.
func (v *evaluation) decision(r *webacl.Rule, a *webacl.Action) (Decision, bool) {
	d := Decision{Rule: v.prefix + r.Name}
	if a == nil {
		return d, false
	}
	d.Action = a.Name()
	if a.Block != nil {
		d.Response = a.Block.CustomResponse
	}
	if d.Action == "Count" {
		return d, false
	}
	if v.r.Solved && (d.Action == "Captcha" || d.Action == "Challenge") {
		d.Action = "Count"
		return d, false
	}
	return d, true
}

// top returns the outcome of a rule's statement.
func (v *evaluation) top(r *webacl.Rule) outcome {
	rate := r.Statement.RateBasedStatement
	if rate == nil {
		return v.statement(r.Statement)
	}
	if rate.ScopeDownStatement != nil {
		if o := v.statement(rate.ScopeDownStatement); o != yes {
			if o == unknown && v.r.Before[r.Name] <= rate.Limit {
				return no
			}
			return o
		}
	}
	if o, counted := v.counted(rate); !counted {
		return o
	}
	return sure(v.r.Before[r.Name] > rate.Limit)
}

// counted reports whether a request has all keys of a rate-based rule, and if not, the rule's outcome (AWS WAF Developer Guide,
// "Rate-based rule aggregation options").
func (v *evaluation) counted(rate *webacl.RateBased) (outcome, bool) {
	forwarded := rate.AggregateKeyType == "FORWARDED_IP"
	for _, k := range rate.CustomKeys {
		forwarded = forwarded || k.ForwardedIP != nil
		if k.Header != nil && len(v.r.values(k.Header.Name)) == 0 || k.Cookie != nil && !has(v.r.cookies(), k.Cookie.Name) ||
			k.QueryArgument != nil && !has(v.r.arguments(), k.QueryArgument.Name) {
			return no, false
		}
	}
	if forwarded && rate.ForwardedIPConfig != nil {
		if _, o, known := v.address(rate.ForwardedIPConfig, ""); !known {
			return o, false
		}
	}
	return no, true
}

// ownGroup evaluates the rules of a rule group, and reports whether one of them certainly decides.
func (v *evaluation) ownGroup(r *webacl.Rule, ref *webacl.GroupRef) bool {
	counting := r.OverrideAction != nil && r.OverrideAction.Count != nil
	g, ok := v.refs.Groups[ref.Arn]
	if !ok || len(g.Rules) == 0 {
		v.labels = append(v.labels, label{name: "awswaf:", namespace: true})
		v.step(r, unknown, "", "the rule group is not known")
		if !counting {
			v.possible(Decision{Action: "Block", Rule: v.prefix + r.Name})
			v.possible(Decision{Action: "Allow", Rule: v.prefix + r.Name})
		}
		return false
	}
	overrides := map[string]*webacl.Action{}
	for _, e := range ref.ExcludedRules {
		overrides[e.Name] = &webacl.Action{Count: &webacl.AllowAction{}}
	}
	for _, o := range ref.RuleActionOverrides {
		overrides[o.Name] = o.ActionToUse
	}
	group, prefix := v.group, v.prefix
	v.group, v.prefix = g.Name, r.Name+"/"
	decides := v.rules(ordered(g.Rules), overrides, counting)
	v.group, v.prefix = group, prefix
	return decides
}
