package export

import (
	"strings"

	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/proof"
)

// StandAlone names the controls that a file cannot have: those that belong to no network, those that the user made in one, and protections
// by Shield that protect no load balancer of one.
func StandAlone(declared *proof.Declaration) []calls.Unsaid {
	known := map[string]bool{}
	for _, n := range declared.Networks {
		if said, err := calls.Read(n.Calls); err == nil {
			addKnown(n, said, known)
		}
	}
	var out []calls.Unsaid
	for _, c := range declared.Controls {
		if what := standsAlone(c, declared, known); what != "" {
			out = append(out, calls.Unsaid{What: "the " + c.Name + " " + c.Path + " " + what + "; make it in workloads.go", At: c.At})
		}
	}
	return out
}

// addKnown adds the paths of the controls that a file has.
func addKnown(n proof.Network, said *calls.Calls, known map[string]bool) {
	path := n.Architecture.Network.Path
	known[path+"/Firewall"] = true
	known[path+"/DNS/RuleGroup"] = said.Watch != nil && said.Watch.DNS != nil
	for _, shield := range said.Shields {
		known[shield] = true
	}
	for _, w := range said.WebACLs {
		known[path+"/"+w.Tier+"/"+w.ID] = true
	}
}

// standsAlone says why a file has not a control; empty for one that it has, or that follows from others.
func standsAlone(c proof.Control, declared *proof.Declaration, known map[string]bool) string {
	inside := inNetwork(c.Path, declared)
	switch c.Name {
	case "Shield protection":
		if !known[c.Path] {
			return "is for no load balancer of a network"
		}
	case "access of the log delivery": // There is one in a stack, for all of its controls.
	case "web ACL", "firewall", "endpoint", "DNS firewall":
		if inside && !known[c.Path] && !ofGrants(c.Path) {
			return "is a construct of its own"
		}
		fallthrough
	default:
		if !inside {
			return "is outside of the networks"
		}
	}
	return ""
}

// ofGrants reports whether a path is that of an endpoint that the network made for its grants.
func ofGrants(path string) bool {
	parent, id := cutLast(path)
	_, parentID := cutLast(parent)
	return strings.HasPrefix(id, "Gateway-") || id == "Endpoint" && strings.HasPrefix(parentID, "Endpoint-")
}

func inNetwork(path string, declared *proof.Declaration) bool {
	for _, n := range declared.Networks {
		if strings.HasPrefix(path, n.Architecture.Network.Path+"/") {
			return true
		}
	}
	return false
}
