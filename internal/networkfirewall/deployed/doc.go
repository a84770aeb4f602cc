// Package deployed reads AWS Network Firewall from templates: firewalls, policies, rule groups and logs, and checks them.
//
// What only a deployment knows is left unknown, and said.
package deployed
