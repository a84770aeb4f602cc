package page

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	endpoints "github.com/tierwall/tierwall/internal/iam/deployed"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

// guard is a control that decides about requests, after packets have passed: a web ACL, or the policy of a VPC endpoint.
type guard struct {
	Control, Resource, At string
	Lines                 []string
}

// maxLines is how many rules of a guard are shown. The commands waf and endpoints show all.
const maxLines = 40

// guards returns the guards of resources.
func guards(a *cfn.Assembly) map[*cfn.Resource][]guard {
	out := map[*cfn.Resource][]guard{}
	acls, _ := webacls.Read(a)
	for _, w := range acls {
		for _, v := range w.Protects {
			if v.Resource != nil {
				out[v.Resource] = append(out[v.Resource], guardOf("web ACL", w.Resource, aclLines(w)))
			}
		}
	}
	for _, e := range endpoints.Read(a) {
		out[e.Resource] = append(out[e.Resource], guardOf("endpoint policy", e.Resource, policyLines(e)))
	}
	return out
}

func guardOf(control string, r *cfn.Resource, lines []string) guard {
	if more := len(lines) - maxLines; more > 0 {
		lines = append(lines[:maxLines:maxLines], counted(more, "more line"))
	}
	return guard{control, r.String(), fmt.Sprintf("%s:%d", r.Stack.File, r.Line), lines}
}

// aclLines lists the rules of a web ACL in the order in which they are tried.
func aclLines(w webacls.WebACL) []string {
	var out []string
	for _, r := range w.ACL.Rules {
		does := "not known"
		switch {
		case r.Action != nil:
			does = strings.ToLower(r.Action.Name())
		case r.OverrideAction != nil:
			does = "rules of a group"
		}
		out = append(out, fmt.Sprintf("%d %s: %s", r.Priority, r.Name, does))
	}
	last := "not known"
	if d := w.ACL.DefaultAction; d != nil && d.Block != nil {
		last = "block"
	} else if d != nil && d.Allow != nil {
		last = "allow"
	}
	return append(out, "everything else: "+last)
}

// policyLines lists the statements of an endpoint's policy.
func policyLines(e endpoints.Endpoint) []string {
	if e.Unknown != "" {
		return []string{"not known: " + e.Unknown}
	}
	if !e.Stated {
		return []string{"AWS's default policy: everything is allowed"}
	}
	var out []string
	for _, s := range e.Policy.Statements {
		actions, resources := strings.Join(s.Actions, ", "), strings.Join(s.Resources, ", ")
		if s.NotAction {
			actions = "everything but " + actions
		}
		if s.NotResource {
			resources = "everything but " + resources
		}
		text := fmt.Sprintf("%s %s on %s", strings.ToLower(string(s.Effect)), actions, resources)
		for i, c := range s.Conditions {
			text += map[bool]string{true: " if ", false: " and "}[i == 0] + fmt.Sprintf("%s %s %s", c.Key, c.Operator, strings.Join(c.Values, ", "))
		}
		out = append(out, text)
	}
	return out
}
