package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// Check returns the findings of [Examine].
func Check(before, after *cfn.Assembly) diag.List { return Examine(before, after).Findings }

// Examine finds what fails, detaches or interrupts traffic when the stacks of before are updated to those of after. It
// also reports changes that it cannot analyse. Stacks are matched by name, and resources by logical id. Deployment
// order of stacks is unknown, so a key that two stacks cannot both hold is reported. A nil or empty before means a
// first deployment.
func Examine(before, after *cfn.Assembly) Result {
	u := newUpdate(before, after)
	u.findTypeChanges()
	u.findCycles()
	u.findCollisions()
	u.findOverlaps()
	u.findLosses()
	u.findFixedChanges()
	u.findPrefixListResizes()
	u.findBalancerMoves()
	u.findGatewayExchanges()
	u.findGaps()
	u.findRevokedEquals()
	u.findAddedEquals()
	u.findEgressChanges()
	u.findACLsBeforeEntries()
	u.checkEntries()
	u.checkRuleQuotas()
	u.checkRouteQuotas()
	u.checkGroupQuotas()
	u.checkInspection()
	u.findExportChanges()
	u.findUnknowns()
	return Result{Findings: u.findings.Sorted(), Unknown: u.unknown.Sorted(), Assumptions: u.assumptions()}
}

// update holds what CloudFormation does to get from one state to the next.
type update struct {
	before, after *cfn.Assembly
	// former maps a resource of the state after to the same resource before, by stack and logical id; next is the
	// inverse. Resources that exist in only one state, or whose type changes, are in neither.
	former, next map[*cfn.Resource]*cfn.Resource
	// created marks the resources of the state after that are created: new ones and replacements.
	created map[*cfn.Resource]bool
	// replaced holds the property whose change replaces a resource.
	replaced map[*cfn.Resource]change
	// failing marks the resources of the state after whose creation fails.
	failing map[*cfn.Resource]bool
	// ruleCache holds the rules of groups and standalone rules that were read so far.
	ruleCache map[*cfn.Resource][]rule
	// nestedRead marks the resources of nested stacks whose templates were read.
	nestedRead map[*cfn.Resource]bool
	findings   diag.List
	unknown    diag.List
	assumed    map[string]bool
}

func newUpdate(before, after *cfn.Assembly) *update {
	u := &update{
		before: orEmpty(before), after: orEmpty(after),
		nestedRead: map[*cfn.Resource]bool{}, assumed: map[string]bool{},
		former: map[*cfn.Resource]*cfn.Resource{}, next: map[*cfn.Resource]*cfn.Resource{},
		created: map[*cfn.Resource]bool{}, replaced: map[*cfn.Resource]change{}, failing: map[*cfn.Resource]bool{},
		ruleCache: map[*cfn.Resource][]rule{},
	}
	u.readNested()
	stacks := stacksByName(u.before)
	for r := range resources(u.after) {
		if b := formerResource(stacks[r.Stack.Name], r); b != nil && b.Type == r.Type {
			u.former[r], u.next[b] = b, r
		} else {
			u.created[r] = true
		}
	}
	for u.findReplacements() { //revive:disable-line:empty-block // A replacement may cause replacements of resources that refer to it.
	}
	return u
}

func orEmpty(a *cfn.Assembly) *cfn.Assembly {
	if a == nil {
		return &cfn.Assembly{}
	}
	return a
}

func resources(a *cfn.Assembly) func(func(*cfn.Resource) bool) {
	return func(yield func(*cfn.Resource) bool) {
		for _, s := range a.Stacks {
			for _, r := range s.Resources {
				if !yield(r) {
					return
				}
			}
		}
	}
}

func stacksByName(a *cfn.Assembly) map[string]*cfn.Stack {
	out := make(map[string]*cfn.Stack, len(a.Stacks))
	for _, s := range a.Stacks {
		out[s.Name] = s
	}
	return out
}

func formerResource(s *cfn.Stack, r *cfn.Resource) *cfn.Resource {
	if s == nil {
		return nil
	}
	b, _ := s.Resource(r.ID)
	return b
}

// isDeleted reports whether a resource of the state before is deleted in the clean-up, and whether its policy retains
// the object in AWS.
func (u *update) isDeleted(b *cfn.Resource) (goes, retained bool) {
	switch r := u.next[b]; {
	case r == nil:
		return true, strings.HasPrefix(b.DeletionPolicy, "Retain")
	case u.created[r]:
		return true, strings.HasPrefix(r.UpdateReplacePolicy, "Retain")
	}
	return false, false
}

// differentConditions reports whether two resources exist under different conditions. Findings about such a pair are
// not certain.
func differentConditions(a, b *cfn.Resource) bool {
	return a.Condition != "" && b.Condition != "" && a.Condition != b.Condition
}

// topStack returns the top-level stack that contains s.
func topStack(s *cfn.Stack) *cfn.Stack {
	for s.Parent != nil {
		s = s.Parent.Stack
	}
	return s
}
