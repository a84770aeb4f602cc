package deployed

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// Outside is the assumption of every answer about a web ACL: no template shows the rule groups that a central team adds to it (API
// Reference of WAFV2, WebACL, PreProcessFirewallManagerRuleGroups).
const Outside = "no policy of Firewall Manager or Network Security Manager outside these templates adds rules to a web ACL or replaces it"

// Manager is a resource through which a central team may change web ACLs of others.
type Manager struct {
	Resource *cfn.Resource
	Does     string // what it may do, as the end of a sentence that begins with the resource
}

// UnknownRule is the rule of findings that say that something about the web ACLs is unknown.
const UnknownRule = "unknown"

// apart are the kinds of policies of Firewall Manager that do not touch web ACLs (API Reference of Firewall Manager,
// SecurityServicePolicyData). Kinds that AWS adds later may touch them.
var apart = []string{
	"SECURITY_GROUPS_COMMON", "SECURITY_GROUPS_CONTENT_AUDIT", "SECURITY_GROUPS_USAGE_AUDIT", "NETWORK_ACL_COMMON", "NETWORK_FIREWALL",
	"IMPORT_NETWORK_FIREWALL", "THIRD_PARTY_FIREWALL", "DNS_FIREWALL",
}

// Managers returns the resources that may change web ACLs. A policy of Firewall Manager counts unless its kind
// leaves web ACLs alone.
// All types of Network Security Manager count, also those that AWS adds later.
func Managers(a *cfn.Assembly) []Manager {
	var out []Manager
	for r := range a.Resources() {
		switch {
		case strings.HasPrefix(r.Type, "AWS::NetworkSecurityManager::"):
			out = append(out, Manager{r, "may add rules to web ACLs, or put web ACLs of its own in their place"})
		case r.Type == "AWS::FMS::Policy":
			if kind, known := r.Get("SecurityServicePolicyData").Get("Type").Literal(); !known || !slices.Contains(apart, kind) {
				out = append(out, Manager{r, "may put rule groups before and behind the rules of web ACLs, or put web ACLs of its own in their place"})
			}
		}
	}
	return out
}

// Text says what the resource may do.
func (m Manager) Text() string { return m.Resource.String() + " (" + m.Resource.Type + ") " + m.Does }

// Diagnostic returns the finding that what a web ACL does is unknown because of m.
func (m Manager) Diagnostic() diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Finding, Rule: UnknownRule, Subject: m.Resource.String(), Path: m.Resource.String(),
		At:      []diag.Position{m.Resource.At("")},
		Summary: "unknown what the web ACLs do",
		Detail:  m.Text(),
		Fix:     "look at the web ACLs in the account, or acknowledge this finding with a reason",
	}
}
