package firewalluse

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/suricata"
	"github.com/tierwall/tierwall/internal/usage/firewalllog"
)

// State says what the logs show of a rule.
type State string

// The states.
const (
	Seen     State = "seen"         // it has alerts
	Silent   State = "no alerts"    // it writes alerts, and there are none
	Hidden   State = "not visible"  // it writes no alerts
	NotKnown State = "not known"    // the logs have no alerts at all, or not all of them could be read
	Default  State = "default"      // a default action of the policy: no rule decided
	Foreign  State = "not declared" // the templates have no such rule
)

// Rule is one rule with what the logs show of it.
type Rule struct {
	SID   int    `json:"sid"`
	State State  `json:"state"`
	Group string `json:"group,omitempty"` // the name of its rule group in messages, or its ARN if the templates do not have it
	// Action is what the rule does, and Message its message.
	Action  string `json:"action,omitempty"`
	Message string `json:"message,omitempty"`
	// Flows are the declared flows that it serves.
	Flows []arch.Flow `json:"flows,omitempty"`
	// Verdicts count the alerts by what happened to the packets; "unknown" are records without a verdict.
	Verdicts map[string]int64 `json:"verdicts,omitempty"`
	First    int64            `json:"first,omitempty"`
	Last     int64            `json:"last,omitempty"`
	Example  string           `json:"example,omitempty"`
	Note     string           `json:"note,omitempty"`
}

// defaultActions are the SIDs that alerts of a policy's default actions have (measured).
var defaultActions = []int{2, 4, 6, 8}

// Join compares the rules of templates with the alerts of logs. lost says that some of the logs could not be read. The rules are by SID.
func Join(a *cfn.Assembly, d *proof.Declaration, logs firewalllog.Summary, lost bool) []Rule {
	j := &join{byKey: map[int][]*Rule{}, names: map[*Rule]string{}, hasAlerts: len(logs.Alerts) > 0, lost: lost}
	for _, g := range deployed.Read(a).Groups {
		j.group(g)
	}
	if d != nil {
		j.declare(d)
	}
	for _, one := range logs.Alerts {
		j.alert(one)
	}
	var out []Rule
	for _, r := range j.rules {
		if r.State == "" {
			r.State, r.Note = j.silent(r)
		}
		out = append(out, *r)
	}
	slices.SortStableFunc(out, func(a, b Rule) int { return cmp.Or(cmp.Compare(a.SID, b.SID), cmp.Compare(a.Group, b.Group)) })
	return out
}

type join struct {
	rules     []*Rule
	byKey     map[int][]*Rule  // by SID
	names     map[*Rule]string // physical names of rule groups; empty if only a deployment knows one
	hidden    map[*Rule]bool   // rules that write no alerts
	hasAlerts bool
	lost      bool
}

// group adds the rules of a group.
func (j *join) group(g *deployed.Group) {
	name := g.Name
	if networkfirewall.IsToken(name) {
		name = ""
	}
	for _, line := range g.Content.Lines {
		sid, ok := line.Rule.SID()
		if !ok {
			continue
		}
		r := &Rule{SID: sid, Group: g.Path, Action: string(line.Rule.Action), Message: line.Rule.Msg()}
		j.add(r, name)
		if !alerts(line.Rule) {
			if j.hidden == nil {
				j.hidden = map[*Rule]bool{}
			}
			j.hidden[r] = true
		}
	}
	if g.List != nil {
		j.rules = append(j.rules, &Rule{Group: g.Path, State: NotKnown, Note: "AWS gives the rules of a domain list their numbers"})
	}
}

func (j *join) add(r *Rule, name string) {
	j.rules = append(j.rules, r)
	j.byKey[r.SID] = append(j.byKey[r.SID], r)
	j.names[r] = name
}

// alerts reports whether a rule writes alerts when it matches.
func alerts(r suricata.Rule) bool {
	for _, o := range r.Options {
		if o.Keyword == "noalert" || o.Keyword == "flowbits" && o.Value == "noalert" {
			return false
		}
	}
	_, asked := r.Get("alert")
	return r.Action != suricata.Pass || asked
}

// declare adds the flows that rules serve.
func (j *join) declare(d *proof.Declaration) {
	for _, n := range d.Networks {
		for _, declared := range n.FirewallRules {
			for _, r := range j.byKey[declared.SID] {
				r.Flows = declared.Flows
			}
		}
	}
}

// alert adds the alerts with one key.
func (j *join) alert(a firewalllog.Alerts) {
	r := j.find(a.Key)
	if r == nil {
		r = &Rule{SID: a.SID, State: Foreign, Group: a.Resource, Message: a.Signature, Note: foreign(a)}
		if slices.Contains(defaultActions, a.SID) && !strings.Contains(a.Resource, "rulegroup/") {
			r.State, r.Note = Default, ""
		}
		j.add(r, nameIn(a.Resource))
	}
	if r.State == "" {
		r.State = Seen
	}
	if r.Verdicts == nil {
		r.Verdicts = map[string]int64{}
	}
	r.Verdicts[cmp.Or(a.Verdict, "unknown")] += a.Count
	if r.First == 0 || a.First < r.First {
		r.First, r.Example = a.First, a.Example
	}
	r.Last = max(r.Last, a.Last)
	if j.hidden[r] {
		r.Note = "the templates say that it writes no alerts, so the deployed rule differs from them"
	}
}

// find returns the rule of an alert. Rules of different groups may have the same SID, and then the group's ARN decides.
func (j *join) find(key firewalllog.Key) *Rule {
	for _, r := range j.byKey[key.SID] {
		if name := j.names[r]; key.Resource == "" || name == "" || name == nameIn(key.Resource) {
			return r
		}
	}
	return nil
}

// nameIn returns the name in an ARN.
func nameIn(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// The range of the numbers of rules that AWS manages.
const (
	managedSIDs = 2_000_000
	managedEnd  = 100_000_000
)

// foreign says what a rule may be that the templates do not have.
func foreign(a firewalllog.Alerts) string {
	if strings.Contains(a.Resource, "aws-managed") || a.SID >= managedSIDs && a.SID < managedEnd {
		return "a rule of a group that AWS manages, judging by its number or ARN"
	}
	return "the firewall runs a rule that the templates do not have"
}

// silent says what it means that a rule has no alerts.
func (j *join) silent(r *Rule) (State, string) {
	switch {
	case j.hidden[r]:
		return Hidden, fmt.Sprintf("it is a %s rule that writes no alerts", r.Action)
	case !j.hasAlerts:
		return NotKnown, "the logs have no alerts"
	case j.lost:
		return NotKnown, "some of the logs could not be read"
	}
	return Silent, ""
}
