package app

import (
	"maps"
	"slices"
	"strconv"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// endpoints writes the choices for the network's VPC endpoints.
func (g *generator) endpoints() {
	if g.doc.Endpoints == nil {
		return
	}
	var l literal
	field := func(name, typ string, of func(*document.Endpoints) string) {
		l.set(name, g.value("Endpoint"+name, typ, func(d *document.Document) string {
			if d.Endpoints == nil {
				return ""
			}
			return of(d.Endpoints)
		}))
	}
	at := g.doc.Endpoints.At
	field("Block", "int", func(e *document.Endpoints) string { return number(e.Block) })
	if g.doc.Network.VPC == nil {
		field("Subnets", "[]string", func(e *document.Endpoints) string { return texts(e.Subnets) })
	} else if len(g.doc.Endpoints.Subnets) > 0 {
		set := g.fixed(at, "the subnets of endpoints", func(d *document.Document) string { return d.Endpoints.Subnets[0] })
		l.set("VpcSubnets", g.subnetSet(set))
	}
	if g.doc.Endpoints.SharesWith != "" {
		l.set("SharesWith", g.tier(g.fixed(at, "sharesWith of endpoints", func(d *document.Document) string { return d.Endpoints.SharesWith })))
	}
	field("Policies", "endpoints.Policies", func(e *document.Endpoints) string {
		return g.word(e.Policies, map[string]string{"by-owner": "endpoints.ByOwner", "derived": "endpoints.Derived", "open": "endpoints.Open"})
	})
	field("NoPolicy", "[]string", func(e *document.Endpoints) string { return texts(e.NoPolicy) })
	field("AnyRole", "bool", func(e *document.Endpoints) string { return truth(e.AnyRole) })
	field("Organization", "string", func(e *document.Endpoints) string { return text(e.Organization) })
	field("Accounts", "[]string", func(e *document.Endpoints) string { return texts(e.Accounts) })
	field("PrefixLists", "map[string]string", func(e *document.Endpoints) string {
		return dictionary("string", e.PrefixLists, idText)
	})
	field("Zones", "map[string][]string", func(e *document.Endpoints) string {
		return dictionary("[]string", e.Zones, func(z document.Texts) string { return list("{", quoted(z), "}") })
	})
	field("Imported", "[]endpoints.Existing", importedEndpoints)
	g.current.blank()
	g.current.do(at, call("endpoints.Configure", "s.Network", l.of("&endpoints.Props")))
}

// dictionary returns the literal of a map, and nothing for an empty one.
func dictionary[V any](typ string, m map[string]V, code func(V) string) string {
	if len(m) == 0 {
		return ""
	}
	var l []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		l = append(l, strconv.Quote(key)+": "+code(m[key]))
	}
	return list("map[string]"+typ+"{", l, "}")
}

func importedEndpoints(e *document.Endpoints) string {
	var elements []string
	for _, x := range e.Existing {
		var l literal
		l.set("Service", text(x.Service))
		l.set("SecurityGroupID", idText(x.SecurityGroup))
		elements = append(elements, l.of(""))
	}
	if len(elements) == 0 {
		return ""
	}
	return slice("endpoints.Existing", elements)
}
