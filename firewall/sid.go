package firewall

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/report"
)

// sids is a construct at the root of the app that knows the SIDs of all rules. Logs identify a rule by its SID, but AWS checks only that
// SIDs are unique within a group.
type sids struct {
	constructs.Construct
	groups []*RuleGroup
}

const sidsID = "TierwallSignatureIDs"

// Groups exists because jsii needs a method that the type declares itself.
func (s *sids) Groups() int { return len(s.groups) }

func allSIDs(p *problems) *sids {
	return report.Shared(&p.Problems, sidsID, func(root constructs.Construct) *sids {
		s := &sids{}
		constructs.NewConstruct_Override(s, root, new(sidsID))
		return s
	})
}

// place says where a group's rules write their logs. Stages, accounts and Regions have separate logs, so copies of one architecture in
// several of them may use the same SIDs.
type place struct{ stack, environment string }

// placed returns the group's place. It computes the place on the first call, because that takes several calls into CDK.
func (g *RuleGroup) placed() place {
	if g.place == (place{}) {
		stack := awscdk.Stack_Of(g)
		g.place = place{stack: *stack.Node().Path(), environment: *stack.Environment()}
		if stage := awscdk.Stage_Of(g); stage != nil {
			g.place.environment += " " + *stage.Node().Path()
		}
	}
	return g.place
}

// enter records the SIDs of a group.
func (s *sids) enter(g *RuleGroup) {
	g.numbers = map[int]int{}
	for i, line := range g.model.Content.Lines {
		if sid, ok := line.Rule.SID(); ok {
			g.numbers[sid] = i
		}
	}
	s.groups = append(s.groups, g)
}

// clashes reports the SIDs that g shares with groups created before it.
func (s *sids) clashes(g *RuleGroup) {
	before := s.groups[:max(0, slices.Index(s.groups, g))]
	for _, line := range g.model.Content.Lines {
		sid, ok := line.Rule.SID()
		if !ok {
			continue
		}
		for _, other := range before {
			if i, taken := other.numbers[sid]; taken && clash(other, other.model.Content.Lines[i].Text, g, line.Text) {
				g.sidTwice(sid, line.Number, other)
				break
			}
		}
	}
}

// clash reports whether logs cannot distinguish two rules with the same SID. The same rule in two stacks is no clash.
func clash(a *RuleGroup, rule string, b *RuleGroup, same string) bool {
	at, elsewhere := a.placed(), b.placed()
	return at.environment == elsewhere.environment && (at.stack == elsewhere.stack || rule != same)
}

func (g *RuleGroup) sidTwice(sid, number int, other *RuleGroup) {
	fix := "give one of the rules another SID"
	if g.feed != "" && g.feed == other.feed {
		fix = "give the feeds different names, or use one group in both places"
	}
	g.problems.Add("sid-twice", fmt.Sprintf("SID %d is in two rule groups", sid),
		fmt.Sprintf("it is in %s, and in %s %d of this group; logs cannot distinguish the two rules", other.problems.Path, g.kind, number),
		fix, g.problems.At)
}

// forget removes a group that is about to be created again.
func (s *sids) forget(g *RuleGroup) {
	s.groups = slices.DeleteFunc(s.groups, func(other *RuleGroup) bool { return other == g })
}
