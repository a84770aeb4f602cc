// Package byhand makes the resources of a template with CDK's L1 constructs, as an app does that is written by hand. Benchmarks compare
// with it.
//
// [Read] does all that costs an app written by hand nothing: it sorts the resources, and fills the props of their classes. [Template.Make]
// does what is left: the calls of CDK. Each resource takes one. So does each attribute of one that others refer to, each pseudo parameter,
// and each call of an intrinsic function, all of them once, as if an app had a variable for each; joining texts takes none. Dependencies
// take two calls for each resource that has some, and a removal policy one. The constructs are in the stack itself, under their logical
// ids, so that the template is the same but for metadata.
package byhand
