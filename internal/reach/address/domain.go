package address

import (
	"slices"
	"strings"
)

// domainList begins the name of a list that stands for a domain name.
const domainList = "domain "

// DomainList returns the list that stands for whoever answers for a domain name. A leading dot stands for the domain and all below it.
func DomainList(name string) string { return domainList + name }

// IsDomain reports whether a list stands for a domain name.
func IsDomain(list string) bool { return strings.HasPrefix(list, domainList) }

// DomainOf returns the domain name that a list stands for. It is empty if the list is another one.
func DomainOf(list string) string {
	name, ok := strings.CutPrefix(list, domainList)
	if !ok {
		return ""
	}
	return name
}

// Covers reports whether one of the names covers the name that is asked for. A name with a leading dot covers the domain and all below it.
// Only such a name covers a name with a leading dot.
func Covers(names []string, asked string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == asked || strings.HasPrefix(name, ".") && (strings.HasSuffix(asked, name) || asked == name[1:])
	})
}
