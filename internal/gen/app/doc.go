// Package app writes the CDK Go app of a document.
//
// Only network_gen.go and the JSON Schema belong to the generator, which writes them again whenever the document changes. All other files
// are written once and belong to the user. [Files] returns the files as values; package folder puts them on the disk.
//
// The package must not know CDK: it writes Go code as text, and the compiler and the tests of the app judge it.
package app
