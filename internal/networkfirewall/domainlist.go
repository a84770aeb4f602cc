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
		out = append(out, suricata.Problem{Rule: "domain-list", Summary: "a domain list is empty", Fix: "name domains"})
	}
	if !l.HTTP && !l.TLS {
		out = append(out, suricata.Problem{Rule: "domain-list", Summary: "a domain list says not where names are looked for",
			Detail: "allowed are HTTP_HOST and TLS_SNI"})
	}
	switch l.Action {
	case allowList, denyList, rejectList, alertList:
	default:
		if !IsToken(l.Action) {
			out = append(out, suricata.Problem{Rule: "domain-list", Summary: "the action of a domain list is unknown",
				Detail: fmt.Sprintf("got %.60q; allowed are %s, %s, %s and %s", l.Action, allowList, denyList, rejectList, alertList)})
		}
	}
	first := map[string]bool{}
	for i, name := range l.Targets {
		if IsToken(name) {
			continue
		}
		if err := suricata.CheckDomain(name); err != nil {
			out = append(out, suricata.Problem{Line: i + 1, Rule: "domain", Summary: "a name of a domain list is not usable", Detail: err.Error(),
				Fix: `write a host name, "api.example.com", or with a leading dot a domain and all below it, ".example.com"`})
		}
		if first[name] {
			out = append(out, suricata.Problem{Line: i + 1, Rule: "domain", Summary: fmt.Sprintf("a domain list has %.253s twice", name),
				Fix: "leave one out"})
		}
		first[name] = true
	}
	return out
}
