// Package importer makes an architecture.yaml from CloudFormation templates that anybody wrote, and proves how near it comes: it compares
// what the templates carry with what the templates of the new file carry, tier by tier.
//
// It must not know files, flags or the CDK: it takes templates that are read already.
package importer
