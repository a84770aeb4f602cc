package template

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/dnsfirewall"
	"github.com/tierwall/tierwall/internal/plan/dns"
)

const (
	dnsScope  = "DNS"
	dnsGroup  = "DNS/RuleGroup"
	dnsLog    = "DNS/QueryLog"
	dnsLogs   = "DNS/QueryLogs"
	resolver  = "Route53Resolver::"
	nextGroup = 1000 // the default place of the rule group among those of the VPC
)

// dns makes a DNS firewall, and the log of all queries of the VPC. What is wrong with the choices is reported with the plan.
func (r *renderer) dns(d DNS) {
	made, _ := dns.Of(r.p.Model, d.Choices)
	for _, l := range made.Lists {
		var domains []any
		for _, n := range l.Names {
			domains = append(domains, domainText(n.Domain))
		}
		r.put(dnsScope+"/"+l.ID, resolver+"FirewallDomainList", object{"Domains": domains})
	}
	rules := []any{}
	for _, rule := range made.Group.Rules {
		rules = append(rules, r.dnsRule(rule))
	}
	r.put(dnsGroup, resolver+"FirewallRuleGroup", object{"FirewallRules": rules})
	protection := "DISABLED"
	if d.Production {
		protection = "ENABLED"
	}
	r.put(dnsScope+"/Association", resolver+"FirewallRuleGroupAssociation", object{
		"FirewallRuleGroupId": r.attribute(dnsGroup, "Id"), "VpcId": r.vpcID(), "Priority": cmp.Or(d.Priority, nextGroup),
		"MutationProtection": protection,
	})
	if d.Failure != "" {
		r.put(dnsScope+"/Failure", resolver+"FirewallConfig", object{"ResourceId": r.vpcID(), "FirewallFailOpen": d.Failure})
	}
	r.queryLog(d)
}

// domainText returns a domain, of which only the deployment may know a part.
func domainText(domain string) any {
	if dnsfirewall.IsToken(domain) {
		return object{"Fn::Sub": domain}
	}
	return domain
}

func (r *renderer) dnsRule(rule dnsfirewall.Rule) object {
	out := object{"Action": string(rule.Action), "Priority": rule.Priority}
	if rule.Response != "" {
		out["BlockResponse"] = string(rule.Response)
	}
	if rule.Threat != "" {
		out["DnsThreatProtection"], out["ConfidenceThreshold"] = string(rule.Threat), string(rule.Confidence)
	}
	if rule.List != nil {
		out["FirewallDomainListId"] = r.attribute(dnsScope+"/"+rule.List.Name, "Id")
	}
	if rule.TrustRedirection {
		out["FirewallDomainRedirectionAction"] = "TRUST_REDIRECTION_DOMAIN"
	}
	return out
}

// queryLog makes the log of all queries of the VPC, unless there is to be none.
func (r *renderer) queryLog(d DNS) {
	if d.Log.None {
		return
	}
	var ready []string
	var destination any
	switch to := d.Log; {
	case to.Bucket != nil:
		destination = to.bucketARN()
		if to.Prefix != "" {
			destination = join(destination, "/"+to.Prefix)
		}
	case to.Stream != nil:
		destination = given(to.Stream, "")
	default:
		r.logGroup(to, accessPath, dnsLogs, "", d.Retention, d.Key)
		if destination = given(to.GroupARN, ""); to.Group == nil {
			destination = r.attribute(dnsLogs+"/Resource", "Arn")
		}
		ready = append(ready, accessPath)
	}
	r.dependsOn(r.put(dnsLog, resolver+"ResolverQueryLoggingConfig", object{"DestinationArn": destination}), ready...)
	r.put(dnsLog+"Association", resolver+"ResolverQueryLoggingConfigAssociation", object{
		"ResolverQueryLogConfigId": r.attribute(dnsLog, "Id"), "ResourceId": r.vpcID(),
	})
}
