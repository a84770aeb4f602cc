// Package alarm holds CloudWatch alarms as plain values: what they measure, when they go off, what that means and what to do. It also
// applies CloudWatch's rules of evaluation to data, so that a test can show on which data an alarm goes off.
//
// The package must not know networks, templates or CDK.
package alarm
