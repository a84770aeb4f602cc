package upgrade

import "github.com/tierwall/tierwall/internal/cfn"

// typeFacts is what is known of a resource type.
type typeFacts struct {
	// replacing are the properties whose change makes CloudFormation create another one, separated by spaces. "Name>value" is one
	// that does so only if it becomes that value.
	replacing string
	// keys are what AWS tells it from its siblings by.
	keys []key
	// fixed are properties that cannot change, although CloudFormation does not replace the resource.
	fixed []fixedProperty
	// loss is what replacing it breaks even where AWS accepts it; nil if there is nothing of the sort.
	loss *loss
}

// key is something that only one resource can hold at a time.
type key struct {
	// properties are the properties that make it up, separated by spaces. A resource that lacks one of them does not have the key,
	// save for "Name=value", which has a default. "Name*" is a list, each item of which makes a key. "Name~" is the
	// same in upper and lower case, "Name/" is a block of addresses, however it is written.
	properties string
	// description says what it is, with properties in braces.
	description string
	// namespace is a name that types with the same keys share; empty is the type on its own.
	namespace string
	// awsError is what AWS says when it is taken.
	awsError string
	// otherwise says what happens where CloudFormation does not pass that answer on; empty if that is not known to happen.
	otherwise string
	// afterCleanup says what is left when the clean-up deletes the former resource, of types whose new resource takes the object
	// over instead of failing. Empty for all others.
	afterCleanup string
	// uniqueIn is how far a physical name must be unique; nowhere for keys that are no names.
	uniqueIn nameScope
	// interim is what can stand in for it between two deploys.
	interim string
	// appliesTo limits it to some resources; nil is all.
	appliesTo func(*cfn.Resource) bool
}

// nameScope is how far a physical name must be unique.
type nameScope int

const (
	nowhere nameScope = iota // no name
	region                   // an account's Region
	account                  // an account
	world                    // everywhere
	parent                   // the resources that are parts of the key
)

// loss is what the replacement of a resource breaks. of is the property whose change it is about; empty is any.
type loss struct{ rule, detail, fix, property string }

// allTypes are all types that something is known of.
var allTypes = mergeTypes(vpcTypes, securityGroupTypes, networkACLTypes, endpointTypes, firewallTypes, wafTypes, loadBalancerTypes, namedTypes)

func mergeTypes(tables ...map[string]typeFacts) map[string]typeFacts {
	all := map[string]typeFacts{}
	for _, table := range tables {
		for name, k := range table {
			all[name] = k
		}
	}
	return all
}

// nameKey is the key of a physical name that is unique in an account's Region.
func nameKey(property string) []key {
	return []key{{properties: property, description: "the name {" + property + "}", awsError: "AlreadyExists", uniqueIn: region}}
}

// namedType is a type about which only this is known: that property is its name.
func namedType(property string) typeFacts {
	return typeFacts{replacing: property, keys: nameKey(property)}
}
