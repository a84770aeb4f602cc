package inspect

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Firewall is an AWS Network Firewall: the rules of its policy, in the order in which they decide.
type Firewall struct {
	Resource *cfn.Resource
	Rules    []Rule
	Defaults Defaults
	// Unsure says why the firewall may do anything. It is empty if the policy was read whole.
	Unsure string
	// Open and Closed say that the stateless engine passes or drops everything before any rule is evaluated.
	Open, Closed bool
}

// Defaults say what happens to packets that no rule decides.
type Defaults struct {
	Drops bool
	Kind  string // "strict", "established", "established_app_layer", "established_app_layer_to_server"
}

// passes returns the packets that pass in a phase if no rule decides them. The established kinds stop what clients say on TCP
// connections, one kind also what servers say, and everything of other protocols.
func (d Defaults) passes(p phase) traffic.Set {
	switch {
	case !d.Drops:
		return traffic.Everything()
	case d.Kind == "strict", p == request, p == beginning && d.Kind == "established", p == answer && d.Kind == "established_app_layer":
		return traffic.Set{}
	}
	return traffic.Protocol(traffic.TCP)
}

// PassFirst orders the rules as a policy without strict order does: rules that pass come before rules that drop.
func (f *Firewall) PassFirst() {
	slices.SortStableFunc(f.Rules, func(a, b Rule) int { return a.rank() - b.rank() })
}

// Blocks returns the blocks that the rules name: addresses must be cut where they begin and end.
func (f *Firewall) Blocks() []address.Block {
	var out []address.Block
	for _, r := range f.Rules {
		for _, set := range []addressSet{r.sources, r.destinations} {
			for _, p := range set.known.Prefixes() {
				out = append(out, address.Block{Prefix: p})
			}
			out = append(out, slices.Concat(set.plus, set.minus)...)
		}
	}
	return out
}

// Names returns the domain names that rules pass, and those to which rules limit HTTP.
func (f *Firewall) Names() []string {
	var out []string
	for _, r := range f.Rules {
		if r.pass || r.about == otherHosts {
			out = append(out, r.names...)
		}
	}
	return out
}
