package upgrade

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// Result is what is known of an update, what is not, and what both rest on.
type Result struct {
	// Findings are what fails, detaches or stops traffic for a while, sorted, each with the way round it.
	Findings diag.List
	// Unknown is what changes, or may, and cannot be looked into: warnings, sorted.
	Unknown diag.List
	// Assumptions are what was taken for granted, sorted: defaults of parameters, and conditions that findings depend on. They
	// name the flags that give other values.
	Assumptions []string
}

// reportUnknown adds something about r that changes, or may, and cannot be looked into. others are further resources that it is about.
func (u *update) reportUnknown(r *cfn.Resource, summary, tell string, others ...*cfn.Resource) {
	d := diag.Diagnostic{
		Severity: diag.Warning, Rule: "not-known", Subject: r.String() + ":" + summary, Path: pathOf(r), Summary: summary, Fix: tell,
		At: []diag.Position{u.position(r)},
	}
	for _, o := range others {
		if at := u.position(o); !slices.Contains(d.At, at) {
			d.At = append(d.At, at)
		}
	}
	u.unknown.Add(d)
}

// assumeExists notes that a finding depends on resources that are there under conditions only.
func (u *update) assumeExists(all ...*cfn.Resource) {
	for _, r := range all {
		if doubt := r.Doubt(); doubt != "" {
			u.assumed[r.String()+" is there, although "+doubt] = true
		}
	}
}

// defaultKey is a parameter of a top-level stack.
type defaultKey struct{ stack, name string }

// defaultChange is the default of a parameter before and after.
type defaultChange struct{ before, after *cfn.Default }

// assumptions are what the result rests on.
func (u *update) assumptions() []string {
	found := map[defaultKey]*defaultChange{}
	collect := func(a *cfn.Assembly, put func(*defaultChange, *cfn.Default)) {
		for r := range resources(a) {
			if _, ok := allTypes[r.Type]; !ok && u.whyOpaque(r) == "" {
				continue
			}
			for i := range r.Defaults {
				key := defaultKey{r.Defaults[i].Stack, r.Defaults[i].Name}
				if found[key] == nil {
					found[key] = &defaultChange{}
				}
				put(found[key], &r.Defaults[i])
			}
		}
	}
	collect(u.before, func(s *defaultChange, d *cfn.Default) { s.before = d })
	collect(u.after, func(s *defaultChange, d *cfn.Default) { s.after = d })
	for _, s := range found {
		u.assumed[s.String()] = true
	}
	return slices.Sorted(maps.Keys(u.assumed))
}

// String says what was assumed and how to give another value.
func (s *defaultChange) String() string {
	switch {
	case s.before == nil:
		return s.after.String()
	case s.after == nil || s.before.Value == s.after.Value:
		return s.before.String()
	}
	return fmt.Sprintf("%s=%s before and %s=%s after, its defaults; a stack may keep the value that it has (%s gives one for both)",
		s.before.Name, s.before.Value, s.after.Name, s.after.Value, s.after.Flag)
}

// enumerate names resources, up to a handful.
func enumerate(all []*cfn.Resource) string {
	const most = 5
	var ids []string
	for _, r := range all[:min(len(all), most)] {
		ids = append(ids, r.String())
	}
	if more := len(all) - most; more > 0 {
		ids = append(ids, fmt.Sprintf("%d more", more))
	}
	return strings.Join(ids, ", ")
}
