package stack

import (
	"slices"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// inApp is what to do about what a template alone cannot have.
const inApp = "generate the CDK app instead, with `tierwall generate`"

// refused returns an error for everything in a document that only the CDK app can have.
func refused(d *document.Document) diag.List {
	var r refusals
	for _, l := range d.LoadBalancers {
		r.loadBalancer(d, l)
	}
	for _, x := range d.Resources {
		if x.OnlyFrom != nil {
			r.add("only-from", "resource "+x.Name, "a template cannot restrict this resource to the network",
				"the restriction is a statement in the resource's own policy; the resource is not in the template, and a policy that the "+
					"template made would replace that of its owner",
				inApp+"; or remove onlyFrom, and add the statement where the resource is made", x.At)
		}
	}
	for _, w := range d.WebACLs {
		r.webACL(w)
	}
	return r.list
}

// refusals collects errors.
type refusals struct{ list diag.List }

func (r *refusals) add(rule, path, summary, detail, fix string, at diag.Position) {
	r.list = append(r.list, diag.Diagnostic{
		Rule: "stack-" + rule, Path: path, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at},
	})
}

func (r *refusals) loadBalancer(d *document.Document, l document.LoadBalancer) {
	isOwn := func(w document.WebACL) bool { return w.Resource == l.ID }
	if l.Shield != nil && l.Shield.Responds() && !slices.ContainsFunc(d.WebACLs, isOwn) {
		r.add("shield", "load balancer "+l.ID, "Shield responds to attacks on "+l.ID+", which has no web ACL",
			"Shield adds its rules to the web ACL of the load balancer", "add a web ACL with resource: "+l.ID+", or shield without response", l.At)
	}
}

func (r *refusals) webACL(w document.WebACL) {
	if w.Logs == nil {
		return
	}
	path := "web ACL " + w.ID
	if hasOwnLabel(*w.Logs) {
		r.add("label", path, "a template cannot have a filter of logs with a label of the web ACL's own rules",
			"the full name of the label begins with what only a deployment knows", "write the full name of the label; or "+inApp, w.At)
	}
}
