// Package cdkname computes the names that the AWS CDK gives to what it makes: logical ids of resources, and physical names made from
// paths of constructs. A template that is written without the CDK then has the names of one that the CDK synthesizes.
//
// It knows nothing of resources and templates.
package cdkname

import (
	"crypto/md5" // The CDK's choice. It names things and protects nothing.
	"encoding/hex"
	"strings"
)

const (
	hidden        = "Default"  // has no effect on a name
	hiddenInText  = "Resource" // affects the hash only
	hashLength    = 8
	maxHuman      = 240 // of a logical id
	maxWhole      = 255 // of a logical id from one component
	maxResource   = 120 // what the constructs of this module ask for
	nameSeparator = "-"
)

// LogicalID returns the logical id of the resource whose construct has a path in its stack: Network, Vpc, Resource. The path has at least
// one component other than Default.
func LogicalID(path ...string) string {
	path = visible(path)
	if len(path) == 1 {
		if id := alphanumeric(path[0]); len(id) <= maxWhole {
			return id
		}
	}
	human := strings.Join(readable(path), "")
	return human[:min(len(human), maxHuman)] + hash(path)
}

// ResourceName returns the physical name, of at most 120 characters, of a resource that has none of its own. The path begins with the name
// of the stack.
func ResourceName(path ...string) string {
	path = visible(path)
	if len(path) == 1 {
		if name := alphanumeric(path[0]); len(name) <= maxResource {
			return name
		}
	}
	var parts []string
	for _, part := range readable(path) {
		if part != "" {
			parts = append(parts, part)
		}
	}
	human := strings.Join(parts, nameSeparator) + nameSeparator
	const most = maxResource - hashLength
	if len(human) > most {
		human = human[:most/2] + human[len(human)-most/2:]
	}
	return human + hash(path)
}

// visible leaves out components without an effect.
func visible(path []string) []string {
	var out []string
	for _, component := range path {
		if component != hidden {
			out = append(out, component)
		}
	}
	return out
}

// readable returns the components that people see: a component that ends the one before it is left out.
func readable(path []string) []string {
	var distinct, out []string
	for _, component := range path {
		if len(distinct) == 0 || !strings.HasSuffix(distinct[len(distinct)-1], component) {
			distinct = append(distinct, component)
		}
	}
	for _, component := range distinct {
		if component != hiddenInText {
			out = append(out, alphanumeric(component))
		}
	}
	return out
}

func alphanumeric(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

func hash(path []string) string {
	sum := md5.Sum([]byte(strings.Join(path, "/")))
	return strings.ToUpper(hex.EncodeToString(sum[:]))[:hashLength]
}
