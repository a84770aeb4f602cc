package app

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// end is an end of a flow: its kind and its Go expression.
type end struct {
	kind arch.Kind
	code string
}

var tierKinds = map[string]arch.Kind{
	"edge": arch.Edge, "web": arch.Web, "app": arch.App, "data": arch.Data, "bastion": arch.Bastion,
}

// end returns an end of a flow by its name: a tier, a peer, "internet", a block or a domain.
func (g *generator) end(name string) end {
	for _, t := range g.doc.Tiers {
		if t.ID == name {
			return end{tierKinds[t.Kind], g.tier(name)}
		}
	}
	for _, p := range g.doc.Peers {
		if p.Name == name {
			return end{peerKind(p), g.peer(name)}
		}
	}
	switch {
	case name == "internet":
		return end{arch.Internet, "tiers.Internet"}
	case strings.Contains(name, "/"):
		return end{arch.CIDR, blockCode(name)}
	}
	return end{arch.Domain, "tiers.Domain(" + strconv.Quote(name) + ")"}
}

// isTier reports whether the end is a tier.
func (e end) isTier() bool { return e.kind.IsTier() }

// flows writes the declared flows.
func (g *generator) flows() {
	f := g.current
	f.blank()
	for _, flow := range g.doc.Flows {
		from, to := g.end(flow.From), g.end(flow.To)
		if !arch.MayReach(from.kind, to.kind) {
			g.forbidden(flow, from, to)
			continue
		}
		args := append([]string{to.code, serviceCode(flow.Service)}, flowOptions(flow)...)
		if from.isTier() {
			f.do(flow.At, call(from.code+".AllowTo", args...))
			continue
		}
		args[0] = from.code
		f.do(flow.At, call(to.code+".AllowFrom", args...))
	}
}

// forbidden reports a flow that would not compile.
func (g *generator) forbidden(flow document.Flow, from, to end) {
	var kinds []string
	for _, k := range arch.ReachableFrom(from.kind) {
		kinds = append(kinds, k.String())
	}
	allowed := "nothing"
	if len(kinds) > 0 {
		allowed = strings.Join(kinds, ", ")
	}
	g.refuseAs("not-allowed", flow.At,
		fmt.Sprintf("the flow %s -> %s %s is between layers that must not talk to each other", flow.From, flow.To, flow.Service),
		fmt.Sprintf("%s may reach %s; got %s", from.kind, allowed, to.kind), "move it to exceptions, with because and owner")
}

// exceptions writes the exceptions.
func (g *generator) exceptions() {
	if len(g.doc.Exceptions) == 0 {
		return
	}
	g.current.blank()
	for _, x := range g.doc.Exceptions {
		if x.SID != 0 {
			g.refuse(x.At, "an exception has a sid", "the number of a firewall rule is for flows", "leave out sid")
		}
		var l literal
		l.set("From", g.end(x.From).code)
		l.set("To", g.end(x.To).code)
		l.set("Service", serviceCode(x.Service))
		l.set("Reason", text(x.Because))
		l.set("Owner", text(x.Owner))
		l.set("Expires", text(x.Expires))
		g.current.do(x.At, "s.Network.Except("+l.of("tiers.Exception")+")")
	}
}

func flowOptions(flow document.Flow) []string {
	var out []string
	for _, option := range [][2]string{
		{"Because", text(flow.Because)}, {"Owner", text(flow.Owner)}, {"Expires", text(flow.Expires)}, {"SID", number(flow.SID)},
	} {
		if option[1] != "" {
			out = append(out, "tiers."+option[0]+"("+option[1]+")")
		}
	}
	return out
}
