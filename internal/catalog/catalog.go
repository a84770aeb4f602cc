package catalog

import (
	"slices"
	"sort"
)

// Interfaces says how a resource type places network interfaces.
//
// Groups, Subnets and Indirect are sorted paths to properties. A path consists of names joined by dots. "[]" after the
// name of a list means every element, as in "NetworkInterfaces[].GroupSet[]". A group belongs to the subnets whose
// paths share the longest prefix with its own path, and within a list to those of the same element. A value may also be
// an ARN if the name ends in Arn or Arns, or a comma-separated text if a plural has no "[]".
//
// A resource that names neither a group nor a subnet, directly or indirectly, has no interface, or an interface in the
// account's default VPC, which no template creates.
type Interfaces struct {
	Groups, Subnets []string
	// Indirect are paths to another resource, by id, name or ARN, that holds groups or subnets for this one: a subnet
	// group, a launch template, a cluster. The groups and subnets found there are added to those found here.
	Indirect []string
	// Holder says that the type has no interface of its own. Its groups and subnets matter where other resources refer to
	// it.
	Holder bool
	// WithoutGroups is the filter of an interface if no path leads to a group; see [Interfaces.Without].
	WithoutGroups Fallback
	// Kind is the path of the property that distinguishes kinds of the type. Unfiltered lists the kinds whose interfaces
	// are not filtered if they have no groups. Both are empty for most types.
	Kind       string
	Unfiltered []string
	// Public says whether the interfaces have a public IPv4 address. For a holder, only the property matters.
	Public Public
	// Opaque says that the service adds its own groups, rules or routes, which no template shows.
	Opaque bool
}

// Fallback is what filters an interface without groups.
type Fallback int

// These are the fallbacks.
const (
	Unstated     Fallback = iota // the service requires groups, or AWS does not document it
	DefaultGroup                 // the default group of the VPC
	ServiceGroup                 // a group that the service creates, with rules that no template shows
	NoFilter                     // nothing filters the interface
)

// Without returns what filters an interface without groups. The argument is the value of the property Kind, or "" if it
// is absent or there is no such property.
func (i Interfaces) Without(kind string) Fallback {
	if slices.Contains(i.Unfiltered, kind) {
		return NoFilter
	}
	return i.WithoutGroups
}

// InterfacesOf returns how a resource type, such as "AWS::RDS::DBInstance", places interfaces. It returns false if the
// type neither places interfaces nor is a holder. The slices are shared and must not be changed.
func InterfacesOf(resourceType string) (Interfaces, bool) {
	i := sort.Search(len(interfaces), func(i int) bool { return interfaces[i].resourceType >= resourceType })
	if i == len(interfaces) || interfaces[i].resourceType != resourceType {
		return Interfaces{}, false
	}
	return interfaces[i].Interfaces, true
}

// Types returns the types that InterfacesOf knows, sorted.
func Types() []string {
	var out []string
	for _, each := range interfaces {
		out = append(out, each.resourceType)
	}
	return out
}
