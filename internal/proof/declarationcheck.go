package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// flowKey holds everything that identifies a flow. Equal flows on different lines are different declarations.
type flowKey struct {
	from, to                        arch.Peer
	service, reason, owner, expires string
	exception                       bool
	path                            arch.Path
	sid                             int
	at                              string
}

// keyOf returns the key of a flow.
func keyOf(f arch.Flow) flowKey {
	return flowKey{f.From, f.To, f.Service, f.Reason, f.Owner, f.Expires, f.Exception, f.Path, f.SID, diag.Diagnostic{At: f.At}.Where()}
}

// Distinct returns the flows without repeated ones, which [Prove] rejects. A loop may run the same line more than once.
func Distinct(flows []arch.Flow) []arch.Flow {
	seen := map[flowKey]bool{}
	return slices.DeleteFunc(slices.Clone(flows), func(f arch.Flow) bool {
		again := seen[keyOf(f)]
		seen[keyOf(f)] = true
		return again
	})
}

// check rejects contradictory declarations. If something were declared twice, one of the two would be ignored.
func (d *Declaration) check() error {
	if d == nil {
		return errors.New("the declared architecture is missing")
	}
	var problems []error
	paths := map[string]bool{}
	for i, n := range d.Networks {
		path := n.Architecture.Network.Path
		switch {
		case path == "":
			problems = append(problems, fmt.Errorf("network %d of the declared architecture has no path; synthesize the app again to write it",
				i+1))
		case paths[path]:
			problems = append(problems, fmt.Errorf("network %s is declared twice; keep one of the two", path))
		}
		paths[path] = true
		problems = append(problems, n.check()...)
	}
	for _, c := range d.Controls {
		var properties map[string]json.RawMessage
		if err := json.Unmarshal(c.Properties, &properties); err != nil || properties == nil || c.Partial && len(properties) == 0 ||
			c.Path == "" || c.Name == "" {
			problems = append(problems, fmt.Errorf("the control %q of the declared architecture has no name, path or properties, "+
				"so there is nothing to compare; synthesize the app again to write them", c.Path))
		}
	}
	return errors.Join(problems...)
}

// check returns the contradictions in one network.
func (n Network) check() []error {
	var problems []error
	fail := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("network %s: %s", n.Architecture.Network.Path, fmt.Sprintf(format, args...)))
	}
	known, seen := map[string]bool{}, map[flowKey]bool{}
	for _, t := range n.Architecture.Tiers {
		if known[t.ID] {
			fail("tier %s is declared twice; keep one of the two", t.ID)
		}
		known[t.ID] = true
	}
	for _, f := range n.Architecture.Flows {
		if key := keyOf(f); seen[key] {
			fail("the flow from %s to %s over %s is declared twice (%s); keep one of the two", f.From, f.To, f.Service, key.at)
		}
		seen[keyOf(f)] = true
	}
	for _, id := range slices.Sorted(maps.Keys(n.Tiers)) {
		if !known[id] && !strings.HasPrefix(id, arch.EndpointKey{}.TierID()) {
			fail("it has a place for tier %s but declares no such tier", id)
		}
	}
	return problems
}

// claims maps VPCs to the networks that own them, and groups to their tiers, by their names in the templates.
type claims map[string]string

// claim records the owner of something. It is an error if it already has another owner.
func (c claims) claim(what, who string) error {
	if other, taken := c[what]; taken {
		return fmt.Errorf("the declared architecture gives %s to both %s and %s; each needs its own", what, other, who)
	}
	c[what] = who
	return nil
}
