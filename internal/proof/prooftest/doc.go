// Package prooftest holds the proof against mutants: templates in which one rule, route, association or membership is
// another. Whatever changes the traffic must be reported, and nothing else. It is for this module's own tests.
package prooftest
