// Package suricata is the rule language of AWS Network Firewall, the language of Suricata 7: it reads and writes rules, finds what AWS or
// Suricata rejects, classifies what a rule decides, and finds rules that have no effect.
//
// [Parse] and [ParseText] read rules. [Rule] is one rule, [Group] a stateful rule group, [Policy] all groups of a firewall policy. [Check]
// reports what AWS rejects in a group, and [CheckPolicy] what AWS accepts in a policy but is probably a mistake. [Shadows] finds rules that
// can never decide anything, and [Gaps] rules that pass connections that can never work. [DomainList] and [Tuple] are the other two forms
// in which AWS accepts rules.
//
// The table of keywords (keywordtable.go) is generated from an installed Suricata by the command in keywordgen, which tries every keyword.
// Tests compare the checks with a real Suricata on a corpus of rules; package engine runs it.
//
// The package must not know CDK, plans or templates, and never runs Suricata itself.
//
// # Words
//
//   - Keyword: the name of an option, as in "content" of content:"x";
//   - Buffer: a keyword for a part of the traffic, as in tls.sni. The options after it look at this part.
//   - Transform: a keyword that changes the buffer before it, as in to_lowercase.
//   - Modifier: a keyword that changes the content before it, as in nocase.
//   - Kind: the type that Suricata gives a rule. It tells when the rule is evaluated, and whether its verdict holds for a packet or a flow.
//   - Box: a set of packets, as the header of a rule describes them: ranges of addresses and ports of one protocol.
//   - Token: "${...}", a value that only a deployment knows.
package suricata
