// Package suricata reads, writes and checks Suricata rules in the form that AWS Network Firewall takes them: the syntax of
// rules, what AWS's API refuses, what a rule decides, and which rules of a policy can never decide anything.
//
// Which keywords there are, which values they take and where they stand is generated from Suricata itself: see keywordtable.go. A real
// Suricata judges a corpus of rules in tests; in package engine below stands what asks it.
//
// It knows nothing of CDK, plans or templates, and it runs no Suricata.
package suricata
