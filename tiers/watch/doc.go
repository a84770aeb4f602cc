// Package watch makes what shows the traffic of a network: flow logs and queries about them, alarms and a dashboard, the names that tiers
// ask DNS for, reminders, and checks of what is deployed.
//
// Everything is derived from the network's declaration. It is quiet on a healthy network, and it changes no rule of any control.
//
// The package is separate from tiers so that importing tiers does not import CloudWatch, S3 and Route 53.
package watch
