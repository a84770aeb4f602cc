package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Class says what resources of a type do to the traffic that a network carries.
type Class struct {
	Kind ClassKind
	// Reason says why a type is harmless or unknown. It completes a sentence that begins with the type: "AWS::SQS::Queue
	// queues, streams or delivers messages".
	Reason string
	// Reach says how far the effect of an unknown can go.
	Reach Reach
}

// ClassKind is the kind of a class.
type ClassKind int

// The kinds of classes.
const (
	Unknown   ClassKind = iota // it may change what a network carries, and no template shows how
	Evaluated                  // a verifier of traffic reads it
	Places                     // it places interfaces or holds their groups and subnets; see [InterfacesOf]
	Harmless                   // it cannot change what a network carries
)

// Reach is how far the effect of a resource of unknown type can go.
type Reach int

// The reaches, from near to far.
const (
	// ReachRefs is the parts of a network that the properties of the resource refer to: groups, subnets, route tables, network
	// ACLs, VPCs, gateways, prefix lists. A function or a queue that they refer to is no such part.
	ReachRefs Reach = iota
	// ReachInterfaces is the same and the interfaces of every resource that the properties refer to.
	ReachInterfaces
	// ReachVPC is everything in the VPC that the resource is in or that its properties refer to, through a subnet or a table too.
	ReachVPC
	// ReachRegion is everything in the account's Region.
	ReachRegion
)

// ClassOf returns the class of a resource type, "AWS::SQS::Queue". Every text has one: a type that no specification lists is
// unknown, with a reason that says so.
func ClassOf(resourceType string) Class {
	if _, ok := interfaces[resourceType]; ok {
		return Class{Kind: Places}
	}
	if i, ok := classIndex()[resourceType]; ok {
		return classified[i].Class
	}
	return Class{Reason: unlisted(resourceType)}
}

// TypesOf returns the types of a kind that are listed, sorted.
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

// IsInert says whether a resource type is harmless: it has no interface and changes nothing of what a network carries,
// although it may refer to a VPC, a subnet, a group or a route table.
func IsInert(resourceType string) bool { return ClassOf(resourceType).Kind == Harmless }

// unlisted says why a type that is in no list is unknown.
func unlisted(resourceType string) string {
	switch {
	case strings.HasSuffix(resourceType, "::MODULE"):
		return "is a module, and the resources that it makes are not at hand"
	case strings.HasPrefix(resourceType, "Custom::"):
		return "is a custom resource: what its code does is in no template"
	case strings.HasPrefix(resourceType, "AWS::"):
		return "is not in the specification of resource types that this version knows"
	}
	return "is a type of another publisher: what its code does is in no template"
}

// classIndex finds the place of each type in classified.
var classIndex = sync.OnceValue(indexClasses)

func indexClasses() map[string]int {
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
