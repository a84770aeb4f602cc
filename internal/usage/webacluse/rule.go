package webacluse

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/usage/webacllog"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/deployed"
)

// State says what the logs show of a rule.
type State string

// The states.
const (
	Sometimes State = "matched"
	Always    State = "always matched" // for every request that it ran for
	Never     State = "never matched"
	NeverRan  State = "never ran" // rules before it ended the evaluation of every request
	NotKnown  State = "not known"
)

// ACL is a web ACL with what the logs show of it.
type ACL struct {
	webacllog.ACL
	// Name is its name in the templates; empty if they do not have it.
	Name  string `json:"name,omitempty"`
	Rules []Rule `json:"rules,omitempty"` // by priority
	// Doubt says why nothing is claimed about rules that did not match.
	Doubt string `json:"doubt,omitempty"`
}

// Rule is a rule of a web ACL.
type Rule struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	// Ran is for how many requests it ran, and Matched for how many of these it matched.
	Ran     int64  `json:"ran"`
	Matched int64  `json:"matched"`
	Note    string `json:"note,omitempty"`
}

// Join compares the web ACLs of templates with logs. lost says that some of the logs could not be read.
func Join(a *cfn.Assembly, logs []webacllog.ACL, lost bool) []ACL {
	declared, refs := deployed.Read(a)
	var out []ACL
	for _, log := range logs {
		one := ACL{ACL: log}
		found := slices.DeleteFunc(slices.Clone(declared), func(d deployed.WebACL) bool { return d.ACL.Name != nameIn(log.ID) })
		if len(found) != 1 {
			one.Doubt = fmt.Sprintf("the templates have %d web ACLs with this name", len(found))
			out = append(out, one)
			continue
		}
		one.Name = found[0].ACL.Name
		one.Doubt = doubt(a, found[0], lost)
		one.Rules = rules(found[0].ACL, refs, log, &one.Doubt)
		out = append(out, one)
	}
	return out
}

// nameIn returns the name in the ARN of a web ACL or a rule group: "arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID".
func nameIn(arn string) string {
	parts := strings.Split(arn, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[len(parts)-2]
}

// doubt says why records may be missing from the log of a web ACL.
func doubt(a *cfn.Assembly, d deployed.WebACL, lost bool) string {
	if lost {
		return "some of the logs could not be read"
	}
	for r := range a.OfType("AWS::WAFv2::LoggingConfiguration") {
		if acl := r.Get("ResourceArn"); acl.Kind != cfn.Reference || acl.Resource != d.Resource {
			continue
		}
		if !r.Get("LoggingFilter").IsMissing() {
			return "the logging has a LoggingFilter, which may drop records"
		}
		if len(d.Problems) > 0 {
			return "some of the web ACL's properties cannot be read"
		}
		return ""
	}
	return "the templates have no logging configuration of the web ACL, so a filter may drop records"
}

// rules counts for each rule of a web ACL how often it ran and matched.
func rules(acl webacl.ACL, refs webacl.References, log webacllog.ACL, doubt *string) []Rule {
	ordered := slices.Clone(acl.Rules)
	slices.SortStableFunc(ordered, func(a, b webacl.Rule) int { return cmp.Compare(a.Priority, b.Priority) })
	names := map[string]bool{webacllog.DefaultAction: true}
	for _, r := range ordered {
		names[r.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(log.Ended)) {
		if !names[name] && *doubt == "" {
			*doubt = fmt.Sprintf("the log names the rule %q, which the template does not have: the rules changed, or differ", name)
		}
	}
	ran := log.Requests
	var out []Rule
	for _, r := range ordered {
		one := Rule{Name: r.Name, Ran: ran, Matched: log.Matched[r.Name]}
		inGroup, known := groupMatches(r, refs, log)
		one.State, one.Note = stateOf(one, inGroup, known, *doubt)
		out = append(out, one)
		ran -= log.Ended[r.Name]
	}
	return out
}

// groupMatches returns the matches of rules in the group that a rule refers to. A request may have several. It reports false
// if the log does not say which group is the rule's.
func groupMatches(r webacl.Rule, refs webacl.References, log webacllog.ACL) (matches int64, known bool) {
	if r.Statement == nil {
		return 0, false
	}
	var is func(id string) bool
	switch s := r.Statement; {
	case s.ManagedRuleGroupStatement != nil:
		id := s.ManagedRuleGroupStatement.VendorName + "#" + s.ManagedRuleGroupStatement.Name
		is = func(logged string) bool { return logged == id || strings.HasPrefix(logged, id+"#") }
	case s.RuleGroupReferenceStatement != nil:
		g := refs.Groups[s.RuleGroupReferenceStatement.Arn]
		if g == nil || strings.HasPrefix(g.Name, "${") {
			return 0, len(log.Groups) == 0
		}
		is = func(logged string) bool { return nameIn(logged) == g.Name }
	default:
		return 0, true
	}
	for id, rules := range log.Groups {
		if is(id) {
			for _, n := range rules {
				matches += n
			}
		}
	}
	return matches, true
}

// stateOf says what the counts of a rule show.
func stateOf(r Rule, inGroup int64, known bool, doubt string) (State, string) {
	switch {
	case r.Matched > 0 && r.Matched == r.Ran && doubt == "":
		return Always, ""
	case r.Matched > 0:
		return Sometimes, ""
	case inGroup > 0:
		return Sometimes, fmt.Sprintf("matches of rules in its group that did not end the evaluation: %d", inGroup)
	case doubt != "":
		return NotKnown, doubt
	case r.Ran == 0:
		return NeverRan, "rules before it ended the evaluation of every request"
	case !known:
		return NotKnown, "the log does not show which group is the rule's"
	}
	return Never, ""
}
