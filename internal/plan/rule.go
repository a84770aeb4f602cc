package plan

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Direction is the side of a group that a rule is on.
type Direction int

// The directions.
const (
	Ingress Direction = iota
	Egress
)

// String returns "Ingress" or "Egress", as in the names of CloudFormation's resource types.
func (d Direction) String() string {
	if d == Egress {
		return "Egress"
	}
	return "Ingress"
}

// Word is the direction in messages: "in" or "out".
func (d Direction) Word() string {
	if d == Egress {
		return "out"
	}
	return "in"
}

// RuleKey is what EC2 tells a group's rules from each other by. Two rules with one key are one rule.
type RuleKey struct {
	Group     string // the id of the tier whose group holds the rule
	Direction Direction
	Ports     arch.Ports
	Peer      arch.Peer // a tier, standing for its group, a block or a prefix list
}

// Weight is how many rules EC2 counts a rule as: a rule on a prefix list counts as all entries of the list.
func (k RuleKey) Weight() int { return max(1, k.Peer.Entries) }

// Rule is one rule of a security group.
type Rule struct {
	RuleKey
	Description string // legal in EC2
	Flows       []int  // the flows it serves, as indexes into the model's
}

// StandaloneRule is a rule that is a resource of its own. Between two groups, the rule at the later one, in the order of
// tier ids with imported tiers first, is part of that group. The rule at the earlier group is standalone and lives with the
// later one. References thus lead from later to earlier only, so that no cycle can arise, and the place of a rule depends on
// nothing but its two ends.
type StandaloneRule struct {
	Rule
	Scope string // the id of the later tier, under which the resource lives
	ID    string // a function of RuleKey alone, unique under Scope
}

// standalone places a rule that is not part of its group. Its peer is a tier. If that is the later tier or the same one, the
// rule lives under it.
func standalone(m *arch.Model, r Rule) StandaloneRule {
	group := r.Group
	if t, _ := m.Tier(r.Group); t.Imported != nil {
		group = "Imported-" + t.Imported.Group.Text
	}
	return StandaloneRule{
		Rule:  r,
		Scope: r.Peer.Text,
		ID:    fmt.Sprintf("%s-%s-%s", group, r.Direction, strings.ReplaceAll(r.Ports.String(), "/", "-")),
	}
}

// later reports whether tier a comes strictly after tier b.
func later(m *arch.Model, a, b string) bool {
	imported := func(id string) bool {
		t, _ := m.Tier(id)
		return t.Imported != nil
	}
	if ia, ib := imported(a), imported(b); ia != ib {
		return ib
	}
	return a > b
}

func compareRules(a, b *Rule) int {
	return cmp.Or(a.Ports.Compare(b.Ports), cmp.Compare(a.Peer.Kind, b.Peer.Kind), strings.Compare(a.Peer.Text, b.Peer.Text),
		cmp.Compare(family(a.Peer), family(b.Peer)))
}

// family is the address family of a symbolic block.
func family(p arch.Peer) int {
	if p.IPv6 {
		return 6
	}
	return 4
}
