package firewall

import (
	"fmt"

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

// clashes finds the numbers that g shares with a group made before it.
func (s *sids) clashes(g *RuleGroup) {
	taken := map[int]*RuleGroup{}
	for _, other := range s.groups {
		if other == g {
			break
		}
		for _, line := range other.content.Lines {
			if sid, ok := line.Rule.SID(); ok {
				taken[sid] = other
			}
		}
	}
	for _, line := range g.content.Lines {
		sid, _ := line.Rule.SID()
		if other := taken[sid]; other != nil {
			g.problems.add("sid-twice", fmt.Sprintf("SID %d is in two rule groups", sid),
				fmt.Sprintf("%s has it, and this one in %s %d; AWS takes it, and the logs do not tell the two apart", other.problems.path, g.kind, line.Number), "give one of them another number", g.problems.at)
		}
	}
}

// forget takes a group away that is made anew.
func (s *sids) forget(g *RuleGroup) {
	for i, other := range s.groups {
		if other == g {
			s.groups = append(s.groups[:i:i], s.groups[i+1:]...)
			return
		}
	}
}
