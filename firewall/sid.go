package firewall

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// sids is a construct at the root of the app that knows the numbers of all rules: AWS holds them unique within a group alone,
// and the logs tell rules by them.
type sids struct {
	constructs.Construct
	groups []*RuleGroup
}

const sidsID = "TierwallSignatureIDs"

// Groups exists so that jsii sees a method of the type's own.
func (s *sids) Groups() int { return len(s.groups) }

func allSIDs(scope constructs.IConstruct) *sids {
	root := scope.Node().Root()
	s, ok := root.Node().TryFindChild(new(sidsID)).(*sids)
	if !ok {
		s = &sids{}
		constructs.NewConstruct_Override(s, root.(constructs.Construct), new(sidsID))
	}
	return s
}

// place is where a group's rules write their logs. Stages, and stacks in two accounts or Regions, are copies of one
// architecture: their logs are apart.
type place struct{ stack, environment string }

// placed returns the group's place, which takes several calls into CDK: few groups are asked.
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

// enter makes a group's numbers known.
func (s *sids) enter(g *RuleGroup) {
	g.numbers = map[int]int{}
	for i, line := range g.model.Content.Lines {
		if sid, ok := line.Rule.SID(); ok {
			g.numbers[sid] = i
		}
	}
	s.groups = append(s.groups, g)
}

// clashes finds the numbers that g shares with groups made before it.
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

// clash reports whether logs cannot tell two rules of one number apart. The same rule in two stacks is one rule, deployed twice.
func clash(a *RuleGroup, rule string, b *RuleGroup, same string) bool {
	at, elsewhere := a.placed(), b.placed()
	return at.environment == elsewhere.environment && (at.stack == elsewhere.stack || rule != same)
}

func (g *RuleGroup) sidTwice(sid, number int, other *RuleGroup) {
	fix := "give one of them another number"
	if g.feed != "" && g.feed == other.feed {
		fix = "give the feeds different names, or have one group for both"
	}
	g.problems.Add("sid-twice", fmt.Sprintf("SID %d is in two rule groups", sid),
		fmt.Sprintf("%s has it, and this one in %s %d; AWS takes it, and the logs do not tell the two apart", other.problems.Path, g.kind,
			number), fix, g.problems.At)
}

// forget takes a group away that is made anew.
func (s *sids) forget(g *RuleGroup) {
	s.groups = slices.DeleteFunc(s.groups, func(other *RuleGroup) bool { return other == g })
}
