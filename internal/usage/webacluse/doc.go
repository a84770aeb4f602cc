// Package webacluse says which rules of web ACLs never or always match, from the logs of AWS WAF and the templates.
//
// A rule runs for a request unless a rule with a smaller priority ended the evaluation. So the package counts for each rule of a template
// for how many requests it ran, and for how many of these it matched. It claims that a rule never matched only if no filter may have
// dropped records, and if it ran at all.
//
// The package reads templates, but never files.
package webacluse
