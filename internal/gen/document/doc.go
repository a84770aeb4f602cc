// Package document is architecture.yaml as values: everything that the file can say, one type for each thing.
//
// A [Document] is what the whole file says in one environment. [Document.Environments] are the environments that the file names, each with
// the document as it reads there. The names of the keys are in the struct tags, so that reading, writing, the JSON Schema and the tests
// have one source.
//
// The package must not know CDK, templates or Go code: generators and importers use it, and it uses none of them.
package document
