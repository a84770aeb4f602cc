// Package webacl is AWS WAF's web ACLs and rule groups as values: their rules in CloudFormation's form, what they cost in
// capacity, and what AWS refuses in them. Package evaluate, beside it, says what they make of a request.
//
// It knows neither CDK nor templates: references are texts, and what they name is looked up in [References].
package webacl
