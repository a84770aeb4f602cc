// Package networkfirewall holds the policies, rule groups, logs and TLS inspection configurations of AWS Network Firewall as plain values,
// and finds everything that is wrong with them: what AWS rejects, and what AWS accepts but is probably a mistake.
//
// [Policy] is a firewall policy, [Member] a rule group's place in it, and [Group] a rule group. [CheckPolicy], [CheckGroup], [CheckLogs]
// and [CheckTLS] return each mistake as a [Problem]. Package suricata checks the rules themselves. Package deployed, beside this one, reads
// the values from templates; the constructs of package firewall make them from their properties.
//
// The package must not know CDK or templates.
//
// # Words
//
//   - Token: a text with "${...}", whose value only a deployment knows. Nothing is reported about it.
//   - Open: a value that may hold more than is known, for example a list with a conditional item.
//   - Managed group: a rule group of AWS, whose rules are not published.
//   - Domain list: a rule group that names domains. AWS makes its rules.
package networkfirewall
