// Package catalog is what AWS says of itself: which resource types put security groups on network interfaces and those into
// subnets, which types have no part in what a network carries; the actions of IAM with the resources they are for; and the
// services that are reached through VPC endpoints.
//
// The tables of resource types are generated from AWS's specification of CloudFormation resources and a list of corrections,
// generate/overrides.mjs. Those of actions and endpoints are generated from public data into iam.gen.json.gz, and read when
// first asked for; [Sources] names them. What no public data says is in files of its own: endpointfact.go, prefixlist.go.
//
// A type in neither table is the network itself, a way into or out of it, or unknown: whoever checks a template must know
// such a type or say that it does not. The package knows nothing of templates and of their values.
package catalog

//go:generate npm ci --prefix generate --silent --no-audit --no-fund
//go:generate node generate/generate.mjs
//go:generate gofmt -w tables.gen.go
//go:generate node generate/iam.mjs
