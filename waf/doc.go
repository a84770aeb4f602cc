// Package waf provides typed CDK constructs for AWS WAF: web ACLs, rule groups, IP sets and regex sets. The constructs work in any CDK app.
// [Protect] uses them to put a web ACL in front of a tier. It derives the rules from the tier's declared flows and from [Serves].
//
// The constructs check their properties at synthesis, because nothing else checks them before deployment:
//
//   - Properties that AWS rejects fail synthesis. All such errors are reported at once, each with the line of Go that declared the
//     construct.
//   - Properties that AWS accepts but that are probably a mistake are warnings.
//   - Nesting that AWS rejects does not compile. AWS accepts rate limits and rule groups only at the top of a rule, so they are kinds of
//     [Rule] and not of [Statement].
//
// Costs are in web ACL capacity units (WCU), computed by the AWS WAF Developer Guide, "Web ACL capacity units (WCUs) in AWS WAF".
//
// Properties are passed as a pointer to a struct; nil stands for the zero struct. Errors in properties never panic. Only a nil scope or a
// nil tier does, because no construct exists yet that could report it.
package waf
