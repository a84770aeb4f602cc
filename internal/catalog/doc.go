// Package catalog is what AWS says of itself: what each resource type of CloudFormation does to the traffic that a network
// carries; which types put security groups on network interfaces and those into subnets, and which of these have public
// addresses; the actions of IAM with the resources they are for; and the services that are reached through VPC endpoints.
//
// Every resource type has a class: evaluated, harmless (with the reason) or unknown (with what it reaches). The tables of types are
// generated from AWS's specification of CloudFormation resources, and from what no specification says: classes.mjs, overrides.mjs and
// public.mjs in generate. Those of actions and endpoints are generated from public data
// into iam.gen.json.gz, and read when first asked for; [Sources] names them. What else no public data says is in files of its
// own: endpointfact.go, prefixlist.go, quota.go, id.go.
//
// A type that is not listed is unknown, see [ClassOf]. The package knows neither templates nor their values.
package catalog

//go:generate npm ci --prefix generate --silent --no-audit --no-fund
//go:generate node generate/generate.mjs
//go:generate gofmt -w tables.gen.go classes.gen.go
//go:generate node generate/iam.mjs
