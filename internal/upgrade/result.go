package upgrade

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// Result is the result of comparing two states.
type Result struct {
	// Findings reports, sorted, what fails, detaches or interrupts traffic, each with a fix.
	Findings diag.List
	// Unknown reports, sorted, changes and possible changes that cannot be analysed. They are warnings.
	Unknown diag.List
	// Assumptions lists, sorted, what was assumed: defaults of parameters, and conditions that findings depend on. Each
	// names the flag that gives another value.
	Assumptions []string
}

// assumeExists records that a finding depends on resources that exist only under conditions.
func (u *update) assumeExists(all ...*cfn.Resource) {
	for _, r := range all {
		if doubt := r.Doubt(); doubt != "" {
			u.assumed[r.String()+" exists, although "+doubt] = true
		}
	}
}

// defaultKey identifies a parameter of a top-level stack.
type defaultKey struct{ stack, name string }

// defaultChange is the default of a parameter before and after the update.
type defaultChange struct{ before, after *cfn.Default }

// assumptions returns what the result depends on.
func (u *update) assumptions() []string {
	found := map[defaultKey]*defaultChange{}
	collect := func(a *cfn.Assembly, put func(*defaultChange, *cfn.Default)) {
		for r := range resources(a) {
			if _, ok := allTypes()[r.Type]; !ok && u.whyOpaque(r) == "" {
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

// String describes what was assumed and how to give another value.
func (s *defaultChange) String() string {
	switch {
	case s.before == nil:
		return s.after.String()
	case s.after == nil || s.before.Value == s.after.Value:
		return s.before.String()
	}
	return fmt.Sprintf("%s=%s before and %s=%s after, the parameter's defaults; a stack may keep its deployed value (set one for both "+
		"with %s)",
		s.before.Name, s.before.Value, s.after.Name, s.after.Value, s.after.Flag)
}

// enumerate names resources, up to a small number.
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
