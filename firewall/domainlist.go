package firewall

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"

	"github.com/tierwall/tierwall/internal/suricata"
)

// ListAction is what is done with requests for the names of a domain list.
type ListAction string

// The actions of domain lists.
const (
	// AllowList passes them. In strict order AWS makes no rule that drops others: the policy's default actions do, which must
	// not be the strict ones, as those drop a connection before it can name anybody.
	AllowList  ListAction = "ALLOWLIST"
	DenyList   ListAction = "DENYLIST"   // drops them
	RejectList ListAction = "REJECTLIST" // drops them and resets the connection
	AlertList  ListAction = "ALERTLIST"  // reports them
)

// DomainList names domains. Whoever opens a connection says the name, so that a list holds honest clients; see [NewTLSInspection].
type DomainList struct {
	Action ListAction
	// Names are host names, "api.example.com", or with a leading dot a domain and all below it, ".example.com".
	Names []string
	// HTTP and TLS say where names are looked for: in the Host of HTTP requests, and in the server name of TLS. Neither set is
	// TLS alone.
	HTTP, TLS bool
}

// Domains takes a domain list, from which AWS makes rules about what HOME_NET sends.
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
