package networkfirewall

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/suricata"
)

// The actions of domain lists.
const (
	allowList  = "ALLOWLIST"
	denyList   = "DENYLIST"
	rejectList = "REJECTLIST"
	alertList  = "ALERTLIST"
)

// checkList checks a domain list.
func checkList(l suricata.DomainList) []suricata.Problem {
	var out []suricata.Problem
	if len(l.Targets) == 0 {
		out = append(out, suricata.Problem{Rule: "domain-list", Summary: "a domain list is empty", Fix: "add domains"})
	}
	if !l.HTTP && !l.TLS {
		out = append(out, suricata.Problem{Rule: "domain-list", Summary: "a domain list has no target types",
			Detail: "the target types say where AWS looks for names; allowed are HTTP_HOST and TLS_SNI"})
	}
	switch l.Action {
	case allowList, denyList, rejectList, alertList:
	default:
		if !IsToken(l.Action) {
			out = append(out, suricata.Problem{Rule: "domain-list", Summary: "a domain list has an unknown action",
				Detail: fmt.Sprintf("got %.60q; allowed are %s, %s, %s and %s", l.Action, allowList, denyList, rejectList, alertList)})
		}
	}
	first := map[string]bool{}
	for i, name := range l.Targets {
		if IsToken(name) {
			continue
		}
		if err := suricata.CheckDomain(name); err != nil {
			out = append(out, suricata.Problem{Line: i + 1, Rule: "domain", Summary: "a domain list has an invalid name", Detail: err.Error(),
				Fix: `write a host name as "api.example.com", or a domain with all its subdomains as ".example.com"`})
		}
		if first[name] {
			out = append(out, suricata.Problem{Line: i + 1, Rule: "domain", Summary: fmt.Sprintf("a domain list has %.253s twice", name),
				Fix: "keep one"})
		}
		first[name] = true
	}
	return out
}
