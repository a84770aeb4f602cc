// Package wiring is the engine of a network in CDK. It records the tiers, flows, grants and controls of a network, and the requests of
// other constructs to the tiers' security groups. At synthesis it calls package plan, emits the plan as CloudFormation resources, and finds
// each declared part in the templates, for the proof.
//
// The package uses the terms of the model, package arch. It does not decide about rules: package plan does. It does not know package tiers,
// whose types users call; core.go explains the seam between the two. It does not know the parts of firewalls, web ACLs and endpoints: their
// packages implement Inspector, Protector and EndpointMaker.
package wiring
