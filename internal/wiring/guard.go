package wiring

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
)

// guard is a tier's security group as other constructs see it. It records what they ask it to open and emits nothing: only
// the plan puts rules into it.
type guard struct {
	awsec2.SecurityGroup
	t      *Tier
	cfn    awsec2.CfnSecurityGroup
	filled bool // its lists have been set by an earlier visit
}

// newGuard makes the tier's group. Its description names the tier alone: another description would replace the group.
func newGuard(t *Tier) *guard {
	g := &guard{t: t}
	awsec2.NewSecurityGroup_Override(g, t.self, new("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc: t.net.vpc, AllowAllOutbound: new(false), Description: new("Security group of tier " + t.id),
	})
	g.cfn = g.Node().DefaultChild().(awsec2.CfnSecurityGroup)
	g.cfn.Tags().SetTag(new("Tier"), &t.id, nil, nil)
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

// record is called from within CDK, where a panic would take the whole process down.
func (g *guard) record(direction plan.Direction, peer awsec2.IPeer, port awsec2.Port, description *string) {
	at := diag.Caller()
	defer func() {
		if r := recover(); r != nil {
			g.t.net.mistakes.Add(diag.Diagnostic{
				Rule: "request", Path: g.t.net.declared.PathTo("tiers." + g.t.id), At: []diag.Position{at},
				Summary: "a construct's request to this tier's group could not be read", Detail: fmt.Sprint(r),
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

// removeGhosts removes rules that CDK put under the group for a foreign peer in another stack. They would make the two
// stacks depend on each other; the request itself is reported.
func (g *guard) removeGhosts() {
	for _, child := range *g.Node().Children() {
		if id := *child.Node().Id(); id != "Resource" {
			g.Node().TryRemoveChild(&id)
		}
	}
}
