// Package usagetest makes flow logs of random architectures and random traffic, as AWS would write them, and says from first principles
// what package usage must find in them: connections of declared flows, undeclared and rejected ones, replies, NAT gateways, firewall
// endpoints, and hours that are missing from the logs. The package is only for this module's own tests.
package usagetest
