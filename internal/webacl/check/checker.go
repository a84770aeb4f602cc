package check

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/webacl"
)

// checker collects problems.
type checker struct {
	acl    bool // false for a rule group
	scope  string
	bodies map[string]webacl.ResponseBody
	refs   webacl.References
	rule   string // the rule that is being checked
	found  []webacl.Problem
}

// isNot reports whether the scope is certainly another one.
func (c *checker) isNot(scope string) bool { return c.scope != scope && !webacl.IsToken(c.scope) }

func (c *checker) put(kind, where, summary, detail, fix string, warning bool) {
	if c.rule != "" {
		where = strings.TrimSuffix(fmt.Sprintf("rule %q: %s", c.rule, where), ": ")
	}
	c.found = append(c.found, webacl.Problem{Kind: kind, Where: where, Summary: summary, Detail: detail, Fix: fix, Warning: warning})
}

func (c *checker) fail(kind, summary, detail, fix string) {
	c.put(kind, "", summary, detail, fix, false)
}

func (c *checker) failAt(kind, where, summary, detail, fix string) {
	c.put(kind, where, summary, detail, fix, false)
}

func (c *checker) warnAt(kind, where, summary, detail, fix string) {
	c.put(kind, where, summary, detail, fix, true)
}

// members returns the names of the fields of a structure that are set.
func members(v any) []string {
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	var out []string
	for i := range value.NumField() {
		if !value.Field(i).IsZero() {
			out = append(out, value.Type().Field(i).Name)
		}
	}
	return out
}

// possible lists the names of all fields of a structure.
func possible(v any) string {
	t := reflect.TypeOf(v)
	var out []string
	for i := range t.NumField() {
		out = append(out, t.Field(i).Name)
	}
	return strings.Join(out, ", ")
}

// one checks that exactly one field is set.
func (c *checker) one(kind, where, what string, v any) bool {
	set := members(v)
	switch len(set) {
	case 1:
		return true
	case 0:
		c.failAt(kind, where, what+" is empty", "it must have exactly one of "+possible(v), "")
	default:
		c.failAt(kind, where, what+" has several parts", "got "+strings.Join(set, " and ")+"; it must have exactly one of them", "split it")
	}
	return false
}

func (c *checker) enum(kind, where, got string, allowed ...string) bool {
	if webacl.IsToken(got) || slices.Contains(allowed, got) {
		return true
	}
	fix := ""
	if near := catalog.Nearest(got, allowed); near != "" {
		fix = "write " + near
	}
	c.failAt(kind, where, "a value is unknown", fmt.Sprintf("got %.80q; allowed are %s", got, strings.Join(allowed, ", ")), fix)
	return false
}

func (c *checker) between(kind, where string, got, low, high int, unit string) {
	if got < low || got > high {
		c.failAt(kind, where, "a number is not usable", fmt.Sprintf("got %d; allowed are %d to %d%s", got, low, high, unit), "")
	}
}
