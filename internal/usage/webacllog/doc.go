// Package webacllog reads the logs of AWS WAF and counts which rules decided about requests.
//
// A [Log] takes the records of one worker, and [Join] joins the counts of all workers. A record names the rule that ended the evaluation
// and the rules that matched before without ending it. It does not name the rules that did not match. Rules after the one that ended the
// evaluation did not run.
//
// The package knows no templates.
package webacllog
