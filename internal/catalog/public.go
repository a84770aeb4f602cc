package catalog

import "slices"

// Public says whether the interfaces of a type have a public IPv4 address, apart from Elastic IPs that resources of their
// own associate with them.
type Public struct {
	// Rule counts where Property is absent or empty.
	Rule PublicRule
	// Property is the path of the property that says it, in the form of the paths of [Interfaces]; below a list of interfaces
	// it says it for each element. When are its values that give an address, and nil if any value does. A launch template or
	// configuration that the resource refers to may say it in place of the resource.
	Property string
	When     []string
	// Kind is the path of a property that tells kinds of the type apart, and Private its values for which no interface has
	// a public address. Both are empty for most types.
	Kind    string
	Private []string
}

// PublicRule says whether an interface has a public IPv4 address.
type PublicRule int

// The rules.
const (
	PublicUnsure   PublicRule = iota // AWS does not document it, or it depends on more than the template says
	PublicNever                      // it has none
	PublicAlways                     // it has one
	PublicBySubnet                   // as MapPublicIpOnLaunch of the subnet says
)

// Of returns the rule for an interface, given the values of the properties Property and Kind; "" if a value is absent or
// there is no such property.
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
