package alarms

import (
	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
)

// WebACLLayer is the layer of the web ACLs.
const WebACLLayer = "Web ACLs"

// webACLs watches the web ACLs. Metrics: AWS WAF Developer Guide, "AWS WAF metrics and dimensions".
func (b *builder) webACLs() {
	for _, acl := range b.Plan.WebACLs {
		tier := acl.Protection.Tier
		if acl.Protection.CloudFront {
			b.gap("The web ACL of " + tier + " is for CloudFront. Its metrics are in us-east-1, where an alarm must be made by hand.")
			continue
		}
		metric := func(name, rule string) alarm.Metric {
			return alarm.Metric{Namespace: "AWS/WAFV2", Name: name, Statistic: alarm.Sum, Dimensions: []alarm.Dimension{
				symbol("WebACL", alarm.Symbol(WebACLName+tier)), symbol("Region", region), text("Rule", rule),
			}}
		}
		decided := "BlockedRequests"
		if acl.Protection.Mode != arch.Enforce {
			decided = "CountedRequests"
			b.gap("The web ACL of " + tier + " only observes. It blocks nothing, so blocks have no alarms. The dashboard shows what it counts.")
		} else {
			b.blocks(tier, metric)
		}
		b.graph(Graph{Layer: WebACLLayer, Title: tier + ": requests", Lines: []Line{
			{"allowed", metric("AllowedRequests", "ALL")}, {"blocked", metric("BlockedRequests", "ALL")}}})
		rules := Graph{Layer: WebACLLayer, Title: tier + ": " + decided + " by rule"}
		for _, r := range acl.Rules {
			if r.VisibilityConfig == nil {
				continue
			}
			name := r.VisibilityConfig.MetricName
			rules.Lines = append(rules.Lines, Line{r.Name, metric(decided, name)})
			if s := r.Statement; decided == "BlockedRequests" && s != nil && s.RateBasedStatement != nil {
				b.limit(tier, r.Name, metric(decided, name))
			}
		}
		b.graph(rules)
	}
}

// blocks watches all blocked requests of a web ACL.
func (b *builder) blocks(tier string, metric func(name, rule string) alarm.Metric) {
	b.alarm(alarm.Alarm{
		ID: "WebACL." + tier + ".Blocks", Layer: WebACLLayer, Title: "The web ACL of " + tier + " blocks more requests than usual",
		Signal:  alarm.Signal{Metrics: []alarm.Metric{metric("BlockedRequests", "ALL")}, Floor: 100},
		Periods: 3, Breaching: 3, Band: band,
		Meaning: "The web ACL of " + tier + " has blocked more requests than usual for 15 minutes. It is an attack, or a new version of the " +
			"service sends or receives requests that the web ACL does not know.",
		Remedy: "Look at the rules on the dashboard. If Hosts or Routes block, add what is missing to Serves. If a managed group blocks real " +
			"requests, count its rule.",
	})
}

// limit watches a limit of requests.
func (b *builder) limit(tier, rule string, m alarm.Metric) {
	b.alarm(alarm.Alarm{
		ID: "WebACL." + tier + ".Limit." + rule, Layer: WebACLLayer, Title: "Clients exceed the limit " + rule + " of " + tier,
		Signal: alarm.Of(m), Periods: 3, Breaching: 2, Comparison: alarm.AtLeast, Threshold: 1000,
		Meaning: "The limit " + rule + " of " + tier + " has blocked at least 1,000 requests in 5 minutes, twice. Clients send floods of " +
			"requests, or many users share one address.",
		Remedy: "Find the addresses in the web ACL's log. Block them, or raise the limit if they are users behind one address.",
	})
}
