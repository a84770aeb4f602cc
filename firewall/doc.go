// Package firewall holds AWS Network Firewall: rule groups, policies, TLS inspection, firewalls and their logs as typed
// constructs for any CDK app, and [Inspect], which leads the traffic of a tiers network through a firewall whose rules are the
// network's declared flows.
//
// Everything that AWS's API is known to refuse at deployment fails the synth, all of it at once, with the line that declared it. Rules
// that can never decide anything are findings, to be acknowledged with a reason; what AWS takes and nobody wants, as rules whose answers
// the default actions drop, is a warning. Policies evaluate in strict order (STRICT_ORDER), and all rules are emitted as Suricata text,
// which alone keeps the order of a rule's options; domain lists are emitted as such.
package firewall
