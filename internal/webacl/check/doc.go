// Package check finds what AWS rejects in web ACLs, rule groups, sets and logging configurations, and warns about what AWS accepts but
// is probably a mistake.
//
// It knows the model in package webacl and nothing of CDK or templates: constructs and package deployed run the same checks.
package check
