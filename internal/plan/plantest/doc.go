// Package plantest makes random architectures, edits of them as users make them, and templates whose logical ids tests can spell, for tests
// that need thousands of each. [Compare] checks that the constructs make the template that package template writes. The package is only for
// this module's own tests.
package plantest
