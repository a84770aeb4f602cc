package watch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/accessscope"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// AccessScopesProps configures [AccessScopes]; nil is the zero AccessScopesProps, which makes all scopes.
type AccessScopesProps struct {
	// Off are scopes that are left out: Entrances, Exits or Tiers. An unknown name fails synthesis.
	Off []string
}

// NetworkAccessScopes are the access scopes of a network. Make them with [AccessScopes].
type NetworkAccessScopes struct {
	constructs.Construct
	core     *wiring.Network
	props    AccessScopesProps
	scopes   []accessscope.Scope
	nested   bool            // whether they are in a nested stack
	used     map[string]bool // groups, subnets and operands of the last synthesis
	size     string          // what is too large for CloudFormation
	made     []string        // ids of children, from the last synthesis
	problems report.Problems
}

// accessScopesID is the construct id of access scopes.
const accessScopesID = "AccessScopes"

// AccessScopes makes access scopes of AWS Network Access Analyzer, which look at what is deployed for paths that nobody declared:
//
//   - Entrances: from internet gateways, virtual private gateways, transit gateways and peering connections to the tiers
//   - Exits: from the tiers to these
//   - Tiers: from tier to tier
//
// Each scope matches all paths of its kind and excludes those of declared flows. So each finding is a path that no flow declares, also from
// and to interfaces that are in a tier's subnet without its security group, whoever made them. Of imported tiers and in a wrapped VPC, only
// interfaces with the tiers' groups are considered.
//
// No findings is not a proof: AWS says that it returns a representative set, for IPv4, TCP and UDP, within one account and Region. It does
// not read rules of network firewalls, so a path that only a firewall stops is a finding.
//
// A scope costs nothing. An analysis costs by the number of all network interfaces in the account and Region, takes up to 4 hours, and the
// network must not change meanwhile, so AccessScopes starts none: see the README for the command. Each change of the declaration that
// concerns a scope replaces it, because AWS cannot change scopes; analyses of the previous one are then of no use.
//
// Call it once for a network; the order of the calls does not matter. Mistakes in props fail synthesis. A nil network panics, and so does a
// call after synthesis.
func AccessScopes(network *tiers.Network, props *AccessScopesProps) *NetworkAccessScopes {
	at := diag.Caller()
	s := &NetworkAccessScopes{core: mustHave(network, "access scopes", at)}
	if props != nil {
		s.props = *props
	}
	id, free := take(network, accessScopesID, at)
	scope, nested := s.core.WatchScope(id)
	s.nested = nested
	constructs.NewConstruct_Override(s, scope, &id)
	s.problems.Attach(s, at)
	if !free {
		addTaken(&s.problems, accessScopesID, "access scopes", at)
	}
	s.problems.Later = append(s.problems.Later, s.check)
	s.core.Watch(s.fill)
	s.core.Calls().Cannot(at, "access scopes are not in the file; call watch.AccessScopes in workloads.go")
	return s
}

// Meanings returns what a finding of each scope means, by the names of the scopes. It returns nil before the first synthesis.
func (s *NetworkAccessScopes) Meanings() map[string]string {
	var out map[string]string
	for _, one := range s.scopes {
		if out == nil {
			out = map[string]string{}
		}
		out[one.ID] = one.Meaning
	}
	return out
}

// check reports mistakes in props, and scopes that are too large.
func (s *NetworkAccessScopes) check() {
	for _, off := range s.props.Off {
		if !slices.Contains(accessscope.IDs(), off) {
			s.problems.Add("access-scopes", "an access scope is unknown",
				fmt.Sprintf("got %.60q; allowed are %s", off, strings.Join(accessscope.IDs(), ", ")), "correct Off", s.problems.At)
		}
	}
	if s.size != "" {
		s.problems.Add("stack-size", "the access scopes do not fit into a stack", s.size, "remove the call of watch.AccessScopes", s.problems.At)
	}
	for _, one := range s.scopes {
		if one.Paths() > accessscope.MaxPaths {
			s.problems.Add("access-scopes", "the access scope "+one.ID+" is too large",
				fmt.Sprintf("it has %d conditions; allowed are %d, because AWS publishes no limit", one.Paths(), accessscope.MaxPaths),
				fmt.Sprintf("add %q to Off", one.ID), s.problems.At)
		}
	}
}

// fill makes the scopes for a plan, in place of those for the previous one.
func (s *NetworkAccessScopes) fill(p *plan.Plan) {
	for _, id := range s.made {
		s.Node().TryRemoveChild(&id)
	}
	s.made, s.used = nil, map[string]bool{}
	s.scopes = slices.DeleteFunc(accessscope.Of(p), func(one accessscope.Scope) bool { return slices.Contains(s.props.Off, one.ID) })
	for _, one := range s.scopes {
		s.emit(one)
	}
	s.size = alarms.TooLarge("access scopes", s.nested, p.Resources(), len(s.scopes), len(s.used))
}
