// Package endpoints leads the calls of AWS services through VPC endpoints that let through what was granted, and nothing else.
//
// [Grant] says which services a tier uses, and for what. From the grants of all tiers a network derives its endpoints, one for each
// service however many tiers use it; their security groups, routes, and the rules at both ends; and their policies. What comes along, as
// the bucket in which Amazon ECR keeps image layers, comes along, with the reason. Roles get the statements that they need for their
// grants.
//
//	endpoints.Roles(app, taskRole)
//	endpoints.Grant(app,
//		endpoints.S3(bucket).Read("uploads/*"),
//		endpoints.Secret(password).Read(),
//		endpoints.Service("xray").Actions("PutTraceSegments").On("*"))
//
// # Across stacks
//
// A service in a stack of its own needs the network's stack, where the endpoints are. Their policies name its role and
// resources by name if CDK knows the names at synth: give them one of your own, or PhysicalName_GENERATE_IF_NEEDED in a
// stack whose Env has an account and a Region. References to unnamed ones would make a circle, which fails the synth.
//
// # Single endpoints
//
// [NewInterface] and [NewGateway] make single endpoints on any VPC, with typed policies that are held against the rules that AWS publishes.
package endpoints
