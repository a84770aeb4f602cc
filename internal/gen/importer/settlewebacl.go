package importer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

// settleWebACLs compares the rules of the web ACLs with those of the regenerated ones.
func (i *importer) settleWebACLs(again *cfn.Assembly) {
	all, refs := webacls.Read(again)
	for _, p := range i.protections {
		n := slices.IndexFunc(all, func(d webacls.WebACL) bool { return d.ACL.Description == webacl.TierDescription(p.tier.id) })
		if n >= 0 {
			i.differWebACL(p, all[n].ACL, refs)
		}
	}
}

// differWebACL says which rules one side has and the other does not.
func (i *importer) differWebACL(p *protection, made webacl.ACL, refs webacl.References) {
	before, after := map[string]bool{}, map[string]bool{}
	for _, r := range p.ACL.Rules {
		before[canonical(r, p.refs)] = true
	}
	for _, r := range made.Rules {
		after[canonical(r, refs)] = true
	}
	for n, r := range p.ACL.Rules {
		path := fmt.Sprintf("Rules[%d]", n)
		switch {
		case after[canonical(r, p.refs)]:
		case stops(r):
			i.lost(p.Resource, path, "the rule %.80q of the web ACL %s is not in the file as it is%s: %.160s", r.Name, p.Resource.ID,
				i.nearest(r, made), spelled(r, p.refs))
		case r.Action != nil && r.Action.Allow != nil:
			i.unsaid(p.Resource, path, "the rule %.80q of the web ACL %s, which lets requests past later rules, is not in the file", r.Name,
				p.Resource.ID)
		default:
			i.unsaid(p.Resource, path, "the rule %.80q of the web ACL %s, which stops nothing, is not in the file", r.Name, p.Resource.ID)
		}
	}
	var added []string
	for _, r := range made.Rules {
		if !before[canonical(r, refs)] {
			added = append(added, r.Name)
		}
	}
	if len(added) > 0 {
		i.unsaid(p.Resource, "Rules", "the new web ACL of %s has rules that %s does not have as they are: %s", p.tier.id, p.Resource.ID,
			summary(added))
	}
}

// stops reports whether a rule may stop requests.
func stops(r webacl.Rule) bool {
	switch {
	case r.Unread || r.Statement == nil:
		return true
	case r.Action != nil:
		return r.Action.Count == nil && r.Action.Allow == nil
	}
	return !counts(r)
}

// nearest says that the new web ACL has the same group in another form.
func (i *importer) nearest(r webacl.Rule, made webacl.ACL) string {
	if r.Statement == nil || r.Statement.ManagedRuleGroupStatement == nil {
		return ""
	}
	for _, o := range made.Rules {
		if g := o.Statement.ManagedRuleGroupStatement; g != nil && g.Name == r.Statement.ManagedRuleGroupStatement.Name {
			return " (the new one has the group in another form)"
		}
	}
	return ""
}

// canonical writes what a rule does to which requests, without its name and number. IP sets are written with their blocks.
func canonical(r webacl.Rule, refs webacl.References) string {
	does := "stops"
	switch {
	case r.Unread:
		return "unread"
	case r.Action != nil:
		data, err := json.Marshal(r.Action)
		if err != nil {
			return "unread"
		}
		does = string(data)
	case counts(r):
		does = "counts"
	}
	return does + " " + spelled(r, refs)
}

// spelled writes the statement of a rule.
func spelled(r webacl.Rule, refs webacl.References) string {
	data, err := json.Marshal(withOverrides(r.Statement))
	if err != nil {
		return ""
	}
	text := string(data)
	for _, arn := range sortedKeys(refs.IPSets) {
		quoted, err := json.Marshal(arn)
		if err != nil {
			continue
		}
		set := slices.Clone(refs.IPSets[arn].Blocks)
		slices.Sort(set)
		text = strings.ReplaceAll(text, string(quoted), fmt.Sprintf("%q", strings.Join(set, " ")))
	}
	return strings.ReplaceAll(text, `,"EvaluationWindowSec":300`, "")
}

// withOverrides writes the excluded rules of a group of AWS in the newer form, by name, without those that the group does not have.
func withOverrides(s *webacl.Statement) *webacl.Statement {
	if s == nil || s.ManagedRuleGroupStatement == nil {
		return s
	}
	g := *s.ManagedRuleGroupStatement
	g.RuleActionOverrides = slices.Clone(g.RuleActionOverrides)
	for _, e := range g.ExcludedRules {
		g.RuleActionOverrides = append(g.RuleActionOverrides, webacl.ActionOverride{
			Name: e.Name, ActionToUse: &webacl.Action{Count: &webacl.AllowAction{}},
		})
	}
	g.ExcludedRules = nil
	g.RuleActionOverrides = slices.DeleteFunc(g.RuleActionOverrides, func(o webacl.ActionOverride) bool {
		known, ok := webacl.LookUp(g.VendorName, g.Name)
		if !ok {
			return false
		}
		has, _ := known.Rule(o.Name)
		return !has
	})
	slices.SortFunc(g.RuleActionOverrides, func(a, b webacl.ActionOverride) int { return strings.Compare(a.Name, b.Name) })
	out := *s
	out.ManagedRuleGroupStatement = &g
	return &out
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
