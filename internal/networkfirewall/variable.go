package networkfirewall

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// references checks the group's references to IP sets.
func (p *problems) references(g *Group) {
	const where = "RuleGroup.ReferenceSets.IPSetReferences"
	if len(g.References) > maxReferences {
		p.fail("references", where, "the group refers to too many IP sets",
			fmt.Sprintf("got %d; allowed are %d", len(g.References), maxReferences), "split the group")
	}
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(g.References)) {
		of := g.References[name]
		if other, twice := first[of]; twice && of != "" {
			p.fail("references", where+"."+name, "two references name the same IP set", "got "+other+" and "+name+" for "+of, "keep one")
		}
		first[of] = name
	}
}

var variableUse = lazyregexp.New(`[$@][A-Za-z][A-Za-z0-9_]*`)

// unused warns about variables and references that no rule names. Domain lists use HOME_NET and EXTERNAL_NET.
func (p *problems) unused(g *Group) {
	if g.Open || len(g.found) > 0 {
		return // A rule that could not be read may name them.
	}
	used := map[string]bool{"$HOME_NET": true, "$EXTERNAL_NET": true}
	note := func(text string) {
		for _, name := range variableUse.FindAllString(text, -1) {
			used[name] = true
		}
	}
	for _, l := range g.Content.Lines {
		note(strings.Join([]string{l.Rule.Source, l.Rule.SourcePort, l.Rule.Destination, l.Rule.DestinationPort}, " "))
	}
	for _, sets := range []map[string][]string{g.Content.IPSets, g.Content.PortSets} {
		for _, values := range sets {
			note(strings.Join(values, " "))
		}
	}
	for _, set := range []struct {
		sign, where, what string
		names             []string
	}{
		{"$", "RuleGroup.RuleVariables.IPSets.", "variable", slices.Sorted(maps.Keys(g.Content.IPSets))},
		{"$", "RuleGroup.RuleVariables.PortSets.", "variable", slices.Sorted(maps.Keys(g.Content.PortSets))},
		{"@", "RuleGroup.ReferenceSets.IPSetReferences.", "reference", slices.Sorted(maps.Keys(g.References))},
	} {
		for _, name := range set.names {
			if !used[set.sign+name] {
				p.add(Problem{Kind: "variable-unused", Severity: diag.Warning, Where: set.where + name, Subject: name,
					Summary: "no rule uses the " + set.what + " " + name, Fix: "remove it, or use it in a rule as " + set.sign + name})
			}
		}
	}
}
