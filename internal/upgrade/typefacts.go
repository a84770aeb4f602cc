package upgrade

import (
	"sync"

	"github.com/tierwall/tierwall/internal/cfn"
)

// typeFacts are the facts about a resource type.
type typeFacts struct {
	// replacing lists the properties whose change makes CloudFormation replace the resource, separated by spaces.
	// "Name>value" is a property that does so only if it changes to that value. "Name.Part" is a part of a property.
	replacing string
	// keys are what AWS distinguishes the resource by.
	keys []key
	// fixed lists properties that cannot change, although CloudFormation does not replace the resource for them.
	fixed []fixedProperty
	// loss is what a replacement breaks even if AWS accepts it; nil if nothing.
	loss *loss
}

// key is something that only one resource can hold at a time.
type key struct {
	// properties are the properties that form the key, separated by spaces. A resource without one of them does not have
	// the key, except for "Name=value", which has a default. "Name*" is a list, and each item forms a key. "Name~"
	// ignores case. "Name/" is a block of addresses, compared regardless of how it is written.
	properties string
	// description describes the key. Property names in braces are filled in.
	description string
	// namespace is shared by types that share keys. If it is empty, the type has its own.
	namespace string
	// awsError is AWS's answer if the key is taken.
	awsError string
	// otherwise says what happens if CloudFormation does not pass that answer on. It is empty if that is not known to
	// happen.
	otherwise string
	// afterCleanup says what is left when the clean-up deletes the former resource. It is set for types whose new
	// resource takes over the object instead of failing.
	afterCleanup string
	// uniqueIn is where a physical name must be unique; nowhere for keys that are not names.
	uniqueIn nameScope
	// interim is what can replace the resource between two deployments.
	interim string
	// appliesTo limits the key to some resources; nil means all.
	appliesTo func(*cfn.Resource) bool
}

// nameScope is where a physical name must be unique.
type nameScope int

const (
	nowhere nameScope = iota // the key is not a name
	region                   // one Region of an account
	account                  // one account
	world                    // everywhere
	parent                   // among resources with the same other parts of the key
)

// allTypes holds the facts about all known types.
var allTypes = sync.OnceValue(func() map[string]typeFacts {
	return mergeTypes(vpcTypes(), securityGroupTypes(), networkACLTypes(), endpointTypes(), firewallTypes(), wafTypes(), loadBalancerTypes(),
		mirrorTypes(), namedTypes())
})

func mergeTypes(tables ...map[string]typeFacts) map[string]typeFacts {
	all := map[string]typeFacts{}
	for _, table := range tables {
		for name, k := range table {
			all[name] = k
		}
	}
	return all
}

// nameKey returns the key of a physical name that is unique in one Region of an account.
func nameKey(property string) []key {
	return []key{{properties: property, description: "the name {" + property + "}", awsError: "AlreadyExists", uniqueIn: region}}
}

// namedType returns the facts about a type of which only the name property is known.
func namedType(property string) typeFacts {
	return typeFacts{replacing: property, keys: nameKey(property)}
}
