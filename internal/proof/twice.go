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

// flowKey is all of a flow. A flow that says the same from another line is another declaration.
type flowKey struct {
	from, to                        arch.Peer
	service, reason, owner, expires string
	exception                       bool
	path                            arch.Path
	sid                             int
	at                              string
}

func keyOf(f arch.Flow) flowKey {
	return flowKey{f.From, f.To, f.Service, f.Reason, f.Owner, f.Expires, f.Exception, f.Path, f.SID, diag.Diagnostic{At: f.At}.Where()}
}

// Distinct returns the flows without those that are there twice, which [Prove] refuses. A loop may declare one line more than once.
func Distinct(flows []arch.Flow) []arch.Flow {
	seen := map[flowKey]bool{}
	return slices.DeleteFunc(slices.Clone(flows), func(f arch.Flow) bool {
		again := seen[keyOf(f)]
		seen[keyOf(f)] = true
		return again
	})
}

// check refuses declarations that contradict themselves: of two that say where something is, one would be passed over.
func (d *Declaration) check() error {
	if d == nil {
		return errors.New("there is no declared architecture")
	}
	var problems []error
	paths := map[string]bool{}
	for i, n := range d.Networks {
		path := n.Architecture.Network.Path
		switch {
		case path == "":
			problems = append(problems, fmt.Errorf("network %d of the declared architecture has no path; synthesize the app again, which writes it",
				i+1))
		case paths[path]:
			problems = append(problems, fmt.Errorf("network %s is declared twice; keep one of the two", path))
		}
		paths[path] = true
		problems = append(problems, n.check()...)
	}
	for _, c := range d.Controls {
		var properties map[string]json.RawMessage
		if err := json.Unmarshal(c.Properties, &properties); err != nil || len(properties) == 0 || c.Path == "" || c.Name == "" {
			problems = append(problems, fmt.Errorf("a control of the declared architecture, %q, has no name, path or properties, so that nothing would be held against it; synthesize the app again, "+
				"which writes it", c.Path))
		}
	}
	return errors.Join(problems...)
}

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
			fail("the flow from %s to %s over %s is there twice (%s); keep one of the two", f.From, f.To, f.Service, key.at)
		}
		seen[keyOf(f)] = true
	}
	for _, id := range slices.Sorted(maps.Keys(n.Tiers)) {
		if !known[id] && !strings.HasPrefix(id, arch.EndpointKey{}.TierID()) {
			fail("it says where tier %s is, and declares no such tier", id)
		}
	}
	return problems
}

// claims tells which network owns a VPC and which tier a group, by their names in the templates.
type claims map[string]string

// claim takes note of who has something. It is an error if somebody else has it already.
func (c claims) claim(what, who string) error {
	if other, taken := c[what]; taken {
		return fmt.Errorf("the declared architecture says that %s is that of %s and of %s; each has its own", what, other, who)
	}
	c[what] = who
	return nil
}
