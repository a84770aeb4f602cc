package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Class says how resources of a type affect the traffic of a network.
type Class struct {
	Kind ClassKind
	// Reason says why a type is harmless or unknown. It completes a sentence that starts with the type: "AWS::SQS::Queue
	// queues, streams or delivers messages".
	Reason string
	// Reach says how far the effect of an unknown type can reach.
	Reach Reach
}

// ClassKind is the kind of a Class.
type ClassKind int

// These are the kinds of classes.
const (
	Unknown   ClassKind = iota // the type may change the traffic of a network, and no template shows how
	Evaluated                  // the engine that evaluates traffic reads the type
	Places                     // the type places interfaces, or holds their groups and subnets; see [InterfacesOf]
	Harmless                   // the type cannot change the traffic of a network
)

// Reach is how far the effect of a resource of an unknown type can reach.
type Reach int

// These are the reaches, from near to far.
const (
	// ReachRefs is the parts of a network that the resource's properties refer to: groups, subnets, route tables, network
	// ACLs, VPCs, gateways, prefix lists. A function or a queue is not a part of a network.
	ReachRefs Reach = iota
	// ReachInterfaces is ReachRefs and the interfaces of every resource that the properties refer to.
	ReachInterfaces
	// ReachVPC is everything in the VPC that the resource is in, or that its properties refer to, directly or through a
	// subnet or route table.
	ReachVPC
	// ReachRegion is everything in the account's Region.
	ReachRegion
)

// ClassOf returns the class of a resource type, such as "AWS::SQS::Queue". A type that is not in the specification is
// unknown, with a reason that says so.
func ClassOf(resourceType string) Class {
	if _, ok := InterfacesOf(resourceType); ok {
		return Class{Kind: Places}
	}
	if i, ok := classIndex()[resourceType]; ok {
		return classified[i].Class
	}
	for prefix, class := range managers {
		if strings.HasPrefix(resourceType, prefix) {
			return class
		}
	}
	return Class{Reason: unlistedReason(resourceType)}
}

// managers are the classes of types of services that change what belongs to others, by their prefixes. Types that the specification does
// not have yet are in them, too.
var managers = map[string]Class{
	"AWS::FMS::": {
		Reach: ReachRegion, Reason: "may write security groups, network ACLs, firewalls and routes into all VPCs",
	},
	"AWS::NetworkSecurityManager::": {
		Reach: ReachRegion, Reason: "may write the rules of a central team into web ACLs and firewalls, or replace them",
	},
}

// TypesOf returns the listed types of a kind, sorted.
func TypesOf(kind ClassKind) []string {
	if kind == Places {
		return Types()
	}
	var out []string
	for resourceType, i := range classIndex() {
		if classified[i].Kind == kind {
			out = append(out, resourceType)
		}
	}
	slices.Sort(out)
	return out
}

// IsHarmless reports whether a resource type is harmless: it has no interface and cannot change the traffic of a network,
// although it may refer to a VPC, a subnet, a group or a route table.
func IsHarmless(resourceType string) bool { return ClassOf(resourceType).Kind == Harmless }

// unlistedReason returns the reason for a type that is in no list.
func unlistedReason(resourceType string) string {
	switch {
	case strings.HasSuffix(resourceType, "::MODULE"):
		return "is a module, whose resources were not read"
	case strings.HasPrefix(resourceType, "Custom::"):
		return "is a custom resource, and no template shows what its code does"
	case strings.HasPrefix(resourceType, "AWS::"):
		return "is not in the specification of resource types that this version knows"
	}
	return "is a type of another publisher, and no template shows what its code does"
}

// classIndex returns the index of each type in classified.
var classIndex = sync.OnceValue(makeClassIndex)

func makeClassIndex() map[string]int {
	index := make(map[string]int, 2000)
	for i, each := range classified {
		for line := range strings.Lines(each.types) {
			names := strings.Fields(line)
			for j := 1; j < len(names); j++ {
				index[names[0]+"::"+names[j]] = i
			}
		}
	}
	return index
}
