package proof

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/dnsfirewall/deployed"
)

// compareWithDeclaredGroups finds rule groups beside the declared ones that let names through which the declared ones block. A rule group
// with a lower priority number decides first.
func (n *network) compareWithDeclaredGroups(read []deployed.Group, all []dnsfirewall.Group) {
	var declared, others []dnsfirewall.Group
	var control Control
	for _, g := range read {
		if c, ok := n.resources[g.By]; ok {
			declared, control = append(declared, g.Group), c
		} else {
			others = append(others, g.Group)
		}
	}
	if len(declared) == 0 || len(others) == 0 {
		return
	}
	for _, name := range append([]string{undeclared}, known(others, "")...) {
		want, sure := dnsfirewall.Evaluate(declared, name, "A").Certain(true)
		if !sure || want != dnsfirewall.Block {
			continue
		}
		got := dnsfirewall.Evaluate(all, name, "A")
		action, sure := got.Certain(true)
		switch {
		case !sure:
			n.report.weakened(control, "names", fmt.Sprintf("another rule group may let names through that the declared one blocks, such as %s: %s",
				name, doubtOf(got)), Unknown)
		case action != want:
			n.report.weakened(control, "names", fmt.Sprintf("another rule group lets names through that the declared one blocks, such as %s: "+
				"%s decides first", name, got.Rule.Name), Weakened)
		default:
			continue
		}
		n.report.Findings[len(n.report.Findings)-1].Fix = "let the declared rule group decide first: give it a lower priority number than the " +
			"other one, or remove the other one"
		return
	}
}
