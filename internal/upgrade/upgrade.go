package upgrade

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// Check simulates the update from one state to another and returns what fails, detaches or gaps on the way, as findings with
// a recipe each. Stacks are the same if their names are, resources if their stacks and logical ids are. The order in which
// several stacks are deployed is not known: what fails in one of the orders is a finding.
func Check(before, after *cfn.Assembly) diag.List {
	u := &update{
		before: index(before), after: index(after), replaced: map[*cfn.Resource]string{},
		beforeTop: reach.Build(before), afterTop: reach.Build(after), oldStacks: before.Stacks, newStacks: after.Stacks,
		oldDir: before.Dir, newDir: after.Dir,
	}
	u.findReplaced()
	u.types()
	u.replacements()
	u.collisions()
	u.associations()
	u.rules()
	u.networkACLs()
	u.exports()
	return u.found.Sorted()
}

// update is one update of all stacks.
type update struct {
	before, after        map[string]*cfn.Resource // by stack and logical id
	beforeTop, afterTop  *reach.Topology
	oldStacks, newStacks []*cfn.Stack
	replaced             map[*cfn.Resource]string // resources of the new state, with the property that replaces them
	found                diag.List
	oldDir, newDir       string // of cloud assemblies; empty for single templates
}

func index(a *cfn.Assembly) map[string]*cfn.Resource {
	out := map[string]*cfn.Resource{}
	for _, s := range a.Stacks {
		for _, r := range s.Resources {
			out[r.String()] = r
		}
	}
	return out
}

func sorted(resources map[string]*cfn.Resource) []*cfn.Resource {
	var out []*cfn.Resource
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		out = append(out, resources[name])
	}
	return out
}

// old is the resource as it was, nil for a new one.
func (u *update) old(now *cfn.Resource) *cfn.Resource {
	if was := u.before[now.String()]; was != nil && was.Type == now.Type {
		return was
	}
	return nil
}

// isCreated reports whether the update makes the resource: it is new, or takes the place of its former self.
func (u *update) isCreated(now *cfn.Resource) bool { return u.old(now) == nil || u.replaced[now] != "" }

// isGone reports whether the update deletes the resource, after it has made everything else.
func (u *update) isGone(was *cfn.Resource) bool {
	now := u.after[was.String()]
	return now == nil || now.Type != was.Type || u.replaced[now] != ""
}

// isRetained reports whether the resource stays when the update would delete it.
func (u *update) isRetained(was *cfn.Resource) bool {
	now := u.after[was.String()]
	if now == nil {
		return was.DeletionPolicy == "Retain"
	}
	return now.UpdateReplacePolicy == "Retain" && was.UpdateReplacePolicy == "Retain" // Whichever of the two counts.
}

// types finds logical ids that change their type, which CloudFormation refuses.
func (u *update) types() {
	for _, now := range sorted(u.after) {
		if was := u.before[now.String()]; was != nil && was.Type != now.Type {
			u.add(now, "type-changed", "a logical id changes its type", "it was a "+was.Type+" and is to be a "+now.Type+"; CloudFormation: Update of resource type is not permitted",
				"give the new resource a logical id of its own", was)
		}
	}
}

// add reports a finding about a resource of the new state, or of the old one.
func (u *update) add(r *cfn.Resource, rule, summary, detail, fix string, others ...*cfn.Resource) {
	d := diag.Diagnostic{Severity: diag.Finding, Rule: rule, Subject: r.String(), Path: pathOf(r), Summary: summary, Detail: detail, Fix: fix}
	for _, x := range append([]*cfn.Resource{r}, others...) {
		d.At = append(d.At, diag.Position{File: u.file(x), Line: x.Line})
	}
	u.found.Add(d)
}

// file is the resource's template, with the assembly's folder: both states may have files of the same names.
func (u *update) file(r *cfn.Resource) string {
	dir := u.newDir
	if u.before[r.String()] == r {
		dir = u.oldDir
	}
	return filepath.Join(dir, r.Stack.File)
}

// pathOf is where people find the resource: by its construct path, if it has one.
func pathOf(r *cfn.Resource) string {
	if r.Path != "" {
		return r.Path
	}
	return r.String()
}
