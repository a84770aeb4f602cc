package endpoints

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Grant lets a tier use AWS services. It makes the endpoints that the uses need, unless the network has them already, and lets the tier
// reach them. The policy of an endpoint allows what all tiers together were granted. The tier's roles get the IAM statements for the uses,
// whether [Roles] is called before or after. Mistakes fail synthesis. A nil tier panics.
func Grant(tier tiers.Tier, uses ...Use) {
	at := diag.Caller()
	t := wiring.TierOf(tier, "the tier of a grant", at)
	n := makerOf(t.Network())
	for _, u := range uses {
		if len(u.parts) == 0 && u.problem == "" {
			u.problem = "grants: a use is the zero Use; make it with a function of package endpoints, such as endpoints.S3(bucket).Read()"
		}
		g := arch.Grant{Use: u.words, Needs: u.needs(), Starts: u.starts, At: at}
		for _, r := range u.roles {
			if isNil(r) {
				u.problem = "grants: a role that the use is for is nil; pass only roles that are not nil to For"
				break
			}
			g.Roles = append(g.Roles, *r.RoleArn())
		}
		t.AddGrant(g, u.problem)
		if u.problem != "" {
			continue
		}
		u.record(t, g.Roles, at)
		n.granted(tier.ID(), u, g.Needs)
	}
}

// Roles declares the roles that a tier's workloads run with: roles of ECS tasks, of Lambda functions, of instance profiles. The policies of
// endpoints name these roles, and the roles get the IAM statements for the tier's grants, except for uses that [Use.For] limits to other
// roles. If a tier has no roles, the policies name the account instead.
//
// The role with which ECS starts tasks does not belong here: set it as [FargateProps].ExecutionRole. A nil role fails synthesis. A nil
// tier panics.
func Roles(tier tiers.Tier, roles ...awsiam.IRole) {
	at := diag.Caller()
	t := wiring.TierOf(tier, "the tier of roles", at)
	n := makerOf(t.Network())
	for _, r := range roles {
		if isNil(r) {
			t.AddRole("", at) // An error.
			continue
		}
		arn := *r.RoleArn()
		t.AddRole(arn, at)
		recordRole(t, arn, at)
		n.hasRole(tier.ID(), r)
	}
}

// RoleARNs is like [Roles] for roles that are known only by their ARNs. The roles get no IAM statements: their owner must allow what they
// do. A malformed ARN fails synthesis. A nil tier panics.
func RoleARNs(tier tiers.Tier, arns ...string) {
	at := diag.Caller()
	t := wiring.TierOf(tier, "the tier of roles", at)
	makerOf(t.Network())
	for _, arn := range arns {
		t.AddRole(arn, at)
		recordRole(t, arn, at)
	}
}

// Ready returns the endpoints of all services that a tier is granted, as a dependency for workloads that call these services when they
// start. It may be called before or after the grants. A nil tier panics.
//
// An endpoint takes minutes to create. The security group rules and network ACL entries on the way to it take seconds, so Ready does not
// contain them.
func Ready(tier tiers.Tier) constructs.IDependable {
	n := makerOf(wiring.TierOf(tier, "the tier of what is ready", diag.Caller()).Network())
	group, ok := n.ready[tier.ID()]
	if !ok {
		group = constructs.NewDependencyGroup()
		n.ready[tier.ID()] = group
		for key := range n.uses[tier.ID()] {
			n.addReady(tier.ID(), key)
		}
	}
	return group
}
