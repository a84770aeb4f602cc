package firewall

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"

	"github.com/tierwall/tierwall/internal/suricata"
)

// ListAction says what a domain list does with connections to its names (CloudFormation, AWS::NetworkFirewall::RuleGroup RulesSourceList,
// GeneratedRulesType).
type ListAction string

// The actions of domain lists.
const (
	// AllowList passes the connections. In strict order AWS generates no rule that drops connections to other names; the policy's default
	// actions drop them. The default action must not be DropStrict, which drops a connection before the client can send a name.
	AllowList ListAction = "ALLOWLIST"
	// DenyList drops the connections.
	DenyList ListAction = "DENYLIST"
	// RejectList drops the connections and resets them.
	RejectList ListAction = "REJECTLIST"
	// AlertList logs the connections and lets them pass to the next rule.
	AlertList ListAction = "ALERTLIST"
)

// DomainList is a list of domain names and an action for connections to them. The client of a connection states the name, and it can lie.
// A list therefore restricts honest clients only, unless the firewall decrypts the connection; see [NewTLSInspection].
type DomainList struct {
	// Action says what to do with connections to the names; required.
	Action ListAction
	// Names are host names such as "api.example.com". A leading dot, as in ".example.com", stands for a domain and all names below it.
	// At least one is required.
	Names []string
	// HTTP looks for the names in the Host header of HTTP requests.
	HTTP bool
	// TLS looks for the names in the server name of TLS connections. If neither HTTP nor TLS is set, TLS is.
	TLS bool
}

// Domains returns the rules of a domain list. AWS generates the rules at deployment; they apply to connections that HOME_NET opens.
func Domains(l DomainList) Rules {
	if !l.HTTP {
		l.TLS = true
	}
	return Rules{list: &l, kind: "name"}
}

func (l DomainList) suricata() suricata.DomainList {
	return suricata.DomainList{Targets: l.Names, HTTP: l.HTTP, TLS: l.TLS, Action: string(l.Action)}
}

func (l DomainList) property() *awsnetworkfirewall.CfnRuleGroup_RulesSourceListProperty {
	var types []*string
	if l.HTTP {
		types = append(types, new("HTTP_HOST"))
	}
	if l.TLS {
		types = append(types, new("TLS_SNI"))
	}
	names := make([]*string, len(l.Names))
	for i := range l.Names {
		names[i] = &l.Names[i]
	}
	return &awsnetworkfirewall.CfnRuleGroup_RulesSourceListProperty{GeneratedRulesType: new(string(l.Action)), Targets: &names,
		TargetTypes: &types}
}
