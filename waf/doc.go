// Package waf is AWS WAF for CDK apps: typed web ACLs, rule groups, IP sets and regex sets, that stand alone on any app, and
// [Protect], which derives the web ACL of a tier from its declared flows and from what it serves.
//
// What AWS refuses about them fails the synth, all of it at once, with the line that declared it; what AWS takes and nobody wants is a
// warning. Nesting that AWS refuses does not compile: statements that are at the top of a rule alone, rate limits and rule groups,
// are kinds of rules here. Costs in web ACL capacity units (WCU) are computed as AWS's documents have them.
package waf
