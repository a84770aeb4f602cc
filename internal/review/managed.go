package review

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/catalog"
)

// managed lists the groups of rules that AWS maintains. A version that is pinned expires; one that is not changes without a deployment.
func (in Input) managed() Topic {
	t := Topic{Title: "Groups of rules that AWS maintains", Do: "read what AWS changed, and renew versions that are pinned before they expire"}
	if in.Controls == nil {
		t.Unknown = noTemplates
		return t
	}
	for _, path := range slices.Sorted(maps.Keys(in.Controls.WebACLs)) {
		for _, r := range in.Controls.WebACLs[path].Rules {
			if r.Statement == nil || r.Statement.ManagedRuleGroupStatement == nil {
				continue
			}
			g := r.Statement.ManagedRuleGroupStatement
			why := "it follows the default version of " + g.VendorName + ", which changes without a deployment"
			if g.Version != "" {
				why = "it is pinned to " + g.Version + ", which expires"
			}
			t.Items = append(t.Items, Item{What: g.Name + " in " + path, Why: why})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(in.Controls.Policies)) {
		for _, m := range in.Controls.Policies[path].Members {
			if m.Managed != "" {
				t.Items = append(t.Items, Item{What: m.Managed + " in " + path, Why: "AWS changes it without a deployment"})
			}
		}
	}
	return t
}

// oldFacts is the age in days from which the facts of the catalogue are worth an update.
const oldFacts = 180

// facts says how old the facts about AWS are that the command was built with.
func (in Input) facts() Topic {
	t := Topic{Title: "Facts about AWS", Do: "update tierwall"}
	of, err := time.Parse(time.DateOnly, catalog.AsOf)
	if age := int(in.Today.Sub(of).Hours() / 24); err == nil && age > oldFacts {
		t.Items = append(t.Items, Item{What: "catalogue of " + catalog.AsOf, Why: fmt.Sprintf("it is %d days old", age)})
	}
	return t
}
