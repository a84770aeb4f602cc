// Package docs holds the tests of the module's Markdown pages. Every link leads somewhere, all Go code compiles, all shown output is what
// the command prints today, and the map of packages is the one that the imports draw. The package has no other code.
package docs
