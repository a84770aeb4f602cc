// Package watch makes what shows the traffic of a network: flow logs, alarms and a dashboard, queries, and the names that tiers ask DNS
// for.
//
// Everything is derived from the network's declaration. It is quiet on a healthy network, and it changes no rule of any control.
//
// The package is separate from tiers so that importing tiers does not import CloudWatch, S3 and Route 53.
package watch
