// Package stack makes the CloudFormation stack of an architecture.yaml in one environment: its templates, and the declaration beside them.
//
// Package document says what the file means and package template writes what follows from it. This package joins the two. It refuses what
// only the CDK app can have, such as rule groups from files.
package stack
