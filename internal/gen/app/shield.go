package app

import (
	"strconv"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// shielded reports whether Shield responds to attacks on a load balancer, and so needs the association of its web ACL first.
func (g *generator) shielded(id string) bool {
	for _, e := range g.doc.Environments {
		if s := entry(e.Document.LoadBalancers, id, balancerID).Shield; s != nil && s.Responds() {
			return true
		}
	}
	return false
}

// webACLOf returns the web ACL in front of a load balancer.
func (g *generator) webACLOf(balancer string) (document.WebACL, bool) {
	for _, w := range g.doc.WebACLs {
		if w.Resource == balancer {
			return w, true
		}
	}
	return document.WebACL{}, false
}

// shield writes the protection of a load balancer by Shield Advanced.
func (g *generator) shield(b document.LoadBalancer) {
	if b.Shield == nil {
		return
	}
	shield := func(d *document.Document) *document.Shield { return entry(d.LoadBalancers, b.ID, balancerID).Shield }
	g.fixed(b.At, "whether Shield protects "+b.ID, func(d *document.Document) string { return strconv.FormatBool(shield(d) != nil) })
	if g.problems.HasErrors() {
		return
	}
	var l literal
	l.set("Resource", "*s."+g.balancers[b.ID]+".LoadBalancer().LoadBalancerArn()")
	if g.shielded(b.ID) {
		w, ok := g.webACLOf(b.ID)
		if !ok {
			g.refuse(b.At, "Shield responds to attacks on "+b.ID+", which has no web ACL",
				"Shield adds its rules to the web ACL of the load balancer", "add a web ACL with resource: "+b.ID+", or shield without response")
			return
		}
		l.set("After", "[]constructs.IDependable{"+g.association(w)+"}")
	}
	f := leaf[*document.Shield]{g, b.ID + "Shield", shield, &l}
	l.set("HealthCheck", g.value(b.ID+"ShieldHealthCheck", "string", func(d *document.Document) string {
		return g.idIn(d, shield(d).HealthCheck)
	}))
	f.set("Response", "shield.Response", func(s *document.Shield) string {
		return g.word(s.Response, map[string]string{"off": "shield.Off", "count": "shield.Count", "block": "shield.Block"})
	})
	f.set("Name", "string", func(s *document.Shield) string { return text(s.Name) })
	g.current.do(b.At, call("shield.Protect", g.current.scope, strconv.Quote(b.ShieldID()), l.of("&shield.Props")))
}
