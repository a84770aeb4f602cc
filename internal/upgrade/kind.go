package upgrade

import (
	"maps"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// kind is what there is to know of a resource type (CloudFormation Template Reference, "Update requires" of each property,
// and the errors that AWS's services answer with).
type kind struct {
	// replacing are the properties whose change replaces the resource.
	replacing []string
	// keys are what AWS tells the resource from its siblings by: another one with the same key cannot be made.
	keys func(*update, *cfn.Resource, state) []key
	// adopts names the property with what the resource is an association of: a second one is made without an error and
	// takes over, and its deletion lets go of what it adopted.
	adopts string
	// left is what is left without the association.
	left string
	// harm is what a replacement does to traffic, empty if nothing much.
	harm string
}

// key is what can be there once only.
type key struct {
	text   string // the same for equal keys
	what   string // in words: "the route of Shop/Table to 0.0.0.0/0"
	answer string // the error with which AWS refuses a second one
	name   bool   // a name that people chose
}

// kinds are the types that are known, from all files of this package.
var kinds = merge(networkKinds, edgeKinds, namedKinds())

func merge(tables ...map[string]kind) map[string]kind {
	out := map[string]kind{}
	for _, t := range tables {
		maps.Copy(out, t)
	}
	return out
}

// keyed makes the key of a type from some of its properties; a resource that lacks the last one has no key.
func keyed(what, answer string, properties ...string) func(*update, *cfn.Resource, state) []key {
	return func(u *update, r *cfn.Resource, s state) []key {
		if r.Get(properties[len(properties)-1]).IsMissing() {
			return nil
		}
		var parts, words []string
		for _, p := range properties {
			parts = append(parts, u.text(r.Get(p), s))
			words = append(words, r.Get(p).String())
		}
		return []key{{text: r.Type + "|" + strings.Join(parts, "|"), what: what + " " + strings.Join(words, ", "), answer: answer}}
	}
}
