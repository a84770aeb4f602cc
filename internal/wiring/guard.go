package wiring

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// guard is a tier's security group as other constructs see it. It records their requests to open ports and emits no rule for them. Only the
// plan sets the rules of the group.
type guard struct {
	awsec2.SecurityGroup
	t      *Tier
	filled bool // an earlier visit has set the lists of rules
}

// newGuard makes the tier's group.
func newGuard(t *Tier) *guard {
	g := &guard{t: t}
	awsec2.NewSecurityGroup_Override(g, t.self, new("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc: t.net.vpc, AllowAllOutbound: new(false), Description: new(plan.GroupDescription(t.id)),
	})
	return g
}

// AddIngressRule records that a construct wants peer to reach the group.
func (g *guard) AddIngressRule(peer awsec2.IPeer, port awsec2.Port, description *string, _ *bool) {
	g.record(plan.Ingress, peer, port, description)
}

// AddEgressRule records that a construct wants the group to reach peer.
func (g *guard) AddEgressRule(peer awsec2.IPeer, port awsec2.Port, description *string, _ *bool) {
	g.record(plan.Egress, peer, port, description)
}

// record records a request. CDK calls it. A panic in a callback of CDK ends the process, so record recovers.
func (g *guard) record(direction plan.Direction, peer awsec2.IPeer, port awsec2.Port, description *string) {
	at := diag.Caller()
	defer func() {
		if r := recover(); r != nil {
			g.t.net.mistakes.Add(diag.Diagnostic{
				Rule: "request", Path: g.t.net.declared.PathTo("tiers." + g.t.id), At: []diag.Position{at},
				Summary: "a construct's request to the security group of this tier could not be read", Detail: fmt.Sprint(r),
			})
		}
	}()
	q := request{group: g, direction: direction, at: at}
	if description != nil {
		q.description = *description
	}
	q.readPort(port)
	q.readPeer(peer)
	g.t.net.requests = append(g.t.net.requests, q)
}

// removeGhosts removes the rules that CDK made under the group for a peer in another stack. They would make the two stacks depend on each
// other. The request itself is reported.
func (g *guard) removeGhosts() {
	for _, child := range *g.Node().Children() {
		if id := *child.Node().Id(); id != "Resource" {
			g.Node().TryRemoveChild(&id)
		}
	}
}
