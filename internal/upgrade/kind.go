package upgrade

import "github.com/tierwall/tierwall/internal/cfn"

// kind is what is known of a resource type.
type kind struct {
	// replacing are the properties whose change makes CloudFormation create another one, separated by spaces. "Name>value" is one
	// that does so only if it becomes that value.
	replacing string
	// keys are what AWS tells it from its siblings by.
	keys []key
	// fixed are properties that cannot change, although CloudFormation does not replace the resource.
	fixed []fixed
	// loss is what replacing it breaks even where AWS accepts it; nil if there is nothing of the sort.
	loss *loss
}

// key is something that only one resource can hold at a time.
type key struct {
	// of are the properties that make it up, separated by spaces. A resource that lacks one of them does not have the key,
	// save for "Name=value", which has a default. "Name*" is a list, each item of which makes a key. "Name~" is the
	// same in upper and lower case, "Name/" is a block of addresses, however it is written.
	of string
	// what says what it is, with properties in braces.
	what string
	// space is a name that types with the same keys share; empty is the type on its own.
	space string
	// answer is what AWS says when it is taken.
	answer string
	// orElse says what happens where CloudFormation does not pass that answer on; empty if that is not known to happen.
	orElse string
	// adopts says what is left when the clean-up deletes the former resource, of types whose new resource takes the object
	// over instead of failing. Empty for all others.
	adopts string
	// within is how far a physical name must be unique; nowhere for keys that are no names.
	within scope
	// bridge is what can stand in for it between two deploys.
	bridge string
	// only limits it to some resources; nil is all.
	only func(*cfn.Resource) bool
}

// scope is how far a physical name must be unique.
type scope int

const (
	nowhere scope = iota // no name
	region               // an account's Region
	account              // an account
	world                // everywhere
	parent               // the resources that are parts of the key
)

// loss is what the replacement of a resource breaks. of is the property whose change it is about; empty is any.
type loss struct{ rule, detail, fix, of string }

// kinds are all types that something is known of.
var kinds = merge(vpcKinds, securityGroupKinds, networkACLKinds, endpointKinds, firewallKinds, wafKinds, loadBalancerKinds, namedKinds)

func merge(tables ...map[string]kind) map[string]kind {
	all := map[string]kind{}
	for _, table := range tables {
		for name, k := range table {
			all[name] = k
		}
	}
	return all
}

// named is the key of a physical name that is unique in an account's Region.
func named(property string) []key {
	return []key{{of: property, what: "the name {" + property + "}", answer: "AlreadyExists", within: region}}
}

// replaceableName is a type about which only this is known: that property is its name.
func replaceableName(property string) kind { return kind{replacing: property, keys: named(property)} }
