// Package prooftest tests the proof with mutants: templates in which a single rule, route, association, membership or property is changed.
// The proof must report every mutant that changes the traffic or weakens a control, and no other. The package is for the tests of this
// module only.
package prooftest
