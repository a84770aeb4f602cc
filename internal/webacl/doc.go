// Package webacl models AWS WAF's web ACLs and rule groups: their rules in CloudFormation's form, and what the rules cost in capacity.
// Package check finds what AWS rejects in them, and package evaluate applies them to requests.
//
// The package knows neither CDK nor templates: references are texts, and what they name is looked up in [References].
package webacl
