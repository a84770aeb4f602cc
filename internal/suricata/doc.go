// Package suricata reads, writes and checks Suricata rules in the form that AWS Network Firewall takes them: the syntax of
// rules, what AWS's API refuses, what a rule decides, and which rules of a policy can never decide anything.
//
// The table of keywords (keywordtable.go) is generated from Suricata 7: package main in keywordgen tries every keyword. Tests hold the
// checks against a real Suricata on a corpus of rules; package engine runs it.
//
// It knows nothing of CDK, plans or templates, and it runs no Suricata.
package suricata
