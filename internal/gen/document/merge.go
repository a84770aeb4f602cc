package document

import (
	"fmt"
	"slices"
	"strings"
)

// sections are the parts of the file that environments may change.
var sections = []string{"network", "peers", "resources", "endpoints", "loadBalancers", "webACLs", "inspection", "watch"}

// named are the sections whose entries environments change, but neither add nor remove: the generated app has one field for each.
var named = []string{"peers", "resources", "loadBalancers", "webACLs", "watch"}

// only returns a copy of a mapping that has no other keys.
func (n *node) only(keys []string) *node {
	out := *n
	out.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return !contains(keys, e.key.text) })
	return &out
}

// merge returns the file as it reads in an environment. Maps merge, all else replaces, and null removes.
func (s *source) merge(base, over *node, environment string) *node {
	for _, e := range over.entries {
		before := base.get(e.key.text)
		what := "environments." + environment + "." + e.key.text
		switch {
		case e.value.kind == null:
			s.fail(e.key.place, what+" removes a whole section", "environments change values; what there is, is the same everywhere",
				"remove single keys with null")
		case before == nil && e.key.text == "inspection":
			s.fail(e.key.place, what+" adds an inspection", "environments change values; what there is, is the same everywhere",
				"add inspection to the file; mode: prepare is for environments that do not inspect yet")
		case before == nil && !contains(named, e.key.text):
			base = base.with(e.key, e.value)
		case before == nil:
			s.merged(what, &node{kind: mapping}, e.value, true)
		default:
			base = base.with(e.key, s.merged(what, before, e.value, contains(named, e.key.text)))
		}
	}
	return base
}

// merged returns what an environment makes of a value. fixed says that the keys are names that the file must have.
func (s *source) merged(what string, base, over *node, fixed bool) *node {
	if base.kind != mapping || over.kind != mapping {
		return over
	}
	out := base
	if !fixed && len(over.entries) == 0 {
		return base
	}
	for _, e := range over.entries {
		before := base.get(e.key.text)
		switch {
		case fixed && before == nil:
			s.notInFile(what, base, e.key)
		case fixed && e.value.kind == null:
			s.fail(e.value.place, join(what, e.key.text)+" removes an entry", "what there is, is the same in every environment", "")
		case e.value.kind == null:
			out = out.without(e.key.text)
		case before == nil:
			out = out.with(e.key, e.value)
		default:
			out = out.with(e.key, s.merged(join(what, e.key.text), before, e.value, false))
		}
	}
	return out
}

// notInFile reports an entry that only an environment has.
func (s *source) notInFile(what string, base *node, key *node) {
	var have []string
	for _, e := range base.entries {
		have = append(have, e.key.text)
	}
	section := what[strings.LastIndex(what, ".")+1:]
	fix := fmt.Sprintf("add %s to %s of the file", key.text, section)
	if near := nearest(key.text, have); near != "" {
		fix = "write " + near + ", or " + fix
	}
	s.fail(key.place, what+" has an entry that the file lacks",
		fmt.Sprintf("got %.80q; the file has %s", key.text, orNone(have)), fix)
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
