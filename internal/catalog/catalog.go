package catalog

import (
	"maps"
	"slices"
)

// Interfaces says how a resource type places network interfaces.
//
// Groups, Subnets and Indirect are paths to properties, sorted, from a resource's properties down: names joined by dots,
// "[]" after the name of a list of which every element is meant, as in "NetworkInterfaces[].GroupSet[]". A group goes with
// the subnets whose paths share the longest beginning with its own, and within a list with those of the same element. A
// value may also be an ARN, where the name ends in Arn or Arns, or a comma-separated text, where a plural has no "[]".
//
// A resource that names neither a group nor a subnet, directly or indirectly, has no interface, or one in the account's default VPC, which no template makes.
type Interfaces struct {
	Groups, Subnets []string
	// Indirect are paths to another resource, by id, name or ARN, that holds groups or subnets for this one: a subnet
	// group, a launch template, a cluster. What is found there adds to what is found here.
	Indirect []string
	// Holder says that the type has no interface of its own: its groups and subnets count where others refer to it.
	Holder bool
	// WithoutGroups is what an interface gets if no path leads to a group; see [Interfaces.Without].
	WithoutGroups Fallback
	// Kind is the path of the property that tells kinds of the type apart, and Unfiltered its values for which nothing
	// filters an interface without groups. Both are empty for most types.
	Kind       string
	Unfiltered []string
	// Public says whether its interfaces have a public IPv4 address; of a holder, only what its property says counts.
	Public Public
	// Opaque says that the service adds groups, rules or routes of its own that no template shows.
	Opaque bool
}

// Fallback is what filters an interface that names no group.
type Fallback int

// The fallbacks.
const (
	Unstated     Fallback = iota // the service requires groups, or does not say
	DefaultGroup                 // the default group of the VPC
	ServiceGroup                 // a group that the service makes, with rules that no template shows
	NoFilter                     // nothing
)

// Without says what filters an interface without groups, given the value of the property Kind; "" if it is absent or
// there is no such property.
func (i Interfaces) Without(kind string) Fallback {
	if slices.Contains(i.Unfiltered, kind) {
		return NoFilter
	}
	return i.WithoutGroups
}

// InterfacesOf returns how a resource type, "AWS::RDS::DBInstance", places interfaces, and whether it does or is a holder
// for others. The slices are shared and must not be changed.
func InterfacesOf(resourceType string) (Interfaces, bool) {
	found, ok := interfaces[resourceType]
	return found, ok
}

// Types returns the types that InterfacesOf knows, sorted.
func Types() []string { return slices.Sorted(maps.Keys(interfaces)) }
