package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// granting holds the grants of a network.
type granting struct {
	maker  EndpointMaker
	grants []arch.Grant
	roles  []arch.TierRole
	made   map[arch.EndpointKey]bool
	given  *awsec2.SubnetSelection // for interface endpoints, in a wrapped VPC
}

// AddGrant records the tier's use of AWS services, and makes the endpoints that the use needs. EndpointMaker must have been called before.
// If problem is not empty, it says what is wrong with the grant, and synthesis fails.
func (t *Tier) AddGrant(g arch.Grant, problem string) {
	n := t.net
	n.MustBeOpen(g.At)
	g.Tier = t.id
	if problem != "" {
		n.Fail("grant", "tiers."+t.id+": "+problem, g.At, "")
		return
	}
	n.granted.grants = append(n.granted.grants, g)
	if t.declared.Imported != nil {
		return // The check at synthesis reports this.
	}
	for _, need := range g.Needs {
		if need.Service != "" {
			n.needEndpoint(need.Key(), g.At)
		}
	}
}

// AddRole declares that the tier's workloads have a role.
func (t *Tier) AddRole(arn string, at diag.Position) {
	t.net.MustBeOpen(at)
	t.net.granted.roles = append(t.net.granted.roles, arch.TierRole{Tier: t.id, ARN: arn, At: at})
}

// grants returns the grants and roles in the model's terms.
func (n *Network) grants() ([]arch.Grant, []arch.TierRole) {
	symbolic := func(texts []string) []string {
		out := make([]string, len(texts))
		for i, t := range texts {
			out[i] = n.symbolic(t)
		}
		return out
	}
	var grants []arch.Grant
	for _, g := range n.granted.grants {
		g.Use = n.symbolic(g.Use)
		if g.Roles != nil {
			g.Roles = symbolic(g.Roles)
		}
		needs := make([]arch.Need, len(g.Needs))
		for i, need := range g.Needs {
			need.Resources = symbolic(need.Resources)
			needs[i] = need
		}
		g.Needs = needs
		grants = append(grants, g)
	}
	var roles []arch.TierRole
	for _, r := range n.granted.roles {
		r.ARN = n.symbolic(r.ARN)
		roles = append(roles, r)
	}
	return grants, roles
}
