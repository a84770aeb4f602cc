// Package catalog holds facts that AWS publishes about its services: how each CloudFormation resource type affects the
// traffic of a network; which types place network interfaces, with their groups, subnets and public addresses; the
// actions of IAM with their resources; the services with VPC endpoints; and default quotas.
//
// The main entry points are [ClassOf] and [InterfacesOf] for resource types, [ActionNamed] and [Actions] for IAM, and
// [EndpointNamed] for endpoints. Every resource type has a [Class]: evaluated, placing interfaces, harmless (with a
// reason) or unknown (with a reason and a reach). A type that is not listed is unknown.
//
// Package catalog must not know templates or the values in them.
//
// The tables of types are generated from AWS's specification of CloudFormation resources and from facts that are not in
// the specification, which are in classes.mjs, overrides.mjs and public.mjs in the folder generate. The tables of
// actions and endpoints are generated from public data into actions.gen.gz and iam.gen.json.gz, and read on first use,
// the actions in parts; [Sources] names the data. Other facts are written by hand: endpointfact.go, prefixlist.go, quota.go, id.go.
package catalog

//go:generate npm ci --prefix generate --silent --no-audit --no-fund
//go:generate node generate/generate.mjs
//go:generate gofmt -w tables.gen.go classes.gen.go
//go:generate node generate/iam.mjs
