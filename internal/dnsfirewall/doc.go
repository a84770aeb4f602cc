// Package dnsfirewall models the rule groups of Route 53 Resolver DNS Firewall as plain values. It finds what AWS rejects in them, and it
// says what becomes of a query: allowed, alerted or blocked, and by which rule.
//
// Three facts decide most answers. The first rule that matches decides, by the priority of the group and then by that of the rule. A query
// that no rule matches is allowed. "*.example.com" matches the names below example.com, at any depth, and not example.com itself.
//
// It must not know tiers, templates or CDK.
package dnsfirewall
