// Package networkfirewall is AWS Network Firewall's policies, rule groups and logs as values, with all that is wrong with them: what AWS
// refuses, and what it takes although it is probably a mistake. Package deployed, beside it, reads them from templates.
//
// It knows neither CDK nor templates. Texts that only a deployment knows are tokens, "${...}": nothing is said about them.
package networkfirewall
