package suricata

import (
	"slices"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// PassesByName reports whether the rule passes connections by the name that the client asks for.
func (r Rule) PassesByName() bool { return r.Action == Pass && r.has(nameKeywords...) }

// PassesConnections reports whether the rule passes traffic in which managed groups look for threats. They look for none in ICMP.
func (r Rule) PassesConnections() bool { return r.Action == Pass && r.Protocol != "icmp" }

var homeNetUse, externalNetUse = lazyregexp.New(`\$HOME_NET\b`), lazyregexp.New(`\$EXTERNAL_NET\b`)

// NeedsHomeNet reports whether a rule of the group depends on the HOME_NET of its policy: the group does not set the variable itself.
func (g Group) NeedsHomeNet() bool {
	if g.IPSets["HOME_NET"] != nil {
		return false
	}
	return slices.ContainsFunc(g.Lines, func(l Line) bool {
		header := l.Rule.header()
		return homeNetUse.MatchString(header) || g.IPSets["EXTERNAL_NET"] == nil && externalNetUse.MatchString(header)
	})
}
