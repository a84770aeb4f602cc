// Package calls holds what the calls of a Go app say beyond the model, in the terms of architecture.yaml: the words of grants, load
// balancers, logs, names. The constructs record it while the app makes the calls, and tierwall.json keeps it for "tierwall export".
//
// The package must not know CDK. A value that only CDK knows is a resource, whose name is made from its construct path.
package calls

import (
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
)

// Calls is what the calls for one network say beyond the model.
type Calls struct {
	// StackPath, StackName, Account and Region are those of the network's stack. Account and Region are empty if only the deployment knows
	// them.
	StackPath, StackName, Account, Region string

	Pool         string   // the IPAM pool
	NATAddresses []string // allocation ids
	SkipProof    bool
	VPC          *document.VPC     // an existing one
	Subnets      map[string]string // names of sets of its subnets, by tier; the empty key is for endpoints
	Uses         []Use
	Roles        []Role
	// LoadBalancers are whole. WebACLs and Inspection have what the model does not have.
	LoadBalancers []document.LoadBalancer
	WebACLs       []document.WebACL
	Inspection    *document.Inspection
	Watch         *document.Watch
	// Shields are the construct paths of the protections by Shield Advanced that LoadBalancers have.
	Shields []string
	// Resources are those that the others name.
	Resources []document.Resource
	// Unsaid is what a file cannot say.
	Unsaid []Unsaid

	texts []string          // of Resources, while the app makes its calls
	known map[string]string // names of load balancers of tierwall, by their ARNs
}

// Use is a use that a tier was granted.
type Use struct {
	Tier string
	document.Use
}

// Role is a role that a tier's workloads run with: the name of a resource.
type Role struct {
	Tier, Role string
	At         diag.Position
}

// Unsaid is something that a file cannot say.
type Unsaid struct {
	What string
	At   diag.Position
}

// String returns the line and what it says.
func (u Unsaid) String() string {
	if u.At.IsZero() {
		return u.What
	}
	return u.At.String() + ": " + u.What
}

// Cannot records that a file cannot say something.
func (c *Calls) Cannot(at diag.Position, what string) { c.Unsaid = append(c.Unsaid, Unsaid{what, at}) }
