// Package change says what a change of templates means to those who review it: the traffic that changes with the riskiest first, what goes
// wrong during the update, and what happens to budgets and costs.
//
// It computes no traffic: packages reach, upgrade and plan do. It must not know how a change is shown.
package change
