// Package alarms derives what watches a network: its alarms, the metrics that are made from logs, saved queries, rules of Contributor
// Insights and a dashboard. What a network has decides what is watched, and each alarm says what it means and what to do.
//
// No alarm goes off on a network that is healthy and quiet. Where the right threshold depends on the network, the alarm compares with the
// network's own past, above a floor.
//
// It knows the plan and the metrics of AWS. It must not know CDK and templates: what only a deployment knows is a symbol.
package alarms
