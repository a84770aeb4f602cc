// Package firewalllog reads the alert and flow logs of AWS Network Firewall: records in Suricata's EVE format, in AWS's envelope.
//
// A [Log] takes the records of one worker: it counts alerts by rule, and hands the connections of flow logs on. [Join] joins the counts of
// all workers. What happened to a packet is the verdict's action, not the alert's: the alert says what its rule asked for.
//
// The package knows neither templates nor networks.
package firewalllog
