// Package deployed finds the web ACLs in templates, with the sets and groups that they name and the resources that they protect.
//
// What cannot be read is left unknown: a rule without a statement, a set that is not among the references.
package deployed
