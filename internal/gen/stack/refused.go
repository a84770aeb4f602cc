package stack

import (
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
				"the restriction is in the resource's own policy, and the resource is not in the template",
				inApp+"; or remove onlyFrom, and change the policy where the resource is made", x.At)
		}
	}
	if d.Inspection != nil {
		r.inspection(d, *d.Inspection)
	}
	for _, w := range d.WebACLs {
		r.webACL(d, w)
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
	path := "load balancer " + l.ID
	if l.Shield != nil {
		r.add("shield", path, "a template cannot have the protection of this load balancer by Shield Advanced",
			"it is made by a construct of the CDK", inApp+"; or remove shield, and protect the load balancer yourself", l.At)
	}
	if l.Logs != nil && needsName(d, l.Logs.To) {
		r.logs(path, l.At)
	}
}

func (r *refusals) inspection(d *document.Document, i document.Inspection) {
	if l := i.Logs; l != nil && (needsName(d, l.Alert) || needsName(d, l.Flow) || needsName(d, l.TLS)) {
		r.logs("inspection", i.At)
	}
	for _, t := range i.Threats {
		if t.ARN == "" {
			r.add("threat", "inspection threat "+t.ID, "a template cannot have a rule group from a file",
				"rules from files are checked and written by a construct of the CDK",
				inApp+"; or make the rule group yourself, and name its `arn` and `capacity`", i.At)
		}
	}
}

func (r *refusals) webACL(d *document.Document, w document.WebACL) {
	if w.Logs == nil {
		return
	}
	path := "web ACL " + w.ID
	if needsName(d, w.Logs.To) {
		r.logs(path, w.At)
	}
	if hasOwnLabel(*w.Logs) {
		r.add("label", path, "a template cannot have a filter of logs with a label of the web ACL's own rules",
			"the full name of the label begins with what only a deployment knows", "write the full name of the label; or "+inApp, w.At)
	}
}

// logs refuses logs that go to a resource without an ARN.
func (r *refusals) logs(path string, at diag.Position) {
	r.add("logs", path, "a template cannot have these logs", "they go to a resource whose name is not known without an ARN",
		"name the destination by its ARN; or "+inApp, at)
}

// needsName reports whether a destination of logs is a resource without an ARN.
func needsName(d *document.Document, to string) bool {
	for _, r := range d.Resources {
		if r.Name == to && r.ARN == "" {
			return true
		}
	}
	return false
}
