// Package catalog is what AWS says of its resource types: which properties put security groups on network interfaces,
// which put those into subnets, and which types have no part in what a network carries. The tables are generated from
// AWS's specification of CloudFormation resources and a list of corrections, generate/overrides.mjs.
//
// A type in neither table is the network itself, a way into or out of it, or unknown: whoever checks a template must know
// such a type or say that it does not. The package knows nothing of templates and of their values.
package catalog

//go:generate npm ci --prefix generate --silent --no-audit --no-fund
//go:generate node generate/generate.mjs
//go:generate gofmt -w tables.gen.go
