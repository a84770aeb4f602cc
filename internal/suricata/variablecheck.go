package suricata

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var variableName = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]{0,31}$`)

// variableChecker collects the problems of a group's variables and references.
type variableChecker struct {
	g     Group
	found []Problem
}

func (c *variableChecker) add(p Problem) { c.found = append(c.found, p) }

// checkVariables checks the names and values of the group's variables, and the names of its references.
func (g Group) checkVariables() []Problem {
	c := variableChecker{g: g}
	names := slices.Concat(slices.Sorted(maps.Keys(g.IPSets)), slices.Sorted(maps.Keys(g.PortSets)), slices.Clone(g.References))
	for _, name := range names {
		if !variableName.MatchString(name) {
			c.add(Problem{
				Rule: "variable-name", Summary: "a variable has an invalid name",
				Detail: fmt.Sprintf("got %.60q; allowed are 1 to 32 letters, digits and underscores, a letter first", name),
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.IPSets)) {
		c.ipSet(name)
	}
	for _, name := range slices.Sorted(maps.Keys(g.PortSets)) {
		c.portSet(name)
	}
	_, home := g.IPSets["HOME_NET"]
	if _, external := g.IPSets["EXTERNAL_NET"]; home && !external {
		c.add(Problem{
			Rule: "external-net", Summary: "the group sets HOME_NET but not EXTERNAL_NET",
			Detail: "EXTERNAL_NET is then the policy's: all addresses outside the policy's HOME_NET",
			Fix:    "set EXTERNAL_NET as well",
		})
	}
	return c.found
}

func (c *variableChecker) portSet(name string) {
	if len(c.g.PortSets[name]) == 0 {
		c.empty(name, "ports")
	} else if _, err := c.g.Ports("$" + name); err != nil {
		c.invalid("port", name, err)
	}
}

// ipSet checks the blocks of a variable. A rule never matches addresses of two families, so a variable should not mix them.
func (c *variableChecker) ipSet(name string) {
	four, six := "", ""
	if len(c.g.IPSets[name]) == 0 {
		c.empty(name, "addresses")
	}
	for _, value := range c.g.IPSets[name] {
		value = strings.TrimPrefix(value, "!")
		if strings.Contains(value, "${") || strings.ContainsAny(value, "$@[") || strings.EqualFold(value, "any") {
			continue
		}
		prefix, err := parseBlock(value)
		switch {
		case err != nil:
			c.invalid("cidr", name, err)
		case prefix.Addr().Is4():
			four = value
		default:
			six = value
		}
	}
	if four != "" && six != "" {
		c.add(Problem{
			Rule: "mixed-families", Variable: name, Summary: "the variable " + name + " mixes IPv4 and IPv6",
			Detail: "got " + four + " and " + six, Fix: "make two variables and two rules",
		})
	}
}

func (c *variableChecker) empty(name, what string) {
	c.add(Problem{
		Rule: "variable-empty", Variable: name, Summary: "the variable " + name + " is empty",
		Fix: "add " + what + " to it, or remove it",
	})
}

func (c *variableChecker) invalid(rule, name string, err error) {
	c.add(Problem{
		Rule: rule, Variable: name, Undefined: isUndefined(err), Summary: "the variable " + name + " is invalid", Detail: err.Error(),
	})
}
