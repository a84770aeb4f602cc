// Package response decides how a network answers to what happens in it: which addresses are blocked, which instances are isolated, for how
// long and why, and what is never blocked.
//
// Findings of GuardDuty, alarms and log records of AWS WAF become candidates. A candidate that the guard lets pass becomes a record of the
// table, and the table is the truth. What the sets of AWS must hold is computed from the table, so they can be rebuilt at any time.
//
// The package must not know AWS's APIs, and it reads no clock.
package response
