package stack

import (
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// inApp is what to do about what a template alone cannot have.
const inApp = "generate the CDK app instead, with `tierwall generate`"

// refused returns an error for everything in a document that only the CDK app can have.
func refused(d *document.Document) diag.List {
	var out diag.List
	refuse := func(rule, path, summary, detail, fix string, at diag.Position) {
		out = append(out, diag.Diagnostic{
			Rule: "stack-" + rule, Path: path, Summary: summary, Detail: detail, Fix: fix, At: []diag.Position{at},
		})
	}
	for _, l := range d.LoadBalancers {
		refuse("load-balancer", "load balancer "+l.ID, "a template cannot have this load balancer",
			"load balancers are made by the constructs of the CDK",
			inApp+"; or make the load balancer yourself, remove it from `loadBalancers`, and name it as a resource of type load-balancer", l.At)
	}
	for _, r := range d.Resources {
		if r.OnlyFrom != nil {
			refuse("only-from", "resource "+r.Name, "a template cannot restrict this resource to the network",
				"the restriction is in the resource's own policy, and the resource is not in the template",
				inApp+"; or remove onlyFrom and change the policy where the resource is made", r.At)
		}
	}
	if d.Inspection != nil {
		if l := d.Inspection.Logs; l != nil && (needsName(d, l.Alert) || needsName(d, l.Flow) || needsName(d, l.TLS)) {
			refuse("firewall-logs", "inspection", "a template cannot have these logs of the firewall",
				"a destination is a resource whose name is not known without an arn", "name the destination by its arn; or "+inApp, d.Inspection.At)
		}
		for _, t := range d.Inspection.Threats {
			if t.ARN == "" {
				refuse("threat", "inspection threat "+t.ID, "a template cannot have a rule group from a file",
					"rules from files are checked and written by the constructs of the CDK",
					inApp+"; or make the rule group yourself, and name its `arn` and `capacity`", d.Inspection.At)
			}
		}
	}
	for _, w := range d.WebACLs {
		for _, why := range unfit(d, w) {
			refuse("web-acl", "web ACL "+w.ID, "a template cannot have the logs of this web ACL", why,
				"name a destination by its arn, and labels by their full names; or "+inApp, w.At)
		}
	}
	return out
}

// unfit returns why a template cannot have a web ACL.
func unfit(d *document.Document, w document.WebACL) []string {
	if w.Logs == nil {
		return nil
	}
	var out []string
	if needsName(d, w.Logs.To) {
		out = append(out, "its logs go to "+w.Logs.To+", whose name is not known without an arn")
	}
	if hasOwnLabel(*w.Logs) {
		out = append(out, "a filter of its logs names a label of its own rules, whose full name only a deployment knows")
	}
	return out
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
