// Package catalog holds what AWS's own specifications say, as tables: it computes nothing.
package catalog

// Interfaces says how a resource type places network interfaces. A path names properties: "VpcConfig.SubnetIds",
// "NetworkInterfaces[].GroupSet".
type Interfaces struct {
	Groups   []string // security groups
	Subnets  []string
	Indirect []string // other resources that hold groups or subnets for it
	Holder   bool     // it holds groups or subnets for others and has no interface of its own
}

// InterfacesOf returns how the type places interfaces, false for a type that places none or is not known.
func InterfacesOf(resourceType string) (Interfaces, bool) {
	i, ok := interfaces[resourceType]
	return i, ok
}

// IsInert reports whether resources of the type neither have interfaces nor change what a network carries, although they
// may refer to its parts.
func IsInert(resourceType string) bool { return inert[resourceType] }
