// Package deployed reads AWS WAF from templates: web ACLs, the sets and groups that they name and the resources that they protect. It also
// checks them.
//
// What cannot be read stays unknown: a rule without a statement, a set that is not among the references.
package deployed
