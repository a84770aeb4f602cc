// Package uses is the vocabulary of grants. It has a table of uses of AWS services: which actions on which resources each use needs, of
// which endpoint, in the smallest set and in the set of the CDK library's grant of the same name, and what must come along for it to work.
//
// It knows nothing of tiers, endpoints and CDK.
package uses
