package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/webacl"
)

var labelKey = lazyregexp.New(`^[0-9A-Za-z_:-]+$`)

// reservedLabels must not be part of a label (AWS WAF Developer Guide, "Label syntax and naming requirements").
var reservedLabels = []string{"aws", "waf", "awswaf", "managed", "rulegroup", "webacl", "regexpatternset", "ipset"}

const (
	maxLabelKey   = 1024
	maxLabelParts = 6 // up to five namespaces and the name
	maxLabelPart  = 128
)

func (c *checker) label(where, label string) {
	if webacl.IsToken(label) {
		return
	}
	parts := strings.Split(label, ":")
	switch {
	case !labelKey.MatchString(label), len(parts) > maxLabelParts,
		slices.ContainsFunc(parts, func(p string) bool { return p == "" || len(p) > maxLabelPart }):
		c.failAt("label", where, "a label is not usable",
			fmt.Sprintf("got %.100q; allowed are up to five namespaces and a name, with colons between, each of 1 to 128 letters, digits, hyphens "+
				"and underscores", label), "")
	case slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(reservedLabels, p) }):
		c.failAt("label", where, "a label contains a reserved word",
			fmt.Sprintf("got %.100q; reserved are %s", label, strings.Join(reservedLabels, ", ")), "choose another word")
	}
}

func (c *checker) labelMatch(where string, l *webacl.LabelMatch) {
	c.enum("label", where+".Scope", l.Scope, "LABEL", "NAMESPACE")
	if !webacl.IsToken(l.Key) && (len(l.Key) > maxLabelKey || !labelKey.MatchString(l.Key)) {
		c.failAt("label", where+".Key", "a label is not usable", fmt.Sprintf("got %.100q; allowed are 1 to 1,024 letters, digits and :_-", l.Key),
			"")
	}
}

// labels finds labels that a rule asks for but no rule before it adds to requests.
func (c *checker) labels(rules []webacl.Rule) {
	ordered := slices.Clone(rules)
	slices.SortStableFunc(ordered, func(a, b webacl.Rule) int { return a.Priority - b.Priority })
	f := labelFlow{refs: c.refs}
	for _, r := range ordered {
		c.rule = r.Name
		webacl.Walk(r.Statement, func(s *webacl.Statement) {
			if l := s.LabelMatchStatement; l != nil {
				c.wanted(&f, l.Key, l.Scope == "NAMESPACE", ordered)
			}
			if b := s.RateBasedStatement; b != nil {
				for _, k := range b.CustomKeys {
					if k.LabelNamespace != nil {
						c.wanted(&f, k.LabelNamespace.Namespace, true, ordered)
					}
				}
			}
		})
		f.put(r)
	}
	c.rule = ""
}

func (c *checker) wanted(before *labelFlow, key string, namespace bool, all []webacl.Rule) {
	if webacl.IsToken(key) || before.has(key, namespace) {
		return
	}
	later := labelFlow{refs: c.refs}
	for _, r := range all {
		later.put(r)
	}
	fix := "let an earlier rule add the label to requests"
	detail := fmt.Sprintf("got %q; no rule adds it to requests", key)
	if later.has(key, namespace) {
		detail, fix = fmt.Sprintf("got %q; only a later rule adds it to requests", key), "give the rule that adds it a smaller priority"
	}
	c.fail("label-flow", "no request can have the label at this point", detail, fix)
}

// labelFlow collects the labels that requests may have.
type labelFlow struct {
	refs    webacl.References
	labels  []string // of the web ACL's own rules, without prefix, and of groups'
	groups  []webacl.Managed
	foreign bool // there are groups whose labels are unknown
	unread  bool // there are rules that could not be read, which may add any label
}

func (f *labelFlow) put(r webacl.Rule) {
	for _, l := range r.RuleLabels {
		f.labels = append(f.labels, l.Name)
	}
	f.unread = f.unread || r.Unread
	if r.Statement == nil {
		return
	}
	if m := r.Statement.ManagedRuleGroupStatement; m != nil {
		if known, ok := webacl.LookUp(m.VendorName, m.Name); ok {
			f.groups = append(f.groups, known)
		} else {
			f.foreign = true
		}
	}
	if g := r.Statement.RuleGroupReferenceStatement; g != nil {
		group, ok := f.refs.Groups[g.Arn]
		if !ok {
			f.foreign = true
			return
		}
		for _, rule := range group.Rules {
			f.unread = f.unread || rule.Unread
			for _, l := range rule.RuleLabels {
				f.labels = append(f.labels, l.Name)
			}
		}
	}
}

// awsLabels are the namespaces of the labels that AWS adds for countries, autonomous systems and tokens.
var awsLabels = []string{"awswaf:clientip:geo:", "awswaf:forwardedip:geo:", "awswaf:clientip:asn:", "awswaf:forwardedip:asn:",
	"awswaf:managed:token:", "awswaf:managed:captcha:"}

// has reports whether requests may have a label at this point.
func (f *labelFlow) has(key string, namespace bool) bool {
	full := strings.HasPrefix(key, "awswaf:")
	switch {
	case f.unread:
		return true
	case full && slices.ContainsFunc(awsLabels, func(p string) bool {
		return strings.HasPrefix(key, p) || namespace && strings.HasPrefix(p, key)
	}):
		return true
	case strings.HasPrefix(key, webacl.ManagedPrefix):
		return slices.ContainsFunc(f.groups, func(m webacl.Managed) bool {
			return m.Produces(key) || namespace && strings.HasPrefix(webacl.ManagedPrefix+m.Namespace+":", strings.TrimSuffix(key, ":")+":")
		})
	case f.foreign && full:
		return true
	}
	return slices.ContainsFunc(f.labels, func(l string) bool {
		if full { // awswaf:<account>:webacl:<name>:<label>
			return strings.HasSuffix(key, ":"+l) || namespace
		}
		return l == key || namespace && strings.HasPrefix(l, strings.TrimSuffix(key, ":")+":")
	})
}
