package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// holds checks the classes of a tier's data.
func (c *checker) holds(t Tier, fail func(rule, summary, detail, fix string)) {
	if len(t.Holds) > maxClasses {
		fail("data-class", "a tier holds too many classes of data", fmt.Sprintf("got %d, allowed are %d", len(t.Holds), maxClasses),
			"use fewer labels")
		return
	}
	for _, class := range t.Holds {
		switch {
		case IsToken(class):
			fail("data-class", "a class of data is a CDK token", "policies need the literal text", "")
		case !className.MatchString(class):
			fail("data-class", "a class of data is not usable", fmt.Sprintf("got %.60q; allowed are %s, and labels of your own: %s", class,
				strings.Join(DataClasses(), ", "), classForm), c.nearClass(class))
		default:
			c.misspelt(t, class)
		}
	}
}

// nearClass returns a fix that names the class that was probably meant.
func (c *checker) nearClass(class string) string {
	if near := catalog.Nearest(strings.ToLower(class), DataClasses()); near != "" {
		return "write " + near
	}
	return ""
}

// misspelt warns about a label that is nearly the name of a class: policies would take it for a label of the user's.
func (c *checker) misspelt(t Tier, class string) {
	near := catalog.Nearest(class, DataClasses())
	if near == "" || near == class {
		return
	}
	c.add(c.m.Network.TierPath(t.ID), []diag.Position{t.At}, diag.Diagnostic{
		Severity: diag.Warning, Rule: "data-label", Subject: c.m.Network.Subject(t.ID + ":" + class),
		Summary: fmt.Sprintf("the label %q is not the class %q", class, near),
		Detail:  "policies about " + near + " data do not apply to it", Fix: "write " + near + ", or choose a label that is less alike",
	})
}

// policies checks which policies the network is held against.
func (c *checker) policies(policies []DataPolicy) {
	first := map[string]DataPolicy{}
	for _, p := range policies {
		fail := func(summary, detail, fix string, at ...diag.Position) {
			c.add("network", append([]diag.Position{p.At}, at...), diag.Diagnostic{Rule: "data-policy", Summary: summary, Detail: detail, Fix: fix})
		}
		other, twice := first[p.Name]
		first[p.Name] = p
		builtIn := slices.Contains(DataPolicies(), p.Name)
		switch {
		case twice:
			fail("two policies have one name", fmt.Sprintf("got %q twice", p.Name), "remove or rename one of the two", other.At)
		case !className.MatchString(p.Name):
			fail("the name of a policy is not usable", fmt.Sprintf("got %.60q; allowed are %s", p.Name, classForm), c.nearPolicy(p.Name))
		case p.Own && builtIn:
			fail("a policy of your own has the name of a built-in one", fmt.Sprintf("got %q", p.Name), "rename it")
		case !p.Own && !builtIn:
			fail("there is no such policy", fmt.Sprintf("got %q; built in are %s", p.Name, strings.Join(DataPolicies(), ", ")), c.nearPolicy(p.Name))
		default:
			c.m.Policies = append(c.m.Policies, p)
		}
	}
	slices.SortFunc(c.m.Policies, func(a, b DataPolicy) int { return strings.Compare(a.Name, b.Name) })
}

// nearPolicy returns a fix for a name that no built-in policy has.
func (c *checker) nearPolicy(name string) string {
	if near := catalog.Nearest(name, DataPolicies()); near != "" {
		return "write " + near
	}
	return c.say("set Judge, which makes it a policy of your own", "to use a policy of your own, write it in Go with package tiers/policy")
}
