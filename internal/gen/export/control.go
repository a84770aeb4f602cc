package export

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/document"
)

var modes = map[arch.Mode]string{arch.Observe: "observe", arch.Prepare: "prepare"}

func (e *exporter) loadBalancers() {
	e.doc.LoadBalancers = e.calls.LoadBalancers
	for i, l := range e.doc.LoadBalancers {
		if l.IdleTimeout < 0 {
			e.doc.LoadBalancers[i].IdleTimeout = 0
		}
		if l.Shield != nil && !e.shieldIsNamed(l.ID) {
			e.cannot(l.At, "the protection by Shield of the load balancer "+l.ID+" has another construct id in a generated app, which replaces it")
		}
	}
}

// shieldIsNamed reports whether the protection of a load balancer has the construct path that a generated app gives it.
func (e *exporter) shieldIsNamed(id string) bool {
	plain := func(path string) string { return strings.ToLower(strings.ReplaceAll(path, "-", "")) }
	stack, _ := cutLast(e.Network.Path)
	return slices.ContainsFunc(e.calls.Shields, func(path string) bool {
		parent, name := cutLast(path)
		return parent == stack && plain(name) == plain(id)+"shield"
	})
}

// cutLast cuts a construct path before its last part.
func cutLast(path string) (parent, id string) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

func (e *exporter) inspection() {
	n := e.Network.Inspection
	if n == nil {
		return
	}
	out := &document.Inspection{}
	if e.calls.Inspection != nil {
		out = e.calls.Inspection
	}
	for _, p := range []struct {
		path arch.Paths
		word string
	}{{arch.EgressPath, "egress"}, {arch.IngressPath, "ingress"}, {arch.EastWestPath, "east-west"}} {
		if n.Paths&p.path != 0 {
			out.Paths = append(out.Paths, p.word)
		}
	}
	out.Mode, out.Strict, out.At = modes[n.Mode], n.Strict, n.At
	if n.Midstream != "" {
		out.Midstream = n.Midstream
	}
	out.Midstream = strings.ToLower(out.Midstream)
	e.doc.Inspection = out
}

func (e *exporter) webACLs() {
	for i, p := range e.Protections {
		out := document.WebACL{ID: p.Tier + "WebACL", Tier: p.Tier}
		if i < len(e.calls.WebACLs) && e.calls.WebACLs[i].Tier == p.Tier {
			out = e.calls.WebACLs[i]
		}
		if p.CloudFront {
			continue // Its call says so.
		}
		e.protection(&out, p)
		e.doc.WebACLs = append(e.doc.WebACLs, out)
	}
}

// protection sets what the model knows of a web ACL.
func (e *exporter) protection(out *document.WebACL, p arch.Protection) {
	s := p.Serves
	out.Mode, out.Ports, out.Hosts, out.Login, out.LoginLimit, out.Uploads = modes[p.Mode], s.Ports, s.Hosts, s.Login, s.LoginLimit, s.Uploads
	out.SQL = map[arch.SQL]string{arch.SQLBehind: "behind", arch.NoSQL: "none"}[s.SQL]
	out.ClientAddress, out.Countries, out.BlockedCountries = p.ClientAddress, p.Countries, p.BlockedCountries
	out.BlockedSources, out.RateLimit = e.blocks(p.BlockedSources, p.At), document.Limit(p.RateLimit)
	out.BlockAnonymousIPs, out.BotControl, out.AntiDDoS = p.Extras.AnonymousIP, p.Extras.BotControl, p.Extras.AntiDDoS
	for _, r := range s.Routes {
		out.Routes = append(out.Routes, document.WebRoute{Path: r.Path, Methods: r.Methods})
	}
	if len(s.Admin) > 0 {
		out.Admin = &document.Admin{Paths: s.Admin, From: e.blocks(s.AdminSources, p.At)}
	}
	words := []string{"linux", "windows", "php", "wordpress", "java"}
	for _, t := range s.Technologies {
		out.Technologies = append(out.Technologies, words[t-arch.Linux])
	}
	for _, r := range p.RateLimits {
		out.RateLimits = append(out.RateLimits, document.Rate{Name: r.Name, Paths: r.Paths, Limit: r.Limit, Window: r.Window})
	}
	for _, x := range p.Exceptions {
		out.Exceptions = append(out.Exceptions, document.CountedRule{Group: x.Group, Rule: x.Rule, Reason: x.Reason})
	}
	if p.Origin != nil && out.Origin == nil {
		e.cannot(p.At, "the secrets of the origin of "+out.ID+" are not in tierwall.json; state them under origin.secrets")
	}
	if out.Resource == "" || slices.ContainsFunc(e.doc.Resources, func(r document.Resource) bool { return r.Name == out.Resource }) {
		return
	}
	if !slices.ContainsFunc(e.doc.LoadBalancers, func(l document.LoadBalancer) bool { return l.ID == out.Resource }) {
		out.Resource = ""
	}
}

// production lets the environment say what most controls say, so that only the others say it themselves.
func (e *exporter) production() {
	var all []**bool
	for i := range e.doc.LoadBalancers {
		all = append(all, &e.doc.LoadBalancers[i].Production)
	}
	if e.doc.Inspection != nil {
		all = append(all, &e.doc.Inspection.Production)
	}
	if w := e.doc.Watch; w != nil && w.DNS != nil {
		all = append(all, &w.DNS.Production)
	}
	protected := 0
	for _, p := range all {
		if *p != nil && **p {
			protected++
		}
	}
	most := protected > 0 && 2*protected >= len(all)
	e.doc.Environments[0].Production = most
	for _, p := range all {
		if *p != nil && **p == most {
			*p = nil
		}
	}
}
