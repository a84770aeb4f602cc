// Package wiring is the engine of a network in CDK. It records what is wired onto a network: tiers, flows, grants, controls, and what
// other constructs ask of the tiers' groups. At synth it has the plan made, emits the plan as CloudFormation resources, and finds each
// declared part in the templates, for the proof.
//
// It speaks the words of the model, package arch, and takes every decision about rules from package plan. It does not know package tiers,
// whose types are what users call; core.go explains the seam between the two. It does not know what firewalls, web ACLs and endpoints
// consist of: their packages implement Inspector, Protector and EndpointMaker.
package wiring
