package webacllog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
)

// Is reports whether a JSON object is a record of AWS WAF.
func Is(object []byte) bool { return bytes.Contains(object, []byte(`"webaclId"`)) }

// DefaultAction is the rule that ends the evaluation if no other rule does.
const DefaultAction = "Default_Action"

// Log takes the records of one worker.
type Log struct{ acls map[string]*ACL }

// ACL counts the requests to one web ACL.
type ACL struct {
	ID       string `json:"id"` // its ARN
	Requests int64  `json:"requests"`
	// First and Last are the times of the first and the last request, in seconds since 1970.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// Ended counts requests by the rule that ended the evaluation, Default_Action among them.
	Ended map[string]int64 `json:"ended"`
	// Matched counts requests by the rule that matched, whether it ended the evaluation or not. A rule that refers to a group matched if a
	// rule of the group did, as far as the log says which rule of the web ACL refers to it.
	Matched map[string]int64 `json:"matched"`
	// Groups counts matches of rules in groups, by the id of the group: its ARN, or "AWS#AWSManagedRulesCommonRuleSet".
	Groups map[string]map[string]int64 `json:"groups,omitempty"`
	// Actions counts requests by what was done with them: "ALLOW", "BLOCK".
	Actions map[string]int64 `json:"actions"`
}

// The most different texts that are kept.
const (
	maxACLs  = 1 << 12
	maxRules = 1 << 12
)

// The errors of Add.
var (
	errDamaged = errors.New("a record of AWS WAF is damaged: it is not complete JSON, or a field has a value that it cannot have")
	errPartial = errors.New("a record of AWS WAF has no time, no web ACL or no rule that ended the evaluation")
	errCrowded = errors.New("there are too many different web ACLs or rules in the logs of AWS WAF; the rest is not counted")
)

type record struct {
	Time    int64   `json:"timestamp"` // milliseconds
	ACL     string  `json:"webaclId"`
	Rule    string  `json:"terminatingRuleId"`
	Action  string  `json:"action"`
	Matched []match `json:"nonTerminatingMatchingRules"`
}

type group struct {
	ID      string  `json:"ruleGroupId"`
	Rule    *match  `json:"terminatingRule"`
	Matched []match `json:"nonTerminatingMatchingRules"`
	// Excluded are rules that matched, and that an old setting turns into counting ones.
	Excluded []match `json:"excludedRules"`
}

type match struct {
	Rule string `json:"ruleId"`
}

// Add takes a record.
func (l *Log) Add(object []byte) error {
	var r struct {
		record
		Groups []group `json:"ruleGroupList"`
	}
	if err := json.Unmarshal(object, &r); err != nil {
		return errDamaged
	}
	if r.Time <= 0 || r.ACL == "" || r.Rule == "" {
		return errPartial
	}
	if l.acls == nil {
		l.acls = map[string]*ACL{}
	}
	a, ok := l.acls[r.ACL]
	if !ok {
		if len(l.acls) >= maxACLs {
			return errCrowded
		}
		a = newACL(r.ACL)
		l.acls[r.ACL] = a
	}
	if len(a.Ended)+len(a.Matched)+len(a.Groups) >= maxRules {
		return errCrowded
	}
	return a.add(r.record, r.Groups)
}

func newACL(id string) *ACL {
	return &ACL{
		ID: id, Ended: map[string]int64{}, Matched: map[string]int64{}, Groups: map[string]map[string]int64{}, Actions: map[string]int64{},
	}
}

// add counts a request.
func (a *ACL) add(r record, groups []group) error {
	at := r.Time / 1000
	if a.Requests == 0 || at < a.First {
		a.First = at
	}
	a.Last = max(a.Last, at)
	a.Requests++
	a.Ended[r.Rule]++
	a.Actions[r.Action]++
	matched := map[string]bool{r.Rule: r.Rule != DefaultAction}
	for _, m := range r.Matched {
		matched[m.Rule] = true
	}
	for rule, is := range matched {
		if is {
			a.Matched[rule]++
		}
	}
	var err error
	for _, g := range groups {
		err = cmp.Or(err, a.group(g))
	}
	return err
}

// group counts the matches in a rule group.
func (a *ACL) group(g group) error {
	matched := map[string]bool{}
	for _, m := range append(slices.Clone(g.Matched), g.Excluded...) {
		matched[m.Rule] = true
	}
	if g.Rule != nil {
		matched[g.Rule.Rule] = true
	}
	if len(matched) > 0 && a.Groups[g.ID] == nil {
		a.Groups[g.ID] = map[string]int64{}
	}
	for rule := range matched {
		if a.Groups[g.ID][rule] == 0 && len(a.Groups[g.ID]) >= maxRules {
			return errCrowded
		}
		a.Groups[g.ID][rule]++
	}
	return nil
}

// Join joins the counts of all workers. The web ACLs are by id.
func Join(logs []*Log) []ACL {
	all := map[string]*ACL{}
	for _, l := range logs {
		for id, a := range l.acls {
			if all[id] == nil {
				all[id] = newACL(id)
			}
			all[id].join(a)
		}
	}
	var out []ACL
	for _, a := range slices.SortedFunc(maps.Values(all), func(a, b *ACL) int { return cmp.Compare(a.ID, b.ID) }) {
		out = append(out, *a)
	}
	return out
}

// join adds the counts of another worker.
func (a *ACL) join(b *ACL) {
	if a.Requests == 0 || b.First < a.First {
		a.First = b.First
	}
	a.Last = max(a.Last, b.Last)
	a.Requests += b.Requests
	sum(a.Ended, b.Ended)
	sum(a.Matched, b.Matched)
	sum(a.Actions, b.Actions)
	for id, rules := range b.Groups {
		if a.Groups[id] == nil {
			a.Groups[id] = map[string]int64{}
		}
		sum(a.Groups[id], rules)
	}
}

func sum(to, from map[string]int64) {
	for key, n := range from {
		to[key] += n
	}
}
