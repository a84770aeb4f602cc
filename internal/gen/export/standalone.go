package export

import (
	"strings"

	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/proof"
)

// StandAlone says that a file cannot have a control, because it belongs to no network or, for Shield, because the network does not
// know it. It returns an empty text for the other controls of networks.
func StandAlone(c proof.Control, declared *proof.Declaration) string {
	if c.Name == "Shield protection" {
		return calls.Unsaid{What: "the " + c.Name + " " + c.Path + " is not in the file; state shield at its load balancer", At: c.At}.String()
	}
	for _, n := range declared.Networks {
		if strings.HasPrefix(c.Path, n.Architecture.Network.Path+"/") {
			return ""
		}
	}
	return calls.Unsaid{What: "the " + c.Name + " " + c.Path + " is outside of the networks; make it in workloads.go", At: c.At}.String()
}
