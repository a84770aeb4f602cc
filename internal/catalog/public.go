package catalog

import "slices"

// Public says whether the interfaces of a type have a public IPv4 address, apart from Elastic IPs that other resources
// associate with them.
type Public struct {
	// Rule applies if Property is absent or empty.
	Rule PublicRule
	// Property is the path of the property that decides, in the format of the paths of [Interfaces]. Below a list of
	// interfaces, it decides for each element. When lists the values that give an address; nil means any value. A launch
	// template or configuration that the resource refers to may decide in place of the resource.
	Property string
	When     []string
	// Kind is the path of the property that distinguishes kinds of the type. Private lists the kinds whose interfaces
	// never have a public address. Both are empty for most types.
	Kind    string
	Private []string
}

// PublicRule says whether an interface has a public IPv4 address.
type PublicRule int

// These are the rules.
const (
	PublicUnsure   PublicRule = iota // AWS does not document it, or it depends on more than the template shows
	PublicNever                      // the interface has none
	PublicAlways                     // the interface has one
	PublicBySubnet                   // MapPublicIpOnLaunch of the subnet decides
)

// Of returns the rule for an interface. The arguments are the values of the properties Property and Kind, or "" if a
// property is absent or there is no such property.
func (p Public) Of(value, kind string) PublicRule {
	switch {
	case slices.Contains(p.Private, kind):
		return PublicNever
	case p.Property == "" || value == "":
		return p.Rule
	case p.When == nil || slices.Contains(p.When, value):
		return PublicAlways
	}
	return PublicNever
}
