// Package firewalluse says which rules of network firewalls the alert logs show at work, and which declared flows these serve.
//
// A rule that logs and has no alerts is [Silent], never unused: an alert log does not show that a firewall was idle. A rule that passes
// without an alert is [Hidden], because no alert log shows it.
//
// The package reads templates, but never files.
package firewalluse
