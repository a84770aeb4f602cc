// Package response answers to attacks: it blocks the sources that GuardDuty, alarms and rules of AWS WAF report, and those in lists of
// threats, and it isolates instances that attack others.
//
// Everything that it blocks or isolates has an end, a reason and a command that undoes it. By default it only says what it would do.
//
// The package is separate from watch so that importing watch does not import AWS Lambda, DynamoDB and SQS.
package response
